"""Front matter: what counts as front matter, what is read from it, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wordlight_client.commands._front_matter import LONGEST, split_front_matter

from wordlight.errors import InvalidInput

KNOWN = {"voice", "speed", "cast", "style"}


def values(text: str, *, is_markdown: bool = True) -> dict[str, object]:
    found = split_front_matter(text, KNOWN, is_markdown=is_markdown).settings
    return {key: setting.value for key, setting in found.items()}


@pytest.mark.parametrize("end", ["---", "...", "---  "])
def test_it_stands_between_two_lines_and_the_script_behind_them(end: str) -> None:
    front = split_front_matter(f"---\r\nvoice: emma\r\n{end}\r\nSo.\r\n", KNOWN, is_markdown=False)

    assert front.settings["voice"].value == "emma"
    assert front.settings["voice"].number == 2
    assert (front.script, front.first) == ("So.\n", 4)


def test_values_are_text_as_it_is_written() -> None:
    text = "---\nvoice: no\ndate: 2024-99-99\nspeed: 1.10\nold: ~\n---\n"

    assert values(text) == {"voice": "no", "date": "2024-99-99", "speed": "1.10", "old": "~"}


def test_a_mapping_has_numbers_and_truths_unless_they_are_quoted() -> None:
    text = "---\nstyle: {size: 64, bold: true, font: '12', colour: '#FFF'}\ncast:\n  - Anna\n---\n"

    assert values(text) == {
        "style": {"size": 64, "bold": True, "font": "12", "colour": "#FFF"},
        "cast": ["Anna"],
    }


@pytest.mark.parametrize(
    ("text", "is_markdown"),
    [
        ("So.\n---\nvoice: emma\n---\n", True),
        ("---\n\nSo it is.\n\n---\n", True),
        ("---\nAnna: Hello.\nBen: Hi.\n---\n", False),
        ("---\nIt rained.", True),
        ("----\nvoice: emma\n----\n", True),
        ("", True),
    ],
)
def test_what_is_none_stays_text(text: str, is_markdown: bool) -> None:
    front = split_front_matter(text, KNOWN, is_markdown=is_markdown)

    assert (front.settings, front.script, front.first) == ({}, text, 1)


@pytest.mark.parametrize(
    ("yaml", "says"),
    [
        ("voice: [a\nspeed: 2", "is no YAML: .* line 3"),
        ("speed: 1\nvoice: a: b", "is no YAML: .* line 3"),
        ("voice: &x a\nspeed: *x", "aliases are not read, line 3"),
        ("voice: a\nVoice: b", "has voice twice, line 3"),
        ("voice: a\n? [x]\n: b", "has a key that is no word, line 3"),
        ("voice: a\nx: " + "[" * 20 + "]" * 20, "nests deeper than 8 levels, line 3"),
        ("voice: a\nx: " + "[" * 9_000, "nests too deeply"),
        ("voice: " + "a" * LONGEST, "is longer than 16,384 characters"),
        ("voice: a\nx: \x01", "special characters are not allowed"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(yaml: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=f"front matter .*{says}"):
        split_front_matter(f"---\n{yaml}\n---\nSo.", KNOWN, is_markdown=True)


def test_front_matter_without_an_end_is_refused() -> None:
    with pytest.raises(InvalidInput, match="begins in line 1 and has no line --- at its end"):
        split_front_matter("---\nvoice: emma\n\nSo.", KNOWN, is_markdown=False)


def test_tags_make_nothing_but_text() -> None:
    assert values("---\nvoice: !!python/object/apply:os.system [ls]\n---\n") == {"voice": ["ls"]}


YAML = st.lists(
    st.sampled_from([*"ab:-[]{}&*!|>'\"#%@`,? \n", "voice: ", "\n  ", "<<: ", "---\n"]), max_size=40
).map("".join)


@settings(max_examples=300)
@given(YAML | st.text(max_size=100), st.booleans())
def test_any_text_is_read_or_refused(yaml: str, is_markdown: bool) -> None:
    try:
        front = split_front_matter(f"---\n{yaml}\n---\nSo.", KNOWN, is_markdown=is_markdown)
    except InvalidInput:
        return

    assert front.script.endswith("So.")
