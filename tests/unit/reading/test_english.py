"""What an English reader says for what is written."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading_score import Case, is_right, read_cases

from wordlight.errors import EmptyText
from wordlight.reading import breaks, read_script, spoken_text
from wordlight.speech import for_g2p

TABLE = read_cases(Path(__file__).parents[2] / "data" / "readings.tsv")
IDS = [case.written for case in TABLE]
ENGLISH = """
Hello, world! | hello world
don't stop | don't stop
well-known and/or | well known and or
$12 | twelve dollars
$1 | one dollar
$12.50 | twelve dollars and fifty cents
$0.99 | ninety nine cents
-$5 | minus five dollars
£5m | five million pounds
€1.5bn | one point five billion euros
$5 million, please | five million dollars please
20€ | twenty euros
50¢ | fifty cents
3.5% | three point five percent
10–20% | ten to twenty percent
1999 | nineteen ninety nine
1905 | nineteen oh five
2024 | twenty twenty four
1990s | nineteen nineties
'80s | eighties
1,250 | one thousand two hundred and fifty
1,000,000 | one million
2nd 21st | second twenty first
March 3, 2024 | march third twenty twenty four
2024-05-06 | may sixth twenty twenty four
7:30 pm | seven thirty P M
7:30pm. | seven thirty P M
7:00 | seven o'clock
7:00 am | seven A M
12:05 | twelve oh five
7pm | seven P M
I am | i am
10-20 | ten to twenty
3/4 | three quarters
1/3 2/3 | one third two thirds
24/7 | twenty four seven
Dr. Smith vs. Mr. Li | doctor smith versus mister li
St. Paul, Main St. | saint paul main street
& | and
No. 5 | number five
He said no. | he said no
60 km/h | sixty kilometers per hour
5kg 1kg | five kilograms one kilogram
20°C | twenty degrees celsius
2.4GHz | two point four gigahertz
-5 +3 #7 | minus five plus three number seven
3.14 .5 | three point one four point five
007 | zero zero seven
555-1234 | five five five one two three four
1.2.3 | one point two point three
U.S.A. | U S A
BBC's GPU, NASA | B B C's G P U nasa
MP3 B2B COVID-19 v2.0 | M P three B two B covid nineteen version two point zero
me@x.org | me at X dot org
(“Quoted,” she said…) | quoted she said
etc. e.g. | et cetera for example
10x 4K | ten X four K
naïve 東京 | naïve 東京
It is 5 €, not $ 5 or £ 7. | it is five euros not five dollars or seven pounds
10 000 people, 1 000 000 more | ten thousand people one million more
I AM SO HAPPY. DO IT NOW! | i am so happy do it now
She works in IT with an LED. | she works in I T with an L E D
AM radio at 9 AM | A M radio at nine A M
He said hello.She left Dr.Smith. | he said hello she left doctor smith
See fig. 3b, born c. 1540. | see figure three B born circa fifteen forty
the 3rd–5th grade | the third to fifth grade
№ 5 at 25℃ in the oﬃce | number five at twenty five degrees celsius in the office
open 9–11, but they won 9–5 | open nine to eleven but they won nine five
from $5-$10 million | from five to ten million dollars
read [the docs](https://example.com/a) | read the docs
""".strip().splitlines()

Speaker = Callable[[str], str]


@pytest.fixture(scope="module")
def phonemes() -> Speaker:
    """What the phoneme front end's G2P makes of a spoken text, without marks, stress and spaces."""
    g2p = pytest.importorskip("hibari.g2p").G2P()
    return lambda text: re.sub(r"[^\w]|[ˈˌ]", "", g2p(for_g2p(text)))


def said(written: str) -> str:
    return " ".join(part for word in read_script(written).words for part in word.said)


def spoken(written: str) -> str:
    words = read_script(written).words
    return spoken_text(words, breaks(words))


@pytest.mark.parametrize("case", ENGLISH)
def test_english_is_read_as_a_reader_would(case: str) -> None:
    written, wanted = case.split(" | ")

    assert said(written) == wanted


@pytest.mark.parametrize("case", TABLE, ids=IDS)
def test_the_table_is_read_as_readers_do(case: Case) -> None:
    assert is_right(said(case.written), case.said), said(case.written)


@pytest.mark.parametrize("case", TABLE, ids=IDS)
def test_the_speaker_is_given_the_same_words_and_nothing_to_read(case: Case) -> None:
    text = spoken(case.written)

    assert is_right(text, case.said), text
    assert re.search(r"[^\w\s.,;:!?'\"“”()—-]|\d", text) is None, text


@pytest.mark.parametrize("case", TABLE, ids=IDS)
def test_the_speaker_says_what_the_aligner_is_told(case: Case, phonemes: Speaker) -> None:
    plain = said(case.written)

    assert phonemes(spoken(case.written)) == phonemes(plain), spoken(case.written)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("George Lucas and Peter Cushing met.", "george lucas and peter cushing met"),
        ("Hepatitis A is back.", "hepatitis eh is back"),
        ("It is Plan A.", "it is plan eh"),
        ("A B-52 flew.", "a bee fifty two flew"),
        ("James L. Hart and Gen Z", "james ell hart and gen zee"),
        ("“Us,” he said, and “plus”.", "us he said and plus"),
        ("WE ARE OPEN ALL DAY, SO COME ON IN.", "we are open all day so come on in"),
        ("He lives in the U.S.A.", "he lives in the you ess eh"),
        ("They drew a fig. It was no. Then", "they drew a fig it was no then"),
    ],
)
def test_the_speakers_own_rules_stay_out_of_it(written: str, plain: str, phonemes: Speaker) -> None:
    assert phonemes(spoken(written)) == phonemes(plain)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(st.sampled_from("0123456789.,:/-–$£€%°+#'’()xkmsthndrpa "), max_size=12),
            st.text(max_size=8),
        ),
        max_size=5,
    ),
    st.sampled_from(["en", "de", "fr", "ja", "xx"]),
)
def test_any_text_is_read_without_failing_and_whatever_is_said_is_a_word(
    parts: list[str], language: str
) -> None:
    text = " ".join(parts)

    try:
        words = read_script(text, language).words
    except EmptyText:
        return

    assert all(word.text.strip() == word.text != "" for word in words)
    assert all(part.split() == [part] for word in words for part in word.said)


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("0123456789.,:/-–$£€%°+#&=@'’()xkmAIVs "), max_size=30))
def test_a_speaker_is_left_no_digit_to_read(text: str) -> None:
    try:
        speakable = spoken(text)
    except EmptyText:
        return

    assert re.search(r"[0-9$£€%°+#&=@]", speakable) is None
