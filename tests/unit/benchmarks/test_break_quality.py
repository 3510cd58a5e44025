"""The scores of benchmarks/subtitles, worked by hand, and that its segmenters lose no word."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from breaks.corpus import Break, Document, Shown, ends_sentence, read_corpus
from breaks.scores import (
    Agreement,
    Conformity,
    WordsDiffer,
    agreement,
    bleu,
    sigma,
    tagged_rows,
    tokens_13a,
)
from breaks.segmenters import Segmenter, greedy, ours, whisperx
from people import captions_of

CORPUS = Path(__file__).parents[3] / "benchmarks" / "subtitles" / "corpus"


def shown(*texts: str) -> list[Shown]:
    """A caption each, a second long, lines apart by " / "."""
    return [
        Shown(tuple(tuple(line.split()) for line in text.split(" / ")), k, k + 1)
        for k, text in enumerate(texts)
    ]


REFERENCE = shown("The cat sat / on the mat.", "It purred.")


def test_boundaries_are_counted_at_their_places() -> None:
    system = shown("The cat / sat on the mat.", "It / purred.")

    assert agreement(REFERENCE, system) == Agreement(3, 4, 2)
    assert agreement(REFERENCE, system, [Break.CAPTION]) == Agreement(2, 2, 2)
    assert agreement(REFERENCE, system, [Break.LINE]) == Agreement(1, 2, 0)


def test_a_line_end_where_a_caption_ends_agrees_only_when_pooled() -> None:
    system = shown("The cat sat", "on the mat. / It purred.")

    assert agreement(REFERENCE, system) == Agreement(3, 3, 3)
    assert agreement(REFERENCE, system, [Break.CAPTION]) == Agreement(2, 2, 1)


def test_f1_is_the_harmonic_mean() -> None:
    counts = Agreement(3, 4, 2)

    assert counts.precision == 0.5
    assert counts.recall == pytest.approx(2 / 3)
    assert counts.f1 == pytest.approx(4 / 7)


def test_nothing_in_common_is_zero_and_no_error() -> None:
    assert Agreement(2, 0, 0).f1 == 0.0
    assert Agreement(0, 2, 0).recall == 0.0


def test_counts_of_documents_add_up() -> None:
    assert Agreement(3, 4, 2) + Agreement(1, 1, 1) == Agreement(4, 5, 3)


def test_other_words_are_not_scored() -> None:
    with pytest.raises(WordsDiffer):
        agreement(REFERENCE, shown("The cat sat on the mat.", "It purrs."))


def test_a_row_is_a_sentence_of_the_reference() -> None:
    system = shown("The cat sat on the mat. It purred.")

    assert list(tagged_rows(REFERENCE, system)) == [
        ("The cat sat µ on the mat. §", "The cat sat on the mat."),
        ("It purred. §", "It purred. §"),
    ]


def test_a_sentence_that_ends_inside_a_caption_ends_no_row() -> None:
    two_in_one = shown("It slept. It woke.", "Then", "it ate.")

    assert [row for row, _ in tagged_rows(two_in_one, two_in_one)] == [
        "It slept. It woke. §",
        "Then § it ate. §",
    ]


def test_bleu_is_the_mean_of_four_precisions() -> None:
    # 7 of 7 words; "The cat", "black .", ". §" of 6 pairs; "black . §" of 5; none of 4 fours, which
    # "exp" smoothing takes for half of one. sacrebleu 2.6.0 has 33.437.
    score, brevity = bleu(["The cat is µ black. §"], ["The cat µ is black. §"])

    assert score == pytest.approx((1 * 3 / 6 * 1 / 5 * 0.5 / 4) ** 0.25)
    assert brevity == 1.0


def test_a_shorter_text_pays_bleu_s_brevity_penalty() -> None:
    score, brevity = bleu(["one two three four"], ["one two three four five"])

    assert score == brevity == pytest.approx(math.exp(1 - 5 / 4))


def test_sigma_of_the_same_breaks_is_a_hundred() -> None:
    assert sigma(tagged_rows(REFERENCE, REFERENCE)) == pytest.approx(100)


def test_sigma_leaves_out_the_brevity_penalty() -> None:
    # One tag less: of 5, 4, 3, 2 n-grams those match that do not span the lost µ.
    rows = [("a b µ c d §", "a b c d §")]

    assert sigma(rows) == pytest.approx(100 * (5 / 5 * 3 / 4 * 1 / 3 * 0.5 / 2) ** 0.25)


def test_a_line_end_in_place_of_a_caption_end_costs_sigma() -> None:
    right = sigma(tagged_rows(REFERENCE, shown("The cat sat / on the mat.", "It purred.")))
    swapped = sigma(tagged_rows(REFERENCE, shown("The cat sat", "on the mat.", "It purred.")))

    assert swapped < right


def test_tokens_keep_numbers_and_apostrophes_whole() -> None:
    assert tokens_13a('"It\'s 1,000.5 -- no?" §') == [
        '"',
        "It's",
        "1,000.5",
        "--",
        "no",
        "?",
        '"',
        "§",
    ]


def test_conformity_counts_lines_and_captions() -> None:
    captions = [
        Shown((("x" * 42,), ("y" * 43,)), 0.0, 5.0),
        Shown((("a",), ("b",), ("c",)), 5.0, 6.0),
        Shown((("z" * 21,),), 6.0, 7.0),
    ]

    assert Conformity.of(captions) == Conformity(5 / 6, 2 / 3, 2 / 3)


def test_words_share_a_caption_s_time_by_length_and_a_short_gap_is_no_pause() -> None:
    captions = (
        Shown((("ab", "abcde"),), 0.0, 0.9),
        Shown((("abc",),), 1.0, 2.0),
        Shown((("d",),), 3.0, 4.0),
    )
    document = Document("en-x", "en", captions)

    def times(*, pauses: bool) -> list[tuple[float, float]]:
        return [(round(w.start_s, 6), round(w.end_s, 6)) for w in document.spoken(pauses=pauses)]

    assert times(pauses=True) == [(0.0, 0.333333), (0.333333, 1.0), (1.0, 2.0), (3.0, 4.0)]
    assert times(pauses=False) == [(0.0, 0.333333), (0.333333, 1.0), (1.0, 2.0), (2.0, 3.0)]


def test_sentences_end_at_stops_but_not_at_titles() -> None:
    ends = [ends_sentence(word) for word in ("home.", 'why?"', "Mr.", "well,", "end”")]

    assert ends == [True, True, False, False, False]


def test_every_caption_of_the_corpus_keeps_to_the_limits() -> None:
    documents = read_corpus(CORPUS / "dev") + read_corpus(CORPUS / "held_out")

    assert len(documents) == 21
    for document in documents:
        assert Conformity.of(document.captions) == Conformity(1.0, 1.0, 1.0), document.name


def test_every_short_caption_of_the_corpus_keeps_to_the_limits_of_shorts() -> None:
    documents = read_corpus(CORPUS / "shorts" / "dev") + read_corpus(CORPUS / "shorts" / "held_out")
    captions = [caption for document in documents for caption in document.captions]

    assert len(captions) == 322
    assert all(len(caption.words) <= 4 and len(caption.lines) <= 2 for caption in captions)
    assert max(len(" ".join(line)) for caption in captions for line in caption.lines) <= 16


def test_people_s_captions_are_read_without_speakers_and_sounds() -> None:
    srt = "".join(
        f"{k}\n00:00:{k:02},000 --> 00:00:{k:02},900\n{text}\n\n"
        for k, text in enumerate(["Collins-Sussman:\nSo come [laughs] see.", "[applause]"] * 29)
    )

    said = captions_of(srt + srt, 32)

    assert [event.plaintext for event in said[:2]] == ["So come  see.", "So come  see."]
    assert captions_of(srt + srt, 8) == []


@pytest.mark.parametrize("make", [lambda: ours, lambda: greedy(42), lambda: whisperx(42, 10)])
def test_segmenters_give_back_every_word(make: Callable[[], Segmenter]) -> None:
    document = Document.read(CORPUS / "held_out" / "en-elephants-dream.srt")

    captions = make()(document.spoken(), document.language)

    given = [word.text for word in document.spoken()]
    assert [word for caption in captions for word in caption.words] == given


def test_the_greedy_one_fills_lines_and_stops_at_sentences() -> None:
    document = Document("en-x", "en", tuple(shown("aa bb cc", "dd ee. ff")))

    captions = greedy(5)(document.spoken(), "en")

    assert [caption.lines for caption in captions] == [
        (("aa", "bb"), ("cc", "dd")),
        (("ee.",),),
        (("ff",),),
    ]
