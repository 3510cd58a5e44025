"""Captions of difficult text, both set normally and built without any checks."""

from __future__ import annotations

from hypothesis import strategies as st

from wordlight.subtitles import Caption, Layout, Line, set_captions
from wordlight.words import Word

from .passages import timed

TEXTS = (
    "{b}", r"{\b1}", "}", "[x]", "]", "[00:01.00]", "[ti:x]", "<00:01.00>", "<b>", "</p>",
    "<c.now>", "&amp;", "&", "-->", "--", ">", "]]>", "<![CDATA[", "<!--", "a\\N", "end\\",
    "\x00", "\x1b[0m", "\ud800", "\udfff", "\ufffe", "\uffff", "\u2028", "\x85", "\ufeff",
    "1\n\n2", "1984", "WEBVTT", "NOTE", "STYLE", "שלום", "مرحبا\u200f", "東京",
    "👩\u200d👩\u200d👧", "e\u0301", "\u2060", "I <3", "W" * 10_000,
)  # fmt: skip
_texts = st.one_of(
    st.sampled_from(TEXTS),
    st.text(alphabet=st.characters(), min_size=1, max_size=8),
)
_lengths_s = st.one_of(st.just(0.0), st.floats(0.0, 1.0), st.floats(0.0, 9.0))


def nasty_words() -> st.SearchStrategy[list[Word]]:
    """Up to 20 words in order, of any text and any length, including zero."""
    return timed(_texts, _lengths_s, 7000.0, 20)


def nasty_captions() -> st.SearchStrategy[list[Caption]]:
    """The captions that `set_captions` makes of nasty words."""
    return nasty_words().map(lambda words: set_captions(words, Layout.of()))


@st.composite
def unchecked_captions(draw: st.DrawFn) -> list[Caption]:
    """Captions whose text nobody cleaned: control characters and lone surrogates are there."""
    words = draw(nasty_words().filter(bool))
    line = Line(tuple(words), (*(" " for _ in words[1:]), ""))
    start_ms, end_ms = round(1000 * words[0].start_s), round(1000 * words[-1].end_s)
    return [Caption((line,), start_ms, max(end_ms, start_ms + 10))]
