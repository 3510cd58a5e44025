"""The demo, all but the server: film, hearing, verdict."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from command_line import typed
from fake_server import FakeServer

pytest.importorskip("jiwer")
pytest.importorskip("num2words")
pytest.importorskip("imageio_ffmpeg")

from wordlight_client import Alignment
from wordlight_client.commands._word_errors import spoken_form, word_error_rate
from wordlight_client.commands.demo import DESK, HELD, alone_in, word_faults

from wordlight.contract import SUBTITLE_FORMATS
from wordlight.reading import read_script
from wordlight.words import Word

SCRIPT = Path(__file__).parents[2] / "docs" / "examples" / "script.txt"
SPOKEN = "Two birds sat on 3 gates."


def run_demo(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch, script: Path, out: Path
) -> Result:
    return typed(monkeypatch, "demo", server=server)("demo", script, "-o", out)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.txt"
    path.write_text(SPOKEN)
    return path


def test_the_demo_writes_everything_and_measures_it(
    monkeypatch: pytest.MonkeyPatch, script: Path, tmp_path: Path
) -> None:
    server = FakeServer(heard="two birds sat on three skates")

    result = run_demo(server, monkeypatch, script, tmp_path / "out")

    assert result.exit_code == 0, result.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "karaoke.mp4", "report.json", "speech.wav", "words.json",
        *(each.file for each in SUBTITLE_FORMATS),
    }  # fmt: skip
    assert [model for model, _, _ in server.requests] == ["narrate", "whisperx"]
    assert "TRANSCRIPT" not in server.requests[1][1], "Whisper is not told what to hear"
    for cell in ("16.7%", "real-time factor", "words without a time", "karaoke.mp4"):
        assert cell in result.stdout


def test_a_word_that_got_lost_ends_the_demo_with_an_error(
    monkeypatch: pytest.MonkeyPatch, script: Path, tmp_path: Path
) -> None:
    words = SPOKEN.split()[1:]
    n = len(words)
    times = {"starts": [float(i) for i in range(n)], "ends": [i + 0.5 for i in range(n)]}
    lost = {"words": words, **times, "scores": [1.0] * n, "origins": ["aligned"] * n,
            "spoken_by": [""] * n, "reading": read_script(" ".join(words)).to_json()}  # fmt: skip
    server = FakeServer(changes=lost)

    result = run_demo(server, monkeypatch, script, tmp_path / "out")

    assert result.exit_code == 1
    assert "word 0 came back as 'birds'; the script goes on with 'Twobirdssato' there" in " ".join(
        result.stderr.split()
    )


def test_a_demo_that_fails_leaves_the_files_of_the_one_before(
    monkeypatch: pytest.MonkeyPatch, script: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run_demo(FakeServer(heard=SPOKEN), monkeypatch, script, out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    broken = FakeServer(
        changes={"ass": "no subtitles"}
    )  # the film fails, after the words are there

    result = run_demo(broken, monkeypatch, script, out)

    assert result.exit_code != 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_what_a_killed_demo_has_left_is_gone_after_the_next_one(
    monkeypatch: pytest.MonkeyPatch, script: Path, tmp_path: Path
) -> None:
    desk = tmp_path / "out" / DESK
    desk.mkdir(parents=True)
    (desk / "speech.wav").write_bytes(b"half")

    result = run_demo(FakeServer(heard=SPOKEN), monkeypatch, script, tmp_path / "out")

    assert result.exit_code == 0, result.output
    assert not desk.exists()
    assert (tmp_path / "out/speech.wav").stat().st_size > len(b"half")


def test_two_demos_do_not_write_into_one_folder(
    monkeypatch: pytest.MonkeyPatch, script: Path, tmp_path: Path
) -> None:
    server = FakeServer(heard=SPOKEN)

    with alone_in(tmp_path / "out"):
        result = run_demo(server, monkeypatch, script, tmp_path / "out")

    assert result.exit_code == 1
    assert "another demo is writing into" in result.stderr
    assert "with -o" in result.stderr
    assert not server.requests


def test_the_demo_of_run_writes_into_the_folder_that_run_holds_for_it(
    monkeypatch: pytest.MonkeyPatch, script: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with alone_in(out):
        monkeypatch.setenv(HELD, str(out))
        result = run_demo(FakeServer(heard=SPOKEN), monkeypatch, script, out)

    assert result.exit_code == 0, result.output


def test_a_word_without_a_time_is_a_fault() -> None:
    words = (Word("One", 0.0, 0.5), Word("two.", 0.5, 0.5))

    assert word_faults("One two.", Alignment(words, "One two.", "en")) == [
        "1 words came back without a time"
    ]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("One\n\n* * *\n\ntwo.", ["One", "two."]),
        ("Tom &amp; Jerry", ["Tom", "&", "Jerry"]),
        ("soft\u00adhyphen \ufeffcafe\u0301", ["softhyphen", "café"]),
        ("你好，世界。", ["你好，", "世界。"]),
        ("man—unless", ["man—", "unless"]),
    ],
)
def test_every_word_is_there_however_the_script_is_cut(script: str, words: list[str]) -> None:
    timed = tuple(Word(word, k, k + 0.5) for k, word in enumerate(words))

    assert word_faults(script, Alignment(timed, script, "en")) == []
    assert word_faults(script, Alignment(timed[1:], script, "en"))
    assert word_faults(script, Alignment(timed[:-1], script, "en")) == [
        f"the script's end did not come back: {''.join(filter(str.isalnum, words[-1]))!r}"
    ]


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("At 8 o'clock", "at eight oclock"),
        ("12 eggs for $4.", "Twelve eggs for four dollars"),
        ("the 21st", "the twenty-first"),
        ("3.5 miles, 50%!", "three point five miles fifty percent"),
        ("1,200 people", "one thousand, two hundred people"),
        ("“Take your coat,” she said", "take your coat she said"),
    ],
)
def test_spelling_is_no_error(written: str, heard: str) -> None:
    assert spoken_form(written) == spoken_form(heard)
    assert word_error_rate(written, heard) == 0.0


def test_the_example_script_has_what_it_is_to_show() -> None:
    text = SCRIPT.read_text("utf-8")
    sentences = text.splitlines()

    assert len(read_script(text).words) >= 60
    assert any(character.isdigit() for character in text)
    assert "?" in text
    assert '"' in text
    assert max(sentence.count(",") for sentence in sentences) >= 4
    assert all(15 <= len(sentence) <= 100 for sentence in sentences)
