"""Writes the table of a manifest's keys into docs/volume.md.

python build/manifest_keys.py
"""

from __future__ import annotations

from pathlib import Path

from wordlight.manifest import key_table

PAGE = Path(__file__).parents[1] / "docs/volume.md"
BEGIN, END = "<!-- keys: python build/manifest_keys.py -->\n", "<!-- end of keys -->\n"


def with_keys(page: str) -> str:
    """The page with the current table between its two marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{key_table()}{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_keys(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
