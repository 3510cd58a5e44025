"""torch and flash-attn that are not there, cannot be imported, or do not fit the driver."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
from broken import Environment

from wordlight.doctor import State, _packages
from wordlight.doctor._gpu import Driver, Gpu
from wordlight.doctor._packages import (
    Package,
    check_flash_attn,
    check_torch,
    demangle,
    explain,
    import_packages,
)

ADA = Driver("550.54.15", (12, 4), (Gpu("NVIDIA L4", "Ada Lovelace", 1, 1),))
TURING = Driver("550.54.15", (12, 4), (Gpu("Tesla T4", "Turing", 1, 1),))


def imported(environment: Environment) -> tuple[Package, Package]:
    packages = import_packages(environment.folder, dict(os.environ))
    return packages["torch"], packages["flash_attn"]


def test_packages_that_are_not_there(environment: Environment) -> None:
    torch, flash = imported(environment)

    found = check_torch(torch, environment.folder, None, False)

    assert (found.code, found.state) == ("TORCH_MISSING", State.ERROR)
    assert str(environment.folder) in found.seen
    assert check_flash_attn(flash, torch, None).state is State.ABSENT


def test_a_torch_that_runs_is_told_with_its_cuda(environment: Environment) -> None:
    environment.install_torch()

    torch, _ = imported(environment)

    assert check_torch(torch, environment.folder, ADA, True).seen == "2.8.0, CUDA 12.8"


def test_a_pythonpath_does_not_hide_what_the_models_would_import(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "torch.py").write_text("raise ImportError('not this one')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    environment.install_torch()

    assert not imported(environment)[0].reason


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("raise OSError('libcudart.so.12: cannot open shared object file')",
         "OSError: libcudart.so.12: cannot open shared object file"),
        ("import sympy", "ModuleNotFoundError: No module named 'sympy'"),
        ("import os; os.kill(os.getpid(), 11)", "the process died of SIGSEGV"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("import os; os._exit(3)", "the process ended with status 3"),
        ("def broken(:", "SyntaxError: "),
    ],
    ids=["raises", "lacks", "crashes", "exits", "ends", "no-python"],
)  # fmt: skip
def test_a_torch_that_cannot_be_imported(environment: Environment, code: str, told: str) -> None:
    environment.install("torch", "2.8.0", code)

    torch, flash = imported(environment)
    found = check_torch(torch, environment.folder, None, False)

    assert (found.code, found.state) == ("TORCH_BROKEN", State.ERROR)
    assert f"torch 2.8.0 cannot be imported: {told}" in found.seen
    assert "wordlight volume install" in found.remedy
    assert check_flash_attn(flash, torch, None).state is State.ABSENT


def test_an_import_that_hangs(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_packages, "IMPORT_TIMEOUT_S", 1.0)
    environment.install("torch", "2.8.0", "import time; time.sleep(30)")

    torch, _ = imported(environment)

    assert torch.reason == "did not finish within 1 s"


def test_an_environments_python_that_does_not_run(environment: Environment) -> None:
    (environment.folder / "bin/python").unlink()
    (environment.folder / "bin/python").write_text("no program")

    torch, _ = imported(environment)

    assert "cannot be run: " in torch.reason


@pytest.mark.parametrize(
    ("cuda", "driver", "wants_gpu", "code"),
    [
        ("13.0", ADA, True, "DRIVER_OLD"),
        ("12.8", ADA, True, ""),
        (None, ADA, True, "TORCH_WITHOUT_CUDA"),
        (None, None, False, ""),
        ("13.0", ADA, False, ""),
    ],
)
def test_torch_and_the_driver(
    environment: Environment, cuda: str | None, driver: Driver | None, wants_gpu: bool, code: str
) -> None:
    environment.install_torch("2.8.0", cuda)

    found = check_torch(imported(environment)[0], environment.folder, driver, wants_gpu)

    assert found.code == code
    assert (found.state is State.ERROR) == bool(code)


def test_an_old_driver_is_told_with_both_versions() -> None:
    found = check_torch(Package("2.9.0", cuda="13.0"), Path("/env"), ADA, True)

    assert "built for CUDA 13.0; the driver 550.54.15 runs CUDA up to 12.4" in found.seen


def compile_module(folder: Path, name: str, symbol: str) -> None:
    """An extension module that needs a symbol which no library has."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler here")
    source = f"void {symbol}(void); void *PyInit_{name}(void) {{ {symbol}(); return 0; }}"
    library = folder / f"{name}{sysconfig.get_config_var('EXT_SUFFIX')}"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-x", "c", "-", "-o", str(library)],
        input=source, text=True, check=True, timeout=60,
    )  # fmt: skip


def test_a_flash_attn_of_another_torch_is_explained_down_to_the_symbol(
    environment: Environment,
) -> None:
    environment.install_torch()
    environment.install("flash_attn", "2.8.3+cu12torch2.7cxx11abiTRUE", "import flash_attn_2_cuda")
    compile_module(environment.packages, "flash_attn_2_cuda", "_ZN3c104cuda9SetDeviceEab")

    torch, flash = imported(environment)
    found = check_flash_attn(flash, torch, None)

    assert not torch.reason
    assert (found.code, found.state) == ("FLASH_ATTN_BROKEN", State.WARNING)
    assert "undefined symbol c10::cuda::SetDevice(signed char, bool)" in found.seen
    assert found.seen.endswith("(built for torch 2.7, here is 2.8.0)")
    assert "pip uninstall flash-attn" in found.remedy


def test_a_flash_attn_that_fits(environment: Environment) -> None:
    environment.install_torch()
    environment.install("flash_attn", "2.8.3")

    torch, flash = imported(environment)

    assert check_flash_attn(flash, torch, ADA).seen == "2.8.3, fits torch 2.8.0"
    assert check_flash_attn(flash, torch, TURING).code == "FLASH_ATTN_OLD_GPU"


def test_symbols_are_told_as_they_are_written() -> None:
    assert demangle("_ZNSt6vectorIiSaIiEE9push_backERKi") == (
        "std::vector<int, std::allocator<int> >::push_back(int const&)"
    )
    assert demangle("PyList_New") == "PyList_New"
    assert explain("a\nb: c") == "b: c"
    assert explain("") == "no reason given"
