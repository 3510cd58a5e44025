"""A voice is put on the shelf whole or not at all, and never replaces another by mistake."""

from __future__ import annotations

import json
import os
import threading
import wave
from pathlib import Path

import numpy as np
import pytest

from wordlight.audio import Clip, read_wav
from wordlight.errors import (
    EmptyText,
    InvalidInput,
    TooLong,
    UnknownVoice,
    VolumeFull,
    VolumeReadOnly,
)
from wordlight.manifest import Manifest
from wordlight.voices import (
    NewVoice,
    VoiceCard,
    VoicesAnswer,
    VoicesCall,
    VoiceShelf,
    check_text,
    shelve,
    unshelve,
)

CLIP = Clip((0.2 * np.sin(np.arange(48_000) / 20)).astype(np.float32), 24_000)


def voice(name: str, text: str = "Good morning.", language: str = "en") -> NewVoice:
    return NewVoice(name, CLIP, text, VoiceCard(language, f"{name}: someone"))


def names(profile: Manifest, volume: Path) -> list[str]:
    (answer,) = VoiceShelf.of(profile, volume).run([VoicesCall("")])
    assert isinstance(answer, VoicesAnswer)
    return answer.names


def leftovers(volume: Path) -> list[Path]:
    return list((volume / "voices/.aside").iterdir())


def test_a_running_shelf_sees_a_new_voice_whole(profile: Manifest, tmp_path: Path) -> None:
    shelf = VoiceShelf.of(profile, tmp_path)
    assert "anna" not in shelf.folders

    folder = shelve(voice("anna", language="de"), profile, tmp_path)

    assert shelf.folders["anna"] == folder == tmp_path / "voices/anna"
    (german,) = shelf.run([VoicesCall("de")])
    assert german == VoicesAnswer(["anna"], ["de"], ["anna: someone"], [""], [""])
    assert {path.name for path in folder.iterdir()} == {
        "reference.wav", "reference.txt", "voice.json",
    }  # fmt: skip
    assert (folder / "reference.txt").read_text() == "Good morning.\n"
    assert np.abs(read_wav(folder / "reference.wav").samples - CLIP.samples).max() < 1e-4
    with wave.open(str(folder / "reference.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (24_000, 1, 2)
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "NAME is ''"),
        ("Anna", "of small letters"),
        ("anna.wav", "of small letters"),
        ("../heart", "of small letters"),
        ("a/b", "of small letters"),
        (".aside", "of small letters"),
        ("-x", "begin with"),
        ("zoë", "of small letters"),
        ("anna\n", "of small letters"),
        ("a" * 65, "at most 64"),
    ],
)
def test_a_name_that_could_be_a_path_or_a_flag_is_refused(
    profile: Manifest, tmp_path: Path, name: str, says: str
) -> None:
    with pytest.raises(InvalidInput, match=says):
        shelve(voice(name), profile, tmp_path)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("language", ["", "english", "EN", "e1", "../x"])
def test_a_language_is_a_code(profile: Manifest, tmp_path: Path, language: str) -> None:
    with pytest.raises(InvalidInput, match="LANGUAGE is"):
        shelve(voice("anna", language=language), profile, tmp_path)


@pytest.mark.parametrize(("name", "whose"), [("anna", "the volume's"), ("emma", "mini's own")])
def test_no_voice_is_put_in_anothers_place_unasked(
    profile: Manifest, tmp_path: Path, name: str, whose: str
) -> None:
    shelve(voice("anna", "First."), profile, tmp_path)

    with pytest.raises(InvalidInput, match=f"NAME '{name}' is taken: that voice is .*{whose}"):
        shelve(voice(name, "Second."), profile, tmp_path)

    assert (tmp_path / "voices/anna/reference.txt").read_text() == "First.\n"
    assert not (tmp_path / "voices/emma").exists()


def test_a_voice_is_replaced_when_asked(profile: Manifest, tmp_path: Path) -> None:
    folder = shelve(voice("anna", "First."), profile, tmp_path)
    (folder / "phonemes.json").write_text("{}")

    shelve(voice("anna", "Second."), profile, tmp_path, replaces=True)

    assert (folder / "reference.txt").read_text() == "Second.\n"
    assert not (folder / "phonemes.json").exists()  # the first recording's
    assert leftovers(tmp_path) == []


def test_a_failed_replacement_leaves_the_old_voice(
    profile: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shelve(voice("anna", "First."), profile, tmp_path)
    rename = Path.rename

    def fails_for_the_new(path: Path, target: Path) -> Path:
        if path.name == "new":
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fails_for_the_new)
    with pytest.raises(VolumeFull, match="No space left"):
        shelve(voice("anna", "Second."), profile, tmp_path, replaces=True)

    assert (folder / "reference.txt").read_text() == "First.\n"
    assert leftovers(tmp_path) == []


def test_a_write_that_fails_half_way_shows_nothing(
    profile: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(VolumeFull, match="No space left"):
        shelve(voice("anna"), profile, tmp_path)

    assert "anna" not in names(profile, tmp_path)
    assert not (tmp_path / "voices/anna").exists()
    assert leftovers(tmp_path) == []


def test_of_many_at_once_one_gets_the_name(profile: Manifest, tmp_path: Path) -> None:
    outcomes: list[str] = []

    def put(text: str) -> None:
        try:
            shelve(voice("anna", text), profile, tmp_path)
            outcomes.append(text)
        except InvalidInput as error:
            outcomes.append(f"refused: {error}")

    threads = [threading.Thread(target=put, args=[f"Text {n}."]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (won,) = [text for text in outcomes if not text.startswith("refused")]
    assert (tmp_path / "voices/anna/reference.txt").read_text() == won + "\n"
    assert len(outcomes) == 8


def test_other_files_under_that_name_are_left_alone(profile: Manifest, tmp_path: Path) -> None:
    notes = tmp_path / "voices/anna/notes.txt"
    notes.parent.mkdir(parents=True)
    notes.write_text("mine")

    with pytest.raises(InvalidInput, match="or holds other files"):
        shelve(voice("anna"), profile, tmp_path)

    assert notes.read_text() == "mine"


def test_a_voice_is_removed(profile: Manifest, tmp_path: Path) -> None:
    shelve(voice("anna"), profile, tmp_path)

    uncovers = unshelve("anna", profile, tmp_path)

    assert not uncovers
    assert "anna" not in names(profile, tmp_path)
    assert leftovers(tmp_path) == []


def test_the_profiles_own_voices_stay(profile: Manifest, tmp_path: Path) -> None:
    for name in ("emma", "heart"):
        with pytest.raises(InvalidInput, match=f"'{name}' is mini's own voice; it stays"):
            unshelve(name, profile, tmp_path)


def test_the_default_voice_stays_where_there_is_no_other(tmp_path: Path) -> None:
    from dataclasses import replace

    from wordlight.manifest import load_manifest

    profile = replace(load_manifest("mini"), default_voice="anna")
    shelve(voice("anna"), profile, tmp_path)

    with pytest.raises(InvalidInput, match="'anna' is the default voice of mini; it stays"):
        unshelve("anna", profile, tmp_path)

    assert "anna" in names(profile, tmp_path)


def test_taking_away_a_replacement_uncovers_the_profiles_own(
    profile: Manifest, tmp_path: Path
) -> None:
    shelve(voice("heart"), profile, tmp_path, replaces=True)

    uncovers = unshelve("heart", profile, tmp_path)

    assert uncovers
    folder = VoiceShelf.of(profile, tmp_path).folders["heart"]
    assert folder == profile.folder / "voices/heart"


def test_a_full_volume_takes_no_voice_and_keeps_no_part_of_it(
    profile: Manifest, full_volume: Path
) -> None:
    with pytest.raises(VolumeFull, match="No space left on device, 0 bytes free"):
        shelve(voice("anna"), profile, full_volume)

    assert "anna" not in names(profile, full_volume)
    assert leftovers(full_volume) == []


def test_a_read_only_volume_takes_no_voice_and_is_named(
    profile: Manifest, closed_volume: Path
) -> None:
    with pytest.raises(VolumeReadOnly, match=rf"{closed_volume} cannot be written"):
        shelve(voice("anna"), profile, closed_volume)


def test_an_unknown_voice_is_not_removed(profile: Manifest, tmp_path: Path) -> None:
    with pytest.raises(UnknownVoice, match="there are: daniel, echo"):
        unshelve("anna", profile, tmp_path)


@pytest.mark.parametrize(
    ("text", "duration_s", "kind"),
    [("…!", 3.0, EmptyText), ("a" * 1_001, 15.0, TooLong), ("word " * 30, 2.0, InvalidInput)],
)
def test_a_text_that_cannot_be_what_is_said_is_refused(
    text: str, duration_s: float, kind: type[InvalidInput]
) -> None:
    with pytest.raises(kind, match="TEXT"):
        check_text(text, duration_s)


def test_a_text_becomes_one_line() -> None:
    assert check_text(" Good\n morning. ", 2.0) == "Good morning."


def test_a_broken_card_hides_its_own_voice_only(
    profile: Manifest, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shelve(voice("anna"), profile, tmp_path)
    folder = shelve(voice("bert"), profile, tmp_path)
    (folder / "voice.json").write_text(json.dumps({"language": "en"}))

    assert "anna" in (listed := names(profile, tmp_path))
    assert "bert" not in listed
    assert "voice bert is left out" in caplog.text
