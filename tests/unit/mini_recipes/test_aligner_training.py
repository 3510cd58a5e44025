"""The aligner's training: what a row says, what a deck deals, and that a cut run goes on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

import torch
from mini.aligner import Training, make_batch
from mini.aligner_recipe import Recipe, Stage
from mini.augment import BREAK_ID, VOCABULARY, Deck, Row, Utterance, pack, resampled, spoil
from mini.clips import Clip
from mini.letters import LetterAligner, sounding

UNIT_SAMPLES = 600
A_ID, B_ID, SPACE_ID = 43, 44, 16


@pytest.fixture
def clip() -> Clip:
    """Two words, "ab ba", of half-second letters; silence before and after."""
    rng = np.random.default_rng(0)
    ids = np.array([0, A_ID, B_ID, SPACE_ID, B_ID, A_ID, 0], np.uint8)
    units = np.array([10, 20, 20, 2, 20, 20, 10])
    edges = np.concatenate([[0], np.cumsum(units)]) * UNIT_SAMPLES
    loud = np.zeros(edges[-1])
    loud[edges[1] : edges[6]] = rng.standard_normal(edges[6] - edges[1])
    wave = np.round(loud * 3000).astype(np.int16)
    return Clip("ab ba", "heart", False, False, wave, ids, edges.astype(np.int32))


@pytest.fixture
def utterance(clip: Clip) -> Utterance:
    words = [(word.text, sounding(clip, word)[0]) for word in clip.words()]
    return Utterance.of(clip, LetterAligner(words))


@pytest.fixture
def recipe() -> Recipe:
    """The project's, with a network small enough for a test."""
    read = Recipe.read()
    small = {
        "conv_dim": (8,) * 7,
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 16,
        "num_conv_pos_embeddings": 8,
        "num_conv_pos_embedding_groups": 2,
    }
    return replace(
        read,
        batch_s=2.5,
        row_lengths_s=(2.5,),
        row_shares=(1.0,),
        log_every_updates=1,
        save_every_updates=2,
        n_test_batches=1,
        architecture=MappingProxyType(dict(read.architecture) | small),
    )


def test_a_word_is_spelt_where_it_is_heard_and_broken_where_it_ends(utterance: Utterance) -> None:
    spelt = [VOCABULARY[token] for token in utterance.tokens]

    assert spelt == ["a", "b", "|", "b", "a", "|"]
    assert np.allclose(np.diff(utterance.onsets_s), [0.5, 0.518, 0.0, 0.532, 0.5], atol=0.02)


def test_speed_moves_the_onsets_with_the_sound(utterance: Utterance) -> None:
    audio, onsets = resampled(utterance, 4, 5)

    assert len(audio) / 16_000 == pytest.approx(utterance.length_s * 1.2, abs=0.001)
    assert np.allclose(onsets, utterance.onsets_s * 1.2)


def test_a_row_labels_each_token_once_in_order() -> None:
    tokens = np.array([4, 5, BREAK_ID, 6, BREAK_ID])
    row = Row(np.zeros(16_000, np.float32), tokens, np.array([0.1, 0.101, 0.3, 0.3, 0.5]))

    labels = row.frame_labels()

    assert labels[labels > 0].tolist() == tokens.tolist()
    assert labels[5] == 4  # the word's beginning keeps its frame, and so does the next one's
    assert labels[15] == 6


def test_a_deck_deals_by_shares_whatever_the_sources_sizes(utterance: Utterance) -> None:
    rare = replace(utterance, first_sample=1)
    deck = Deck.of([([utterance] * 50, 0.25), ([rare], 0.75)])

    rng = np.random.default_rng(0)
    n_rare = sum(deck.draw(rng) is rare for _ in range(2000))

    assert n_rare == pytest.approx(1500, abs=80)


def test_a_row_has_its_length_its_peak_and_the_words_that_fit(
    utterance: Utterance, recipe: Recipe
) -> None:
    rng = np.random.default_rng(3)

    row = pack(Deck.of([([utterance], 1.0)]), 8.0, recipe.spoiling, rng)
    spoilt = spoil(row.audio, recipe.spoiling, rng)

    assert spoilt.shape == (128_000,)
    assert -30 <= 20 * np.log10(np.abs(spoilt).max()) <= 1e-4
    assert len(row.tokens) % len(utterance.tokens) == 0
    assert np.all(np.diff(row.onsets_s) >= 0)


def test_the_same_update_has_the_same_batch(utterance: Utterance, recipe: Recipe) -> None:
    deck = Deck.of([([utterance], 1.0)])

    first, again, other = (make_batch(deck, recipe, (0, 0, update)) for update in (7, 7, 8))

    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[0], other[0])


def test_a_run_that_was_cut_ends_with_the_weights_of_one_that_was_not(
    utterance: Utterance, recipe: Recipe, tmp_path: Path
) -> None:
    deck = Deck.of([([utterance], 1.0)])
    stage = Stage(4, 1, 1e-3, 1, {})
    whole = Training(recipe, stage, _folder(tmp_path / "whole"), None)
    whole.run(deck, deck, rank=0)

    cut = Training(recipe, stage, _folder(tmp_path / "cut"), None)
    with pytest.raises(KeyboardInterrupt):
        _cut_after(cut, 3).run(deck, deck, rank=0)
    resumed = Training(recipe, stage, tmp_path / "cut", None)
    resumed.resume()
    assert resumed.update == 2
    resumed.run(deck, deck, rank=0)

    for a, b in zip(whole.model.parameters(), resumed.model.parameters(), strict=True):
        assert torch.equal(a, b)
    for out in (whole.out, resumed.out):
        lines = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
        assert [line["step"] for line in lines if "loss" in line] == [1, 2, 3, 4]
        assert (out / "export" / "model.safetensors").is_file()


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _cut_after(training: Training, updates: int) -> Training:
    """The run, killed after so many updates."""
    step = training._step

    def cut(batch: Any) -> float:
        if training.update == updates:
            raise KeyboardInterrupt
        return step(batch)

    training._step = cut  # type: ignore[method-assign]
    return training
