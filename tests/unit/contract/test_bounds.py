"""Every input of every model is bounded: no request is larger than what was tested."""

from __future__ import annotations

import time

import numpy as np
import pytest

from wordlight.contract import MODELS, SUBTITLES, Dtype, TensorSpec
from wordlight.errors import InvalidInput, OutOfRange, TooLong

INPUTS = {f"{model.name}.{tensor.name}": tensor for model in MODELS for tensor in model.inputs}
LISTS = {name: one for name, one in INPUTS.items() if one.max_total is not None}
NUMBERS = {name: one for name, one in INPUTS.items() if one.dtype is not Dtype.STRING}
READ_NUMBERS = {name: one for name, one in NUMBERS.items() if one.is_read}


def of(tensor: TensorSpec, *texts: str) -> np.ndarray:
    return np.array([[text.encode() for text in texts]], dtype=np.object_)


@pytest.mark.parametrize("name", INPUTS)
def test_every_input_has_a_bound_for_all_that_may_grow(name: str) -> None:
    tensor = INPUTS[name]

    if tensor.is_list:
        assert tensor.max_length is not None, "of the elements"
    if tensor.dtype is not Dtype.STRING:
        assert tensor.low is not None
        assert tensor.high is not None
    elif tensor.is_list:
        assert tensor.choices or (tensor.max_element and tensor.max_total)
    else:
        assert tensor.choices or tensor.max_length is not None, "of the characters"


@pytest.mark.parametrize("name", READ_NUMBERS)
@pytest.mark.parametrize("side", ["low", "high"])
def test_a_number_at_its_bound_is_taken_and_one_beyond_it_is_refused(name: str, side: str) -> None:
    tensor = READ_NUMBERS[name]
    bound = getattr(tensor, side)
    held = tensor.dtype.numpy
    at = np.array([[bound]], dtype=held)
    step = 1 if side == "high" else -1
    if held.kind == "f":
        beyond = np.nextafter(at, at + np.array(step * 1e6, dtype=held))
    elif bound == np.iinfo(held).max:
        return  # the type itself holds nothing beyond
    else:
        beyond = at + np.array(step, dtype=held)

    tensor.decode(at)
    with pytest.raises(OutOfRange, match=tensor.name):
        tensor.decode(beyond)


@pytest.mark.parametrize("name", LISTS)
def test_a_text_of_a_list_is_refused_by_its_place(name: str) -> None:
    tensor = LISTS[name]
    assert tensor.max_element is not None
    longest = "ü" * tensor.max_element

    assert tensor.decode(of(tensor, "a", longest)) == ["a", longest]
    with pytest.raises(TooLong) as caught:
        tensor.decode(of(tensor, "a", longest + "ü"))

    assert caught.value.field == f"{tensor.name}[1]"
    assert caught.value.limit == tensor.max_element


@pytest.mark.parametrize("name", LISTS)
def test_texts_that_are_too_long_together_are_refused(name: str) -> None:
    tensor = LISTS[name]
    assert tensor.max_element is not None
    assert tensor.max_total is not None
    n_full, rest = divmod(tensor.max_total, tensor.max_element)
    texts = ["ü" * tensor.max_element] * n_full + ["ü" * rest]

    tensor.decode(of(tensor, *texts))
    with pytest.raises(TooLong) as caught:
        tensor.decode(of(tensor, *texts, "ü"))

    assert (caught.value.field, caught.value.limit) == (tensor.name, tensor.max_total)


def test_twenty_thousand_words_of_six_hundred_letters_are_refused_at_once() -> None:
    words = of(SUBTITLES.input("WORDS"), *["a" * 600] * 20_000)
    started_s = time.process_time()

    with pytest.raises(InvalidInput, match="12,000,000 characters"):
        SUBTITLES.input("WORDS").decode(words)

    assert time.process_time() - started_s < 0.5
