"""`wordlight volume …` as typed, and a profile of one's own for it."""

from __future__ import annotations

import textwrap
from pathlib import Path

from click.testing import CliRunner, Result
from s3_cases import content, described

from wordlight.commands.volume import volume as command

FILES = {"net/model.bin": content(1, 3_000_000), "config.json": b"{}"}
MINI = (Path(__file__).parents[1] / "models/mini/manifest.toml").read_text(encoding="utf-8")


def write(models: Path, revision: str, path: str = "net/model.bin") -> None:
    (models / "mine").mkdir(parents=True, exist_ok=True)
    head = MINI.split("[weights.f5_tts]")[0].replace('"prosody"', '"tiny"')
    head = head.replace('"vocoder"', '"tiny"')
    head = head.replace('weights = "f5_tts"', 'weights = "tiny"')
    head = head.replace('whisper = "whisper"', 'whisper = "tiny"')
    head = head.replace('en = "aligner"', 'en = "tiny"')
    net, config = described("n", FILES["net/model.bin"]), described("c", FILES["config.json"])
    (models / "mine/manifest.toml").write_text(
        head
        + textwrap.dedent(f"""
        [weights.tiny]
        source = "s3://weights/models"
        revision = "{revision}"
        [weights.tiny.files]
        "{path}" = {{ bytes = {net.n_bytes}, sha256 = "{net.sha256}" }}
        "config.json" = {{ bytes = {config.n_bytes}, sha256 = "{config.sha256}" }}
        """)
    )


def run(*arguments: str, fails: bool = False) -> Result:
    result = CliRunner().invoke(command, arguments)
    assert (result.exit_code != 0) == fails, result.output
    return result
