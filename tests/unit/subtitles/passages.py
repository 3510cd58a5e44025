"""Timed words to set: a fixed story for the golden files, and anything at all for properties."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

from wordlight.words import Word

STORY = (
    "The old lighthouse keeper climbed the narrow stairs every evening, just before the sun went "
    "down. He had done so for forty years, and he had never once been late. “Somebody has to do "
    "it,” he used to say, “and it might as well be me.” Nobody slept. Dr. Miller paid $12 — twice! "
    "R&D said {so} in C:\\New <notes>."
)


def story() -> list[Word]:
    """The story at an even pace of 60 ms a character, with a breath at every stop."""
    words, now_ms = [], 300
    for text in STORY.replace(" —", "\u00a0—").split(" "):
        start_ms, now_ms = now_ms, now_ms + 60 * len(text) + 47
        words.append(Word(text, start_ms / 1000, now_ms / 1000))
        now_ms += (
            620
            if text.endswith((".", ".”", "!")) and text != "Dr."
            else 180
            if text.endswith(",")
            else 3
        )
    return words


def even(text: str, each_s: float = 0.3, gap_s: float = 0.0) -> list[Word]:
    """Words of one length, one after the other."""
    pitch_s = each_s + gap_s
    return [
        Word(one, index * pitch_s, index * pitch_s + each_s)
        for index, one in enumerate(text.split())
    ]


def spoken(pieces: Iterable[tuple[str, str | None]], each_s: float = 0.3) -> list[Word]:
    """Words at an even pace, each with what stands between it and the next one."""
    return [
        Word(text, index * each_s, (index + 1) * each_s, glue=glue)
        for index, (text, glue) in enumerate(pieces)
    ]


_texts = st.one_of(
    st.sampled_from(
        ["a", "the", "of", "word,", "end.", "Well…", "東", "京。", "{x}", "a\\N", "<b>"]
    ),
    st.text(alphabet=st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12),
    st.just("pneumonoultramicroscopicsilicovolcanoconiosis"),
)
_lengths_s = st.one_of(st.just(0.0), st.floats(0.0, 1.5), st.floats(0.0, 12.0))


@st.composite
def timed(
    draw: st.DrawFn,
    texts: st.SearchStrategy[str],
    lengths_s: st.SearchStrategy[float],
    latest_s: float,
    most: int,
) -> list[Word]:
    """Up to so many words in order, the first one no later than that."""
    words, now_s = [], draw(st.floats(0.0, latest_s))
    for text in draw(st.lists(texts, max_size=most)):
        start_s = now_s + draw(lengths_s)
        now_s = start_s + draw(lengths_s)
        words.append(Word(text, start_s, now_s))
    return words


def passages() -> st.SearchStrategy[list[Word]]:
    """Up to 60 words in order: of no length, back to back, far apart, of any text."""
    return timed(_texts, _lengths_s, 4000.0, 60)
