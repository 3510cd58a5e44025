"""What touches Triton: the adapter inside the stubs, and the server around them."""

from wordlight.serving._adapter import serve, serve_apart
from wordlight.serving._bls import remote_transcriber
from wordlight.serving._settings import StubSettings

__all__ = ["StubSettings", "remote_transcriber", "serve", "serve_apart"]
