"""Flow matching for many utterances at once, each with the numbers it would have alone.

Upstream samples every chunk in a batch of its own. Here utterances of different lengths share one
Euler loop. That leaves each one's result as it was because: the text embedding (whose GRN
normalises over all rows, padding included) is computed per utterance; attention is masked; each
utterance draws its noise from its own generator; guidance strength is per row.

Source: F5-TTS (arXiv 2410.06885), f5_tts 1.1.22 model/cfm.py ``CFM.sample``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import torch
from f5_tts.model import DiT
from f5_tts.model.utils import get_epss_timesteps
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from wordlight.speech._velocity import Modulations, Velocity

GRID_UNITS = 32


@dataclass(frozen=True, slots=True)
class Utterance:
    """One chunk to sample.

    ``reference_mel``: (n_reference_frames, n_mels); ``tokens``: (n_tokens,) int64;
    ``n_frames``: reference and answer together.
    """

    reference_mel: Tensor
    tokens: Tensor
    n_frames: int
    seed: int
    steps: int
    cfg_strength: float
    sway: float


@dataclass(frozen=True, slots=True)
class _Batch:
    """Utterances padded to one length; if any is guided, conditional rows first, unconditional
    after them. ``guidance``: (n_rows, 1, 1), what the network's own leaves to do."""

    condition: Tensor
    text: Tensor
    mask: Tensor | None
    rotations: Tensor
    guidance: Tensor


class Sampler:
    """The batched sampler of one DiT.

    ``max_frames`` bounds rows × frames of one batch, ``max_padding`` the share of a batch that may
    be padding. ``grid`` is the network's own for as many steps as it has, in 32nds as upstream
    writes its EPSS grids; steps that begin before the time ``guidance_from`` are not guided, which
    halves them (arXiv 2404.07724). A network taught to do as if it were guided with the strength
    ``built_in_guidance`` (arXiv 2210.03142) is evaluated once a step for that strength, as any is
    for none, and twice for others. With ``in_bfloat16`` a CPU's matrices are multiplied in that
    precision; the state stays in float32.
    """

    def __init__(
        self,
        transformer: DiT,
        max_frames: int,
        max_padding: float,
        *,
        grid: Sequence[int] = (),
        guidance_from: float = 0.0,
        built_in_guidance: float = 0.0,
        in_bfloat16: bool = False,
    ) -> None:
        self._transformer = transformer
        self._velocity = Velocity(transformer)
        self._in_bfloat16 = in_bfloat16
        self._max_frames = max_frames
        self._max_padding = max_padding
        self._grid = tuple(grid)
        self._guidance_from = guidance_from
        self._built_in_guidance = built_in_guidance

    @torch.inference_mode()
    def sample(self, utterances: Sequence[Utterance]) -> list[Tensor]:
        """Each utterance's answer: log-mel (n_frames − n_reference_frames, n_mels) float32."""
        answers: list[Tensor | None] = [None] * len(utterances)
        for batch in self._batches(utterances):
            for index, mel in zip(batch, self._sample([utterances[i] for i in batch]), strict=True):
                answers[index] = mel[len(utterances[index].reference_mel) :].float()
        return [answer for answer in answers if answer is not None]

    def _batches(self, utterances: Sequence[Utterance]) -> Iterator[list[int]]:
        """Indices of utterances that share steps and sway, are all guided or none, and are of
        similar length."""

        def schedule(index: int) -> tuple[int, float, bool]:
            one = utterances[index]
            return one.steps, one.sway, self._guidance_of(one) != 0.0

        order = sorted(
            range(len(utterances)), key=lambda i: (*schedule(i), -utterances[i].n_frames)
        )
        for _, group in groupby(order, key=schedule):
            batch: list[int] = []
            for index in group:
                if batch and not self._fits(utterances, [*batch, index]):
                    yield batch
                    batch = []
                batch.append(index)
            yield batch

    def _fits(self, utterances: Sequence[Utterance], batch: list[int]) -> bool:
        padded = utterances[batch[0]].n_frames * len(batch)
        filled = sum(utterances[i].n_frames for i in batch)
        return padded <= self._max_frames and padded - filled <= self._max_padding * padded

    def _guidance_of(self, utterance: Utterance) -> float:
        """How far the velocity shall go on from the unconditional one: with c and u the network's
        two, u + (c - u) (1 + strength) / (1 + built in) is c + (c - u) times this."""
        built_in = self._built_in_guidance
        return (utterance.cfg_strength - built_in) / (1 + built_in)

    def _sample(self, utterances: list[Utterance]) -> list[Tensor]:
        batch = self._gather(utterances)
        x = pad_sequence([_noise(u, batch.condition) for u in utterances], batch_first=True)
        times = self._times(utterances[0].steps, utterances[0].sway, x)
        with torch.autocast("cpu", torch.bfloat16, enabled=self._in_bfloat16):
            modulations = self._velocity.modulations(times[:-1])
            for (now, after), step in zip(pairwise(times.tolist()), modulations, strict=True):
                is_guided = now >= self._guidance_from and bool(batch.guidance.any())
                flow = self._guided(x, step, batch) if is_guided else self._free(x, step, batch)
                x = x + (after - now) * flow
        return [row[: u.n_frames] for row, u in zip(x, utterances, strict=True)]

    def _gather(self, utterances: list[Utterance]) -> _Batch:
        lengths = [u.n_frames for u in utterances]
        longest = max(lengths)
        parameter = next(self._transformer.parameters())
        condition = torch.zeros(
            len(utterances), longest, utterances[0].reference_mel.shape[1],
            device=parameter.device, dtype=parameter.dtype,
        )  # fmt: skip
        for row, utterance in zip(condition, utterances, strict=True):
            row[: len(utterance.reference_mel)] = utterance.reference_mel.to(row)
        text = [self._embed(u, drop_text=False) for u in utterances]
        guidance = torch.tensor([self._guidance_of(u) for u in utterances]).to(condition)
        mask = None
        if min(lengths) < longest:
            frames = torch.arange(longest, device=parameter.device)
            mask = frames < torch.tensor(lengths, device=parameter.device)[:, None]
        if guidance.any():
            text += [self._embed(u, drop_text=True) for u in utterances]
            condition = torch.cat([condition, torch.zeros_like(condition)])
            mask = None if mask is None else torch.cat([mask, mask])
        return _Batch(
            condition=condition,
            text=pad_sequence(text, batch_first=True),
            mask=mask,
            rotations=self._velocity.rotations(longest),
            guidance=guidance[:, None, None],
        )

    def _embed(self, utterance: Utterance, drop_text: bool) -> Tensor:
        device = next(self._transformer.parameters()).device
        tokens = utterance.tokens[None].to(device)
        embedded: Tensor = self._transformer.text_embed(
            tokens, seq_len=utterance.n_frames, drop_text=drop_text
        )[0]
        return embedded

    def _guided(self, x: Tensor, step: Modulations, batch: _Batch) -> Tensor:
        """dx/dt with classifier-free guidance, (n_rows, n_frames, n_mels)."""
        both = torch.cat([x, x])
        flow = self._velocity(both, batch.condition, batch.text, batch.mask, step, batch.rotations)
        asked, unasked = flow.chunk(2)
        return asked + (asked - unasked) * batch.guidance

    def _free(self, x: Tensor, step: Modulations, batch: _Batch) -> Tensor:
        """dx/dt with what guidance the network has of its own."""
        n_rows = len(x)
        mask = None if batch.mask is None else batch.mask[:n_rows]
        return self._velocity(
            x, batch.condition[:n_rows], batch.text[:n_rows], mask, step, batch.rotations
        )

    def _times(self, steps: int, sway: float, like: Tensor) -> Tensor:
        """The grid from 0 to 1, (steps + 1,): the network's own, else EPSS where upstream has one;
        then sway."""
        if steps == len(self._grid) - 1:
            grid = torch.tensor(self._grid, device=like.device, dtype=like.dtype) / GRID_UNITS
        else:
            grid = get_epss_timesteps(steps, device=like.device, dtype=like.dtype)
        return grid + sway * (torch.cos(torch.pi / 2 * grid) - 1 + grid)


def _noise(utterance: Utterance, like: Tensor) -> Tensor:
    """(n_frames, n_mels) of the utterance's own generator, the same on every device."""
    generator = torch.Generator().manual_seed(utterance.seed)
    noise = torch.randn(utterance.n_frames, like.shape[2], generator=generator)
    return noise.to(like)
