"""A web server on loopback that answers range requests, and can have every relevant fault."""

from __future__ import annotations

import datetime
import hashlib
import http.server
import re
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class WebServer:
    """A server whose attributes set its faults. ``asked`` has each request's method and range."""

    def __init__(self, files: dict[str, bytes], certificate: Path | None = None) -> None:
        self.files = files
        self.asked: list[tuple[str, str]] = []
        self.n_sent_bytes = 0
        self.cut_after_bytes = 0
        self.n_cuts = 0
        self.statuses: list[int] = []
        self.redirect = ""
        self.pause_s = 0.0
        self.headers: dict[str, str] = {}
        self.knows_ranges = True
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_port
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{self.port}/models"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        web = self

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.asked.append((self.command, self.headers.get("Range", "")))
                time.sleep(web.pause_s)
                data = web.files.get(self.path.removeprefix("/models/"))
                status = web.statuses.pop(0) if web.statuses else 200 if data is not None else 404
                if web.redirect:
                    return self._say(302, {"Location": web.redirect}, b"")
                if status != 200 or data is None:
                    return self._say(status, {}, b"")
                told = {"ETag": f'"{hashlib.md5(data).hexdigest()}"', **web.headers}
                span = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
                if span is None or not web.knows_ranges:
                    return self._say(200, told, data)
                first, last = int(span[1]), int(span[2])
                told = {"Content-Range": f"bytes {first}-{last}/{len(data)}", **told}
                return self._say(206, told, data[first : last + 1])

            do_HEAD = do_GET  # noqa: N815 - http.server's name

            def _say(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command == "HEAD":
                    return
                if web.n_cuts and len(body) > web.cut_after_bytes:
                    web.n_cuts -= 1
                    body, self.close_connection = body[: web.cut_after_bytes], True
                web.n_sent_bytes += len(body)
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        return Answer


@contextmanager
def web_server(files: dict[str, bytes], certificate: Path | None = None) -> Iterator[WebServer]:
    """The server while the block runs."""
    running = WebServer(files, certificate)
    yield running
    running.close()


def self_signed(folder: Path, host: str) -> Path:
    """A certificate of its own for a host and for 127.0.0.1, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName(host), x509.IPAddress(IPv4Address("127.0.0.1"))]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path
