"""The ready voices of a server, as it lists them."""

from __future__ import annotations

from dataclasses import dataclass

from wordlight_client._results import Fields


@dataclass(frozen=True, slots=True)
class ReadyVoice:
    """A voice that the server has at hand; ``name`` is what ``voice`` takes.

    ``licence`` are the terms under which it may be used, ``consent`` is the sentence by which its
    speaker agreed; each is empty if the server's card names none.
    """

    name: str
    language: str
    description: str
    licence: str = ""
    consent: str = ""

    @classmethod
    def all_of(cls, fields: Fields) -> tuple[ReadyVoice, ...]:
        """The voices among decoded outputs, the default first.

        Raises:
            ValueError: The lists differ in length.
        """
        columns = [fields[name] for name in ("names", "languages", "descriptions")]
        unknown = [""] * len(columns[0])  # an older server keeps neither
        columns += [fields.get(name, unknown) for name in ("licences", "consents")]
        return tuple(cls(*row) for row in zip(*columns, strict=True))
