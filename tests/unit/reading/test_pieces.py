"""Where sentences end: at a stop that is no abbreviation's, an initial's or a number's."""

from __future__ import annotations

import pytest

from wordlight.reading import Break, breaks, read_script


def sentences(script: str) -> list[str]:
    words = read_script(script).words
    found = [""]
    for word, end in zip(words, breaks(words), strict=True):
        found[-1] = f"{found[-1]} {word.text}".strip()
        if end >= Break.SENTENCE:
            found.append("")
    return found[:-1]


ENDS = [
    ["We meet at 9 a.m.", "We left."],
    ["He lives in the U.S.", "The end."],
    ["They met in Washington, D.C.", "They talked."],
    ["He said no.", "Then he left."],
    ["We bought pens, etc.", "The rest came later."],
    ["Go to Baker St.", "It is long."],
    ["Turn into 5th Ave.", "Then stop."],
    ["She ate a fig.", "It was ripe."],
    ["Take vitamin C.", "Then rest."],
    ["That is plan A.", "The next is plan B."],
    ["He works for Acme Inc.", "The firm is old."],
    ["That was in 1999.", "Then it rained."],
    ["It costs $5.", "He paid."],
    ["“Go!”", "She left."],
    ["Wait...", "What?"],
    ["(It rained.)", "We stayed."],
    ["你好。", "明天呢？"],
]
GOES_ON = [
    "Dr. Lee is here.",
    "We meet at 9 a.m. sharp.",
    "The U.S. Senate met.",
    "St. Paul is a city.",
    "Martin Luther King Jr. was here.",
    "George C. Marlow sang.",
    "It is by J. K. Rowling and J. Smith.",
    "We met J. Smith there.",
    "See fig. 3 now.",
    "It is No. 5 of ten.",
    "They came in Jan. 2020.",
    "Acme Inc. makes pens.",
    "It was Smith vs. Jones.",
    "Some, e.g. Paris, are old.",
    "The river, i.e. the Rhine, is low.",
    "“Is it?” he asked.",
    "Well... what?",
    "It weighs 3.5 kg in all.",
    "Mt. Etna smokes.",
    "Write to jane.doe@example.com for help.",
]


@pytest.mark.parametrize("parts", ENDS, ids=lambda parts: parts[0])
def test_a_stop_ends_a_sentence(parts: list[str]) -> None:
    written = ("" if parts[0].startswith("你") else " ").join(parts)

    assert ["".join(part.split()) for part in sentences(written)] == [
        "".join(part.split()) for part in parts
    ]


@pytest.mark.parametrize("script", GOES_ON)
def test_an_abbreviation_an_initial_or_a_number_ends_none(script: str) -> None:
    assert sentences(script) == [script]


@pytest.mark.parametrize(
    ("script", "ends"),
    [
        ("So, it goes", [Break.CLAUSE, Break.WORD, Break.PARAGRAPH]),
        ("man—unless it", [Break.CLAUSE, Break.WORD, Break.PARAGRAPH]),
        ("One\nTwo\n\nThree", [Break.LINE, Break.PARAGRAPH, Break.PARAGRAPH]),
        ("It ended. It began.", [Break.WORD, Break.SENTENCE, Break.WORD, Break.PARAGRAPH]),
        ("well-known 1,000 men", [Break.WORD, Break.WORD, Break.PARAGRAPH]),
    ],
)
def test_the_larger_the_break_the_more_ends(script: str, ends: list[Break]) -> None:
    assert breaks(read_script(script).words) == ends


def test_nothing_has_no_breaks() -> None:
    assert breaks([]) == []
