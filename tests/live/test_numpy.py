"""numpy 2 beside this server: refused with the reason; and what it would do if it were not."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from live_server import mini_server

from wordlight.contract import SUBTITLES
from wordlight.errors import NumpyMismatch, SetupError
from wordlight.serving import TritonServer, _repository
from wordlight.serving._start import Patience

SOURCES = Path(__file__).parents[2] / "src"
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture(scope="module")
def numpy_2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with numpy 2 that can run the subtitles model."""
    folder = tmp_path_factory.mktemp("numpy2") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, timeout=120)
    subprocess.run(
        [str(folder / "bin/python"), "-m", "pip", "install", "-q", "numpy>=2", "ass==1.0.3"],
        check=True, timeout=300,
    )  # fmt: skip
    (folder / f"lib/{PYTHON}/site-packages/wordlight.pth").write_text(str(SOURCES))
    return folder


@pytest.mark.slow
def test_it_is_refused_before_anything_starts(numpy_2: Path, tmp_path: Path) -> None:
    server = mini_server(tmp_path)
    server.deployment = replace(server.deployment, environment=str(numpy_2))

    with pytest.raises(NumpyMismatch, match=r"(?s)numpy 2.*\[1, 1, 1\].*→ install numpy 1.26"):
        server.start()


@pytest.mark.slow
def test_what_gets_past_that_check_never_becomes_ready(
    numpy_2: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_repository, "MODELS", (SUBTITLES,))
    monkeypatch.setattr(TritonServer, "check_numpy", lambda *_: None)
    server = mini_server(tmp_path)
    server.deployment = replace(server.deployment, environment=str(numpy_2))
    server.patience = Patience(load_s=60.0)

    with pytest.raises(SetupError):  # seen: the stub dies of a text, or takes the server with it
        server.start()
