"""The DiT's velocity, with as few passes over memory as torch's own operators allow.

The numbers are those of upstream's ``DiT.forward`` but for rounding. A CPU spends much of that on
what is no matrix product: here the rotation is one complex product, queries, keys and values are
one matrix product, what modulates a layer is computed once for all steps, and on a CPU in float32
oneDNN applies the GELU while it multiplies.

Source: f5_tts 1.1.22 model/backbones/dit.py and model/modules.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from f5_tts.model import DiT
from f5_tts.model.modules import Attention, DiTBlock
from torch import Tensor, nn
from torch.nn.functional import layer_norm, linear, scaled_dot_product_attention

NORM_EPSILON = 1e-6


@dataclass(frozen=True, slots=True)
class Modulations:
    """What the time of one step makes of each layer: shifts, scales plus one, gates; (dim,)."""

    blocks: list[tuple[Tensor, ...]]
    out_scale: Tensor
    out_shift: Tensor


class Velocity:
    """dx/dt of rows that share their time."""

    def __init__(self, transformer: DiT) -> None:
        self._net = transformer
        self._qkv = [_fused_qkv(block.attn) for block in transformer.transformer_blocks]

    def modulations(self, times: Tensor) -> list[Modulations]:
        """Those of each of the (n_steps,) times."""
        emb = nn.functional.silu(self._net.time_embed(times))
        of_blocks = [_modulation(block, emb) for block in self._net.transformer_blocks]
        scales, shifts = self._net.norm_out.linear(emb).chunk(2, dim=1)
        return [
            Modulations(
                [tuple(part[step] for part in parts) for parts in of_blocks],
                1 + scales[step], shifts[step],
            )
            for step in range(len(times))
        ]  # fmt: skip

    def rotations(self, n_frames: int) -> Tensor:
        """(n_frames, head_dim / 2) complex: how far each frame's pairs of numbers are turned."""
        freqs, _ = self._net.rotary_embed.forward_from_seq_len(n_frames)
        angles = freqs.reshape(n_frames, -1)[:, ::2].float()
        return torch.polar(torch.ones_like(angles), angles)

    def __call__(
        self,
        x: Tensor,
        condition: Tensor,
        text: Tensor,
        mask: Tensor | None,
        modulations: Modulations,
        rotations: Tensor,
    ) -> Tensor:
        """(n_rows, n_frames, n_mels) of as many x, conditions and embedded texts.

        ``mask``: (n_rows, n_frames), where a row has frames; ``rotations``: those of ``n_frames``.
        """
        net = self._net
        hidden = net.input_embed(x, condition, text, audio_mask=mask)
        skip = hidden
        for block, qkv, parts in zip(
            net.transformer_blocks, self._qkv, modulations.blocks, strict=True
        ):
            hidden = _through(block, qkv, hidden, parts, mask, rotations)
        if net.long_skip_connection is not None:
            hidden = net.long_skip_connection(torch.cat([hidden, skip], dim=-1))
        flow: Tensor = net.proj_out(
            _modulated(hidden, modulations.out_scale, modulations.out_shift)
        )
        return flow


def _fused_qkv(attention: Attention) -> tuple[Tensor, Tensor]:
    """Weight and bias of all three projections, which become views of it: no memory is spent."""
    projections = (attention.to_q, attention.to_k, attention.to_v)
    with torch.no_grad():
        weight = torch.cat([p.weight for p in projections])
        bias = torch.cat([p.bias for p in projections])
        for p, w, b in zip(projections, weight.chunk(3), bias.chunk(3), strict=True):
            p.weight.data, p.bias.data = w, b
    return weight, bias


def _modulation(block: DiTBlock, emb: Tensor) -> list[Tensor]:
    """Six times (n_steps, dim)."""
    shift, scale, gate, ff_shift, ff_scale, ff_gate = block.attn_norm.linear(emb).chunk(6, dim=1)
    return [shift, 1 + scale, gate, ff_shift, 1 + ff_scale, ff_gate]


def _through(
    block: DiTBlock,
    qkv: tuple[Tensor, Tensor],
    hidden: Tensor,
    parts: tuple[Tensor, ...],
    mask: Tensor | None,
    rotations: Tensor,
) -> Tensor:
    shift, scale, gate, ff_shift, ff_scale, ff_gate = parts
    attended = _attend(block.attn, qkv, _modulated(hidden, scale, shift), mask, rotations)
    hidden = torch.addcmul(hidden, attended, gate)
    heard = _modulated(hidden, ff_scale, ff_shift)
    (widen, _), _, narrow = block.ff.ff
    return torch.addcmul(hidden, narrow(_gelu(heard, widen)), ff_gate)


def _modulated(hidden: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """The layer norm, whose weight and bias the time has made."""
    return layer_norm(hidden, hidden.shape[-1:], scale, shift, NORM_EPSILON)


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


def _attend(
    attention: Attention,
    qkv: tuple[Tensor, Tensor],
    hidden: Tensor,
    mask: Tensor | None,
    rotations: Tensor,
) -> Tensor:
    """Upstream's ``AttnProcessor``; padded frames hear the others, but nobody hears them."""
    n_rows, n_frames, _ = hidden.shape
    projected = linear(hidden, *qkv).view(n_rows, n_frames, 3, attention.heads, -1)
    query, key, value = projected.unbind(2)
    if attention.q_norm is not None:
        query, key = attention.q_norm(query), attention.k_norm(key)
    n_turned = attention.processor.pe_attn_head
    query, key = (_turned(each, rotations, n_turned) for each in (query, key))
    heard = scaled_dot_product_attention(
        query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2),
        attn_mask=None if mask is None else mask[:, None, None].expand(-1, -1, n_frames, -1),
    )  # fmt: skip
    attended: Tensor = attention.to_out[0](heard.transpose(1, 2).flatten(2))
    return attended if mask is None else attended.masked_fill(~mask[..., None], 0.0)


def _turned(x: Tensor, rotations: Tensor, n_heads: int | None) -> Tensor:
    """(n_rows, n_frames, n_heads, head_dim) with the pairs of the first heads, or all, turned."""
    whole = x[:, :, :n_heads].float()
    pairs = torch.view_as_complex(whole.unflatten(-1, (-1, 2)))
    turned = torch.view_as_real(pairs * rotations[:, None]).flatten(-2).to(x.dtype)
    return turned if n_heads is None else torch.cat([turned, x[:, :, n_heads:]], dim=2)
