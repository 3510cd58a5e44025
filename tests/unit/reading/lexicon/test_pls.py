"""Lexicons in PLS: what is read, and what is refused fast."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from processor_time import least_s

from wordlight.errors import InvalidInput, WordlightError
from wordlight.reading.lexicon import Entry, is_pls, parse_lexicon, parse_pls, parse_text

# The example of the recommendation's section 4.9.3, with an alias and the element that it lacks.
PLS = """\
<?xml version="1.0" encoding="UTF-8"?>
<lexicon version="1.0"
      xmlns="http://www.w3.org/2005/01/pronunciation-lexicon"
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
      xsi:schemaLocation="http://www.w3.org/2005/01/pronunciation-lexicon pls.xsd"
      alphabet="ipa" xml:lang="en-US">
  <meta name="author" content="W3C"/>
  <metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <phoneme>not one</phoneme></rdf:RDF></metadata>
  <lexeme>
    <grapheme>huge</grapheme>
    <phoneme>hjuːdʒ</phoneme>
    <phoneme prefer="true">juːdʒ</phoneme>
  </lexeme>
  <lexeme role="noun">
    <grapheme>theater</grapheme>
    <grapheme>theatre</grapheme>
    <phoneme>ˈθɪətər</phoneme>
    <example>He went to the theatre.</example>
  </lexeme>
  <lexeme>
    <grapheme>W3C</grapheme>
    <alias>World Wide
      Web Consortium</alias>
  </lexeme>
  <lexeme><grapheme>huge</grapheme><alias>second</alias></lexeme>
</lexicon>
"""


def document(inside: str, attributes: str = 'alphabet="ipa"') -> str:
    return f"<lexicon {attributes}><lexeme>{inside}</lexeme></lexicon>"


def test_lexemes_become_entries_and_the_preferred_pronunciation_is_taken() -> None:
    found = parse_lexicon("\ufeff\n" + PLS)

    assert found.entries == (
        Entry("huge", phonemes="juːdʒ"),
        Entry("theater", phonemes="ˈθɪətər"),
        Entry("theatre", phonemes="ˈθɪətər"),
        Entry("W3C", "World Wide Web Consortium"),
    )
    assert found.language == "en"


def test_both_forms_of_one_lexicon_say_the_same() -> None:
    pls = document("<grapheme>AT&amp;T</grapheme><alias>A T and T</alias>")

    assert parse_pls(pls) == parse_text("AT&T = A T and T")
    assert is_pls(pls)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<lexicon>", "is no well-formed PLS: no element found in line 1"),
        ("<speak>So.</speak>", "has <speak> where PLS has none in line 1"),
        ("<lexicon><lexicon/></lexicon>", "has <lexicon> where PLS has none"),
        ("<lexicon>\n<grapheme>a</grapheme></lexicon>", "where PLS has none in line 2"),
        (document("<grapheme>a</grapheme>"), "has a lexeme without a grapheme, or that tells"),
        (document("<alias>a</alias>"), "has a lexeme without a grapheme"),
        (
            document("<grapheme>a</grapheme><phoneme>a</phoneme>", 'alphabet="x-sampa"'),
            "has phonemes in 'x-sampa' in line 1\n→ give them in ipa",
        ),
        (
            document("<grapheme>a</grapheme><phoneme alphabet='x-arpabet'>AH</phoneme>"),
            "has phonemes in 'x-arpabet'",
        ),
        (document("<grapheme>a=b</grapheme><alias>b</alias>"), "has 'a=b' in line 1; no word"),
        (document("<grapheme>a</grapheme><alias>no #1</alias>"), "write what is said for #"),
        (document("<grapheme>a</grapheme><alias> </alias>"), "for which nothing is said"),
        (document("<grapheme>a</grapheme><alias>b</alias>", 'xml:lang="?"'), "the language '?'"),
        (document("<grapheme>a<b/></grapheme><alias>b</alias>"), "has <b> where PLS has none"),
    ],
)
def test_what_is_no_lexicon_is_refused_with_its_line(text: str, says: str) -> None:
    with pytest.raises(InvalidInput, match="LEXICON") as caught:
        parse_pls(text)

    assert says in caught.value.told


LAUGHS = '<!DOCTYPE lexicon [<!ENTITY a "ha">{}]><lexicon>&z;</lexicon>'.format(
    "".join(
        f'<!ENTITY {after} "{f"&{before};" * 10}">'
        for before, after in zip("abcdefgh", "bcdefghz", strict=True)
    )
)


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS,
        '<!DOCTYPE lexicon SYSTEM "file:///etc/passwd"><lexicon/>',
        '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><lexicon>&x;</lexicon>',
        "<lexicon><metadata>" + "<a>" * 100_000,
        "<lexicon" + "".join(f' a{n}="b"' for n in range(100_000)),
        "<lexicon><!--" + "-" * 1_000_000,
        "<lexicon>&a;</lexicon>",
        "<" * 1_000_000,
    ],
    ids=["laughs", "system", "external", "deep", "attributes", "comment", "entity", "open"],
)
def test_an_attack_is_refused_at_once(text: str) -> None:
    def refuse(number: int) -> None:
        with pytest.raises(InvalidInput, match="LEXICON") as caught:
            parse_lexicon(" " * number + text)
        assert "root:" not in str(caught.value)

    assert least_s(refuse) < 1.0


_TAGS = st.sampled_from(
    ["<lexicon>", "</lexicon>", "<lexeme>", "</lexeme>", "<grapheme>", "</grapheme>", "<alias>",
     "</alias>", "<phoneme alphabet='ipa'>", "</phoneme>", "<example>", "</example>", "<meta/>",
     "&amp;", "a", "ˈɑː", " ", "<!--", "-->", "<![CDATA[", "]]>"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(_TAGS | st.text(max_size=5), max_size=30).map("".join))
def test_any_markup_is_a_lexicon_or_is_refused_by_field(text: str) -> None:
    said = "LEXICON"
    try:
        parse_pls(f"<lexicon>{text}</lexicon>")
    except WordlightError as error:
        said = str(error)

    assert said.startswith("LEXICON")
