"""The commands say in one sentence what is wrong, and change nothing when asked to check."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from wordlight.commands.render import render
from wordlight.commands.serve import serve

CHECKOUT = Path(__file__).parents[2] / "model_repository"


def run(of: object, *arguments: str) -> Result:
    return CliRunner().invoke(of, arguments)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The committed model repository, to be changed at will."""
    folder = tmp_path / "copy"
    shutil.copytree(CHECKOUT, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_the_checkouts_own_repository_is_up_to_date() -> None:
    result = run(render, "--check")

    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    "stale", ["f5_tts/config.pbtxt", "narrate/config.pbtxt", "whisperx/warmup/align.transcript"]
)
def test_a_stale_file_is_named_and_left_as_it_is(copy: Path, stale: str) -> None:
    with (copy / stale).open("ab") as file:
        file.write(b"\n# by hand\n")
    before = (copy / stale).read_bytes()

    result = run(render, "--check", "--to", str(copy))

    assert result.exit_code == 1
    assert f"run `wordlight render`: {stale}\n" in result.output
    assert (copy / stale).read_bytes() == before


def test_a_missing_file_is_stale_too(copy: Path) -> None:
    (copy / "voices/config.pbtxt").unlink()

    result = run(render, "--check", "--to", str(copy))

    assert result.exit_code == 1
    assert "voices/config.pbtxt" in result.output


def test_rendering_renews_what_is_stale(copy: Path) -> None:
    (copy / "voices/config.pbtxt").write_text("stale")

    rendered = run(render, "--to", str(copy))

    assert rendered.exit_code == 0, rendered.output
    assert (copy / "voices/1/wordlight/errors/__init__.py").is_file()
    assert run(render, "--check", "--to", str(copy)).exit_code == 0


def test_another_deployment_is_another_rendering(copy: Path) -> None:
    changed = run(render, "--check", "--to", str(copy), "--instances", "f5_tts=3")

    assert changed.exit_code == 1
    assert "f5_tts/config.pbtxt" in changed.output
    assert "voices/config.pbtxt" not in changed.output


@pytest.mark.parametrize("of", [serve, render], ids=["serve", "render"])
@pytest.mark.parametrize(
    ("instances", "wrong"),
    [("f5_tts", "f5_tts"), ("f5_tts=", "f5_tts="), ("f5_tts=0", "f5_tts=0"),
     ("f5_tts=-1", "f5_tts=-1"), ("f5_tts=two", "f5_tts=two"), ("f6_tts=1", "f6_tts=1"),
     ("f5_tts=1,,whisperx=1", "")],
)  # fmt: skip
def test_nonsense_instances_are_refused(of: object, instances: str, wrong: str) -> None:
    result = run(of, "--instances", instances)

    assert result.exit_code == 2
    assert f"'{wrong}' is not MODEL=N" in result.output
    assert "f5_tts, narrate, narrate_publish, narrate_stream, publish, subtitles" in result.output


@pytest.mark.parametrize("of", [serve, render], ids=["serve", "render"])
@pytest.mark.parametrize("gpus", ["zero", "", "0,", "-1"])
def test_nonsense_gpus_are_refused(of: object, gpus: str, tmp_path: Path) -> None:
    # Were the numbers taken, a profile that does not exist would still keep serving from starting.
    where = ["--to", str(tmp_path)] if of is render else ["--models", "maxi"]

    result = run(of, "--gpus", gpus, *where)

    assert result.exit_code == 2, result.output
    assert "--gpus" in result.output


def test_an_unknown_profile_ends_serving_with_one_sentence(tmp_path: Path) -> None:
    result = run(serve, "--models", "maxi", "--volume", str(tmp_path))

    assert result.exit_code == 2
    assert result.output.startswith("PROFILE_UNKNOWN there are no models 'maxi'; looked for ")
    assert "Traceback" not in result.output


def test_a_missing_server_ends_serving_with_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORDLIGHT_TRITONSERVER", str(tmp_path))

    result = run(serve, "--volume", str(tmp_path))

    assert result.exit_code == 1
    assert "SERVER_MISSING " in result.output
    assert str(tmp_path / "bin/tritonserver") in result.output


def test_an_error_with_square_brackets_is_shown_whole(tmp_path: Path) -> None:
    result = run(serve, "--models", "[red]maxi[/]", "--volume", str(tmp_path))

    assert result.exit_code == 2
    assert "'[red]maxi[/]'" in result.output


@pytest.mark.parametrize(
    "endpoint",
    ["localhost:4318", "collector", "ftp://localhost", "http://", "http://a:b", "http://a b",
     "http://user:secret@localhost:4318", "http://localhost:4318?key=secret", "http://[::1"],
)  # fmt: skip
def test_an_endpoint_for_traces_that_is_no_address_is_refused(endpoint: str) -> None:
    result = run(serve, "--otlp-endpoint", endpoint)

    assert result.exit_code == 2
    assert "--otlp-endpoint" in result.output
    assert "secret" not in result.output


@pytest.mark.parametrize("ratio", ["-0.1", "1.1", "half"])
def test_a_ratio_of_traces_is_between_0_and_1(ratio: str) -> None:
    result = run(serve, "--trace-ratio", ratio)

    assert result.exit_code == 2
    assert "--trace-ratio" in result.output


def test_the_endpoint_for_traces_comes_from_opentelemetrys_own_variable() -> None:
    result = CliRunner().invoke(serve, env={"OTEL_EXPORTER_OTLP_ENDPOINT": "collector"})

    assert result.exit_code == 2
    assert "http://localhost:4318" in result.output
