"""Texts become tokens as each kind of checkpoint was trained, with the frames they take."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import torch
from f5_tts.model.utils import convert_char_to_pinyin, get_tokenizer, list_str_to_idx
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wordlight.errors import SetupError, UnsupportedText
from wordlight.reading import read_script
from wordlight.speech import PhonemeFrontEnd, SpokenPhonemes
from wordlight.speech._front_end import ReferenceText
from wordlight.speech._front_ends import CharacterFrontEnd, load_front_end, repeat_to
from wordlight.speech._pacing import LEAD_S, PACE, PAUSES_S, SPACE_S, STOPS, TAIL_S

MINI = Path(__file__).parents[3] / "models/mini/prosody"
VOCABULARY = files("f5_tts") / "infer/examples/vocab.txt"
REFERENCE = "The specified resource could not be found."


FRAME_S = 256 / 24_000
AROUND = (LEAD_S + SPACE_S + TAIL_S) / FRAME_S
"""Frames before the first sound of an answer and after its last, at any speed."""


def silence(n_frames: int) -> NDArray[np.float32]:
    return np.zeros(256 * (n_frames - 1), np.float32)


def hum(n_frames: int, hz: float = 150.0) -> NDArray[np.float32]:
    """A buzz of ten harmonics."""
    seconds = np.arange(256 * (n_frames - 1)) / 24_000
    wave = sum(np.sin(2 * np.pi * k * hz * seconds) / k for k in range(1, 11))
    return np.asarray(0.1 * wave, np.float32)


@pytest.fixture(scope="module")
def phonemes() -> PhonemeFrontEnd:
    torch.set_num_threads(1)
    return PhonemeFrontEnd.load(MINI)


@pytest.fixture(scope="module")
def characters() -> CharacterFrontEnd:
    return CharacterFrontEnd.load(None)


@settings(deadline=None)
@given(st.lists(st.floats(0.0, 30.0), min_size=1, max_size=50))
def test_repeated_ids_fill_the_frames_without_drift(frames: list[float]) -> None:
    ids = np.arange(len(frames))

    repeated = repeat_to(ids, np.array(frames))

    assert len(repeated) == round(float(np.cumsum(frames)[-1]))
    counts = np.bincount(repeated, minlength=len(frames))
    assert np.abs(np.cumsum(counts) - np.cumsum(frames)).max() <= 0.5 + 1e-6
    assert (np.diff(repeated) >= 0).all()


@pytest.mark.parametrize("n_frames", [57, 200, 431])
def test_a_reference_has_a_token_for_each_of_its_frames(
    phonemes: PhonemeFrontEnd, n_frames: int
) -> None:
    reference = phonemes.read(REFERENCE, hum(n_frames), n_frames)

    assert len(reference.tokens) == n_frames


def test_a_phoneme_layout_is_the_reference_then_a_token_a_frame(phonemes: PhonemeFrontEnd) -> None:
    reference = phonemes.read(REFERENCE, hum(200), 200)

    layout = phonemes.lay_out(reference, "Good morning to you.", 1.0)

    assert layout.n_frames == len(layout.tokens)
    assert layout.tokens[:200].tolist() == reference.tokens.tolist()
    estimate = phonemes.n_frames(reference, "Good morning to you.")  # with the pause after it
    pause = PAUSES_S[STOPS][0] * float(np.clip(reference.pace, *PACE)) / FRAME_S
    first_sound_raised = 4  # frames at most, in this text
    assert layout.n_frames - 200 - AROUND == pytest.approx(estimate - pause, abs=first_sound_raised)
    assert 60 < estimate < 200  # a short greeting takes 0.6 to 2 s


@pytest.mark.parametrize("speed", [0.5, 2.0])
def test_speed_divides_the_frames_of_the_answer_alone(
    phonemes: PhonemeFrontEnd, speed: float
) -> None:
    reference = phonemes.read(REFERENCE, hum(200), 200)

    normal = phonemes.lay_out(reference, "We went home.", 1.0).n_frames - 200
    changed = phonemes.lay_out(reference, "We went home.", speed).n_frames - 200

    assert changed - AROUND == pytest.approx((normal - AROUND) / speed, abs=1.5)


def test_the_answer_keeps_the_references_pace(phonemes: PhonemeFrontEnd) -> None:
    some = phonemes.read(REFERENCE, hum(200), 200)
    average = phonemes.read(REFERENCE, hum(round(200 / some.pace)), round(200 / some.pace))
    slow = phonemes.read(REFERENCE, hum(round(260 / some.pace)), round(260 / some.pace))

    assert average.pace == pytest.approx(1.0, abs=0.01)
    assert slow.pace == pytest.approx(1.3, abs=0.01)
    ratio = phonemes.n_frames(slow, "We went home.") / phonemes.n_frames(average, "We went home.")
    assert ratio == pytest.approx(1.3, abs=0.02)


@pytest.mark.parametrize("n_frames", [20, 2_000])
def test_a_reference_whose_text_is_another_does_not_set_the_pace(
    phonemes: PhonemeFrontEnd, n_frames: int
) -> None:
    assert phonemes.read(REFERENCE, hum(n_frames), n_frames).pace in PhonemeFrontEnd.PACE


def test_known_durations_are_kept(phonemes: PhonemeFrontEnd) -> None:
    spoken = SpokenPhonemes(np.array([0, 50, 83, 0]), np.array([2.0, 5.0, 9.0, 4.0]))

    tokens = phonemes.read("hello", silence(20), 20, spoken).tokens

    assert tokens.tolist() == [0] * 2 + [50] * 5 + [83] * 9 + [0] * 4


def heights(tokens: NDArray[np.int64]) -> NDArray[np.int64]:
    """The pitches' steps."""
    return tokens // 200


@pytest.mark.parametrize("hz", [90.0, 220.0])
def test_the_answer_is_spoken_about_the_references_pitch(
    phonemes: PhonemeFrontEnd, hz: float
) -> None:
    reference = phonemes.read(REFERENCE, hum(200, hz), 200)

    tokens = phonemes.lay_out(reference, "Good morning to you.", 1.0).tokens

    step = 1 + 20 * np.log2(hz / 64)
    assert np.abs(heights(tokens[:200]) - step).max() <= 1
    assert heights(tokens[200:]).mean() == pytest.approx(step, abs=4)
    assert np.ptp(heights(tokens[200:])) >= 3


def test_a_reference_without_a_voice_tells_no_pitch(phonemes: PhonemeFrontEnd) -> None:
    reference = phonemes.read(REFERENCE, silence(200), 200)

    tokens = phonemes.lay_out(reference, "Good morning to you.", 1.0).tokens

    assert reference.register is None
    assert tokens.max() < 200


@pytest.mark.parametrize(
    "content",
    [
        "{", "[]", "{}", '{"ids": [1, 2]}', '{"ids": [1], "frames": [1, 2]}',
        '{"ids": [], "frames": []}', '{"ids": [1], "frames": [0]}', '{"ids": "x", "frames": 1}',
    ],
)  # fmt: skip
def test_a_voices_phonemes_that_cannot_be_read_are_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "phonemes.json"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(SetupError, match=r"phonemes\.json"):
        SpokenPhonemes.load(path)


@pytest.mark.parametrize("text", ["Привет", "今天", "Γειά σου", "مرحبا"])
@pytest.mark.parametrize("field", ["TEXT", "REFERENCE_TEXT"])
def test_a_script_that_english_weights_cannot_speak_is_refused(
    phonemes: PhonemeFrontEnd, text: str, field: str
) -> None:
    with pytest.raises(UnsupportedText, match=f"{field} .* the loaded voice speaks English only"):
        phonemes.sayable(read_script(text), field)
    with pytest.raises(UnsupportedText, match=f"{field} holds nothing in Latin script"):
        phonemes.sayable(read_script(text, "en"), field)


def test_a_word_in_another_script_is_passed_over_with_a_warning(phonemes: PhonemeFrontEnd) -> None:
    reading = phonemes.sayable(read_script("Say Ελλάδα aloud"), "TEXT")

    assert [word.said for word in reading.words] == [("say",), (), ("aloud",)]
    assert reading.warnings == ("the loaded voice cannot say Ελλάδα; passed over",)


def test_accented_latin_is_spoken(phonemes: PhonemeFrontEnd) -> None:
    assert phonemes.n_frames(phonemes.read(REFERENCE, hum(200), 200), "café naïve Zürich ½ ª") > 60


def test_a_word_without_a_sound_is_refused(phonemes: PhonemeFrontEnd) -> None:
    with pytest.raises(UnsupportedText, match="nothing that English can pronounce"):
        phonemes.n_frames(ReferenceText("", 0, np.zeros(0, np.int64)), "***")


@pytest.mark.parametrize("speed", [0.7, 1.0, 1.9])
@pytest.mark.parametrize(
    "text",
    ["Hi.", "ten bytes!", "The wind rose at noon, and we went home.", "今天下雨，我们在家。"],
)
def test_characters_take_the_frames_that_upstream_gives_them(
    characters: CharacterFrontEnd, text: str, speed: float
) -> None:
    ref_audio_len = 412
    reference = characters.read(
        "Some call me nature, others call me mother nature.", hum(ref_audio_len), ref_audio_len
    )

    layout = characters.lay_out(reference, text, speed)

    # f5_tts 1.1.22, infer/utils_infer.py, infer_batch_process
    local_speed = 0.3 if len(text.encode("utf-8")) < 10 else speed
    ref_text_len = len(reference.text.encode("utf-8"))
    gen_text_len = len(text.encode("utf-8"))
    duration = ref_audio_len + int(ref_audio_len / ref_text_len * gen_text_len / local_speed)
    assert layout.n_frames == duration


@pytest.mark.parametrize("text", ["Wait; “what”? It's 5 pm.", "你好，world 了。", "𝄞 ☃ é"])
def test_characters_have_the_ids_that_upstream_gives_them(
    characters: CharacterFrontEnd, text: str
) -> None:
    reference = characters.read("Yes", hum(100), 100)

    layout = characters.lay_out(reference, text, 1.0)

    vocabulary, _ = get_tokenizer(str(VOCABULARY), "custom")
    expected = list_str_to_idx(convert_char_to_pinyin([f"Yes. {text}"]), vocabulary)
    # Unknown characters are 0 there too, by the get() of list_str_to_idx.
    assert layout.tokens.tolist() == expected[0].tolist()
    assert len(set(expected[0].tolist())) > 5


@pytest.mark.parametrize(
    ("written", "closed"),
    [("Yes", "Yes. "), ("Yes.", "Yes. "), ("Yes!", "Yes! "), ("好。", "好。"), ("好", "好. ")],
)
def test_a_reference_text_is_closed_by_a_stop(
    characters: CharacterFrontEnd, written: str, closed: str
) -> None:
    assert characters.read(written, hum(100), 100).text == closed


def test_an_answer_has_more_frames_than_tokens_however_fast(characters: CharacterFrontEnd) -> None:
    reference = characters.read("A very long text for so few frames of speech.", hum(5), 5)

    layout = characters.lay_out(reference, "And a longer answer at that.", 3.0)

    assert layout.n_frames > len(layout.tokens)


def test_a_vocabulary_may_lie_beside_the_weights(tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_text(" \nb\na\n.\n", encoding="utf-8")

    front_end = load_front_end("characters", tmp_path)

    layout = front_end.lay_out(front_end.read("a", hum(50), 50), "ab", 1.0)
    assert layout.tokens.tolist() == [2, 3, 0, 2, 1]


@pytest.mark.parametrize(("name", "folder"), [("runes", MINI), ("phonemes", None)])
def test_an_unknown_front_end_is_named(name: str, folder: Path | None) -> None:
    with pytest.raises(SetupError, match=f"front end '{name}'"):
        load_front_end(name, folder)
