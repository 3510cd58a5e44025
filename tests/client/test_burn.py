"""Films with subtitles burnt in, by a real ffmpeg."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from films import ass, ffmpeg, frame, make_speech, make_video, streams
from wordlight_client.burn import (
    Moving,
    Plain,
    Still,
    behind,
    burn,
)

SIZE = (320, 180)
BLUE = "#2040C0"


def colour_at(picture: np.ndarray, x: int, y: int) -> list[int]:
    return picture[y, x].tolist()


def assert_letters_in_the_middle(picture: np.ndarray) -> None:
    height, width = picture.shape[:2]
    middle = picture[height // 3 : 2 * height // 3, width // 4 : 3 * width // 4]
    assert (middle.min(axis=-1) > 200).sum() > 30, "white letters"


def test_a_film_has_picture_sound_and_the_words_in_it(tmp_path: Path, speech: Path) -> None:
    (tmp_path / "a.ass").write_text(ass(r"{\k50}HELLO{\k50} YOU"))

    made = burn(tmp_path / "a.ass", tmp_path / "a.mp4", audio=speech)

    told = streams(tmp_path / "a.mp4")
    for part in ("h264", "yuv420p(tv, bt709", "320x180", "25 fps", "aac", "Duration: 00:00:01.0"):
        assert part in told
    assert (made.size, made.duration_s, made.complaints) == (SIZE, 1.0, ())
    picture = frame(made.path)
    assert_letters_in_the_middle(picture)
    assert picture[:20].max() < 110, "and a dark background"
    assert made.path.read_bytes().find(b"moov") < 100, "+faststart: the index leads"


def test_a_plain_colour_comes_back_as_it_was_named(hello: Path, speech: Path, film: Path) -> None:
    burn(hello, film, Plain(BLUE), audio=speech)

    assert np.abs(np.subtract(colour_at(frame(film), 5, 5), (0x20, 0x40, 0xC0))).max() <= 4
    assert_letters_in_the_middle(frame(film))


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp"])
def test_a_picture_fills_the_film_and_keeps_its_middle(
    hello: Path, speech: Path, film: Path, suffix: str
) -> None:
    picture = film.with_suffix(f".{suffix}")
    # Upright, with odd sides: red above, green in the middle, blue below.
    bands = "color=red:s=201x101[r];color=lime:s=201x101[g];color=blue:s=201x101[b]"
    ffmpeg("-filter_complex", f"{bands};[r][g][b]vstack=3", "-frames:v", "1", str(picture))

    burn(hello, film, behind(picture), audio=speech)

    red, green, blue = colour_at(frame(film), 5, 90)
    assert green > 200
    assert max(red, blue) < 60
    assert "320x180 [SAR 1:1" in streams(film)


def test_what_is_transparent_in_a_picture_becomes_black(
    hello: Path, speech: Path, film: Path
) -> None:
    picture = film.with_suffix(".png")
    ffmpeg("-f", "lavfi", "-i", "color=white@0:s=64x36,format=rgba", "-frames:v", "1", str(picture))

    burn(hello, film, behind(picture), audio=speech)

    assert frame(film)[:20].max() < 20


def test_a_video_keeps_its_size_and_its_sound(tmp_path: Path, hello: Path, film: Path) -> None:
    video = make_video(tmp_path / "talk.mp4", "testsrc2=s=256x144:r=25:d=1", sine_hz=440)

    made = burn(hello, film, behind(video))

    assert made.size == (256, 144)
    assert made.complaints == ()
    assert pitch_hz(film) == pytest.approx(440, abs=5)
    assert_letters_in_the_middle(frame(film))


def test_a_video_can_have_another_sound(
    tmp_path: Path, hello: Path, speech: Path, film: Path
) -> None:
    video = make_video(tmp_path / "talk.mp4", "color=blue:s=256x144:r=25:d=0.4", sine_hz=440)
    long = make_speech(tmp_path / "long.wav", seconds=0.8)

    made = burn(hello, film, behind(video), audio=long)

    assert made.duration_s == pytest.approx(0.8, abs=0.01), "the longer of the two"
    assert pitch_hz(film) == pytest.approx(24_000 / 9 / 2 / np.pi, abs=5)
    red, green, blue = colour_at(frame(film, 0.7), 5, 5)
    assert blue > 180, "its last frame stays"
    assert max(red, green) < 60


def test_a_video_without_sound_makes_a_silent_film(tmp_path: Path, hello: Path, film: Path) -> None:
    video = make_video(tmp_path / "mute.mp4", "color=blue:s=256x144:r=25:d=0.4")

    burn(hello, film, behind(video))

    assert "Audio" not in streams(film)
    assert_letters_in_the_middle(frame(film, 0.2))


def test_a_turned_video_stays_as_it_is_seen(tmp_path: Path, hello: Path, film: Path) -> None:
    lying = make_video(tmp_path / "lying.mp4", "testsrc2=s=256x144:r=25:d=0.4")
    ffmpeg("-display_rotation", "90", "-i", str(lying), "-c", "copy", str(tmp_path / "phone.mp4"))

    made = burn(hello, film, behind(tmp_path / "phone.mp4"))

    assert made.size == (144, 256)
    assert "144x256" in streams(film)
    assert "rotation" not in streams(film)


def test_oblong_pixels_and_odd_sides_are_made_good(tmp_path: Path, hello: Path, film: Path) -> None:
    odd = tmp_path / "odd.mkv"
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=161x145:d=0.4,setsar=2", "-c:v", "ffv1", str(odd))

    made = burn(hello, film, behind(odd))

    assert made.size == (322, 144)
    assert "322x144 [SAR 1:1" in streams(film)


def test_a_video_of_another_shape_gets_bars_and_loses_nothing(
    tmp_path: Path, hello: Path, film: Path
) -> None:
    square = make_video(tmp_path / "square.mp4", "color=lime:s=128x128:r=25:d=0.4")

    burn(hello, film, behind(square), size=SIZE)

    picture = frame(film, 0.2)
    assert picture[90, :60].max() < 30
    assert picture[5, 160, 1] > 200
    assert picture[175, 160, 1] > 200


@pytest.mark.parametrize(("given_hz", "got_hz"), [(24, 24), (10, 30), (1, 25), (120, 60)])
def test_slow_and_fast_videos_get_a_rate_at_which_words_light_up_on_time(
    tmp_path: Path, hello: Path, film: Path, given_hz: int, got_hz: int
) -> None:
    video = make_video(tmp_path / "talk.mp4", f"color=blue:s=64x36:r={given_hz}:d=2")

    burn(hello, film, behind(video))

    assert f" {got_hz} fps" in streams(film)


def test_a_recording_with_a_frame_now_and_then_becomes_steady(
    tmp_path: Path, hello: Path, film: Path
) -> None:
    video = tmp_path / "screen.mkv"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x36:r=30:d=1",
           "-vf", "select='eq(n,0)+eq(n,3)+eq(n,25)'", "-fps_mode", "vfr", "-c:v", "ffv1",
           str(video))  # fmt: skip

    burn(hello, film, behind(video))

    times = [line.split(",")[1] for line in ffmpeg("-i", str(film), "-f", "framecrc", "-")
             .decode().splitlines() if line.startswith("0,")]  # fmt: skip
    steps = {int(later) - int(earlier) for earlier, later in pairwise(times)}
    assert len(times) >= 24
    assert steps == {1}


def test_a_waveform_lights_up_from_left_to_right_in_the_colours_of_the_style(
    tmp_path: Path, film: Path
) -> None:
    loud = make_speech(tmp_path / "loud.wav", seconds=2.0)
    (tmp_path / "a.ass").write_text(
        ass("HI", style="&H0000FF00,&H000000FF", alignment=2)  # lit green, unlit red
    )

    burn(tmp_path / "a.ass", film, Plain("#000000"), audio=loud, waveform=True)

    lit, unlit = zip(*(green_and_red(frame(film, at_s)) for at_s in (0.2, 1.0, 1.8)), strict=True)
    assert lit[0] < lit[1] < lit[2]
    assert unlit[0] > unlit[1] > unlit[2]
    half = frame(film, 1.0)[60:100]
    assert green_and_red(half[:, :150])[1] == 0, "left of the middle all is lit"
    assert green_and_red(half[:, 170:])[0] == 0


def green_and_red(picture: np.ndarray) -> tuple[int, int]:
    red, green = picture[..., 0].astype(int), picture[..., 1].astype(int)
    return int((green > red + 80).sum()), int((red > green + 50).sum())


def test_a_long_sound_turns_its_page_on_time(tmp_path: Path, hello: Path, film: Path) -> None:
    sound = tmp_path / "sound.wav"
    ffmpeg("-f", "lavfi", "-i", "sine=d=2,apad=pad_dur=2", str(sound))  # then 2 s of silence

    burn(hello, film, Plain("#000000"), audio=sound, waveform=True, size=(64, 64))

    first, second = (frame(film, at_s)[15:24].max() for at_s in (1.9, 2.1))
    assert first > 150, "high bars on the first page"
    assert second < 60, "dots on the second"


def test_a_video_can_show_its_own_sound(tmp_path: Path, hello: Path, film: Path) -> None:
    video = make_video(tmp_path / "talk.mp4", "color=black:s=256x144:r=25:d=1", sine_hz=440)

    burn(hello, film, behind(video), waveform=True)

    assert frame(film)[60:68, 20:100].max() > 150
    assert pitch_hz(film) == pytest.approx(440, abs=5)


def pitch_hz(film: Path) -> float:
    raw = ffmpeg("-i", str(film), "-map", "0:a:0", "-ac", "1", "-ar", "8000", "-t", "0.3",
                 "-f", "f32le", "-")  # fmt: skip
    samples = np.frombuffer(raw, np.float32)
    return float(np.abs(np.fft.rfft(samples)).argmax() * 8000 / len(samples))


def test_progress_never_falls_and_ends_at_one(hello: Path, speech: Path, film: Path) -> None:
    shares: list[float] = []

    burn(hello, film, audio=speech, on_progress=shares.append)

    assert shares == sorted(shares)
    assert shares[0] >= 0.0
    assert shares[-1] == 1.0


def test_no_name_of_a_folder_or_file_confuses_the_filter(tmp_path: Path, speech: Path) -> None:
    folder = tmp_path / "it's [a],b;c:d\\e=%f 'x'"
    folder.mkdir()
    source = folder / "s,u'b:s.ass"
    source.write_text(ass("HELLO"))
    sound = speech.rename(folder / "-i 'q':a.wav")
    video = make_video(folder / "v'i,d:%d.mp4", "color=blue:s=64x36:r=25:d=0.2")

    burn(source, folder / "o'u:t,.mp4", behind(video), audio=sound, waveform=True)

    assert frame(folder / "o'u:t,.mp4").any()
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [source.name, sound.name, video.name, "o'u:t,.mp4"]
    ), "nothing is left lying about"


def test_a_still_and_a_video_are_told_apart(tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    ffmpeg("-f", "lavfi", "-i", "color=red:s=64x36", "-frames:v", "1", str(picture))
    video = make_video(tmp_path / "a.mp4", "color=red:s=64x36:r=25:d=0.2")

    assert isinstance(behind(picture), Still)
    assert isinstance(behind(video), Moving)


def test_a_film_of_a_given_length_needs_no_sound(hello: Path, film: Path) -> None:
    made = burn(hello, film, Plain(BLUE), length_s=1.6)

    assert "Duration: 00:00:01.6" in streams(film)
    assert "Audio" not in streams(film)
    assert made.duration_s == 1.6


@pytest.mark.parametrize("length_s", [0.8, 2.0])
def test_a_given_length_cuts_a_video_or_holds_its_last_picture(
    hello: Path, film: Path, tmp_path: Path, length_s: float
) -> None:
    video = make_video(tmp_path / "v.mp4", "color=blue:s=320x180:r=25:d=1.4", sine_hz=440)

    burn(hello, film, behind(video), length_s=length_s)

    assert f"Duration: 00:00:0{length_s}" in streams(film)
    assert "aac" in streams(film)
    assert colour_at(frame(film, length_s - 0.1), 5, 5)[2] > 200
