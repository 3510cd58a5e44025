"""What a server finds in its state folder, and in its environment: every path there is plain."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from wordlight.contract import Deployment, EnsembleSpec, ModelSpec
from wordlight.errors import ServerFailed
from wordlight.manifest import FOLDER_VARIABLE, manifest_folder
from wordlight.serving._links import Links
from wordlight.serving._repository import link_code, write_repository
from wordlight.serving._tritonserver import PYTHON, TritonServer


def lay_out_models(
    state: Path, deployment: Deployment, served: Sequence[ModelSpec | EnsembleSpec]
) -> None:
    """Writes the model repository into the state folder."""
    models, links = state / "models", Links(state / "links")
    shutil.rmtree(models, ignore_errors=True)
    parameters = dict(deployment.parameters)
    if "VOLUME" in parameters:
        parameters["VOLUME"] = str(links.plain(Path(parameters["VOLUME"])))
    parameters["STATE"] = str(state)
    environment = links.environment(Path(deployment.environment), PYTHON)
    plain = replace(deployment, environment=str(environment), parameters=parameters)
    write_repository(models, plain, served)
    link_code(models, served)


def variables_for(
    triton: TritonServer, deployment: Deployment, state: Path, cache: Path | None, threads: int
) -> dict[str, str]:
    """The environment of the server and its stubs."""
    links = Links(state / "links")
    environment = links.environment(Path(deployment.environment), PYTHON)
    # In a list of folders, a colon would end a folder's path.
    triton = replace(triton, libraries=links.plain(triton.libraries))
    variables = dict(triton.environment(threads, cache or state, environment))
    if "PROFILE" in deployment.parameters:
        manifests = manifest_folder(deployment.parameters["PROFILE"]).parent
        variables[FOLDER_VARIABLE] = str(manifests)
    temporary = state / "tmp"  # so that nothing stays if a process is killed
    temporary.mkdir(exist_ok=True)
    variables["TMPDIR"] = str(temporary)
    if not variables.get("HOME"):  # some libraries cannot be imported without it
        home = state / "home"
        home.mkdir(exist_ok=True)
        variables["HOME"] = str(home)
    return dict(links.variables(variables))


def unwritten(error: OSError) -> ServerFailed:
    """The problem that a file of the server could not be written."""
    where = f"{error.filename}: " if error.filename else ""
    return ServerFailed(
        f"what the server needs could not be written: {where}{error.strerror or error}",
        "make room there, or set TMPDIR to another folder",
    )
