"""Videos that change midway: their size, shape, pixels, colours and sound."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from films import ass, ffmpeg, frame, streams
from wordlight_client.burn import BurnFailed, behind, burn

from wordlight.audio import read_wav

SIZE = (320, 180)
BEFORE_S, AFTER_S = 0.5, 1.5
THIRDS = [(255, 0, 0)] * 2 + [(0, 255, 0)] * 2 + [(0, 0, 255)] * 2
BANDS = "drawbox=x=iw/3:w=iw/3:h=ih:c=lime:t=fill,drawbox=x=2*iw/3:w=iw/3+1:h=ih:c=blue:t=fill"


@dataclass(frozen=True)
class Part:
    """One second of red, green and blue bands from left to right."""

    size: str = "320x180"
    filters: str = "null"
    pixels: str = "yuv420p"
    flags: str = ""


def make_changing(path: Path, *parts: Part, sine_hz: int | None = None) -> Path:
    """A video of these parts, whose header is of the first one."""
    raw = path.with_suffix(".264")
    with raw.open("wb") as file:
        for part in parts:
            picture = f"color=red:s={part.size}:r=25:d=1,format=gbrp,{BANDS},{part.filters}"
            file.write(ffmpeg("-f", "lavfi", "-i", picture, "-c:v", "libx264", "-bf", "0",
                              "-preset", "ultrafast", "-pix_fmt", part.pixels,
                              *part.flags.split(), "-f", "h264", "-"))  # fmt: skip
    sound = ["-f", "lavfi", "-i", f"sine={sine_hz}:d={len(parts)}"] if sine_hz else []
    ffmpeg("-r", "25", "-i", str(raw), *sound, "-c:v", "copy", "-c:a", "aac", str(path))
    return path


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """White letters the whole time."""
    path = tmp_path / "long.ass"
    path.write_text(ass("HELLO").replace("0:00:01.00", "0:00:09.00"))
    return path


def colours_along(picture: np.ndarray, box: tuple[int, int, int, int]) -> list[list[int]]:
    """In the middle of each half third, near the upper edge of the box x, y, w, h."""
    x, y, width, height = box
    return [picture[y + height // 12, x + width * step // 12].tolist() for step in range(1, 12, 2)]


def assert_whole(picture: np.ndarray, box: tuple[int, int, int, int]) -> None:
    """Asserts that the bands fill this box, and that everything around it is black."""
    assert np.abs(np.subtract(colours_along(picture, box), THIRDS)).max() < 40
    x, y, width, height = box
    around = picture.copy()
    around[max(0, y - 2) : y + height + 2, max(0, x - 2) : x + width + 2] = 0
    around[letters_box(picture)] = 0
    assert around.max(initial=0) < 30


def letters(picture: np.ndarray) -> np.ndarray:
    return picture.min(axis=-1) > 180


def letters_box(picture: np.ndarray) -> tuple[slice, slice]:
    """Where the white letters are, with their outline."""
    rows, columns = np.nonzero(letters(picture))
    return (
        slice(int(rows.min()) - 4, int(rows.max()) + 5),
        slice(int(columns.min()) - 4, int(columns.max()) + 5),
    )


def assert_same_letters(before: np.ndarray, after: np.ndarray) -> None:
    assert letters(before).sum() > 60
    edges = [(box.start, box.stop) for picture in (before, after) for box in letters_box(picture)]
    assert np.abs(np.subtract(edges[:2], edges[2:])).max() <= 1, "neither moved nor scaled nor cut"
    n_other = (letters(before) != letters(after)).sum()
    assert n_other < letters(before).sum() / 4


WHOLE = (0, 0, 320, 180)


@pytest.mark.parametrize(
    ("suffix", "second", "box"),
    [
        ("mkv", Part("640x360"), WHOLE),
        ("mkv", Part("160x90"), WHOLE),
        ("mp4", Part("322x182"), WHOLE),
        ("mkv", Part("180x320"), (110, 0, 101, 180)),
        ("mkv", Part("720x240"), (0, 37, 320, 106)),
        ("ts", Part("160x180", "setsar=2"), WHOLE),
        ("ts", Part("320x180", "setsar=4/3"), (0, 22, 320, 135)),
        ("mkv", Part(pixels="yuv444p"), WHOLE),
        ("mkv", Part(pixels="yuv420p10le"), WHOLE),
        ("mkv", Part("640x360", "scale=out_range=pc", "yuvj420p"), WHOLE),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_picture_that_changes_midway_stays_whole_under_the_same_letters(
    tmp_path: Path, long: Path, film: Path, suffix: str, second: Part, box: tuple[int, ...]
) -> None:
    video = make_changing(tmp_path / f"v.{suffix}", Part(), second, Part())

    made = burn(long, film, behind(video))

    assert (made.size, made.duration_s) == (SIZE, pytest.approx(3.0, abs=0.05))
    before, after, again = (frame(film, at_s) for at_s in (BEFORE_S, AFTER_S, 2.5))
    assert_whole(before, WHOLE)
    assert_whole(after, box)
    assert_whole(again, WHOLE)
    assert_same_letters(before, after)
    assert_same_letters(before, again)
    assert steps(film) == {1}


def steps(film: Path) -> set[int]:
    """From each picture's time to the next one's, in frames."""
    rows = ffmpeg("-i", str(film), "-map", "0:v", "-f", "framecrc", "-").decode().splitlines()
    times = [int(row.split(",")[1]) for row in rows if row.startswith("0,")]
    assert len(times) >= 74
    return {later - earlier for earlier, later in pairwise(times)}


def test_the_recording_that_was_cropped_to_its_centre_is_whole(
    tmp_path: Path, long: Path, film: Path
) -> None:
    video = make_changing(tmp_path / "grow.mkv", Part("128x72"), Part("256x144"), sine_hz=440)

    made = burn(long, film, behind(video))

    assert made.size == (128, 72)
    for at_s in (BEFORE_S, AFTER_S):
        assert_whole(frame(film, at_s), (0, 0, 128, 72))
    assert_same_letters(frame(film, BEFORE_S), frame(film, AFTER_S))


@pytest.mark.parametrize("turn", [["-display_rotation", "90"], ["-display_hflip"]])
def test_a_turned_video_that_grows_stays_turned_and_whole(
    tmp_path: Path, long: Path, film: Path, turn: list[str]
) -> None:
    lying = make_changing(tmp_path / "lying.mp4", Part(), Part("640x360"))
    ffmpeg(*turn, "-i", str(lying), "-c", "copy", str(tmp_path / "phone.mp4"))

    made = burn(long, film, behind(tmp_path / "phone.mp4"))

    is_upright = "-display_rotation" in turn
    assert made.size == ((180, 320) if is_upright else SIZE)
    for at_s in (BEFORE_S, AFTER_S):
        picture = frame(film, at_s)
        lay = np.rot90(picture, -1) if is_upright else picture[:, ::-1]
        assert np.abs(np.subtract(colours_along(lay, WHOLE), THIRDS)).max() < 40


def test_the_sound_goes_on_when_the_picture_changes(tmp_path: Path, long: Path, film: Path) -> None:
    video = make_changing(tmp_path / "v.mkv", Part(), Part("640x360"), Part(), sine_hz=440)

    burn(long, film, behind(video))

    assert loud_pitches_hz(film) == pytest.approx([440] * 11, abs=5)


def test_a_sound_that_changes_its_form_goes_on_too(tmp_path: Path, long: Path, film: Path) -> None:
    parts = []
    for start_s, (channels, tone_hz) in enumerate([(1, 440), (2, 880), (1, 440)]):
        part = tmp_path / f"{start_s}.ts"
        picture = ["-f", "lavfi", "-i", "color=blue:s=320x180:r=25:d=1"]
        ffmpeg(*picture, "-f", "lavfi", "-i", f"sine={tone_hz}:d=1", "-ac", str(channels),
               "-c:v", "libx264", "-c:a", "aac", "-output_ts_offset", str(start_s),
               str(part))  # fmt: skip
        parts.append(part.read_bytes())
    (tmp_path / "v.ts").write_bytes(b"".join(parts))

    burn(long, film, behind(tmp_path / "v.ts"))

    pitches = loud_pitches_hz(film)
    assert pitches[1:3] + pitches[5:7] + pitches[9:10] == pytest.approx(
        [440, 440, 880, 880, 440], abs=8
    )


def loud_pitches_hz(film: Path) -> list[float]:
    """Of each whole quarter of a second of the film's sound but the last, 0 where it is silent."""
    wav = film.with_suffix(".wav")
    ffmpeg("-i", str(film), "-ac", "1", "-ar", "8000", "-c:a", "pcm_s16le", str(wav))
    samples = read_wav(wav).samples
    parts = samples[: len(samples) // 2000 * 2000].reshape(-1, 2000)[:11]
    return [
        float(np.abs(np.fft.rfft(part)).argmax() * 4) if np.abs(part).max() > 0.05 else 0.0
        for part in parts
    ]


def test_a_waveform_runs_on_when_the_picture_changes(
    tmp_path: Path, long: Path, film: Path
) -> None:
    black = "drawbox=t=fill:c=black"
    parts = [Part(filters=black), Part("640x360", black), Part(filters=black)]
    video = make_changing(tmp_path / "v.mkv", *parts, sine_hz=440)
    text = (
        long.read_text()
        .replace("HELLO", "")
        .replace("&H00FFFFFF,&H00FFFFFF", "&H0000FF00,&H000000FF")
    )
    long.write_text(text)  # lit green, unlit red

    burn(long, film, behind(video), waveform=True)

    lit = [n_greener(frame(film, at_s)) for at_s in (BEFORE_S, AFTER_S, 2.5)]
    assert lit[0] > 100
    assert lit == pytest.approx([lit[0], 3 * lit[0], 5 * lit[0]], rel=0.1)


def n_greener(picture: np.ndarray) -> int:
    return int((picture[..., 1].astype(int) > picture[..., 0].astype(int) + 80).sum())


def test_colours_keep_their_look_when_the_matrix_changes(
    tmp_path: Path, long: Path, film: Path
) -> None:
    def tagged(size: str, name: str) -> Part:
        flags = f"-colorspace {name} -color_primaries {name} -color_trc {name}"
        return Part(size, f"scale=out_color_matrix={name}:out_range=tv", flags=flags)

    video = make_changing(
        tmp_path / "v.mkv", tagged("320x180", "smpte170m"), tagged("640x360", "bt709")
    )

    burn(long, film, behind(video))

    assert "yuv420p(tv, smpte170m/" in streams(film)
    before, after = (colours_along(frame(film, at_s), WHOLE) for at_s in (BEFORE_S, AFTER_S))
    assert np.abs(np.subtract(before, after)).max() < 12


def test_growth_beyond_the_film_is_told_unless_the_size_is_asked_for(
    tmp_path: Path, long: Path, film: Path
) -> None:
    ground = behind(make_changing(tmp_path / "v.mkv", Part(), Part("640x360")))

    (told,) = burn(long, film, ground).complaints
    asked = burn(long, film, ground, size=(640, 360))

    assert told == (
        "the video's picture grows to 640x360 midway and is made smaller for a film of 320x180; "
        "a larger --size keeps its detail"
    )
    assert asked.complaints == ()
    with pytest.raises(BurnFailed, match="grows to 640x360 midway"):
        burn(long, film, ground, is_strict=True)


def test_shrinking_and_turning_are_no_growth(tmp_path: Path, long: Path, film: Path) -> None:
    ground = behind(make_changing(tmp_path / "v.mkv", Part(), Part("160x90"), Part("180x320")))

    assert burn(long, film, ground).complaints == ()


def test_a_sound_track_without_a_packet_makes_a_silent_film(
    tmp_path: Path, long: Path, film: Path
) -> None:
    video = tmp_path / "muted.mkv"
    ffmpeg("-f", "lavfi", "-i", "color=blue:s=320x180:r=25:d=1", "-f", "lavfi", "-i", "sine=d=1",
           "-c:v", "libx264", "-c:a", "pcm_s16le", "-bsf:a", "noise=drop=1",
           str(video))  # fmt: skip

    burn(long, film, behind(video))

    assert "Audio: aac" in streams(film)
    assert set(loud_pitches_hz(film)) == {0.0}
