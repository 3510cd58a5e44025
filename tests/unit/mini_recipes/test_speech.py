"""The embedding that training takes apart, and the table that upstream's network reads."""

import torch
from mini.pitched_embedding import PitchedEmbedding
from mini.speakers import N_PHONEMES

from wordlight.speech import pitch


def pitched_embedding() -> PitchedEmbedding:
    torch.manual_seed(0)
    embedding = PitchedEmbedding(8)
    torch.nn.init.normal_(embedding.pitch.weight)
    return embedding


def test_the_exported_table_embeds_as_the_parts_do() -> None:
    embedding = pitched_embedding()
    ids = torch.arange(N_PHONEMES * (1 + pitch.N_STEPS) + 1)
    table = PitchedEmbedding.table(embedding.phoneme.weight, embedding.pitch.weight)
    torch.testing.assert_close(table, embedding(ids))


def test_a_table_comes_apart_into_what_it_was_made_of() -> None:
    embedding = pitched_embedding()
    table = PitchedEmbedding.table(embedding.phoneme.weight, embedding.pitch.weight)
    other = PitchedEmbedding(8)
    other.load_table(table)
    torch.testing.assert_close(other.phoneme.weight, embedding.phoneme.weight)
    torch.testing.assert_close(other.pitch.weight, embedding.pitch.weight)


def test_a_table_of_phonemes_alone_leaves_the_pitches_as_they_are() -> None:
    embedding, table = PitchedEmbedding(8), torch.randn(N_PHONEMES + 1, 8)
    pitches = embedding.pitch.weight.clone()

    embedding.load_table(table)

    assert torch.equal(embedding.phoneme.weight, table)
    assert torch.equal(embedding.pitch.weight, pitches)


def test_near_pitches_have_near_vectors_from_the_start() -> None:
    vectors = PitchedEmbedding(256).pitch.weight
    away = torch.cdist(vectors, vectors)[28]

    assert (away[28:40].diff() > 0).all()
    assert vectors.std() > 0.3
