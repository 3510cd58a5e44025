"""A script becomes what is spoken, and breaks where a reader would breathe."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordlight.errors import EmptyText
from wordlight.speech.text import Break, Chunk, chunk, normalise
from wordlight.words import is_spoken, split_words

SECONDS_A_LETTER = 0.1
WORDS = st.sampled_from(
    ["so", "it", "goes", "Dr.", "J.", "—", "...", "***", '"Yes,"', "end.", "then;", "why?", "$5",
     "thirty-three", "(really)", "了。", "你好，世界。", "e.g.", "unforgettable", "\n\n"]
)  # fmt: skip
SCRIPTS = st.lists(WORDS, min_size=1, max_size=40).map(" ".join).filter(is_spoken)


def seconds(piece: str) -> float:
    """A reader's time that spaces do not count in, so that joining pieces adds nothing."""
    return SECONDS_A_LETTER * sum(not character.isspace() for character in piece)


def texts(chunks: list[Chunk]) -> list[str]:
    return [piece.text for piece in chunks]


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Well done 🎉!", "Well done !"),
        ("👩‍👩‍👧 family 👍🏽 first", "family first"),
        ("Press 1️⃣ now", "Press 1 now"),
        ("🇩🇪 Guten Tag", "Guten Tag"),
        ("a\tb\x00c\x1bd\u2028e", "a b c d e"),
        ("soft\u00adhyphen \u200bzero\ufeffwidth", "softhyphen zerowidth"),
        ("non\u00a0breaking   spaces", "non breaking spaces"),
        ("cafe\u0301", "café"),
        ("cafe\u200d\u0301", "café"),
        ("It is 20 °C at £5.", "It is 20 °C at £5."),
    ],
)
def test_only_what_a_reader_would_say_is_left(written: str, spoken: str) -> None:
    assert normalise(written) == spoken


@pytest.mark.parametrize("blank", ["\n\n", "\r\n\r\n", "\n \t\n", "\n\n\n\n\n", "\n\n***\n\n"])
def test_blank_lines_part_paragraphs_and_single_line_ends_do_not(blank: str) -> None:
    assert normalise(f" One\ntwo. {blank} Three.\n") == "One two.\n\nThree."


@pytest.mark.parametrize("text", ["", "  \n\n ", "🎉🎊", "...", "—\n\n***", "\u200b\u0301", "\x00"])
def test_a_text_without_anything_to_say_is_refused_by_its_field(text: str) -> None:
    with pytest.raises(EmptyText) as caught:
        normalise(text, "REFERENCE_TEXT")

    assert caught.value.field == "REFERENCE_TEXT"


@settings(deadline=None)
@given(st.text().filter(lambda text: any(character.isalpha() for character in text)))
def test_normalising_is_done_once_for_all(text: str) -> None:
    try:
        once = normalise(text)
    except EmptyText:
        return  # e.g. letters of a private kind

    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(
        unicodedata.category(c) in ("Cc", "Cf", "Cs", "So", "Zl") for c in once if c not in "\n°"
    )


@settings(max_examples=200, deadline=None)
@given(SCRIPTS, st.floats(0.3, 8.0))
def test_every_word_is_in_one_chunk_in_its_order(script: str, limit_s: float) -> None:
    spoken = normalise(script)

    chunks = chunk(spoken, seconds, limit_s)

    assert "".join("".join(texts(chunks)).split()) == "".join(spoken.split())


@settings(max_examples=200, deadline=None)
@given(SCRIPTS, st.floats(0.3, 8.0))
def test_no_chunk_outlasts_the_limit_but_a_single_word_and_each_can_be_spoken(
    script: str, limit_s: float
) -> None:
    chunks = chunk(normalise(script), seconds, limit_s)

    for piece in texts(chunks):
        assert is_spoken(piece)
        assert seconds(piece) <= limit_s + 1e-9 or len(split_words(piece)) == 1


def test_what_fits_in_one_breath_is_one_chunk() -> None:
    text = "It rained. Then it stopped, and we went out."

    assert chunk(text, seconds, 10.0) == [Chunk(text, Break.PARAGRAPH)]


def test_sentence_ends_are_preferred_to_commas_and_commas_to_nothing() -> None:
    # 16 + 11 letters, a stop, 13 letters: all three pairs fit, only one break is at a full stop.
    text = "They walked all day, and slept out. Nobody came near."

    chunks = chunk(text, seconds, 3.5)

    assert chunks == [
        Chunk("They walked all day, and slept out.", Break.SENTENCE),
        Chunk("Nobody came near.", Break.PARAGRAPH),
    ]


def test_a_long_sentence_breaks_at_its_comma() -> None:
    chunks = chunk("When the rain had stopped, we opened the door again.", seconds, 2.9)

    assert chunks == [
        Chunk("When the rain had stopped,", Break.CLAUSE),
        Chunk("we opened the door again.", Break.PARAGRAPH),
    ]


def test_a_clause_that_is_too_long_breaks_between_words() -> None:
    chunks = chunk("one two three four five six seven eight", seconds, 2.0)

    assert [piece.ends_with for piece in chunks] == [Break.WORD, Break.PARAGRAPH]
    assert texts(chunks) == ["one two three four", "five six seven eight"]


@pytest.mark.parametrize(
    "name", ["Dr.", "Mrs.", "J.", "“J.", "St.", "e.g.", "i.e.", "No.", "vs.", "approx."]
)
def test_an_abbreviation_ends_no_sentence(name: str) -> None:
    text = f"We met {name} Smith there."

    chunks = chunk(text, seconds, 1.2)

    assert Break.SENTENCE not in [piece.ends_with for piece in chunks]
    assert len(chunks) > 1


def test_a_sentence_may_end_inside_quotation_marks() -> None:
    chunks = chunk("“Come in and sit down.” She did not say more.", seconds, 2.5)

    assert chunks[0] == Chunk("“Come in and sit down.”", Break.SENTENCE)


def test_cjk_stops_end_sentences_without_a_space() -> None:
    chunks = chunk("今天下雨。我们在家，看书写字！明天呢？", seconds, 0.8)

    assert [(piece.text, piece.ends_with) for piece in chunks] == [
        ("今天下雨。", Break.SENTENCE),
        ("我们在家，", Break.CLAUSE),
        ("看书写字！", Break.SENTENCE),
        ("明天呢？", Break.PARAGRAPH),
    ]


def test_no_chunk_crosses_a_paragraph_end() -> None:
    chunks = chunk("First one\n\nSecond. Third.", seconds, 60.0)

    assert chunks == [
        Chunk("First one", Break.PARAGRAPH),
        Chunk("Second. Third.", Break.PARAGRAPH),
    ]


def test_a_lone_dash_at_the_end_stays_with_the_words_before_it() -> None:
    assert texts(chunk("Wait a moment. —", seconds, 1.3)) == ["Wait a moment. —"]


def test_a_short_sentence_leans_on_its_neighbour_even_if_that_breaks_at_a_comma() -> None:
    chunks = chunk("Oh. When the rain had stopped, we opened the door.", seconds, 4.0)

    assert texts(chunks) == ["Oh. When the rain had stopped,", "we opened the door."]


def test_an_unspaced_sentence_without_marks_is_cut_between_characters() -> None:
    sentence = "春眠不觉晓处处闻啼鸟" * 6

    chunks = chunk(sentence, seconds=len, limit_s=16)

    assert all(len(piece.text) <= 16 for piece in chunks)
    assert "".join(piece.text for piece in chunks).replace(" ", "") == sentence
