"""The ready voices of a server, as it lists them."""

from __future__ import annotations

from dataclasses import dataclass

from wordlight_client._results import Fields


@dataclass(frozen=True, slots=True)
class ReadyVoice:
    """A voice that is ready on the server. ``name`` is the value to pass as ``voice``.

    ``licence`` has the terms under which the voice may be used, ``consent`` the sentence by which
    its speaker agreed. Each is empty if the voice's card on the server has none.
    """

    name: str
    language: str
    description: str
    licence: str = ""
    consent: str = ""

    @classmethod
    def all_of(cls, fields: Fields) -> tuple[ReadyVoice, ...]:
        """The voices in decoded outputs, the default voice first.

        Raises:
            ValueError: The lists differ in length.
        """
        columns = [fields[name] for name in ("names", "languages", "descriptions")]
        unknown = [""] * len(columns[0])  # an older server sends neither
        columns += [fields.get(name, unknown) for name in ("licences", "consents")]
        return tuple(cls(*row) for row in zip(*columns, strict=True))
