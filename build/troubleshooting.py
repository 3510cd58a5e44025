"""Renders the documentation of problems from the catalogue, `wordlight.errors`.

    python build/troubleshooting.py            writes the files
    python build/troubleshooting.py --check    fails if one of them is out of date

It renders docs/troubleshooting.md, the tables of other pages between
``<!-- problems: CODE … -->`` and ``<!-- end of problems -->``, and the tree in the docstring of
``wordlight.errors``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from wordlight.errors import BY_CODE, WordlightError

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/troubleshooting.md"
TREE = ROOT / "src/wordlight/errors/__init__.py"
SECTIONS = {
    "Machine": ("_machine", "_limits"),
    "Runtime": ("_server", "_runtimes"),
    "Start": ("_start", "_setup"),
    "Volume": ("_volume",),
    "Weights": ("_weights",),
    "S3": ("_network", "_storage"),
    "Requests": ("_requests", "_answers"),
    "Front door": ("_front",),
    "Files": ("_files",),
    "Client": ("_client",),
}
"""The sections of the page, each with the modules of the catalogue that it covers."""
WIDEST, NAMES_WIDTH = 100, 37
MESSAGE_SAYS = "the message says it, for that place"
"""The advice for problems whose remedy differs from case to case."""
_TABLE = re.compile(
    r"(?P<head><!-- problems: (?P<codes>[A-Z0-9_ ]+) -->\n).*?(?P<foot><!-- end of problems -->)",
    re.DOTALL,
)
_DRAWN = re.compile(r"(?<=\n)    WordlightError\n.*?(?=\"\"\"\n)", re.DOTALL)
_HEAD = """\
# Troubleshooting

`wordlight doctor` looks at everything a server needs and says what is wrong and what to do;
`--json` says it to programs, `--deep` verifies weights by hash. It ends with status 1 if a server
could not start. `wordlight serve` looks at the same things first and refuses with the same words.
Every command says a problem so, and a server sends it so:

    CODE what is wrong
    → what to do

Find your code below. Words in braces stand for names and numbers of your request or machine. A
warning keeps nothing from starting. (This page is made of the program's own messages:
`python build/troubleshooting.py`.)
"""


def kinds_of(modules: tuple[str, ...]) -> Iterator[type[WordlightError]]:
    """The problems of some modules of the catalogue, in the catalogue's order."""
    for module in modules:
        yield from (
            kind for kind in BY_CODE.values() if kind.__module__ == f"wordlight.errors.{module}"
        )


def page() -> str:
    """The text of docs/troubleshooting.md."""
    parts = [_HEAD]
    for section, modules in SECTIONS.items():
        parts.append(f"## {section}\n")
        parts += [_entry(kind) for kind in kinds_of(modules)]
    return "\n".join(parts)


def with_tables(text: str) -> str:
    """The page with its tables of codes up to date.

    Raises:
        KeyError: A table asks for a code that does not exist.
    """

    def table(match: re.Match[str]) -> str:
        rows = [_row(BY_CODE[code]) for code in match["codes"].split()]
        lines = ["| code | means | what to do |", "|---|---|---|", *rows]
        return match["head"] + "\n".join(lines) + "\n" + match["foot"]

    return _TABLE.sub(table, text)


def tree(kind: type[WordlightError] = WordlightError, indent: str = "    ") -> Iterator[str]:
    """The catalogue as a tree: each line names a class and describes it."""
    if kind is WordlightError:
        yield f"{indent}{kind.__name__}"
    children = sorted(kind.__subclasses__(), key=lambda child: list(BY_CODE).index(child.code))
    for child in children:
        is_last = child is children[-1]
        name = f"{indent}{'└── ' if is_last else '├── '}{child.__name__}"
        what = _what(child)
        if len(what) > WIDEST - NAMES_WIDTH:
            what = what.partition(",")[0]
        yield f"{name:<{NAMES_WIDTH}}{what}"
        yield from tree(child, indent + ("    " if is_last else "│   "))


def rendered() -> Iterator[tuple[Path, str]]:
    """Each file that shows a part of the catalogue, with the text that the file must have."""
    yield PAGE, page()
    for path in sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]):
        text = path.read_text(encoding="utf-8")
        if path != PAGE and _TABLE.search(text):
            yield path, with_tables(text)
    drawn = "\n".join(tree()) + "\n"
    yield TREE, _DRAWN.sub(lambda _: drawn, TREE.read_text(encoding="utf-8"), count=1)


def advice_of(kind: type[WordlightError]) -> str:
    """The advice of a class of problems, with names in braces in place of its data."""
    if kind.advice == "{todo}":
        return str(getattr(kind, "todo", MESSAGE_SAYS))
    return MESSAGE_SAYS if kind.advice.strip("{}").isidentifier() else plain(kind.advice)


def plain(template: str) -> str:
    """The template without formatting: ``{name!r}`` becomes ``'{name}'``."""
    return "".join(
        text + (("'{%s}'" if how == "r" else "{%s}") % name if name else "")
        for text, name, _, how in Formatter().parse(template)
    )


def _entry(kind: type[WordlightError]) -> str:
    says = plain(kind.says)
    # A message that consists of another program's or problem's words has nothing to quote.
    quoted = "" if says.strip("{}").isidentifier() else f"> {says}\n\n"
    return f"### {kind.code} ({kind.severity})\n\n{quoted}{kind.meaning}\n\n→ {advice_of(kind)}\n"


def _row(kind: type[WordlightError]) -> str:
    return f"| `{kind.code}` | {kind.meaning} | {advice_of(kind)} |"


def _what(kind: type[WordlightError]) -> str:
    """The first sentence of the class's docstring."""
    told = " ".join((kind.__doc__ or "").split())
    return re.split(r"[.;:](?: |$)", told)[0]


def main() -> None:
    """Writes the files that are out of date; with ``--check``, only names them."""
    stale = [(path, text) for path, text in rendered() if path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv[1:]:
        if stale:
            names = ", ".join(str(path.relative_to(ROOT)) for path, _ in stale)
            sys.exit(f"out of date, run `python build/troubleshooting.py`: {names}")
        return
    for path, text in stale:
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
