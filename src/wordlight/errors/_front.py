"""What the front door refuses before a request reaches the server."""

from __future__ import annotations

from wordlight.errors._client import ServerError
from wordlight.errors._root import WordlightError
from wordlight.errors._setup import SetupError

__all__ = [
    "AddressOpen",
    "BodySlow",
    "FrontUnusable",
    "KeyMissing",
    "KeyWrong",
    "NoSuchRoute",
    "NotServing",
]


class NoSuchRoute(WordlightError):
    """An address that the front door does not serve."""

    code = "NO_SUCH_ROUTE"
    status = "NOT_FOUND"
    says = "{method} {quoted} is not served here"
    meaning = (
        "The front door serves health, metrics, descriptions of models, and inference. It does not "
        "serve what manages the server: loading, shared memory, logging, traces."
    )
    advice = "call one of the addresses that docs/front.md lists, with the method that it names"

    method: str
    path: str

    @property
    def quoted(self) -> str:
        """The beginning of the path, in printable characters."""
        return "".join(one if one.isprintable() else "?" for one in self.path[:60])


class KeyMissing(WordlightError):
    """A request without an API key."""

    code = "KEY_MISSING"
    status = "INVALID_ARG"
    says = "the API key is missing"
    meaning = "This server answers only callers who send one of its keys."
    advice = "send your key, as `Authorization: Bearer KEY` or as `x-api-key: KEY`"


class KeyWrong(WordlightError):
    """A request with an API key that the server does not know."""

    code = "KEY_WRONG"
    status = "INVALID_ARG"
    says = "the API key is not one of this server's"
    meaning = "The key is misspelt, was withdrawn, or belongs to another server."
    advice = "compare it with the key that you were given, or ask the server's operator for one"


class BodySlow(WordlightError):
    """A request whose body does not arrive in time."""

    code = "BODY_SLOW"
    status = "INVALID_ARG"
    says = "the request's body did not arrive in time: {got:,} bytes came in {seconds:.0f} s"
    meaning = "A connection that sends too slowly holds a place that others need."
    advice = "send the request over a faster connection, or make it smaller"

    got: int
    seconds: float


class NotServing(ServerError):
    """A server that does not take requests now."""

    code = "NOT_SERVING"
    says = "the server takes no requests now: {why}"
    meaning = "The server is starting, starts again after a failure, or has stopped."
    advice = "try again in a moment; `GET /health` says how the server is"

    why: str

    def __init__(self, why: str) -> None:
        self.why = why


class FrontUnusable(SetupError):
    """The front door cannot start."""

    code = "FRONT_UNUSABLE"
    says = "the front door cannot start: {why}"
    meaning = "Its configuration, its keys or its port cannot be used."
    advice = "{todo}"

    why: str
    todo: str = "start the server with `wordlight serve`, which writes the configuration"


class AddressOpen(SetupError):
    """A server that everybody on the network could use."""

    code = "ADDRESS_OPEN"
    says = "other machines can reach {address}, and the server knows no API key"
    meaning = (
        "Whoever reaches the port could use the server, and fill it with work. So callers from "
        "other machines need a key, unless you say that something else keeps strangers away."
    )
    advice = (
        "make a key with `wordlight key NAME >> keys.txt` and add --api-keys keys.txt (or set "
        "WORDLIGHT_API_KEYS); or add --unprotected (WORDLIGHT_UNPROTECTED=1)"
    )

    address: str
