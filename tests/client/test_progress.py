"""The finished parts of a narration outlive their run, to the last bit, or are refused."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_server import FakeServer
from wordlight_client import Asked, CannotResume, Client, NarrationPart, Progress
from wordlight_client import _progress as module

from wordlight.audio import Clip, write_wav
from wordlight.words import Origin, Word

TEXT = "One two three."
VOICE = Clip(np.linspace(-0.5, 0.5, 24_000, dtype=np.float32), 24_000)


def part(index: int = 0) -> NarrationPart:
    random = np.random.default_rng(index)
    return NarrationPart(
        index=index, n_parts=3, start_s=1 / 3, expected_s=0.1 + 0.2, seed=2**63 - 1,
        clip=Clip(random.standard_normal(1_000).astype(np.float32), 24_000),
        words=(
            Word("Größe", 0.1, 0.1 + 0.2, float(np.float32(1 / 3)), Origin.CLAMPED),
            Word("\u200b„so“", 1 / 3, 0.7, 0.0, Origin.UNSPOKEN),
        ),
        other_speech_s=((0.1, 1 / 7),), takes=2, doubtful=(1,), warnings=("a\nwarning",),
        ass="Dialogue: ü\n", vtt="00:00\n", n_spelt=1,
    )  # fmt: skip


def same(one: NarrationPart, other: NarrationPart) -> bool:
    fields = (name for name in NarrationPart.__slots__ if name != "clip")
    return (
        one.clip.samples.tobytes() == other.clip.samples.tobytes()
        and one.clip.rate_hz == other.clip.rate_hz
        and all(getattr(one, name) == getattr(other, name) for name in fields)
    )


def test_what_else_lies_in_the_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years")
    (tmp_path / "0000.npz").write_bytes(b"an earlier run's")
    progress = Progress.begin(tmp_path, Asked.of(TEXT))
    assert progress.n_before == 1

    progress.add(part(0))
    assert len(Progress.open(tmp_path, Asked.of(TEXT)).parts) == 1
    progress.remove()

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.fixture
def begun(tmp_path: Path) -> Progress:
    progress = Progress.begin(tmp_path / "out" / ".narration", Asked.of(TEXT))
    progress.add(part(0))
    progress.add(part(1))
    return progress


def test_what_was_added_is_there_again_to_the_last_bit(begun: Progress) -> None:
    again = Progress.open(begun.folder, Asked.of(TEXT))

    assert len(again.parts) == 2
    assert all(same(part(index), kept) for index, kept in enumerate(again.parts))
    assert again.json() == begun.json()
    assert np.isfinite(again.parts[0].clip.samples).all()


def test_a_resumed_narration_is_added_to(begun: Progress) -> None:
    Progress.open(begun.folder, Asked.of(TEXT)).add(part(2))

    assert len(Progress.open(begun.folder, Asked.of(TEXT)).parts) == 3


@pytest.mark.parametrize(
    ("before", "now", "says"),
    [
        ({"speed": 1.5}, {}, "speed was 1.5 then and is the default now"),
        ({"steps": 8}, {"steps": 16}, "steps was 8 then and is 16 now"),
        ({}, {"seed": 3}, "seed was the default then and is 3 now"),
        ({"voice": "heart"}, {"voice": "dusk"}, "voice was 'heart' then and is 'dusk' now"),
        (
            {"voice": "heart"},
            {"voice": VOICE},
            "voice was 'heart' then and is 'a recording, ",
        ),
        ({}, {"check": True}, "check was the default then and is 1 now"),
        ({"style": {"size": 60}}, {"style": {"size": 61}}, "style was '{\"size\": 60}' then"),
        ({"speakers": ["A", "B", "C"]}, {"speakers": ["A", "B", "D"]}, "speakers was"),
    ],
)
def test_another_narration_is_refused_and_the_option_is_named(
    tmp_path: Path, before: dict[str, Any], now: dict[str, Any], says: str
) -> None:
    Progress.begin(tmp_path / "out/p", Asked.of(TEXT, **before)).add(part())

    with pytest.raises(CannotResume, match=r"another narration was begun in .*p: ") as caught:
        Progress.open(tmp_path / "out/p", Asked.of(TEXT, **now))

    assert says in str(caught.value)


def test_another_text_is_refused_even_where_it_begins_alike(tmp_path: Path) -> None:
    long = "The same words for quite a while, and then "
    Progress.begin(tmp_path / "p", Asked.of(f"{long} these.")).add(part())

    with pytest.raises(CannotResume, match="text was another one then"):
        Progress.open(tmp_path / "p", Asked.of(f"{long} those."))


def test_a_voice_is_known_by_what_is_heard_in_it_not_by_its_files_name(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", VOICE)
    write_wav(tmp_path / "b.wav", VOICE)
    louder = Clip(VOICE.samples * np.float32(0.5), VOICE.rate_hz)
    write_wav(tmp_path / "c.wav", louder)
    Progress.begin(tmp_path / "p", Asked.of(TEXT, voice=tmp_path / "a.wav")).add(part())

    assert Progress.open(tmp_path / "p", Asked.of(TEXT, voice=tmp_path / "b.wav")).parts
    with pytest.raises(CannotResume, match=r"voice was 'a recording, .*then and is"):
        Progress.open(tmp_path / "p", Asked.of(TEXT, voice=tmp_path / "c.wav"))


def test_another_version_of_wordlight_is_refused(
    begun: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "__version__", "9.9")

    with pytest.raises(CannotResume, match=r"version of Wordlight was .* and is '9\.9' now"):
        Progress.open(begun.folder, Asked.of(TEXT))


@pytest.mark.parametrize("name", [None, "asked.json"])
def test_where_nothing_was_kept_there_is_nothing_to_resume(
    tmp_path: Path, name: str | None
) -> None:
    if name == "asked.json":
        (tmp_path / "p").mkdir()
        (tmp_path / "p" / name).write_text("{}")

    with pytest.raises(CannotResume, match="there is nothing to resume in"):
        Progress.open(tmp_path / "p", Asked.of(TEXT))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def lose(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("damage", [cut, flip, empty])
@pytest.mark.parametrize("name", ["0000.npz", "0001.npz"])
def test_a_damaged_part_is_noticed(begun: Progress, damage: Any, name: str) -> None:
    damage(begun.folder / name)

    with pytest.raises(CannotResume, match=f"{name} is damaged or missing"):
        Progress.open(begun.folder, Asked.of(TEXT))


def test_a_missing_part_is_noticed(begun: Progress) -> None:
    lose(begun.folder / "0000.npz")

    with pytest.raises(CannotResume, match="damaged or missing"):
        Progress.open(begun.folder, Asked.of(TEXT))


@pytest.mark.parametrize("damage", [cut, empty])
def test_a_damaged_record_of_what_was_asked_is_noticed(begun: Progress, damage: Any) -> None:
    damage(begun.folder / "asked.json")

    with pytest.raises(CannotResume, match=r"asked\.json is damaged or missing"):
        Progress.open(begun.folder, Asked.of(TEXT))


def test_half_a_part_under_another_name_does_no_harm(begun: Progress) -> None:
    (begun.folder / "0002.tmp").write_bytes(b"PK half")

    assert len(Progress.open(begun.folder, Asked.of(TEXT)).parts) == 2


def test_what_an_earlier_narration_left_stays_until_a_part_replaces_it(begun: Progress) -> None:
    fresh = Progress.begin(begun.folder, Asked.of("Other words."))
    assert len(Progress.open(begun.folder, Asked.of(TEXT)).parts) == 2

    fresh.add(part(0))

    assert len(Progress.open(begun.folder, Asked.of("Other words.")).parts) == 1


def test_the_folder_is_gone_when_it_is_removed(begun: Progress) -> None:
    begun.remove()
    begun.remove()

    assert not begun.folder.exists()


def test_a_process_that_is_killed_leaves_only_whole_parts(tmp_path: Path) -> None:
    program = (
        "import sys; from test_progress import part, TEXT\n"
        "from wordlight_client import Asked, Progress\n"
        f"progress = Progress.begin({str(tmp_path / 'p')!r}, Asked.of(TEXT))\n"
        "for index in range(10_000):\n"
        "    progress.add(part(index)); print(index, flush=True)\n"
    )
    variables = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([*sys.path, *map(str, [Path(__file__).parent])]),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, env=variables
    )
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) >= 20:
            break
    process.kill()
    told = process.communicate()[0].split()

    kept = Progress.open(tmp_path / "p", Asked.of(TEXT)).parts

    assert process.returncode == -signal.SIGKILL
    assert len(kept) >= max([20, *map(int, told)]) + 1
    assert all(same(part(index), one) for index, one in enumerate(kept))


def test_a_narration_resumed_after_any_part_is_the_same(tmp_path: Path) -> None:
    text = "One two three four five six seven."
    server = FakeServer()
    client = Client(transport=server)
    whole = client.narrate(text)
    for n in range(1, 5):
        progress = Progress.begin(tmp_path / str(n), Asked.of(text))
        with client.narrate_stream(text) as stream:
            for _ in range(n):
                progress.add(next(stream))

        again = client.narrate_stream(text, resume=Progress.open(tmp_path / str(n), Asked.of(text)))
        n_new = len(list(again))

        assert n_new == 4 - n
        assert again.narration.clip.samples.tobytes() == whole.clip.samples.tobytes()
        assert again.narration.words == whole.words
