"""A fitting wheel of flash-attn is installed; one that fails is left out with the reason."""

from __future__ import annotations

from dataclasses import replace

import pytest
from package_index import SYMBOL, PackageIndex, wheel

from runtimes.installation import make
from wordlight.runtimes import Plan, Uv, _construction
from wordlight.runtimes._flash_attn import FlashAttnWheel


def test_a_fitting_flash_attn_is_installed_by_its_hash(
    plan: Plan, uv: Uv, index: PackageIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch, index, index.sha256("flash_attn"))

    runtime = make(replace(plan, capability="9.0"), uv)

    assert runtime.record.flash_attn == "flash_attn-1.0-py3-none-any.whl"
    assert runtime.record.imports[-1] == "flash_attn: imports"
    assert (runtime.packages / "flash_attn").is_dir()


@pytest.mark.parametrize(
    ("sha256", "source", "reason"),
    [
        ("0" * 64, "", "other bytes"),
        (None, f"raise ImportError('x.so: undefined symbol: {SYMBOL}')", SYMBOL),
        ("", "", "--allow-unpinned"),
    ],
    ids=["another hash", "undefined symbol", "no hash"],
)
def test_a_flash_attn_that_fails_is_left_out_with_the_reason(
    plan: Plan,
    uv: Uv,
    index: PackageIndex,
    sha256: str | None,
    source: str,
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with index.serving("flash_attn", wheel("flash_attn", {"__init__": source})):
        offer(monkeypatch, index, index.sha256("flash_attn") if sha256 is None else sha256)

        runtime = make(replace(plan, capability="9.0"), uv)

    assert runtime.record.flash_attn == ""
    assert reason in runtime.record.flash_attn_reason
    assert not (runtime.packages / "flash_attn").exists()


def offer(monkeypatch: pytest.MonkeyPatch, index: PackageIndex, sha256: str) -> None:
    """The table's only row is the index's own wheel."""
    row = FlashAttnWheel(index.file_url("flash_attn"), "2.8", "12", True, (8, 9), sha256=sha256)
    monkeypatch.setattr(_construction, "read_table", lambda: (row,))
