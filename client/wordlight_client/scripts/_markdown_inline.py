"""What stands within a paragraph of Markdown → lines of text."""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from wordlight_client.scripts._dialogue import Line, begins_like_label

DEEPEST = 100
DIRECTION, FOOTNOTE = "wordlight_direction", "wordlight_footnote"
Warn = Callable[[str, int], None]
"""Takes what is left out, and its line."""

_DIRECTION = re.compile(
    r"\[(?:pause|voice|rate)\s?:[^\[\]\n]{0,400}\]"
    r"|\[(?P<shown>[^\[\]\n]{1,200})\]\((?P<said>say:[^()\n]{0,400}|/[^/()\n]{0,400}/)\)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"/[\w.~%-]*/", re.ASCII)
"""What is rather a page of this site than a pronunciation."""
_FOOTNOTE = re.compile(r"\[\^[^\s\[\]]{1,60}\]")
_ENTITY = re.compile(r"&(?=[A-Za-z][A-Za-z0-9]{1,31};|#\d{1,7};|#[xX][0-9A-Fa-f]{1,6};)")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_MARKS = re.compile(r"(?<!\\)[*_`]+")
_KEPT = {"[": r"\[", "&": "&amp;", "<": "&lt;"}
"""What was written so as to be text, for the server."""
_MARKUP = re.compile(r"\[(?=[A-Za-z]{1,20}\s?:[^\[\]\n]{0,400}\]|[^\[\]\n]{1,200}\]\((?:say:|/))")


def make_parser() -> MarkdownIt:
    """CommonMark with tables and struck text, in which the directions of a script stay whole."""
    parser = MarkdownIt("commonmark", {"maxNesting": DEEPEST}).enable(["table", "strikethrough"])
    parser.inline.ruler.before("escape", DIRECTION, _find_direction)
    parser.inline.ruler.before("escape", FOOTNOTE, _find_footnote)
    parser.core.ruler.disable("text_join")  # what was escaped or an entity stays apart
    return parser


def lines_within(token: Token, first: int, warn: Warn) -> list[Line]:
    """The lines of a paragraph: the text that is read of it, cut where its writer ended a line.

    What an editor wrapped is one line, but a speaker's name begins one.
    """
    writing = _Writing(first, warn)
    for child in token.children or ():
        writing.take(child)
    return writing.lines()


class _Writing:
    """The lines of one paragraph as its parts pass by."""

    def __init__(self, first: int, warn: Warn) -> None:
        self._warn = warn
        self._number = first
        self._parts: list[str] = []
        self._wrapped: list[Line] = []
        self._is_meant: list[bool] = [True]
        self._begun = first

    def take(self, token: Token) -> None:
        """The next part."""
        if token.type in ("softbreak", "hardbreak"):
            self._number += 1
            self._end(is_meant=token.type == "hardbreak")
        elif token.type == "text":
            self._parts.append(as_text(token.content))
        elif token.type == "text_special":
            self._parts.append(_KEPT.get(token.content, token.content))
        elif token.type == "code_inline":
            self._parts.append(as_text(token.content, is_literal=True))
        elif token.type == "image":
            self._parts.append(as_text(_alternative(token)))
        elif token.type == "html_inline":
            self._tag(token.content)
        elif token.type == DIRECTION:
            self._parts.append(token.content)
            if token.meta.get("is_link"):
                self._warn("what looks like a link to a page is read as its text", self._number)
        elif token.type == FOOTNOTE:
            self._warn("footnotes are left out", self._number)

    def lines(self) -> list[Line]:
        """The lines as they were meant."""
        self._end(is_meant=True)
        found: list[Line] = []
        for line, is_meant in zip(self._wrapped, self._is_meant, strict=False):
            if found and not is_meant and not begins_like_label(line.text):
                found[-1] = Line(f"{found[-1].text} {line.text}".strip(), found[-1].number)
            else:
                found.append(line)
        return [line for line in found if line.text]

    def _end(self, *, is_meant: bool) -> None:
        text = " ".join("".join(self._parts).split())
        self._wrapped.append(Line(text, self._begun))
        self._is_meant.append(is_meant)
        self._parts.clear()
        self._begun = self._number

    def _tag(self, content: str) -> None:
        if _BREAK.fullmatch(content):
            self._end(is_meant=True)
        elif not content.startswith("<!--"):
            self._warn("tags of HTML are left out, the text between them is read", self._number)
        self._number += content.count("\n")


def as_text(text: str, *, is_literal: bool = False) -> str:
    r"""Text that the server reads as it is shown; ``is_literal``: nothing in it is a direction.

    >>> as_text("a <b> &amp; [pause:1s]", is_literal=True)
    'a &lt;b> &amp;amp; \\[pause:1s]'
    """
    escaped = _TAG.sub("&lt;", _ENTITY.sub("&amp;", text))
    return _MARKUP.sub(r"\\[", escaped) if is_literal else escaped


def _alternative(token: Token) -> str:
    """What stands for an image."""
    kinds = ("text", "text_special", "code_inline")
    return "".join(child.content for child in token.children or () if child.type in kinds)


def _find_direction(state: StateInline, silent: bool) -> bool:
    match = _DIRECTION.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push(DIRECTION, "", 0)
        shown, said = match["shown"], match["said"]
        token.content = match[0]
        if shown is not None:
            bare = " ".join(_MARKS.sub("", shown).split())
            token.meta["is_link"] = _ADDRESS.fullmatch(said) is not None
            token.content = as_text(bare) if token.meta["is_link"] else f"[{bare}]({said})"
    state.pos = match.end()
    return True


def _find_footnote(state: StateInline, silent: bool) -> bool:
    match = _FOOTNOTE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.push(FOOTNOTE, "", 0)
    state.pos = match.end()
    return True
