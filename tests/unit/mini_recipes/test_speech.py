"""The embedding that training takes apart, the table that upstream's network reads, its export."""

from pathlib import Path

import torch
from f5_tts.model import CFM, DiT
from mini.pitched_embedding import PitchedEmbedding
from mini.speakers import N_PHONEMES
from mini.speech import export

from wordlight.speech import N_PITCH_STEPS
from wordlight.speech.flow import load_transformer


def pitched_embedding() -> PitchedEmbedding:
    torch.manual_seed(0)
    embedding = PitchedEmbedding(8)
    torch.nn.init.normal_(embedding.pitch.weight)
    return embedding


def test_the_exported_table_embeds_as_the_parts_do() -> None:
    embedding = pitched_embedding()
    ids = torch.arange(N_PHONEMES * (1 + N_PITCH_STEPS) + 1)
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


def test_what_is_exported_is_served_but_for_the_rounding(tmp_path: Path) -> None:
    torch.manual_seed(0)
    sizes = {
        "dim": 64,
        "depth": 1,
        "heads": 1,
        "text_dim": 8,
        "conv_layers": 1,
        "mel_dim": 100,
        "text_num_embeds": N_PHONEMES * (1 + N_PITCH_STEPS),
    }
    model = CFM(transformer=DiT(**sizes))
    whole = model.transformer.state_dict()
    model.transformer.text_embed.text_embed = pitched_embedding()
    whole["text_embed.text_embed.weight"] = PitchedEmbedding.table(
        *pitched_embedding().state_dict().values()
    )

    export(model.state_dict(), tmp_path)

    path = tmp_path / "model.safetensors"
    served = load_transformer(path, sizes, 100, "cpu").state_dict()
    n_numbers = sum(value.numel() for value in served.values())
    assert path.stat().st_size < 1.4 * n_numbers
    for name, value in served.items():
        step = whole[name].abs().max() / 127
        assert (value - whole[name]).abs().max() <= 0.57 * step, name  # 0.06 of float16
