"""The model repository, rendered for a machine."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from wordlight.contract import (
    MODELS,
    Deployment,
    EnsembleSpec,
    ModelSpec,
    render,
    warm_up_files,
)
from wordlight.errors import NotInstalled


def model_sources() -> Path:
    """The folder with every model's ``1/model.py``: the one packaged with us, or the checkout's.

    Raises:
        SetupError: Neither folder is there.
    """
    package = Path(__file__).resolve().parents[1]
    for root in (package / "_model_repository", package.parents[1] / "model_repository"):
        if (root / "f5_tts/1/model.py").is_file():
            return root
    raise NotInstalled("the model repository")


def write_repository(
    folder: Path, deployment: Deployment, models: Sequence[ModelSpec | EnsembleSpec] = MODELS
) -> None:
    """Writes every model's ``config.pbtxt``, warm-up data and ``model.py`` under ``folder``.

    If ``folder`` is that of the sources, only configurations and warm-up data are written.
    """
    sources = model_sources()
    for spec in models:
        model = folder / spec.name
        (model / "1").mkdir(parents=True, exist_ok=True)
        (model / "config.pbtxt").write_text(render(spec, deployment), encoding="utf-8")
        if isinstance(spec, EnsembleSpec):
            (model / "1/.keep").touch()
            continue
        source = sources / spec.name / "1/model.py"
        if source.resolve() != (model / "1/model.py").resolve():
            shutil.copyfile(source, model / "1/model.py")
        warm_up = model / "warmup"
        warm_up.mkdir(exist_ok=True)
        for name, data in warm_up_files(spec).items():
            (warm_up / name).write_bytes(data)


def link_code(folder: Path, models: Sequence[ModelSpec | EnsembleSpec] = MODELS) -> None:
    """Puts this very ``wordlight`` beside each ``model.py`` of the repository in ``folder``.

    A runtime on the volume holds everything but wordlight, so that one runtime serves every release
    with the same lock. A stub searches its model's folder last, so an installed wordlight would be
    found first.
    """
    for spec in models:
        if not isinstance(spec, EnsembleSpec):
            link = folder / spec.name / "1/wordlight"
            link.unlink(missing_ok=True)
            link.symlink_to(Path(__file__).resolve().parents[1])
