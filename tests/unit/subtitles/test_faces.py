"""Faces: the bundled files, what they lack, and splitting text among them."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest
import uharfbuzz as hb
from hypothesis import given
from hypothesis import strategies as st

from wordlight.subtitles import fonts_folder
from wordlight.subtitles.typefaces import BUNDLED, FACES, Face, Faces, clusters, split

MOST_BYTES = 1_450_000
FAMILY, STYLE, LICENCE = 1, 2, 13
ANTON, INTER = FACES.find("Anton"), FACES.find("Inter Medium")


def names(file: Path, *kinds: int) -> list[str]:
    face = hb.Face(hb.Blob.from_file_path(str(file)))
    return [face.get_name(kind) or "" for kind in kinds]


def test_the_folder_holds_the_bundled_files_alone_and_is_small() -> None:
    files = list(fonts_folder().iterdir())

    assert {file.name for file in files} == {file for file, _ in BUNDLED.values()}
    assert sum(file.stat().st_size for file in files) <= MOST_BYTES


@pytest.mark.parametrize("name", BUNDLED)
def test_a_file_calls_itself_what_styles_call_it(name: str) -> None:
    file, is_bold = BUNDLED[name]

    family, style = names(fonts_folder() / file, FAMILY, STYLE)

    assert (family, style) == (name, "Bold" if is_bold else "Regular")


@pytest.mark.parametrize("name", sorted(BUNDLED.keys() - {"DejaVu Sans"}))
def test_a_file_names_its_licence_whose_text_travels_with_it(name: str) -> None:
    (licence,) = names(fonts_folder() / BUNDLED[name][0], LICENCE)
    file = "OFL_" + name.removesuffix(" ExtraBold").removesuffix(" Medium").upper()
    text = (fonts_folder().parent / "licences" / file.replace(" ", "_")).read_text()

    assert "SIL Open Font License" in licence
    assert text.startswith("Copyright")
    assert "with Reserved Font Name" not in text.split("-----")[0]


@pytest.mark.parametrize(
    "text", ["Łódź Žluťoučký ığ", "Việt Nữ Đường", "„Œuvre“ — naïve…", "€£₺ №5"]
)
@pytest.mark.parametrize(
    "face", [FACES.find(n, b) for n, (_, b) in BUNDLED.items() if "Noto" not in n]
)
def test_every_face_for_text_has_the_languages_of_latin_letters(face: Face, text: str) -> None:
    assert face.lacks(text) == ""


def test_what_a_face_lacks_is_named_once_and_what_nobody_sees_is_not() -> None:
    assert INTER.lacks("a🔥b🔥東\u200d\ufe0f\u2060\n\u3000") == "🔥東"


def test_text_goes_to_the_first_face_that_has_it() -> None:
    runs = split("Hi мир 🔥 שלום 東", ANTON)

    assert [(face.name, run) for face, run in runs] == [
        ("Anton", "Hi "), ("Inter", "мир"), ("Anton", " "), ("Noto Emoji", "🔥"), ("Anton", " "),
        ("DejaVu Sans", "שלום"), ("Anton", " 東"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "whole", ["👩‍🚀", "👍🏽", "🇩🇪", "e\u0323\u0302", "❤️", "🏴\U000e0067\U000e0062\U000e007f", "क्षि"]
)
def test_what_is_one_character_to_a_reader_stays_together(whole: str) -> None:
    found = list(clusters(f"a{whole}b"))

    assert found in (["a", whole, "b"], ["a", "क्", "षि", "b"])


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]) | st.sampled_from("🔥👩\u200d🏽🇩م"))
)
def test_the_runs_are_the_text(text: str) -> None:
    runs = split(text, ANTON)

    assert "".join(run for _, run in runs) == text
    assert all(left[0] != right[0] for left, right in pairwise(runs))


def test_a_face_that_is_not_here_estimates_and_leaves_emoji_to_others() -> None:
    face = FACES.find("No Such Face")

    assert not face.is_here
    assert face.measure("東京").advance == 2.0
    assert face.measure("n").advance < face.measure("N").advance
    assert [found.name for found, _ in split("東🔥", face)] == ["No Such Face", "Noto Emoji"]


@pytest.mark.parametrize("is_named_by_variable", [False, True])
def test_a_face_in_a_folder_of_ones_own_is_found(
    is_named_by_variable: bool, tmp_path: Path
) -> None:
    data = (fonts_folder() / "Anton-Regular.ttf").read_bytes()
    for old in (b"Anton", "Anton".encode("utf-16-be")):
        data = data.replace(old, old.replace(b"A", b"E"))
    (tmp_path / "own.ttf").write_bytes(data)
    (tmp_path / "README").write_text("no font")
    named = Faces.of({"WORDLIGHT_FONTS": f"/nowhere:{tmp_path}"})
    faces = named if is_named_by_variable else Faces(tmp_path)

    face = faces.find("Enton")

    assert face.file == tmp_path / "own.ttf"
    assert face.measure("AV") == ANTON.measure("AV")


def test_files_that_are_no_fonts_are_passed_over(tmp_path: Path) -> None:
    anton = (fonts_folder() / "Anton-Regular.ttf").read_bytes()
    for number, content in enumerate([b"", b"hello there" * 9, b"ttcf", anton[:300], anton[:9000]]):
        (tmp_path / f"{number}.ttf").write_bytes(content)
    (tmp_path / "folder.otf").mkdir()

    face = Faces(tmp_path).find("Not There At All")

    assert not face.is_here


def test_a_font_of_pictures_alone_lacks_everything(tmp_path: Path) -> None:
    data = (fonts_folder() / "Anton-Regular.ttf").read_bytes()
    (tmp_path / "a.ttf").write_bytes(data.replace(b"glyf", b"CBDT", 1))

    face = Face("Pictures", file=tmp_path / "a.ttf")

    assert face.lacks("ab") == "ab"
    assert face.measure("ab").advance > 0


def test_a_font_without_measures_of_its_own_is_an_em_high(tmp_path: Path) -> None:
    data = (fonts_folder() / "Anton-Regular.ttf").read_bytes()
    (tmp_path / "a.ttf").write_bytes(
        data.replace(b"OS/2", b"XX/2", 1).replace(b"hhea", b"xxxx", 1).replace(b"head", b"hxxd", 1)
    )

    assert Face("Bare", file=tmp_path / "a.ttf").line_em == 1.0


def test_white_space_has_an_advance_and_no_ink() -> None:
    space = INTER.measure(" ")

    assert space.advance > 0.2
    assert (space.left, space.right, space.top, space.bottom) == (0, 0, 0, 0)
    assert INTER.measure("").advance == 0


@pytest.mark.alone
def test_an_hour_of_captions_is_measured_in_no_time() -> None:
    words = [f"wave{number % 3000}" for number in range(9000)]
    lines = [" ".join(words[at : at + 6]) for at in range(0, len(words), 6)]
    for text in (*words, *lines):
        INTER.measure(text)

    start_s = time.perf_counter()
    for text in (*words, *lines):
        split(text, INTER)
        INTER.measure(text)

    assert time.perf_counter() - start_s < 0.3
