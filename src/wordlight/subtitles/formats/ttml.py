"""TTML 2 in the IMSC 1.1 text profile, written with the standard library's XML writer.

The known libraries do less. pysubs2 writes no profile, no region and no word times; ttconv converts
between formats and repeats every style on every element. A timed ``span`` is no use for word times:
text outside its time is not laid out, so the line would jump. So a ``set`` colours each word during
its time, and the text stays in place.

Source: https://www.w3.org/TR/ttml-imsc1.1/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree

from wordlight.contract import Colour
from wordlight.subtitles._caption import Caption
from wordlight.subtitles._clock import clock
from wordlight.subtitles.formats._lines import lines_of
from wordlight.subtitles.formats._presentation import Presentation
from wordlight.subtitles.formats._spotlight import Spotlight, spotlights
from wordlight.subtitles.formats._text_area import text_area
from wordlight.subtitles.languages import Language
from wordlight.subtitles.looks import Canvas, Look
from wordlight.subtitles.typefaces import css_families, css_weight
from wordlight.subtitles.typesetting import Typesetter, display_text

PROFILE = "http://www.w3.org/ns/ttml/profile/imsc1.1/text"
MOST_OUTLINE_PERCENT = 10.0
"""The widest outline, in percent of the font size. Source: IMSC 1.1, 8.4.10,
#textOutline-unblurred."""
BOLD_WEIGHT = 600
"""The lowest weight that is written as bold: TTML has no numeric weights."""
CELL_COLUMNS, CELL_ROWS = 32, 15
"""TTML's default cells. The initial font size is the height of one cell."""

_NAMESPACES = {
    "xmlns": "http://www.w3.org/ns/ttml",
    "xmlns:ttp": "http://www.w3.org/ns/ttml#parameter",
    "xmlns:tts": "http://www.w3.org/ns/ttml#styling",
    "xmlns:itts": "http://www.w3.org/ns/ttml/profile/imsc1#styling",
    "xmlns:ebutts": "urn:ebu:tt:style",
}
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_Element = ElementTree.Element


def write(presentation: Presentation) -> str:
    """The captions as a TTML document, one ``p`` each. U+FFFD replaces what XML cannot hold."""
    look, canvas, language = presentation.lit_look, presentation.canvas, presentation.language
    root = _Element(
        "tt",
        {
            **_NAMESPACES,
            "xml:lang": language.tag,
            "xml:space": "preserve",
            "ttp:timeBase": "media",
            "ttp:contentProfiles": PROFILE,
            "ttp:cellResolution": f"{CELL_COLUMNS} {CELL_ROWS}",
            "tts:extent": f"{canvas.width}px {canvas.height}px",
        },
    )
    head = ElementTree.SubElement(root, "head")
    styling = ElementTree.SubElement(head, "styling")
    for name, style in _styles(look, canvas, language).items():
        ElementTree.SubElement(styling, "style", {"xml:id": name, **style})
    layout = ElementTree.SubElement(head, "layout")
    ElementTree.SubElement(layout, "region", {"xml:id": "area", **_region(look, canvas)})
    body = ElementTree.SubElement(root, "body", {"style": "text", "region": "area"})
    division = ElementTree.SubElement(body, "div")
    ElementTree.indent(root)
    typesetter = Typesetter(look, canvas)
    for caption in presentation.captions:  # not indented: white space in it is text
        division.append(_paragraph(caption, look, typesetter, presentation.lights_up))
    xml = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}\n'


def _styles(look: Look, canvas: Canvas, language: Language) -> dict[str, dict[str, str]]:
    em_px = look.em
    families = ", ".join(f'"{family}"' for family in css_families(look.font))
    text = {
        "tts:fontFamily": f"{families}, proportionalSansSerif",
        "tts:fontSize": _percent(em_px * CELL_ROWS / canvas.height),
        "tts:color": _hex(look.secondary),
        "tts:textAlign": ("left", "center", "right")[(look.alignment - 1) % 3],
    }
    if css_weight(look.font, look.bold) >= BOLD_WEIGHT:
        text["tts:fontWeight"] = "bold"
    if look.italic:
        text["tts:fontStyle"] = "italic"
    if language.is_right_to_left:
        text["tts:direction"] = "rtl"
    if not look.box:
        width = min(100 * look.outline / em_px, MOST_OUTLINE_PERCENT)
        text["tts:textOutline"] = f"{_hex(look.outline_colour)} {width:.3g}%"
        return {"text": text}
    text["itts:fillLineGap"] = "true"
    text["ebutts:linePadding"] = f"{look.outline * CELL_ROWS / canvas.height:.3g}c"
    return {"text": text, "words": {"tts:backgroundColor": _hex(look.back_colour)}}


def _region(look: Look, canvas: Canvas) -> Mapping[str, str]:
    area = text_area(look, canvas)
    return {
        "tts:origin": f"{area.left:g}% {area.top:g}%",
        "tts:extent": f"{area.right - area.left:g}% {area.bottom - area.top:g}%",
        "tts:displayAlign": ("after", "center", "before")[(look.alignment - 1) // 3],
    }


def _paragraph(caption: Caption, look: Look, typesetter: Typesetter, lights_up: bool) -> _Element:
    times = {"begin": clock(caption.start_ms), "end": clock(caption.end_ms)}
    paragraph = _Element("p", times)
    size = typesetter.size(lines_of(caption, look))
    if size != look.size:
        paragraph.set("tts:fontSize", _percent(size / look.size))
    lit = {state.word: state for state in (spotlights(caption) if lights_up else ())}
    rows = ElementTree.SubElement(paragraph, "span", {"style": "words"} if look.box else {})
    index = 0
    for number, line in enumerate(caption.lines):
        if number:
            ElementTree.SubElement(rows, "br")
        for word, space in zip(line.words, line.glue, strict=True):
            element = ElementTree.SubElement(rows, "span")
            element.tail = space
            text = _NOT_XML.sub("\ufffd", display_text(word.text, look))
            if index in lit:
                _light(element, lit[index], caption.start_ms, look).tail = text
            else:
                element.text = text
            index += 1
    paragraph.tail = "\n"
    return paragraph


def _light(element: _Element, state: Spotlight, start_ms: int, look: Look) -> _Element:
    """Adds the ``set`` elements that light a word, and returns the last one.

    Their times count from the caption's start.
    """
    times = {"begin": clock(state.start_ms - start_ms), "end": clock(state.end_ms - start_ms)}
    if look.word_box.opacity:
        box = {**times, "tts:backgroundColor": _hex(look.word_box)}
        ElementTree.SubElement(element, "set", box)
    return ElementTree.SubElement(element, "set", {**times, "tts:color": _hex(look.primary)})


def _hex(colour: Colour) -> str:
    return f"#{colour.red:02x}{colour.green:02x}{colour.blue:02x}{colour.opacity:02x}"


def _percent(share: float) -> str:
    return f"{100 * share:.4g}%"
