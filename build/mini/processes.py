"""Training in several processes: shared gradients, one clock, and memory handed back."""

from __future__ import annotations

import ctypes
import os

import torch
import torch.distributed as dist
from torch import nn


def join() -> None:
    """Join the other processes if `torchrun` started this one."""
    if "WORLD_SIZE" in os.environ:
        dist.init_process_group("gloo")


def rank() -> int:
    """The number of this process; 0 if it is the only one."""
    return dist.get_rank() if dist.is_initialized() else 0


def count() -> int:
    """How many processes there are."""
    return dist.get_world_size() if dist.is_initialized() else 1


def agreed(seconds: float) -> float:
    """The first process's clock, so that all processes stop at the same update."""
    if not dist.is_initialized():
        return seconds
    clock = torch.tensor([seconds], dtype=torch.float64)
    dist.broadcast(clock, 0)
    return float(clock.item())


def share_gradients(model: nn.Module) -> None:
    """Set every process's gradients to the mean of all processes."""
    if not dist.is_initialized():
        return
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    for gradient, mean in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
        gradient.copy_(mean.view_as(gradient))


def give_back_memory() -> None:
    """Make jemalloc return its free pages to the system; without decay it keeps them all.

    Batches differ in length, so freed pages do not fit the next batch, and a process would grow by
    gigabytes.
    """
    mallctl = getattr(ctypes.CDLL(None), "mallctl", None)
    if mallctl is not None:
        mallctl(b"arena.4096.purge", None, None, None, ctypes.c_size_t(0))  # of all arenas
