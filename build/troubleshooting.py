"""Writes docs/troubleshooting.md from the doctor's own complaints.

python build/troubleshooting.py
"""

from __future__ import annotations

from pathlib import Path

from wordlight.doctor import troubleshooting

PAGE = Path(__file__).parents[1] / "docs/troubleshooting.md"


if __name__ == "__main__":
    PAGE.write_text(troubleshooting(), encoding="utf-8")
