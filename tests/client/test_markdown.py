"""Markdown scripts: which text is spoken, where there is silence, and what is left out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wordlight_client import from_markdown
from wordlight_client.scripts import markdown_lines

from wordlight.reading import read_script
from wordlight.reading.directions import take_directions


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("It is *so* and __so__.", "It is so and so."),
        ("A [link](https://a.example) and <https://b.example>.", "A link and https://b.example."),
        ("A [link][1] too.\n\n[1]: https://a.example", "A link too."),
        ("![a cat](cat.png) and ![](dog.png)", "a cat and"),
        ("The `list` of `[pause:1s]`", "The list of \\[pause:1s]"),
        ("one\ntwo", "one two"),
        ("one  \ntwo<br>three", "one\ntwo\nthree"),
        ("> quoted\n> text", "quoted text"),
        ("# One\n\nSo.", "One [pause:0.7s]\n\nSo."),
        ("So.\n\nOne\n---\n\nSo.", "So. [pause:1s]\n\nOne [pause:0.7s]\n\nSo."),
        ("# One\n## Two", "One [pause:1s]\n\nTwo"),
        ("One.\n\n***\n\nTwo.", "One. [pause:1.5s]\n\nTwo."),
        ("***\nOne.\n\n***", "One."),
        ("- one\n- [x] two\n\nThree.", "one [pause:0.4s]\n\ntwo [pause:0.4s]\n\nThree."),
        ("3. one\n4. two", "3. one [pause:0.4s]\n\n4. two"),
        ("| A | B |\n|---|---|\n| 1 | |\n\nSo.", "A, B [pause:0.4s]\n\n1 [pause:0.4s]\n\nSo."),
        ("~~old~~ new", "old new"),
        ("<!-- hidden -->\n\nShown <!-- not --> here.", "Shown here."),
    ],
)
def test_markdown_is_the_text_that_a_reader_sees(markdown: str, text: str) -> None:
    prepared = from_markdown(markdown)

    assert prepared.text == text
    assert prepared.warnings == ()


@pytest.mark.parametrize(
    "markup",
    ["[pause:0.8s]", "[voice:emma]", "[Rate: 0.9]", "[Nguyen](say:win)", "[New York](say:noo yawk)",
     "[tomato](/təmˈɑːtoʊ/)", "[laughs]", "[speed:2]"],
)  # fmt: skip
def test_directions_in_brackets_stay_what_they_are(markup: str) -> None:
    assert from_markdown(f"*So* {markup} it is.").text == f"So {markup} it is."
    assert from_markdown(markup).text == markup


def test_a_respelling_of_what_is_emphasised_shows_no_marks() -> None:
    assert from_markdown("[**Nguyen**](say:win)").text == "[Nguyen](say:win)"


def test_a_page_of_the_site_is_no_pronunciation() -> None:
    prepared = from_markdown("See [About us](/about/).")

    assert prepared.text == "See About us."
    assert prepared.warnings == ("what looks like a link to a page is read as its text (line 1)",)


def test_what_is_escaped_in_markdown_is_shown_by_the_server() -> None:
    told = from_markdown(r"\[pause:1s] &lt;b&gt;so&lt;/b&gt; &amp;amp; R&amp;D `<i>x</i>`").text

    assert read_script(told).text == "[pause:1s] <b>so</b> &amp; R&D <i>x</i>"
    assert take_directions(told).directions == ()


@pytest.mark.parametrize(
    ("left_out", "says"),
    [
        ("```py\ncode\n```", "blocks of code are not read (line 3)"),
        ("    code", "blocks of code are not read (line 3)"),
        ("<div>html</div>", "blocks of HTML are not read (line 3)"),
        ("[^1]: A remark here.", "footnotes are left out (line 3)"),
    ],
)
def test_what_is_left_out_is_told_with_its_line(left_out: str, says: str) -> None:
    prepared = from_markdown(f"One.\n\n{left_out}\n\nTwo.")

    assert prepared.text == "One.\n\nTwo."
    assert prepared.warnings == (says,)


def test_tags_within_a_line_go_and_their_text_stays() -> None:
    prepared = from_markdown("So <u>it</u> is.[^1]")

    assert prepared.text == "So it is."
    assert prepared.warnings == (
        "tags of HTML are left out, the text between them is read (line 1)",
        "footnotes are left out (line 1)",
    )


def test_many_lines_are_named_up_to_five() -> None:
    prepared = from_markdown("\n\n".join(["<hr>"] * 7))

    assert prepared.warnings == ("blocks of HTML are not read (lines 1, 3, 5, 7, 9 and 2 more)",)


def test_a_speakers_name_begins_a_line_though_its_editor_wrapped_none() -> None:
    markdown = "**Anna:** One\ntwo.\n**Ben:** Three.\nNote: four."

    assert from_markdown(markdown).text == "Anna: One two.\nBen: Three. Note: four."


def test_lines_know_where_they_come_from() -> None:
    lines, _ = markdown_lines("# One\n\nAnna: two\nBen: three\n\n- four", first=10)

    assert [(line.number, line.text) for line in lines if line.text] == [
        (10, "One [pause:0.7s]"), (12, "Anna: two"), (13, "Ben: three"), (15, "four"),
    ]  # fmt: skip


MARKED = st.lists(
    st.sampled_from([*"*_`[]()<>#-|\\!&:~^ \n\t1a", "[pause:1s]", "](say:", "\n\n", "---\n"]),
    max_size=60,
).map("".join)


@settings(max_examples=300)
@given(MARKED | st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    prepared = from_markdown(text)

    assert "\n\n\n" not in prepared.text


@given(st.lists(st.lists(st.sampled_from(["so", "it", "goes"]), min_size=1), min_size=1))
def test_prose_is_left_as_it_is(paragraphs: list[list[str]]) -> None:
    text = "\n\n".join(map(" ".join, paragraphs))

    assert from_markdown(text).text == text


def test_deep_nesting_ends() -> None:
    assert "so" in from_markdown(">" * 40 + "so").text
    assert isinstance(from_markdown(">" * 5_000 + "so").text, str)
    assert isinstance(from_markdown("[" * 5_000).text, str)
    assert isinstance(from_markdown("*" * 5_000 + "a").text, str)
