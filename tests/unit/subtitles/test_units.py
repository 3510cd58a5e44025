"""What stays together: pieces of a written word, and marks with their word."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordlight.contract import MODES
from wordlight.subtitles import Layout, find_language, set_captions
from wordlight.subtitles.breaks import units
from wordlight.subtitles.languages import NEVER_FIRST, NEVER_LAST
from wordlight.words import Ending, Word

from .passages import spoken

PROFILES = ("netflix", "shorts")
CLAUSES = (
    "東京へ、",
    "「友達」",
    "行った。",
    "と（笑）",
    "ゆっくり",
    "サーバー",
    "人々『ね』",
    "は……",
    "だ！？",
)


def rows(words: list[Word], layout: Layout) -> list[str]:
    return [line.text for caption in set_captions(words, layout) for line in caption.lines]


def pieces(text: str) -> list[Word]:
    """Words of pieces: bars part what touches."""
    found: list[tuple[str, str | None]] = []
    for word in text.split(" "):
        *before, last = word.split("|")
        found += [*((piece, "") for piece in before), (last, " ")]
    return spoken(found)


def test_every_word_is_in_one_unit() -> None:
    words = pieces("Qu'|est-|ce que c'|est ?")

    found = units(words, find_language("fr"), 42)

    assert [[word.text for word in unit] for unit in found] == [
        ["Qu'", "est-", "ce"], ["que"], ["c'", "est", "?"],
    ]  # fmt: skip


def test_nothing_has_no_units() -> None:
    assert units([], find_language("en"), 42) == []


def test_pieces_are_written_as_one_word_and_never_broken() -> None:
    written = "L'homme qu'on attendait n'est jamais arrivé jusqu'à l'autre rive aujourd'hui"
    words = pieces(written.replace("'", "|'"))

    for limit in range(12, 43):
        lines = rows(words, Layout.of(language="fr").narrowed(limit))
        assert " ".join(lines) == written


@pytest.mark.parametrize("language", ["ko", "de", "zh"])
def test_glued_letters_hold_in_any_language(language: str) -> None:
    words = spoken([("Donau", ""), ("dampf", ""), ("schiff", " "), ("fährt", "")])

    lines = rows(words, Layout.of(language=language, limits={"line_characters": 16}))

    assert lines == ["Donaudampfschiff", "fährt"]


def test_a_chain_wider_than_a_line_is_broken_between_its_pieces() -> None:
    words = spoken([("piece", "")] * 30)

    lines = rows(words, Layout.of())

    assert "".join(lines) == "piece" * 30
    assert max(map(len, lines)) <= 42


def test_a_line_may_end_after_a_dash_that_no_space_follows() -> None:
    words = spoken([("Nobody", " "), ("knew—", ""), ("nobody", " "), ("asked.", "")])
    later = [Word(w.text, w.start_s + 9, w.end_s + 9, glue=w.glue) for w in words[2:]]

    captions = set_captions([*words[:2], *later], Layout.of())

    assert [caption.text for caption in captions] == ["Nobody knew—", "nobody asked."]


def test_words_on_both_sides_of_a_dash_touch_where_they_share_a_line() -> None:
    words = spoken([("knew—", ""), ("nobody", " "), ("asked.", "")])

    assert rows(words, Layout.of()) == ["knew—nobody asked."]


def test_a_foreign_phrase_without_spaces_is_broken_only_where_it_must_be() -> None:
    words = spoken(
        [("She", " "), ("came", " "), ("home", " "), ("from", " "), ("東京", ""), ("大学", "")]
    )

    assert rows(words, Layout.of(limits={"line_characters": 20})) == [
        "She came home",
        "from 東京大学",
    ]
    assert rows(words, Layout.of(limits={"line_characters": 6}))[-2:] == ["東京", "大学"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("language", ["ja", "zh"])
@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(CLAUSES), min_size=1, max_size=12))
def test_no_line_begins_or_ends_with_a_mark_that_must_not(
    mode: str, profile: str, language: str, clauses: list[str]
) -> None:
    text = "".join(clauses)
    words = [Word(c, 0.2 * k, 0.2 * k + 0.2) for k, c in enumerate(text)]

    lines = rows(words, Layout.of(mode, language, profile))

    assert "".join(lines) == text
    assert not {line[0] for line in lines[1:]} & NEVER_FIRST
    assert not {line[-1] for line in lines[:-1]} & NEVER_LAST


def test_a_mark_hangs_over_a_full_line_rather_than_begin_the_next() -> None:
    words = spoken([("「", None), ("一二三四五六", None), ("」", None), ("。", None), ("七", None)])

    lines = rows(words, Layout.of(language="zh", limits={"line_characters": 6}))

    assert lines == ["「一二三四五六」。", "七"]


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("Tu es là ?", 8, ["Tu es", "là ?"]),
        ("Il dit « Oui » enfin", 12, ["Il dit", "« Oui »", "enfin"]),
        ("Plus de 50 % partent", 9, ["Plus", "de 50 %", "partent"]),
    ],
)
def test_a_mark_with_a_space_before_it_stays_with_its_word(
    text: str, limit: int, expected: list[str]
) -> None:
    words = spoken((one, " ") for one in text.split())

    assert rows(words, Layout.of(language="fr", limits={"line_characters": limit})) == expected


def test_a_unit_is_shown_whole_where_words_are_shown_one_by_one() -> None:
    words = pieces("Peut|-être qu'|il dort !")

    assert rows(words, Layout.of("word", "fr")) == ["Peut-être", "qu'il", "dort !"]


def test_the_most_words_of_a_caption_count_units() -> None:
    words = pieces("J|'ai vu l|'homme d|'hier")

    captions = set_captions(words, Layout.of(language="fr", limits={"words": 4}))

    assert [caption.text for caption in captions] == ["J'ai vu l'homme d'hier"]


glues = st.sampled_from(["", " ", None])
endings = st.sampled_from([*[Ending.NONE] * 4, Ending.LINE, Ending.PARAGRAPH])
texts = st.sampled_from(
    ["so", "it", "goes,", "end.", "東", "、", "。", "「", "'s", "?", "—", "\x00", "x" * 50]
)


@st.composite
def written(draw: st.DrawFn) -> list[Word]:
    """Words of any spacing and layout, some of them of one onset."""
    found: list[Word] = []
    now_s = 0.0
    for text in draw(st.lists(texts, max_size=40)):
        end_s = now_s + draw(st.sampled_from([0.0, 0.2, 0.9]))
        speaker = draw(st.sampled_from(["", "", "", "Anna"]))
        found.append(
            Word(text, now_s, end_s, speaker=speaker, glue=draw(glues), ends=draw(endings))
        )
        now_s = end_s + draw(st.sampled_from([0.0, 0.0, 3.0]))
    return found


def spans(lines: list[str], text: str) -> Iterator[tuple[int, int]]:
    position = 0
    for line in lines:
        yield position, position + len(line.replace(" ", ""))
        position += len(line.replace(" ", ""))
    assert position == len(text)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("language", ["en", "ja"])
@settings(max_examples=40, deadline=None)
@given(written())
def test_a_line_never_runs_over_a_written_line_s_end(
    mode: str, language: str, words: list[Word]
) -> None:
    layout = Layout.of(mode, language)
    shown = "".join(word.text for word in words).replace("\x00", "")
    stops, position = set(), 0
    for word in words:
        position += len(word.text.replace("\x00", ""))
        if word.ends:
            stops.add(position)

    captions = set_captions(words, layout)

    lines = [line.text for caption in captions for line in caption.lines]
    for first, stop in spans(lines, shown):
        assert not any(first < end < stop for end in stops)
    if mode != "word":
        for first, stop in spans([caption.text.replace("\n", "") for caption in captions], shown):
            assert not any(first < end < stop for end in stops)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("language", ["en", "ja"])
@settings(max_examples=40, deadline=None)
@given(written())
def test_words_of_any_spacing_are_shown_once_in_order_at_disjoint_times(
    mode: str, language: str, words: list[Word]
) -> None:
    captions = set_captions(words, Layout.of(mode, language))

    shown = [word.text for caption in captions for word in caption.words]
    assert shown == [word.text for word in words if word.text != "\x00"]
    assert all(a.end_cs <= b.start_cs for a, b in pairwise(captions))
    assert all(caption.start_cs < caption.end_cs for caption in captions)
