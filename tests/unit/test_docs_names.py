"""Every file and every name of the code that a page shows as code exists."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from static_names import ROOT, is_defined

FOLDERS = ("src", "client", "tests", "build", "benchmarks", "docs", "models", "model_repository")
FORMAT = "wordlight.captions"
"""The name of the JSON format, which looks like a module's."""
PAGES = sorted(
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    + [page for name in ("docs", "models", "build") for page in (ROOT / name).rglob("*.md")]
)
_CODE = re.compile(r"```.*?```|`[^`\n]+`|^ {4}[^\n]*", re.DOTALL | re.MULTILINE)
_BLOCK = re.compile(r"```.*?```", re.DOTALL)
_INLINE = re.compile(r"`[^`\n]+`")
_PATH = re.compile(rf"(?<![\w./~$}}>-])(?:{'|'.join(FOLDERS)})/[^\s`'\"(),;:|#]*")
_MODULE = re.compile(r"(?<![\w./*<>…-])[\w./-]+\.py\b")
_NAME = re.compile(r"(?<![\w./-])wordlight(?:_client)?(?:\.[A-Za-z_]\w*)+")
_PATTERN = re.compile(r"[*…<>{}\[\]]|\.\.\.")


@cache
def _python_files() -> tuple[str, ...]:
    folders = [ROOT / name for name in FOLDERS]
    return tuple(f"/{file.relative_to(ROOT)}" for top in folders for file in top.rglob("*.py"))


def _gone(text: str) -> list[str]:
    """The files and names in a page's code that are not there; patterns stand for themselves."""
    code = "\n".join(_CODE.findall(text))
    inline = "\n".join(_INLINE.findall(_BLOCK.sub("", text)))
    paths = [path.rstrip(".") for path in _PATH.findall(code) if not _PATTERN.search(path)]
    modules = [name for name in _MODULE.findall(inline) if not name.startswith(FOLDERS)]
    return [
        *[path for path in paths if not (ROOT / path).exists()],
        *[name for name in modules if not any(f.endswith(f"/{name}") for f in _python_files())],
        *[name for name in _NAME.findall(inline) if name != FORMAT and not is_defined(name)],
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_and_name_in_a_pages_code_is_there(page: Path) -> None:
    assert _gone(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "there",
    [
        "`src/wordlight/words.py` and `tests/unit/*.py`",
        "    ./run test tests/unit/test_docs_names.py -q",
        "`contract/_served.py`, `wordlight.contract.MODELS`, `wordlight.errors`",
        "`wordlight_client.Client`, `wordlight.errors.TooLong.limit`",
    ],
)
def test_what_is_there_is_found(there: str) -> None:
    assert _gone(there) == []


@pytest.mark.parametrize(
    "gone",
    [
        "src/wordlight/alignment/following.py",
        "tests/volume/test_s3_kill.py",
        "following.py",
        "alignment/following.py",
        "wordlight.alignment.scoring",
        "wordlight.errors.TooLong.limits",
        "wordlight.contract.NO_MODELS",
    ],
)
def test_what_is_gone_is_named(gone: str) -> None:
    assert _gone(f"see `{gone}` for it") == [gone]
