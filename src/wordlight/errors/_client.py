"""Problems that the client meets on its way to a server, and on its own machine."""

from __future__ import annotations

from collections.abc import Sequence

from wordlight.errors._requests import InvalidInput
from wordlight.errors._root import WordlightError

__all__ = [
    "BadAnswer",
    "BurnFailed",
    "CannotResume",
    "DeadlineExceeded",
    "JobEnded",
    "ModelMissing",
    "NoParts",
    "NoPlayer",
    "NotPlayed",
    "PackageMissing",
    "ProxyRefused",
    "RequestRefused",
    "ServerBusy",
    "ServerEnding",
    "ServerError",
    "ServerUnreachable",
    "WordsDiffer",
    "WrongProtocol",
]


class ServerError(WordlightError):
    """The client met a problem on its way to the server."""

    code = "SERVER_ERROR"
    status = "UNAVAILABLE"
    says = "{what}"
    meaning = "The server refused for a reason of Triton's own, which the sentence repeats."
    advice = "look in the server's log; `wordlight doctor` says how it stands with the server"

    def __init__(self, what: str) -> None:
        self.what = what


class ModelMissing(ServerError):
    """The server does not serve the model: its version differs, or it left the model out."""

    code = "MODEL_MISSING"
    status = "NOT_FOUND"
    says = "{address}: {said}"
    meaning = "The server is of another version, or left that model out when it started."
    advice = "start the server anew with this version, and read what it says of that model"

    address: object
    said: str


class ServerUnreachable(ServerError):
    """No server listens at the address, or it went away."""

    code = "SERVER_UNREACHABLE"
    says = "nothing answers at {address}"
    meaning = "No server listens at that address, or it went away in the middle of a request."
    advice = (
        "start one with `wordlight serve` and wait until it says READY, or correct --url "
        "(WORDLIGHT_URL)"
    )

    address: object


class WrongProtocol(ServerUnreachable):
    """The port is for another protocol than ``asked``, which the client spoke."""

    code = "WRONG_PROTOCOL"
    says = "{address} answers, but does not speak {asked}"
    meaning = "The port is the server's port for another protocol, or that of another program."
    advice = "name the port that speaks {asked}, or {instead}"

    address: object
    asked: str = "gRPC"

    @property
    def instead(self) -> str:
        """How to speak to this port, if it is the server's."""
        if self.asked == "TLS":
            return "ask without TLS: http:// or host:port"
        if self.asked == "HTTP":
            return "leave http:// out if it is the gRPC port (8001)"
        return "write http:// before it if it is the HTTP port (8000)"


class ProxyRefused(ServerUnreachable):
    """A proxy found no server behind it."""

    code = "PROXY_REFUSED"
    says = "a proxy at {address} answered {http_status}: no server is ready behind it"
    meaning = "A load balancer or a proxy answers in place of a server that is not ready."
    advice = "wait until the server behind it says READY; then try again"

    http_status: str


class ServerEnding(ServerUnreachable):
    """The server is shutting down."""

    code = "SERVER_ENDING"
    says = "the server is ending"
    meaning = "The server was stopped during this request."
    advice = "ask again when it says READY, or another server"

    def __init__(self) -> None:
        super().__init__("the server")


class ServerBusy(ServerError):
    """The server's queue is full or the request waited too long in it."""

    code = "SERVER_BUSY"
    says = "{who} is busy: {said}"
    meaning = "A server takes only as many requests as it can finish in time, and refuses the rest."
    advice = "try again in a moment, or serve more --instances (docs/serving.md)"

    said: str
    who: object = "the server"


class DeadlineExceeded(ServerError):
    """No answer came in time."""

    code = "DEADLINE_EXCEEDED"
    says = "{address} {what}"
    meaning = "The answer did not come within the time limit of the caller."
    advice = "give it longer with --timeout, or send a shorter text"

    address: object
    what: str = "gave no answer in time"


class BadAnswer(ServerError):
    """The server's answer breaks the contract."""

    code = "BAD_ANSWER"
    says = "{what}"
    meaning = "The server's answer does not match this client's contract."
    advice = "install the same version of Wordlight on both ends"

    what: str


class RequestRefused(InvalidInput):
    """Triton itself refused the request, before a model received it."""

    code = "REQUEST_REFUSED"
    says = "{what}"
    meaning = "Triton itself refused the request for the quoted reason."
    advice = "compare the request with docs/serving.md; client and server must be of one version"

    def __init__(self, what: str) -> None:
        super().__init__("request", what)


class JobEnded(ServerError):
    """Nobody waits any more for this part of a narration."""

    code = "JOB_ENDED"
    says = "the job has ended"
    meaning = "The caller has gone, or the narration failed elsewhere, before this part was made."
    advice = "ask again for what is still wanted"

    def __init__(self) -> None:
        super().__init__(self.says)


class NoParts(WordlightError):
    """The server does not send parts, but the given flags need them."""

    code = "NO_PARTS"
    says = "{names} {verb} a server that sends parts of a narration"
    meaning = "Some flags need the model narrate_stream, which the server does not serve."
    advice = "leave {names} out, or start the server anew with this version"

    flags: Sequence[str]

    @property
    def names(self) -> str:
        """The flags, separated by commas."""
        return ", ".join(self.flags)

    @property
    def verb(self) -> str:
        """The verb for one flag or for several."""
        return "needs" if len(self.flags) == 1 else "need"


class CannotResume(WordlightError):
    """The finished part is missing, damaged, or part of another narration."""

    code = "CANNOT_RESUME"
    status = "INVALID_ARG"
    says = "{why}"
    meaning = "There is nothing to go on with, or it belongs to another narration."
    advice = "leave --resume out, and it is made from the start"

    why: str


class NoPlayer(WordlightError):
    """No program on this machine can play a sound."""

    code = "NO_PLAYER"
    says = "there is nothing here to play sound with"
    meaning = "None of the programs that can play a sound is on PATH."
    advice = "install one of {names}; or write the speech to a file with -o, and play it elsewhere"

    players: Sequence[str]

    @property
    def names(self) -> str:
        """The supported programs, separated by commas."""
        return ", ".join(self.players)


class NotPlayed(WordlightError):
    """The sound was not played, because the player failed."""

    code = "NOT_PLAYED"
    says = "{why}"
    meaning = "The program that should play the sound failed: often there is no sound card."
    advice = "write the speech to a file with -o, and play it elsewhere"

    why: str


class BurnFailed(WordlightError):
    """ffmpeg failed, or would draw the subtitles differently from what they specify."""

    code = "BURN_FAILED"
    says = "the subtitles could not be burnt in: {reason}"
    meaning = (
        "ffmpeg made no film, or a film whose subtitles look different from what they specify."
    )
    advice = "mend what the reason names; docs/burning.md says what ffmpeg and fonts are needed"

    reason: str


class PackageMissing(WordlightError):
    """A Python package that a command needs is not installed."""

    code = "PACKAGE_MISSING"
    says = "{who}the package {package} is not installed"
    meaning = "A part of Wordlight was left out when it was installed."
    advice = "pip install {wanted}"

    package: str
    wanted: str
    command: str = ""

    @property
    def who(self) -> str:
        """The command that needs the package, if it is known."""
        return f"`wordlight {self.command}` cannot run: " if self.command else ""


class WordsDiffer(WordlightError):
    """The narration of a demo has other words than its script."""

    code = "WORDS_DIFFER"
    says = "{what}"
    meaning = (
        "A word of the script came back without a time, or a word came back that the script does "
        "not have."
    )
    advice = "report it with the script: it is a fault of Wordlight"

    what: str
