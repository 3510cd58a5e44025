"""A script that cannot be narrated or timed is refused as early as possible."""

from __future__ import annotations

from typing import Any

import pytest

from streaming.neighbours import ALIGNABLE, Neighbourhood, narrated, nobody_goes, stream_call
from wordlight.contract import CHECKS, F5_TTS
from wordlight.errors import InvalidInput, ServerError, UnknownLanguage
from wordlight.streaming import StreamAnswer, StreamEngine


def test_speakers_of_another_number_than_the_words_are_refused_before_anything_is_spoken(
    models: Neighbourhood,
) -> None:
    with pytest.raises(InvalidInput, match="SPEAKERS"):
        narrated(models, stream_call(speakers=["Anna"]))

    assert models.kinds() == ["checks", "plan"]


def test_a_language_that_cannot_be_timed_is_refused_before_anything_is_spoken(
    models: Neighbourhood,
) -> None:
    with pytest.raises(UnknownLanguage):
        narrated(models, stream_call(language="de"))

    assert "piece" not in models.kinds()


@pytest.mark.parametrize(("kind", "model"), [("checks", CHECKS), ("plan", F5_TTS)])
def test_what_cannot_be_narrated_is_refused_by_the_model_that_knows(
    models: Neighbourhood, kind: str, model: Any
) -> None:
    models.failing[kind, 0] = InvalidInput("TEXT", f"is not for {model.name}")

    with pytest.raises(InvalidInput, match=f"TEXT is not for {model.name}"):
        narrated(models, stream_call())

    assert models.kinds()[-1] == kind


def test_a_server_that_ends_while_words_are_timed_makes_no_guesses() -> None:
    models = Neighbourhood(failing={("align", 1): ServerError("whisperx is not ready")})
    parts: list[StreamAnswer] = []

    engine = StreamEngine(models, ALIGNABLE)
    with pytest.raises(ServerError, match="not ready"):
        parts.extend(engine.narrate(stream_call(), "job", nobody_goes))
    engine.close()

    assert len(parts) == 1
