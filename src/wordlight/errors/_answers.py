"""Problems with what a server offers, and failures during a request."""

from __future__ import annotations

from difflib import get_close_matches

from wordlight.errors._requests import LONGEST_QUOTE
from wordlight.errors._root import WordlightError

__all__ = ["EngineFailed", "SilentSpeech", "UnknownLanguage", "UnknownVoice"]


class UnknownVoice(WordlightError):
    """The volume has no voice of this name. ``where`` is the place in TEXT that names it."""

    code = "UNKNOWN_VOICE"
    status = "NOT_FOUND"
    says = "VOICE {quoted}{place} is not known here; there are: {there_are}"
    meaning = (
        "There is no ready voice of that name, neither among the models' own voices nor among "
        "added ones."
    )
    advice = "{nearest}choose one of these, or give a recording: --voice me.wav"

    voice: str
    known: tuple[str, ...]
    where: str = ""

    @property
    def quoted(self) -> str:
        """The beginning of the name, in quotes."""
        return repr(self.voice[:LONGEST_QUOTE])

    @property
    def place(self) -> str:
        """The place that names the voice, if it is known."""
        return f" at {self.where} of TEXT" if self.where else ""

    @property
    def there_are(self) -> str:
        """The available voices, separated by commas."""
        return ", ".join(self.known)

    @property
    def nearest(self) -> str:
        """The available name that was probably meant."""
        found = get_close_matches(self.voice[:LONGEST_QUOTE].lower(), self.known, n=1)
        return f"perhaps {found[0]} is meant; else " if found else ""


class UnknownLanguage(WordlightError):
    """The volume has no aligner for this language."""

    code = "UNKNOWN_LANGUAGE"
    status = "NOT_FOUND"
    says = "LANGUAGE {quoted} cannot be aligned here; there are: {there_are}"
    meaning = "Words of that language cannot be timed: the models have no aligner for it."
    advice = "choose one of these with --language, or add an aligner to the server's manifest"

    language: str
    known: tuple[str, ...]

    @property
    def quoted(self) -> str:
        """The beginning of the language's code, in quotes."""
        return repr(self.language[:LONGEST_QUOTE])

    @property
    def there_are(self) -> str:
        """The available languages, separated by commas."""
        return ", ".join(self.known)


class EngineFailed(WordlightError):
    """Wordlight itself failed; the server's log has the traceback under this incident."""

    code = "ENGINE_FAILED"
    says = "the server failed on this request; its log names incident {incident}"
    meaning = "The server failed; the request is not at fault."
    advice = "look in the server's log for incident {incident}; it has the reason"

    incident: str


class SilentSpeech(WordlightError):
    """A piece of text came out silent, even after several attempts."""

    code = "SILENT_SPEECH"
    says = "TEXT came out silent {n_times} times at {quoted}"
    meaning = "The network's speech for a piece of the text was silent in every attempt."
    advice = "try another --seed or --voice, or put more words around that piece"

    text: str
    n_times: int

    @property
    def quoted(self) -> str:
        """The beginning of the piece, in quotes."""
        return repr(self.text[:LONGEST_QUOTE])
