"""GPUs as nvidia-smi reports them, or fails to."""

from __future__ import annotations

from pathlib import Path

import pytest
from broken import OnPath

from wordlight.doctor import State, _gpu
from wordlight.doctor._gpu import MIB, Driver, Gpu, SmiFailed, check_gpus, look_at_driver

# Abridged from `nvidia-smi -q -x`: the elements that are read, in their places.
L4 = """<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">
<nvidia_smi_log>
  <driver_version>550.54.15</driver_version>
  <cuda_version>12.4</cuda_version>
  <attached_gpus>1</attached_gpus>
  <gpu id="00000000:00:03.0">
    <product_name>NVIDIA L4</product_name>
    <product_architecture>Ada Lovelace</product_architecture>
    <fb_memory_usage>
      <total>23034 MiB</total><reserved>338 MiB</reserved><used>1 MiB</used><free>22694 MiB</free>
    </fb_memory_usage>
    <bar1_memory_usage><total>32768 MiB</total><free>32767 MiB</free></bar1_memory_usage>
  </gpu>
</nvidia_smi_log>"""
DRIVER = Driver("550.54.15", (12, 4), (Gpu("NVIDIA L4", "Ada Lovelace", 23034 * MIB, 22694 * MIB),))


@pytest.fixture(autouse=True)
def no_driver(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without a driver, wherever the test runs, until a script says otherwise."""
    monkeypatch.setattr(_gpu, "NVIDIA_DEVICES", tmp_path / "none")


def seen() -> Driver | SmiFailed | None:
    try:
        return look_at_driver()
    except SmiFailed as error:
        return error


def test_a_gpu_is_named_with_its_memory_and_the_drivers_cuda(on_path: OnPath) -> None:
    on_path("nvidia-smi", f"cat <<'END'\n{L4}\nEND")

    driver = seen()
    told = [finding.seen for finding in check_gpus(driver, (0,), 3 * 10**9)]

    assert driver == DRIVER
    assert told == [
        "NVIDIA 550.54.15, CUDA up to 12.4", "NVIDIA L4, Ada Lovelace, 23.8 GB of 24.2 GB free",
    ]  # fmt: skip


@pytest.mark.parametrize(("wanted", "state"), [((0,), State.ERROR), ((), State.WARNING)])
def test_a_driver_that_fails_is_told_in_its_own_words(
    on_path: OnPath, wanted: tuple[int, ...], state: State
) -> None:
    said = "Failed to initialize NVML: Driver/library version mismatch"
    on_path("nvidia-smi", f"echo '{said}'; exit 18")

    (found,) = check_gpus(seen(), wanted, 0)

    assert (found.code, found.state) == ("DRIVER_FAILS", state)
    assert "Driver/library version mismatch" in found.seen
    assert "--device cpu" in found.remedy


@pytest.mark.parametrize(
    "said", ["No devices were found", "<nvidia_smi_log/>", L4.replace("12.4", "N/A"), ""]
)
def test_an_answer_that_cannot_be_read_is_a_driver_that_fails(on_path: OnPath, said: str) -> None:
    on_path("nvidia-smi", f"cat <<'END'\n{said}\nEND")

    assert isinstance(seen(), SmiFailed)


def test_a_driver_that_hangs_is_not_waited_for(
    on_path: OnPath, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_gpu, "SMI_TIMEOUT_S", 0.3)
    on_path("nvidia-smi", "exec sleep 5")

    assert "no answer within" in str(seen())


def test_a_kernel_driver_without_nvidia_smi_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(_gpu, "NVIDIA_DEVICES", tmp_path)

    (found,) = check_gpus(None, (0,), 0)

    assert (found.code, found.state) == ("SMI_MISSING", State.WARNING)
    assert "compute,utility" in found.remedy


def test_no_gpu_matters_only_where_one_is_wanted() -> None:
    (wanted,), (unwanted,) = check_gpus(None, (0,), 0), check_gpus(None, (), 0)

    assert (wanted.code, wanted.state) == ("GPU_MISSING", State.ERROR)
    assert "docker run --gpus all" in wanted.remedy
    assert unwanted.state is State.ABSENT


def test_a_gpu_number_that_is_not_there_is_refused() -> None:
    found = check_gpus(DRIVER, (0, 3), 0)[-1]

    assert (found.code, found.state) == ("GPU_NUMBER", State.ERROR)
    assert "GPU 3 is asked for; there are 1" in found.seen


def test_memory_that_another_process_holds_is_a_warning() -> None:
    held = Gpu("NVIDIA L4", "Ada Lovelace", 23034 * MIB, 500 * MIB)

    found = check_gpus(Driver("550.54.15", (12, 4), (held,)), (0,), 3 * 10**9)[-1]

    assert (found.code, found.state) == ("GPU_MEMORY_LOW", State.WARNING)
    assert "524.3 MB of 24.2 GB free; the weights alone take 3.0 GB" in found.seen
