"""All checks in order, for a person to read or for a server that is about to start."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping

from wordlight.condition import Condition
from wordlight.doctor._bucket import check_bucket
from wordlight.doctor._clock import check_clock
from wordlight.doctor._finding import Finding, Section, State, absent, fine
from wordlight.doctor._gpu import Driver, SmiFailed, check_gpus, look_at_driver
from wordlight.doctor._lexicons import check_lexicons
from wordlight.doctor._limits import check_limits
from wordlight.doctor._listening import check_models, check_ports, look_at_server
from wordlight.doctor._locale import check_locale
from wordlight.doctor._machine import check_shared_memory, check_system, is_container
from wordlight.doctor._memory import check_memory
from wordlight.doctor._packages import (
    check_flash_attn,
    check_torch,
    import_packages,
)
from wordlight.doctor._paths import plain_links
from wordlight.doctor._proxies import check_proxies
from wordlight.doctor._setup import Setup
from wordlight.doctor._state import check_state
from wordlight.doctor._storage import check_access, check_cache, check_log, check_place, check_speed
from wordlight.doctor._triton import check_server, environment_python, find_server
from wordlight.doctor._weights import check_manifest, check_weights, weights_bytes
from wordlight.manifest import Manifest
from wordlight.serving import PYTHON, TritonServer, candidates
from wordlight.weights import CACHE


def examine(
    setup: Setup, *, is_deep: bool, on_progress: Callable[[str], None] = lambda _: None
) -> list[Section]:
    """The findings of all checks, in sections. ``is_deep`` hashes the weights."""
    manifest = check_manifest(setup.models)
    driver = _driver()
    running = look_at_server(setup)
    sections = []
    for title, look in (
        ("Machine", lambda: _machine(setup, driver, manifest, running)),
        ("Runtime", lambda: [*check_server(setup, find_server()), *_packages(setup, driver)]),
        ("Volume", lambda: _volume(setup)),
        ("Weights", lambda: _weights(setup, manifest, is_deep)),
        ("S3", lambda: [*check_proxies(os.environ), _bucket(setup)]),
        ("Server", lambda: [*check_ports(setup, running), *check_models(setup, running)]),
    ):
        on_progress(title)
        sections.append(Section(title, tuple(look())))
    return sections


def preflight(setup: Setup) -> list[Finding]:
    """The warnings and errors that could keep a server from starting, or hinder it as it serves.

    The imports, which take seconds, are tried only if there is no other error.
    """
    manifest = check_manifest(setup.models)
    driver = _driver()
    quick = [
        *_weights(setup, manifest, is_deep=False),
        *_machine(setup, driver, manifest, None),
        *check_server(setup, find_server()),
        check_access(setup.volume),
        check_cache(setup.volume / "cache"),
        *check_ports(setup, None),
    ]
    if not any(finding.state is State.ERROR for finding in quick):
        quick += [*_packages(setup, driver), *check_proxies(os.environ), _bucket(setup)]
    return [finding for finding in quick if finding.state in (State.WARNING, State.ERROR)]


def _machine(
    setup: Setup,
    driver: Driver | SmiFailed | None,
    manifest: Manifest | Finding,
    running: Condition | None,
) -> Iterator[Finding]:
    yield check_system(os.environ)
    yield check_clock()
    yield check_locale()
    if running is None:  # a running server has already taken its memory
        yield check_memory(setup, manifest)
    yield check_shared_memory(setup)
    yield from check_limits(setup)
    yield from check_state(os.environ, setup.volume)
    if setup.log is not None:
        yield check_log(setup.log)
    needed = 0 if isinstance(manifest, Finding) else weights_bytes(manifest, setup.volume)
    yield from check_gpus(driver, setup.gpus if setup.wants_gpu else (), needed)


def _packages(setup: Setup, driver: Driver | SmiFailed | None) -> Iterator[Finding]:
    if environment_python(setup.environment) is None:
        return  # check_server reports it
    triton = find_server()
    variables: Mapping[str, str] = os.environ
    if isinstance(triton, TritonServer):
        variables = triton.environment(1, setup.volume)
    with plain_links(candidates(os.environ, setup.volume)) as links:
        environment = setup.environment
        packages = import_packages(
            links.environment(environment, PYTHON) if links else environment, variables
        )
    known = driver if isinstance(driver, Driver) else None
    torch = packages["torch"]
    yield check_torch(torch, setup.environment, known, setup.wants_gpu)
    yield check_flash_attn(packages["flash_attn"], torch, known)


def _volume(setup: Setup) -> Iterator[Finding]:
    place = check_place(setup.volume, is_container(os.environ))
    yield place
    if place.state is State.ERROR:
        return
    access = check_access(setup.volume)
    yield access
    if access.state is not State.ERROR:
        yield check_cache(setup.volume / "cache")
        yield check_speed(setup.volume)
        yield check_lexicons(setup.volume)


def _weights(setup: Setup, manifest: Manifest | Finding, is_deep: bool) -> Iterator[Finding]:
    if isinstance(manifest, Finding):
        yield manifest
        return
    yield fine("manifest", f"{manifest.name} ({manifest.folder})")
    yield from check_weights(manifest, setup.volume, is_deep=is_deep)


def _bucket(setup: Setup) -> Finding:
    if not setup.s3_cache:
        return absent("bucket", f"none configured ({CACHE})")
    return check_bucket(setup.s3_cache)


def _driver() -> Driver | SmiFailed | None:
    try:
        return look_at_driver()
    except SmiFailed as error:
        return error
