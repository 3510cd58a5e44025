"""The doctor's screen and JSON; and a server that refuses in the doctor's words."""

from __future__ import annotations

import io
import json
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from broken import Environment
from click.testing import CliRunner
from rich.console import Console

from wordlight.commands.doctor import doctor
from wordlight.commands.serve import serve
from wordlight.doctor import (
    Finding,
    Section,
    Setup,
    State,
    as_json,
    examine,
    is_well,
    preflight,
    screen,
)
from wordlight.doctor._finding import absent, fine
from wordlight.doctor._listening import check_ports
from wordlight.runtimes import PackageLock, RuntimeRecord, runtime_root
from wordlight.serving import PYTHON, Ports

SICK = [
    Section("Machine", (fine("system", "bare machine, 2 CPUs"), absent("GPU", "none"))),
    Section(
        "Volume",
        (
            Finding(
                "space", State.ERROR, "/v is full: No space left on device, 0 bytes free",
                "make room (wordlight volume prune removes what no manifest names), or enlarge it",
                "VOLUME_FULL",
            ),
            Finding("speed", State.WARNING, "/v is slow", "take another", "VOLUME_SLOW"),
        ),
    ),
]  # fmt: skip
AT_80 = """\
Wordlight

Machine
 ✓ system bare machine, 2 CPUs
 – GPU    none
Volume
 ✗ space  /v is full: No space left on device, 0 bytes free
          → make room (wordlight volume prune removes what no manifest names),
          or enlarge it
 ! speed  /v is slow
          → take another

A server would not start (1 error, 1 warning): docs/troubleshooting.md
"""


def drawn(sections: list[Section], width: int) -> str:
    console = Console(width=width, file=io.StringIO(), highlight=False)
    console.print(screen(sections, "Wordlight"))
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_the_screen_is_aligned_and_says_what_to_do_below_what_is_wrong() -> None:
    assert drawn(SICK, 80) == AT_80


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    assert max(map(len, drawn(SICK, width).splitlines())) <= width


def test_names_that_look_like_markup_are_shown_as_they_are() -> None:
    text = drawn([Section("Volume", (fine("place", "/v/[red]x[/]"),))], 80)

    assert "/v/[red]x[/]" in text
    assert text.endswith("A server can start\n")


def test_json_has_every_finding_and_the_verdict() -> None:
    told = json.loads(as_json(SICK))

    assert told["ok"] is False is is_well(SICK)
    assert [finding["name"] for finding in told["findings"]] == ["system", "GPU", "space", "speed"]
    assert told["findings"][2] == {
        "section": "Volume", "name": "space", "state": "error", "code": "VOLUME_FULL",
        "seen": "/v is full: No space left on device, 0 bytes free",
        "remedy": SICK[1].findings[0].remedy,
    }  # fmt: skip


def test_warnings_alone_keep_nothing_from_starting() -> None:
    warned = [Section("Volume", SICK[1].findings[1:])]

    assert is_well(warned)
    assert drawn(warned, 80).endswith("A server can start (1 warning)\n")


@pytest.mark.timeout(240)
def test_this_machine_is_well_with_its_real_torch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WORDLIGHT_S3_CACHE", raising=False)
    ports = [str(free_port()) for _ in range(3)]

    result = CliRunner().invoke(
        doctor,
        ["--json", "--deep", "--device", "cpu", "--volume", str(tmp_path), "--http-port", ports[0],
         "--grpc-port", ports[1], "--metrics-port", ports[2]],
    )  # fmt: skip

    told = {finding["name"]: finding for finding in json.loads(result.stdout)["findings"]}
    assert result.exit_code == 0, [f for f in told.values() if f["state"] == "error"]
    assert told["torch"]["state"] == "ok"
    assert told["f5_tts"]["seen"].endswith("verified by hash")
    assert told["server"]["state"] == "absent"
    assert list(tmp_path.iterdir()) == []


def test_an_examination_of_a_sick_set_up_goes_on_to_its_end(
    setup: Setup, environment: Environment
) -> None:
    (setup.volume / "file").touch()
    sick = replace(setup, models="maxi", volume=setup.volume / "file", s3_cache="nonsense")

    sections = examine(sick, is_deep=False)

    codes = {finding.code for section in sections for finding in section.findings}
    assert [section.title for section in sections] == [
        "Machine", "Runtime", "Volume", "Weights", "S3", "Server",
    ]  # fmt: skip
    assert codes >= {"PROFILE_UNKNOWN", "VOLUME_FAILS", "TORCH_MISSING", "S3_SETTING"}
    assert not is_well(sections)


def test_what_is_optional_is_warned_of_before_a_server_starts(
    setup: Setup, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    environment.install_torch()
    environment.install("flash_attn", "2.8.3", "raise ImportError('made for another torch')")

    findings = preflight(replace(setup, s3_cache="s3://weights"))

    assert {finding.code for finding in findings if finding.state is State.WARNING} >= {
        "FLASH_ATTN_BROKEN", "STORAGE_UNAVAILABLE",
    }  # fmt: skip
    assert not [finding for finding in findings if finding.state is State.ERROR]


def test_a_broken_torch_keeps_a_server_from_starting(
    setup: Setup, environment: Environment
) -> None:
    environment.install("torch", "2.8.0", "raise OSError('libcudart.so.12: no such file')")

    errors = [found.code for found in preflight(setup) if found.state is State.ERROR]

    assert errors == ["TORCH_BROKEN"]


def test_imports_are_not_tried_where_something_else_is_wrong(
    setup: Setup, environment: Environment
) -> None:
    environment.install("torch", "2.8.0", "raise OSError('libcudart.so.12: no such file')")

    errors = [
        found.code
        for found in preflight(replace(setup, models="maxi"))
        if found.state is State.ERROR
    ]

    assert errors == ["PROFILE_UNKNOWN"]


def test_serve_refuses_everything_that_is_wrong_at_once_in_the_same_words(
    setup: Setup, tmp_path: Path
) -> None:
    volume = tmp_path / "file"
    volume.write_text("no folder")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (expected,) = check_ports(replace(setup, ports=Ports(port, 0, 0)), None)
        result = CliRunner().invoke(
            serve,
            ["--models", "maxi", "--volume", str(volume / "inside"), "--http-port", str(port)],
        )

    assert result.exit_code == 1
    assert f"PORT_TAKEN {expected.seen}\n→ {expected.remedy}\n" in result.output
    assert "PROFILE_UNKNOWN there are no models 'maxi'; looked for " in result.output
    assert "VOLUME_FAILS " in result.output
    assert "starting tritonserver" not in result.output
    assert "Traceback" not in result.output


def findings(*arguments: str, **environment: str) -> dict[str, dict[str, str]]:
    """What the doctor's JSON says of each name."""
    result = CliRunner().invoke(doctor, ["--json", *arguments], env=environment)
    return {one["name"]: one for one in json.loads(result.stdout)["findings"]}


def test_the_doctor_reads_the_variables_that_serve_reads(tmp_path: Path) -> None:
    port = str(free_port())

    found = findings(
        WORDLIGHT_MODELS="maxi", WORDLIGHT_VOLUME=str(tmp_path), WORDLIGHT_HTTP_PORT=port
    )

    assert found["manifest"]["code"] == "PROFILE_UNKNOWN"
    assert "maxi" in found["manifest"]["seen"]
    assert port in found["ports"]["seen"]


def test_the_doctor_looks_into_the_runtime_that_serve_would_take(tmp_path: Path) -> None:
    record = RuntimeRecord(PackageLock.find().digest, PYTHON, "/usr", ("engines",), False)
    runtime = runtime_root(tmp_path) / record.digest
    (runtime / "bin").mkdir(parents=True)
    (runtime / "bin/python").touch()
    record.write(runtime)

    found = findings("--volume", str(tmp_path))

    assert str(runtime) in found["torch"]["seen"]
