"""A real stub in an environment of its own answers with what it was sent, or says why not."""

from __future__ import annotations

import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from wordlight.errors import ModelsFailed
from wordlight.serving import PYTHON, try_stub


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """Like a runtime on the volume: all that our environment has, except wordlight itself.

    A folder named in a .pth file is searched for packages, but its own .pth files, such as that of
    an editable wordlight, are not read.
    """
    folder = tmp_path / "environment"
    venv.create(folder, with_pip=False, symlinks=True)
    packages = folder / f"lib/python{PYTHON}/site-packages"
    ours = Path(sysconfig.get_path("purelib"))
    (packages / "ours.pth").write_text(f"{ours}\n", encoding="utf-8")
    for numpy in ours.glob("numpy*"):
        (packages / numpy.name).symlink_to(numpy)
    return folder


def test_tensors_come_through_a_stub_that_finds_the_servers_own_wordlight(
    environment: Path,
) -> None:
    assert try_stub(environment).startswith("known tensors came through a stub of tritonserver ")


def test_an_environment_under_a_path_that_no_shell_takes_passes_too(
    environment: Path, tmp_path: Path
) -> None:
    (tmp_path / "my wörk's $HOME").mkdir()
    moved = environment.rename(tmp_path / "my wörk's $HOME/environment")

    assert "unchanged" in try_stub(moved)


def test_our_own_environment_passes_too() -> None:
    assert "unchanged" in try_stub(Path(sys.prefix))


def test_an_environment_without_what_the_model_imports_says_what_is_missing(
    environment: Path,
) -> None:
    (environment / f"lib/python{PYTHON}/site-packages/ours.pth").unlink()

    with pytest.raises(
        ModelsFailed, match=r"^model subtitles cannot start: the package .* missing"
    ):
        try_stub(environment)
