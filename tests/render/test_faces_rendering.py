"""Text as `Face.measure` has it against text as libass draws it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from wordlight.subtitles import Canvas, fonts_folder
from wordlight.subtitles.typefaces import BUNDLED, FACES, Face

from .frames import draw, imageio_ffmpeg

CANVAS = Canvas(2000, 400)
X, Y = 100, 50
HEADER = f"""[Script Info]
ScriptType: v4.00+
PlayResX: {CANVAS.width}
PlayResY: {CANVAS.height}
WrapStyle: 2
{{kerning}}

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, \
Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, \
Alignment, MarginL, MarginR, MarginV, Encoding
Style: D,Inter Medium,40,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,0,0,7,\
0,0,0,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
TEXTS = (
    "AVATAR To. Ty", "ÀÉÎ ģ Ťž", "0123456789", "fi ffl (a) -> 3x4", "Việt Nữ", "Привет, Ёж",
    "Άλφα Ωμέγα", "العربية", "עברית שלום",
)  # fmt: skip
EMOJI = ("🔥", "❤️", "👍🏽 🇩🇪", "✅🎉")
KERNING = "Kerning: yes"
"""The line of an ASS file's ``[Script Info]`` without which libass does not kern."""
OURS = [FACES.find(name, is_bold) for name, (_, is_bold) in BUNDLED.items()]
MIXTURES = [(0, 2), (2, 0), (2, 6), (6, 0), (1, 5)]
"""Faces of a line, by their numbers in `OURS`."""


def frames(texts: Sequence[str], folder: Path, kerning: str = KERNING) -> NDArray[np.uint8]:
    """A frame of each text, as grey values."""
    events = [
        f"Dialogue: 0,0:00:{second:02}.00,0:00:{second + 1:02}.00,D,,0,0,0,,{text}\n"
        for second, text in enumerate(texts)
    ]
    ass = HEADER.format(kerning=kerning) + "".join(events)
    return draw(ass, CANVAS, folder, rate_hz=1, start_s=0, n=len(texts))[..., 0]


def font(face: Face) -> str:
    return rf"\fn{face.name}\b{int(face.is_bold)}"


def ink(frame: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Left, right, top, bottom; a pixel on the edge counts by how white it is."""
    sides = []
    for axis in (0, 1):
        light = frame.max(axis=axis) / 255
        (lit,) = np.nonzero(light)
        sides += [lit[0] + 1 - light[lit[0]], lit[-1] + light[lit[-1]]]
    return np.array(sides)


def expected(face: Face, text: str, size: float, x: float = X) -> NDArray[np.float64]:
    r"""What `ink` is of the text in the corner of ``\an7``."""
    em, measured = size / face.line_em, face.measure(text)
    baseline = Y + size - face.descent_em * em
    left, right = x + measured.left * em, x + measured.right * em
    return np.array([left, right, baseline - measured.top * em, baseline - measured.bottom * em])


@pytest.mark.parametrize("size", [30, 63, 120])
@pytest.mark.parametrize("face", OURS, ids=lambda face: face.name)
def test_ink_is_where_the_measure_says(face: Face, size: int, tmp_path: Path) -> None:
    texts = [text for text in (*TEXTS, *EMOJI) if not face.lacks(text)]
    assert len(texts) >= 3

    drawn = frames([rf"{{\pos({X},{Y})\fs{size}{font(face)}}}{text}" for text in texts], tmp_path)

    for text, frame in zip(texts, drawn, strict=True):
        assert ink(frame) == pytest.approx(expected(face, text, size), abs=1.0), text


@pytest.mark.parametrize("face", OURS[:5], ids=lambda face: face.name)
def test_a_word_in_a_line_lies_where_the_advances_before_it_say(face: Face, tmp_path: Path) -> None:
    size, before, word = 90, "To hear an old AVA ", "wave"
    hidden, shown = r"{\1a&HFF&}", r"{\1a&H00&}"

    (frame,) = frames(
        [rf"{{\pos({X},{Y})\fs{size}{font(face)}}}{hidden}{before}{shown}{word}{hidden} more"],
        tmp_path,
    )

    x = X + face.measure(before).advance * size / face.line_em
    assert ink(frame) == pytest.approx(expected(face, word, size, x), abs=1.0)


def test_libass_kerns_only_where_the_header_says_so(tmp_path: Path) -> None:
    text = rf"{{\pos({X},{Y})\fs120\fnInter Medium}}AVAVAV"

    kerned, unkerned, default = (
        ink(frames([text], tmp_path, kerning)[0])[1] for kerning in (KERNING, "Kerning: no", "")
    )

    assert default == unkerned > kerned + 20


@pytest.mark.parametrize("mixture", MIXTURES, ids=str)
def test_the_baseline_of_a_mixed_line_follows_from_the_greatest_parts(
    mixture: tuple[int, ...], tmp_path: Path
) -> None:
    r"""The greatest descent is above the place of ``\an2``, the greatest ascent below ``\an7``."""
    size, faces = 100, [OURS[number] for number in mixture]
    letters = "".join(f"{{{font(face)}}}{'🔥' if face.lacks('H') else 'H'}" for face in faces)
    below = max(size * face.descent_em / face.line_em for face in faces)
    above = max(size - size * face.descent_em / face.line_em for face in faces)
    deepest = min(face.measure("🔥" if face.lacks("H") else "H").bottom / face.line_em
                  for face in faces)  # fmt: skip

    low, high = frames(
        [rf"{{\an2\pos(600,300)\fs{size}}}{letters}", rf"{{\an7\pos(600,50)\fs{size}}}{letters}"],
        tmp_path,
    )

    assert ink(low)[3] == pytest.approx(300 - below - size * deepest, abs=0.75)
    assert ink(high)[3] == pytest.approx(50 + above - size * deepest, abs=0.75)


@pytest.mark.parametrize("text", ["👩‍🚀", "👩🏽‍🚀", "🤷‍♂️", "❤️‍🔥", "👨‍👩‍👧"])
def test_an_emoji_of_several_characters_is_one_picture_beside_a_letter(
    text: str, tmp_path: Path
) -> None:
    """In an event without a letter libass parts it: it finds no script that they share."""
    face = FACES.find("Noto Emoji", True)
    letter = r"{\1a&HFF&\fnInter Medium}a"

    (frame,) = frames([rf"{{\pos({X},{Y})\fs100{font(face)}}}{text}{letter}"], tmp_path)

    assert ink(frame) == pytest.approx(expected(face, text, 100), abs=1.0)


def test_an_emoji_is_drawn_whether_the_style_is_bold_or_not(tmp_path: Path) -> None:
    plain, bold = frames(
        [rf"{{\pos({X},{Y})\fnNoto Emoji\b{flag}}}🔥" for flag in (0, 1)], tmp_path
    )

    assert (plain == bold).all()
    assert (plain > 128).sum() > 200


def test_libass_chooses_the_bundled_file_of_each_face(tmp_path: Path) -> None:
    texts = [f"{{{font(face)}}}{'🔥' if face.lacks('H') else 'H'}" for face in OURS]
    events = "".join(f"Dialogue: 0,0:00:00.00,0:00:01.00,D,,0,0,0,,{text}\n" for text in texts)
    (tmp_path / "a.ass").write_text(HEADER.format(kerning="") + events)
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "verbose", "-f", "lavfi",
        "-i", "color=black:s=320x180:r=1:d=1", "-vf", f"ass=a.ass:fontsdir={fonts_folder()}",
        "-f", "null", "-",
    ]  # fmt: skip

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)

    chosen = dict[tuple[str, str], str]()
    for name, weight, file in re.findall(
        r"fontselect: \((.+), (\d+), 0\) -> (\S+), 0,", done.stderr
    ):
        chosen.setdefault((name, weight), file)  # later ones are for characters that it lacks
    for name, (file, is_bold) in BUNDLED.items():
        assert chosen[name, "700" if is_bold else "400"] == Path(file).stem
