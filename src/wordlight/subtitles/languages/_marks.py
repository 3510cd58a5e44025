"""Marks that no line may begin or end with, and other reasons to keep two words on one line.

Source: W3C, "Requirements for Japanese Text Layout", characters not starting and not ending a line;
Unicode Standard Annex 14, classes CL, CP, EX, IS, NS, CJ, OP and B2.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from wordlight.subtitles.languages._language import Language
from wordlight.words import Word

NEVER_FIRST = frozenset(
    ",.;:!?…‥%‰°)]}»›”’،؛؟۔।"
    "、。，．・·：；！？‼⁇⁈⁉）］｝」』】〉》〕〗〙〛｠｡､｣･％℃゛゜～〜"
    "ー々〻ゝゞヽヾぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿๆฯ"
)
NEVER_LAST = frozenset("([{«‹“‘„‚¿¡（［｛「『【〈《〔〖〘〚｟｢")
CLOSERS = "\"'”’»›)]}）】」』〉》"
"""Marks that may follow the mark that ends a sentence."""
AROUND = CLOSERS + "“‘«([{¿¡.,;:!?…—–-"
"""Marks around a word that are not part of it."""
SPACED_FIRST, SPACED_LAST = frozenset(",.;:!?…%»›؟،؛۔।"), frozenset("«‹¿¡")
"""Marks that some writers separate by a space: "Quoi ?", "« Oui »", "50 %". They stay with their
word nevertheless."""
INSEPARABLE = frozenset("—―…‥─")
"""Two of the same kind in a row form one mark: ——, ……."""
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
"""Characters of Thai, Lao, Burmese, Khmer, Chinese and Japanese, including full-width marks."""
_PARTING = re.compile(r"(?:[—―⸺⸻]|(?<!\d)–|--|…|\.{3})[\"”’»›)\]]*$")
"""A dash or dots. A line may end after one even if no space follows."""


@lru_cache(maxsize=8_192)
def plain(text: str, marks: str = AROUND) -> str:
    """The word in lower case, without the marks around it.

    >>> plain("“Don’t!”")
    "don't"
    """
    return text.strip(marks).replace("\u2019", "'").casefold()


def holds(left: Word, right: Word, language: Language) -> bool:
    """Whether two successive words must stay in the same line.

    >>> from wordlight.subtitles import find_language
    >>> french, japanese = find_language("fr"), find_language("ja")
    >>> holds(Word("d", 0, 1, glue=""), Word("'avoir", 1, 2), french)
    True
    >>> [holds(Word("京", 0, 1), Word(text, 1, 2), japanese) for text in ("、", "都")]
    [True, False]
    """
    last, first = left.text[-1:], right.text[:1]
    if first in NEVER_FIRST or last in NEVER_LAST or (last == first and last in INSEPARABLE):
        is_mark = SPACED_FIRST.issuperset(right.text) or SPACED_LAST.issuperset(left.text)
        if is_mark or language.between(left, right) == "":
            return True
    if not first.isascii() and unicodedata.category(first).startswith("M"):
        return True
    if left.glue != "":
        return False
    return not (_UNSPACED.match(last) or _UNSPACED.match(first) or _PARTING.search(left.text))
