"""Directions apply to their words, and captions do not show them."""

from __future__ import annotations

import contextlib
import re

import pytest
from processor_time import least_s

from wordlight.errors import EmptyText, InvalidInput, OutOfRange
from wordlight.reading import Reading, breaks, parse_lexicon, read_script, spoken_text


def said(reading: Reading) -> str:
    return " ".join(part for word in reading.words for part in word.said)


def pauses(reading: Reading) -> dict[str, float]:
    return {word.text: word.pause_s for word in reading.words if word.pause_s is not None}


@pytest.mark.parametrize(
    ("script", "shown", "behind"),
    [
        ("One. [pause:1s] Two.", "One. Two.", {"One.": 1.0}),
        ("One.[pause:1s] Two.", "One. Two.", {"One.": 1.0}),
        ("One, [pause:0.2s]two.", "One, two.", {"One,": 0.2}),
        ("One.\n\n[pause:2s]\n\nTwo.", "One.\n\nTwo.", {"One.": 2.0}),
        ("One. [pause:1s][pause:500ms] Two.", "One. Two.", {"One.": 1.5}),
        ("One.[pause:1s]Two.", "One. Two.", {"One.": 1.0}),
        ("One. Two. [pause:1s]", "One. Two.", {"Two.": 1.0}),
        ("“One.” [pause:1s] “Two.”", "“One.” “Two.”", {"“One.”": 1.0}),
        ("你好[pause:1s]世界。", "你好世界。", {"你好": 1.0}),
        ("<speak>One.<break time='1s'/>Two.</speak>", "One. Two.", {"One.": 1.0}),
    ],
)
def test_a_pause_is_behind_the_word_before_it(
    script: str, shown: str, behind: dict[str, float]
) -> None:
    reading = read_script(script)

    assert reading.text == shown
    assert pauses(reading) == behind
    assert reading.lead_s is None


def test_a_pause_before_all_words_leads() -> None:
    reading = read_script("[pause:2s]\n\nOne.")

    assert (reading.text, reading.lead_s, pauses(reading)) == ("One.", 2.0, {})


@pytest.mark.parametrize(
    ("script", "shown", "spoken"),
    [
        ("Ask [Nguyen](say:win).", "Ask Nguyen.", "ask win"),
        ("To [New York](say:noo yawk)!", "To New York!", "to noo yawk"),
        ("To [New York](say:noork)!", "To New York!", "to noo rk"),
        ("The [New York Times](say:the paper).", "The New York Times.", "the the pa per"),
        ("The [SQL](say:sequel) query", "The SQL query", "the sequel query"),
        ("It is [5](say:five and a half).", "It is 5.", "it is five and a half"),
        ("<speak>The <sub alias='doctor'>Dr</sub> left</speak>", "The Dr left", "the doctor left"),
        ("[Nguyen](say:win)'s turn", "Nguyen's turn", "win's turn"),
        ("two [Nguyen](say:win)s", "two Nguyens", "two wins"),
        ("<speak>An <say-as interpret-as='characters'>AI</say-as></speak>", "An AI", "an A I"),
        ("<speak>A <say-as interpret-as='characters'>b2a</say-as></speak>", "A b2a", "a B two A"),
    ],
)
def test_a_word_is_shown_as_written_and_said_as_asked(script: str, shown: str, spoken: str) -> None:
    reading = read_script(script, "en")

    assert (reading.text, said(reading)) == (shown, spoken)


def test_words_that_share_what_is_said_are_one_group() -> None:
    new, york, now = read_script("[New York](say:noo yawk) now").words

    assert new.group == york.group != now.group


def test_phonemes_stand_at_the_first_word_of_their_group() -> None:
    words = read_script("A [ripe tomato](/təmˈɑːtoʊ/).").words

    assert [word.phonemes for word in words] == ["", "təmˈɑːtoʊ", ""]


def test_a_sum_with_a_pause_in_it_is_said_as_one() -> None:
    reading = read_script("It costs $5 [pause:1s] million.")

    assert said(reading) == "it costs five million dollars"
    assert pauses(reading) == {"million.": 1.0}


def test_a_script_of_directions_alone_is_empty() -> None:
    with pytest.raises(EmptyText):
        read_script("[pause:1s] [voice:emma]")


def test_a_direction_that_cannot_be_is_refused_by_field_and_place() -> None:
    with pytest.raises(InvalidInput, match="TRANSCRIPT has a pause of 'soon' at line 2, column 1"):
        read_script("One.\n[pause:soon]", field="TRANSCRIPT")


def test_what_is_asked_travels() -> None:
    reading = read_script("[pause:1s][voice:emma]So [pause:0.5s] [x](/y/) [rate:0.9]is it.")

    assert Reading.from_json(reading.to_json()) == reading


def test_a_script_without_directions_is_read_as_before() -> None:
    text = "Anna said: “It ran.”[1] [laughs]\n\nSee [this](https://example.com)."

    assert all(word.pause_s is None and not word.voice for word in read_script(text).words)


@pytest.mark.parametrize(
    ("script", "phonemes"),
    [
        ("[Nguyen](/wɪn/)'s turn", "wɪnz"),
        ("[Nguyen](/wɪn/)’s turn", "wɪnz"),
        ("[NGUYEN](/wɪn/)'S TURN", "wɪnz"),
        ("the [Nguyen](/wɪn/)ish way", "wɪn"),
        ("[Matt](/mæt/)'s turn", "mæts"),
        ("three [bus](/bʌs/)es", "bʌsɪz"),
        ("[Nguyen](/wɪn/), his turn", "wɪn"),
    ],
)
def test_an_s_behind_phonemes_is_said(script: str, phonemes: str) -> None:
    assert [word.phonemes for word in read_script(script).words if word.phonemes] == [phonemes]


def test_what_was_heard_has_no_directions() -> None:
    assert read_script("So [pause:1s] it is.", is_heard=True).words[0].pause_s is None


@pytest.mark.parametrize(
    ("script", "spoken"),
    [
        ("To [New York](say:noork)!", "To noork!"),
        ("[New York Times](say:the paper), please.", "the paper, please."),
        ("[The year of our Lord](say:it) is over.", "it is over."),
        ("“[New York](say:noo yawk)” is big.", "“noo yawk” is big."),
        ("[Dr. No](say:doctor know) is in.", "doctor know is in."),
    ],
)
def test_a_respelling_is_spoken_whole(script: str, spoken: str) -> None:
    words = read_script(script, "en").words

    assert spoken_text(words, breaks(words)) == spoken


@pytest.mark.parametrize(
    "script",
    [
        "[voice:emma as Anna]Paris: the city of light.\n[voice:ben as Ben]Listen: I go.",
        "[voice:emma as Anna]No: never.",
        "[voice:emma]Wait: it rains.",
        "[voice:emma]Paris: the city of light.",
    ],
)
def test_what_is_no_label_is_said(script: str) -> None:
    assert said(read_script(script, "en")).split() == re.findall(
        r"\w+", re.sub(r"\[[^]]*\]", "", script).lower()
    )


@pytest.mark.parametrize(
    "script", ["[laughs] [pause:2s] Hello there.", "[Music] [pause:2s] Hello."]
)
def test_a_pause_behind_a_note_at_the_beginning_leads(script: str) -> None:
    reading = read_script(script, "en")

    assert (reading.lead_s, pauses(reading)) == (2.0, {})


@pytest.mark.parametrize(
    "script", ["[pause:30s]" * 21 + "Hi.", "Hi. " + "[pause:30s]" * 21 + "Ho."]
)
def test_pauses_at_one_place_have_a_limit(script: str) -> None:
    with pytest.raises(OutOfRange, match="TEXT: all pauses at one place is 630"):
        read_script(script)


def test_the_language_is_that_of_the_words() -> None:
    assert read_script("[voice:emma as Anna]你好，世界。").language == "zh"


@pytest.mark.parametrize(
    "script", ["[rate:1]" * 4_900 + "So.", "<speak>" + "<break/>" * 4_900 + "So.</speak>"]
)
@pytest.mark.alone
def test_many_directions_at_one_word_take_no_longer_than_elsewhere(script: str) -> None:
    def read(number: int) -> None:
        with contextlib.suppress(OutOfRange):
            read_script(script.replace("So.", f"So {number}."))

    assert least_s(read) < 1.0


def test_elements_alone_end_lines_in_ssml() -> None:
    reading = read_script("<speak>\n  <p>Hello there my\n  old friend.</p>\n  <p>So.</p>\n</speak>")

    assert reading.text == "Hello there my old friend.\n\nSo."


@pytest.mark.parametrize(
    ("script", "spoken"),
    [
        ("I met [Nguyen](say:win)—he left.", "I met win— he left."),
        ("[Nguyen](say:win)-[Smith](say:smyth) is here.", "win smyth is here."),
        ("He left—[Nguyen](say:win)!", "He left— win!"),
        ("The un[known](say:noun) (“[so](say:too)”) man.", "The un noun (“too”) man."),
        ("Run 10[km](say:kay em).", "Run ten kay em."),
        ("<speak>H<sub alias='deux'>2</sub>O is wet.</speak>", "H deux O is wet."),
        ("We know [Ann $ Bob](/wɪn/) well.", "We know [Ann  Bob](/wɪn/) well."),
        ("[Dune: Two](say:doon three) ran.", "doon: three ran."),
        ("Ask [father](/ˈfɑːðə(r)/).", "Ask [father](/ˈfɑːðə(r)/)."),
    ],
)
def test_what_touches_a_respelled_word_is_said_too(script: str, spoken: str) -> None:
    words = read_script(script, "en").words

    assert spoken_text(words, breaks(words)) == spoken


@pytest.mark.parametrize("begin", ["[voice:emma as Anna]", "[voice:emma]", "[voice:emma]Anna: "])
def test_a_remark_where_a_turn_begins_is_not_said(begin: str) -> None:
    assert said(read_script(f"{begin}(quietly) I am.", "en")) == "i am"


@pytest.mark.parametrize("script", ["...", "[pause:1s]", "<speak><break/></speak>"])
def test_a_lexicon_finds_nothing_in_a_text_without_words(script: str) -> None:
    with pytest.raises(EmptyText):
        read_script(script, lexicon=parse_lexicon("a = b"))


def test_what_no_reader_would_say_is_refused_when_it_is_read() -> None:
    with pytest.raises(InvalidInput, match="TEXT says 266 characters for 'x', 220 at most"):
        read_script("[x](say:" + "ab " * 133 + ")", "en")
