"""The pages of problems match the program's catalogue, and no page names an unknown code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from troubleshooting import ROOT, SECTIONS, kinds_of, page, rendered, with_tables

from wordlight.contract import MODELS
from wordlight.errors import BY_CODE, WordlightError

PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
_NAME = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")
SETTINGS = re.compile(
    r"(LC|WORDLIGHT|OTEL|AWS|RUNPOD|XDG|NVIDIA|LD|UV|SSL|REQUESTS|ORT|HTTPS?|GRPC|NO|ALL|PYTHON)_\w+"
)
"""Names of environment variables."""
OTHERS = frozenset({
    "PORT_HEALTH", "BASH_ENV", "ENDPOINT_ID", "TRITON_SOURCE", "O_EXCL", "WAV2VEC2_ASR_BASE_960H",
    "INVALID_ARG", "NOT_FOUND", "RESOURCE_EXHAUSTED", "SUBTITLE_FORMATS", "INVALID_ARGUMENT",
})  # fmt: skip
"""What else is written so: settings of others, a flag of Linux, a model, statuses of others."""


def tensors() -> set[str]:
    return {
        tensor.name for spec in MODELS for tensor in (*spec.inputs, *spec.outputs)
    }  # fmt: skip


def test_every_rendered_file_is_up_to_date() -> None:
    stale = [path.name for path, text in rendered() if path.read_text(encoding="utf-8") != text]

    assert stale == [], "run: python build/troubleshooting.py"


def test_the_page_has_every_problem_once() -> None:
    headings = re.findall(r"^### (\w+) \((?:error|warning)\)$", page(), re.MULTILINE)

    assert sorted(headings) == sorted(BY_CODE.keys() - {WordlightError.code})


def test_every_module_of_the_catalogue_has_its_section() -> None:
    shown = [kind for modules in SECTIONS.values() for kind in kinds_of(modules)]

    assert set(shown) == set(BY_CODE.values()) - {WordlightError}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_page_names_a_code_that_does_not_exist(path: Path) -> None:
    known = BY_CODE.keys() | tensors() | OTHERS
    named = set(_NAME.findall(path.read_text(encoding="utf-8")))

    assert {name for name in named - known if not SETTINGS.fullmatch(name)} == set()


def test_a_table_with_an_unknown_code_is_refused() -> None:
    with pytest.raises(KeyError, match="STORAGE_FAILED"):
        with_tables("<!-- problems: STORAGE_FAILED -->\n<!-- end of problems -->\n")
