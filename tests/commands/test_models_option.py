"""``--models`` names the weights everywhere; ``--profile``, its old name, works and warns."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from wordlight_client.commands.narrate import narrate

from wordlight.commands._volume_options import models_option
from wordlight.commands.doctor import doctor
from wordlight.commands.render import render
from wordlight.commands.serve import serve
from wordlight.commands.voices import add, remove
from wordlight.commands.volume import volume

COMMANDS = {
    "serve": serve, "doctor": doctor, "render": render, "add": add, "remove": remove,
    **{name: volume.commands[name] for name in ("pull", "push", "verify")},
}  # fmt: skip
OLD_FLAG = "Warning: --profile is called --models now\n"


@click.command()
@models_option("mini")
def shown(models: str) -> None:
    """Print which models are meant."""
    click.echo(models)


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(shown, arguments, env=environment)


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("WORDLIGHT_MODELS", "WORDLIGHT_PROFILE"):
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_the_new_name_alone(name: str) -> None:
    said = CliRunner().invoke(COMMANDS[name], ["--help"]).output

    assert "--models" in said
    assert "--profile" not in said
    assert "WORDLIGHT_PROFILE" not in said


def test_profile_is_the_guideline_of_captions() -> None:
    said = CliRunner().invoke(narrate, ["--help"]).output

    assert "--profile [netflix|bbc|youtube|shorts|custom]" in said
    assert "--models" not in said


@pytest.mark.parametrize(
    ("arguments", "environment", "means", "warns"),
    [
        ([], {}, "mini", ""),
        (["--models", "full"], {}, "full", ""),
        (["--profile", "full"], {}, "full", OLD_FLAG),
        (["--profile", "full", "--models", "mine"], {}, "mine", OLD_FLAG),
        ([], {"WORDLIGHT_MODELS": "full"}, "full", ""),
        (["--models", "mine"], {"WORDLIGHT_MODELS": "a", "WORDLIGHT_PROFILE": "b"}, "mine", ""),
        # The image sets the new variable; whoever sets the old one means it.
        ([], {"WORDLIGHT_MODELS": "full", "WORDLIGHT_PROFILE": "mini"}, "mini",
         "Warning: WORDLIGHT_PROFILE is called WORDLIGHT_MODELS now; it names the models 'mini'\n"),
        ([], {"WORDLIGHT_MODELS": "/srv/profiles"}, "mini", "Warning: WORDLIGHT_MODELS names the "
         "models now; the folder of manifests is WORDLIGHT_MANIFESTS\n"),
    ],
)  # fmt: skip
def test_old_names_mean_the_same_and_warn_in_one_line(
    arguments: list[str], environment: dict[str, str], means: str, warns: str
) -> None:
    result = run(*arguments, **environment)

    assert (result.stdout, result.stderr) == (f"{means}\n", warns)


def test_the_old_flag_of_a_real_command_still_works(tmp_path: Path) -> None:
    result = CliRunner().invoke(render, ["--profile", "mini", "--to", str(tmp_path)])

    assert result.exit_code == 0
    assert result.stderr == OLD_FLAG
    assert 'string_value: "mini"' in (tmp_path / "f5_tts/config.pbtxt").read_text()


def test_rendering_takes_no_variable() -> None:
    environment = {"WORDLIGHT_MODELS": "mini", "WORDLIGHT_PROFILE": "mini"}

    assert CliRunner().invoke(render, ["--check"], env=environment).exit_code == 0
