"""Run by itself, in a tree with the format SBV: prints what each part makes of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from wordlight_client import Subtitles

import wordlight
from wordlight.contract import GPU_PRODUCTION, MODELS, SUBTITLES, render
from wordlight.publishing import PublishCall, PublishEngine, PublishSettings
from wordlight.subtitles import SubtitleAnswer, SubtitleCall, SubtitleEngine

NAME = "SBV"


class Bucket:
    """Keeps what is put into it, as S3's client would."""

    def __init__(self) -> None:
        self.kept: dict[str, list[str]] = {}

    def put_object(self, **fields: Any) -> None:
        if fields["Key"].endswith(f".{NAME.lower()}"):
            self.kept[fields["Key"]] = [fields["ContentType"], fields["Body"].decode()]


def answered() -> SubtitleAnswer:
    words, starts = ["The", "old", "lighthouse", "keeper."], 0.4 * np.arange(4)
    return SubtitleEngine().answer(SubtitleCall(words, starts, starts + 0.3))


def published(answer: SubtitleAnswer) -> dict[str, list[str]]:
    bucket = Bucket()
    texts = {tensor.field: getattr(answer, tensor.field) for tensor in SUBTITLES.outputs}
    call = PublishCall(
        destination="s3://films", audio=np.zeros(800, np.float32), sample_rate=8_000, key="a",
        **texts,
    )  # fmt: skip
    (result,) = PublishEngine(PublishSettings(frozenset({"films"})), lambda: bucket).run([call])
    assert not isinstance(result, Exception), result
    return bucket.kept


def main(folder: Path) -> None:
    answer = answered()
    fields = {tensor.field: getattr(answer, tensor.field) for tensor in SUBTITLES.outputs}
    Subtitles.of(fields).save(folder)
    found = {
        "source": wordlight.__file__,
        "answered": sorted(m.name for m in MODELS if NAME in {t.name for t in m.outputs}),
        "taken": sorted(m.name for m in MODELS if NAME in {t.name for t in m.inputs}),
        "rendered": sorted(m.name for m in MODELS if f'"{NAME}"' in render(m, GPU_PRODUCTION)),
        "engine": answer.sbv,
        "published": published(answer),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
