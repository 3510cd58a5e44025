"""A served model: its tensors, its batching and its warm-up; and a chain of models."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace

from wordlight.contract._tensor import TensorSpec, Value


@dataclass(frozen=True, slots=True)
class Batching:
    """How Triton's dynamic batcher gathers requests for one model.

    A request is refused with UNAVAILABLE if it has waited longer than ``timeout_ms``, or if
    ``max_queue_size`` requests are waiting already. So requests do not pile up.
    """

    max_batch_size: int
    queue_delay_ms: int
    max_queue_size: int
    timeout_ms: int


@dataclass(frozen=True, slots=True)
class WarmUp:
    """One request that runs before the model counts as ready.

    ``zeros`` maps each input that is silence to its number of elements. ``values`` has the others.
    """

    name: str
    values: Mapping[str, Value] = field(default_factory=dict)
    zeros: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spec:
    """What the two kinds of served model share: a name and tensors."""

    name: str
    meaning: str
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]

    @property
    def arguments(self) -> tuple[TensorSpec, ...]:
        """The inputs whose values matter: an engine gets them, and a caller may give them."""
        return tuple(spec for spec in self.inputs if spec.is_read)

    def input(self, name: str) -> TensorSpec:
        """The input of that name.

        Raises:
            KeyError: There is none.
        """
        return {spec.name: spec for spec in self.inputs}[name]

    def output(self, name: str) -> TensorSpec:
        """The output of that name.

        Raises:
            KeyError: There is none.
        """
        return {spec.name: spec for spec in self.outputs}[name]


@dataclass(frozen=True, slots=True)
class ModelSpec(Spec):
    """A model of our own, run by Triton's Python backend."""

    batching: Batching
    warm_ups: tuple[WarmUp, ...]
    needs_accelerator: bool
    is_needed: bool = True
    """Whether a server without this model is of no use. Any other model is left out if it fails."""
    is_decoupled: bool = False
    """Whether the model may send any number of responses to a request, the last of them marked."""
    asks: tuple[ModelSpec, ...] = ()
    """The models that this one calls itself (business-logic scripting)."""

    def uses(self, models: Container[str]) -> bool:
        """Whether this model, or one that it calls, is among ``models``."""
        return self.name in models or any(model.uses(models) for model in self.asks)


@dataclass(frozen=True, slots=True)
class Step:
    """One model of a chain.

    ``feeds`` maps an input of the model to the tensor of the chain that fills it; any other input
    is filled by the tensor of the same name. ``takes`` are the inputs that the model gets in this
    chain; None stands for all. Nobody sees the outputs in ``drops``, and only later steps of the
    chain see those in ``keeps``. Every step but the last must keep an output: Triton leaves out a
    step when a request asks for none of its outputs, even if later steps need them, and the request
    ends in "unexpected deadlock". A kept output is not an output of the chain, so its step always
    runs (seen with 2.51; ensemble_scheduler.cc, "Prune ensemble").
    """

    model: ModelSpec
    feeds: Mapping[str, str] = field(default_factory=dict)
    keeps: tuple[str, ...] = ()
    takes: frozenset[str] | None = None
    drops: tuple[str, ...] = ()

    def input_map(self) -> Iterator[tuple[TensorSpec, str]]:
        """Each input that the model gets, with the name of the tensor that fills it."""
        for spec in self.model.inputs:
            is_taken = self.takes is None or spec.name in self.takes
            if is_taken and (spec.is_read or spec.name in self.feeds):
                yield spec, self.feeds.get(spec.name, spec.name)

    def output_map(self) -> Iterator[tuple[TensorSpec, str]]:
        """Each output that is not dropped, with its name in the chain.

        The name of a kept output begins with the model's name.
        """
        for spec in self.model.outputs:
            if spec.name in self.drops:
                continue
            is_kept = spec.name in self.keeps
            yield spec, f"{self.model.name}.{spec.name}" if is_kept else spec.name


@dataclass(frozen=True, slots=True)
class EnsembleSpec(Spec):
    """Models chained inside Triton. The chain's inputs are the tensors that no step makes."""

    steps: tuple[Step, ...]

    @property
    def is_needed(self) -> bool:
        """Whether all models of the chain are needed."""
        return all(step.model.is_needed for step in self.steps)

    def uses(self, models: Container[str]) -> bool:
        """Whether this chain, or a model that one of its steps uses, is among ``models``."""
        return self.name in models or any(step.model.uses(models) for step in self.steps)

    @classmethod
    def chain(
        cls, name: str, meaning: str, steps: tuple[Step, ...], check: ModelSpec | None = None
    ) -> EnsembleSpec:
        """The chain of these steps. Its inputs and outputs follow from those of the steps.

        An input is optional if it is optional in every step that takes it. ``check`` is a model
        that runs first and gets those of the chain's inputs that it has too. The first step waits
        for the one output of ``check``.
        """
        made = {alias: spec for step in steps for spec, alias in step.output_map()}
        shown = {spec.name: spec for alias, spec in made.items() if alias == spec.name}
        inputs: dict[str, TensorSpec] = {}
        for step in steps:
            for spec, alias in step.input_map():
                if alias in made:
                    continue
                known = inputs.get(alias)
                if known is None or (known.is_optional and not spec.is_optional):
                    inputs[alias] = replace(spec, name=alias)
        if check is not None:
            steps = _checked(steps, check, frozenset(inputs))
        return cls(name, meaning, tuple(inputs.values()), tuple(shown.values()), steps)


def _checked(steps: tuple[Step, ...], check: ModelSpec, given: frozenset[str]) -> tuple[Step, ...]:
    """The steps, preceded by one that checks the given inputs."""
    (passed,) = check.outputs
    checking = Step(check, keeps=(passed.name,), takes=given)
    ((_, alias),) = checking.output_map()
    waiting = replace(steps[0], feeds={**steps[0].feeds, passed.name: alias})
    return (checking, waiting, *steps[1:])
