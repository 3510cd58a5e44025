"""JSON, ids, binary data and events, wherever they are cut; and lines of the log."""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordlight.contract import F5_TTS, SUBTITLES
from wordlight.errors import InvalidInput
from wordlight.front import Limits, LogFormat
from wordlight.front._binary_check import BinaryCheck
from wordlight.front._events import Events
from wordlight.front._ids import with_id
from wordlight.front._json import load, n_counted
from wordlight.front._log import facts, set_up

LIMITS = Limits()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_json_is_read_as_python_reads_it(value: dict[str, object]) -> None:
    text = json.dumps(value).encode()
    if (depth := deepest(value)) > LIMITS.nesting:
        with pytest.raises(InvalidInput, match="nested"):
            load(text, LIMITS)
    else:
        assert load(text, LIMITS) == value, depth


def deepest(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict | list):
        return 1 + max(map(deepest, inner), default=0)
    return 0


@given(st.binary(max_size=60))
def test_any_bytes_are_json_or_refused(text: bytes) -> None:
    with contextlib.suppress(InvalidInput):
        load(text, LIMITS)


@given(st.text(alphabet='{}[]",:\\1 ', max_size=60))
def test_anything_like_json_is_json_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidInput):
        load(text.encode(), LIMITS)


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":"' + b'\\"' * 3_000_000,
        b'{"a":' + b'"' * 3_000_001,
        b"[" * 3_000_000,
        b"[]" * 3_000_000,
        b'{"a":[' + b"1," * 3_000_000,
        b'{"a":"' + b"\\" * 3_000_001,
    ],
)
def test_hostile_json_costs_little(text: bytes) -> None:
    began_s = time.process_time()

    with pytest.raises(InvalidInput):
        load(text, LIMITS)

    assert time.process_time() - began_s < 2.0


def test_brackets_within_texts_do_not_count() -> None:
    text = json.dumps({"TEXT": "[" * 50_000 + '"' + "\\"}).encode()

    assert load(text, LIMITS)["TEXT"].startswith("[[")


def test_numbers_within_texts_are_text() -> None:
    numbers = "[" + "1," * 5_000 + "1]"
    value = {"id": numbers, "data": [1] * 5_000}

    found = load(json.dumps(value).encode(), LIMITS)
    counted = load(json.dumps({"data": [1] * 5_000}).encode(), LIMITS)

    assert found == value
    assert n_counted(counted["data"]) == 5_000
    assert n_counted([1] * 5_000) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"{}", b'{"id":"a"}'),
        (b' \n{ "inputs" : [] }', b' \n{"id":"a", "inputs" : [] }'),
        (b'{"id":"","inputs":[]}', b'{"id":"a","id":"","inputs":[]}'),
    ],
)
def test_an_id_is_put_first_and_the_rest_stays(text: bytes, expected: bytes) -> None:
    assert with_id(text, "a") == expected


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[low:high] for low, high in itertools.pairwise(edges)]


def encoded(texts: Sequence[str]) -> bytes:
    return b"".join(len(one.encode()).to_bytes(4, "little") + one.encode() for one in texts)


@given(st.lists(st.text(max_size=9), max_size=5), st.binary(max_size=20), st.lists(st.integers(0)))
def test_good_binary_data_passes_wherever_it_is_cut(
    words: list[str], samples: bytes, places: list[int]
) -> None:
    inputs = [
        (SUBTITLES.input("WORDS"), len(words), len(encoded(words))),
        (F5_TTS.input("REFERENCE_AUDIO"), len(samples) // 4, len(samples)),
        (F5_TTS.input("TEXT"), 1, len(encoded(["Hello."]))),
    ]
    check = BinaryCheck(inputs)

    for part in cut(encoded(words) + samples + encoded(["Hello."]), places):
        check.feed(part)


@given(st.binary(min_size=4, max_size=40), st.lists(st.integers(0)))
def test_lengths_are_followed_as_they_are_read(data: bytes, places: list[int]) -> None:
    n_texts = len(data) // 4
    is_good = follows(data, n_texts)
    check = BinaryCheck([(SUBTITLES.input("WORDS"), n_texts, len(data))])
    found = True
    try:
        for part in cut(data, places):
            check.feed(part)
    except InvalidInput:
        found = False

    assert found == is_good


def follows(data: bytes, n_texts: int) -> bool:
    at = 0
    for _ in range(n_texts):
        if at + 4 > len(data):
            return False
        at += 4 + int.from_bytes(data[at : at + 4], "little")
    return at == len(data)


@given(st.lists(st.sampled_from(["good", "error", "long"]), max_size=5), st.lists(st.integers(0)))
def test_events_pass_wherever_they_are_cut(kinds: list[str], places: list[int]) -> None:
    texts = {
        "good": b'data: {"A": [1, 2]}\n\n',
        "error": b'data: {"error":"x"}\n\n',
        "long": b'data: {"error_free": 1,\n "B": 2}\n\n',
    }
    sent = b"".join(texts[kind] for kind in kinds)
    expected = b"".join(b"!" if kind == "error" else texts[kind] for kind in kinds)
    events = Events(lambda event: b"!" if event.startswith(b'data: {"error":') else event + b"\n\n")

    got = b"".join(events.feed(part) for part in cut(sent, places)) + events.end()

    assert got == expected


@pytest.mark.parametrize("log_format", LogFormat)
def test_a_line_of_the_log_has_its_facts(
    log_format: LogFormat, capfd: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        set_up(log_format)
        told = facts(request_id="a1", model="", sent=0)
        logging.getLogger("wordlight.x").info("two\nlines", extra=told)
    finally:
        root.handlers[:] = before
        root.setLevel(level)

    (line,) = capfd.readouterr().err.splitlines()
    if log_format is LogFormat.JSON:
        told = json.loads(line)
        assert (told["request_id"], told["level"], told["sent"]) == ("a1", "info", 0)
        assert "model" not in told
    else:
        assert line.endswith("INFO front: two\\nlines request_id=a1 sent=0")
