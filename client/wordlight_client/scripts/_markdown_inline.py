"""The content of a paragraph of Markdown → lines of text."""

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
"""Receives what is left out, and its line."""

_DIRECTION = re.compile(
    r"\[(?:pause|voice|rate)\s?:[^\[\]\n]{0,400}\]"
    r"|\[(?P<shown>[^\[\]\n]{1,200})\]\((?P<said>say:[^()\n]{0,400}|/[^/()\n]{0,400}/)\)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"/[\w.~%-]*/", re.ASCII)
"""An address that is probably a page of the writer's site, and not a pronunciation."""
_FOOTNOTE = re.compile(r"\[\^[^\s\[\]]{1,60}\]")
_ENTITY = re.compile(r"&(?=[A-Za-z][A-Za-z0-9]{1,31};|#\d{1,7};|#[xX][0-9A-Fa-f]{1,6};)")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_MARKS = re.compile(r"(?<!\\)[*_`]+")
_KEPT = {"[": r"\[", "&": "&amp;", "<": "&lt;"}
"""Characters that the writer escaped → how they are escaped for the server."""
_MARKUP = re.compile(r"\[(?=[A-Za-z]{1,20}\s?:[^\[\]\n]{0,400}\]|[^\[\]\n]{1,200}\]\((?:say:|/))")


def make_parser() -> MarkdownIt:
    """A parser of CommonMark with tables and strikethrough; a script's directions stay whole."""
    parser = MarkdownIt("commonmark", {"maxNesting": DEEPEST}).enable(["table", "strikethrough"])
    parser.inline.ruler.before("escape", DIRECTION, _find_direction)
    parser.inline.ruler.before("escape", FOOTNOTE, _find_footnote)
    parser.core.ruler.disable("text_join")  # keeps escapes and entities apart
    return parser


def lines_within(token: Token, first: int, warn: Warn) -> list[Line]:
    """The lines of a paragraph's text, cut where its writer meant to end a line.

    Lines that an editor wrapped are joined, unless a line begins with a speaker's name.
    """
    writing = _Writing(first, warn)
    for child in token.children or ():
        writing.take(child)
    return writing.lines()


class _Writing:
    """Collects the lines of one paragraph from its parts."""

    def __init__(self, first: int, warn: Warn) -> None:
        self._warn = warn
        self._number = first
        self._parts: list[str] = []
        self._wrapped: list[Line] = []
        self._is_meant: list[bool] = [True]
        self._begun = first

    def take(self, token: Token) -> None:
        """Adds the next part."""
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
        """The lines as the writer meant them."""
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
    r"""The text, escaped so that the server reads what is shown.

    If ``is_literal``, directions are escaped too.

    >>> as_text("a <b> &amp; [pause:1s]", is_literal=True)
    'a &lt;b> &amp;amp; \\[pause:1s]'
    """
    escaped = _TAG.sub("&lt;", _ENTITY.sub("&amp;", text))
    return _MARKUP.sub(r"\\[", escaped) if is_literal else escaped


def _alternative(token: Token) -> str:
    """The text that replaces an image."""
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
