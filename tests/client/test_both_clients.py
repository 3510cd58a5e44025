"""The blocking and the awaited client: the same methods, requests and answers."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from fake_server import AsyncFakeServer, FakeServer
from wordlight_client import (
    AsyncClient,
    Client,
)

from wordlight.audio import Clip
from wordlight.words import Origin, Word

CLIP = Clip(np.linspace(-0.5, 0.5, 16_000, dtype=np.float32), 16_000)
WORDS = [Word("Hi", 0.0, 0.2, 0.9), Word("you", 0.2, 0.4, 0.0, Origin.INTERPOLATED)]
NARRATE_ALL = {
    "voice": "heart", "speed": 1.5, "steps": 16, "cfg_strength": 2.0, "sway": -1.0, "seed": 7,
    "language": "en", "mode": "word", "karaoke": "kf", "preset": "boxed",
    "style": {"font": "Größe"}, "width": 640, "height": 360, "profile": "bbc",
    "limits": {"lines": 1}, "speakers": ["Anna", "Bob"],
}  # fmt: skip


def public_methods(kind: type) -> dict[str, inspect.Signature]:
    return {
        name: inspect.signature(method)
        for name, method in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    }


def test_both_clients_have_the_same_methods_and_signatures() -> None:
    awaited, blocking = public_methods(AsyncClient), public_methods(Client)
    stream, awaited_stream = blocking.pop("narrate_stream"), awaited.pop("narrate_stream")

    assert awaited == blocking
    assert awaited_stream.parameters == stream.parameters
    assert awaited_stream.return_annotation == f"Async{stream.return_annotation}"
    assert len(blocking) == 12


@pytest.mark.parametrize(
    ("method", "arguments", "options"),
    [
        ("narrate", ("Hi there.",), NARRATE_ALL),
        (
            "narrate_publish",
            ("Hi there.", "s3://films/a"),
            {**NARRATE_ALL, "key": "a", "audio_format": "opus", "expires_s": 600},
        ),
        ("speak", ("Hi there.",), {"voice": CLIP, "reference_text": "x"}),
        ("align", (CLIP, "Hi there."), {"language": "en"}),
        ("transcribe", (CLIP,), {}),
        ("caption", (CLIP,), {"transcript": "Hi there.", "preset": "minimal"}),
        ("subtitle", (WORDS,), {"mode": "sentence"}),
    ],
)
def test_both_clients_send_and_return_the_same(
    make_async: Callable[[FakeServer], AsyncFakeServer],
    method: str,
    arguments: tuple[Any, ...],
    options: dict[str, Any],
) -> None:
    first, second = FakeServer(), FakeServer()

    async def ask() -> Any:
        async with AsyncClient(transport=make_async(second)) as client:
            assert await client.is_ready()
            await client.wait_until_ready(1.0)
            return await getattr(client, method)(*arguments, timeout_s=4.0, **options)

    answer = getattr(Client(transport=first), method)(*arguments, timeout_s=4.0, **options)
    awaited = asyncio.run(ask())

    assert second.is_closed
    assert repr(awaited) == repr(answer)
    (model, sent, timeout_s), (model2, sent2, timeout2_s) = *first.requests, *second.requests
    assert (model, timeout_s) == (model2, timeout2_s)
    assert {k: v.tolist() for k, v in sent.items()} == {k: v.tolist() for k, v in sent2.items()}
