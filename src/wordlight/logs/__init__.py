"""The lines of the log, in every process: time, level, source, message, facts, never a text."""

from wordlight.logs._faults import without
from wordlight.logs._kept import TO_STDERR, KeptLog
from wordlight.logs._line import Line, LogFormat, escaped
from wordlight.logs._records import PRINTED, Lines, begin, facts, take_prints, to_stderr
from wordlight.logs._requests import NOBODY, Requests, requests_now, working_for

__all__ = [
    "NOBODY",
    "PRINTED",
    "TO_STDERR",
    "KeptLog",
    "Line",
    "Lines",
    "LogFormat",
    "Requests",
    "begin",
    "escaped",
    "facts",
    "requests_now",
    "take_prints",
    "to_stderr",
    "without",
    "working_for",
]
