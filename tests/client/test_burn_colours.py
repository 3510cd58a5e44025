"""Colours of films: HDR made SDR, ten bits made eight, and tags that are true."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from films import ass, ffmpeg, frame, make_speech, make_video, streams
from wordlight_client.burn import BurnFailed, _backgrounds, behind, burn
from wordlight_client.burn._colours import Colours, Tags

NITS = (0, 10, 100, 203, 400, 1000)
"""Light of the grey columns of a test picture; 203 is paper."""
SOLID = {"red": (1, 0, 0), "green": (0, 1, 0), "blue": (0, 0, 1), "skin": (0.6, 0.35, 0.25)}
"""BT.709 colours of its other columns, in linear light, as bright as paper at most."""
TO_BT2020 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])
"""From BT.709's primaries. (Source: ITU-R BT.2087)"""
COLUMN, HEIGHT = 32, 180
SCREEN = (
    "hdr10=1:max-cll=1000,400:master-display=G(13250,34500)B(7500,3000)R(34000,16000)"
    "WP(15635,16450)L(10000000,1)"
)
"""What an HDR film says of the screen that it was made on, as x265 takes it."""


def pq(nits: np.ndarray) -> np.ndarray:
    """Source: SMPTE ST 2084."""
    light = (nits / 10_000) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * light) / (1 + 18.6875 * light)) ** 78.84375


def hlg(nits: np.ndarray) -> np.ndarray:
    """For greys on a screen of 1000 nits. Source: ITU-R BT.2100."""
    light = (nits / 1000) ** (1 / 1.2)
    bright = 0.17883277 * np.log(np.maximum(12 * light - 0.28466892, 1e-9)) + 0.55991073
    return np.where(light <= 1 / 12, np.sqrt(3 * light), bright)


TRANSFERS = {"smpte2084": pq, "arib-std-b67": hlg}


def make_hdr(path: Path, transfer: str, *, is_in_header_only: bool = False) -> Path:
    """Columns of `NITS` and then of `SOLID`, 320x180, ten bits, a second."""
    greys = [[nits] * 3 for nits in NITS]
    solids = [203 * TO_BT2020 @ np.array(colour) for colour in SOLID.values()]
    columns = TRANSFERS[transfer](np.clip(np.array([*greys, *solids]), 0, None))
    picture = np.tile(np.repeat(columns, COLUMN, axis=0), (HEIGHT, 1, 1))
    raw = path.with_suffix(".rgb")
    raw.write_bytes(np.rint(picture * 65535).astype("<u2").tobytes())
    tags = f"colorspace=bt2020nc:color_primaries=bt2020:color_trc={transfer}:range=tv"
    if is_in_header_only:
        tags = "colorspace=unknown:color_primaries=unknown:color_trc=unknown:range=tv"
    coded = path.with_name(f"coded-{path.name}")
    ffmpeg("-f", "rawvideo", "-pix_fmt", "rgb48le", "-s", f"320x{HEIGHT}", "-r", "25",
           "-stream_loop", "24", "-i", str(raw), "-vf",
           f"scale=out_color_matrix=bt2020nc:out_range=tv,format=yuv420p10le,setparams={tags}",
           "-frames:v", "25", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params",
           f"log-level=none:crf=4:{SCREEN}", str(coded))  # fmt: skip
    ffmpeg("-i", str(coded), "-c", "copy", "-color_trc", transfer, "-color_primaries", "bt2020",
           "-colorspace", "bt2020nc", str(path))  # fmt: skip
    return path


def columns_of(picture: np.ndarray) -> list[list[int]]:
    """The colour of each column, above the letters."""
    return picture[10, COLUMN // 2 :: COLUMN].astype(int).tolist()


def whitest(picture: np.ndarray) -> int:
    """Of the letters: the darkest channel of the brightest pixels."""
    middle = picture[HEIGHT // 3 : 2 * HEIGHT // 3].min(axis=-1)
    return int(np.sort(middle, axis=None)[-60])


@pytest.fixture
def low(tmp_path: Path) -> Path:
    """White letters over the dark columns."""
    path = tmp_path / "low.ass"
    path.write_text(ass(r"{\an4}HI"))
    return path


@pytest.mark.parametrize("transfer", TRANSFERS)
@pytest.mark.parametrize("is_in_header_only", [False, True], ids=["tagged", "header"])
def test_hdr_becomes_sdr_as_bright_as_paper_and_says_so(
    tmp_path: Path, low: Path, film: Path, transfer: str, is_in_header_only: bool
) -> None:
    suffix = "mkv" if is_in_header_only else "mp4"
    video = make_hdr(tmp_path / f"v.{suffix}", transfer, is_in_header_only=is_in_header_only)

    made = burn(low, film, behind(video))

    assert made.complaints == ()
    assert "h264 (High)" in streams(film)
    assert "yuv420p(tv, bt709, progressive)" in streams(film)
    assert not re.search("bt2020|Mastering|light level", streams(film))
    greys, solids = (columns_of(frame(film))[part] for part in (slice(6), slice(6, 10)))
    assert max(greys[0]) < 4, "black stays black"
    assert 60 < np.mean(greys[1]) < 85
    assert 180 < np.mean(greys[2]) < 200
    assert 215 < np.mean(greys[3]) < 240, "paper"
    assert np.mean(greys[3]) + 8 < np.mean(greys[4]) < np.mean(greys[5]) <= 255
    assert max(np.ptp(grey) for grey in greys) < 6, "grey stays grey"
    red, green, blue, skin = solids
    for index, solid in enumerate((red, green, blue)):
        assert solid[index] > 210
        assert max(value for at, value in enumerate(solid) if at != index) < 20
    assert np.abs(np.subtract(skin, (205, 162, 141))).max() < 10
    assert whitest(frame(film)) >= 250, "letters are white: neither grey nor blinding"


def test_an_hdr_still_becomes_sdr_too(tmp_path: Path, low: Path, film: Path) -> None:
    video = make_hdr(tmp_path / "v.mp4", "smpte2084")
    still = tmp_path / "still.avif"
    ffmpeg("-i", str(video), "-frames:v", "1", "-c:v", "libaom-av1", "-still-picture", "1",
           "-crf", "4", "-cpu-used", "8", str(still))  # fmt: skip

    burn(low, film, behind(still), audio=make_speech(tmp_path / "a.wav"))

    assert "yuv420p(tv, bt709, progressive)" in streams(film)
    greys = columns_of(frame(film))[:6]
    assert 215 < np.mean(greys[3]) < 240, "paper"
    assert 180 < np.mean(greys[2]) < 200
    assert whitest(frame(film)) >= 250


def test_where_ffmpeg_cannot_it_is_told_and_the_tags_stay_true(
    tmp_path: Path, low: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = make_hdr(tmp_path / "v.mp4", "smpte2084")
    monkeypatch.setattr(_backgrounds, "has_filters", lambda *names: False)

    made = burn(low, film, behind(video))

    (told,) = made.complaints
    assert told.startswith(
        "the picture is HDR and this ffmpeg cannot make it SDR (it has no zscale"
    )
    assert "yuv420p(tv, bt2020nc/bt2020/smpte2084" in streams(film)
    assert np.abs(np.subtract(columns_of(frame(film)), columns_of(frame(video)))).max() < 6
    with pytest.raises(BurnFailed, match="the picture is HDR"):
        burn(low, film, behind(video), is_strict=True)


BARS = "smptehdbars=s=320x180:r=25:d=1,format=gbrp"
BAR_MIDDLES = [20, 57, 91, 126, 160, 194, 228, 263, 300]


@pytest.mark.parametrize(
    ("suffix", "source", "codec", "tags"),
    [
        ("mp4", "bt709:tv:yuv420p10le", "libx264", "tv, bt709/"),
        ("mp4", "bt2020nc:tv:yuv420p10le", "libx265", "tv, bt2020nc/"),
        ("mp4", "bt601:tv:yuv420p", "libx264", "tv, bt470bg/"),
        ("mp4", "bt709:pc:yuvj420p", "libx264", "tv, bt709/"),
        ("mov", "bt470bg:pc:yuvj422p", "mjpeg", "tv, bt470bg/"),
        ("mkv", "rgb", "ffv1", "tv, bt709,"),
        ("mov", "rgb", "qtrle", "tv, bt709,"),
    ],
)
def test_sdr_keeps_its_colours_and_says_what_they_mean(
    tmp_path: Path, low: Path, film: Path, suffix: str, source: str, codec: str, tags: str
) -> None:
    picture = BARS
    if source != "rgb":
        matrix, extent, pixels = source.split(":")
        picture += f",scale=out_color_matrix={matrix}:out_range={extent},format={pixels}"
    video = tmp_path / f"v.{suffix}"
    flags = {"libx265": ["-x265-params", "log-level=none"], "mjpeg": ["-q:v", "2"]}.get(codec, [])
    ffmpeg("-f", "lavfi", "-i", picture, "-c:v", codec, *flags, str(video))

    burn(low, film, behind(video))

    assert f"yuv420p({tags}" in streams(film)
    row = np.abs(
        np.subtract(frame(film)[20, BAR_MIDDLES], frame(video)[20, BAR_MIDDLES], dtype=int)
    )
    assert row.max() <= 6
    assert whitest(frame(film)) >= 250


def test_a_video_that_says_nothing_of_its_colours_makes_a_film_that_says_nothing(
    tmp_path: Path, low: Path, film: Path
) -> None:
    video = make_video(tmp_path / "v.mp4", "color=red:s=320x180:r=25:d=1,format=gray")
    silent = tmp_path / "silent.mp4"
    ffmpeg("-i", str(video), "-vf", "setparams=colorspace=unknown:range=unknown", "-c:v",
           "libx264", str(silent))  # fmt: skip

    burn(low, film, behind(silent))

    assert "bt" not in re.findall(r"yuv420p\(([^)]*)\)", streams(film))[0]


@pytest.mark.parametrize(
    ("log", "tags", "is_rgb"),
    [
        ("yuv420p10le(tv, bt2020nc/bt2020/smpte2084, progressive), 640x360 [SAR 1:1 DAR 16:9]",
         Tags("tv", "bt2020nc", "bt2020", "smpte2084"), False),
        ("yuv420p(tv, bt709, progressive), 64x36", Tags("tv", "bt709", "bt709", "bt709"), False),
        ("gbrp(pc, gbr/unknown/unknown, progressive), 8x8", Tags("pc", "gbr"), True),
        ("yuv420p, 640x360", Tags(), False),
        ("bgr0(progressive), 640x360", Tags(), True),
        ("yuv420p(tv, bt709/reserved/unknown, progressive), 8x8", Tags("tv", "bt709"), False),
    ],
)  # fmt: skip
def test_a_header_line_is_read(log: str, tags: Tags, is_rgb: bool) -> None:
    pixels = re.match(r"\w+", log)
    assert pixels is not None

    colours = Colours.read(
        f"  Stream #0:1: Video: mjpeg (Baseline), yuvj444p(pc, bt470bg), 9x9 (attached pic)\n"
        f"  Stream #0:0[0x1](und): Video: hevc (Main 10) (hev1 / 0x31766568), {log}, 25 fps\n"
        f"[Parsed_showinfo_1 @ 0x7f] n: 0 pts: 0 fmt:{pixels[0]} cl:left sar:0/1 s:640x360\n"
    )

    assert (colours.around, colours.own, colours.is_rgb) == (tags, Tags(), is_rgb)
