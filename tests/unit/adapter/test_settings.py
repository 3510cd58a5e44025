"""What Triton tells a stub becomes a profile, a volume and a device."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf import json_format

from wordlight.adapter import StubSettings
from wordlight.contract import F5_TTS, GPU_PRODUCTION, read_pbtxt, render
from wordlight.errors import SetupError

READ_AND_SAY = """\
import json, logging, sys
from pathlib import Path
from wordlight.adapter import StubSettings

assert sys.getfilesystemencoding() == "ascii"
StubSettings.from_triton(json.loads(sys.argv[1]))
print(Path(sys.argv[2]).read_text(), open(sys.argv[2]).read())
logging.getLogger("wordlight").info("w\\u00f6rd")
"""


@pytest.fixture(autouse=True)
def _logging() -> Iterator[None]:
    """The loggers' levels and handlers, put back: a stub sets them for its whole process."""
    ours, root = logging.getLogger("wordlight"), logging.getLogger()
    levels, handlers = (ours.level, root.level), list(root.handlers)
    yield
    ours.setLevel(levels[0])
    root.setLevel(levels[1])
    root.handlers[:] = handlers


def told(
    folder: Path, kind: str = "CPU", device_id: str = "0", **parameters: str
) -> dict[str, str]:
    """The arguments of ``initialize`` (Triton 2.51, python_backend/src/pb_stub.cc)."""
    values = {"EXECUTION_ENV_PATH": "/venv", "PROFILE": "mini", "VOLUME": "../..", **parameters}
    return {
        "model_config": json.dumps(
            {"parameters": {key: {"string_value": value} for key, value in values.items()}}
        ),
        "model_name": "f5_tts",
        "model_version": "1",
        "model_repository": str(folder),
        "model_instance_name": "f5_tts_0_0",
        "model_instance_kind": kind,
        "model_instance_device_id": device_id,
    }


def test_a_cpu_instance_computes_on_the_cpu_with_its_threads(tmp_path: Path) -> None:
    settings = StubSettings.from_triton(told(tmp_path, VOLUME="/some/volume", THREADS="3"))

    assert settings.manifest.name == "mini"
    assert settings.volume == Path("/some/volume")
    assert (settings.device, settings.threads) == ("cpu", 3)


@pytest.mark.parametrize("device_id", ["0", "3"])
def test_a_gpu_instance_computes_on_its_own_gpu(tmp_path: Path, device_id: str) -> None:
    settings = StubSettings.from_triton(told(tmp_path, "GPU", device_id))

    assert settings.device == f"cuda:{device_id}"


def test_threads_are_torchs_own_choice_unless_given(tmp_path: Path) -> None:
    assert StubSettings.from_triton(told(tmp_path)).threads == 0


def test_a_relative_volume_counts_from_the_models_folder(tmp_path: Path) -> None:
    model = tmp_path / "volume/model_repository/f5_tts"
    model.mkdir(parents=True)

    assert StubSettings.from_triton(told(model)).volume == tmp_path / "volume"


def test_the_committed_configuration_has_what_a_stub_needs(tmp_path: Path) -> None:
    config = read_pbtxt(render(F5_TTS, GPU_PRODUCTION))
    as_triton_sends_it = json_format.MessageToJson(config, preserving_proto_field_name=True)

    settings = StubSettings.from_triton(
        {**told(tmp_path / "a/b", "GPU"), "model_config": as_triton_sends_it}
    )

    assert settings.manifest.name == "full"
    assert settings.volume == tmp_path


def test_an_unknown_profile_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="there are no models 'maxi'"):
        StubSettings.from_triton(told(tmp_path, PROFILE="maxi"))


def test_our_loggers_speak_at_info(tmp_path: Path) -> None:
    StubSettings.from_triton(told(tmp_path))

    assert logging.getLogger("wordlight.speech").isEnabledFor(logging.INFO)


def test_a_volume_behind_a_link_stays_behind_it(tmp_path: Path) -> None:
    """The link may stand for a path that the stub's Python cannot spell."""
    (tmp_path / "wörk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "wörk")

    settings = StubSettings.from_triton(told(tmp_path, VOLUME=str(tmp_path / "link")))

    assert settings.volume == tmp_path / "link"


def test_files_and_streams_are_utf_8_in_a_stub_that_believes_in_ascii(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("wörd", encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-I", "-X", "utf8=0", "-c", READ_AND_SAY, json.dumps(told(tmp_path)),
         str(tmp_path / "file")],
        env={"LC_ALL": "C"}, capture_output=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode() == "wörd wörd\n"
    assert done.stderr.decode().endswith("Z INFO f5_tts_0_0: wörd\n")
