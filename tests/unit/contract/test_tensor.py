"""A value survives the wire, and what breaks a limit is refused by name."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordlight.contract import MODELS, SUBTITLES, WHISPERX, Dtype, TensorSpec
from wordlight.errors import (
    InvalidInput,
    NotFinite,
    NotOneOf,
    OutOfRange,
    TooLong,
    WrongShape,
    WrongType,
)

TEXT = TensorSpec("TEXT", Dtype.STRING, "a text", max_length=10)
TEXTS = TensorSpec("TEXTS", Dtype.STRING, "texts", is_list=True, max_length=3)
NUMBER = TensorSpec("NUMBER", Dtype.FP32, "a number", low=0.5, high=2.0)
NUMBERS = TensorSpec("NUMBERS", Dtype.FP64, "numbers", is_list=True)
CHOICE = TensorSpec("CHOICE", Dtype.STRING, "a choice", choices=("one", "two"))


@given(st.lists(st.text(), max_size=3))
def test_texts_survive_the_wire(texts: list[str]) -> None:
    assert TEXTS.decode(TEXTS.encode(texts)) == texts


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_numbers_survive_the_wire(numbers: list[float]) -> None:
    decoded = NUMBERS.decode(NUMBERS.encode(numbers))

    assert isinstance(decoded, np.ndarray)
    assert decoded.tolist() == numbers


@pytest.mark.parametrize(
    ("spec", "array", "error", "says"),
    [
        (TEXT, np.array([[b"x" * 11]], object), TooLong, "11 characters"),
        (TEXT, np.array([[b"\xff"]], object), WrongType, "UTF-8"),
        (TEXT, np.array([[b"a"], [b"b"]], object), WrongShape, "one item a request"),
        (TEXT, np.array([[b"a", b"b"]], object), WrongShape, "[1, 2]"),
        (TEXTS, np.array([[b"a"] * 4], object), TooLong, "4 elements"),
        (NUMBER, np.array([[2.5]], np.float32), OutOfRange, "from 0.5 to 2"),
        (NUMBER, np.array([[-1.0]], np.float32), OutOfRange, "is -1"),
        (NUMBER, np.array([[np.nan]], np.float32), NotFinite, "NaN"),
        (NUMBER, np.array([[1.0]], np.float64), WrongType, "float64"),
        (NUMBERS, np.array([[1.0, np.inf]]), NotFinite, "finite"),
        (NUMBERS, np.zeros((1, 2, 3)), WrongShape, "[1, 2, 3]"),
        (CHOICE, np.array([[b"three"]], object), NotOneOf, "one, two"),
    ],
)
def test_a_broken_limit_is_named(
    spec: TensorSpec, array: np.ndarray, error: type[InvalidInput], says: str
) -> None:
    with pytest.raises(error) as caught:
        spec.decode(array)

    assert caught.value.field == spec.name
    assert spec.name in str(caught.value)
    assert says in str(caught.value)


def test_a_number_where_a_text_belongs_is_refused_before_it_is_sent() -> None:
    with pytest.raises(WrongType, match="TEXT is int"):
        TEXT.encode(3)


def test_no_model_names_a_tensor_twice_and_every_tensor_says_what_it_means() -> None:
    for spec in MODELS:
        for tensors in (spec.inputs, spec.outputs):
            names = [tensor.name for tensor in tensors]
            assert len(names) == len(set(names))
            assert all(tensor.meaning for tensor in tensors)


def test_every_word_of_the_longest_transcript_can_be_subtitled() -> None:
    transcript = WHISPERX.input("TRANSCRIPT")
    longest = "的" * 40_000

    assert transcript.decode(transcript.encode(longest)) == longest
    for name, value in {"WORDS": [*longest], "ORIGINS": ["unspoken"] * 40_000}.items():
        tensor = SUBTITLES.input(name)
        assert tensor.decode(tensor.encode(value)) == value


def test_an_origin_is_one_that_the_aligner_answers() -> None:
    origins = SUBTITLES.input("ORIGINS")

    with pytest.raises(NotOneOf, match="aligned, interpolated, clamped, unspoken"):
        origins.decode(origins.encode(["guessed"]))
