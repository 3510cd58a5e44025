"""English months and days, short and in full."""

from __future__ import annotations

from wordlight.reading._word_list import word_list, word_table

MONTHS = word_table("""
    jan january; feb february; mar march; apr april; jun june; jul july; aug august;
    sep september; sept september; oct october; nov november; dec december
""")
"""The short names of months. Some are words too, such as "mar"."""

MONTH_NAMES = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)

MONTHS_LIKE_WORDS = word_list("dec jun mar march may sep")
"""Months only if they begin with a capital. In lower-case letters they may be words."""

DAYS = word_table("""
    mon monday; tue tuesday; tues tuesday; wed wednesday; thu thursday; thur thursday;
    thurs thursday; fri friday; sat saturday; sun sunday
""")
"""The short names of days. "sat", "sun" and "wed" are words too."""
