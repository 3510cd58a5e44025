"""What is said for what is written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordlight.alignment.verbalise import verbalise
from wordlight.words import split_words

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
2024-05-06 | twenty twenty four five six
7:30 pm | seven thirty p m
7:30pm. | seven thirty p m
7:00 | seven o'clock
7:00 am | seven a m
12:05 | twelve oh five
7pm | seven p m
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
U.S.A. | u s a
BBC's GPU, NASA | b b c's g p u nasa
MP3 B2B COVID-19 v2.0 | m p three b two b covid nineteen v two point zero
me@x.org | me at x dot org
(“Quoted,” she said…) | quoted she said
etc. e.g. | et cetera for example
10x 4K | ten times four thousand
naïve 東京 | naïve 東京
""".strip().splitlines()


@pytest.mark.parametrize("case", ENGLISH)
def test_english_is_read_as_a_reader_would(case: str) -> None:
    written, spoken = case.split(" | ")

    said = verbalise(split_words(written))

    assert " ".join(" ".join(word) for word in said) == spoken


@pytest.mark.parametrize(
    ("language", "written", "spoken"),
    [
        ("de", "3,5 % & 1.250 €", "drei komma fünf prozent und eintausendzweihundertfünfzig euro"),
        ("fr", "l'an 21", "l'an vingt et un"),
        ("es", "€20", "veinte euros"),
        ("ru", "12 слов", "двенадцать слов"),
        ("xx", "12 words", "12 words"),
    ],
)
def test_other_languages_read_their_numbers(language: str, written: str, spoken: str) -> None:
    said = verbalise(split_words(written), language)

    assert " ".join(" ".join(word) for word in said) == spoken


@settings(max_examples=400, deadline=None)
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
def test_any_text_is_read_without_failing_one_item_per_word(
    parts: list[str], language: str
) -> None:
    words = split_words(" ".join(parts))

    said = verbalise(words, language)

    assert len(said) == len(words)
    assert all(part and not part.isspace() for word in said for part in word)
