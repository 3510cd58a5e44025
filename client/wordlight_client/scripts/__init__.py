"""Converts scripts as people write them, in Markdown or as dialogue, to what a server reads."""

from wordlight_client.scripts._cast import Cast, names_of, parse_cast
from wordlight_client.scripts._dialogue import (
    Line,
    Prepared,
    dialogue,
    lines_of,
    placed,
    read_dialogue,
)
from wordlight_client.scripts._markdown import from_markdown, markdown_lines

__all__ = [
    "Cast",
    "Line",
    "Prepared",
    "dialogue",
    "from_markdown",
    "lines_of",
    "markdown_lines",
    "names_of",
    "parse_cast",
    "placed",
    "read_dialogue",
]
