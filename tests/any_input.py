"""Requests of every kind, made from a model's contract: valid, at a bound, beyond it, hostile.

Nothing here names a model. A new input is covered by the type and the limits of its `TensorSpec`; a
new input of JSON needs a document in `DOCUMENTS`, and a test says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

import fake_pb_utils as pb_utils
import numpy as np
from hypothesis import strategies as st

from wordlight.contract import (
    LIMIT_FIELDS,
    RESUME_VERSION,
    Dtype,
    ModelSpec,
    TensorSpec,
)
from wordlight.reading import read_script
from wordlight.words import Origin

TEXT = "Good morning to you."
N_WORDS = len(TEXT.split())

HOSTILE = (
    "", " ", "\n", "a\n\nb", "\r", "\t", "\x00", "a\x00b", "\x1b[31mred\x1b[0m", "\x07", "\x7f",
    "\x85", "\u2028", "\ufeff", "\u200b", "\u200d", "\u202e", "\u202a\u2066", "\u2060", "\ufffe",
    "\uffff", "\ue000", "\u0378", "\U000e0041", "\U0010ffff", "e" + "\u0301" * 10_000,
    "\u0301", "𝕏", "ﷺ", "İ", "ß", "ǅ", "٣", "½", "①", "𒐫", "Ⅷ",
    "👩\u200d👩\u200d👧", "東京", "שלום", "สวัสดี",
    "{\\b1}", "\\N", "}", "{", "-->", "00:00:01,000 --> 00:00:02,000", "1\n\n2", "<b>", "</p>",
    "<c.now>", "&amp;", "&#0;", "]]>", "<!--", "<?xml?>", "[00:01.00]", "<00:01.00>", "[ti:x]",
    "WEBVTT", "NOTE", "STYLE\n", "Dialogue: 0,0:00:00.00", "[Script Info]", "../../etc/passwd",
    "/dev/shm/triton_python_backend_shm_region_1", "%s%n", "{0}", "{field}", "${HOME}", "'", '"',
    "[pause 2s]", "[pause 1e9s]", "[rate 99]", "[voice: ../x]", "<speak>", "<speak><p></speak>",
    "<!DOCTYPE a [<!ENTITY b 'c'>]><speak>&b;</speak>", "ANNA:", "=", "a = ", "= b", "a = /x/",
    "NaN", "1e400", "-0", "9" * 5_000, "1,000,000,000,000,000,000,000", "0x1f", "²³", "1/0",
    "s3://", "s3:///", "s3://films/../x", "http://a", "en", "EN", "e" * 17, "zz", "en-US",
)  # fmt: skip
"""Texts in which something has been seen to break, here or elsewhere."""
BYTES = (b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"a\xf5")
"""What is not UTF-8: half of a surrogate pair, an overlong form, bytes that no text has."""
JUNK = (
    None, True, False, "", "x", "\ud800", "\x00", "a\u0000\nb", "\u202e",
    -1, 0, 0.5, 1e308, -1e308,
    2**31, 2**63, 2**64, 10**400, float("nan"), float("inf"), -float("inf"), 5e-324,
    [], {}, [None], [[]], [{}],
    {"a": 1}, {"": None}, "@nested@", "@nested deep@", ["@nested@"], {"a": "@nested deep@"},
)  # fmt: skip
"""Values for any member of a JSON document."""
NESTS = {'"@nested@"': 30, '"@nested deep@"': 50_000}
"""How deep each mark in `JUNK` nests, once it is written."""

_reading = json.loads(read_script(TEXT).to_json())
_reading["words"][0] |= {"glue": "", "ends": "line", "speaker": "Anna", "pause": 0.5,
                         "voice": "heart", "rate": 1.1, "phonemes": "ɡʊd",
                         "runs_on": True}  # fmt: skip
_reading |= {"lead": 1.0, "warnings": ["🎉 cannot be said"]}
_style: dict[str, Any] = {
    "font": "DejaVu Sans", "size": 60, "leading": 1.2, "primary": "#FFFFFF", "secondary": "#888888",
    "outline_colour": "#000000", "back_colour": "#00000080", "bold": True, "italic": False,
    "outline": 2, "shadow": 1, "alignment": 2, "margin_l": 10, "margin_r": 10, "margin_v": 20,
    "spacing": 0, "word_spacing": 0, "uppercase": False, "box": False, "blur": 0, "glow": 0,
    "radius": 4, "word_box": "#FF00FF80", "accent": "#FF0000", "upcoming": "#CCCCCC",
    "keyword_colours": ["#00FF00"], "keywords": ["morning"], "growth": 1.1, "entrance": "fade",
}  # fmt: skip
DOCUMENTS: Mapping[str, dict[str, Any]] = {
    "READING": _reading,
    "STYLE": _style | {"speakers": {"Anna": {"size": 60, "keywords": ["morning"]}}},
    "LIMITS": {
        name: high if "long" in name else low for name, (low, high) in LIMIT_FIELDS.items()
    },
    "RESUME": {
        "version": RESUME_VERSION, "seed": 1, "samples": [48_000], "starts": [0.1], "ends": [0.2],
        "scores": [0.9], "origins": [str(Origin.ALIGNED)], "other": [[0.3, 0.4]], "doubtful": [0],
        "n_spelt": 1, "warnings": ["so"],
    },
}  # fmt: skip
"""A valid document with every member, for each input of JSON."""
SAMPLES: Mapping[str, tuple[str, ...]] = {
    "TEXT": (TEXT, "ANNA: It costs $5 million. [pause 1s]\nBEN: No!",
             "<speak>So <break/> it.</speak>"),
    "LEXICON": ("# ours\nNguyen = win\nmorning = /mɔːnɪŋ/", '<lexicon alphabet="ipa"><lexeme>'
                "<grapheme>you</grapheme><alias>ewe</alias></lexeme></lexicon>"),
    "DESTINATION": ("s3://films/a",),
    "LANGUAGE": ("en", "de", ""),
}  # fmt: skip
"""Valid texts into which hostile ones are woven; `TEXT` stands for any other input."""
ANY_LENGTH = 20_000
"""A text that may be longer than this is not tried at its bound by every example."""


def written(document: object) -> str:
    """The document as JSON, in which each mark of `NESTS` has become nested lists."""
    text = json.dumps(document)
    for mark, depth in NESTS.items():
        text = text.replace(mark, "[" * depth + "]" * depth)
    return text


def every_member(document: Any) -> Iterator[str]:
    """The document with each of its members replaced by all of `JUNK`, left out, twice, unknown."""
    yield from (written(value) for value in JUNK)
    for path in dict.fromkeys(_paths(document)):
        yield from (written(_changed(document, path, lambda _, one=value: one)) for value in JUNK)
        yield written(_changed(document, path, None))
    text = written(document)
    for name in [*document, "unknown", ""]:
        for value in JUNK:
            member = f"{json.dumps(name)}:{written(value)}"
            yield f"{{{member},{text[1:]}"
            yield f"{text[:-1]},{member}}}"


def _paths(found: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    members = found.items() if isinstance(found, dict) else enumerate(found[:1])
    for key, value in members:
        yield (*at, key)
        if isinstance(value, dict | list):
            yield from _paths(value, (*at, key))


def _changed(found: Any, path: tuple[Any, ...], change: Any) -> Any:
    """The document with ``change`` made to the value at the path; None leaves the member out."""
    key, *more = path
    copy = dict(found) if isinstance(found, dict) else list(found)
    if more:
        copy[key] = _changed(found[key], tuple(more), change)
    elif change is None:
        del copy[key]
    else:
        copy[key] = change(found[key])
    return copy


@st.composite
def documents(draw: st.DrawFn, name: str) -> str:
    """A document of `DOCUMENTS`, in which up to three members are others or missing."""
    document: Any = DOCUMENTS[name]
    for _ in range(draw(st.integers(0, 3))):
        paths = list(_paths(document)) if isinstance(document, dict) else []
        if not paths:
            break
        value = draw(st.sampled_from(JUNK) | st.sampled_from(HOSTILE))
        change = draw(st.sampled_from([None, lambda _, one=value: one]))
        document = _changed(document, draw(st.sampled_from(paths)), change)
    return written(document)


@st.composite
def _woven(draw: st.DrawFn, name: str) -> str:
    """A valid text with hostile ones at some places in it."""
    text = draw(st.sampled_from(SAMPLES.get(name, SAMPLES["TEXT"])))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(HOSTILE) | _LETTERS) + text[at:]
    return text


_LETTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def texts(tensor: TensorSpec) -> st.SearchStrategy[bytes]:
    """Elements of a tensor of texts."""
    kinds: list[st.SearchStrategy[str]] = [
        st.sampled_from(HOSTILE), _LETTERS, _woven(tensor.name)
    ]  # fmt: skip
    if tensor.choices:
        kinds.append(st.sampled_from(tensor.choices))
    if tensor.name in DOCUMENTS:
        kinds += [documents(tensor.name)] * 3
    longest = tensor.max_element if tensor.is_list else tensor.max_length
    if longest is not None:
        lengths = [longest + 1] + [longest, longest - 1] * (longest <= ANY_LENGTH)
        kinds.append(st.sampled_from(lengths).flatmap(
            lambda n: st.sampled_from("aü東\u0301[{<").map(lambda letter: letter * n)
        ))  # fmt: skip
    return st.one_of(kinds).map(str.encode) | st.sampled_from(BYTES)


def numbers(tensor: TensorSpec) -> st.SearchStrategy[Any]:
    """Elements of a tensor of numbers: in its range, at its bounds, beyond them, no numbers."""
    held = tensor.dtype.numpy
    low, high = tensor.low, tensor.high
    if held.kind == "i":
        most = np.iinfo(held)
        ends = [most.min, most.max, -1, 0, 1, *(int(b) + step for b in (low, high) if b is not None
                for step in (-1, 0, 1))]  # fmt: skip
        within = st.integers(int(low or 0), int(most.max if high is None else high))
        return st.sampled_from([one for one in ends if most.min <= one <= most.max]) | within
    odd = [np.nan, np.inf, -np.inf, -0.0, 5e-324, 1e-45, 1e38, 1e308, 0.0]
    edges = [float(b) for b in (low, high) if b is not None]
    steps = [
        float(np.nextafter(held.type(b), held.type(to))) for b in edges for to in (-np.inf, np.inf)
    ]
    return st.sampled_from(odd + edges + steps) | st.floats(low, high)


@st.composite
def arrays(draw: st.DrawFn, tensor: TensorSpec, n_usual: int) -> np.ndarray:
    """What Triton may hand over as a tensor. ``n_usual`` is how long a list would be in a valid
    request."""
    n = 1
    if tensor.is_list:
        n = draw(
            st.sampled_from([n_usual, n_usual, n_usual, 0, 1, n_usual + 1]) | st.integers(0, 8)
        )
    n = draw(st.just(n) if tensor.is_list else st.sampled_from([1] * 12 + [0, 2]))
    elements = texts(tensor) if tensor.dtype is Dtype.STRING else numbers(tensor)
    n_drawn = min(n, 8)
    row = draw(st.lists(elements, min_size=n_drawn, max_size=n_drawn))
    row = (row * (n // max(n_drawn, 1) + 1))[:n] if n_drawn else []
    with np.errstate(over="ignore"):
        array = np.array([row], dtype=object).astype(tensor.dtype.numpy).reshape(1, n)
    return draw(st.sampled_from([array] * 10 + [array.reshape(-1), array.reshape(-1, 1)]))


@st.composite
def requests(
    draw: st.DrawFn, spec: ModelSpec, valid: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """A valid request in which some inputs are others, missing, or given besides."""
    made = dict(valid)
    changed = draw(st.lists(st.sampled_from(spec.arguments), min_size=1, max_size=3, unique_by=id))
    for tensor in changed:
        if tensor.name in made and draw(st.integers(0, 9)) == 0:
            del made[tensor.name]
        else:
            usual = made[tensor.name].size if tensor.name in valid else N_WORDS
            made[tensor.name] = draw(arrays(tensor, usual))
    return made


CODE = re.compile(r"([A-Z_]+): ")
HIDDEN = re.compile(r"Traceback|\.py\b|/work/|/usr/|shm_region_0x|incident")
NOT_IN_A_FILE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def check(spec: ModelSpec, arrays: Mapping[str, np.ndarray], response: Any) -> None:
    """Asserts that a response is an answer that fits the contract, or a refusal by field."""
    error = response.error()
    if error is None:
        for tensor in spec.outputs:
            _check_answer(tensor, tensor.decode(response[tensor.name]))
        return
    code = CODE.match(error.message())
    assert code is not None, error.message()
    assert code[1] != "ENGINE_FAILED", error.message()
    assert error.code() != pb_utils.TritonError.INTERNAL, error.message()
    assert any(tensor.name in error.message() for tensor in spec.inputs), error.message()
    assert len(error.message()) < 2_000, error.message()
    assert NOT_IN_A_FILE.search(error.message()) is None, repr(error.message())


def _check_answer(tensor: TensorSpec, value: Any) -> None:
    if tensor.dtype is not Dtype.STRING:
        return
    for text in value if tensor.is_list else [value]:
        if tensor.name == "TTML":
            ElementTree.fromstring(text)
        if tensor.name in ("REPORT", "JSON", "READING"):
            json.loads(text)
        assert NOT_IN_A_FILE.search(text) is None, f"{tensor.name} holds {text[:200]!r}"
