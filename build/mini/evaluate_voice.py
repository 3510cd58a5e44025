"""Judges the whole voice on sentences it was not trained on: words, naturalness, likeness, speed.

`python -m mini.evaluate_voice PROFILE [--sentences 50] [--voices heart ...] [--data KOKORO_FOLDER]`

Everything goes through the real `SpeechEngine` with its vocoder. The profile's ready voices speak
the sentences in turn. With `--data`, held-out voices do so too, each cloned from one clip.
`--texts build/mini/harvard.txt` takes lists 1 to 5 of the Harvard sentences (IEEE 1969), which have
everyday words.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from mini.cast import Speaker, ready_speakers, recorded_speakers
from mini.clips import Clip, held_out_clips
from mini.kokoro import HELD_OUT_VOICES
from mini.manifest import size_lines
from mini.measures import Judges, KnownVoices, WordErrors
from mini.mel import SPEECH_HZ
from mini.sentences import N_SENTENCES, Sentence, make_sentences, read_glosses
from wordlight.adapter import speech_weights
from wordlight.errors import WordlightError
from wordlight.manifest import load_manifest
from wordlight.speech import SpeechAnswer, SpeechEngine
from wordlight.weights import bring

SHORTEST_CHARACTERS, LONGEST_CHARACTERS = 20, 120
WORD = re.compile(r"[a-z']{2,}")
HEAD = (
    "| voice | sentences | word error rate | distillMOS, mean | min | P.808 MOS "
    "| similarity to its reference, mean | min | nearest to it, of {n_ready} ready voices "
    "| of all {n_all} | real-time factor |",
    "|---|---|---|---|---|---|---|---|---|---|---|",
)


@dataclass(frozen=True, slots=True)
class Judged:
    """The judgement of one sentence in one voice.

    `is_nearest` means that the speech is nearer to its own reference than to any ready voice's.
    `is_nearest_of_all` means that it is nearer than to any other known voice's.
    """

    speaker: str
    written: str
    heard: str
    errors: WordErrors
    distill_mos: float
    p808_mos: float
    similarity: float
    is_nearest: bool
    is_nearest_of_all: bool
    speaking_s: float
    duration_s: float


def unseen_sentences(n_sentences: int, avoided: Iterable[str], n_seen: int) -> list[Sentence]:
    """The first held-out sentences, without the `avoided` ones, which a reference speaks.

    Each word occurs at least `n_seen` times in WordNet's definitions and examples: Whisper tiny.en
    gets rare words wrong even when Kokoro itself speaks them, such as "Anguillin" for "Anguillan".
    """
    said = set(avoided)
    glosses = (" ".join((gloss.definition, *gloss.examples)) for gloss in read_glosses())
    counts = Counter(word for gloss in glosses for word in WORD.findall(gloss.lower()))
    found = [
        sentence
        for sentence in make_sentences(N_SENTENCES)
        if sentence.is_held_out
        and SHORTEST_CHARACTERS <= len(sentence.spoken) <= LONGEST_CHARACTERS
        and not {sentence.text, sentence.spoken} & said
        and all(counts[word] >= n_seen for word in WORD.findall(sentence.spoken.lower()))
    ]
    return found[:n_sentences]


def original_line(clips: Iterable[Clip], sentences: Iterable[Sentence], judges: Judges) -> str:
    """The judges' figures for Kokoro's own speech of the same sentences, as an upper limit."""
    spoken = {sentence.spoken for sentence in sentences}
    same = list({clip.text: clip for clip in clips if clip.text in spoken}.values())
    if not same:
        return "Kokoro's own clips have none of the sentences."
    errors = WordErrors.total(
        WordErrors.of(clip.text, judges.heard_as(clip.audio, SPEECH_HZ)) for clip in same
    )
    mos = np.mean([judges.distill_mos(clip.audio, SPEECH_HZ) for clip in same])
    return (
        f"Kokoro itself, {len(same)} of the same sentences: word error rate {errors.rate:.1%} "
        f"({errors.n_errors} of {errors.n_words}), distillMOS {mos:.2f}."
    )


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """The engine, the judges of its speech, and the voices that its speech is compared with."""

    engine: SpeechEngine
    judges: Judges
    voices: KnownVoices
    ready: Collection[str]

    def run(self, speakers: Sequence[Speaker], texts: Sequence[str]) -> list[Judged]:
        """The texts, judged as the speakers in turn speak them. Failures are only printed."""
        found = []
        self.engine.run([speakers[0].call(texts[0], seed=0)])  # to warm up
        for i, text in enumerate(texts):
            speaker = speakers[i % len(speakers)]
            started_s = time.perf_counter()
            (answer,) = self.engine.run([speaker.call(text, seed=i)])
            speaking_s = time.perf_counter() - started_s
            if isinstance(answer, WordlightError):
                print(f"{speaker.name} cannot say {text!r}: {answer}")
            else:
                found.append(self._judge(speaker.name, text, answer, speaking_s))
        return found

    def _judge(self, name: str, written: str, answer: SpeechAnswer, speaking_s: float) -> Judged:
        audio, rate_hz = answer.audio, answer.sample_rate
        heard = self.judges.heard_as(audio, rate_hz)
        spoken = self.judges.speaker_embedding(audio, rate_hz)
        return Judged(
            speaker=name,
            written=written,
            heard=heard,
            errors=WordErrors.of(written, heard),
            distill_mos=self.judges.distill_mos(audio, rate_hz),
            p808_mos=self.judges.p808_mos(audio, rate_hz),
            similarity=self.voices.similarity(name, spoken),
            is_nearest=self.voices.is_nearest(name, spoken, {*self.ready, name}),
            is_nearest_of_all=self.voices.is_nearest(name, spoken),
            speaking_s=speaking_s,
            duration_s=len(audio) / rate_hz,
        )

    def table(self, judged: Sequence[Judged]) -> str:
        """The table: a row for each voice, and one for all together."""
        n_all = len(self.voices.embeddings)
        head = "\n".join(HEAD).format(n_ready=len(self.ready), n_all=n_all)
        names = list(dict.fromkeys(one.speaker for one in judged))
        rows = [row(name, [one for one in judged if one.speaker == name]) for name in names]
        return "\n".join([head, *rows, row("**all**", judged)])


def row(name: str, judged: Sequence[Judged]) -> str:
    """One line of the table."""
    errors = WordErrors.total(one.errors for one in judged)
    mos = np.array([one.distill_mos for one in judged])
    p808 = np.mean([one.p808_mos for one in judged])
    alike = np.array([one.similarity for one in judged])
    nearest = 100 * np.mean([(one.is_nearest, one.is_nearest_of_all) for one in judged], axis=0)
    factor = sum(one.speaking_s for one in judged) / sum(one.duration_s for one in judged)
    return (
        f"| {name} | {len(judged)} | {errors.rate:.1%} ({errors.n_errors} of {errors.n_words}) "
        f"| {mos.mean():.2f} | {mos.min():.2f} | {p808:.2f} | {alike.mean():.3f} "
        f"| {alike.min():.3f} | {nearest[0]:.0f} % | {nearest[1]:.0f} % | {factor:.2f} |"
    )


def misheard(judged: Iterable[Judged]) -> str:
    """Each sentence that was not transcribed word for word, with its transcript."""
    return "\n".join(
        f"{one.speaker}: {one.errors.n_errors} of {one.errors.n_words}\n"
        f"    {one.written}\n    {one.heard}"
        for one in judged
        if one.errors.n_errors
    )


def evaluate(arguments: argparse.Namespace, volume: Path) -> None:
    """Print all tables."""
    path = Path(arguments.profile)
    profile = load_manifest(str(path.resolve()) if path.is_dir() else arguments.profile)
    bring(profile, volume)
    judges = Judges(arguments.threads)
    engine = SpeechEngine.load(speech_weights(profile, volume), "cpu", arguments.threads)
    clips = list(held_out_clips([arguments.data])) if arguments.data else []
    ready = ready_speakers(profile, volume)
    recorded = recorded_speakers(clips, [speaker.name for speaker in ready])
    known = [*ready, *recorded]
    embeddings = {
        s.name: judges.speaker_embedding(s.reference.samples, s.reference.rate_hz) for s in known
    }
    bench = Bench(engine, judges, KnownVoices(embeddings), {s.name for s in ready})
    sentences = unseen_sentences(
        arguments.sentences, [s.reference_text for s in known], arguments.seen
    )
    print(
        f"Manifest {profile.name}: {engine.nfe_steps} steps, vocoder {profile.speech.vocoder}, "
        f"{arguments.threads} threads.\n{size_lines(profile)}"
    )
    texts = [sentence.text for sentence in sentences]
    if arguments.texts:
        texts = arguments.texts.read_text(encoding="utf-8").splitlines()
    elif clips:
        print(original_line(clips, sentences, judges))
    asked = [s for s in ready if not arguments.voices or s.name in arguments.voices]
    cloned = [s for s in recorded if s.name in HELD_OUT_VOICES]
    for title, speakers in (("Ready voices", asked), ("Voices never trained on", cloned)):
        if speakers:
            judged = bench.run(speakers, texts)
            print(f"\n{title}\n\n{bench.table(judged)}", flush=True)
            print(f"\n{misheard(judged)}" if arguments.show else "")


def main() -> None:
    """Read the command line, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("profile", help="a folder with a manifest, or a profile's name")
    parser.add_argument("--sentences", type=int, default=50)
    parser.add_argument("--texts", type=Path, help="a sentence a line, instead of WordNet's")
    parser.add_argument("--voices", nargs="*", default=[], help="ready voices; all without")
    parser.add_argument("--data", type=Path, help="clips of held-out voices to clone")
    parser.add_argument("--seen", type=int, default=0, help="rarest word's count; 15: everyday")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--show", action="store_true", help="the sentences that were misheard")
    with TemporaryDirectory() as volume:
        evaluate(parser.parse_args(), Path(volume))


if __name__ == "__main__":
    main()
