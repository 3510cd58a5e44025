"""The table of what happened in each place."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from place import Outcome

TABLE = Path("out/environments.md")


@dataclass(slots=True)
class Table:
    """What was seen in each place."""

    lines: list[str] = field(default_factory=list)

    def add(self, name: str, outcome: Outcome, refusal: str = "") -> None:
        """Adds a place; the refusal with that code is quoted."""
        said = "READY and an answer" if outcome.has_answered else outcome.refusal(refusal)
        warned = ", ".join(dict.fromkeys(outcome.codes)) if outcome.has_answered else ""
        said += f" ({warned})" if warned else ""
        seconds = outcome.ready_s if outcome.has_answered else outcome.took_s
        self.lines.append(f"| {name} | {said.replace('|', '¦')} | {seconds or 0.0:.1f} |")

    def write(self) -> None:
        """Writes the table beside the demo's output."""
        TABLE.parent.mkdir(exist_ok=True)
        head = ["| place | what happens | seconds |", "|---|---|---|"]
        TABLE.write_text("\n".join([*head, *self.lines]) + "\n", encoding="utf-8")
