"""English sentences to speak: WordNet's examples and definitions, and sentences made from them.

Source: WordNet 3.0 (Princeton University), Debian package `wordnet-base`, under the WordNet 3.0
licence: free to use, copy, modify and distribute for any purpose if its notice is kept. None of it
is copied into the repository.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from mini.numerals import numeral_sentence

WORDNET_FOLDER = Path("/usr/share/wordnet")
DATA_FILES = ("data.noun", "data.verb", "data.adj", "data.adv")
N_SENTENCES = 6500
"""The number of sentences that all data is spoken from. All evaluations but that with the Harvard
sentences use the held-out ones among them."""
HELD_OUT_PERCENT = 4
SPEAKABLE = re.compile(r"[A-Za-z][A-Za-z ,;:'?!-]*[A-Za-z]")
UNWELCOME = re.compile(
    r"offensive|slur|obscene|vulgar|disparag|sexual|genital|penis|vagina|intercourse|nazi|rape|murder|suicide",
    re.I,
)
SHORT_SENTENCES = """\
Yes.
No.
Hello.
Hello there!
Thank you.
Thanks a lot.
Good morning.
Good night.
Why not?
Who knows?
Of course.
All right.
Not yet.
Come in.
Stop!
Wait a moment.
I see.
You too.
Never again.
What now?
So be it.
Go on.
Let me see.
Here we are.
That is all.
Once more.
Welcome back.
See you soon.
How are you?
I am fine.
Maybe.
One, two, three.
Ready?
Words.
Light.
It works.
Well done!
Take care.
Oh, really?
Listen.
"""
END_MARKS = (".", ".", ".", ".", "?")
FRAMES_ONE = (
    '"{A}," she said.',
    'He asked, "Is it true that {a}?"',
    "Did you know that {a}?",
    "Do you remember when they said, {a}?",
    "Why, then, do people say that {a}?",
    "As far as I know, {a}.",
    "It was late, the rain had stopped, and somebody wrote: {a}.",
    "{A}, isn't that so?",
    "{A}!",
)
FRAMES_TWO = (
    '"{A}," said the teacher, "and {b}."',
    "{A}, {b}, and so on.",
    "{A}; {b}.",
    "When {a}, we noticed, to our surprise, that {b}.",
    "First, {a}; then, after a short while, {b}.",
    "If {a}, would you still say that {b}?",
    "{A}, but {b}.",
)
FRAMES_DEFINITION = (
    "{W} means {d}.",
    "The word {w} means {d}.",
    "By {w} we understand {d}.",
    "{W}: {d}.",
    "Is {w} really {d}?",
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as written, and as read aloud: `spoken` has its numerals in words."""

    text: str
    spoken: str
    is_held_out: bool


@dataclass(frozen=True, slots=True)
class Gloss:
    """One synset's first word, definition and example sentences."""

    word: str
    definition: str
    examples: tuple[str, ...]
    is_held_out: bool


def read_glosses(folder: Path = WORDNET_FOLDER) -> Iterator[Gloss]:
    """Yield WordNet's glosses in file order, without the unwelcome ones."""
    for name in DATA_FILES:
        for line in (folder / name).read_text(encoding="ascii", errors="ignore").splitlines():
            if line.startswith(" ") or " | " not in line or UNWELCOME.search(line):
                continue
            head, gloss = line.split(" | ", 1)
            examples = tuple(
                filter(
                    is_speakable, (e.replace(" --", ",") for e in re.findall(r'"([^"]+)"', gloss))
                )
            )
            definition = re.sub(r"\([^)]*\)", "", gloss.split(';"')[0].split('; "')[0]).strip(" ;")
            word = head.split()[4].split("(")[0].replace("_", " ")
            yield Gloss(
                word, " ".join(definition.split()), examples, _is_held_out(head.split()[0] + word)
            )


def is_speakable(text: str) -> bool:
    """Whether a text has only letters, spaces and everyday punctuation."""
    return SPEAKABLE.fullmatch(text) is not None and not re.search(
        r"\b[A-Z]{2,}|[A-Za-z]-\s|\s-", text
    )


def make_sentences(
    n_sentences: int, seed: int = 0, folder: Path = WORDNET_FOLDER
) -> list[Sentence]:
    """A shuffled list of distinct sentences of all kinds, the same for the same arguments.

    About 47 % are plain examples, 20 % have two clauses, 12 % are definitions, 10 % are quotes and
    questions, 11 % have numerals, and some are very short.
    Held-out sentences share no WordNet synset with the others.
    """
    rng = random.Random(seed)
    glosses = list(read_glosses(folder))
    short = SHORT_SENTENCES.splitlines()
    sentences = [Sentence(text, text, False) for text in short]
    for is_held_out in (True, False):
        share = HELD_OUT_PERCENT / 100 if is_held_out else 1 - HELD_OUT_PERCENT / 100
        own = [gloss for gloss in glosses if gloss.is_held_out == is_held_out]
        sentences += _mixture(own, round((n_sentences - len(short)) * share), is_held_out, rng)
    rng.shuffle(sentences)
    return sentences


def _mixture(
    glosses: Sequence[Gloss], n_wanted: int, is_held_out: bool, rng: random.Random
) -> list[Sentence]:
    examples = [
        e for gloss in glosses for e in gloss.examples if 12 <= len(e) <= 110 and e.count(" ") >= 2
    ]
    definitions = [
        g for g in glosses if 20 <= len(g.definition) <= 160 and is_speakable(g.definition + g.word)
    ]
    made: dict[str, Sentence] = {}
    while len(made) < n_wanted:
        kind = rng.random()
        if kind < 0.47:
            text = _capital(rng.choice(examples)).rstrip(".?!") + rng.choice(END_MARKS)
        elif kind < 0.67:
            text = _fill(rng.choice(FRAMES_TWO), rng.choice(examples), rng.choice(examples))
        elif kind < 0.79:
            gloss = rng.choice(definitions)
            frame = rng.choice(FRAMES_DEFINITION)
            text = frame.format(w=gloss.word, W=_capital(gloss.word), d=gloss.definition)
        elif kind < 0.89:
            text = _fill(rng.choice(FRAMES_ONE), rng.choice(examples), "")
        else:
            written, spoken = numeral_sentence(rng)
            made[written] = Sentence(written, spoken, is_held_out)
            continue
        if len(text) <= 200:
            made[text] = Sentence(text, text, is_held_out)
    return list(made.values())


def _fill(frame: str, a: str, b: str) -> str:
    a, b = a.rstrip(".?!"), b.rstrip(".?!")
    return frame.format(a=a, A=_capital(a), b=b, B=_capital(b))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _is_held_out(key: str) -> bool:
    return int(sha256(key.encode()).hexdigest()[:8], 16) % 100 < HELD_OUT_PERCENT
