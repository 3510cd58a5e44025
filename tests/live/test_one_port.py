"""What other machines can reach of a server: the front door alone, and only with a key."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from traces import processes_with
from two_models import ANY_PORTS, SERVE_TWO_MODELS, said_until, serve
from wordlight_client import Client

from wordlight.errors import KeyMissing, KeyWrong
from wordlight.front import hash_key

KEY = "a key of anna's"
LISTENING = "0A"
LOOPBACK = ("0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F")
"""127.0.0.1, ::1 and ::ffff:127.0.0.1 as /proc/net/tcp writes them."""


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "keys.txt"
    path.write_text(f"anna:{hash_key(KEY)}\n")
    return path


@dataclass(frozen=True)
class Open:
    """A server that listens everywhere and knows one key."""

    http: str
    grpc: str
    state: Path


@pytest.fixture(scope="module")
def server(volume: Path, keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    state = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(state))
        process = serve(volume, "--address", "0.0.0.0", "--api-keys", str(keys))
    found = re.search(r"HTTP (\S+) +gRPC (\S+)", said_until(process, "gRPC "))
    assert found
    yield Open(found[1], found[2], state)
    process.terminate()
    process.communicate(timeout=60)


def test_an_open_address_without_a_key_is_refused_at_once(volume: Path) -> None:
    began_s = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "wordlight_client", "serve", "--volume", str(volume), *ANY_PORTS,
         "--address", "0.0.0.0"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    print(f"refused after {time.monotonic() - began_s:.1f} s")
    assert done.returncode != 0
    assert done.stderr.startswith("ADDRESS_OPEN")
    assert "--api-keys" in done.stderr
    assert "--unprotected" in done.stderr


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_callers_need_the_key(server: Open, protocol: str) -> None:
    address = getattr(server, protocol)
    with Client(address, api_key=KEY) as client:
        assert client.voices()
    with Client(address) as client, pytest.raises(KeyMissing):
        client.voices()
    with Client(address, api_key="guess") as client, pytest.raises(KeyWrong):
        client.voices()


def test_triton_listens_on_loopback_alone(server: Open) -> None:
    addresses: dict[int, str] = {}
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            address, _, port = line.split()[1].partition(":")
            if line.split()[3] == LISTENING:
                addresses[int(port, 16)] = address
    commands = [
        Path(f"/proc/{pid}/cmdline").read_text()
        for pid in processes_with(f"--model-repository={server.state}")
    ]
    ports = {int(port) for port in re.findall(r"--\w+-port=(\d+)", "".join(commands))}

    assert len(ports) == 3
    assert {addresses[port] for port in ports} <= set(LOOPBACK)
    for public in (server.http, server.grpc):
        assert addresses[int(public.rpartition(":")[2])] not in LOOPBACK


def test_a_command_gets_a_key_of_its_own(volume: Path, keys: Path) -> None:
    asks = (
        "import json, os; from wordlight_client import Client; "
        "key = os.environ['WORDLIGHT_API_KEY']; "
        "print(json.dumps([len(Client(os.environ[name], api_key=key).voices()) "
        "for name in ('WORDLIGHT_URL', 'WORDLIGHT_HTTP_URL')]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", SERVE_TWO_MODELS, "--models", "mini", "--volume", str(volume),
         *ANY_PORTS, "--api-keys", str(keys), "--", sys.executable, "-c", asks],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert all(count > 0 for count in json.loads(done.stdout))
