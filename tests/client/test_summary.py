"""Rows of the tables that end a run."""

from __future__ import annotations

from wordlight_client import Alignment, Origin, Word
from wordlight_client.commands._summary import word_rows

HELLO = Word("Hello.", 0.0, 0.5)


def test_words_are_counted_by_how_their_times_came_about() -> None:
    words = (HELLO, Word("so", 0.5, 0.6, 0.0, Origin.INTERPOLATED),
             Word("[pause]", 0.6, 0.6, 0.0, Origin.UNSPOKEN))  # fmt: skip

    assert word_rows(Alignment(words, "Hello. so [pause]", "en")) == [
        ("words", "3 (1 interpolated, 1 unspoken)"),
        ("words without a time", "0"),
    ]


def test_many_stretches_outside_the_script_are_summed_up() -> None:
    others_s = tuple((10.0 * k, 10.0 * k + 2.5) for k in range(8))

    rows = dict(word_rows(Alignment((HELLO,), "Hello.", "en", others_s)))

    assert rows["speech outside the script"] == (
        "0.0–2.5 s, 10.0–12.5 s, 20.0–22.5 s, 30.0–32.5 s, 40.0–42.5 s, and 3 more, 7.5 s in all"
    )
