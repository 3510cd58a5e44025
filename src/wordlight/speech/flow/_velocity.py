"""The DiT's velocity for sequences of any lengths and times, one after another without padding.

Except for rounding, the results are those of upstream's ``DiT.forward`` for each sequence alone.
Matrices are multiplied for all frames at once. Attention sees one sequence, the convolutions of
the input embedding find zeros between two, and each sequence is modulated by its own time.

On a CPU upstream spends much of its time on other work than matrix products. Here the rotation is
one complex product; queries, keys and values are one matrix product; the modulation of a layer is
computed once for each time, and what does not change from step to step once for each sequence. On
a CPU in float32 oneDNN applies the GELU while it multiplies.

Source: f5_tts 1.1.22 model/backbones/dit.py and model/modules.py.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import torch
from f5_tts.model import DiT
from f5_tts.model.modules import Attention, DiTBlock
from torch import Tensor, nn
from torch.nn.functional import linear

from wordlight.speech.flow._sequences import (
    Flowing,
    Modulations,
    Pack,
    add_gated,
    attended,
    modulated,
    positioned,
)

ROTARY_BASE = 10_000.0
"""Source: x_transformers, RotaryEmbedding."""
CACHED_TIMES = 128
"""The number of times whose modulations are kept: two grids of 64 steps. Those of one time take
0.5 MB for F5TTS_v1_Base."""


class Velocity:
    """Computes dx/dt of sequences, each at its own time."""

    def __init__(self, transformer: DiT) -> None:
        self._net = transformer
        self._qkv = [_fused_qkv(block.attn) for block in transformer.transformer_blocks]
        self._known: OrderedDict[float, Modulations] = OrderedDict()
        self._rotations = torch.zeros(0)
        self.n_computed = self.n_found = 0
        """How many modulations were computed, and how many were found among those kept."""

    @property
    def device(self) -> torch.device:
        """The device that the network is on."""
        return self._net.proj_out.weight.device

    def modulations(self, time: float) -> Modulations:
        """The modulations of one time, kept for sequences that reach this time later."""
        if (known := self._known.get(time)) is not None:
            self._known.move_to_end(time)
            self.n_found += 1
            return known
        self.n_computed += 1
        found = self._known[time] = self._modulations(time)
        if len(self._known) > CACHED_TIMES:
            self._known.popitem(last=False)
        return found

    def context(self, condition: Tensor, text: Tensor) -> Tensor:
        """What the reference and the text add to each frame at every step, (n_frames, dim).

        ``condition``: (n_frames, n_mels); ``text``: (n_frames, text_dim), embedded.
        """
        layer = self._net.input_embed.proj
        given = torch.cat([condition.to(text), text], dim=-1)
        return linear(given, layer.weight[:, condition.shape[1] :], layer.bias)

    def __call__(self, sequences: Sequence[Flowing]) -> list[Tensor]:
        """The velocity of each sequence, (n_frames, n_mels)."""
        net = self._net
        longest = max(len(one.x) for one in sequences)
        pack = Pack.of(sequences, self._rotated(longest))
        hidden = self._entered(sequences, pack)
        skip = hidden.clone() if net.long_skip_connection is not None else None
        for index, (block, qkv) in enumerate(zip(net.transformer_blocks, self._qkv, strict=True)):
            parts = [one.blocks[index] for one in pack.modulations]
            _through(block, qkv, hidden, parts, pack)
        if net.long_skip_connection is not None:
            hidden = net.long_skip_connection(torch.cat([hidden, skip], dim=-1))
        scales = [one.out_scale for one in pack.modulations]
        shifts = [one.out_shift for one in pack.modulations]
        flow: Tensor = net.proj_out(modulated(hidden, scales, shifts, pack))
        return [flow[span.start : span.stop] for span in pack.sequences]

    def _entered(self, sequences: Sequence[Flowing], pack: Pack) -> Tensor:
        """The result of the input embedding, (n_frames, dim)."""
        layer = self._net.input_embed.proj
        x = torch.cat([one.x for one in sequences]).to(layer.weight.dtype)
        context = torch.cat([one.context for one in sequences])
        hidden = linear(x, layer.weight[:, : x.shape[1]]) + context
        return hidden + positioned(self._net.input_embed.conv_pos_embed, hidden, pack.sequences)

    def _modulations(self, time: float) -> Modulations:
        weight = self._net.proj_out.weight
        emb = nn.functional.silu(self._net.time_embed(torch.tensor([time]).to(weight)))
        scale, shift = self._net.norm_out.linear(emb)[0].chunk(2)
        of_blocks = [_modulation(block, emb) for block in self._net.transformer_blocks]
        return Modulations(of_blocks, 1 + scale, shift)

    def _rotated(self, n_frames: int) -> Tensor:
        """How far each frame's pairs of numbers are rotated, (n_frames, head_dim / 2) complex."""
        if n_frames > len(self._rotations):
            # The network's own frequencies have its precision. In float16 they would be wrong by
            # a radian at 30 s; the network was trained with frequencies in float32.
            dim = 2 * len(self._net.rotary_embed.inv_freq)
            frequencies = 1.0 / ROTARY_BASE ** (torch.arange(0, dim, 2).float() / dim)
            angles = torch.outer(torch.arange(n_frames).float(), frequencies).to(self.device)
            self._rotations = torch.polar(torch.ones_like(angles), angles)
        return self._rotations[:n_frames]


def _fused_qkv(attention: Attention) -> tuple[Tensor, Tensor]:
    """Weight and bias of all three projections together.

    The projections become views of them, so that no memory is spent.
    """
    projections = (attention.to_q, attention.to_k, attention.to_v)
    with torch.no_grad():
        weight = torch.cat([p.weight for p in projections])
        bias = torch.cat([p.bias for p in projections])
        for p, w, b in zip(projections, weight.chunk(3), bias.chunk(3), strict=True):
            p.weight.data, p.bias.data = w, b
    return weight, bias


def _modulation(block: DiTBlock, emb: Tensor) -> tuple[Tensor, ...]:
    """Shift, scale and gate of the attention, then of the feed-forward layer, each (dim,)."""
    shift, scale, gate, ff_shift, ff_scale, ff_gate = block.attn_norm.linear(emb)[0].chunk(6)
    return shift, 1 + scale, gate, ff_shift, 1 + ff_scale, ff_gate


def _through(
    block: DiTBlock,
    qkv: tuple[Tensor, Tensor],
    hidden: Tensor,
    parts: Sequence[tuple[Tensor, ...]],
    pack: Pack,
) -> None:
    """Applies one block in place. ``parts``: the block's modulations for each time."""
    shifts, scales, gates, ff_shifts, ff_scales, ff_gates = zip(*parts, strict=True)
    found = _attend(block.attn, qkv, modulated(hidden, scales, shifts, pack), pack)
    add_gated(hidden, found, gates, pack)
    entered = modulated(hidden, ff_scales, ff_shifts, pack)
    (widen, _), _, narrow = block.ff.ff
    add_gated(hidden, narrow(_gelu(entered, widen)), ff_gates, pack)


def _gelu(hidden: Tensor, layer: nn.Linear) -> Tensor:
    """The GELU (its tanh form) of a linear layer."""
    is_fused = (
        hidden.device.type == "cpu"
        and hidden.dtype == torch.float32
        and not torch.is_autocast_enabled("cpu")
        and torch.backends.mkldnn.is_available()
    )
    if not is_fused:
        return nn.functional.gelu(layer(hidden), approximate="tanh")
    activated: Tensor = torch.ops.mkldnn._linear_pointwise(
        hidden, layer.weight, layer.bias, "gelu", [], "tanh"
    )
    return activated


def _attend(attention: Attention, qkv: tuple[Tensor, Tensor], hidden: Tensor, pack: Pack) -> Tensor:
    """Upstream's ``AttnProcessor`` for each sequence alone."""
    projected = linear(hidden, *qkv).view(len(hidden), 3, attention.heads, -1)
    query, key, value = projected.unbind(1)
    if attention.q_norm is not None:
        query, key = attention.q_norm(query), attention.k_norm(key)
    n_turned = attention.processor.pe_attn_head
    query, key = (_turned(each, pack.rotations, n_turned) for each in (query, key))
    found: Tensor = attention.to_out[0](attended(query, key, value, pack))
    return found


def _turned(x: Tensor, rotations: Tensor, n_heads: int | None) -> Tensor:
    """(n_frames, n_heads, head_dim) with the pairs of the first or of all heads rotated."""
    whole = x[:, :n_heads].float()
    pairs = torch.view_as_complex(whole.unflatten(-1, (-1, 2)))
    turned = torch.view_as_real(pairs * rotations).flatten(-2).to(x.dtype)
    return turned if n_heads is None else torch.cat([turned, x[:, n_heads:]], dim=1)
