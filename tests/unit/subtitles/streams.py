"""Calls whose words get their times in batches, for tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from wordlight.contract import KARAOKE_TAGS, LOOKS, MODES, PROFILES
from wordlight.reading import Reading, ReadWord
from wordlight.subtitles import CaptionPart, CaptionStream, SubtitleCall, SubtitleEngine
from wordlight.words import Ending, Origin

from .nasty import TEXTS as NASTY

PROSE = (
    "The old lighthouse keeper climbed the narrow stairs every evening, just before the sun went "
    "down. He had done so for forty years, and he had never once been late. Somebody has to do "
    "it, he used to say, and it might as well be me. Nobody in the village remembered who had "
    "built the tower, or why it stood so far from the harbour, but everybody knew its light. On "
    "clear nights it reached as far as the islands. When the great storm came in the autumn of "
    "that year, the boats were still out on the water, and the people gathered on the beach with "
    "lanterns. They waited for hours. The wind took the roof of the church, and the rain put out "
    "the fires. Then, shortly after midnight, the light went on as it had always done, and one "
    "after the other the boats came home."
)
WORDS_OF_A_CAPTION = 9
"""In such prose."""
LETTERS = st.sampled_from(["a", "the", "of", "and", "lamp", "went", "up", "lighthouse", "Anna"])
MARKED = st.sampled_from(["word,", "end.", "Well…", "“Why?”", "—", "«", "»", "!", "?", "so;"])
OTHERS = st.sampled_from(
    ["東", "京。", "、", "שלום", "مرحبا", "pneumonoultramicroscopic", *NASTY[:-1]]
)
BLANK = st.sampled_from(["\x00", " ", "\u2028"])
PROSE_TEXTS = st.one_of(LETTERS, LETTERS, LETTERS, MARKED)
ANY_TEXTS = st.one_of(LETTERS, MARKED, OTHERS, BLANK)
EVEN_S, QUICK_S = st.sampled_from([0.3]), st.sampled_from([0.1])
PAUSED_S = st.sampled_from([0.2, 0.3, 0.31, 0.45])
ANY_S = st.one_of(st.just(0.0), st.floats(0.0, 0.02), st.floats(0.0, 1.0), st.floats(0.0, 9.0))
GAPS_S = st.one_of(st.sampled_from([0.0, 0.0, 0.0, -9e-7]), st.floats(0.0, 4.0))
LIMITS = (
    None, '{"line_characters": 8}', '{"lines": 1, "gap_ms": 0}', '{"words": 2}',
    '{"shortest_ms": 0, "gap_ms": 0}',
    '{"longest_ms": 900, "characters_per_s": 8}', '{"line_characters": 12, "shortest_ms": 2000}',
)  # fmt: skip
STYLE = '{"speakers": {"Anna": {"primary": "#FF0000", "size": 30}, "Bob": {"box": true}}}'


@st.composite
def calls(draw: st.DrawFn) -> SubtitleCall:
    """A whole call: any words, any times, any options; with or without a reading."""
    texts = draw(st.lists(draw(st.sampled_from([PROSE_TEXTS, ANY_TEXTS])), max_size=70))
    lengths_s = draw(st.sampled_from([EVEN_S, QUICK_S, PAUSED_S, ANY_S]))
    gaps_s = draw(st.sampled_from([st.just(0.0), GAPS_S]))
    n = len(texts)
    starts, ends, now_s = np.zeros(n), np.zeros(n), draw(st.sampled_from([0.0, 1.234]))
    for index in range(n):
        starts[index] = max(0.0, now_s + draw(gaps_s))
        now_s = ends[index] = starts[index] + draw(lengths_s)
    call = SubtitleCall(
        texts, starts, ends, draw(scores(n)), draw(origins(n)),
        mode=draw(st.sampled_from(MODES)), profile=draw(st.sampled_from(PROFILES[:-1])),
        limits=draw(st.sampled_from(LIMITS)), karaoke=draw(st.sampled_from(KARAOKE_TAGS)),
        preset=draw(st.sampled_from(LOOKS)), style=draw(st.sampled_from([None, STYLE])),
        width=draw(st.sampled_from([None, 320])),
        language=draw(st.sampled_from([None, "en", "fr", "ar", "zh", "ja"])),
        duration=draw(st.sampled_from([None, max(0.0, now_s - 0.5), now_s, now_s + 4.0])),
        speakers=draw(speakers(n)),
    )  # fmt: skip
    return replace(call, reading=draw(readings(texts)))


def scores(n: int) -> st.SearchStrategy[np.ndarray | None]:
    return st.sampled_from([None, np.linspace(0.0, 1.0, n, dtype=np.float32)])


@st.composite
def origins(draw: st.DrawFn, n: int) -> list[str] | None:
    """Runs of words that are said, and now and then of some that are not; None: all are."""
    if draw(st.booleans()):
        return None
    found: list[str] = []
    while len(found) < n:
        found += [Origin.ALIGNED.value] * draw(st.integers(0, 12))
        found += [Origin.UNSPOKEN.value] * draw(st.integers(0, 5))
    return found[:n]


@st.composite
def speakers(draw: st.DrawFn, n: int) -> list[str] | None:
    if draw(st.booleans()):
        return None
    found: list[str] = []
    while len(found) < n:
        found += [draw(st.sampled_from(["", "Anna", "Bob"]))] * draw(st.integers(1, 20))
    return found[:n]


@st.composite
def readings(draw: st.DrawFn, texts: list[str]) -> str | None:
    """The texts as a script with line ends and words in pieces; or none."""
    if draw(st.booleans()):
        return None
    glue = st.sampled_from([" ", " ", " ", " ", ""])
    endings = st.sampled_from([Ending.NONE] * 9 + [Ending.LINE, Ending.PARAGRAPH])
    words = [
        ReadWord(
            "".join(filter(str.isprintable, text)) or "x", ("x",), k, draw(glue), draw(endings)
        )
        for k, text in enumerate(texts)
    ]
    return Reading(tuple(words), draw(st.sampled_from(["en", "de"]))).to_json()


def batches(call: SubtitleCall, cuts: Iterable[int]) -> list[SubtitleCall]:
    """The call's times in pieces, cut behind those numbers of words."""
    n = len(call.words)
    edges = [0, *sorted(min(cut, n) for cut in cuts), n]
    return [
        replace(
            call, starts=call.starts[a:b], ends=call.ends[a:b],
            scores=None if call.scores is None else call.scores[a:b],
            origins=None if call.origins is None else call.origins[a:b],
        )
        for a, b in pairwise(edges)
    ]  # fmt: skip


def parts_of(stream: CaptionStream, pieces: Sequence[SubtitleCall]) -> list[CaptionPart]:
    return [stream.add(one.starts, one.ends, one.scores, one.origins) for one in pieces]


def untimed(call: SubtitleCall) -> SubtitleCall:
    nothing = np.zeros(0)
    return replace(call, starts=nothing, ends=nothing, scores=None, origins=None, duration=None)


def check_parts(call: SubtitleCall, cuts: Iterable[int]) -> list[CaptionPart]:
    """All parts but the last, of which it was checked that they add up to the answer."""
    stream = CaptionStream(untimed(call))
    parts = parts_of(stream, batches(call, cuts))
    rest, answer = stream.finish(call.duration)
    assert answer == SubtitleEngine().answer(call)
    assert "".join(part.vtt for part in [*parts, rest]) == answer.vtt
    assert "".join(part.ass for part in [*parts, rest]) == answer.ass
    return parts


def spoken_call(text: str, **more: str) -> SubtitleCall:
    """The text at 60 ms a character, with half a second at every stop and a breath at a comma."""
    words, now_s = text.split(), 0.0
    starts, ends = np.zeros(len(words)), np.zeros(len(words))
    for index, word in enumerate(words):
        starts[index] = now_s
        now_s = ends[index] = now_s + 0.06 * len(word) + 0.05
        now_s += 0.5 if word[-1] in ".!?" else 0.15 if word[-1] == "," else 0.0
    return SubtitleCall(words, starts, ends, duration=now_s, **more)  # type: ignore[arg-type]


def even_call(text: str, each_s: float = 0.3, **more: str) -> SubtitleCall:
    """The words, each as long as the others."""
    words = text.split()
    edges = each_s * np.arange(len(words) + 1)
    call = SubtitleCall(words, edges[:-1], edges[1:], **more)  # type: ignore[arg-type]
    return replace(call, duration=float(edges[-1]))


def held_back(call: SubtitleCall, size: int) -> list[int]:
    """How many of the words that were spoken are in no caption yet, after each batch of so many."""
    parts = check_parts(call, range(size, len(call.words), size))
    out = np.cumsum([part.vtt.count("</c>") for part in parts])
    known = np.minimum(size * np.arange(1, len(parts) + 1), len(call.words))
    return [int(n) for n in known - out]
