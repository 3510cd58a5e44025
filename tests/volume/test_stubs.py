"""Which environment the stubs run in."""

from __future__ import annotations

import sys
from pathlib import Path

from wordlight.volume import environment_of_stubs, folder_of, load_profile
from wordlight.volume._profile import WeightEntry


def runtime(volume: Path) -> Path:
    folder = volume / "runtime/0123456789abcdef"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/python").symlink_to(sys.executable)
    (volume / "runtime/current").symlink_to(folder.name)
    return folder


def test_it_is_the_volumes_current_runtime(tmp_path: Path) -> None:
    folder = runtime(tmp_path)

    assert environment_of_stubs(tmp_path) == folder


def test_it_is_our_own_where_the_volume_has_none_for_this_machine(tmp_path: Path) -> None:
    assert environment_of_stubs(tmp_path) == Path(sys.prefix)

    folder = runtime(tmp_path)
    (folder / "bin/python").unlink()
    (folder / "bin/python").symlink_to("/of/another/image/python3")

    assert environment_of_stubs(tmp_path) == Path(sys.prefix)


def test_weights_that_a_package_carries_are_found_in_the_runtime(tmp_path: Path) -> None:
    package = runtime(tmp_path) / "lib/python3.11/site-packages/carried_only_there"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    entry = WeightEntry("tiny", "package://carried_only_there/model", "", ())

    assert folder_of(entry, load_profile("mini"), tmp_path) == package / "model"
