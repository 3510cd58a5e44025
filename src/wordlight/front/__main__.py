"""``python -m wordlight.front --config FILE``: the front door in the foreground."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from wordlight.console import print_problem
from wordlight.errors import FrontUnusable
from wordlight.front import FrontConfig
from wordlight.front._server import serve


def main() -> int:
    """Serves; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m wordlight.front", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="a FrontConfig as JSON")
    try:
        serve(FrontConfig.read(parser.parse_args().config))
    except FrontUnusable as problem:
        print_problem(problem)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
