"""Lays sequences one after another without padding, and computes what concerns each alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, groupby, pairwise

import torch
from f5_tts.model.modules import ConvPositionEmbedding
from torch import Tensor
from torch.nn.functional import layer_norm, scaled_dot_product_attention

NORM_EPSILON = 1e-6
HALF = (torch.float16, torch.bfloat16)
"""The precisions that flash attention supports."""


@dataclass(frozen=True, slots=True, eq=False)
class Modulations:
    """How the time of a step modulates each layer: shifts, scales plus one, and gates, (dim,)."""

    blocks: list[tuple[Tensor, ...]]
    out_scale: Tensor
    out_shift: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Flowing:
    """One sequence at one time.

    ``x``: (n_frames, n_mels); ``context``: (n_frames, dim), see ``Velocity.context``.
    """

    x: Tensor
    context: Tensor
    modulations: Modulations


@dataclass(frozen=True, slots=True)
class Span:
    """The frames of ``n`` sequences, from ``start`` up to ``stop``, that are handled alike."""

    start: int
    stop: int
    n: int


@dataclass(frozen=True, slots=True)
class Pack:
    """How sequences lie one after another.

    ``sequences``: a span for each; ``twins``: spans of neighbours of equal length; ``times``: spans
    of neighbours at one time, and ``modulations`` for each of these; ``rotations``: (n_frames, 1,
    head_dim / 2), one for each frame; ``longest``: the most frames of a sequence. On a GPU only:
    ``owners``: (n_frames,), the index in ``times`` for each frame, None if there is only one time;
    ``edges``: (n_sequences + 1,), where sequences begin and end.
    """

    sequences: list[Span]
    twins: list[Span]
    times: list[Span]
    modulations: list[Modulations]
    rotations: Tensor
    owners: Tensor | None
    edges: Tensor | None
    longest: int

    @classmethod
    def of(cls, sequences: Sequence[Flowing], rotations: Tensor) -> Pack:
        """The pack of the sequences, in their order.

        ``rotations``: at least as many as the longest sequence has frames.
        """
        lengths = [len(one.x) for one in sequences]
        edges = [0, *accumulate(lengths)]
        alone = [Span(start, stop, 1) for start, stop in pairwise(edges)]
        times = list(_neighbours(alone, lambda at: id(sequences[at].modulations)))
        firsts = accumulate([0, *(span.n for span in times[:-1])])
        device, owners, edges_there = rotations.device, None, None
        if device.type == "cuda":
            edges_there = torch.tensor(edges, dtype=torch.int32).to(device)
            if len(times) > 1:
                n_frames = torch.tensor([span.stop - span.start for span in times])
                owners = torch.repeat_interleave(n_frames).to(device)
        return cls(
            sequences=alone,
            twins=list(_neighbours(alone, lambda at: lengths[at])),
            times=times,
            modulations=[sequences[first].modulations for first in firsts],
            rotations=torch.cat([rotations[:n] for n in lengths])[:, None],
            owners=owners,
            edges=edges_there,
            longest=max(lengths),
        )


def _neighbours(alone: Sequence[Span], alike: Callable[[int], object]) -> Iterator[Span]:
    """The spans of neighbouring sequences that are alike."""
    for _, group in groupby(range(len(alone)), key=alike):
        first, *others = group
        yield Span(alone[first].start, alone[(others or [first])[-1]].stop, 1 + len(others))


def positioned(embed: ConvPositionEmbedding, hidden: Tensor, sequences: Sequence[Span]) -> Tensor:
    """Upstream's convolutions over (n_frames, dim), with zeros between the sequences.

    A kernel reaches half its width to either side, so the zeros between two sequences serve both.
    """
    first, activation, second, last = embed.conv1d
    reach = first.padding[0]
    places = [slice(s.start + i * reach, s.stop + i * reach) for i, s in enumerate(sequences)]
    spread = hidden.new_zeros(hidden.shape[1], places[-1].stop)
    for span, place in zip(sequences, places, strict=True):
        spread[:, place] = hidden[span.start : span.stop].T
    found = activation(first(spread[None]))
    for place in places[:-1]:
        found[..., place.stop : place.stop + reach] = 0.0
    found = last(second(found))[0]
    return torch.cat([found[:, place] for place in places], dim=1).T


def modulated(
    hidden: Tensor, scales: Sequence[Tensor], shifts: Sequence[Tensor], pack: Pack
) -> Tensor:
    """The layer norm, with the weights and biases that belong to each time."""
    shape = hidden.shape[-1:]
    if pack.owners is not None:
        normed = layer_norm(hidden, shape, eps=NORM_EPSILON)
        return torch.addcmul(
            torch.stack(list(shifts))[pack.owners], normed, torch.stack(list(scales))[pack.owners]
        )
    normed_spans = [
        layer_norm(hidden[span.start : span.stop], shape, scale, shift, NORM_EPSILON)
        for span, scale, shift in zip(pack.times, scales, shifts, strict=True)
    ]
    return normed_spans[0] if len(normed_spans) == 1 else torch.cat(normed_spans)


def add_gated(hidden: Tensor, added: Tensor, gates: Sequence[Tensor], pack: Pack) -> None:
    """Adds ``added``, multiplied by the gate of each time, in place."""
    if pack.owners is not None:
        hidden.addcmul_(added, torch.stack(list(gates))[pack.owners])
        return
    for span, gate in zip(pack.times, gates, strict=True):
        hidden[span.start : span.stop].addcmul_(added[span.start : span.stop], gate)


def attended(query: Tensor, key: Tensor, value: Tensor, pack: Pack) -> Tensor:
    """Each frame's attention to its own sequence: (n_frames, dim) from (n_frames, heads, ...)."""
    if pack.edges is not None and query.dtype in HALF and _has_flash(query.device):
        # A private operator; its arguments are those of torch 2.8.
        found, *_ = torch.ops.aten._flash_attention_forward(
            query, key, value, pack.edges, pack.edges, pack.longest, pack.longest, 0.0, False, False
        )
        return found.flatten(1)
    alike = [
        _attended_alike([part[span.start : span.stop] for part in (query, key, value)], span.n)
        for span in pack.twins
    ]
    return alike[0] if len(alike) == 1 else torch.cat(alike)


@lru_cache
def _has_flash(device: torch.device) -> bool:
    """Whether torch's flash attention runs on the device: Ampere or later."""
    return bool(torch.cuda.get_device_capability(device) >= (8, 0))


def _attended_alike(parts: Sequence[Tensor], n_sequences: int) -> Tensor:
    """The attention of sequences that all have the same length."""
    query, key, value = (part.unflatten(0, (n_sequences, -1)).transpose(1, 2) for part in parts)
    return scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(0, 1).flatten(1)
