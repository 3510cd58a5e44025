"""The colours that a picture's numbers stand for, and the filters that convert them for a film."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

UNKNOWN = "unknown"
HDR = ("smpte2084", "arib-std-b67")
"""The transfer functions of HDR: PQ and HLG."""
HDR_MATRIX, HDR_PRIMARIES = "bt2020nc", "bt2020"
"""The matrix and the primaries of HDR that names none."""
WHITE_NITS, BRIGHTEST_NITS = 203, 10_000
"""The light of white paper in HDR (Source: ITU-R BT.2408), and the most light that PQ can code."""
KNEE = 0.5
"""Share of that white up to which HDR stays the same in SDR; brighter light is compressed."""
TONE_MAPPERS = ("zscale", "tonemap")
"""The filters that the conversion to SDR needs."""

BT709 = "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
"""Tags the film with the colours that most players assume."""
_TO_SDR = (
    f"zscale=t=linear:npl={WHITE_NITS},format=gbrpf32le,zscale=p=bt709,"
    f"tonemap=mobius:param={KNEE}:peak={BRIGHTEST_NITS / WHITE_NITS:.2f}:desat=0,"
    f"zscale=t=bt709:m=bt709:r=tv,format=yuv420p,{BT709},sidedata=mode=delete"
)
"""Converts HDR to SDR, and removes the data on how bright the screen of the HDR pictures was."""
_SCALES_NAMES = {
    "bt709": "bt709",
    "fcc": "fcc",
    "bt470bg": "bt470",
    "smpte170m": "smpte170m",
    "smpte240m": "smpte240m",
    "bt2020nc": "bt2020",
}
"""Matrices that ffmpeg's `scale` can convert to, with its names for them."""

_HEADER = re.compile(
    r"Stream #0:\d+.*: Video: (?!.*\(attached pic\)).*?, \w+(?:\(([^)]*)\))?, \d+x\d+"
)
_FRAME = re.compile(r"color_range:(\S+) color_space:(\S+) color_primaries:(\S+) color_trc:(\S+)")
_NAME = re.compile(r"(?!reserved)[a-z0-9-]+")
_FORMAT = re.compile(r" fmt:(\S+) ")
_RGB = re.compile(r"pal8|(?:x2|0)?(?:rgb|bgr)|gbr|argb|abgr")
_PARAMETERS = ("range", "colorspace", "color_primaries", "color_trc")


@dataclass(frozen=True, slots=True)
class Tags:
    """Range, matrix, primaries and transfer in ffmpeg's words; `UNKNOWN` if there is no tag."""

    range: str = UNKNOWN
    matrix: str = UNKNOWN
    primaries: str = UNKNOWN
    transfer: str = UNKNOWN

    def __or__(self, other: Tags) -> Tags:
        """These tags; an unknown one is taken from the other tags."""
        pairs = zip(self._values(), other._values(), strict=True)
        return Tags(*(theirs if own == UNKNOWN else own for own, theirs in pairs))

    def less(self, other: Tags) -> Tags:
        """These tags; a tag for which ``other`` has a value becomes unknown."""
        pairs = zip(self._values(), other._values(), strict=True)
        return Tags(*(own if theirs == UNKNOWN else UNKNOWN for own, theirs in pairs))

    def filters(self) -> list[str]:
        """The filter that sets the tags on each picture; empty if none is known.

        >>> Tags(range="tv", transfer="smpte2084").filters()
        ['setparams=range=tv:color_trc=smpte2084']
        """
        named = zip(_PARAMETERS, self._values(), strict=True)
        known = ":".join(f"{name}={value}" for name, value in named if value != UNKNOWN)
        return [f"setparams={known}"] if known else []

    def _values(self) -> tuple[str, ...]:
        return tuple(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True, slots=True)
class Colours:
    """The colour tags of a video or a still: of its pictures, and of the file around them."""

    own: Tags
    around: Tags
    is_rgb: bool

    @classmethod
    def read(cls, log: str) -> Colours:
        """The colours of a file, from ffmpeg's log with `showinfo` on its first picture."""
        header, frame, pixels = _HEADER.search(log), _FRAME.search(log), _FORMAT.search(log)
        return cls(
            own=_named(*frame.groups()) if frame else Tags(),
            around=_tags(header[1] or "") if header else Tags(),
            is_rgb=pixels is not None and _RGB.match(pixels[1]) is not None,
        )

    @property
    def is_hdr(self) -> bool:
        """Whether the picture is PQ or HLG, which can be brighter than a film of eight bits."""
        return (self.own | self.around).transfer in HDR

    def to_film(self, scale: str, *, is_tone_mapped: bool) -> str:
        """Filters that convert these colours to eight bits, and set tags that fit the result.

        ``scale`` is the scale filter that has to be among them. All pictures are taken to have the
        colours of the first, because a film has only one set of tags. HDR becomes SDR if
        ``is_tone_mapped``.
        """
        known = self.own | self.around
        if self.is_hdr:
            known |= Tags("pc", "gbr") if self.is_rgb else Tags("tv", HDR_MATRIX)
            known |= Tags(primaries=HDR_PRIMARIES)
        if self.is_hdr and is_tone_mapped:
            return ",".join([scale, *known.filters(), _TO_SDR])
        if self.is_rgb:
            known = Tags("pc", "bt709") | known | Tags(primaries="bt709", transfer="bt709")
        options = "out_range=tv"
        if name := _SCALES_NAMES.get(known.matrix):
            options += f":out_color_matrix={name}"
        wanted = Tags("tv", known.matrix if name else UNKNOWN, known.primaries, known.transfer)
        unsaid = Tags() if self.is_rgb else known.less(self.own)
        return ",".join(
            [*unsaid.filters(), f"{scale}:{options}", "format=yuv420p", *wanted.filters()]
        )


def _named(*words: str) -> Tags:
    """The tags of these names; a tag for which ffmpeg has only a number is unknown."""
    return Tags(*(word if _NAME.fullmatch(word) else UNKNOWN for word in words))


def _tags(listed: str) -> Tags:
    """The tags in the words that ffmpeg writes after a stream's pixel format.

    >>> _tags("tv, bt2020nc/bt2020/smpte2084, progressive")
    Tags(range='tv', matrix='bt2020nc', primaries='bt2020', transfer='smpte2084')
    >>> _tags("pc, bt709").primaries
    'bt709'
    """
    tags = Tags()
    for word in listed.split(", "):
        if word in ("tv", "pc"):
            tags |= Tags(range=word)
        elif word.count("/") == 2:
            tags |= _named(UNKNOWN, *word.split("/"))
        elif word in _SCALES_NAMES:
            tags |= Tags(UNKNOWN, word, word, word)
    return tags
