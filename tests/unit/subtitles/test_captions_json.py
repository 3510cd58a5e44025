"""The JSON of captions."""

from __future__ import annotations

import json

from hypothesis import given, settings

from wordlight.subtitles import Caption, Layout, compose_look, find_language, set_captions
from wordlight.subtitles.formats import Presentation, write
from wordlight.words import Word

from .nasty import nasty_captions
from .passages import spoken


def test_a_word_has_its_text_times_score_and_line() -> None:
    words = [Word("R&D", 1.0004, 1.3, 0.87654), Word("“won”", 1.5, 2.0)]

    found = json.loads(write("json", Presentation(set_captions(words, Layout.of()))))

    assert found == {
        "format": "wordlight.captions",
        "version": 1,
        "language": "en",
        "direction": "ltr",
        "captions": [
            {
                "start": 1.0,
                "end": 2.0,
                "lines": ["R&D “won”"],
                "words": [
                    {"text": "R&D", "start": 1.0004, "end": 1.3, "score": 0.8765, "line": 0},
                    {"text": "“won”", "start": 1.5, "end": 2.0, "score": 1.0, "line": 0},
                ],
            }
        ],
    }


def test_the_direction_of_arabic_is_right_to_left() -> None:
    arabic = compose_look(language=find_language("ar"))

    assert json.loads(write("json", Presentation([], arabic)))["direction"] == "rtl"


@settings(max_examples=60, deadline=None)
@given(nasty_captions())
def test_any_text_comes_back_and_every_word_names_its_line(captions: list[Caption]) -> None:
    found = json.loads(write("json", Presentation(captions)).encode())["captions"]

    assert ["\n".join(c["lines"]) for c in found] == [c.text for c in captions]
    for record, caption in zip(found, captions, strict=True):
        rows = [
            [w["text"] for w in record["words"] if w["line"] == row]
            for row in range(len(caption.lines))
        ]
        assert rows == [[word.text for word in line.words] for line in caption.lines]


def test_words_that_touch_say_so_and_joining_them_gives_the_line() -> None:
    words = spoken([("Qu", ""), ("'il", " "), ("vienne", " "), ("demain", ""), ("!", "")])

    (caption,) = json.loads(write("json", Presentation(set_captions(words, Layout.of()))))[
        "captions"
    ]

    assert [word.get("glue") for word in caption["words"]] == ["", None, None, "", None]
    joined = "".join(word["text"] + word.get("glue", " ") for word in caption["words"])
    assert [joined.rstrip()] == caption["lines"] == ["Qu'il vienne demain!"]
