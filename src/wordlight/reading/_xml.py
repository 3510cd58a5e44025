"""XML that is parsed safely: no document type, no entities but XML's own."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import InputSource

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from wordlight.errors import InvalidInput


class Document(ContentHandler):
    """Takes in the elements and text of a document, in order.

    ``field`` is the input that holds the document.
    """

    form, preposition = "XML", "at"
    """What messages call the form of the document, and the preposition before a place in it."""

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field
        self._locator: Any = None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Takes in the beginning of an element."""
        raise NotImplementedError

    def end(self, name: str) -> None:
        """Takes in the end of an element."""
        raise NotImplementedError

    def place(self, line: int, column: int) -> str:
        """A place in the document, in words. Lines and columns count from 1."""
        raise NotImplementedError

    def refusal(self, what: str, hint: str = "") -> InvalidInput:
        """An error whose message states what is wrong, where, and what to do."""
        return InvalidInput(self.field, f"{what} {self.preposition} {self.here}", hint)

    @property
    def here(self) -> str:
        """The parser's current line and column, as text for a message."""
        line, column = self._locator.getLineNumber(), self._locator.getColumnNumber()
        return self.place(line or 1, (column or 0) + 1)

    def parse(self, text: str) -> None:
        """Takes in a whole document.

        Raises:
            InvalidInput: The text is not well-formed, or has a document type or entities.
        """
        parser: Any = make_parser()
        parser.forbid_dtd = True
        parser.setFeature(feature_namespaces, False)
        parser.setContentHandler(self)
        source = InputSource()
        source.setCharacterStream(StringIO(text))
        try:
            parser.parse(source)
        except DefusedXmlException:
            reason = f"is {self.form} with a document type or entities"
            raise InvalidInput(self.field, reason, "leave them out") from None
        except SAXParseException as error:
            line, column = error.getLineNumber() or 1, (error.getColumnNumber() or 0) + 1
            where = f"{self.preposition} {self.place(line, column)}"
            reason = f"is no well-formed {self.form}: {error.getMessage()} {where}"
            raise InvalidInput(self.field, reason) from None

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802 - SAX's name
        self._locator = locator

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802
        self.start(name, {key: str(value) for key, value in attrs.items()})

    def endElement(self, name: str) -> None:  # noqa: N802
        self.end(name)
