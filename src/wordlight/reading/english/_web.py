"""Web addresses, e-mail addresses and names of files in English: "www.example.com/a"."""

from __future__ import annotations

import re

from wordlight.reading._word_list import word_list
from wordlight.reading.english._amounts import digits
from wordlight.reading.english._forms import form
from wordlight.reading.english._letters import letters, plain
from wordlight.reading.english._tables_symbols import WEB_MARKS

_DOMAINS = (
    "com|org|net|edu|gov|io|co|uk|de|fr|eu|us|ca|au|dev|app|ai|tv|info|me|ly|gg|int|mil|biz|xyz"
)
_ADDRESS = (
    r"(?:[a-z]+://|mailto:)?[\w.+%~-]+@[\w-]+(?:\.[\w-]+)+|(?:https?|ftp)://\S+|www\.\S+"
    rf"|(?:[\w-]+\.)+(?:{_DOMAINS})(?:/\S*)?"
)
_SCHEME = re.compile(r"^(?:[a-z]+://|mailto:)", re.IGNORECASE)
_FILE = r"(?!.*\d\.\d)[\w-]+(?:\.[A-Za-z]\w{0,4})+"
_PART = re.compile(r"[A-Za-z]+|\d+|[^\w\s]|_")
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_SPELLED = word_list("""
    css csv de eu fr gif htm html js pdf php sql svg ts tv uk url us www xml
""")
"""Parts of an address that are said letter by letter in lower case too."""


def read_address(text: str) -> list[str]:
    """An address, including its marks: "dot", "slash".

    >>> read_address("https://my-site.co.uk/")
    ['my', 'dash', 'site', 'dot', 'co', 'dot', 'U', 'K']
    """
    said: list[str] = []
    for part in _PART.findall(_SCHEME.sub("", text).rstrip("/")):
        if part.isdecimal():
            said += digits(part)
        elif not part.isalpha():
            said += WEB_MARKS.get(part, "").split()
        elif _is_spelled(part, is_first=not said):
            said += letters(part)
        else:
            said += [word for name in _CAMEL.findall(part) for word in plain(name)]
    return said


def _is_spelled(part: str, *, is_first: bool) -> bool:
    if len(part) == 1 or part.lower() in _SPELLED:
        return True
    return part.isupper() and len(part) < 5 and not is_first


def _address(match: re.Match[str]) -> list[str]:
    return read_address(match[0])


ADDRESS = form(_ADDRESS, _address, any_case=True)
FILE = form(_FILE, _address)
