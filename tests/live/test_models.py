"""The main job through the real server: script and voice → audio, word times, subtitles."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import tritonclient.http as triton_http
from live_server import Live
from wordlight_client import Client, Clip

from wordlight.contract import NARRATE, SUBTITLE_FORMATS
from wordlight.words import Origin, check_words

TEXT = "By 8 o'clock the sun had come out. An old man sold us 12 eggs for $4, did he not?"


def k_sum_cs(line: str) -> int:
    return sum(int(cs) for cs in re.findall(r"\\k[fo]?(\d+)", line))


def event_cs(line: str) -> int:
    def cs(clock: str) -> int:
        hours, minutes, seconds = clock.split(":")
        return round((int(hours) * 3600 + int(minutes) * 60 + float(seconds)) * 100)

    start, end = line.split(",")[1:3]
    return cs(end) - cs(start)


def test_narrate_times_every_word_of_the_script_in_order(client: Client) -> None:
    narration = client.narrate(TEXT, seed=1)

    words = narration.words
    assert [word.text for word in words] == TEXT.split()
    check_words(words)
    assert words[-1].end_s <= narration.clip.duration_s
    assert all(word.end_s > word.start_s for word in words)
    assert sum(word.origin is Origin.ALIGNED for word in words) >= 0.9 * len(words)
    assert 3.0 < narration.clip.duration_s < 12.0


def test_karaoke_tags_add_up_to_their_events(grpc_client: Client) -> None:
    narration = grpc_client.narrate(TEXT, seed=1, karaoke="k", width=1280, height=720)

    events = [line for line in narration.subtitles.ass.splitlines() if line.startswith("Dialogue")]
    assert events
    assert [k_sum_cs(line) for line in events] == [event_cs(line) for line in events]


def test_what_is_spoken_can_be_heard(grpc_client: Client) -> None:
    spoken = grpc_client.speak("The path was long and very quiet.", seed=1)

    heard = grpc_client.transcribe(spoken.clip)

    assert re.sub(r"[^a-z ]", "", heard.text.lower()) == "the path was long and very quiet"


def test_caption_hears_times_and_subtitles_a_recording(client: Client) -> None:
    spoken = client.speak("We sat by the water until the light turned gold.", seed=2)

    captioning = client.caption(spoken.clip)

    assert len(captioning.words) >= 8
    check_words(captioning.words)
    assert captioning.subtitles.report["n_words"] == len(captioning.words)


def test_the_same_seed_gives_the_same_audio_and_another_does_not(grpc_client: Client) -> None:
    first, again, other = (grpc_client.speak("Good morning.", seed=seed).clip for seed in (5, 5, 6))

    assert np.array_equal(first.samples, again.samples)
    assert not np.array_equal(first.samples, other.samples)


def test_speed_steps_and_guidance_reach_the_sampler(grpc_client: Client) -> None:
    text = "Take your coat, the wind is still cold."
    normal = grpc_client.speak(text, seed=1)
    slow = grpc_client.speak(text, seed=1, speed=0.7)
    fewer = grpc_client.speak(text, seed=1, steps=3)
    unguided = grpc_client.speak(text, seed=1, cfg_strength=0.0)

    assert slow.clip.duration_s > 1.2 * normal.clip.duration_s
    for changed in (fewer, unguided):
        assert not np.array_equal(changed.clip.samples, normal.clip.samples)


def test_a_recorded_voice_may_come_without_its_text(grpc_client: Client) -> None:
    reference = grpc_client.speak("We walked down to the river today.", seed=3).clip

    spoken = grpc_client.speak("Good morning to you all.", voice=reference, seed=1)

    assert 0.8 < spoken.clip.duration_s < 4.0


def test_the_ready_voices_are_listed(client: Client) -> None:
    voices = client.voices()

    assert voices[0].name == "heart"
    assert client.voices("xx") == ()


@pytest.mark.parametrize("wanted", [["SRT"], ["AUDIO", "VTT"], ["ASS", "REPORT"], ["LRC"]])
def test_a_part_of_the_outputs_can_be_asked_for(live: Live, wanted: list[str]) -> None:
    text = NARRATE.input("TEXT")
    array = text.encode("Good morning.")
    tensor = triton_http.InferInput(text.name, list(array.shape), text.dtype.wire)
    tensor.set_data_from_numpy(array)
    outputs = [triton_http.InferRequestedOutput(name) for name in wanted]

    with triton_http.InferenceServerClient(live.http) as client:
        answer = client.infer(NARRATE.name, [tensor], outputs=outputs)

    assert [answer.as_numpy(name) is not None for name in wanted] == [True] * len(wanted)


def test_a_narration_saves_all_its_files(grpc_client: Client, tmp_path: Path) -> None:
    paths = grpc_client.narrate("Good morning.", seed=1).save(tmp_path)

    assert {path.name for path in paths} == {
        "speech.wav", "words.json", "report.json", *(each.file for each in SUBTITLE_FORMATS),
    }  # fmt: skip
    assert all(path.stat().st_size > 0 for path in paths)


def test_a_clip_at_another_rate_is_aligned_in_its_own_time(grpc_client: Client) -> None:
    spoken = grpc_client.speak("Good morning.", seed=1).clip
    halved = Clip(np.ascontiguousarray(spoken.samples[::2]), spoken.rate_hz // 2)

    fine = grpc_client.align(spoken, "Good morning.")
    coarse = grpc_client.align(halved, "Good morning.")

    for a, b in zip(fine.words, coarse.words, strict=True):
        assert abs(a.start_s - b.start_s) < 0.1
