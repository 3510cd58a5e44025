"""A request loads the aligner of its language from the volume, never from the network."""

from __future__ import annotations

from pathlib import Path

import pytest
from s3_cases import QUICK

from aligners.cases import call, engine, forbid_sockets
from wordlight.alignment import AlignmentAnswer
from wordlight.errors import WeightsMissing
from wordlight.manifest import Manifest
from wordlight.weights import bring


def test_a_request_in_a_language_that_was_not_pulled_is_refused_at_once_without_any_network(
    trilingual: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = engine(trilingual, tmp_path)
    tried = forbid_sockets(monkeypatch)

    outcomes = ready.run([call("fr", "bonjour tout le monde"), call("nl", "goede morgen")])

    assert [type(outcome) for outcome in outcomes] == [WeightsMissing, WeightsMissing]
    assert "aligner for fr" in str(outcomes[0])
    assert "`wordlight volume pull --language fr`" in outcomes[0].remedy
    assert str(tmp_path) not in str(outcomes[0])
    assert tried == []


@pytest.mark.parametrize(
    ("language", "text"), [("fr", "bonjour tout le monde"), ("nl", "goede morgen allemaal")]
)
def test_a_request_loads_another_languages_aligner_without_any_network(
    trilingual: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, text: str
) -> None:
    bring(trilingual, tmp_path, QUICK, languages=[language])
    ready = engine(trilingual, tmp_path)
    tried = forbid_sockets(monkeypatch)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))

    [outcome] = ready.run([call(language, text)])

    assert isinstance(outcome, AlignmentAnswer), outcome
    assert outcome.words == text.split()
    assert outcome.spoken_language == language
    assert tried == []
    assert not (tmp_path / "torch").exists()


def test_a_running_server_takes_an_aligner_that_is_pulled_meanwhile(
    trilingual: Manifest, tmp_path: Path
) -> None:
    ready = engine(trilingual, tmp_path)
    [before] = ready.run([call("fr", "bonjour")])

    bring(trilingual, tmp_path, QUICK, languages=["fr"])
    [after] = ready.run([call("fr", "bonjour")])

    assert isinstance(before, WeightsMissing)
    assert isinstance(after, AlignmentAnswer)
