"""The configuration that the supervisor writes."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

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
