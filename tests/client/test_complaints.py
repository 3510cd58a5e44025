"""Complaints about fonts in ffmpeg's log, and the names in font files."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from wordlight_client.burn import Complaints, lay_out_fonts
from wordlight_client.burn._fonts import bundled_fonts, font_names

from wordlight.errors import InvalidInput

LIBASS = "[Parsed_ass_0 @ 0x7fce2c001b40]"


def complaints_of(folder: Path, *lines: str) -> list[str]:
    complaints = Complaints(folder)
    for line in lines:
        complaints.read(f"{LIBASS} {line}")
    return complaints.sentences()


@pytest.fixture
def fonts(tmp_path: Path) -> Path:
    lay_out_fonts(None, tmp_path / "fonts")
    return tmp_path / "fonts"


@pytest.mark.parametrize("asked", ["DejaVu Sans", "dejavu sans", "@DejaVu Sans", "DejaVuSans-Bold"])
def test_a_face_under_any_of_its_names_is_the_one_asked_for(fonts: Path, asked: str) -> None:
    line = f"[info] fontselect: ({asked}, 400, 0) -> DejaVuSans-Bold, 0, DejaVuSans-Bold"

    assert complaints_of(fonts, line) == []


def test_the_bold_face_of_a_family_is_the_one_asked_for(fonts: Path) -> None:
    line = "[info] fontselect: (DejaVu Sans, 700, 0) -> DejaVuSans-Bold, 0, DejaVuSans-Bold"

    assert complaints_of(fonts, line) == []


def test_a_file_is_asked_for_its_names(fonts: Path) -> None:
    bundled = bundled_fonts()
    assert bundled is not None
    file = bundled / "DejaVuSans-Bold.ttf"

    same = complaints_of(
        fonts, f"[info] fontselect: (DejaVu Sans, 400, 0) -> {file}, 0, DejaVuSans-Bold"
    )
    other = complaints_of(
        fonts, f"[info] fontselect: (DejaVu, 400, 0) -> {file}, 0, DejaVuSans-Bold"
    )

    assert same == []
    assert other == ["the font 'DejaVu' is not here; DejaVuSans-Bold is drawn instead"]


def test_a_font_that_gives_no_names_is_judged_by_its_postscript_name(fonts: Path) -> None:
    assert complaints_of(fonts, "[info] fontselect: (Arial, 400, 0) -> (none), -1, ArialMT") == []
    assert complaints_of(fonts, "[info] fontselect: (Arial, 400, 0) -> (none), -1, Helvetica") != []


def test_a_second_font_for_a_missing_character_is_no_complaint(fonts: Path) -> None:
    assert (
        complaints_of(
            fonts,
            "[info] fontselect: (DejaVu Sans, 400, 0) -> DejaVuSans-Bold, 0, DejaVuSans-Bold",
            "[info] Glyph 0x96C5 not found, selecting one more font for (DejaVu Sans, 400, 0)",
            "[info] fontselect: (DejaVu Sans, 400, 0) -> /f/cjk.otf, 0, NotoSansCJKjp-Regular",
        )
        == []
    )


def test_many_characters_are_named_in_one_sentence_each_once(fonts: Path) -> None:
    lines = [
        f"[warning] fontselect: failed to find any fallback with glyph 0x{code:X} for font: (A, 1)"
        for code in (*range(0x96C5, 0x96C5 + 10), 0x96C5)
    ]

    (sentence,) = complaints_of(fonts, *lines)

    assert sentence.startswith("no font here has U+96C5 (雅), U+96C6 (集), ")
    assert " and 2 more; a box stands in their place" in sentence


def test_what_to_install_is_told_where_it_is_known(fonts: Path) -> None:
    told = complaints_of(
        fonts,
        "[info] fontselect: (Noto Sans CJK JP, 400, 0) -> Inter-Bold, 0, Inter-Bold",
        "[info] fontselect: (Papyrus, 400, 0) -> Inter-Bold, 0, Inter-Bold",
        *(
            f"[warning] fontselect: failed to find any fallback with glyph 0x{code:X} for font: (A)"
            for code in (0x6771, 0xE44, 0xAC00)
        ),
    )

    assert told == [
        "the font 'Noto Sans CJK JP' is not here; Inter-Bold is drawn instead"
        " (install fonts-noto-cjk, or give a folder with it by --fonts)",
        "the font 'Papyrus' is not here; Inter-Bold is drawn instead",
        "no font here has U+6771 (東), U+0E44 (ไ), U+AC00 (가); a box stands in their place"
        " (install fonts-noto-cjk fonts-noto-core, or give a folder with them by --fonts)",
    ]


def test_any_other_warning_of_libass_is_passed_on_once(fonts: Path) -> None:
    line = "[warning] Event at 12, 3: unknown effect"

    assert complaints_of(fonts, line, line, "[info] fine") == [
        "libass: Event at 12, 3: unknown effect"
    ]


def test_names_come_in_every_language_and_from_each_face_of_a_collection(tmp_path: Path) -> None:
    faces = [name_table(1, "微软雅黑", platform=3), name_table(4, "Own Bold", platform=1)]
    offsets, body, at = [], b"", 12 + 4 * len(faces)
    for table in faces:
        offsets.append(at + len(body))
        here = at + len(body) + 28
        body += struct.pack(">4s4H", b"\0\1\0\0", 1, 0, 0, 0)
        body += struct.pack(">4s3I", b"name", 0, here, len(table)) + table
    header = struct.pack(f">4s2I{len(faces)}I", b"ttcf", 0x00010000, len(faces), *offsets)
    (tmp_path / "a.ttc").write_bytes(header + body)

    assert font_names(tmp_path / "a.ttc") == {"微软雅黑", "own bold"}


def name_table(kind: int, name: str, platform: int) -> bytes:
    text = name.encode("mac-roman" if platform == 1 else "utf-16-be")
    return struct.pack(">3H6H", 0, 1, 18, platform, 0, 0, kind, len(text), 0) + text


@pytest.mark.parametrize(
    "content", [b"", b"ttcf", b"\0\1\0\0\0\x09\0\0\0\0\0\0", b"hello there" * 9]
)
def test_what_is_no_font_has_no_names(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.ttf").write_bytes(content)

    assert font_names(tmp_path / "a.ttf") == set()
    assert font_names(tmp_path / "missing.ttf") == set()


def test_ones_own_fonts_lie_beside_the_bundled(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "A.OTF").write_bytes(b"font")
    (own / "OFL.txt").write_bytes(b"licence")

    lay_out_fonts(own, tmp_path / "fonts")

    laid = sorted(path.resolve().name for path in (tmp_path / "fonts").iterdir())
    bundled = bundled_fonts()
    assert bundled is not None
    assert laid == sorted(["A.OTF", *(file.name for file in bundled.iterdir())])
    with pytest.raises(InvalidInput, match="which is no folder"):
        lay_out_fonts(own / "A.OTF", tmp_path / "other")
