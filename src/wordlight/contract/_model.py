"""A served model: its tensors, how requests batch, what warms it up; and a chain of models."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace

from wordlight.contract._tensor import TensorSpec, Value


@dataclass(frozen=True, slots=True)
class Batching:
    """How Triton's dynamic batcher gathers requests for one model.

    A request that waits longer than ``timeout_ms``, or finds ``max_queue_size`` before it, is
    refused with UNAVAILABLE instead of piling up.
    """

    max_batch_size: int
    queue_delay_ms: int
    max_queue_size: int
    timeout_ms: int


@dataclass(frozen=True, slots=True)
class WarmUp:
    """One request that runs before the model counts as ready.

    ``zeros`` names the inputs that are silence of so many elements; ``values`` all others.
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
        """The inputs whose values matter: what an engine is told, and a caller may say."""
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
    """Whether a server without it would be of no use. One that is not is left out if it fails."""
    is_decoupled: bool = False
    """Whether it sends any number of responses to a request, and a last one that is marked."""
    asks: tuple[ModelSpec, ...] = ()
    """The models that it calls itself (business-logic scripting)."""

    def uses(self, models: Container[str]) -> bool:
        """Whether it, or one that it calls, is one of these models."""
        return self.name in models or any(model.uses(models) for model in self.asks)


@dataclass(frozen=True, slots=True)
class Step:
    """One model of a chain. Names match by default; the maps say where they differ.

    ``feeds`` maps an input of the model to the chain's tensor that fills it; ``takes`` are the
    inputs that it gets in this chain, if not all. ``drops`` are outputs that nobody sees, and
    ``keeps`` those that only later steps of the chain see. Every step but the last must keep one:
    Triton leaves out a step when a request asks for none of its outputs, even where later steps
    need them, and the request ends in "unexpected deadlock". A kept output is no output of the
    chain's, so its step always runs (seen with 2.51; ensemble_scheduler.cc, "Prune ensemble").
    """

    model: ModelSpec
    feeds: Mapping[str, str] = field(default_factory=dict)
    keeps: tuple[str, ...] = ()
    takes: frozenset[str] | None = None
    drops: tuple[str, ...] = ()

    def input_map(self) -> Iterator[tuple[TensorSpec, str]]:
        """Each input of the model with the chain's name for it."""
        for spec in self.model.inputs:
            is_taken = self.takes is None or spec.name in self.takes
            if is_taken and (spec.is_read or spec.name in self.feeds):
                yield spec, self.feeds.get(spec.name, spec.name)

    def output_map(self) -> Iterator[tuple[TensorSpec, str]]:
        """Each output of the model with the chain's name for it; a kept one has a name apart."""
        for spec in self.model.outputs:
            if spec.name in self.drops:
                continue
            is_kept = spec.name in self.keeps
            yield spec, f"{self.model.name}.{spec.name}" if is_kept else spec.name


@dataclass(frozen=True, slots=True)
class EnsembleSpec(Spec):
    """Models chained inside Triton; its own inputs are whatever no step makes."""

    steps: tuple[Step, ...]

    @property
    def is_needed(self) -> bool:
        """Whether all its models are needed."""
        return all(step.model.is_needed for step in self.steps)

    def uses(self, models: Container[str]) -> bool:
        """Whether one of its steps, or itself, is one of these models."""
        return self.name in models or any(step.model.uses(models) for step in self.steps)

    @classmethod
    def chain(
        cls, name: str, meaning: str, steps: tuple[Step, ...], check: ModelSpec | None = None
    ) -> EnsembleSpec:
        """The chain of these steps: inputs and outputs follow from theirs.

        An input is optional if every step that takes it can do without. ``check`` is a model that
        runs first, on those of the chain's inputs that it knows; the first of the steps waits for
        its one output.
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
    """The steps behind one that checks what is given."""
    (passed,) = check.outputs
    checking = Step(check, keeps=(passed.name,), takes=given)
    ((_, alias),) = checking.output_map()
    waiting = replace(steps[0], feeds={**steps[0].feeds, passed.name: alias})
    return (checking, waiting, *steps[1:])
