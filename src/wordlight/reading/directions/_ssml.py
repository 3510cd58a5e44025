"""Directions in SSML 1.1. Only elements that ask for something we can do are read.

Source: https://www.w3.org/TR/speech-synthesis11/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from wordlight.reading._word_list import word_list
from wordlight.reading._xml import Document
from wordlight.reading.directions._extraction import (
    Taking,
)
from wordlight.reading.directions._kinds import (
    LONGEST_VALUE,
    Directed,
    EndSay,
    Mark,
    Pause,
    Place,
    Rate,
    Say,
    Voice,
)
from wordlight.reading.directions._values import (
    name_of,
    seconds_of,
    times_of,
)

DEEPEST = 64
STRENGTHS_S = {
    "none": 0.0,
    "x-weak": 0.1,
    "weak": 0.25,
    "medium": 0.5,
    "strong": 0.75,
    "x-strong": 1.0,
}
"""The length of a break by its strength. SSML leaves the lengths to the reader."""
RATES = {
    "x-slow": 0.5,
    "slow": 0.75,
    "medium": 1.0,
    "default": 1.0,
    "fast": 1.25,
    "x-fast": 1.5,
}
_SPACE = re.compile(r"\s+")
_CHANGE = re.compile(r"(?P<sign>[+-])\s?(?P<percent>\d{1,3}(?:\.\d{1,3})?)\s?%")
_SPELT = frozenset({"characters", "spell-out", "verbatim"})
_READ_AS_WRITTEN = word_list("""
    cardinal number ordinal date time telephone currency unit fraction address name
""")
"""Kinds of `say-as` that need no help: the reading recognises them by itself."""


def take_ssml(script: str, field: str = "TEXT") -> Directed:
    """The script without its SSML elements.

    A DTD, entities other than XML's own, and nesting deeper than `DEEPEST` are refused.

    Raises:
        InvalidInput: The script is not XML, or has a wrong element or value. The message names its
            place.

    >>> take_ssml('<speak>So <break time="1s"/>it <sub alias="is">i.</sub></speak>').plain
    'So it i.'
    """
    document = _Ssml(field)
    document.parse(script.strip())
    return document.taking.taken()


class _Ssml(Document):
    form = "SSML"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.taking = Taking(field)
        self._ends: list[Callable[[], None]] = []
        self._voices, self._rates = [""], [1.0]
        self._is_saying, self._n_said = False, 0
        self._spelt: list[str] | None = None

    def place(self, line: int, column: int) -> str:
        return str(Place(line, column))

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = name.rpartition(":")[2]
        begin = _ELEMENTS.get(local)
        if self._ends and local == "speak":
            raise self.refusal("has <speak> within <speak>")
        if begin is None or (not self._ends and local != "speak"):
            raise self.refusal(f"has <{name[:40]}>", f"these are read: {', '.join(_ELEMENTS)}")
        if len(self._ends) >= DEEPEST:
            raise self.refusal(f"nests elements deeper than {DEEPEST}")
        values = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        if long := [key for key, value in values.items() if len(value) > LONGEST_VALUE]:
            raise self.refusal(f"has a {long[0][:40]} of more than {LONGEST_VALUE} characters")
        self._ends.append(begin(self, values))

    def end(self, name: str) -> None:
        self._ends.pop()()

    def characters(self, content: str) -> None:
        content = _SPACE.sub(" ", content)  # only elements end lines
        self.taking.text(content)
        if self._spelt is not None:
            self._spelt.append(content)

    def _nothing(self) -> None:
        """Ends an element whose end changes nothing."""

    def _speak(self, values: Mapping[str, str]) -> Callable[[], None]:
        return self._nothing

    def _paragraph(self, values: Mapping[str, str]) -> Callable[[], None]:
        self.taking.text("\n\n")
        return lambda: self.taking.text("\n\n")

    def _sentence(self, values: Mapping[str, str]) -> Callable[[], None]:
        self.taking.text("\n")
        return lambda: self.taking.text("\n")

    def _break(self, values: Mapping[str, str]) -> Callable[[], None]:
        if "time" in values:
            seconds = seconds_of(values["time"], self.field, self.here)
        elif (strength := values.get("strength", "medium")) in STRENGTHS_S:
            seconds = STRENGTHS_S[strength]
        else:
            known = ", ".join(STRENGTHS_S)
            raise self.refusal(f"has a break of strength {strength[:30]!r}", f"give {known}")
        self.taking.direction(Pause(seconds))
        return self._nothing

    def _say(self, respelling: str, phonemes: str = "") -> Callable[[], None]:
        if not any(map(str.isalnum, respelling + phonemes)):
            raise self.refusal(
                "has <sub> or <phoneme> that tells nothing to say", 'give alias="…" or ph="…"'
            )
        if self._is_saying:
            raise self.refusal("has two elements within each other that tell what to say")
        self._is_saying = True
        self._n_said = self.taking.direction(Say(respelling, phonemes))
        return self._end_say

    def _end_say(self) -> None:
        self._is_saying = False
        self.taking.direction(EndSay())

    def _sub(self, values: Mapping[str, str]) -> Callable[[], None]:
        return self._say(values.get("alias", "").strip())

    def _phoneme(self, values: Mapping[str, str]) -> Callable[[], None]:
        alphabet = values.get("alphabet", "ipa")
        if alphabet.lower() != "ipa":
            raise self.refusal(f"has phonemes in {alphabet[:30]!r}", "give them in ipa")
        return self._say("", values.get("ph", "").strip(" /"))

    def _say_as(self, values: Mapping[str, str]) -> Callable[[], None]:
        kind = values.get("interpret-as", "").strip().lower()
        if kind in _SPELT:
            return self._spell()
        if kind not in _READ_AS_WRITTEN:
            known = ", ".join(sorted(_SPELT | _READ_AS_WRITTEN))
            raise self.refusal(f"has say-as {kind[:30]!r}", f"these are read: {known}")
        return self._nothing

    def _spell(self) -> Callable[[], None]:
        """Has the letters and digits in the element said by their names."""
        end = self._say("letters")  # a stand-in: the letters are known at the end
        number, self._spelt = self._n_said, []
        shown = self._spelt

        def spelt() -> None:
            self._spelt = None
            characters = [c.upper() for c in "".join(shown) if c.isalnum()]
            if not characters:
                raise self.refusal("has letters to spell, and none within")
            self.taking.change(number, Say(" ".join(characters), is_spelt=True))
            end()

        return spelt

    def _voice(self, values: Mapping[str, str]) -> Callable[[], None]:
        if not values.get("name", "").strip():
            raise self.refusal("has a voice without a name")
        self._voices.append(name_of(values["name"], self.field, self.here))
        self.taking.direction(Voice(self._voices[-1], where=self.here))
        return self._end_voice

    def _end_voice(self) -> None:
        self._voices.pop()
        self.taking.direction(Voice(self._voices[-1]))

    def _prosody(self, values: Mapping[str, str]) -> Callable[[], None]:
        others = sorted(values.keys() - {"rate"})
        if others:
            names = ", ".join(others)
            self.taking.warn(f"of <prosody> only the rate is obeyed; {names[:60]} is passed over")
        if "rate" not in values:
            return self._nothing
        times = self._rates[-1] * self._rate_of(values["rate"])
        self._rates.append(times_of(f"{times:.4f}", self.field, self.here))
        self.taking.direction(Rate(self._rates[-1]))
        return self._end_prosody

    def _rate_of(self, value: str) -> float:
        change = _CHANGE.fullmatch(value.strip())
        if change is not None:
            percent = float(change["percent"]) * (1 if change["sign"] == "+" else -1)
            value = f"{max(0.0, 100 + percent):g}%"
        return times_of(value, self.field, self.here, RATES)

    def _end_prosody(self) -> None:
        self._rates.pop()
        self.taking.direction(Rate(self._rates[-1]))

    def _mark(self, values: Mapping[str, str]) -> Callable[[], None]:
        if not values.get("name", "").strip():
            raise self.refusal("has a mark without a name")
        self.taking.direction(Mark(values["name"].strip()))
        return self._nothing


_ELEMENTS: dict[str, Callable[[_Ssml, Mapping[str, str]], Callable[[], None]]] = {
    "speak": _Ssml._speak, "p": _Ssml._paragraph, "s": _Ssml._sentence,
    "break": _Ssml._break, "sub": _Ssml._sub, "say-as": _Ssml._say_as,
    "phoneme": _Ssml._phoneme, "voice": _Ssml._voice, "prosody": _Ssml._prosody,
    "mark": _Ssml._mark,
}  # fmt: skip
