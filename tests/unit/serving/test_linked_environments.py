"""Whatever the path of an environment, a Python with ASCII paths starts in it and imports."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from odd_places import (
    PACKAGES,
    PYTHON,
    environment,
    name_in_pth,
    odd,
    package,
    say_as_the_stub,
    whole_python,
)

from wordlight.serving import Links


def test_the_stubs_python_of_these_tests_believes_in_ascii(tmp_path: Path) -> None:
    made = environment(tmp_path / "plain")

    assert say_as_the_stub(made, "import sys; print(sys.getfilesystemencoding())") == "ascii"


def test_without_links_that_python_does_not_start_where_a_pth_file_names_such_a_folder(
    tmp_path: Path,
) -> None:
    made = environment(tmp_path / "plain")
    name_in_pth(made, package(tmp_path / "wörk"))

    with pytest.raises(AssertionError, match=r"UnicodeDecodeError|site module"):
        say_as_the_stub(made, "import outside")


@odd
def test_an_environment_anywhere_is_one_for_a_python_that_believes_in_ascii(
    tmp_path: Path, links: Links, name: str
) -> None:
    original = environment(tmp_path / name)

    made = links.environment(original, PYTHON)

    assert made == links.folder / "environment"
    code = "import inside, json, sys; print(inside.PLACE, sys.prefix, inside.__file__)"
    assert say_as_the_stub(made, code) == f"inside {made} {made / PACKAGES / 'inside.py'}"


@odd
def test_a_pth_file_may_name_any_folder_that_a_line_can_hold(
    tmp_path: Path, links: Links, name: str
) -> None:
    if "\n" in name:
        name = name.replace("\n", " ")
    original = environment(tmp_path / "my plans")
    name_in_pth(original, package(tmp_path / name / "packages"))

    made = links.environment(original, PYTHON)

    assert say_as_the_stub(made, "import outside; print(outside.PLACE)") == "outside"


def test_an_environment_on_a_plain_path_whose_pth_file_names_an_odd_folder_is_linked_too(
    tmp_path: Path, links: Links
) -> None:
    original = environment(tmp_path / "plain")
    name_in_pth(original, package(tmp_path / "wörk"))

    made = links.environment(original, PYTHON)

    assert made != original
    assert say_as_the_stub(made, "import outside; print(outside.PLACE)") == "outside"


def test_a_pth_file_keeps_its_code_its_relative_folders_and_nothing_that_is_not_ascii(
    tmp_path: Path, links: Links
) -> None:
    original = environment(tmp_path / "my plans")
    package(original / "beside")
    lines = ["# wörk", "", "import sys; sys.ran = 'code'", "import sys; sys.odd = 'ö'",
             "../../../beside", "/gone"]  # fmt: skip
    (original / PACKAGES / "many.pth").write_text("\r\n".join(lines), encoding="utf-8")

    made = links.environment(original, PYTHON)

    assert (made / PACKAGES / "many.pth").read_bytes().isascii()
    code = "import outside, sys; print(outside.PLACE, sys.ran, hasattr(sys, 'odd'))"
    assert say_as_the_stub(made, code) == "outside code False"


def test_everything_else_of_an_environment_is_there_through_links(
    tmp_path: Path, links: Links
) -> None:
    original = environment(tmp_path / "my plans")
    (original / "share").mkdir()
    (original / "share/data").touch()
    (original / "lib/libextra.so").touch()
    (original / f"lib/python{PYTHON}/extra").touch()
    (original / "bin/tool").touch()

    made = links.environment(original, PYTHON)

    for path in ("share/data", "lib/libextra.so", f"lib/python{PYTHON}/extra", "bin/tool"):
        assert (made / path).samefile(original / path)
    assert not (made / "bin").is_symlink()


def test_the_activation_script_runs_and_changes_nothing(tmp_path: Path, links: Links) -> None:
    made = links.environment(environment(tmp_path / "$(touch ran)"), PYTHON)

    done = subprocess.run(
        ["bash", "-c", f"source {made}/bin/activate && env"],
        cwd=tmp_path, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert "VIRTUAL_ENV" not in done.stdout
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("system", [False, True])
def test_the_interpreters_own_packages_are_seen_where_they_were_before(
    tmp_path: Path, links: Links, system: bool
) -> None:
    original = environment(tmp_path / "my plans", system=system)
    code = "import sys; print([p for p in sys.path if p.endswith('-packages')])"
    before = say_as_the_stub(original, code)

    made = links.environment(original, PYTHON)

    assert say_as_the_stub(made, code) == before.replace(str(original), str(made))
    assert before.count("-packages") == (2 if system else 1)


def test_an_interpreter_under_an_odd_path_is_reached_through_a_link(
    tmp_path: Path, links: Links
) -> None:
    """A whole Python in a folder with another alphabet, and an environment made with it."""
    whole = whole_python(tmp_path / "питон")
    original = environment(tmp_path / "plain")
    (original / "pyvenv.cfg").write_text(f"home = {whole / 'bin'}\n", encoding="utf-8")
    for python in ("python", "python3", f"python{PYTHON}"):
        (original / "bin" / python).unlink()
        (original / "bin" / python).symlink_to(whole / f"bin/python{PYTHON}")

    made = links.environment(original, PYTHON)

    code = "import inside, sys; print(inside.PLACE, sys.base_prefix.isascii())"
    assert say_as_the_stub(made, code) == "inside True"


def test_a_whole_python_can_be_the_environment(tmp_path: Path, links: Links) -> None:
    whole = whole_python(tmp_path / "my wörk")
    (whole / PACKAGES).mkdir()
    (whole / PACKAGES / "inside.py").write_text("PLACE = 'inside'\n", encoding="utf-8")

    made = links.environment(whole, PYTHON)

    assert say_as_the_stub(made, "import inside, json; print(inside.PLACE)") == "inside"


def test_a_second_start_in_the_same_folder_finds_the_same_environment(
    tmp_path: Path, links: Links
) -> None:
    original = environment(tmp_path / "my plans")

    assert links.environment(original, PYTHON) == links.environment(original, PYTHON)
    assert say_as_the_stub(links.environment(original, PYTHON), "import inside") == ""


def test_an_environment_with_thousands_of_entries_is_linked_in_no_time(
    tmp_path: Path, links: Links
) -> None:
    original = environment(tmp_path / "my plans")
    for number in range(1000):
        (original / "bin" / f"tool{number}").touch()
        (original / PACKAGES / f"package{number}").touch()

    began_s = time.process_time()
    links.environment(original, PYTHON)

    assert time.process_time() - began_s < 3.0  # 0.05 s on an idle machine, 1 s on a busy one
    assert len(list((links.folder / "environment/bin").iterdir())) > 1000
