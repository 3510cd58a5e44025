"""A voice's terms are kept as they were given, and shown no matter who wrote the card."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wordlight.errors import InvalidInput, TooLong
from wordlight.manifest import Manifest, load_manifest
from wordlight.voices import VoiceCard, VoicesAnswer, VoicesCall, VoiceShelf, card_line

CONSENT = "I, Anna Weber, agree that “Wordlight” may speak with my voice — always."


def put(volume: Path, card: object, name: str = "anna") -> Path:
    folder = volume / "voices" / name
    folder.mkdir(parents=True)
    (folder / "voice.json").write_text(json.dumps(card), encoding="utf-8")
    return folder


def listed(profile: Manifest, volume: Path) -> dict[str, tuple[str, str, str]]:
    """Description, licence and consent by name."""
    (answer,) = VoiceShelf.of(profile, volume).run([VoicesCall("")])
    assert isinstance(answer, VoicesAnswer)
    told = zip(answer.descriptions, answer.licences, answer.consents, strict=True)
    return dict(zip(answer.names, told, strict=True))


def test_a_card_is_read_as_it_was_written(tmp_path: Path) -> None:
    card = VoiceCard("de", "Anna, München", "CC BY 4.0", CONSENT)

    (tmp_path / "voice.json").write_text(card.to_json(), encoding="utf-8")

    assert VoiceCard.read(tmp_path) == card
    assert "München" in (tmp_path / "voice.json").read_text(encoding="utf-8")


def test_a_card_of_an_older_volume_has_no_terms(profile: Manifest, tmp_path: Path) -> None:
    put(tmp_path, {"language": "en", "description": "Anna"})

    assert listed(profile, tmp_path)["anna"] == ("Anna", "", "")


def test_terms_and_names_stay_in_step(profile: Manifest, tmp_path: Path) -> None:
    put(tmp_path, {"language": "en", "description": "a", "licence": "CC0"})
    put(tmp_path, {"language": "en", "description": "z", "consent": CONSENT}, "zoe")

    answer = listed(profile, tmp_path)

    assert answer["anna"] == ("a", "CC0", "")
    assert answer["zoe"] == ("z", "", CONSENT)
    assert answer["heart"][1:] == ("Apache-2.0", "")


@pytest.mark.parametrize(("name", "licence"), [("mini", "Apache-2.0"), ("full", "MIT")])
def test_every_embedded_voice_has_its_licence_and_says_it_once(
    name: str, licence: str, tmp_path: Path
) -> None:
    voices = listed(load_manifest(name), tmp_path)

    assert {told[1:] for told in voices.values()} == {(licence, "")}
    assert not any(licence in told[0] for told in voices.values())


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (None, ""),
        (7, "7"),
        ("two\nlines", "two lines"),
        ("red \x1b[31m", "red �[31m"),
        ("half \ud800", "half �"),
        ("right \u202eto left", "right �to left"),
        ("x" * 201, "x" * 199 + "…"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_what_somebody_wrote_by_hand_can_be_shown(
    given: object, shown: str, profile: Manifest, tmp_path: Path
) -> None:
    put(tmp_path, {"language": "en", "description": "Anna", "licence": given})

    assert listed(profile, tmp_path)["anna"] == ("Anna", shown, "")


@pytest.mark.parametrize("card", [[], "text", None, {"language": "en"}])
def test_what_is_no_card_hides_its_own_voice_only(
    card: object, profile: Manifest, tmp_path: Path
) -> None:
    put(tmp_path, card)

    assert "anna" not in (there := listed(profile, tmp_path))
    assert "heart" in there


def test_a_value_comes_from_a_file_on_one_line(tmp_path: Path) -> None:
    file = tmp_path / "consent.txt"
    file.write_text(f"\ufeff{CONSENT[:20]}\r\n{CONSENT[20:]}\n", encoding="utf-8")

    line = card_line("--consent", f"@{file}", 1_000)

    assert line == f"{CONSENT[:20]} {CONSENT[20:]}".replace("  ", " ")


@pytest.mark.parametrize(
    ("value", "kind", "says"),
    [
        ("x" * 201, TooLong, "--licence is 201 characters long; at most 200 are allowed"),
        ("bell \a", InvalidInput, "--licence holds U+0007, which cannot be printed"),
        ("turn \u202e", InvalidInput, "--licence holds U+202E, which cannot be printed"),
        ("half \udcff", InvalidInput, "--licence holds U+DCFF, which cannot be printed"),
        ("@absent.txt", InvalidInput, "--licence names 'absent.txt'; there is no such file"),
        ("@", InvalidInput, "--licence names ''; there is no such file"),
    ],
)
def test_a_value_that_cannot_be_kept_is_refused_by_its_flag(
    value: str, kind: type[InvalidInput], says: str
) -> None:
    with pytest.raises(kind) as refused:
        card_line("--licence", value, 200)

    assert str(refused.value) == says


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b" \n", "which is empty"),
        (b"\xff\xfe\x00", "which is no UTF-8 text"),
        (b"x" * 65_537, "is 65,537 bytes long; at most 65,536 are allowed"),
        (b"x" * 1_001, "is 1,001 characters long; at most 1,000 are allowed"),
    ],
    ids=["empty", "no text", "large", "long"],
)
def test_a_file_that_holds_no_value_is_refused_by_its_flag(
    content: bytes, says: str, tmp_path: Path
) -> None:
    file = tmp_path / "consent.txt"
    file.write_bytes(content)

    with pytest.raises(InvalidInput) as refused:
        card_line("--consent", f"@{file}", 1_000)

    assert str(refused.value).startswith("--consent ")
    assert says in str(refused.value)
