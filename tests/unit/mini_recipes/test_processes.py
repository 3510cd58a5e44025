"""Two processes train one network: the same gradients, the same clock."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import torch
from mini import processes
from torch import nn

BUILD = Path(processes.__file__).parents[1]
WORK = """
import sys, torch
from mini import processes
processes.join()
rank = processes.rank()
net = torch.nn.Linear(2, 1)
net.weight.grad = torch.full((1, 2), 1.0 + rank)
net.bias.grad = torch.full((1,), 10.0 * rank)
processes.share_gradients(net)
gradients = [parameter.grad.flatten().tolist() for parameter in net.parameters()]
found = (rank, processes.count(), processes.agreed(7.25 + rank), gradients)
torch.save(found, f"{sys.argv[1]}/{rank}")
torch.distributed.destroy_process_group()
"""


def test_two_processes_share_gradients_and_the_first_ones_clock(tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text(WORK, encoding="utf-8")
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone"]

    subprocess.run(
        [*torchrun, "--nproc-per-node", "2", tmp_path / "work.py", tmp_path],
        env={**os.environ, "PYTHONPATH": str(BUILD), "OMP_NUM_THREADS": "1"},
        check=True,
        timeout=120,
    )

    found = [torch.load(tmp_path / str(rank)) for rank in range(2)]
    assert found == [(rank, 2, 7.25, [[1.5, 1.5], [5.0]]) for rank in range(2)]


def test_a_process_alone_keeps_what_it_has() -> None:
    net = nn.Linear(2, 1)
    net(torch.ones(1, 2)).backward()

    processes.share_gradients(net)
    processes.give_back_memory()

    assert net.weight.grad is not None
    assert net.weight.grad.tolist() == [[1.0, 1.0]]
    assert (processes.rank(), processes.count(), processes.agreed(3.5)) == (0, 1, 3.5)
