"""Every error a caller can meet, in one tree.

    WordlightError
    ├── InvalidInput                 a request asks for what cannot be       INVALID_ARG
    │   ├── EmptyText                nothing to speak or to show
    │   ├── TooLong                  text, audio or a list beyond its limit
    │   ├── OutOfRange               a number outside its range
    │   ├── NotFinite                NaN or infinity in a tensor
    │   ├── WrongShape               a tensor of another shape than the contract's
    │   ├── WrongType                a tensor of another dtype, or text that is not UTF-8
    │   ├── MissingInput             one input needs another
    │   ├── NotOneOf                 a name outside a closed list
    │   ├── ReferenceUnusable        a reference voice that holds no speech
    │   ├── UnsupportedText          text in a script that these weights cannot speak
    │   ├── AudioUnreadable          a file that holds no sound (wordlight.audio)
    │   ├── PictureUnreadable        a file that holds no picture (wordlight_client.burn)
    │   ├── SubtitlesUnreadable      a file that is no ASS (wordlight_client.burn)
    │   ├── BucketNotAllowed         a bucket that this server may not publish to
    │   ├── WordTimeInvalid          a word's time is negative, not finite or backwards
    │   └── WordsOverlap             a word starts before the one before it ends
    ├── UnknownVoice                 no voice of that name on the volume     NOT_FOUND
    ├── UnknownLanguage              no aligner for that language            NOT_FOUND
    ├── StorageFailed                S3 refused, in another way than these   UNAVAILABLE
    │   ├── StorageDenied            its credentials are missing or refused
    │   ├── StorageMissing           there is no such bucket or object       NOT_FOUND
    │   └── StorageUnreachable       it does not answer, or not in time
    ├── EngineFailed                 our fault; the server's log has it      INTERNAL
    ├── BurnFailed                   ffmpeg made no film (wordlight_client.burn)
    ├── ServerError                  met by the client
    │   ├── ServerUnreachable        nothing listens there, or it went away
    │   ├── ServerBusy               the queue is full
    │   ├── DeadlineExceeded         no answer in time
    │   └── BadAnswer                an answer that breaks the contract
    └── SetupError                   the server cannot start
        ├── WeightsMissing           a file of the manifest is not there
        ├── WeightsCorrupt           a file is there with other bytes
        ├── WeightsUnpinned          a file that could run code, and no sha256 for it
        ├── VolumeFull               too little room on the volume
        ├── LeaseHeld                another worker writes this part of the volume
        ├── LeaseLost                another worker took over while we stood still
        ├── StorageError             a bucket does not give or take a file
        │   ├── StorageDenied        403: this key may not
        │   ├── StorageMissing       404: no such bucket or object
        │   ├── CredentialsMissing   no key on this machine
        │   ├── CredentialsWrong     a key that the storage does not know
        │   ├── CredentialsExpired   a key whose time is over
        │   ├── ClockSkewed          this machine's clock is off
        │   ├── StorageUnavailable   503, timeouts or cut connections, again and again
        │   └── StorageChanged       an object was replaced while it was read
        ├── VolumeReadOnly           the volume takes no files
        ├── RuntimeMissing           nothing to run the models' stubs in
        ├── RuntimeUnusable          a module that serving needs does not import there
        ├── NoRoomForRuntime         too little room on the volume to install one
        ├── UvMissing                no uv on this machine
        ├── UvFailed                 uv could not install the locked packages
        │   ├── PackagesUnreachable  a package index does not answer
        │   └── PackageChanged       a package has other bytes than the lock's
        ├── WrongPython              not the Python that the server's stub embeds
        ├── NumpyMismatch            numpy 2 beside a server that corrupts its tensors
        ├── PortTaken                another process listens there
        ├── ServerMissing            no tritonserver on this machine
        ├── ServerFailed             tritonserver ended or never became ready
        └── SelfTestFailed           a known tensor came back changed

``status`` is the Triton code of the answer; ``code`` never changes and travels in the message, so
that the client can build the same error again.
"""

from __future__ import annotations

from typing import ClassVar


class WordlightError(Exception):
    """Root of the tree. ``str()`` is one sentence, safe to show to a client."""

    code: ClassVar[str] = "ERROR"
    status: ClassVar[str] = "INTERNAL"

    @property
    def wire(self) -> str:
        """The message as it travels: ``CODE: sentence``."""
        return f"{self.code}: {self}"

    @classmethod
    def revive(cls, sentence: str) -> WordlightError:
        """The same error on the client's side, without its data."""
        error = cls.__new__(cls)
        Exception.__init__(error, sentence)
        return error


class InvalidInput(WordlightError):
    """A request asks for what cannot be; ``field`` names the tensor."""

    code = "INVALID_INPUT"
    status = "INVALID_ARG"

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(f"{field} {sentence}")


class EmptyText(InvalidInput):
    """Nothing speakable is left after normalisation."""

    code = "EMPTY_TEXT"

    def __init__(self, field: str) -> None:
        super().__init__(field, "holds no letter or digit to speak")


class TooLong(InvalidInput):
    """A text, a recording or a list is longer than its limit."""

    code = "TOO_LONG"

    def __init__(self, field: str, got: float, limit: float, unit: str) -> None:
        self.got, self.limit, self.unit = got, limit, unit
        super().__init__(field, f"is {got:,.10g} {unit} long; at most {limit:,.10g} are allowed")


class OutOfRange(InvalidInput):
    """A number outside its range."""

    code = "OUT_OF_RANGE"

    def __init__(self, field: str, got: float, low: float, high: float, unit: str = "") -> None:
        self.got, self.low, self.high = got, low, high
        of = f" {unit}" if unit else ""
        super().__init__(field, f"is {got:g}{of}; it must be from {low:g} to {high:g}{of}")


class NotFinite(InvalidInput):
    """A tensor holds NaN or infinity."""

    code = "NOT_FINITE"

    def __init__(self, field: str) -> None:
        super().__init__(field, "holds NaN or infinite values; all must be finite")


class WrongShape(InvalidInput):
    """A tensor has another shape than the contract's."""

    code = "WRONG_SHAPE"

    def __init__(self, field: str, got: tuple[int, ...], expected: str) -> None:
        self.got = got
        super().__init__(field, f"has shape {list(got)}; it must be {expected}")


class WrongType(InvalidInput):
    """A tensor has another type than the contract's."""

    code = "WRONG_TYPE"

    def __init__(self, field: str, got: str, expected: str) -> None:
        super().__init__(field, f"is {got}; it must be {expected}")


class MissingInput(InvalidInput):
    """One input needs another."""

    code = "MISSING_INPUT"

    def __init__(self, field: str, why: str) -> None:
        super().__init__(field, f"is missing: {why}")


class NotOneOf(InvalidInput):
    """A name outside a closed list."""

    code = "NOT_ONE_OF"

    def __init__(self, field: str, got: str, allowed: tuple[str, ...]) -> None:
        self.got, self.allowed = got, allowed
        super().__init__(field, f"is {got[:40]!r}; it must be one of {', '.join(allowed)}")


class ReferenceUnusable(InvalidInput):
    """A reference voice from which nothing can be learned."""

    code = "REFERENCE_UNUSABLE"


class UnsupportedText(InvalidInput):
    """Text in a script that the loaded weights cannot speak."""

    code = "UNSUPPORTED_TEXT"


class BucketNotAllowed(InvalidInput):
    """A bucket that this server may not publish to."""

    code = "BUCKET_NOT_ALLOWED"

    def __init__(self, field: str, bucket: str, setting: str) -> None:
        self.bucket = bucket
        super().__init__(
            field, f"names the bucket {bucket!r}, which is not among this server's {setting}"
        )


class WordTimeInvalid(InvalidInput):
    """A word's time is negative, not finite, or backwards."""

    code = "WORD_TIME_INVALID"

    def __init__(self, index: int, word: str, start_s: float, end_s: float) -> None:
        self.index, self.word, self.start_s, self.end_s = index, word, start_s, end_s
        super().__init__(
            "STARTS/ENDS",
            f"give word {index} ({word[:20]!r}) the time {start_s:g} to {end_s:g} s; "
            "times must be finite, not negative, and end after they start",
        )


class WordsOverlap(InvalidInput):
    """A word starts before the one before it ends."""

    code = "WORDS_OVERLAP"

    def __init__(self, index: int, word: str, start_s: float, previous_end_s: float) -> None:
        self.index, self.word = index, word
        self.start_s, self.previous_end_s = start_s, previous_end_s
        super().__init__(
            "STARTS",
            f"lets word {index} ({word[:20]!r}) start at {start_s:g} s, "
            f"before the word before it ends at {previous_end_s:g} s",
        )


class UnknownVoice(WordlightError):
    """No voice of that name on the volume."""

    code = "UNKNOWN_VOICE"
    status = "NOT_FOUND"

    def __init__(self, voice: str, known: tuple[str, ...]) -> None:
        self.voice, self.known = voice, known
        super().__init__(f"VOICE {voice[:40]!r} is not known here; there are: {', '.join(known)}")


class UnknownLanguage(WordlightError):
    """No aligner for that language on the volume."""

    code = "UNKNOWN_LANGUAGE"
    status = "NOT_FOUND"

    def __init__(self, language: str, known: tuple[str, ...]) -> None:
        self.language, self.known = language, known
        super().__init__(
            f"LANGUAGE {language[:40]!r} cannot be aligned here; there are: {', '.join(known)}"
        )


class StorageFailed(WordlightError):
    """S3 did not do what it was asked; ``place`` is the bucket or object."""

    code = "STORAGE_FAILED"
    status = "UNAVAILABLE"

    def __init__(self, place: str, sentence: str) -> None:
        self.place = place
        super().__init__(f"{place}: {sentence}")


class StorageDenied(StorageFailed):
    """S3 refused the server's credentials, or there are none."""

    code = "STORAGE_DENIED"


class StorageMissing(StorageFailed):
    """There is no such bucket or object."""

    code = "STORAGE_MISSING"
    status = "NOT_FOUND"


class StorageUnreachable(StorageFailed):
    """S3 does not answer, answers that it cannot, or takes too long."""

    code = "STORAGE_UNREACHABLE"


class EngineFailed(WordlightError):
    """Something of ours broke; the server's log has the trace under this incident."""

    code = "ENGINE_FAILED"

    def __init__(self, incident: str) -> None:
        self.incident = incident
        super().__init__(f"the server failed on this request; its log names incident {incident}")


class ServerError(WordlightError):
    """Met by the client on its way to the server."""

    code = "SERVER_ERROR"
    status = "UNAVAILABLE"


class ServerUnreachable(ServerError):
    """Nothing listens there, or it went away."""

    code = "SERVER_UNREACHABLE"


class ServerBusy(ServerError):
    """The server's queue is full or the request waited too long in it."""

    code = "SERVER_BUSY"


class DeadlineExceeded(ServerError):
    """No answer in time."""

    code = "DEADLINE_EXCEEDED"


class BadAnswer(ServerError):
    """The server's answer breaks the contract."""

    code = "BAD_ANSWER"


class SetupError(WordlightError):
    """The server cannot start; the sentence says why and what to do."""

    code = "SETUP_ERROR"
    status = "UNAVAILABLE"


class WeightsMissing(SetupError):
    """A file that the manifest names is not there."""

    code = "WEIGHTS_MISSING"

    def __init__(self, name: str, looked_for: str, remedy: str) -> None:
        self.name, self.looked_for = name, looked_for
        super().__init__(f"weights {name!r}: {looked_for} is missing; {remedy}")


class WeightsCorrupt(SetupError):
    """A file is there with other bytes than the manifest's."""

    code = "WEIGHTS_CORRUPT"

    def __init__(
        self,
        name: str,
        file: str,
        what: str,
        expected: str,
        got: str,
        remedy: str = "delete the file and fetch it again",
    ) -> None:
        self.name, self.file = name, file
        super().__init__(
            f"weights {name!r}: {file} has {what} {got}, the manifest says {expected}; {remedy}"
        )


class WeightsUnpinned(SetupError):
    """A file that may run code when it is loaded, and that no hash vouches for."""

    code = "WEIGHTS_UNPINNED"

    def __init__(self, name: str, file: str) -> None:
        self.name, self.file = name, file
        super().__init__(
            f"weights {name!r}: {file} can run code when it is loaded and has no sha256 in the "
            "manifest; state the sha256 of a file you trust, or use safetensors"
        )


class VolumeFull(SetupError):
    """Too little room on the volume; what was fetched so far is kept and continued."""

    code = "VOLUME_FULL"

    def __init__(self, volume: str, needed_bytes: int, free_bytes: int) -> None:
        self.needed_bytes, self.free_bytes = needed_bytes, free_bytes
        super().__init__(
            f"volume {volume} has {free_bytes / 1e6:,.1f} MB free and {needed_bytes / 1e6:,.1f} MB "
            "are needed; free room (`wordlight volume prune`) or enlarge it, then pull again: "
            "what has been fetched is kept"
        )


class LeaseHeld(SetupError):
    """Another worker writes this part of the volume."""

    code = "LEASE_HELD"

    def __init__(self, lease: str, holder: str, silent_s: float) -> None:
        self.lease, self.holder = lease, holder
        super().__init__(
            f"{lease} on this volume is in the hands of {holder}, last heard {silent_s:.0f} s ago; "
            "wait for it, or end that process: its hold lapses by itself"
        )


class LeaseLost(SetupError):
    """Another worker took over while this one stood still."""

    code = "LEASE_LOST"

    def __init__(self, lease: str) -> None:
        self.lease = lease
        super().__init__(
            f"this process stood still for so long that another took {lease} over; run it again"
        )


class StorageError(SetupError):
    """A bucket does not give or take a file; ``place`` is its ``s3://`` address."""

    code = "STORAGE_ERROR"

    def __init__(self, place: str, what: str) -> None:
        self.place = place
        super().__init__(f"{place}: {what}")


class StorageDenied(StorageError):
    """403: the key may not do this here."""

    code = "STORAGE_DENIED"

    def __init__(self, place: str, action: str) -> None:
        super().__init__(
            place,
            f"access denied (403); allow this key s3:{action} there. Without s3:ListBucket a "
            "missing object is denied too",
        )


class StorageMissing(StorageError):
    """404: there is no such bucket or object."""

    code = "STORAGE_MISSING"

    def __init__(self, place: str, what: str) -> None:
        super().__init__(
            place, f"there is no such {what} (404); check its name, region and AWS_ENDPOINT_URL"
        )


class CredentialsMissing(StorageError):
    """boto3 finds no key on this machine."""

    code = "CREDENTIALS_MISSING"

    def __init__(self, place: str) -> None:
        super().__init__(
            place,
            "no credentials on this machine; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
            "or AWS_PROFILE",
        )


class CredentialsWrong(StorageError):
    """The storage does not know the key, or its secret is another."""

    code = "CREDENTIALS_WRONG"

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            place,
            f"the credentials are wrong ({reason}); check AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, and that they belong to this endpoint",
        )


class CredentialsExpired(StorageError):
    """Temporary credentials whose time is over."""

    code = "CREDENTIALS_EXPIRED"

    def __init__(self, place: str) -> None:
        super().__init__(
            place,
            "the credentials have expired; renew them (AWS_SESSION_TOKEN and its keys) and run "
            "this again: what has been fetched is kept",
        )


class ClockSkewed(StorageError):
    """The storage refuses signatures because this machine's clock is off."""

    code = "CLOCK_SKEWED"

    def __init__(self, place: str) -> None:
        super().__init__(place, "this machine's clock is off by minutes; set it (NTP)")


class StorageUnavailable(StorageError):
    """503, timeouts or cut connections, more often than we try."""

    code = "STORAGE_UNAVAILABLE"

    def __init__(self, place: str, n_tries: int, reason: str) -> None:
        self.n_tries = n_tries
        super().__init__(
            place,
            f"no answer after {n_tries} tries ({reason}); check the network and "
            "AWS_ENDPOINT_URL, then run this again: what has been fetched is kept",
        )


class StorageChanged(StorageError):
    """The object was replaced while it was read."""

    code = "STORAGE_CHANGED"

    def __init__(self, place: str) -> None:
        super().__init__(place, "the object was replaced while it was read; run this again")


class VolumeReadOnly(SetupError):
    """The volume takes no files."""

    code = "VOLUME_READ_ONLY"

    def __init__(self, folder: str, reason: str) -> None:
        self.folder = folder
        super().__init__(
            f"{folder} cannot be written ({reason}); mount the volume writable for this user"
        )


class RuntimeMissing(SetupError):
    """No environment on this machine or on the volume can run the models' stubs."""

    code = "RUNTIME_MISSING"

    def __init__(self, volume: str, why: str) -> None:
        super().__init__(
            f"volume {volume}: {why}; run `wordlight volume install --volume {volume}` here"
        )


class RuntimeUnusable(SetupError):
    """A module that serving needs does not import in a runtime, or its stub fails."""

    code = "RUNTIME_UNUSABLE"

    def __init__(self, failures: tuple[str, ...]) -> None:
        self.failures = failures
        super().__init__(f"the runtime was built but does not work: {'; '.join(failures)}")


class NoRoomForRuntime(SetupError):
    """Too little room on the volume for a runtime."""

    code = "NO_ROOM_FOR_RUNTIME"

    def __init__(self, folder: str, needed_bytes: int, free_bytes: int) -> None:
        self.folder, self.needed_bytes, self.free_bytes = folder, needed_bytes, free_bytes
        super().__init__(
            f"{folder} has {free_bytes / 1e9:.2f} GB free and the runtime needs "
            f"{needed_bytes / 1e9:.2f} GB more; enlarge the volume or remove what is not needed"
        )


class UvMissing(SetupError):
    """No uv on this machine."""

    code = "UV_MISSING"

    def __init__(self, looked_for: str) -> None:
        super().__init__(
            f"there is no uv: looked for {looked_for}; `pip install uv`, or name it with --uv"
        )


class UvFailed(SetupError):
    """uv could not install the locked packages; the sentence ends with its own words."""

    code = "UV_FAILED"

    def __init__(self, doing: str, said: str) -> None:
        self.said = said
        super().__init__(f"{doing} failed; uv says: {said}")


class PackagesUnreachable(UvFailed):
    """A package index does not answer."""

    code = "PACKAGES_UNREACHABLE"

    def __init__(self, doing: str, said: str) -> None:
        super().__init__(f"{doing} needs the network (a proxy is taken from HTTPS_PROXY) and", said)


class PackageChanged(UvFailed):
    """A package has other bytes than the lock's."""

    code = "PACKAGE_CHANGED"

    def __init__(self, doing: str, said: str) -> None:
        super().__init__(
            f"{doing}: a package has other bytes than the lock's, so nothing was installed; try "
            "again, and do not trust that index or proxy if it happens again; it",
            said,
        )


class WrongPython(SetupError):
    """Not the Python that the server's stub embeds, or one without its shared library."""

    code = "WRONG_PYTHON"


class NumpyMismatch(SetupError):
    """numpy 2 beside a tritonserver whose stub corrupts its tensors."""

    code = "NUMPY_MISMATCH"

    def __init__(self, numpy: str, server: str) -> None:
        super().__init__(
            f"numpy {numpy} beside tritonserver {server}: the Python stubs of servers up to "
            "2.51 were built against numpy 1 and silently corrupt tensors under numpy 2 "
            "([1, 2, 3] arrives as [1, 1, 1]); install numpy 1.26"
        )


class PortTaken(SetupError):
    """Another process listens there."""

    code = "PORT_TAKEN"

    def __init__(self, port: int, purpose: str) -> None:
        self.port = port
        super().__init__(
            f"port {port} for {purpose} is in use; stop what listens there or "
            f"choose another with --{purpose.lower()}-port"
        )


class ServerMissing(SetupError):
    """No tritonserver on this machine."""

    code = "SERVER_MISSING"


class ServerFailed(SetupError):
    """tritonserver ended, or did not become ready in time."""

    code = "SERVER_FAILED"


class SelfTestFailed(SetupError):
    """A known tensor came back changed."""

    code = "SELF_TEST_FAILED"


def _leaves(root: type[WordlightError]) -> dict[str, type[WordlightError]]:
    found = {root.code: root}
    for child in root.__subclasses__():
        found |= _leaves(child)
    return found


BY_CODE = _leaves(WordlightError)
"""Every error class by its stable code."""
