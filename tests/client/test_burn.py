"""Films with subtitles burnt in, by a real ffmpeg."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from films import ass, ffmpeg, frame, make_speech, make_video, streams
from wordlight_client import _backgrounds
from wordlight_client.burn import (
    BurnFailed,
    Moving,
    PictureUnreadable,
    Plain,
    Still,
    SubtitlesUnreadable,
    behind,
    burn,
)

from wordlight.audio import AudioUnreadable
from wordlight.errors import InvalidInput, MissingInput, OutOfRange

SIZE = (320, 180)
BLUE = "#2040C0"


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    return make_speech(tmp_path / "speech.wav")


@pytest.fixture
def hello(tmp_path: Path) -> Path:
    path = tmp_path / "hello.ass"
    path.write_text(ass("HELLO"))
    return path


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return tmp_path / "film.mp4"


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


def test_subtitles_for_another_shape_are_complained_of(
    tmp_path: Path, hello: Path, speech: Path, film: Path
) -> None:
    upright = burn(hello, film, audio=speech, size=(180, 320))
    nearly = burn(hello, film, audio=speech, size=(322, 182))

    (complaint,) = upright.complaints
    assert "made for 320x180 and the film is 180x320" in complaint
    assert "--size 180x320" in complaint
    assert nearly.complaints == ()


def test_captions_after_the_end_are_counted(tmp_path: Path, speech: Path, film: Path) -> None:
    late = "Dialogue: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,LATE\n"
    (tmp_path / "a.ass").write_text(ass("HELLO") + late)

    made = burn(tmp_path / "a.ass", film, audio=speech)

    assert made.complaints == (
        "1 of 2 captions begins after the film's end at 1.00 s and is not seen",
    )


def test_a_font_that_is_not_here_is_named_once_with_the_one_drawn(
    tmp_path: Path, speech: Path, film: Path
) -> None:
    text = r"A {\b1}B{\b0} {\fnDejaVu Sans}C {\fnNo Such Face}D"
    (tmp_path / "a.ass").write_text(ass(text))

    made = burn(tmp_path / "a.ass", film, audio=speech)

    (complaint,) = made.complaints
    assert complaint.startswith("the font 'No Such Face' is not here; ")
    assert re.search(r"; \S+ is drawn instead$", complaint)


def test_a_font_in_a_folder_of_ones_own_is_found(tmp_path: Path, speech: Path, film: Path) -> None:
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    bundled = Path(_backgrounds.__file__).parents[2] / "src/wordlight/subtitles/fonts"
    renamed = (bundled / "DejaVuSans.ttf").read_bytes()
    for encoding in ("utf-16-be", "latin-1"):  # a face of another name, of the same length
        for old, new in (("DejaVu Sans", "Hallo Leute"), ("DejaVuSans", "HalloLeute")):
            renamed = renamed.replace(old.encode(encoding), new.encode(encoding))
    (fonts / "own.ttf").write_bytes(renamed)
    (fonts / "README.txt").write_text("no font")
    (tmp_path / "a.ass").write_text(ass(r"{\fnHallo Leute}HELLO"))

    without = burn(tmp_path / "a.ass", film, audio=speech)
    made = burn(tmp_path / "a.ass", film, audio=speech, fonts=fonts)

    assert "'Hallo Leute' is not here" in without.complaints[0]
    assert made.complaints == ()


def test_characters_that_no_font_has_are_named(tmp_path: Path, speech: Path, film: Path) -> None:
    (tmp_path / "a.ass").write_text(ass("a \U000f1234 b"), encoding="utf-8")

    made = burn(tmp_path / "a.ass", film, audio=speech)

    assert made.complaints == ("no font here has U+F1234; a box stands in their place",)


def test_strictly_a_complaint_is_a_failure(tmp_path: Path, speech: Path, film: Path) -> None:
    (tmp_path / "a.ass").write_text(ass(r"{\fnNo Such Face}HELLO"))

    with pytest.raises(BurnFailed, match="'No Such Face' is not here"):
        burn(tmp_path / "a.ass", film, audio=speech, is_strict=True)
    with pytest.raises(BurnFailed, match="made for 320x180"):
        burn(tmp_path / "a.ass", film, audio=speech, size=(180, 320), is_strict=True)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.ass", "speech.wav"]


def test_bad_inputs_are_named_and_an_older_film_stays(
    tmp_path: Path, hello: Path, speech: Path, film: Path
) -> None:
    bad = tmp_path / "bad.bin"
    bad.write_bytes(b"neither\xff sound nor picture")
    film.write_bytes(b"older")

    with pytest.raises(AudioUnreadable, match=r"bad\.bin cannot be read as audio"):
        burn(hello, film, audio=bad)
    with pytest.raises(PictureUnreadable, match=r"bad\.bin cannot be read as a video or picture"):
        behind(bad)
    with pytest.raises(PictureUnreadable, match="there is none in it"):
        behind(speech)
    with pytest.raises(SubtitlesUnreadable, match=r"bad\.bin cannot be read as ASS"):
        burn(bad, film, audio=speech)
    with pytest.raises(SubtitlesUnreadable, match="no Dialogue"):
        burn(
            write(tmp_path / "a.srt", "1\n00:00:00,000 --> 00:00:01,000\nHi\n"), film, audio=speech
        )
    with pytest.raises(MissingInput, match="audio is missing"):
        burn(hello, film)
    with pytest.raises(InvalidInput, match="colour is 'red'; it must be like #"):
        Plain("red")
    with pytest.raises(OutOfRange, match="the film's width is 8"):
        burn(hello, film, audio=speech, size=(8, 180))
    with pytest.raises(InvalidInput, match="holds no font"):
        burn(hello, film, audio=speech, fonts=tmp_path)

    assert film.read_bytes() == b"older"
    assert list(tmp_path.glob(".*")) == []


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_ffmpegs_own_failure_is_told_in_its_words_and_leaves_nothing(
    tmp_path: Path, hello: Path, speech: Path, film: Path
) -> None:
    video = make_video(tmp_path / "gone.mp4", "color=blue:s=64x36:r=25:d=0.2")
    ground = behind(video)
    video.write_bytes(b"something else by now")

    with pytest.raises(BurnFailed, match="Invalid data found") as caught:
        burn(hello, film, ground, audio=speech)

    assert "@ 0x" not in str(caught.value)
    assert "Conversion failed" not in str(caught.value)
    assert not film.exists()
    assert list(tmp_path.glob(".*")) == []


def test_a_film_that_cannot_be_written_names_the_place(hello: Path, speech: Path) -> None:
    with pytest.raises(OSError, match=r"/proc/\.a\.mp4\.part"):
        burn(hello, Path("/proc/a.mp4"), audio=speech)


def test_ctrl_c_leaves_neither_ffmpeg_nor_a_part_of_the_film(
    tmp_path: Path, hello: Path, film: Path
) -> None:
    long = make_speech(tmp_path / "long.wav", seconds=300.0)
    script = "import sys; from pathlib import Path; from wordlight_client.burn import burn;"
    call = "burn(Path(sys.argv[1]), Path(sys.argv[2]), audio=Path(sys.argv[3]))"
    process = subprocess.Popen(
        [sys.executable, "-c", script + call, str(hello), str(film), str(long)],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    part = film.with_name(f".{film.name}.part")
    wait_for(lambda: part.exists() and part.stat().st_size > 0)

    os.kill(process.pid, signal.SIGINT)  # not ffmpeg: it is ours to end

    assert process.wait(timeout=10) != 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hello.ass", "long.wav"]
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def wait_for(is_so: object, timeout_s: float = 10.0) -> None:
    end_s = time.monotonic() + timeout_s
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < end_s
        time.sleep(0.02)


def test_a_still_and_a_video_are_told_apart(tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    ffmpeg("-f", "lavfi", "-i", "color=red:s=64x36", "-frames:v", "1", str(picture))
    video = make_video(tmp_path / "a.mp4", "color=red:s=64x36:r=25:d=0.2")

    assert isinstance(behind(picture), Still)
    assert isinstance(behind(video), Moving)
