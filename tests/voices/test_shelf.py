"""Voices of the profile and of the volume are on one shelf, the default one first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wordlight.voices import VoicesAnswer, VoicesCall, VoiceShelf
from wordlight.weights import load_profile


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    return tmp_path


READY = ["heart", "daniel", "echo", "emma", "fable", "sky"]
"""The mini profile's own, as they are listed."""


def put(volume: Path, name: str, language: str = "en", description: str = "") -> Path:
    folder = volume / "voices" / name
    folder.mkdir(parents=True)
    card = {"language": language, "description": description or f"{name}: someone"}
    (folder / "voice.json").write_text(json.dumps(card), encoding="utf-8")
    return folder


def shelf(volume: Path) -> VoiceShelf:
    return VoiceShelf.of(load_profile("mini"), volume)


def listed(volume: Path, language: str = "") -> VoicesAnswer:
    (answer,) = shelf(volume).run([VoicesCall(language)])
    assert isinstance(answer, VoicesAnswer)
    return answer


def test_a_volume_without_voices_has_the_profiles(volume: Path) -> None:
    answer = listed(volume)

    assert (answer.names, answer.languages) == (READY, ["en"] * len(READY))
    assert answer.descriptions[0].startswith("heart: American English, female")


def test_the_default_voice_comes_first_and_the_others_by_name(volume: Path) -> None:
    for name in ("zoe", "adam", "mia"):
        put(volume, name)

    names = listed(volume).names
    assert names == ["heart", *sorted([*READY[1:], "adam", "mia", "zoe"])]


def test_the_volumes_voice_wins_where_names_are_equal(volume: Path) -> None:
    folder = put(volume, "heart", description="ours")

    assert shelf(volume).folders["heart"] == folder
    assert listed(volume).descriptions[0] == "ours"
    assert listed(volume).names == READY


def test_a_language_filters_and_lists_stay_in_step(volume: Path) -> None:
    put(volume, "anna", "de")
    put(volume, "bert", "de")

    german, french = shelf(volume).run([VoicesCall("de"), VoicesCall("fr")])

    assert german == VoicesAnswer(
        ["anna", "bert"], ["de", "de"], ["anna: someone", "bert: someone"], ["", ""], ["", ""]
    )
    assert french == VoicesAnswer([], [], [], [], [])


def test_a_voice_put_on_the_volume_is_found_at_once(volume: Path) -> None:
    there = shelf(volume)
    assert "late" not in there.folders

    put(volume, "late")

    assert "late" in there.folders


def test_a_folder_without_a_card_is_no_voice(volume: Path) -> None:
    (volume / "voices/notes").mkdir(parents=True)

    assert listed(volume).names == READY
