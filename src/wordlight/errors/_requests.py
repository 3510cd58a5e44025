"""Errors in a request or a command line."""

from __future__ import annotations

from wordlight.errors._root import WordlightError

__all__ = [
    "BucketNotAllowed",
    "EmptyText",
    "InvalidInput",
    "MissingInput",
    "NotFinite",
    "NotOneOf",
    "OutOfRange",
    "ReferenceUnusable",
    "TooLong",
    "UnsupportedText",
    "WordTimeInvalid",
    "WordsOverlap",
    "WrongShape",
    "WrongType",
    "WrongUsage",
]


LONGEST_QUOTE, LONGEST_WORD = 40, 20
"""The most characters of a caller's text, and of one word, that a message quotes."""


class InvalidInput(WordlightError):
    """A value in a request is not valid; ``field`` names the tensor, the flag or the file."""

    code = "INVALID_INPUT"
    status = "INVALID_ARG"
    says = "{field} {what}"
    meaning = "A value in the request, on the command line or in a file is invalid."
    advice = "{todo}"
    todo = "correct it: docs/serving.md says what each input takes"

    field: str

    def __init__(self, field: str, what: str, todo: str = "") -> None:
        """``todo`` replaces the advice of the class, if a better one is known."""
        self.field, self.what = field, what
        if todo:
            self.todo = todo


class WrongUsage(InvalidInput):
    """A command line that its command does not take."""

    code = "WRONG_USAGE"
    says = "{what}"
    meaning = "The command has no such option, argument or value, or lacks one that it needs."
    advice = "{todo}"
    todo = "the command's --help says what it takes"

    def __init__(self, what: str, todo: str = "") -> None:
        super().__init__("command line", what, todo)


class EmptyText(InvalidInput):
    """No speakable text is left after normalisation."""

    code = "EMPTY_TEXT"
    says = "{field} {reason}"
    meaning = "The text has no speakable character left after normalisation."
    advice = "send a text with at least one letter or digit"

    reason: str = "holds no letter or digit to speak"


class TooLong(InvalidInput):
    """A text, a recording or a list is longer than its limit."""

    code = "TOO_LONG"
    says = "{field} is {got:,.10g} {unit} long; at most {limit:,.10g} are allowed"
    meaning = "A text, a recording, a file or a list is longer than a server takes in one go."
    advice = "send at most {limit:,.10g} {unit}: shorten it, or send it in several parts"

    got: float
    limit: float
    unit: str


class OutOfRange(InvalidInput):
    """A number is outside its range."""

    code = "OUT_OF_RANGE"
    says = "{field} is {got:g}{of}; it must be from {low:g} to {high:g}{of}"
    meaning = "A number is below or above the range that was tested."
    advice = "give a number from {low:g} to {high:g}"

    got: float
    low: float
    high: float
    unit: str = ""

    @property
    def of(self) -> str:
        """The unit after a space; empty without a unit."""
        return f" {self.unit}" if self.unit else ""


class NotFinite(InvalidInput):
    """A tensor contains NaN or infinity."""

    code = "NOT_FINITE"
    says = "{field} holds NaN or infinite values; all must be finite"
    meaning = "A sound or a list of times was computed wrongly before it was sent."
    advice = "look for a division by zero or a broken file in what makes {field}"


class WrongShape(InvalidInput):
    """The shape of a tensor differs from the contract's."""

    code = "WRONG_SHAPE"
    says = "{field} has shape {shape}; it must be {expected}"
    meaning = "A tensor was sent with other dimensions than the contract's."
    advice = "send it as {expected}: docs/serving.md has the shape of every tensor"

    got: tuple[int, ...]
    expected: str

    @property
    def shape(self) -> list[int]:
        """The shape, written as a Python list."""
        return list(self.got)


class WrongType(InvalidInput):
    """The type of a tensor differs from the contract's."""

    code = "WRONG_TYPE"
    says = "{field} is {got}; it must be {expected}"
    meaning = "A tensor was sent with another type than the contract's, or its text is not UTF-8."
    advice = "send it as {expected}: docs/serving.md has the type of every tensor"

    got: str
    expected: str


class MissingInput(InvalidInput):
    """An input needs another input, which is missing."""

    code = "MISSING_INPUT"
    says = "{field} is missing: {why}"
    meaning = "One of the inputs needs another one, which was not given."
    advice = "give {field} too, or leave out what needs it"

    why: str


class NotOneOf(InvalidInput):
    """A value is not one of the allowed values."""

    code = "NOT_ONE_OF"
    says = "{field} is {quoted}; it must be one of {choices}"
    meaning = "The name is misspelt, or belongs to another version of Wordlight."
    advice = "choose one of {choices}"

    got: str
    allowed: tuple[str, ...]

    @property
    def quoted(self) -> str:
        """The beginning of the given value, in quotes."""
        return repr(self.got[:LONGEST_QUOTE])

    @property
    def choices(self) -> str:
        """The allowed values, separated by commas."""
        return ", ".join(self.allowed)


class ReferenceUnusable(InvalidInput):
    """The reference recording is not usable as a voice."""

    code = "REFERENCE_UNUSABLE"
    says = "{field} {what}"
    meaning = (
        "The recording of the voice to imitate is silent, too short, too noisy, or not speech."
    )
    advice = "{todo}"
    todo = "record 1 to 15 s of clear speech without other sounds, or name a ready voice"

    def __init__(self, field: str, what: str, todo: str = "") -> None:
        super().__init__(field, what, todo)


class UnsupportedText(InvalidInput):
    """The loaded weights cannot speak this text."""

    code = "UNSUPPORTED_TEXT"
    says = "{field} {what}"
    meaning = "The voices of this server cannot speak the language or the sounds of this text."
    advice = "{todo}"
    todo = "take a text in the language of the voices, or a server with other weights"

    def __init__(self, field: str, what: str, todo: str = "") -> None:
        super().__init__(field, what, todo)


class BucketNotAllowed(InvalidInput):
    """This server may not publish to this bucket."""

    code = "BUCKET_NOT_ALLOWED"
    says = "{field} names the bucket {bucket!r}, which is not among this server's {setting}"
    meaning = "A server publishes only to the buckets that its operator has listed."
    advice = "take another bucket, or have the server's operator add this one to {setting}"

    bucket: str
    setting: str


class WordTimeInvalid(InvalidInput):
    """A word's time is negative or not finite, or its end precedes its start."""

    code = "WORD_TIME_INVALID"
    says = (
        "{field} give word {index} ({quoted}) the time {start_s:g} to {end_s:g} s; times must be "
        "finite, not negative, and end after they start"
    )
    meaning = "Subtitles were requested for words with invalid times."
    advice = "correct the times of word {index}, counted from 0"

    def __init__(self, index: int, word: str, start_s: float, end_s: float) -> None:
        self.field, self.index, self.word = "STARTS/ENDS", index, word
        self.start_s, self.end_s = start_s, end_s

    @property
    def quoted(self) -> str:
        """The beginning of the word, in quotes."""
        return repr(self.word[:LONGEST_WORD])


class WordsOverlap(InvalidInput):
    """A word starts before the previous one ends."""

    code = "WORDS_OVERLAP"
    says = (
        "{field} lets word {index} ({quoted}) start at {start_s:g} s, before the word before it "
        "ends at {previous_end_s:g} s"
    )
    meaning = "Subtitles were requested for words that overlap in time."
    advice = "correct the times of word {index}, counted from 0, or of the one before it"

    def __init__(self, index: int, word: str, start_s: float, previous_end_s: float) -> None:
        self.field, self.index, self.word = "STARTS", index, word
        self.start_s, self.previous_end_s = start_s, previous_end_s

    @property
    def quoted(self) -> str:
        """The beginning of the word, in quotes."""
        return repr(self.word[:LONGEST_WORD])
