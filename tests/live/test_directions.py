"""Directions through a real server: heard, timed, shown by speaker, streamed, refused by place."""

from __future__ import annotations

import re
from itertools import groupby

import numpy as np
import pytest
from live_server import Live
from numpy.typing import NDArray
from wordlight_client import Client, Narration

from wordlight.errors import InvalidInput, UnknownVoice, UnsupportedText, WordlightError
from wordlight.speech import loudness, track_pitch

ROUNDING = 1e-4
"""Of full scale. Chunks that are sampled in other company have other last bits where the CPU has no
AVX-512: 7e-6 to 1.7e-5 were seen in 9 s with AVX2, none with AVX-512 and AMX."""
TALK = """\
[voice:emma as Anna]Good morning, Ben. [pause:0.9s] Did you sleep well?
[voice:daniel]Ben: Not at all. [rate:0.85]The wind was very loud.
[voice:][rate:1]And so they went for a walk with [Nguyen](say:Peter).
"""
SHOWN = (
    "Good morning, Ben. Did you sleep well? Not at all. The wind was very loud. And so they went "
    "for a walk with Nguyen."
)
SPEAKERS = ["Anna", "Ben", ""]
WINDOW_S, SILENT_DB, PAUSE_OFF_S, RATE_OFF = 0.005, -40.0, 0.030, 0.05
RATE_HZ, HOP = 24_000, 256


@pytest.fixture(scope="module")
def talk(live: Live) -> Narration:
    with Client(live.grpc) as client:
        return client.narrate(TALK, seed=3)


def silence_s(narration: Narration, around_s: float) -> float:
    """How long nothing sounds around a time."""
    clip = narration.clip
    window = int(WINDOW_S * clip.rate_hz)
    windows = clip.samples[: len(clip.samples) // window * window].reshape(-1, window)
    level_db = 10 * np.log10(np.square(windows.astype(np.float64)).mean(axis=1) + 1e-12)
    is_silent = level_db < level_db.max() + SILENT_DB
    middle = int(around_s / WINDOW_S)
    assert is_silent[middle]
    before, after = np.argmin(is_silent[middle::-1]), np.argmin(is_silent[middle:])
    return float((before + after - 1) * WINDOW_S)


def cut(narration: Narration, speaker: str) -> NDArray[np.float32]:
    """What a speaker says, from the first word to the last."""
    words = [word for word in narration.words if word.speaker == speaker]
    clip = narration.clip
    first, stop = (int(s * clip.rate_hz) for s in (words[0].start_s, words[-1].end_s))
    return clip.samples[first:stop]


def pitch_hz(samples: NDArray[np.float32]) -> float:
    """The median pitch of what is voiced."""
    octaves = track_pitch(samples, RATE_HZ, HOP)
    return float(2 ** np.median(octaves[np.isfinite(octaves)]))


def spoken_s(narration: Narration) -> float:
    return narration.words[-1].end_s - narration.words[0].start_s


def test_captions_show_the_script_and_who_speaks(talk: Narration) -> None:
    assert " ".join(word.text for word in talk.words) == SHOWN
    assert [name for name, _ in groupby(word.speaker for word in talk.words)] == SPEAKERS
    styles = re.findall(r"^Style: (Wordlight[^,]*),[^,]*,[^,]*,([^,]*)", talk.subtitles.ass, re.M)
    assert [name for name, _ in styles] == ["Wordlight", "Wordlight 1 Anna", "Wordlight 2 Ben"]
    assert styles[1][1] != styles[2][1]
    assert "<v Anna>" in talk.subtitles.vtt


def test_a_pause_lasts_as_long_as_it_was_asked_for(talk: Narration) -> None:
    before, after = talk.words[2:4]

    assert (before.text, after.text) == ("Ben.", "Did")
    around_s = (before.end_s + after.start_s) / 2
    assert silence_s(talk, around_s) == pytest.approx(0.9, abs=PAUSE_OFF_S)


def test_each_turn_has_its_voice_and_all_are_equally_loud(talk: Narration) -> None:
    anna, ben, nobody = (cut(talk, name) for name in SPEAKERS)

    assert pitch_hz(ben) < 0.75 * min(pitch_hz(anna), pitch_hz(nobody))  # daniel is the only man
    levels_db = [20 * np.log10(loudness(turn, talk.clip.rate_hz)) for turn in (anna, ben, nobody)]
    assert max(levels_db) - min(levels_db) < 1.0


def test_a_rate_is_kept(grpc_client: Client) -> None:
    text = "The river ran low, and we crossed it well before noon."

    slow, usual = (
        spoken_s(grpc_client.narrate(f"{rate}{text}", seed=5)) for rate in ("[rate:0.8]", "")
    )

    assert usual / slow == pytest.approx(0.8, rel=RATE_OFF)


def test_a_respelled_word_is_heard_as_it_is_to_be_said(
    talk: Narration, grpc_client: Client
) -> None:
    heard = grpc_client.transcribe(talk.clip).text

    assert "Peter" in heard
    assert "pause" not in heard.lower()


def test_a_stream_of_it_is_the_same(client: Client) -> None:
    talk = client.narrate(TALK, seed=3)
    with client.narrate_stream(TALK, seed=3) as stream:
        parts = list(stream)

    joined = np.concatenate([part.clip.samples for part in parts])
    assert joined.shape == talk.clip.samples.shape
    assert np.abs(joined - talk.clip.samples).max() < ROUNDING
    assert stream.narration.subtitles.ass == talk.subtitles.ass
    assert [w.speaker for w in stream.narration.words] == [w.speaker for w in talk.words]


def test_a_marked_transcript_is_aligned_as_it_is_shown(
    talk: Narration, grpc_client: Client
) -> None:
    captioned = grpc_client.caption(talk.clip, transcript=TALK)

    assert [word.text for word in captioned.words] == SHOWN.split()
    apart_s = [
        abs(one.start_s - other.start_s)
        for one, other in zip(captioned.words, talk.words, strict=True)
    ]
    assert max(apart_s) < 0.1
    assert "<v Ben>" in captioned.subtitles.vtt


def test_a_cast_says_its_lines(grpc_client: Client) -> None:
    script = "Anna: We are here.\nBen: So are we."

    narration = grpc_client.narrate(script, seed=1, cast={"Anna": "emma", "Ben": "daniel"})

    assert " ".join(word.text for word in narration.words) == "We are here. So are we."
    assert [word.speaker for word in narration.words] == ["Anna"] * 3 + ["Ben"] * 3


def test_phonemes_are_heard(grpc_client: Client) -> None:
    narration = grpc_client.narrate("I would like a [tomato](/bəˈnɑːnə/), please.", seed=5)

    assert "banana" in grpc_client.transcribe(narration.clip).text.lower()


@pytest.mark.parametrize(
    ("script", "error", "says"),
    [
        ("One.\nTwo. [pause:99s]", InvalidInput, "line 2, column 6: a pause is 99"),
        ("One. [voice:nobody]Two.", UnknownVoice, "'nobody' at line 1, column 6 of text"),
        ("[voice:emma+sky]Two.", InvalidInput, "'emma+sky' at line 1, column 1 of text is a blend"),
        ("Say [ma](/ma˥/).", UnsupportedText, "'ma' the phonemes /ma˥/"),
        ("<speak>One. <audio src='a'/></speak>", InvalidInput, "<audio> at line 1, column 13"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_its_place(
    client: Client, script: str, error: type[WordlightError], says: str
) -> None:
    with pytest.raises(error, match=re.escape(says)):
        client.narrate(script)
