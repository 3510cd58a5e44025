"""The words of text that is written without spaces: Chinese, Japanese, Thai and others."""

from __future__ import annotations

import re
from functools import lru_cache

import budoux
import rjieba

_HAN = (
    r"\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    r"\U00020000-\U0003ffff"
)
_KANA = r"\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_THAI = r"\u0e00-\u0e3e\u0e40-\u0e7f"
_OTHERS = r"\u0e80-\u0eff\u1000-\u109f\u1780-\u17d3\u17d7-\u17ff"
_RUN = re.compile(f"[{_HAN}{_KANA}]+|[{_THAI}]+|[{_OTHERS}]+")
_HAS_KANA = re.compile(f"[{_KANA}]")
_HAS_THAI = re.compile(f"[{_THAI}]")
_HAS_HAN = re.compile(f"[{_HAN}]")
_CLOSING = re.compile(r"[、。，．！？；：」』）】》〉〕］｝・…,.!?;:)\]]+")
_SIGNS = r"\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u1056-\u1059\u17b4-\u17d3"
_CLUSTER = re.compile(rf"[^{_SIGNS}](?:[{_SIGNS}]|(?<=[\u1039\u17d2]).)*")
"""A letter with the vowels and marks around it, and the letter below it (Lao, Burmese, Khmer)."""


def is_unspaced(text: str) -> bool:
    """Whether the text has characters of a script that is written without spaces."""
    return not text.isascii() and _RUN.search(text) is not None


def cut(text: str, language: str) -> list[str]:
    """The words of a text without white space. Marks and Latin text are pieces of their own.

    rjieba cuts Chinese, and budoux cuts Japanese and Thai. All else is cut into written syllables.

    >>> cut("我们去公园。", "zh"), cut("東京は333m", "ja")
    (['我们', '去', '公园', '。'], ['東京は', '333m'])
    """
    pieces: list[str] = []
    position = 0
    for run in _RUN.finditer(text):
        pieces += _others(text[position : run.start()])
        pieces += _words(run[0], language)
        position = run.end()
    return pieces + _others(text[position:])


def _others(text: str) -> list[str]:
    """The pieces of text that is of another script; closing marks are separated from the rest."""
    closing = _CLOSING.match(text)
    head = closing[0] if closing else ""
    return [part for part in (head, text[len(head) :]) if part]


def _words(run: str, language: str) -> list[str]:
    if _HAS_THAI.match(run):
        return [piece for piece in _thai().parse(run) if piece]
    if _HAS_KANA.search(run) or (language == "ja" and _HAS_HAN.match(run)):
        return [piece for piece in _japanese().parse(run) if piece]
    if _HAS_HAN.match(run):
        return list(rjieba.cut(run))
    return _CLUSTER.findall(run) or [run]


@lru_cache(maxsize=1)
def _japanese() -> budoux.Parser:
    return budoux.load_default_japanese_parser()


@lru_cache(maxsize=1)
def _thai() -> budoux.Parser:
    return budoux.load_default_thai_parser()
