"""What a request asks wrongly, and what goes wrong on its way."""

from __future__ import annotations

from difflib import get_close_matches

from wordlight.errors._root import WordlightError


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

    def __init__(self, field: str, reason: str = "holds no letter or digit to speak") -> None:
        super().__init__(field, reason)


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

    def __init__(self, voice: str, known: tuple[str, ...], where: str = "") -> None:
        """``where``: the place in TEXT that names the voice."""
        self.voice, self.known, self.where = voice, known, where
        place = f" at {where} of TEXT" if where else ""
        nearest = get_close_matches(voice[:40].lower(), known, n=1)
        hint = f"; the nearest is {nearest[0]}" if nearest else ""
        super().__init__(
            f"VOICE {voice[:40]!r}{place} is not known here; there are: {', '.join(known)}{hint}"
        )


class UnknownLanguage(WordlightError):
    """No aligner for that language on the volume."""

    code = "UNKNOWN_LANGUAGE"
    status = "NOT_FOUND"

    def __init__(self, language: str, known: tuple[str, ...]) -> None:
        self.language, self.known = language, known
        super().__init__(
            f"LANGUAGE {language[:40]!r} cannot be aligned here; there are: {', '.join(known)}"
        )


class EngineFailed(WordlightError):
    """Something of ours broke; the server's log has the trace under this incident."""

    code = "ENGINE_FAILED"

    def __init__(self, incident: str) -> None:
        self.incident = incident
        super().__init__(f"the server failed on this request; its log names incident {incident}")


class SilentSpeech(WordlightError):
    """A piece of text came out silent, however often it was spoken."""

    code = "SILENT_SPEECH"

    def __init__(self, text: str, n_times: int) -> None:
        self.text, self.n_times = text, n_times
        super().__init__(
            f"TEXT came out silent {n_times} times at {text[:40]!r}; "
            "another SEED or VOICE, or more words around it, may help"
        )


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
