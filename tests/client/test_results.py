"""Results on disk."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from fake_server import ASS, REPORT, FakeServer
from wordlight_client import Alignment, Client

from wordlight.audio import Clip, read_wav
from wordlight.contract import SUBTITLE_FORMATS
from wordlight.words import Origin, Word


def test_a_narration_writes_all_its_files(server: FakeServer, tmp_path: Path) -> None:
    narration = Client(transport=server).narrate("So it “goes”.")

    paths = narration.save(tmp_path / "new" / "folder")

    subtitles = [each.file for each in SUBTITLE_FORMATS]
    names = ["speech.wav", "words.json", *subtitles, "report.json"]
    assert [path.name for path in paths] == names
    assert all(path.parent == tmp_path / "new" / "folder" for path in paths)
    assert np.abs(read_wav(paths[0]).samples - narration.clip.samples).max() < 1e-4
    assert Alignment.load(tmp_path / "new" / "folder") == narration.alignment
    assert paths[2].read_text() == ASS
    assert paths[3].read_bytes() == narration.subtitles.srt.encode()
    assert b"\r\n" in paths[3].read_bytes()
    assert paths[5].read_text() == narration.subtitles.vtt_highlight
    assert paths[6].read_text() == narration.subtitles.ttml
    assert json.loads(paths[-1].read_text()) == REPORT


def test_words_json_is_plain_enough_for_any_reader(tmp_path: Path) -> None:
    words = (Word("Zoë", 0.1, 0.25, 0.5), Word("$4.", 0.25, 0.5, 0.0, Origin.INTERPOLATED))

    (path,) = Alignment(words, "Zoë $4.", "en").save(tmp_path)

    assert json.loads(path.read_text("utf-8")) == {
        "language": "en",
        "text": "Zoë $4.",
        "words": [
            {"text": "Zoë", "start": 0.1, "end": 0.25, "score": 0.5, "origin": "aligned"},
            {"text": "$4.", "start": 0.25, "end": 0.5, "score": 0.0, "origin": "interpolated"},
        ],
    }


def test_words_come_back_from_their_file_with_their_speakers(tmp_path: Path) -> None:
    words = (Word("Hello.", 0.1, 0.5, 0.5, speaker="Anna"), Word("Hi.", 0.5, 0.9))
    alignment = Alignment(words, "Hello. Hi.", "en")

    alignment.save(tmp_path)

    assert Alignment.load(tmp_path) == alignment


def test_speech_outside_the_script_comes_back_from_its_file(tmp_path: Path) -> None:
    words = (Word("Hello.", 7.5, 8.0),)
    alignment = Alignment(words, "Hello.", "en", ((0.2, 7.1), (9.0, 9.8)))

    (path,) = alignment.save(tmp_path)

    saved = json.loads(path.read_text("utf-8"))
    assert saved["other_speech"] == [{"start": 0.2, "end": 7.1}, {"start": 9.0, "end": 9.8}]
    assert Alignment.load(tmp_path) == alignment


def test_an_alignment_knows_who_speaks_and_what_is_said_besides(server: FakeServer) -> None:
    script = "ANNA: Hello there.\nBOB: Who is that?"
    server.changes = {"other_starts": [1.5], "other_ends": [2.25]}

    found = Client(transport=server).align(Clip(np.zeros(800, np.float32), 8_000), script)

    assert [word.speaker for word in found.words] == ["ANNA"] * 2 + ["BOB"] * 3
    assert found.other_speech_s == ((1.5, 2.25),)


def test_a_captioning_writes_words_and_subtitles_but_no_audio(
    server: FakeServer, tmp_path: Path
) -> None:
    clip = Clip(np.zeros(800, np.float32), 8_000)

    paths = Client(transport=server).caption(clip).save(tmp_path)

    subtitles = [each.file for each in SUBTITLE_FORMATS]
    assert [path.name for path in paths] == ["words.json", *subtitles, "report.json"]


def test_a_word_that_lasts_no_time_counts_as_untimed() -> None:
    words = (Word("a", 0.0, 0.1), Word("b", 0.1, 0.1))

    assert Alignment(words, "a b", "en").n_untimed == 1


def test_a_word_that_nobody_says_is_not_untimed() -> None:
    words = (Word("a", 0.0, 0.1), Word("[pause]", 0.1, 0.1, 0.0, Origin.UNSPOKEN))

    assert Alignment(words, "a [pause]", "en").n_untimed == 0
