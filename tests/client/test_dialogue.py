"""Dialogue by a cast: who speaks each line, and text that only looks like a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wordlight_client import dialogue
from wordlight_client.scripts import names_of, parse_cast
from wordlight_client.scripts._cast import members_of
from wordlight_client.scripts._dialogue import NO_NAMES

from wordlight.errors import InvalidInput
from wordlight.reading.directions import Voice, take_directions

CAST = {"Anna": "emma", "Ben": "daniel"}
TOLD = {**CAST, "*": "george"}


@pytest.mark.parametrize(
    "line",
    [
        "Anna: So?", "ANNA: So?", "anna: So?", "  Anna: So?", "Anna：So?", "**Anna:** So?",
        "**Anna**: So?", "*Anna:* So?", "__Anna:__ So?", "- Anna: So?", ">> Anna: So?",
        "Anna (whispering): So?", "Anna :  So?",
    ],
)  # fmt: skip
def test_a_name_of_the_cast_is_a_label_however_it_is_written(line: str) -> None:
    assert dialogue(line, CAST).text == "[voice:emma as Anna]So?"


def test_a_line_without_a_name_goes_on_in_the_voice_before_it() -> None:
    told = dialogue("Before.\nAnna: One.\nTwo.\n\nThree.\nBen: Four.", CAST).text

    assert told == "Before.\n[voice:emma as Anna]One.\nTwo.\n\nThree.\n[voice:daniel as Ben]Four."


def test_the_narrator_has_each_paragraph_that_begins_with_no_name() -> None:
    told = dialogue("It rained.\n\nAnna: One.\nTwo.\n\nA door.\n\nAnother.\n\nBen: So.", TOLD).text

    assert told.split("\n") == [
        "[voice:george as Narrator]It rained.", "", "[voice:emma as Anna]One.", "Two.", "",
        "[voice:george as Narrator]A door.", "", "Another.", "", "[voice:daniel as Ben]So.",
    ]  # fmt: skip


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\n \n\n"])
def test_a_name_that_stands_alone_has_what_comes_next(gap: str) -> None:
    told = dialogue(f"ANNA:{gap}So it is.", TOLD).text

    assert told.strip() == "[voice:emma as Anna]So it is."


def test_directions_and_times_before_a_name_stay() -> None:
    assert dialogue("[pause:1s]Ben: So.", CAST).text == "[pause:1s][voice:daniel as Ben]So."
    assert dialogue("[00:12] Ben: So.", CAST).text == "[voice:daniel as Ben][00:12] So."
    assert dialogue("[voice:heart]So.", TOLD).text == "[voice:george as Narrator][voice:heart]So."


@pytest.mark.parametrize("slip", ["Ana", "Annna", "Bem", "ANNE", "ana"])
def test_a_slip_of_a_name_is_refused_with_its_line(slip: str) -> None:
    with pytest.raises(InvalidInput, match=f'not have "{slip}", with which line 3 begins'):
        dialogue(f"Anna: One.\n\n{slip}: Two.", CAST)


def test_a_backslash_says_that_it_is_text() -> None:
    prepared = dialogue("\\Ana: so\nAnna: One.\nBen: Two.\n\\n stays", CAST)

    assert prepared.text.split("\n")[0] == "Ana: so"
    assert prepared.text.split("\n")[-1] == "\\n stays"
    assert prepared.warnings == ()


@pytest.mark.parametrize(
    "line",
    ["Note: it rained.", "He said: so.", "At 12:30 it rained.", "See https://a.example: so", "a:b"],
)
def test_prose_is_left_as_it_is(line: str) -> None:
    prepared = dialogue(f"Anna: One.\n{line}\nBen: Two.", CAST)

    assert prepared.text.split("\n")[1] == line
    assert prepared.warnings == ()


def test_another_name_is_text_with_a_warning_that_has_its_line() -> None:
    prepared = dialogue("Anna: One.\nCarl: Two.\nCarl: Three.\nBen: Four.", CAST)

    assert prepared.text.split("\n")[1:3] == ["Carl: Two.", "Carl: Three."]
    assert len(prepared.warnings) == 1
    assert prepared.warnings[0].startswith('line 2 begins with "Carl:", and the cast has nobody')


def test_a_name_that_begins_no_line_is_told() -> None:
    assert dialogue("Anna: One.", TOLD).warnings == ("no line begins with Ben, whom the cast has",)


def test_ssml_has_voices_of_its_own() -> None:
    with pytest.raises(InvalidInput, match="SSML has <voice"):
        dialogue("<speak>Anna: so</speak>", CAST)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Anna=me.wav", "give a ready voice's name"),
        ("Anna=a/b", "give a ready voice's name"),
        ("Anna=[x]", "give a ready voice's name"),
        ("A:b=x", "cannot be a name before a colon"),
        ("=emma", "cannot be a name before a colon"),
        ("one two three four five=emma", "cannot be a name before a colon"),
        ("Anna=a,anna=b", "has anna twice"),
        ("Anna=a,Anna=b", "has Anna twice"),
        ("", "has 0 names"),
    ],
)
def test_a_cast_that_cannot_be_is_refused(text: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        parse_cast(text)


def test_a_cast_may_be_names_alone() -> None:
    assert dialogue("Anna: One.\nBen: Two.", ["anna", "Ben"]).text == (
        "[voice: as anna]One.\n[voice: as Ben]Two."
    )
    assert names_of(CAST) == ["Anna", "Ben"]
    with pytest.raises(InvalidInput, match="give a voice for each name"):
        members_of("Anna,Ben")


def test_the_servers_voices_are_those_of_the_cast() -> None:
    told = dialogue("It rained.\n\nAnna: One.\nBen: Two.", {**TOLD, "Anna": "heart"}).text

    voices = [d.name for d in take_directions(told).directions if isinstance(d, Voice)]

    assert voices == ["george", "heart", "daniel"]


LINES = st.lists(
    st.sampled_from(["", "Anna:", "Ben: two", "three", "[pause:1s]", "* * *", "**Anna: four**"])
)


@given(LINES)
def test_no_word_is_lost_but_the_labels(lines: list[str]) -> None:
    told = take_directions(dialogue("\n".join(lines), TOLD).text).plain

    words = [word for word in told.replace("*", " ").split() if not word.endswith(":")]

    assert words == [w for line in lines for w in line.replace("*", " ").split()
                     if w[-1] != ":" and w[0] != "["]  # fmt: skip


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        prepared = dialogue(text, TOLD)
    except InvalidInput:
        return

    assert isinstance(prepared.text, str)


def test_what_is_no_name_is_written_as_names_are_compared() -> None:
    assert all(word == word.casefold() for word in NO_NAMES)
