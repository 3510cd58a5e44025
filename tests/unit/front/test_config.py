"""The configuration that the supervisor writes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx
import pytest
from front_server import until

from wordlight.errors import FrontUnusable
from wordlight.front import FrontConfig, Key, Limits, LogFormat, hash_key
from wordlight.front._server import listen

CONFIG = FrontConfig(
    9000, 9002, Path("/run/condition"), Path("/run/port"), "0.0.0.0", 80,
    keys=(Key("anna", hash_key("a")),), metrics_need_key=True, queued_s=7.5,
    rates={"f5_tts": 0.5}, limits=Limits(requests=3), log_format=LogFormat.JSON,
)  # fmt: skip


def written(path: Path, **changes: Any) -> Path:
    path.write_text(json.dumps({**asdict(CONFIG), **changes}, default=str))
    path.chmod(0o600)
    return path


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "front.json"
    CONFIG.write(path)

    assert FrontConfig.read(path) == CONFIG
    assert path.stat().st_mode & 0o777 == 0o600


def test_only_ports_and_the_condition_are_needed(tmp_path: Path) -> None:
    path = tmp_path / "front.json"
    path.write_text('{"triton_http": 1, "triton_metrics": 2, "condition_file": "/c"}')
    path.chmod(0o600)

    assert FrontConfig.read(path) == FrontConfig(1, 2, Path("/c"))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"colour": 1}, "has no field 'colour'"),
        ({"port": "80"}, "port has a value of another type"),
        ({"port": True}, "port has a value of another type"),
        ({"limits": {"requests": 1.5}}, "requests has a value of another type"),
        ({"limits": {"more": 1}}, "limits has no field 'more'"),
        ({"keys": [{"name": "a"}]}, "keys lacks the field 'hash'"),
        ({"keys": {"a": "b"}}, "keys has a value of another type"),
        ({"log_format": "xml"}, "log_format has a value of another type"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(FrontUnusable, match=says):
        FrontConfig.read(written(tmp_path / "front.json", **changes))


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "front.json")
    path.chmod(0o640)

    with pytest.raises(FrontUnusable, match="can be read by others"):
        FrontConfig.read(path)


@pytest.mark.parametrize("text", ["", "{", "[]"])
def test_a_file_that_is_no_configuration_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "front.json"
    path.write_text(text)
    path.chmod(0o600)

    with pytest.raises(FrontUnusable):
        FrontConfig.read(path)
    with pytest.raises(FrontUnusable):
        FrontConfig.read(tmp_path / "nothing")


def test_a_taken_port_is_refused_by_number() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(FrontUnusable, match=f"127.0.0.1:{port}"):
            listen("127.0.0.1", port)


def test_the_program_says_what_is_wrong_and_ends(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "wordlight.front", "--config", str(tmp_path / "nothing")]

    done = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert done.returncode == 1
    assert "FRONT_UNUSABLE the front door cannot start: " in done.stderr
    assert "\n→ " in done.stderr


def test_the_program_says_where_it_listens_and_ends_with_sigterm(tmp_path: Path) -> None:
    port_file, path = tmp_path / "port", tmp_path / "front.json"
    FrontConfig(9, 9, tmp_path / "condition", port_file, port=0).write(path)
    process = subprocess.Popen([sys.executable, "-m", "wordlight.front", "--config", str(path)])
    try:
        until(port_file.exists, 30)
        url = f"http://127.0.0.1:{port_file.read_text().strip()}/ping"
        status = httpx.get(url, trust_env=False).status_code
    finally:
        process.send_signal(signal.SIGTERM)

    assert process.wait(30) == 0
    assert status == 503
