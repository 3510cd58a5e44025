"""Flow matching for many utterances at once, each with the result that it would have alone.

Upstream samples every chunk in a batch of its own. Here rows of any length, at any step of their
own grids, share each evaluation of the network. A step advances the rows that it is given, so rows
may enter and leave between any two steps. Sharing changes no result: no row sees another (see
``_velocity``), each draws its noise from its own generator, and the text embedding, whose GRN
normalises over all frames, is computed per row.

Source: F5-TTS (arXiv 2410.06885), f5_tts 1.1.22 model/cfm.py ``CFM.sample``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from f5_tts.model import DiT
from f5_tts.model.utils import get_epss_timesteps
from torch import Tensor

from wordlight.speech.flow._sequences import Flowing
from wordlight.speech.flow._velocity import Velocity

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


@dataclass(slots=True, eq=False)
class Row:
    """An utterance on its way from noise to speech.

    ``x``: (n_frames, n_mels) float32, its state; ``times``: its grid from 0 to 1, (steps + 1);
    ``n_done``: the steps it has taken; ``contexts``: what the text and the reference add to every
    step and, for a guided row, what their absence adds; ``guidance``: how much of the difference
    between the conditional and the unconditional velocity is added to the conditional one.
    """

    x: Tensor
    times: list[float]
    contexts: list[Tensor]
    guidance: float
    n_reference_frames: int
    guidance_from: float
    n_done: int = 0

    @property
    def is_done(self) -> bool:
        """Whether the row has reached the end of its grid."""
        return self.n_done == len(self.times) - 1

    @property
    def n_sequences(self) -> int:
        """The number of sequences in the row's next step: two if that step is guided, else one."""
        is_guided = len(self.contexts) > 1 and self.times[self.n_done] >= self.guidance_from
        return 2 if is_guided else 1

    @property
    def cost(self) -> int:
        """The number of frames that the row's next step evaluates."""
        return len(self.x) * self.n_sequences

    @property
    def answer(self) -> Tensor:
        """The answer's log-mel, (n_frames − n_reference_frames, n_mels) float32."""
        return self.x[self.n_reference_frames :]


class Sampler:
    """Samples utterances with one DiT.

    ``grid`` is the network's own time grid. It is used if an utterance has the same number of
    steps, and is written in 32nds, as upstream writes its EPSS grids. Steps before the time
    ``guidance_from`` are not guided, which halves their cost (arXiv 2404.07724). A network may be
    trained to answer as if it were guided with the strength ``built_in_guidance`` (arXiv
    2210.03142). It is then evaluated once a step for that strength, as other networks are for
    strength 0, and twice for any other strength. With ``in_bfloat16`` a CPU multiplies matrices in
    that precision; the state is always float32.
    """

    def __init__(
        self,
        transformer: DiT,
        *,
        grid: Sequence[int] = (),
        guidance_from: float = 0.0,
        built_in_guidance: float = 0.0,
        in_bfloat16: bool = False,
    ) -> None:
        self.velocity = Velocity(transformer)
        self._transformer = transformer
        self._in_bfloat16 = in_bfloat16
        self._grid = tuple(grid)
        self._guidance_from = guidance_from
        self._built_in_guidance = built_in_guidance

    @torch.inference_mode()
    def begin(self, utterance: Utterance) -> Row:
        """The utterance as noise, before its first step."""
        condition = utterance.reference_mel.new_zeros(
            utterance.n_frames, utterance.reference_mel.shape[1]
        )
        condition[: len(utterance.reference_mel)] = utterance.reference_mel
        guidance = self._guidance_of(utterance)
        with self._precision():
            contexts = [self._context(utterance, condition, is_given=True)]
            if guidance:
                contexts.append(self._context(utterance, condition, is_given=False))
        return Row(
            x=_noise(utterance).to(self.velocity.device),
            times=self.times(utterance.steps, utterance.sway).tolist(),
            contexts=contexts,
            guidance=guidance,
            n_reference_frames=len(utterance.reference_mel),
            guidance_from=self._guidance_from,
        )

    @torch.inference_mode()
    def step(self, rows: Sequence[Row]) -> None:
        """Takes the next step of each row. If that fails, no row has moved."""
        ordered = sorted(rows, key=lambda row: (row.times[row.n_done], len(row.x)))
        with self._precision():
            flows = iter(self.velocity([one for row in ordered for one in self._sequences(row)]))
        moved = []
        for row in ordered:
            flow = next(flows).float()
            if row.n_sequences > 1:
                flow = flow + (flow - next(flows).float()) * row.guidance
            moved.append(row.x + (row.times[row.n_done + 1] - row.times[row.n_done]) * flow)
        if self.velocity.device.type == "cuda":
            torch.cuda.current_stream(self.velocity.device).synchronize()  # to time this step
        for row, x in zip(ordered, moved, strict=True):
            row.x, row.n_done = x, row.n_done + 1

    @torch.inference_mode()
    def flows(self, row: Row, x: Tensor, time: float) -> list[Tensor]:
        """The network's velocities for a row at a time, with ``x``, (n_frames, n_mels), as its
        state.

        The conditional velocity comes first, followed by the unconditional one if the row is
        guided.
        """
        with self._precision():
            modulations = self.velocity.modulations(time)
            return self.velocity([Flowing(x, one, modulations) for one in row.contexts])

    def sample(self, utterances: Sequence[Utterance]) -> list[Tensor]:
        """The answers of utterances that are sampled together; see ``Row.answer``."""
        rows = [self.begin(utterance) for utterance in utterances]
        while due := [row for row in rows if not row.is_done]:
            self.step(due)
        return [row.answer for row in rows]

    def times(self, steps: int, sway: float) -> Tensor:
        """The grid from 0 to 1 with its sway, (steps + 1,).

        The grid is the network's own if that has so many steps, else upstream's: EPSS, if it has
        one for so many.
        """
        if steps == len(self._grid) - 1:
            grid = torch.tensor(self._grid, dtype=torch.float32) / GRID_UNITS
        else:
            grid = get_epss_timesteps(steps, device=torch.device("cpu"), dtype=torch.float32)
        return grid + sway * (torch.cos(torch.pi / 2 * grid) - 1 + grid)

    def _precision(self) -> torch.autocast:
        return torch.autocast("cpu", torch.bfloat16, enabled=self._in_bfloat16)

    def _guidance_of(self, utterance: Utterance) -> float:
        """The guidance of the utterance's row.

        With c and u the conditional and the unconditional velocity, c + (c - u) guidance is
        u + (c - u) (1 + strength) / (1 + built in).
        """
        built_in = self._built_in_guidance
        return (utterance.cfg_strength - built_in) / (1 + built_in)

    def _context(self, utterance: Utterance, condition: Tensor, *, is_given: bool) -> Tensor:
        device = self.velocity.device
        text: Tensor = self._transformer.text_embed(
            utterance.tokens[None].to(device), seq_len=utterance.n_frames, drop_text=not is_given
        )[0]
        condition = condition if is_given else torch.zeros_like(condition)
        return self.velocity.context(condition.to(device), text)

    def _sequences(self, row: Row) -> list[Flowing]:
        modulations = self.velocity.modulations(row.times[row.n_done])
        return [Flowing(row.x, one, modulations) for one in row.contexts[: row.n_sequences]]


def _noise(utterance: Utterance) -> Tensor:
    """Noise, (n_frames, n_mels), from the utterance's own seed; the same on every device."""
    generator = torch.Generator().manual_seed(utterance.seed)
    return torch.randn(utterance.n_frames, utterance.reference_mel.shape[1], generator=generator)
