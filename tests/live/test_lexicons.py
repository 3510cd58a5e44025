"""A real server says words as a lexicon has them: the request's, and the volume's at once."""

from __future__ import annotations

import pytest
from live_server import Live
from wordlight_client import Client

from wordlight.volume import lexicon_file

SCRIPT = "Our old friend Nguyen has a large yellow garden."


def heard(client: Client, **options: str) -> str:
    narration = client.narrate(SCRIPT, seed=1, **options)  # type: ignore[arg-type]
    assert [word.text for word in narration.words] == SCRIPT.split()
    return client.transcribe(narration.clip).text.lower()


@pytest.mark.parametrize("respelling", ["potato", "Michael"])
def test_a_word_is_heard_as_the_requests_lexicon_says_it(
    respelling: str, grpc_client: Client
) -> None:
    text = heard(grpc_client, lexicon=f"Nguyen = {respelling}")

    assert respelling.lower() in text
    assert "nguyen" not in text


def test_the_volumes_lexicon_is_found_and_forgotten_without_a_restart(
    live: Live, grpc_client: Client
) -> None:
    path = lexicon_file(live.volume, "en")
    path.parent.mkdir(exist_ok=True)
    path.write_text("Nguyen = potato\n")
    try:
        with_it = heard(grpc_client)
        path.write_text("Nguyen\n")
        broken = grpc_client.narrate(SCRIPT, seed=1).subtitles.report["warnings"]
    finally:
        path.unlink()

    assert "potato" in with_it
    assert any("lexicon for en has 'Nguyen' in line 1" in warning for warning in broken)
    assert "potato" not in heard(grpc_client)
