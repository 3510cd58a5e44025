"""Whatever the path of an environment, a Python with ASCII paths starts in it and imports."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

import pytest

from wordlight.serving import Links, is_plain

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
PACKAGES = f"lib/python{PYTHON}/site-packages"
ODD = {
    "a blank": "my projects",
    "a quote": "it's",
    "a double quote": 'so "called"',
    "a dollar": "$HOME",
    "an end of line": "a\nb",
    "a colon": "C:",
    "a semicolon": "a; rm x",
    "letters outside ASCII": "wörk",
    "other letters": "работа",
    "letters from right to left": "עבודה",
    "a sign that shows nothing": "a\u200fb",
    "bytes that are no UTF-8": os.fsdecode(b"w\xf6rk"),
    "a line separator": "a\u2028b",
}
odd = pytest.mark.parametrize("name", ODD.values(), ids=ODD.keys())


@pytest.fixture
def links(tmp_path: Path) -> Links:
    """Links in a folder whose path is plain."""
    assert is_plain(tmp_path)
    return Links(tmp_path / "state/links")


def environment(folder: Path, *, name: str = "venv", system: bool = False) -> Path:
    """A real virtual environment with a package of its own, made elsewhere and moved there.

    ``venv`` itself refuses a path with a colon; other programs that make environments do not.
    """
    made = folder.parent / "made"
    venv.create(made, with_pip=False, symlinks=True, system_site_packages=system)
    (made / PACKAGES / "inside.py").write_text("PLACE = 'inside'\n", encoding="utf-8")
    folder.mkdir(exist_ok=True)
    return made.rename(folder / name)


def package(folder: Path) -> Path:
    """A folder with a package, for a ``.pth`` file to name."""
    folder.mkdir(parents=True)
    (folder / "outside.py").write_text("PLACE = 'outside'\n", encoding="utf-8")
    return folder


def name_in_pth(environment: Path, folder: Path) -> None:
    (environment / PACKAGES / "outside.pth").write_bytes(os.fsencode(folder) + b"\n")


def say_as_the_stub(environment: Path, code: str) -> str:
    """What Python says in that environment, with paths in ASCII and nothing of ours around it."""
    done = subprocess.run(
        [environment / "bin/python", "-I", "-X", "utf8=0", "-c", code],
        env={"LC_ALL": "C"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


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


def test_what_is_plain_is_handed_on_as_it_is(tmp_path: Path, links: Links) -> None:
    made = environment(tmp_path / "plain")
    name_in_pth(made, package(tmp_path / "packages"))

    assert links.plain(tmp_path) == tmp_path
    assert links.environment(made, PYTHON) == made
    assert not links.folder.exists()


@odd
def test_any_other_path_gets_a_plain_link_that_leads_there(
    tmp_path: Path, links: Links, name: str
) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "file").write_text("here")

    link = links.plain(tmp_path / name)

    assert link.parent == links.folder
    assert (link / "file").read_text() == "here"
    assert link.name.isalnum()
    assert link.name.isascii()


def test_a_target_has_the_same_link_at_every_start_and_each_has_its_own(
    tmp_path: Path, links: Links
) -> None:
    first = links.plain(tmp_path / "a b")

    assert links.plain(tmp_path / "a b") == first
    assert Links(links.folder).plain(tmp_path / "a b") == first
    assert links.plain(tmp_path / "a  b") != first


def test_a_stale_link_is_made_anew(tmp_path: Path, links: Links) -> None:
    link = links.plain(tmp_path / "a b")
    link.unlink()
    link.symlink_to("/elsewhere")

    assert links.plain(tmp_path / "a b").readlink() == tmp_path / "a b"


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


def whole_python(folder: Path) -> Path:
    """A Python that is no virtual environment: the parts of ours that it needs, in that folder."""
    base = Path(sys.base_prefix)
    library = Path(f"lib/python{PYTHON}")
    (folder / "bin").mkdir(parents=True)
    shutil.copy2(Path(sys.executable).resolve(), folder / f"bin/python{PYTHON}")
    (folder / "bin/python").symlink_to(f"python{PYTHON}")
    (folder / library).mkdir(parents=True)
    for entry in (base / library).iterdir():
        if entry.name != "site-packages":
            (folder / library / entry.name).symlink_to(entry)
    for entry in (base / "lib").glob("libpython*"):
        (folder / "lib" / entry.name).symlink_to(entry)
    return folder


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


def test_variables_that_name_folders_get_plain_ones(tmp_path: Path, links: Links) -> None:
    odd = tmp_path / "wörk"

    variables = links.variables({
        "HOME": str(odd), "TMPDIR": "/tmp", "NUMBA_CACHE_DIR": f"{odd}/numba",
        "WORDLIGHT_MANIFESTS": "", "LD_LIBRARY_PATH": f"/cuda/lib::{odd}:lib",
        "KEPT": "wörk",
    })  # fmt: skip

    assert Path(variables["HOME"]).readlink() == odd
    assert variables["TMPDIR"] == "/tmp"
    assert Path(variables["NUMBA_CACHE_DIR"]).readlink() == odd / "numba"
    assert variables["WORDLIGHT_MANIFESTS"] == ""
    assert (
        variables["LD_LIBRARY_PATH"] == f"/cuda/lib:{variables['HOME']}:{links.plain(Path('lib'))}"
    )
    assert variables["KEPT"] == "wörk"
