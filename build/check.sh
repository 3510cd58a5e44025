#!/bin/sh
# Every check but the tests: ./run check calls it in the checkout, with the environment set up.
set -eu
bin=$PWD/.venv/bin

"$bin/ruff" check .
"$bin/ruff" format --check .
"$bin/mypy"
MYPYPATH=build:build/set_up "$bin/mypy" build/set_up build/uv.py
MYPYPATH=build:benchmarks "$bin/mypy" build/mini benchmarks --exclude "^benchmarks/subtitles/"
MYPYPATH=build "$bin/mypy" build/backgrounds.py build/contact_sheets.py build/fonts.py build/readme_pictures.py build/house_rules.py
MYPYPATH=benchmarks/subtitles "$bin/mypy" benchmarks/subtitles
PYTHONPATH=src:client "$bin/lint-imports"
"$bin/wordlight" render --check
"$bin/python" build/troubleshooting.py --check
"$bin/python" build/manifest_keys.py --check
"$bin/shellcheck" -x run .ci/run build/*.sh build/image/*.sh
"$bin/hadolint" Dockerfile.triton
"$bin/zizmor" --offline --quiet --no-progress --persona pedantic .
"$bin/python" build/house_rules.py --check
