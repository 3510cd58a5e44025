"""Captions that are given out while their words are still being spoken never change."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordlight.contract import KARAOKE_TAGS, LOOKS, MODES
from wordlight.errors import InvalidInput, NotOneOf, OutOfRange, WordsOverlap
from wordlight.reading import Reading, ReadWord
from wordlight.subtitles import CaptionStream, SubtitleCall, SubtitleEngine
from wordlight.words import Ending

from .passages import STORY
from .streams import (
    PROSE,
    WORDS_OF_A_CAPTION,
    batches,
    calls,
    check_parts,
    even_call,
    held_back,
    parts_of,
    spoken_call,
    untimed,
)


@settings(max_examples=400, deadline=None)
@given(calls(), st.lists(st.integers(0, 70), max_size=12))
def test_the_parts_add_up_to_the_files_of_the_whole(call: SubtitleCall, cuts: list[int]) -> None:
    check_parts(call, cuts)


@settings(max_examples=150, deadline=None)
@given(calls())
def test_the_parts_add_up_where_every_word_is_a_batch(call: SubtitleCall) -> None:
    check_parts(call, range(len(call.words)))


@settings(max_examples=100, deadline=None)
@given(calls(), calls(), st.data())
def test_no_later_time_or_origin_changes_what_was_given_out(
    call: SubtitleCall, other: SubtitleCall, data: st.DataObject
) -> None:
    n = len(call.words)
    kept = data.draw(st.integers(0, n))
    n_other = min(n, len(other.words)) - kept
    later = max([*call.ends[:kept], 0.0])
    starts, ends = call.starts.copy(), call.ends.copy()
    if n_other > 0:
        starts[kept : kept + n_other] = later + other.starts[:n_other]
        ends[kept : kept + n_other] = later + other.ends[:n_other]
        shift = max(0.0, ends[kept + n_other - 1] - call.ends[kept + n_other - 1])
        starts[kept + n_other :] += shift
        ends[kept + n_other :] += shift
    first = ["aligned"] * n if call.origins is None else call.origins
    origins = [*first[:kept], *("unspoken" if i % 3 else "aligned" for i in range(kept, n))]
    elsewhere = replace(call, starts=starts, ends=ends, origins=origins, duration=None)

    (part, _) = check_parts(call, [kept])

    answer = SubtitleEngine().answer(elsewhere)
    assert answer.vtt.startswith(part.vtt)
    assert answer.ass.startswith(part.ass)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("karaoke", KARAOKE_TAGS)
@pytest.mark.parametrize("preset", LOOKS)
def test_every_choice_of_the_contract_comes_in_parts(mode: str, karaoke: str, preset: str) -> None:
    call = spoken_call(STORY, mode=mode, karaoke=karaoke, preset=preset)

    parts = check_parts(call, range(8, len(call.words), 8))

    assert sum(part.vtt.count("-->") for part in parts) >= 5
    assert sum(part.ass.count("Dialogue") for part in parts) >= 5


@pytest.mark.parametrize("mode", ["sentence", "pop"])
def test_of_prose_three_captions_are_held_back_at_most(mode: str) -> None:
    held = held_back(spoken_call(PROSE, mode=mode), 8)

    assert len(held) >= 18
    assert np.mean(held) <= 2 * WORDS_OF_A_CAPTION
    assert max(held) <= 3 * WORDS_OF_A_CAPTION


def test_a_single_word_is_held_back_until_the_next_one() -> None:
    held = held_back(spoken_call(PROSE, mode="word"), 8)

    assert held == [1] * len(held)


def test_short_rows_are_held_back_for_less() -> None:
    held = held_back(spoken_call(PROSE, mode="roll-up", profile="shorts"), 8)

    assert max(held) <= 2 * WORDS_OF_A_CAPTION


@pytest.mark.parametrize("each_s", [0.3, 0.1, 1.7])
@pytest.mark.parametrize("mode", MODES)
def test_words_that_are_all_alike_are_given_out_as_they_end_up(each_s: float, mode: str) -> None:
    check_parts(even_call("la " * 300, each_s, mode=mode), range(7, 300, 7))


def test_a_pause_lets_out_what_nothing_else_parts() -> None:
    call = even_call("la " * 200)
    later = 3.0 * (np.arange(200) >= 150)
    call = replace(call, starts=call.starts + later, ends=call.ends + later, duration=64.0)

    before, after, *_ = check_parts(call, [150, 190])

    assert before.vtt.count("</c>") == 0
    assert after.vtt.count("</c>") >= 150


def test_a_written_line_comes_out_with_the_next_one() -> None:
    lines = ["Tell me where the river runs", "when the summer days are gone"] * 10
    call = even_call(" ".join(lines))
    words = [
        ReadWord(
            word, (word.lower(),), k, ends=Ending.LINE if word in ("runs", "gone") else Ending.NONE
        )
        for k, word in enumerate(call.words)
    ]
    call = replace(call, reading=Reading(tuple(words)).to_json())

    parts = check_parts(call, range(7, 120, 6))

    assert [part.vtt.count("-->") for part in parts] == [*[1] * 19, 0]


def test_a_note_holds_back_what_stands_beside_it_and_no_more() -> None:
    call = spoken_call(PROSE)
    note = call.words.index("On")
    origins = ["unspoken" if note <= i < note + 3 else "aligned" for i in range(len(call.words))]
    call = replace(call, origins=origins)

    held = held_back(call, 8)

    assert max(held) <= 4 * WORDS_OF_A_CAPTION


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cut", range(1, 11))
def test_a_note_that_nobody_can_read_is_not_given_out(mode: str, cut: int) -> None:
    call = even_call("so it goes [a] [b] [c] [d] on and on.", 0.1, mode=mode)
    origins = ["unspoken" if word[0] == "[" else "aligned" for word in call.words]

    check_parts(replace(call, origins=origins), [cut])


def test_the_header_comes_first_and_once_with_or_without_a_caption() -> None:
    call = spoken_call(PROSE)
    stream = CaptionStream(untimed(call))

    nothing, one = parts_of(stream, batches(call, [0])[:1])[0], parts_of(stream, [call])[0]

    assert nothing.vtt == "WEBVTT\n"
    assert nothing.ass.startswith("[Script Info]\n")
    assert nothing.ass.splitlines()[-1].startswith("Format: Layer,")
    assert one.vtt.startswith("\n00:00:00.000 --> ")
    assert one.ass.startswith("Dialogue: ")


def test_a_stream_of_no_words_ends_with_the_files_of_none() -> None:
    call = SubtitleCall([], np.zeros(0), np.zeros(0))

    part, answer = CaptionStream(call).finish(0.0)

    assert (part.ass, part.vtt) == (answer.ass, answer.vtt)


def test_warnings_that_came_with_the_speech_are_in_the_report() -> None:
    reading = Reading((ReadWord("so", ("so",), 0),))
    stream = CaptionStream(replace(untimed(even_call("so")), reading=reading.to_json()))
    stream.add(np.zeros(1), np.ones(1))

    _, answer = stream.finish(1.0, reading.warned("it rained").to_json())

    assert json.loads(answer.report)["warnings"] == ["it rained"]


@pytest.mark.parametrize(
    ("starts", "ends", "error"),
    [
        ([0.2], [0.4], WordsOverlap),
        ([0.3, 0.6, 0.9], [0.5, 0.8, 1.0], InvalidInput),
        ([0.3], [0.4, 0.6], InvalidInput),
        ([0.3], [1e7], OutOfRange),
    ],
)
def test_a_batch_that_cannot_be_is_refused_and_leaves_no_trace(
    starts: list[float], ends: list[float], error: type[InvalidInput]
) -> None:
    call = even_call("so it goes")
    stream = CaptionStream(untimed(call))
    first, second = batches(call, [1])
    parts = parts_of(stream, [first])

    with pytest.raises(error):
        stream.add(np.array(starts), np.array(ends))

    parts += parts_of(stream, [second])
    rest, answer = stream.finish(call.duration)
    assert "".join(part.vtt for part in [*parts, rest]) == answer.vtt


def test_a_word_that_was_never_timed_is_told_at_the_end() -> None:
    stream = CaptionStream(untimed(even_call("so it goes")))
    stream.add(np.zeros(1), np.ones(1))

    with pytest.raises(InvalidInput, match="WORDS has 3"):
        stream.finish(1.0)


def test_options_that_cannot_be_are_refused_before_anything_is_spoken() -> None:
    with pytest.raises(NotOneOf):
        CaptionStream(replace(untimed(even_call("so")), mode="paragraph"))
