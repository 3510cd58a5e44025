"""Where lines and words stand."""

from __future__ import annotations

from itertools import pairwise

import pytest

from wordlight.subtitles import Canvas, Layout, compose_look, find_language, set_captions
from wordlight.subtitles.formats import lines_of
from wordlight.subtitles.typesetting import Setting, Typesetter

from .passages import even

WIDE = Canvas(1920, 1080)


def setting(text: str, language: str = "en", **style: object) -> Setting:
    known = find_language(language)
    look = compose_look("shorts", style, WIDE, known)
    (caption,) = set_captions(even(text), Layout.of(language=language))
    return Typesetter(look, WIDE).set(lines_of(caption, look))


def order(found: Setting) -> list[int]:
    """The words of the first line from left to right."""
    edges = found.edges()[0]
    return sorted(range(len(edges)), key=lambda k: edges[k])


def test_words_follow_each_other_and_fill_their_line() -> None:
    found = setting("the old lighthouse")
    row, edges = found.rows[0], found.edges()[0]

    assert edges[0][0] == pytest.approx(row.left)
    assert edges[-1][1] == pytest.approx(row.right)
    assert all(before[1] < after[0] for before, after in pairwise(edges))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("قال الرجل نعم", "ar", [2, 1, 0]),
        ("قال Emma Smith نعم", "ar", [3, 1, 2, 0]),
        ("שלום 42 עולם", "he", [2, 1, 0]),
        ("בין 10 20 אנשים", "he", [3, 2, 1, 0]),
        ("קנה iPhone 15 חדש", "he", [3, 1, 2, 0]),
        ("בין (Apple Inc.) לבין", "he", [3, 1, 2, 0]),
        ("he said שלום 42 עולם twice", "en", [0, 1, 4, 3, 2, 5]),
        ("he said שלום עולם twice", "en", [0, 1, 3, 2, 4]),
    ],
)
def test_words_stand_in_the_order_in_which_they_are_read(
    text: str, language: str, expected: list[int]
) -> None:
    assert order(setting(text, language)) == expected


@pytest.mark.parametrize("alignment", range(1, 10))
def test_an_alignment_is_where_the_text_stands(alignment: int) -> None:
    found = setting("the old lighthouse", alignment=alignment)
    middle_x, middle_y = (found.left + found.right) / 2, (found.top + found.bottom) / 2
    column, row = (alignment - 1) % 3, (alignment - 1) // 3

    assert (middle_x < 900, 950 < middle_x < 970, middle_x > 1000)[column]
    assert (middle_y > 800, 500 < middle_y < 580, middle_y < 250)[row]


def test_accents_and_descenders_push_two_lines_apart() -> None:
    plain = setting("nine acorns\nsee", leading=0.5).rows
    tall = Typesetter(compose_look("shorts", {"leading": 0.5}, WIDE), WIDE)
    look = compose_look("shorts", {"leading": 0.5}, WIDE)
    (caption,) = set_captions(
        even("jumpy gypsy jugglers every single evening here ÅÉÎ ÀÉŚ fbdkl"), Layout.of()
    )
    rows = tall.set(lines_of(caption, look)).rows

    assert len(rows) == 2
    gap = rows[1].baseline - rows[1].above - (rows[0].baseline + rows[0].below)
    assert gap >= 2 * look.outline + 4
    assert plain[0].baseline > 0


def test_rows_of_accents_and_tails_are_kept_apart() -> None:
    look = compose_look("punch", canvas=WIDE, mode="roll-up")
    typesetter = Typesetter(look, WIDE)
    upper, lower = (
        typesetter.set(lines_of(caption, look)).rows[0]
        for caption in set_captions(even("jgqQ. ẤẪỖ."), Layout.of("roll-up").narrowed(8))
    )

    distance = typesetter.distance(upper.below, lower.above, look.size)

    assert distance - upper.below - lower.above >= 2 * look.outline + look.shadow + 4
    assert distance > typesetter.pitch(look.size)
