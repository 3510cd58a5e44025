"""Problems that keep a server from starting, or that make an installation incomplete."""

from __future__ import annotations

from wordlight.errors._root import WordlightError

__all__ = ["NotInstalled", "SetupError"]


class SetupError(WordlightError):
    """A server cannot start, or a command on its machine cannot do its work."""

    code = "SETUP_ERROR"
    status = "UNAVAILABLE"
    meaning = "Something on the server's machine, or in its settings, is wrong."
    advice = "run `wordlight doctor`, which looks at all of it"


class NotInstalled(SetupError):
    """A file that belongs to Wordlight is missing."""

    code = "NOT_INSTALLED"
    says = "{what} is not installed beside wordlight"
    meaning = "The package was installed in part, or files of it were removed."
    advice = "reinstall wordlight"

    what: str
