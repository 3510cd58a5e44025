"""A value that the contract forbids is never sent, in any input."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_server import AsyncFakeServer, FakeServer
from wordlight_client import AsyncClient, Client
from wordlight_client._calls import AnySpec, _tensors
from wordlight_client._words import ARGUMENTS
from wordlight_client.commands._folder import check_folder

from wordlight.audio import Clip
from wordlight.contract import (
    CAPTION,
    F5_TTS,
    NARRATE,
    NARRATE_PUBLISH,
    SUBTITLES,
    VOICES,
    WHISPERX,
    Dtype,
    TensorSpec,
)
from wordlight.errors import (
    EmptyText,
    InvalidInput,
    MissingInput,
    NotFinite,
    NotOneOf,
    OutOfRange,
    TooLong,
    WordsOverlap,
    WordTimeInvalid,
    WrongShape,
    WrongType,
)
from wordlight.words import Word

CALLED = (NARRATE, NARRATE_PUBLISH, CAPTION, F5_TTS, WHISPERX, SUBTITLES, VOICES)
GOOD: dict[str, Any] = {
    "text": "Hi.", "destination": "s3://films/a", "audio": np.zeros(8_000, np.float32),
    "sample_rate": 8_000, "words": ["Hi."], "starts": [0.0], "ends": [1.0], "language": "en",
}  # fmt: skip
CLIP = Clip(np.zeros(16_000, np.float32), 16_000)


def wrong_values(tensor: TensorSpec) -> Iterator[tuple[Any, type[InvalidInput]]]:
    """A wrong value for each limit that the contract states."""
    is_text, is_whole = tensor.dtype is Dtype.STRING, tensor.dtype in (Dtype.INT32, Dtype.INT64)

    def value(one: Any) -> Any:
        return [one] if tensor.is_list else one

    if tensor.name != "VOICE":  # what is no name is a recording
        yield value(3 if is_text else "three"), WrongType
    if tensor.choices:
        yield value("no-such"), NotOneOf
    if is_text:
        yield value("\ud800"), WrongType
    else:
        yield value(float("nan")), NotFinite
        if not tensor.is_list:
            yield [1, 2], WrongShape
    if is_whole:
        yield value(64.5), WrongType
        yield value(2**70), OutOfRange
    if tensor.low is not None:
        yield value(int(tensor.low) - 1 if is_whole else tensor.low - 1.0), OutOfRange
    if tensor.high is not None:
        yield value(int(tensor.high) + 1 if is_whole else tensor.high + 1.0), OutOfRange
    if tensor.max_length is not None:
        n = tensor.max_length + 1
        one = np.array("a", object) if is_text else np.array(0, tensor.dtype.numpy)
        yield (np.broadcast_to(one, n) if tensor.is_list else "a" * n), TooLong


WRONG = [
    pytest.param(spec, tensor, value, error, id=f"{spec.name}-{tensor.name}-{error.__name__}")
    for spec in CALLED
    for tensor in spec.arguments
    for value, error in wrong_values(tensor)
]


def good(spec: AnySpec) -> dict[str, Any]:
    fields = {tensor.field for tensor in spec.arguments}
    return {name: value for name, value in GOOD.items() if name in fields}


@pytest.mark.parametrize(("spec", "tensor", "value", "error"), WRONG)
def test_every_limit_of_every_input_is_checked_before_anything_is_sent(
    spec: AnySpec, tensor: TensorSpec, value: Any, error: type[InvalidInput]
) -> None:
    with pytest.raises(error) as caught:
        _tensors(spec, good(spec) | {tensor.field: value})

    assert caught.value.field == tensor.name
    assert str(caught.value).startswith(ARGUMENTS.get(tensor.name, tensor.name))


@pytest.mark.parametrize("spec", CALLED, ids=lambda spec: spec.name)
def test_what_is_within_the_limits_is_sent(spec: AnySpec) -> None:
    assert _tensors(spec, good(spec)).keys() == {name.upper() for name in good(spec)}


def test_whole_numbers_of_any_kind_arrive_as_they_are() -> None:
    asked = {"text": "Hi.", "seed": 2**63 - 1, "width": np.float64(640), "height": np.int16(360)}

    tensors = _tensors(NARRATE, asked)

    assert [int(tensors[name][0, 0]) for name in ("SEED", "WIDTH", "HEIGHT")] == [
        2**63 - 1, 640, 360,
    ]  # fmt: skip


BAD: list[tuple[str, tuple[Any, ...], dict[str, Any], type[InvalidInput], str]] = [
    ("narrate", (" \n",), {}, EmptyText, "text"),
    ("narrate", ("Hi.",), {"style": {"colour": "#FFFFFF"}}, InvalidInput, "no field 'colour'"),
    ("narrate", ("Hi.",), {"style": {"size": 9_999}}, InvalidInput, "'size' the value 9999"),
    ("narrate", ("Hi.",), {"style": {"speakers": {"A": {"bold": 1}}}}, InvalidInput, "'bold'"),
    ("narrate", ("Hi.",), {"limits": {"lines": 3}}, InvalidInput, "'lines' the value 3"),
    ("narrate", ("Hi.",), {"limits": "{"}, InvalidInput, "limits is not JSON"),
    ("narrate", ("Hi.",), {"profile": "custom"}, MissingInput, "limits"),
    ("narrate", ("Hi.",), {"width": 640.5}, WrongType, "width is 640.5"),
    ("speak", ("Hi.",), {"reference_text": "So."}, MissingInput, "voice"),
    ("speak", ("Hi.",), {"voice": Clip(CLIP.samples[:1_600], 16_000)}, OutOfRange, "is 0.1 s"),
    ("speak", ("Hi.",), {"voice": CLIP, "reference_text": " "}, EmptyText, "reference_text"),
    ("caption", (CLIP,), {"transcript": " "}, EmptyText, "transcript"),
    ("caption", (CLIP,), {"preset": "comic"}, NotOneOf, "preset is 'comic'"),
    ("align", (CLIP, ""), {}, EmptyText, "transcript"),
    ("subtitle", ([Word("a", 0, 1)],), {"speakers": []}, InvalidInput, "speakers has 0 elements"),
    ("subtitle", ([Word("a", 0, 1), Word("b", 0, 1)],), {}, WordsOverlap, "word 1"),
    ("subtitle", ([Word("a", 1, 0)],), {}, WordTimeInvalid, "word 0"),
    ("narrate_publish", ("Hi.", "films/a"), {}, InvalidInput, "destination"),
    ("narrate_publish", ("Hi.", "s3://films/a"), {"key": ".."}, InvalidInput, "key"),
    ("narrate_publish", ("Hi.", "s3://films/a"), {"expires_s": 5}, OutOfRange, "expires_s is 5 s"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "arguments", "options", "error", "says"), BAD)
def test_both_clients_refuse_it_by_name(
    server: FakeServer,
    make_async: Callable[[FakeServer], AsyncFakeServer],
    method: str,
    arguments: tuple[Any, ...],
    options: dict[str, Any],
    error: type[InvalidInput],
    says: str,
) -> None:
    async def ask() -> None:
        async with AsyncClient(transport=make_async(server)) as client:
            await getattr(client, method)(*arguments, **options)

    with pytest.raises(error, match=says):
        getattr(Client(transport=server), method)(*arguments, **options)
    with pytest.raises(error, match=says):
        asyncio.run(ask())

    assert server.requests == []


def test_what_nothing_reads_is_no_option(server: FakeServer) -> None:
    with pytest.raises(TypeError, match="f5_tts has no option checked"):
        Client(transport=server).speak("Hi.", checked=1)  # type: ignore[call-arg]


def test_a_folder_that_is_there_or_can_be_made_is_fine(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text("{}")

    check_folder(tmp_path)
    check_folder(tmp_path / "a/b")

    assert not (tmp_path / "a").exists()


def test_a_folder_below_a_file_and_a_file_that_is_a_folder_are_told(tmp_path: Path) -> None:
    (tmp_path / "film").touch()
    (tmp_path / "out/subtitles.srt").mkdir(parents=True)

    with pytest.raises(NotADirectoryError, match="film"):
        check_folder(tmp_path / "film/out")
    with pytest.raises(IsADirectoryError, match=r"subtitles\.srt"):
        check_folder(tmp_path / "out")


def test_a_folder_that_may_not_be_written_to_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)  # root may do anything

    with pytest.raises(PermissionError, match=str(tmp_path)):
        check_folder(tmp_path / "out")
