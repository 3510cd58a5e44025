"""``wordlight`` where even click may be missing: one sentence instead of a traceback."""

from __future__ import annotations

import sys


def main() -> None:
    """The command line, or what to install for it."""
    try:
        from wordlight_client.command import main as command
    except ModuleNotFoundError as error:
        sys.exit(f"wordlight: {error.name} is not installed; run: pip install 'wordlight[client]'")
    command(prog_name="wordlight")


if __name__ == "__main__":
    main()
