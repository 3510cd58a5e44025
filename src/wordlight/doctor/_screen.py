"""The results of an examination, shown on one screen or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wordlight.doctor._finding import Finding, Section, State

MARKS = {State.OK: "✓", State.WARNING: "!", State.ERROR: "✗", State.ABSENT: "–"}
COLOURS = {
    State.OK: "green", State.WARNING: "yellow", State.ERROR: "bold red", State.ABSENT: "dim",
}  # fmt: skip
WIDEST = 110


def screen(sections: Sequence[Section], title: str) -> RenderableType:
    """All sections with their titles, a line and a remedy for each finding, and a verdict last."""
    width = max(len(finding.name) for section in sections for finding in section.findings)
    parts: list[RenderableType] = [Text(title, style="bold"), Text()]
    for section in sections:
        parts += [Text(section.title, style="bold dim"), _table(section.findings, width)]
    return Group(*parts, Text(), _verdict(sections))


def as_json(sections: Sequence[Section]) -> str:
    """``{"ok": …, "findings": [{"section", "name", "state", "code", "seen", "remedy"}, …]}``."""
    findings = [
        {
            "section": section.title, "name": finding.name, "state": finding.state.value,
            "code": finding.code, "seen": finding.seen, "remedy": finding.remedy,
        }
        for section in sections for finding in section.findings
    ]  # fmt: skip
    return json.dumps({"ok": is_well(sections), "findings": findings}, ensure_ascii=False, indent=1)


def is_well(sections: Iterable[Section]) -> bool:
    """Whether a server could start: there may be warnings, but no error."""
    return not _count(sections, State.ERROR)


def _table(findings: Iterable[Finding], width: int) -> RenderableType:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(width=1)
    table.add_column(width=width, no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings:
        colour = COLOURS[finding.state]
        seen = Text(finding.seen, style="dim" if finding.state is State.ABSENT else "")
        if finding.remedy:
            seen.append(f"\n→ {finding.remedy}", style="cyan")
        table.add_row(Text(MARKS[finding.state], colour), Text(finding.name, colour), seen)
    return Padding(table, (0, 0, 0, 1))


def _verdict(sections: Sequence[Section]) -> Text:
    n_errors, n_warnings = _count(sections, State.ERROR), _count(sections, State.WARNING)
    counts = [
        f"{n} {what}{'s' if n > 1 else ''}"
        for n, what in ((n_errors, "error"), (n_warnings, "warning"))
        if n
    ]
    figures = f" ({', '.join(counts)})" if counts else ""
    if n_errors:
        return Text(f"A server would not start{figures}: docs/troubleshooting.md", style="bold red")
    return Text(f"A server can start{figures}", style="bold yellow" if n_warnings else "bold green")


def _count(sections: Iterable[Section], state: State) -> int:
    return sum(finding.state is state for section in sections for finding in section.findings)
