"""Applies a lexicon to the words for which the script itself gives no pronunciation."""

from __future__ import annotations

from itertools import pairwise

from wordlight.reading._placed_directions import Asked, Settled, shared
from wordlight.reading._tokens import Token
from wordlight.reading.directions import Say
from wordlight.reading.lexicon import Lexicon, Written, find
from wordlight.words import Ending


def pronounced(settled: Settled, lexicon: Lexicon, language: str) -> Settled:
    """The words, said as the lexicon states, except those that are said differently already."""
    words = _written(settled.tokens, settled.asked)
    asked = [*settled.asked]
    for found in find(words, lexicon, language):
        say = Say(found.respelling, found.phonemes)
        asked[found.first : found.stop] = shared(say, asked[found.first : found.stop])
    return Settled(settled.tokens, asked, settled.lead_s)


def _written(tokens: list[Token], asked: list[Asked]) -> list[Written]:
    """The words as the lexicon sees them. No phrase crosses a pause or a change of voice."""
    if not tokens:
        return []
    goes_on = [
        token.ends is Ending.NONE
        and before.pause_s is None
        and (before.voice, before.rate, before.speaker) == (after.voice, after.rate, after.speaker)
        for token, (before, after) in zip(tokens, pairwise(asked), strict=False)
    ]
    return [
        Written(token.text, token.glue, _is_free(token, one), on)
        for token, one, on in zip(tokens, asked, [*goes_on, False], strict=True)
    ]


def _is_free(token: Token, asked: Asked) -> bool:
    return not (token.note or asked.said or asked.phonemes or asked.is_joined)
