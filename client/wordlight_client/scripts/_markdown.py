"""A script in Markdown → plain text with pauses at headings, items and rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.tree import SyntaxTreeNode

from wordlight_client.scripts._dialogue import Line, Prepared
from wordlight_client.scripts._markdown_inline import lines_within, make_parser

BEFORE_HEADING_S, BEHIND_HEADING_S = 1.0, 0.7
BEHIND_ITEM_S = 0.4
AT_RULE_S = 1.5
"""Silence in seconds, as readers of audio books leave it at a chapter, a heading and a gap."""
MOST_PLACES = 5
"""How many lines a warning names."""

_NOTE = re.compile(r"\[\^[^\s\[\]]{1,60}\]:")
_TASK = re.compile(r"\[[ xX]\]\s+")
_COMMENT = re.compile(r"\s*<!--.*-->\s*", re.S)


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines that stand together, and the silence before and after them; 0: the server's usual."""

    lines: tuple[Line, ...]
    before_s: float = 0.0
    behind_s: float = 0.0


def from_markdown(text: str) -> Prepared:
    r"""The text of a script in Markdown, with directions for its pauses.

    Emphasis is removed; links, images and code within a line are replaced by their text. Blocks of
    code and of HTML, and footnotes, are left out with a warning. Directions in brackets are kept.

    >>> from_markdown("# One\n\nIt is *so*, [see](https://example.com).").text
    'One [pause:0.7s]\n\nIt is so, see.'
    """
    lines, warnings = markdown_lines(text)
    return Prepared("\n".join(line.text for line in lines), warnings)


def markdown_lines(text: str, first: int = 1) -> tuple[list[Line], tuple[str, ...]]:
    """The lines of `from_markdown` with their numbers in the source, and its warnings.

    ``first``: the number of the text's first line.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    reading = _Reading(first)
    blocks = [*reading.blocks(SyntaxTreeNode(make_parser().parse(plain)))]
    return _spaced(blocks), tuple(reading.warnings())


class _Reading:
    """Walks through the tree, and remembers what is left out."""

    def __init__(self, first: int) -> None:
        self._first = first
        self._left_out: dict[str, list[int]] = {}

    def warn(self, what: str, number: int) -> None:
        """Notes that something in this line is left out."""
        self._left_out.setdefault(what, []).append(number)

    def warnings(self) -> Iterator[str]:
        """A warning for each kind of thing that was left out, with its lines."""
        for what, numbers in self._left_out.items():
            found = sorted(set(numbers))
            shown = ", ".join(map(str, found[:MOST_PLACES]))
            more = f" and {len(found) - MOST_PLACES} more" if len(found) > MOST_PLACES else ""
            yield f"{what} (line{'s' * (len(found) > 1)} {shown}{more})"

    def blocks(self, node: SyntaxTreeNode) -> Iterator[_Block]:
        """The blocks of this node, in order."""
        for child in node.children:
            if child.type == "paragraph":
                yield from self._paragraph(child)
            elif child.type == "heading":
                lines = tuple(self._lines(child))
                yield _Block(lines, BEFORE_HEADING_S, BEHIND_HEADING_S)
            elif child.type == "hr":
                yield _Block((), AT_RULE_S)
            elif child.type in ("bullet_list", "ordered_list"):
                yield from self._list(child)
            elif child.type == "table":
                yield from self._rows(child)
            elif child.type in ("fence", "code_block"):
                self.warn("blocks of code are not read", self._number(child))
            elif child.type == "html_block":
                self._html(child)
            else:
                yield from self.blocks(child)

    def _paragraph(self, node: SyntaxTreeNode) -> Iterator[_Block]:
        inline = node.children[0] if node.children else None
        if inline is not None and _NOTE.match(inline.content):
            self.warn("footnotes are left out", self._number(node))
        else:
            yield _Block(tuple(self._lines(node)))

    def _list(self, node: SyntaxTreeNode) -> Iterator[_Block]:
        """Each item with silence after it; numbers are read, bullets are not."""
        is_ordered = node.type == "ordered_list"
        start = int(node.attrs.get("start", 1)) if is_ordered else 0
        for number, item in enumerate(node.children, start):
            begins = f"{number}. " if is_ordered else ""
            for block in self.blocks(item):
                lines = _with_beginning(block.lines, begins)
                begins = "" if block.lines else begins
                yield _Block(lines, block.before_s, max(block.behind_s, BEHIND_ITEM_S))

    def _rows(self, node: SyntaxTreeNode) -> Iterator[_Block]:
        """Each row of a table as one line, with commas between the cells."""
        for row in (row for part in node.children for row in part.children):
            cells = [" ".join(line.text for line in self._lines(cell)) for cell in row.children]
            row_text = ", ".join(filter(None, cells))
            yield _Block(
                (Line(row_text, self._number(row)),) if row_text else (), 0.0, BEHIND_ITEM_S
            )

    def _lines(self, node: SyntaxTreeNode) -> Iterator[Line]:
        for child in node.children:
            if child.type == "inline" and child.token is not None:
                yield from lines_within(child.token, self._number(node), self.warn)

    def _html(self, node: SyntaxTreeNode) -> None:
        if _COMMENT.fullmatch(node.content) is None:
            self.warn("blocks of HTML are not read", self._number(node))

    def _number(self, node: SyntaxTreeNode) -> int:
        return self._first + (node.map[0] if node.map else 0)


def _with_beginning(lines: Sequence[Line], begins: str) -> tuple[Line, ...]:
    """The lines of an item with its number, and without the checkbox of a task."""
    if not lines:
        return ()
    first = Line(begins + _TASK.sub("", lines[0].text, count=1), lines[0].number)
    return (first, *lines[1:])


def _spaced(blocks: Sequence[_Block]) -> list[Line]:
    """The lines of all blocks; between two blocks a blank line and the longer of their silences."""
    found: list[Line] = []
    asked_s = 0.0
    for block in blocks:
        asked_s = max(asked_s, block.before_s)
        if not block.lines:
            continue
        if found:
            last = found[-1]
            if asked_s:
                found[-1] = Line(f"{last.text} [pause:{asked_s:g}s]", last.number)
            found.append(Line("", last.number))
        found += block.lines
        asked_s = block.behind_s
    return found
