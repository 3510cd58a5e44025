"""Every problem has a code, a sentence, a meaning and a remedy, and survives every transport."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from wordlight import errors
from wordlight.errors import (
    BY_CODE,
    AddressUnusable,
    Cause,
    EmptyText,
    ModelsFailed,
    NoStateFolder,
    OutOfRange,
    PortTaken,
    ServerFailed,
    Severity,
    TooLong,
    UnknownVoice,
    VolumeFull,
    WeightsCorrupt,
    WordlightError,
    revived,
)

STATUSES = {"INVALID_ARG", "NOT_FOUND", "UNAVAILABLE", "INTERNAL"}
ROOTS = {"ERROR", "SETUP_ERROR"}
"""Classes that are caught and never raised."""
OWN_ARGUMENTS: Mapping[str, tuple[Any, ...]] = {
    "INVALID_INPUT": ("TEXT", "is wrong"), "REFERENCE_UNUSABLE": ("VOICE", "is silent"),
    "UNSUPPORTED_TEXT": ("TEXT", "is in 'ja'"), "REQUEST_REFUSED": ("unexpected shape",),
    "WORD_TIME_INVALID": (1, "so", 2.0, 1.0), "WORDS_OVERLAP": (1, "so", 1.0, 2.0),
    "AUDIO_UNREADABLE": (Path("a.wav"), "it ends"), "NO_SUCH_TRACK": (Path("a.mp4"), 3, ("1", "2")),
    "PICTURE_UNREADABLE": (Path("a.png"), "it ends"),
    "SUBTITLES_UNREADABLE": (Path("a.ass"), "it is SRT"),
    "SCRIPT_UNUSABLE": ("a.md", "line 3 is odd"), "LOOK_UNUSABLE": ("a.toml", "has no base"),
    "SERVER_ERROR": ("Triton says no",),
    "NOT_SERVING": ("it starts",), "JOB_ENDED": (), "SERVER_ENDING": (),
    "STORAGE_ERROR": ("s3://a/b", "odd"),
    "WEIGHTS_CORRUPT": ("whisper", "model.bin", "bytes", "7", "5"),
    "MODELS_FAILED": ({"f5_tts": Cause("it was killed", "give it memory")},),
    "NO_STATE_FOLDER": ({"/tmp": "noexec"},), "SHM_MISSING": ("/dev/shm", "it is closed"),
}  # fmt: skip
"""For classes whose constructor is their own, or whose data is no plain text or number."""
VALUES = {"int": 3, "float": 2.5, "tuple[int, ...]": (1, 2), "tuple[str, ...]": ("one", "two"),
          "Sequence[str]": ("one", "two"), "Mapping[str, str]": {"a": "b"}}  # fmt: skip
RAISED = [kind for code, kind in BY_CODE.items() if code not in ROOTS]


def every(kind: type[WordlightError]) -> list[type[WordlightError]]:
    return [kind] + [leaf for child in kind.__subclasses__() for leaf in every(child)]


def made(kind: type[WordlightError]) -> WordlightError:
    """A problem of this class, with data of the declared types."""
    if kind.code in OWN_ARGUMENTS:
        return kind(*OWN_ARGUMENTS[kind.code])
    return kind(*(VALUES.get(str(one.type), f"some {one.name}") for one in fields(kind)))  # type: ignore[arg-type]


def test_no_two_problems_share_a_code() -> None:
    kinds = every(WordlightError)

    assert len({kind.code for kind in kinds}) == len(kinds) == len(BY_CODE) > 100
    assert all(BY_CODE[kind.code] is kind for kind in kinds)


def test_all_problems_are_defined_in_the_catalogue() -> None:
    __import__("wordlight_client.commands.main")
    __import__("wordlight.commands.serve")

    homes = {kind.__module__.rpartition(".")[0] for kind in every(WordlightError)[1:]}

    assert homes == {"wordlight.errors"}


@pytest.mark.parametrize("kind", every(WordlightError), ids=lambda kind: kind.__name__)
def test_every_problem_is_worded_whole(kind: type[WordlightError]) -> None:
    assert re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*", kind.code)
    assert kind.status in STATUSES
    assert kind.severity in Severity
    assert kind.__doc__
    assert kind.meaning.endswith(".")
    assert "meaning" in vars(kind), "a meaning of its own"
    assert kind.code in ROOTS or {"says", "advice"} <= vars(kind).keys()
    assert not re.search(r"; (set|install|choose|check|give|run|write) ", kind.says)
    assert re.search(rf"\b{kind.__name__}\b", errors.__doc__ or "")


@pytest.mark.parametrize("kind", RAISED, ids=lambda kind: kind.__name__)
def test_every_problem_has_a_sentence_and_a_remedy(kind: type[WordlightError]) -> None:
    problem = made(kind)

    assert str(problem).strip()
    assert problem.remedy.strip()
    assert not re.search(r"\{\w+\}", str(problem) + problem.remedy), "all names are filled in"
    assert not problem.remedy.endswith(".")


@pytest.mark.parametrize("kind", RAISED, ids=lambda kind: kind.__name__)
def test_every_problem_survives_pickling_with_its_data(kind: type[WordlightError]) -> None:
    problem = made(kind)

    again = pickle.loads(pickle.dumps(problem))

    assert type(again) is kind
    assert (str(again), again.remedy) == (str(problem), problem.remedy)
    assert vars(again) == vars(problem)


@pytest.mark.parametrize("kind", RAISED, ids=lambda kind: kind.__name__)
def test_every_problem_survives_the_wire_with_its_remedy(kind: type[WordlightError]) -> None:
    sent = made(kind)

    came = revived(f"in ensemble 'narrate', {sent.wire}")

    assert type(came) is kind
    assert str(came) == " ".join(str(sent).splitlines())
    assert came.remedy == sent.remedy
    again = pickle.loads(pickle.dumps(came))
    assert (str(again), again.remedy) == (str(came), came.remedy)


def test_the_wire_begins_with_code_and_sentence_as_older_clients_expect() -> None:
    code, _, sentence = OutOfRange("SPEED", -1.0, 0.3, 3.0).wire.partition(": ")

    assert code == "OUT_OF_RANGE"
    assert sentence.splitlines() == [
        "SPEED is -1; it must be from 0.3 to 3", "→ give a number from 0.3 to 3",
    ]  # fmt: skip


def test_an_older_server_that_sends_no_remedy_leaves_it_to_the_class() -> None:
    came = revived("OUT_OF_RANGE: SPEED is -1; it must be from 0.3 to 3")
    empty = revived("EMPTY_TEXT: TEXT holds no letter")

    assert str(came) == "SPEED is -1; it must be from 0.3 to 3"
    assert came is not None
    assert came.remedy == "correct it: --help and docs/serving.md say what is allowed"
    assert empty is not None
    assert empty.remedy == EmptyText.advice


@pytest.mark.parametrize(
    "text", ["a\n→ do what I say", "x\r\n→ y", "PORT_TAKEN: x\n→ y", "a\u2028→ b", "{code} {0} {"]
)
def test_a_callers_text_never_becomes_the_remedy(text: str) -> None:
    sent = EmptyText(text)

    came = revived(sent.wire)

    assert type(came) is EmptyText
    assert came.remedy == sent.remedy
    assert str(came) == " ".join(str(sent).splitlines())


def test_a_long_name_is_cut_in_what_the_client_sees() -> None:
    assert len(str(UnknownVoice("x" * 10_000, ("heart",)))) < 120


def test_a_problem_keeps_its_data() -> None:
    assert TooLong("TEXT", 9, 5, "characters").limit == 5
    assert PortTaken(8000, "HTTP").port == 8000
    assert NoStateFolder({"/tmp": "noexec"}).reasons == {"/tmp": "noexec"}
    assert WeightsCorrupt("w", "f", "bytes", "7", "5").file == "f"


def test_sentences_and_remedies_are_made_of_the_data() -> None:
    taken = PortTaken(8000, "gRPC", "nginx (pid 12)")
    closed = AddressUnusable("10.0.0.9", 80, "HTTP", "Permission denied")
    full = VolumeFull("/v", 3_000_000, 1_000_000)
    failed = ServerFailed("it ended", "run it again", "the last line")

    assert str(taken) == "port 8000 for gRPC is in use by nginx (pid 12)"
    assert taken.remedy == "stop what listens there or choose another with --grpc-port"
    assert closed.remedy.endswith("a port above 1023 with --http-port")
    assert str(full) == "volume /v has 1.0 MB free and 3.0 MB are needed"
    assert "wordlight volume prune" in full.remedy
    assert str(failed) == "it ended. Its log ends:\nthe last line"
    assert failed.remedy == "run it again"


def test_models_that_fail_alike_are_told_of_together() -> None:
    killed = Cause("it was killed", "give it memory")

    failed = ModelsFailed(
        {"f5_tts": killed, "publish": Cause("no boto3", "install it"), "whisperx": killed}
    )

    assert str(failed).splitlines() == [
        "models f5_tts, whisperx cannot start: it was killed",
        "model publish cannot start: no boto3",
    ]
    assert failed.remedy == "give it memory; install it"


def test_the_catalogue_costs_no_import_but_pythons_own() -> None:
    told = """
import sys
before = set(sys.modules)
import wordlight.errors
print(*{name.partition(".")[0] for name in set(sys.modules) - before} - sys.stdlib_module_names)
"""

    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["wordlight"]
