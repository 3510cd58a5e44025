"""A wheel of flash-attn is chosen by all that it depends on, or the reason is given."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from wordlight.runtimes import gpu_capability
from wordlight.runtimes._flash_attn import Torch, choose, read_table, unwanted
from wordlight.runtimes._wheels import fits

TABLE = read_table()
PYPI_TORCH = Torch("2.8.0+cu128", "12.8", cxx11_abi=True)


@pytest.mark.parametrize("wheel", TABLE, ids=lambda wheel: wheel.name)
def test_a_row_says_what_its_wheels_name_says(wheel: object) -> None:
    row = wheel
    found = re.fullmatch(
        r"flash_attn-2\.8\.3\+cu(\d+)torch(\d\.\d)cxx11abi(TRUE|FALSE)"
        r"-cp(3)(\d+)-cp3\d+-linux_x86_64\.whl",
        row.name,
    )

    assert found
    cuda, torch, abi, major, minor = found.groups()
    assert (row.cuda, row.torch, row.cxx11_abi) == (cuda, torch, abi == "TRUE")
    assert [p for p in ("3.10", "3.11", "3.12", "3.13") if fits(row.url, p)] == [f"{major}.{minor}"]
    assert re.fullmatch(r"[0-9a-f]{64}", row.sha256)


def test_no_two_rows_share_a_hash() -> None:
    assert len({wheel.sha256 for wheel in TABLE}) == len(TABLE)


@pytest.mark.parametrize("python", ["3.11", "3.12"])
@pytest.mark.parametrize("capability", ["8.0", "8.6", "8.9", "9.0", "10.0", "12.0"])
@pytest.mark.parametrize("abi", [True, False])
def test_what_fits_is_chosen(python: str, capability: str, abi: bool) -> None:
    choice = choose(TABLE, python, replace(PYPI_TORCH, cxx11_abi=abi), capability)

    assert choice.wheel is not None
    tags = f"abi{str(abi).upper()}-cp{python.replace('.', '')}-"
    assert tags in choice.wheel.name
    assert choice.reason.startswith(f"{choice.wheel.name} fits Python {python}")


@pytest.mark.parametrize(
    ("python", "torch", "capability", "reason"),
    [
        ("3.12", Torch("2.8.0+cpu", None, True), "9.0", "torch 2.8.0+cpu is built without CUDA"),
        ("3.13", PYPI_TORCH, "9.0", "there is no wheel for Python 3.13 and torch 2.8.0+cu128 with "
         "CUDA 12.8 and C++11 ABI TRUE"),
        ("3.12", Torch("2.10.0", "12.8", True), "9.0", "there is no wheel for Python 3.12"),
        ("3.12", Torch("2.8.0", "13.0", True), "9.0", "there is no wheel for Python 3.12"),
        ("3.12", PYPI_TORCH, "11.0", "no wheel for torch 2.8.0+cu128 with CUDA 12.8 and C++11 ABI "
         "TRUE holds code for a GPU of compute capability 11.0"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_none_with_the_reason(
    python: str, torch: Torch, capability: str, reason: str
) -> None:
    choice = choose(TABLE, python, torch, capability)

    assert choice.wheel is None
    assert choice.reason.startswith(reason)


def test_a_row_without_a_hash_is_refused_unless_allowed() -> None:
    unpinned = [replace(wheel, sha256="") for wheel in TABLE]

    refused = choose(unpinned, "3.12", PYPI_TORCH, "9.0")
    allowed = choose(unpinned, "3.12", PYPI_TORCH, "9.0", allow_unpinned=True)

    assert refused.wheel is None
    assert "sha256 is not known" in refused.reason
    assert allowed.wheel is not None


@pytest.mark.parametrize(
    ("capability", "enabled", "reason"),
    [(None, True, "no GPU on this machine"), ("7.5", True, "7.5; flash-attn 2 needs 8.0"),
     ("9.0", False, "switched off")],
)  # fmt: skip
def test_where_none_is_wanted_the_reason_is_said(
    capability: str | None, enabled: bool, reason: str
) -> None:
    assert reason in (unwanted(capability, enabled) or "")


def test_a_gpu_of_today_wants_one() -> None:
    assert unwanted("9.0", enabled=True) is None


@pytest.mark.parametrize(
    ("script", "capability"),
    [("echo 9.0; echo 8.6", "9.0"), ("echo 'NVIDIA-SMI has failed' >&2; exit 9", None),
     ("echo '[N/A]'", None)],
)  # fmt: skip
def test_the_driver_is_asked_for_the_capability(
    script: str, capability: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert gpu_capability() == capability


def test_without_a_driver_there_is_no_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert gpu_capability() is None
