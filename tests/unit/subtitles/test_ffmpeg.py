"""SRT, WebVTT and LRC as ffmpeg reads them: what mpv and every film made with it will show."""

from __future__ import annotations

import re
import subprocess

import imageio_ffmpeg
import pytest

from wordlight.subtitles import Canvas, Caption, Layout, compose_look, set_captions
from wordlight.subtitles.formats import Presentation, spotlights, write
from wordlight.subtitles.formats._escaping import WORD_JOINER
from wordlight.words import Word

from .nasty import TEXTS
from .passages import story

CANVAS = Canvas()
TIMEOUT_S = 30


def events(text: str, kind: str) -> list[tuple[int, int, str]]:
    """Start and end in centiseconds and ASS text of every event that ffmpeg makes of a file."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error",
        "-f", kind, "-i", "pipe:0", "-f", "ass", "pipe:1",
    ]  # fmt: skip
    done = subprocess.run(
        command, input=text.encode(), capture_output=True, timeout=TIMEOUT_S, check=True
    )
    assert done.stderr == b""
    rows = [row for row in done.stdout.decode().splitlines() if row.startswith("Dialogue:")]
    fields = [row.split(",", 9) for row in rows]
    return [(centiseconds(row[1]), centiseconds(row[2]), row[9]) for row in fields]


def centiseconds(time: str) -> int:
    hours, minutes, seconds = time.split(":")
    return 360_000 * int(hours) + 6_000 * int(minutes) + round(100 * float(seconds))


def plain(text: str) -> str:
    """ASS text as it is seen; ffmpeg writes a brace of the text as ``\\{{}``."""
    assert not re.search(r"\{(?!\})[^}]*\}", text.replace(r"\{{}", "")), "a tag"
    return text.replace(r"\{{}", "{").replace(r"\N", "\n").replace(WORD_JOINER, "")


@pytest.fixture(scope="module")
def nasty() -> list[Caption]:
    """A caption of each nasty text; a wide gap stops any two from sharing one."""
    words = [Word(text, 20.0 * n, 20.0 * n + 1.0) for n, text in enumerate(TEXTS) if len(text) < 99]
    return set_captions(words, Layout.of())


def test_srt_shows_every_text_as_written(nasty: list[Caption]) -> None:
    read = events(write("srt", Presentation(nasty)), "srt")

    wanted = str.maketrans({"{": "｛", "}": "｝", WORD_JOINER: None})
    assert [plain(text) for _, _, text in read] == [c.text.translate(wanted) for c in nasty]


def test_vtt_shows_every_text_as_written(nasty: list[Caption]) -> None:
    look = compose_look(canvas=CANVAS)
    expected = [c.text.replace(WORD_JOINER, "") for c in nasty]

    plain_vtt = events(write("vtt", Presentation(nasty)), "webvtt")
    highlight = events(write("vtt_highlight", Presentation(nasty, look, CANVAS, "none")), "webvtt")

    assert [plain(text) for _, _, text in plain_vtt] == expected
    assert [plain(text) for _, _, text in highlight] == expected


def test_a_cue_of_every_word_has_the_words_times() -> None:
    captions = set_captions(story(), Layout.of())
    look = compose_look(canvas=CANVAS)

    read = events(write("vtt_highlight", Presentation(captions, look, CANVAS)), "webvtt")

    states = [state for caption in captions for state in spotlights(caption)]
    for (start_cs, end_cs, _), state in zip(read, states, strict=True):
        assert abs(10 * start_cs - state.start_ms) <= 10
        assert abs(10 * end_cs - state.end_ms) <= 10


def test_lrc_has_a_line_for_every_line() -> None:
    captions = set_captions(story(), Layout.of())

    read = events(write("lrc", Presentation(captions)), "lrc")

    lines = [line for caption in captions for line in caption.lines]
    shown = [re.sub(r"<\d+:\d\d\.\d\d>", "", plain(text)) for _, _, text in read]
    assert shown == [*(line.text for line in lines), ""]
    onsets_cs = [100 * line.words[0].start_s for line in lines]
    assert [cs for cs, _, _ in read[:-1]] == [pytest.approx(cs, abs=1.01) for cs in onsets_cs]
