"""The embedded voices are understood: sentences that no model was trained on, heard by Whisper."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

import pytest
from live_server import Live
from mini.measures import WordErrors
from wordlight_client import Client

SENTENCES = """\
The ferry leaves at seven, whether or not the fog has lifted.
Nobody had told the baker that the flour would be late.
Could you carry these two boxes up to the second floor?
Her grandmother kept the letters in a blue tin under the stairs.
We counted thirty geese on the lake before it grew dark.
Please close the window, because the rain is coming in.
The mechanic wiped his hands and said it would cost nothing.
An owl called twice from somewhere behind the old chapel.
They painted the kitchen yellow and never regretted it.
If the train is late again, we will miss the concert.
My neighbour waters her tomatoes every evening at six.
The museum opens at ten and closes a little after five.
He folded the map badly and put it back into his pocket.
Some of the children had never seen snow before.
The doctor asked how long the cough had lasted.
A narrow path led through the wheat towards the river.
What a strange thing to find at the bottom of a drawer!
The radio played softly while they washed the dishes.
She signed the contract on the last day of March.
Bring a warm coat, since the nights are cold up there."""
AT_ONCE = 4
"""The sampler and Whisper work at the same time, and rows share the sampler's steps."""
MOST_ERRORS = 0.06
"""Twice the aim of the model card's fifty sentences: these are fewer, so one word weighs more."""


@pytest.fixture(scope="module")
def spoken_and_heard(live: Live) -> list[tuple[str, str, str]]:
    """Voice, sentence, what Whisper tiny.en heard."""
    with Client(live.grpc) as client, ThreadPoolExecutor(AT_ONCE) as pool:
        voices = [voice.name for voice in client.voices()]

        def speak_and_hear(voice: str, text: str) -> tuple[str, str, str]:
            clip = client.speak(text, voice=voice, seed=1).clip
            return voice, text, client.transcribe(clip).text

        return list(pool.map(speak_and_hear, cycle(voices), SENTENCES.splitlines()))


def test_twenty_unseen_sentences_are_understood(
    spoken_and_heard: list[tuple[str, str, str]],
) -> None:
    errors = WordErrors.total(WordErrors.of(text, heard) for _, text, heard in spoken_and_heard)

    assert errors.n_words > 200
    assert errors.rate <= MOST_ERRORS, [h for h in spoken_and_heard if h[1] != h[2]]


def test_there_are_at_least_four_ready_voices_of_women_and_men(grpc_client: Client) -> None:
    voices = grpc_client.voices()

    assert len(voices) >= 4
    for sex in (", female", ", male"):
        assert sum(sex in voice.description for voice in voices) >= 2
