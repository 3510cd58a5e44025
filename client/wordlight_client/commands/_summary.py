"""The rows of the tables that end a run."""

from __future__ import annotations

from collections import Counter

from wordlight.words import Origin
from wordlight_client._results import Alignment, Captioning, Narration, Subtitles
from wordlight_client.commands._option_words import said_in_options

Row = tuple[str, str]
MOST_NAMED = 5
"""How many stretches of speech outside the script are named one by one."""


def narration_rows(narration: Narration, wall_s: float, before_s: float = 0.0) -> list[Row]:
    """The audio's length, how fast it was made, and the figures of words and captions.

    The first ``before_s`` seconds come from an earlier run; the time is for the rest.
    """
    audio_s = narration.clip.duration_s - before_s
    there = f", of which {before_s:.2f} s were there" if before_s else ""
    return [
        ("audio", f"{narration.clip.duration_s:.2f} s at {narration.clip.rate_hz} Hz{there}"),
        ("took", f"{wall_s:.2f} s"),
        ("real-time factor", f"{wall_s / audio_s:.3f}" if audio_s > 0 else "–"),
        *word_rows(narration.alignment),
        *caption_rows(narration.subtitles),
    ]


def captioning_rows(captioning: Captioning, wall_s: float) -> list[Row]:
    """The language, and the figures of words and captions."""
    return [
        ("took", f"{wall_s:.2f} s"),
        ("language", captioning.alignment.language),
        *word_rows(captioning.alignment),
        *caption_rows(captioning.subtitles),
    ]


def word_rows(alignment: Alignment) -> list[Row]:
    """The number of words, how their times were found, and the times of other speech."""
    by_origin = Counter(word.origin for word in alignment.words)
    moved = [f"{by_origin[o]} {o}" for o in Origin if o is not Origin.ALIGNED and by_origin[o]]
    note = f" ({', '.join(moved)})" if moved else ""
    return [
        ("words", f"{len(alignment.words)}{note}"),
        ("words without a time", str(alignment.n_untimed)),
        *other_rows(alignment),
    ]


def other_rows(alignment: Alignment) -> list[Row]:
    """The times of speech that is not in the script, if there is any."""
    others_s = alignment.other_speech_s
    if not others_s:
        return []
    named = [f"{start_s:.1f}–{end_s:.1f} s" for start_s, end_s in others_s[:MOST_NAMED]]
    rest_s = sum(end_s - start_s for start_s, end_s in others_s[MOST_NAMED:])
    if len(others_s) > MOST_NAMED:
        named.append(f"and {len(others_s) - MOST_NAMED} more, {rest_s:.1f} s in all")
    return [("speech outside the script", ", ".join(named))]


def caption_rows(subtitles: Subtitles) -> list[Row]:
    """The number of captions, and how often each limit is missed, from the server's report."""
    report = subtitles.report
    missed = Counter(str(miss.get("limit")) for miss in report.get("misses", ()))
    misses = "\n".join(f"{limit}: {n}" for limit, n in missed.items())
    warnings = "\n".join(said_in_options(str(told)) for told in report.get("warnings", ()))
    return [
        ("captions", str(report.get("n_captions", "–"))),
        ("limits missed", misses or "none"),
        *([("warnings", warnings)] if warnings else []),
    ]
