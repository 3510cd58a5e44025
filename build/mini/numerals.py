"""Sentences with numerals, as written and as spoken: money, dates, times, shares, years."""

from __future__ import annotations

import random

Pair = tuple[str, str]  # written, spoken

MONTHS = "January February March April May June July August September October November December"
THINGS = "tickets pages houses soldiers bottles islands songs letters windows voters chairs lamps"
PLACES = "London Boston Vienna Chicago Madrid Sydney Cairo Toronto Dublin Lisbon"
FRAMES = (
    "The {things} cost {money}, tax included.",
    "She paid {money} for the {things}, which is {share} more than last year.",
    "On {date}, {count} {things} were sold in {place}.",
    "Was it {share}, or only {small} of them?",
    "The train to {place} leaves at {time}, not at {time2}.",
    "They moved to {place} in {year}, and stayed for {small} years.",
    "Between {year} and {year2}, the number of {things} fell by {share}.",
    "He finished {ordinal} out of {count}.",
    "The {ordinal} of {month} was a cold day in {place}.",
    "Room {small} is on the {ordinal} floor; breakfast is at {time}.",
    "It is {decimal} miles to {place}, or about {small} minutes by car.",
    "Count with me: {small}, {small2}, {count}.",
    "In {place}, {count} people watched; at home, {count2}.",
)


def numeral_sentence(rng: random.Random) -> Pair:
    """One sentence as written ("$12.50") and as spoken ("twelve dollars and fifty cents")."""
    values = {
        "things": _same(rng.choice(THINGS.split())),
        "place": _same(rng.choice(PLACES.split())),
        "month": _same(rng.choice(MONTHS.split())),
        "money": _money(rng),
        "date": _date(rng),
        "share": _share(rng),
        "decimal": _decimal(rng),
        "ordinal": _ordinal(rng.randint(1, 31)),
        "time": _time(rng),
        "time2": _time(rng),
        "year": _year(rng.randint(1700, 1999)),
        "year2": _year(rng.randint(2001, 2035)),
        "small": _cardinal(rng.randint(2, 120)),
        "small2": _cardinal(rng.randint(2, 120)),
        "count": _cardinal(rng.randint(100, 9999)),
        "count2": _cardinal(rng.randint(1000, 999_999)),
    }
    frame = rng.choice(FRAMES)
    written = frame.format_map({name: pair[0] for name, pair in values.items()})
    return written, frame.format_map({name: pair[1] for name, pair in values.items()})


def in_words(number: float, kind: str = "cardinal") -> str:
    """A number in English words; `kind` is num2words's (cardinal, ordinal, year).

    >>> in_words(1996, "year")
    'nineteen ninety-six'
    """
    from num2words import num2words

    return str(num2words(number, to=kind)).replace(",", "")


def _same(word: str) -> Pair:
    return word, word


def _cardinal(number: int) -> Pair:
    return f"{number:,}", in_words(number)


def _ordinal(number: int) -> Pair:
    suffix = "th" if 10 < number < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}", in_words(number, "ordinal")


def _year(year: int) -> Pair:
    return str(year), in_words(year, "year")


def _money(rng: random.Random) -> Pair:
    amount, cents = rng.randint(2, 999), rng.choice((0, 0, rng.randint(2, 99)))
    sign, unit, small = rng.choice(
        (("$", "dollars", "cents"), ("£", "pounds", "pence"), ("€", "euros", "cents"))
    )
    if not cents:
        return f"{sign}{amount}", f"{in_words(amount)} {unit}"
    return f"{sign}{amount}.{cents:02d}", f"{in_words(amount)} {unit} and {in_words(cents)} {small}"


def _date(rng: random.Random) -> Pair:
    month, day, year = rng.choice(MONTHS.split()), rng.randint(1, 28), rng.randint(1801, 2030)
    return f"{month} {day}, {year}", f"{month} {in_words(day, 'ordinal')}, {in_words(year, 'year')}"


def _time(rng: random.Random) -> Pair:
    hour, minute = rng.randint(1, 12), rng.choice((0, 15, 30, 45, rng.randint(10, 59)))
    spoken = f"{in_words(hour)} {in_words(minute)}" if minute else f"{in_words(hour)} o'clock"
    return f"{hour}:{minute:02d}", spoken


def _share(rng: random.Random) -> Pair:
    share = rng.randint(2, 99)
    return f"{share}%", f"{in_words(share)} percent"


def _decimal(rng: random.Random) -> Pair:
    number = rng.randint(11, 999) / 10
    return str(number), in_words(number)
