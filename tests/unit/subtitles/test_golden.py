"""Whole files, as they should stay.

After an intended change, write them anew and read the difference before committing it:

    PYTHONPATH=src:tests/unit python -m subtitles.test_golden
"""

from __future__ import annotations

from pathlib import Path

import pytest

from wordlight.subtitles import Canvas, Layout, compose_look, set_captions
from wordlight.subtitles.formats import Presentation, write

from .passages import story

GOLDEN = Path(__file__).parent / "golden"


def files() -> dict[str, str]:
    """Every golden file by name, as written today."""
    wide, tall = Canvas(1920, 1080), Canvas(1080, 1920)
    classic, karaoke = compose_look("classic", canvas=wide), compose_look("karaoke", canvas=tall)
    sentences = set_captions(story(), Layout.of())
    narrow = set_captions(story(), Layout.of().narrowed(karaoke.line_characters(tall)))
    words = set_captions(story()[:12], Layout.of("word"))
    rows = set_captions(story()[:30], Layout.of("roll-up"))
    neon, live = compose_look("neon", canvas=wide), compose_look(canvas=wide, mode="roll-up")
    return {
        "pop.ass": write("ass", Presentation(sentences[:2], neon, wide, mode="pop")),
        "roll-up.ass": write("ass", Presentation(rows, live, wide, mode="roll-up")),
        "roll-up.srt": write("srt", Presentation(rows)),
        "story.ass": write("ass", Presentation(sentences, classic, wide)),
        "story.srt": write("srt", Presentation(sentences)),
        "story.vtt": write("vtt", Presentation(sentences)),
        "story.highlight.vtt": write("vtt_highlight", Presentation(sentences, classic, wide)),
        "story.ttml": write("ttml", Presentation(sentences, classic, wide)),
        "story.json": write("json", Presentation(sentences)),
        "story.lrc": write("lrc", Presentation(sentences)),
        "portrait.ass": write("ass", Presentation(narrow, karaoke, tall, "k")),
        "portrait.highlight.vtt": write("vtt_highlight", Presentation(narrow, karaoke, tall)),
        "portrait.ttml": write("ttml", Presentation(narrow, karaoke, tall)),
        "words.ass": write("ass", Presentation(words, classic, wide)),
        "words.vtt": write("vtt", Presentation(words)),
    }


@pytest.mark.parametrize("name", sorted(files()))
def test_a_file_is_what_it_was(name: str) -> None:
    expected = (GOLDEN / name).read_text(encoding="utf-8")

    assert files()[name] == expected


def write_golden_files() -> None:
    """Overwrites the golden files with today's."""
    GOLDEN.mkdir(exist_ok=True)
    for name, text in files().items():
        (GOLDEN / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_golden_files()
