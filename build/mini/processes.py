"""What training in several processes needs: gradients in common, one clock, memory handed back."""

from __future__ import annotations

import ctypes
import os

import torch
import torch.distributed as dist
from torch import nn


def join() -> None:
    """Join the other processes where `torchrun` started this one."""
    if "WORLD_SIZE" in os.environ:
        dist.init_process_group("gloo")


def rank() -> int:
    """Which of the processes this is; 0 where it is alone."""
    return dist.get_rank() if dist.is_initialized() else 0


def count() -> int:
    """How many processes there are."""
    return dist.get_world_size() if dist.is_initialized() else 1


def agreed(seconds: float) -> float:
    """The first process's clock, so that all stop at the same update."""
    if not dist.is_initialized():
        return seconds
    clock = torch.tensor([seconds], dtype=torch.float64)
    dist.broadcast(clock, 0)
    return float(clock.item())


def share_gradients(model: nn.Module) -> None:
    """Make every process's gradients the mean of all."""
    if not dist.is_initialized():
        return
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    for gradient, mean in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
        gradient.copy_(mean.view_as(gradient))


def give_back_memory() -> None:
    """Let jemalloc hand its free pages to the system: without decay it keeps them all.

    The batches' lengths differ, so that they do not fit the next ones and a process grows by
    gigabytes.
    """
    mallctl = getattr(ctypes.CDLL(None), "mallctl", None)
    if mallctl is not None:
        mallctl(b"arena.4096.purge", None, None, None, ctypes.c_size_t(0))  # of all arenas
