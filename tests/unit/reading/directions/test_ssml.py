"""SSML is read as far as a speaker can obey it; all else is refused with its name and place."""

from __future__ import annotations

import contextlib
import random
import time
import tracemalloc
from collections.abc import Iterator

import pytest
from processor_time import least_s

from wordlight.contract import is_ssml
from wordlight.errors import InvalidInput
from wordlight.reading.directions import (
    EndSay,
    Mark,
    Pause,
    Rate,
    Say,
    Voice,
    take_directions,
    take_ssml,
)

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]><speak>&j;</speak>"
)
N_FUZZED, WITHIN_S = 10_000, 0.05


@pytest.mark.parametrize(
    ("inner", "shown", "directions"),
    [
        ('One.<break time="800ms"/> Two.', "One. Two.", [Pause(0.8)]),
        ('One.<break strength="strong"/> Two.', "One. Two.", [Pause(0.75)]),
        ("One.<break/> Two.", "One. Two.", [Pause(0.5)]),
        ('<sub alias="World Wide Web">WWW</sub>', "WWW", [Say("World Wide Web"), EndSay()]),
        ('<phoneme alphabet="ipa" ph="win">Nguyen</phoneme>', "Nguyen", [Say("", "win"), EndSay()]),
        ('<say-as interpret-as="characters">a1b</say-as>', "a1b",
         [Say("A 1 B", is_spelt=True), EndSay()]),
        ('<say-as interpret-as="date" format="mdy">3/4/2021</say-as>', "3/4/2021", []),
        ('<voice name="emma">Hi.</voice> Ho.', "Hi. Ho.", [Voice("emma"), Voice("")]),
        ('<prosody rate="slow">A<prosody rate="120%">b</prosody>c</prosody>', "Abc",
         [Rate(0.75), Rate(0.9), Rate(0.75), Rate(1.0)]),
        ('<prosody rate="-10%">A</prosody>', "A", [Rate(0.9), Rate(1.0)]),
        ('A<mark name="here"/>b', "Ab", [Mark("here")]),
        ("Tom &amp; Jerry &lt;3 &#8212; [pause:1s]", "Tom & Jerry <3 — [pause:1s]", []),
    ],
)  # fmt: skip
def test_an_element_is_read(inner: str, shown: str, directions: list[object]) -> None:
    taken = take_ssml(f'<speak version="1.1" xml:lang="en">{inner}</speak>')

    assert taken.plain == shown
    assert [*taken.directions] == [
        pytest.approx(one) if isinstance(one, float) else one for one in directions
    ]


def test_paragraphs_and_sentences_part_lines() -> None:
    taken = take_ssml("<speak><p><s>One.</s><s>Two.</s></p><p>Three.</p></speak>")

    assert [line for line in taken.plain.split("\n") if line] == ["One.", "Two.", "Three."]
    assert "\n\n" in taken.plain


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (
            "<speak>So\n <audio src='x'/></speak>",
            "has <audio> at line 2, column 2\n→ these are read",
        ),
        ("<speak><speak/></speak>", "has <speak> within <speak> at line 1, column 8"),
        ("<speak>So", "is no well-formed SSML: "),
        ("<speak>So</p></speak>", "mismatched tag at line 1"),
        ("<speak><break time='soon'/></speak>", "of 'soon' at line 1, column 8\n→ give a time"),
        ("<speak><break strength='big'/></speak>", "has a break of strength 'big'"),
        ("<speak><sub>x</sub></speak>", "tells nothing to say"),
        ("<speak><phoneme alphabet='x-sampa' ph='a'>x</phoneme></speak>", "give them in ipa"),
        ("<speak><say-as interpret-as='song'>x</say-as></speak>", "has say-as 'song'"),
        ("<speak><voice>x</voice></speak>", "has a voice without a name"),
        ("<speak><prosody rate='900%'>x</prosody></speak>", "a rate is 9"),
        ("<speak>" + "<p>" * 70 + "</p>" * 70 + "</speak>", "nests elements deeper than 64"),
        (f"<speak><mark name='{'x' * 500}'/></speak>", "has a name of more than 400 characters"),
        (BOMB, "with a document type or entities"),
        ('<!DOCTYPE speak SYSTEM "file:///etc/passwd"><speak>x</speak>', "with a document type"),
        ("<speak>&nbsp;</speak>", "is no well-formed SSML: undefined entity"),
        ("<speak><sub alias='a'>x<sub alias='b'>y</sub></sub></speak>", "within each other"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(script: str, says: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        take_ssml(script)

    assert says in raised.value.told


def test_attributes_that_are_not_obeyed_are_told() -> None:
    taken = take_ssml("<speak><prosody rate='fast' pitch='high'>So.</prosody></speak>")

    assert taken.warnings == ("of <prosody> only the rate is obeyed; pitch is passed over",)


@pytest.mark.parametrize("script", ["<speaker>", "<p>So.</p>", "speak", "", "a <speak>b</speak>"])
def test_other_text_is_no_ssml(script: str) -> None:
    assert not is_ssml(script)


PARTS = [
    "<speak>", "</speak>", "<p>", "</p>", "<s>", "<break time='1s'/>", "<break time='", "&lt;",
    "&x;", "<!DOCTYPE x>", "<!--", "-->", "<![CDATA[", "]]>", "<voice name='emma'>", "</voice>",
    "[pause:1s]", "[pause:", "]", "[so](say:", ")", "[x](/y/)", "\\[", "[voice:a]", "[rate:",
    "so ", "\n", "\x00", "東京", "\U000f0000",
    "<" * 50, "[" * 50, "a" * 300, "<?xml version='1.0'?>",
    "<sub alias='b'>", "</sub>",
]  # fmt: skip


def fuzzed(n_scripts: int) -> Iterator[str]:
    draw = random.Random(4)
    for number in range(n_scripts):
        begin = "<speak>" if number % 2 else ""
        yield begin + "".join(draw.choices(PARTS, k=draw.randint(1, 40)))


def taken_s(script: str) -> float:
    """Processor time of reading a script; where it seems long, the least of three times."""
    began_s = time.thread_time()
    read(script)
    once_s = time.thread_time() - began_s
    return once_s if once_s < WITHIN_S else least_s(lambda _: read(script))


def read(script: str) -> None:
    with contextlib.suppress(InvalidInput):
        take_directions.__wrapped__(script)


def test_whatever_is_written_is_read_or_refused_at_once() -> None:
    slowest_s, longest = 0.0, 0
    for script in fuzzed(N_FUZZED):
        try:
            take_directions(script)
        except InvalidInput as error:
            longest = max(longest, len(str(error)))
        slowest_s = max(slowest_s, taken_s(script))

    assert slowest_s < WITHIN_S
    assert longest < 1_000


def test_whatever_is_written_leaves_nothing() -> None:
    tracemalloc.start()
    for script in fuzzed(N_FUZZED // 10):
        with contextlib.suppress(InvalidInput):
            take_directions(script)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 20e6


@pytest.mark.parametrize(
    "script",
    [
        "[" * 40_000, "[a](" * 10_000, "[pause:" * 5_700, "\\" * 40_000, "[" + "a" * 39_000,
        "<speak>" + "<p>" * 13_000, "<speak " + "a='b' " * 6_000 + ">", "<speak>" + "<!--" * 9_000,
        "<" * 40_000, " " * 39_990 + "<speak>", "<speak>" + "&" * 39_000,
        "<speak x='" + "y" * 39_000 + "'>so</speak>",
    ],
)  # fmt: skip
def test_the_longest_scripts_are_read_or_refused_at_once(script: str) -> None:
    assert taken_s(script) < WITHIN_S
