"""A reading becomes what is spoken, in pieces that break where a reader would breathe."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordlight.errors import EmptyText
from wordlight.reading import (
    Reading,
    ReadWord,
    breaks,
    is_readable,
    read_script,
    spoken_text,
)
from wordlight.speech import chunk
from wordlight.speech._chunks import Break, Chunk

SECONDS_A_LETTER = 0.1
WORDS = st.sampled_from(
    ["so", "it", "goes", "Dr.", "J.", "—", "...", "***", '"Yes,"', "end.", "then;", "why?", "$5",
     "million", "thirty-three", "(really)", "了。", "你好，世界。", "e.g.", "unforgettable", "🎉",
     "man—unless", "[laughs]", "(soft music).", "[1]", "\nANNA:", "\n", "\n\n"]
)  # fmt: skip
SCRIPTS = st.lists(WORDS, min_size=1, max_size=40).map(" ".join).filter(is_readable)


def seconds(piece: str) -> float:
    """A reader's time that spaces do not count in, so that joining pieces adds nothing."""
    return SECONDS_A_LETTER * sum(not character.isspace() for character in piece)


def spoken(script: str) -> str:
    words = read_script(script).words
    return spoken_text(words, breaks(words))


def chunks_of(script: str, limit_s: float) -> list[Chunk]:
    return list(chunk(read_script(script), seconds, limit_s))


def texts(chunks: list[Chunk]) -> list[str]:
    return [piece.text for piece in chunks]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Well done 🎉!", "Well done!"),
        ("👩‍👩‍👧 family 👍🏽 first.", "family first."),
        ("Press 1️⃣ now.", "Press one now."),
        ("🇩🇪 Guten Tag!", "Guten Tag!"),
        ("It\tis\x00 so\x1b well.", "It is so well."),
        ("soft\u00adhyphen \u200bzero\ufeffwidth.", "softhyphen zerowidth."),
        ("non\u00a0breaking   spaces.", "non breaking spaces."),
        ("cafe\u0301.", "café."),
        ("It is 20 °C at £5.", "It is twenty degrees celsius at five pounds."),
    ],
)
def test_only_what_a_reader_would_say_is_left(written: str, said: str) -> None:
    assert spoken(written) == said


@pytest.mark.parametrize("blank", ["\n\n", "\r\n\r\n", "\n \t\n", "\n\n\n\n\n", "\n\n***\n\n"])
def test_a_blank_line_parts_paragraphs(blank: str) -> None:
    chunks = chunks_of(f" One two. {blank} Three.\n", 60.0)

    assert [(piece.text, piece.ends_with) for piece in chunks] == [
        ("One two.", Break.PARAGRAPH),
        ("Three.", Break.PARAGRAPH),
    ]


def test_a_short_line_ends_where_its_writer_ended_it_and_a_wrapped_one_does_not() -> None:
    heading = read_script("Chapter One\nThe storm came.").words
    wrapped = read_script(
        "The storm came over the hills in the late afternoon, and by\n"
        "nightfall every boat was gone."
    ).words

    assert breaks(heading)[1] is Break.LINE
    assert Break.LINE not in breaks(wrapped)


@pytest.mark.parametrize("text", ["", "  \n\n ", "🎉🎊", "...", "—\n\n***", "\u200b\u0301", "\x00"])
def test_a_text_without_anything_to_say_is_refused_by_its_field(text: str) -> None:
    with pytest.raises(EmptyText) as caught:
        read_script(text, field="REFERENCE_TEXT")

    assert caught.value.field == "REFERENCE_TEXT"


@settings(max_examples=200, deadline=None)
@given(SCRIPTS, st.floats(0.3, 8.0))
def test_every_word_is_in_one_chunk_in_its_order(script: str, limit_s: float) -> None:
    reading = read_script(script)

    chunks = list(chunk(reading, seconds, limit_s))

    ends = [piece.first + piece.n_words for piece in chunks]
    assert [piece.first for piece in chunks] == [0, *ends[:-1]]
    assert ends[-1] == len(reading.words)
    assert letters("".join(texts(chunks))) == letters(spoken(script))


@settings(max_examples=200, deadline=None)
@given(SCRIPTS, st.floats(0.3, 8.0))
def test_no_chunk_outlasts_the_limit_but_words_said_together_and_each_can_be_spoken(
    script: str, limit_s: float
) -> None:
    reading = read_script(script)

    chunks = list(chunk(reading, seconds, limit_s))

    for piece in chunks:
        words = reading.words[piece.first : piece.first + piece.n_words]
        assert is_readable(piece.text)
        is_one = len({word.group for word in words if word.said}) == 1
        assert seconds(piece.text) <= limit_s + 1e-9 or is_one


@settings(max_examples=200, deadline=None)
@given(SCRIPTS, st.floats(0.3, 8.0))
def test_no_chunk_ends_within_words_that_are_said_together(script: str, limit_s: float) -> None:
    reading = read_script(script)

    chunks = list(chunk(reading, seconds, limit_s))

    for piece in chunks[:-1]:
        last, following = reading.words[piece.first + piece.n_words - 1 :][:2]
        assert last.group != following.group or last.text.endswith("—")  # a dash ends a clause


def test_what_fits_in_one_breath_is_one_chunk() -> None:
    text = "It rained. Then it stopped, and we went out."

    assert chunks_of(text, 10.0) == [Chunk(text, Break.PARAGRAPH, 0, 9)]


def test_sentence_ends_are_preferred_to_commas_and_commas_to_nothing() -> None:
    # 16 + 11 letters, a stop, 13 letters: all three pairs fit, only one break is at a full stop.
    chunks = chunks_of("They walked all day, and slept out. Nobody came near.", 3.5)

    assert chunks == [
        Chunk("They walked all day, and slept out.", Break.SENTENCE, 0, 7),
        Chunk("Nobody came near.", Break.PARAGRAPH, 7, 3),
    ]


def test_a_long_sentence_breaks_at_its_comma() -> None:
    chunks = chunks_of("When the rain had stopped, we opened the door again.", 2.9)

    assert chunks == [
        Chunk("When the rain had stopped,", Break.CLAUSE, 0, 5),
        Chunk("we opened the door again.", Break.PARAGRAPH, 5, 5),
    ]


def test_a_clause_that_is_too_long_breaks_between_words() -> None:
    chunks = chunks_of("one two three four five six seven eight.", 2.0)

    assert [piece.ends_with for piece in chunks] == [Break.WORD, Break.PARAGRAPH]
    assert texts(chunks) == ["one two three four", "five six seven eight."]


def test_an_amount_is_never_torn_apart() -> None:
    chunks = chunks_of("The boat cost $5 million today.", 1.0)

    assert "five million dollars" in texts(chunks)


@pytest.mark.parametrize(
    "name", ["Dr.", "Mrs.", "J.", "“J.", "St.", "e.g.", "i.e.", "vs.", "approx."]
)
def test_an_abbreviation_ends_no_sentence(name: str) -> None:
    chunks = chunks_of(f"We met {name} Smith there.", 1.2)

    assert Break.SENTENCE not in [piece.ends_with for piece in chunks]
    assert len(chunks) > 1


def test_a_sentence_may_end_inside_quotation_marks() -> None:
    chunks = chunks_of("“Come in and sit down.” She did not say more.", 2.5)

    assert chunks[0] == Chunk("“Come in and sit down.”", Break.SENTENCE, 0, 5)


def test_cjk_stops_end_sentences_without_a_space() -> None:
    chunks = chunks_of("今天下雨。我们在家，看书写字！明天呢？", 0.8)

    assert [(re.sub(r"\W", "", piece.text), piece.ends_with) for piece in chunks] == [
        ("今天下雨", Break.SENTENCE),
        ("我们在家", Break.CLAUSE),
        ("看书写字", Break.SENTENCE),
        ("明天呢", Break.PARAGRAPH),
    ]


def test_no_chunk_crosses_a_paragraph_end() -> None:
    chunks = chunks_of("First one\n\nSecond. Third.", 60.0)

    assert chunks == [
        Chunk("First one.", Break.PARAGRAPH, 0, 2),
        Chunk("Second. Third.", Break.PARAGRAPH, 2, 2),
    ]


def test_a_lone_dash_at_the_end_stays_with_the_words_before_it() -> None:
    chunks = chunks_of("Wait a moment. —", 1.3)

    assert chunks == [Chunk("Wait a moment.", Break.PARAGRAPH, 0, 3)]


def test_notes_are_in_the_chunk_before_them_and_are_not_spoken() -> None:
    chunks = chunks_of("[music]\n\nFirst one. (applause)\n\nSecond [laughs] one.", 60.0)

    assert chunks == [
        Chunk("First one.", Break.PARAGRAPH, 0, 4),
        Chunk("Second one.", Break.PARAGRAPH, 4, 3),
    ]


def test_another_speaker_begins_a_chunk_and_no_name_is_spoken() -> None:
    chunks = chunks_of("ANNA: It rained.\nBOB: Did it? [laughs]\nBOB: Oh.", 60.0)

    assert chunks == [
        Chunk("It rained.", Break.PARAGRAPH, 0, 2),
        Chunk("Did it? Oh.", Break.PARAGRAPH, 2, 4),
    ]


@pytest.mark.parametrize("words", [(), (ReadWord("[music", (), 0), ReadWord("playing]", (), 0))])
def test_a_reading_that_says_nothing_has_no_chunks(words: tuple[ReadWord, ...]) -> None:
    assert list(chunk(Reading(words), seconds, 1.0)) == []


def test_a_short_sentence_leans_on_its_neighbour_even_if_that_breaks_at_a_comma() -> None:
    chunks = chunks_of("Oh. When the rain had stopped, we opened the door.", 4.0)

    assert texts(chunks) == ["Oh. When the rain had stopped,", "we opened the door."]


def test_an_unspaced_sentence_without_marks_is_cut_between_words() -> None:
    sentence = "春眠不觉晓处处闻啼鸟" * 6

    chunks = list(chunk(read_script(sentence), seconds=len, limit_s=16))

    assert all(len(piece.text) <= 16 for piece in chunks)
    assert letters("".join(texts(chunks))) == sentence


def letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def test_of_a_text_without_marks_little_is_asked_before_the_first_chunk() -> None:
    asked: list[str] = []

    def seconds(piece: str) -> float:
        asked.append(piece)
        return len(piece) * SECONDS_A_LETTER

    script = "the river ran low and we crossed it before noon " * 400
    first = next(iter(chunk(read_script(script), seconds, limit_s=8.0)))

    assert len(first.text) * SECONDS_A_LETTER <= 8.0
    assert max(map(len, asked)) < 500
    assert sum(map(len, asked)) < 10_000


def test_however_many_notes_stand_before_the_first_word_it_is_said() -> None:
    reading = read_script("[applause]\n" * 60 + "Hello you.", "en")

    (one,) = chunk(reading, lambda text: len(text) / 15 if text else 1 / 0, 4.0)

    assert (one.text, one.n_words) == ("Hello you.", 62)
