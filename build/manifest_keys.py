"""Writes the table of a manifest's keys into docs/volume.md.

python build/manifest_keys.py            writes it
python build/manifest_keys.py --check    fails if it is out of date
"""

from __future__ import annotations

import sys
from pathlib import Path

from wordlight.manifest import key_table

PAGE = Path(__file__).parents[1] / "docs/volume.md"
BEGIN, END = "<!-- keys: python build/manifest_keys.py -->\n", "<!-- end of keys -->\n"


def with_keys(page: str) -> str:
    """The page with the current table between its two marks.

    Raises:
        ValueError: The page has not each mark once, in order.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end) or page.count(BEGIN) + page.count(END) != 2:
        raise ValueError(f"the page must have {BEGIN.strip()} once, and {END.strip()} behind it")
    return f"{before}{BEGIN}{key_table()}{END}{after}"


def main(arguments: list[str], page: Path = PAGE) -> int:
    """Writes or checks the page's table; returns the exit status."""
    text = page.read_text(encoding="utf-8")
    try:
        wanted = with_keys(text)
    except ValueError as error:
        print(f"{page}: {error}", file=sys.stderr)
        return 1
    if "--check" not in arguments:
        page.write_text(wanted, encoding="utf-8")
    elif text != wanted:
        print(f"{page}: out of date; run `python build/manifest_keys.py`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
