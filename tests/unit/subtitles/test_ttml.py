"""TTML, read back by the standard library, pysubs2, and ttconv, which renders IMSC in steps."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree

import pysubs2
import pytest
import ttconv.imsc.reader
from hypothesis import given, settings
from ttconv import model
from ttconv.isd import ISD
from ttconv.style_properties import DirectionType, StyleProperties

from wordlight.subtitles import (
    Canvas,
    Caption,
    Colour,
    Layout,
    compose_look,
    find_language,
    set_captions,
)
from wordlight.subtitles.formats import Presentation, spotlights, write
from wordlight.words import Word

from .nasty import nasty_captions, unchecked_captions
from .passages import even, passages, story

WIDE = Canvas(1920, 1080)
LOOK = compose_look(canvas=WIDE)
_TT = "{http://www.w3.org/ns/ttml}"
_TTS = "{http://www.w3.org/ns/ttml#styling}"


def written(captions: list[Caption], language: str = "en") -> str:
    return write(
        "ttml", Presentation(captions, replace(LOOK, language=find_language(language)), WIDE)
    )


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text.encode())


def shown_text(element: ElementTree.Element) -> str:
    """The text of a paragraph, ``br`` being a line's end."""
    inside = "\n" if element.tag == f"{_TT}br" else element.text or ""
    return inside + "".join(shown_text(child) + (child.tail or "") for child in element)


def document(text: str) -> model.ContentDocument:
    return ttconv.imsc.reader.to_model(ElementTree.ElementTree(parsed(text)))


def picture(document: model.ContentDocument, time_ms: int) -> tuple[str, list[str]]:
    """What ttconv shows at a time: the whole text, and the words in the sung colour."""
    isd = ISD.from_model(document, Fraction(time_ms, 1000))
    text, lit = "", []
    sung = (LOOK.primary.red, LOOK.primary.green, LOOK.primary.blue, LOOK.primary.opacity)
    for region in isd.iter_regions():
        for element in region.dfs_iterator():
            if isinstance(element, model.Br):
                text += "\n"
            if not isinstance(element, model.Text):
                continue
            text += element.get_text()
            span = element.parent()
            if span is not None and span.get_style(StyleProperties.Color).components == sung:
                lit.append(element.get_text())
    return text, lit


def test_the_root_says_profile_time_base_language_and_size() -> None:
    root = parsed(written([]))

    parameter = "{http://www.w3.org/ns/ttml#parameter}"
    xml = "{http://www.w3.org/XML/1998/namespace}"
    assert root.tag == f"{_TT}tt"
    assert root.attrib == {
        f"{xml}lang": "en",
        f"{xml}space": "preserve",
        f"{parameter}timeBase": "media",
        f"{parameter}contentProfiles": "http://www.w3.org/ns/ttml/profile/imsc1.1/text",
        f"{parameter}cellResolution": "32 15",
        f"{_TTS}extent": "1920px 1080px",
    }


def test_a_paragraph_is_words_coloured_in_their_time_and_lines_with_a_break_between() -> None:
    words = even("The old lighthouse keeper climbed the narrow stairs every evening.")

    paragraph = parsed(written(set_captions(words, Layout.of()))).find(f".//{_TT}p")

    assert paragraph is not None
    assert paragraph.attrib == {"begin": "00:00:00.000", "end": "00:00:03.250"}
    assert len(paragraph.findall(f".//{_TT}br")) == 1
    second = paragraph.findall(f".//{_TT}set")[1]
    assert second.attrib == {
        "begin": "00:00:00.300", "end": "00:00:00.600", f"{_TTS}color": "#ffd54aff",
    }  # fmt: skip
    assert second.tail == "old"


def test_a_word_longer_than_a_line_is_set_smaller() -> None:
    paragraph = parsed(written(set_captions(even("W" * 10_000), Layout.of()))).find(f".//{_TT}p")

    assert paragraph is not None
    assert float(paragraph.attrib[f"{_TTS}fontSize"].rstrip("%")) < 5


def test_a_box_stands_behind_the_words_and_an_outline_is_within_the_profiles_limit() -> None:
    captions = set_captions(story(), Layout.of())
    wide_outline = compose_look(style={"outline": 50.0}, canvas=WIDE)

    boxed = write("ttml", Presentation(captions, compose_look("boxed", canvas=WIDE), WIDE))
    outlined = write("ttml", Presentation(captions, wide_outline, WIDE))

    assert '<style xml:id="words" tts:backgroundColor="#0b0b0bff" />' in boxed
    assert boxed.count('<span style="words">') == len(captions)
    assert "textOutline" not in boxed
    assert 'tts:textOutline="#101216ff 10%"' in outlined


def test_without_light_every_word_has_the_sung_colour_all_the_time() -> None:
    look = compose_look("boxed", canvas=WIDE, karaoke="none")

    text = write(
        "ttml",
        Presentation(set_captions(story(), Layout.of()), look, WIDE, "none"),
    )

    assert "<set" not in text
    assert 'tts:color="#ffffffff"' in text


@pytest.mark.parametrize(("code", "tag"), [("zh-TW", "zh"), ("", ""), ('"><b>', "")])
def test_a_language_that_is_no_tag_is_undetermined(code: str, tag: str) -> None:
    language = find_language(code)

    assert f'xml:lang="{tag}"' in write(
        "ttml", Presentation([], replace(LOOK, language=language), WIDE)
    )


def test_ttconv_sees_the_look_and_the_region_in_the_safe_area() -> None:
    style = {"bold": True, "italic": True, "alignment": 7, "secondary": Colour.of("#12345678")}
    look = compose_look(style=style, canvas=WIDE)
    captions = set_captions(even("قال نعم."), Layout.of(language="ar"))

    text = write("ttml", Presentation(captions, replace(look, language=find_language("ar")), WIDE))

    isd = ISD.from_model(document(text), Fraction(3, 10))
    (region,) = isd.iter_regions()
    origin, extent = (region.get_style(s) for s in (StyleProperties.Origin, StyleProperties.Extent))
    assert (origin.x.value, origin.y.value) == (5.0, 6.02)
    assert (extent.width.value, extent.height.value) == (90.0, 87.96)
    paragraph = next(e for e in region.dfs_iterator() if isinstance(e, model.P))
    assert paragraph.get_style(StyleProperties.Direction) is DirectionType.rtl
    assert 'tts:textAlign="left"' in text  # which ttconv takes for "start"
    assert region.get_style(StyleProperties.DisplayAlign).value == "before"
    size = paragraph.get_style(StyleProperties.FontSize)
    assert size.value == pytest.approx(100 * look.em / 1080, rel=1e-3)
    assert paragraph.get_style(StyleProperties.FontWeight).value == "bold"
    assert paragraph.get_style(StyleProperties.FontFamily)[0] == "Inter"


def test_ttconv_reads_the_story_without_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    for preset in ("classic", "boxed"):
        look = compose_look(preset, canvas=WIDE)
        document(write("ttml", Presentation(set_captions(story(), Layout.of()), look, WIDE)))

    assert caplog.records == []


def test_ttconv_shows_each_caption_whole_with_the_spoken_word_lit() -> None:
    captions = set_captions(story(), Layout.of())
    rendered = document(written(captions))

    for caption in captions:
        words = [word.text for word in caption.words]
        for state in spotlights(caption):
            lit = [] if state.word is None else [words[state.word]]
            for time_ms in (state.start_ms, state.end_ms - 1):
                assert picture(rendered, time_ms) == (caption.text, lit)
    assert picture(rendered, captions[-1].end_ms) == ("", [])


@settings(max_examples=30, deadline=None)
@given(passages())
def test_pysubs2_reads_the_same_times_back(words: list[Word]) -> None:
    captions = set_captions(words, Layout.of())

    read = pysubs2.SSAFile.from_string(written(captions), format_="ttml")

    assert [(e.start, e.end) for e in read] == [(c.start_ms, c.end_ms) for c in captions]


@settings(max_examples=60, deadline=None)
@given(nasty_captions())
def test_any_text_comes_back(captions: list[Caption]) -> None:
    paragraphs = parsed(written(captions)).iter(f"{_TT}p")

    assert [shown_text(paragraph) for paragraph in paragraphs] == [c.text for c in captions]


@settings(max_examples=60, deadline=None)
@given(unchecked_captions())
def test_text_that_no_one_cleaned_is_still_xml(captions: list[Caption]) -> None:
    (paragraph,) = parsed(written(captions)).iter(f"{_TT}p")

    assert len(paragraph.findall(f"./{_TT}span/{_TT}span")) == len(list(captions[0].words))
