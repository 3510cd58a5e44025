"""The first chunk of a long script is short, because whoever listens to a stream waits for it."""

from __future__ import annotations

import pytest

from wordlight.reading import read_script
from wordlight.speech import chunk
from wordlight.speech._chunks import FIRST_S, SHORT_S, Break, Chunk

SECONDS_A_LETTER = 0.1
LIMIT_S = 15.0
REST = " Then the wind rose, and the trees began to move. It was a long way home from there."


CHINESE = "他们住在山上，每天都去河边。"


def seconds(piece: str) -> float:
    return SECONDS_A_LETTER * sum(not character.isspace() for character in piece)


def chunks_of(script: str) -> list[Chunk]:
    return list(chunk(read_script(script), seconds, LIMIT_S))


@pytest.mark.parametrize(
    ("script", "first"),
    [
        ("The river ran low." + REST, "The river ran low."),
        ("The river ran low. We crossed it." + REST, "The river ran low."),
        ("Oh. The river ran low." + REST, "Oh. The river ran low."),
        ("Oh, well, the river ran low." + REST, "Oh, well, the river ran low."),
        (
            "The river ran low, and we crossed it before noon without a word." + REST,
            "The river ran low,",
        ),
        ("你好，世界。" * 2 + CHINESE * 8, "你好，世界。你好，世界。"),
    ],
)
def test_the_first_chunk_of_a_long_script_ends_early(script: str, first: str) -> None:
    chunks = chunks_of(script)

    assert chunks[0].text == first


@pytest.mark.parametrize(
    "script", ["Hello.", "The river ran low. We crossed it before noon, and nobody spoke.", "So"]
)
def test_a_short_script_is_one_chunk(script: str) -> None:
    assert len(chunks_of(script)) == 1


def test_a_title_is_not_joined_with_the_paragraph_after_it() -> None:
    title, *_ = chunks_of("Intro.\n\nThe river ran low." + REST)

    assert (title.text, title.ends_with) == ("Intro.", Break.PARAGRAPH)


def test_a_short_paragraph_stays_whole_before_a_long_one() -> None:
    first, *_ = chunks_of("One.\nTwo.\nThree.\n\nThe river ran low." + REST)

    assert (first.text, first.ends_with) == ("One. Two. Three.", Break.PARAGRAPH)


def test_the_chunks_of_any_script_have_all_words_once() -> None:
    script = "[music] Oh, well. The river ran low." + REST * 4 + " [applause]"

    chunks = chunks_of(script)

    firsts = [one.first for one in chunks]
    stops = [one.first + one.n_words for one in chunks]
    assert firsts == [0, *stops[:-1]]
    assert stops[-1] == len(read_script(script).words)
    assert SHORT_S <= seconds(chunks[0].text) <= FIRST_S


def test_a_first_clause_that_is_very_long_is_cut_as_any_other() -> None:
    chunks = chunks_of("so it goes " * 60)

    assert max(seconds(one.text) for one in chunks) <= LIMIT_S
