"""Guidelines by name, and limits of one's own."""

from __future__ import annotations

from itertools import pairwise

import pytest

from wordlight.contract import PROFILES
from wordlight.errors import InvalidInput, MissingInput, NotOneOf
from wordlight.subtitles import (
    LIMIT_FIELDS,
    Layout,
    Limits,
    find_language,
    limits_of,
    read_limits,
    set_captions,
)

from .passages import even, story

ENGLISH = find_language("en")


@pytest.mark.parametrize("profile", [name for name in PROFILES if name != "custom"])
def test_captions_keep_to_the_profile(profile: str) -> None:
    layout = Layout.of(profile=profile)

    captions = set_captions(story(), layout)

    limits = layout.limits
    assert max(len(line.text) for c in captions for line in c.lines) <= limits.line_characters
    assert max(len(c.lines) for c in captions) <= limits.lines
    assert max(sum(1 for _ in c.words) for c in captions) <= limits.words
    assert max(c.duration_ms for c in captions) <= limits.longest_ms
    for before, after in pairwise(captions):
        assert after.start_ms - before.end_ms >= limits.gap_ms


def test_profiles_differ() -> None:
    made = {
        profile: tuple(c.text for c in set_captions(story(), Layout.of(profile=profile)))
        for profile in ("netflix", "bbc", "youtube", "shorts")
    }

    assert len(set(made.values())) == 4
    assert len(made["shorts"]) > 2 * len(made["netflix"])


@pytest.mark.parametrize(
    ("language", "characters", "speed"), [("en", 37, 17.0), ("zh", 14, 7.65), ("de", 37, 14.45)]
)
def test_other_scripts_are_to_english_as_in_netflixs_guides(
    language: str, characters: int, speed: float
) -> None:
    limits = limits_of("bbc", find_language(language))

    assert limits.line_characters == characters
    assert limits.characters_per_s == pytest.approx(speed)


def test_a_limit_overrides_the_profiles() -> None:
    limits = limits_of("bbc", ENGLISH, read_limits('{"lines": 1, "characters_per_s": 12}'))

    assert (limits.lines, limits.characters_per_s) == (1, 12.0)
    assert limits.line_characters == 37


def test_one_line_means_one_line() -> None:
    captions = set_captions(story(), Layout.of(limits={"lines": 1}))

    assert {len(c.lines) for c in captions} == {1}
    assert max(len(c.text) for c in captions) <= 42


def test_few_words_at_a_time() -> None:
    captions = set_captions(
        even("one two three four five six seven"), Layout.of(limits={"words": 2})
    )

    assert max(len(c.text.split()) for c in captions) == 2


@pytest.mark.parametrize(
    ("changes", "shortest_ms", "longest_ms"),
    [({"longest_ms": 500}, 500, 500), ({"shortest_ms": 9_000}, 9_000, 9_000)],
)
def test_a_time_changed_past_the_other_takes_it_along(
    changes: dict[str, int], shortest_ms: int, longest_ms: int
) -> None:
    limits = limits_of("netflix", ENGLISH, changes)

    assert (limits.shortest_ms, limits.longest_ms) == (shortest_ms, longest_ms)


def test_custom_is_what_the_limits_say() -> None:
    assert limits_of("custom", ENGLISH, {"gap_ms": 0}) == Limits(gap_ms=0)
    with pytest.raises(MissingInput, match="LIMITS is missing: PROFILE is custom"):
        limits_of("custom", ENGLISH)


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(NotOneOf, match="PROFILE is 'hulu'"):
        Layout.of(profile="hulu")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not JSON"),
        ("[1]", "must be a JSON object"),
        ('{"rows": 2}', "has no field 'rows'; there are: line_characters"),
        ('{"lines": 3}', "'lines' the value 3; it must be a whole number from 1 to 2"),
        ('{"lines": true}', "'lines' the value true"),
        ('{"words": 2.5}', "'words' the value 2.5; it must be a whole number"),
        ('{"characters_per_s": NaN}', "must be a number from 1 to 100"),
        ('{"shortest_ms": 3000, "longest_ms": 2000}', "more than its longest_ms"),
    ],
)
def test_limits_that_cannot_be_are_named(text: str, message: str) -> None:
    with pytest.raises(InvalidInput, match="LIMITS") as refused:
        read_limits(text)
    assert message in str(refused.value)


@pytest.mark.parametrize("field", LIMIT_FIELDS)
def test_every_limit_can_be_given(field: str) -> None:
    low, high = LIMIT_FIELDS[field]

    for value in (low, high):
        assert read_limits(f'{{"{field}": {value}}}') == {field: value}
        assert hasattr(limits_of("custom", ENGLISH, {field: value}), field)
