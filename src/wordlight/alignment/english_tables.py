"""English words for what is not written as words."""

from __future__ import annotations

CURRENCIES = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "€": ("euro", "euros", "cent", "cents"),
    "¥": ("yen", "yen", "", ""),
    "₹": ("rupee", "rupees", "paisa", "paise"),
    "¢": ("cent", "cents", "", ""),
}
"""One, many, and the same of the hundredth part."""

SCALES = {
    "k": "thousand", "m": "million", "mn": "million", "mm": "million", "b": "billion",
    "bn": "billion", "t": "trillion", "tn": "trillion",
}  # fmt: skip
"""Letters after an amount of money."""

MAGNITUDES = frozenset({"hundred", "thousand", "million", "billion", "trillion"})
"""Words between an amount and its currency: "$5 million" ends in "dollars"."""

MONTHS = frozenset(
    "january february march april may june july august september october november december "  # noqa: SIM905
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)

UNITS = {
    "%": "percent", "‰": "per mille", "°": "degrees", "°c": "degrees celsius",
    "°f": "degrees fahrenheit", "km": "kilometers", "m": "meters", "cm": "centimeters",
    "mm": "millimeters", "nm": "nanometers", "km/h": "kilometers per hour",
    "kmh": "kilometers per hour", "kph": "kilometers per hour", "mph": "miles per hour",
    "m/s": "meters per second", "km²": "square kilometers", "m²": "square meters",
    "m³": "cubic meters", "kg": "kilograms", "g": "grams", "mg": "milligrams", "lb": "pounds",
    "lbs": "pounds", "oz": "ounces", "ft": "feet", "mi": "miles", "l": "liters",
    "ml": "milliliters", "s": "seconds", "sec": "seconds", "ms": "milliseconds",
    "min": "minutes", "mins": "minutes", "h": "hours", "hr": "hours", "hrs": "hours",
    "hz": "hertz", "khz": "kilohertz", "mhz": "megahertz", "ghz": "gigahertz", "kb": "kilobytes",
    "mb": "megabytes", "gb": "gigabytes", "tb": "terabytes", "kbps": "kilobits per second",
    "mbps": "megabits per second", "gbps": "gigabits per second", "w": "watts",
    "kw": "kilowatts", "mw": "megawatts", "kwh": "kilowatt hours", "v": "volts", "x": "times",
    "×": "times", "k": "thousand", "bn": "billion", "fps": "frames per second",
    "dpi": "dots per inch", "rpm": "revolutions per minute", "px": "pixels",
}  # fmt: skip
"""Read so after a number only."""

SYMBOLS = {
    "&": "and", "+": "plus", "=": "equals", "@": "at", "%": "percent", "#": "hash", "°": "degrees",
    "$": "dollar", "£": "pound", "€": "euro", "¥": "yen", "×": "times", "÷": "divided by",
    "½": "half", "¼": "quarter", "¾": "three quarters",
}  # fmt: skip
"""Read so where no number takes them."""

ABBREVIATIONS = {
    "dr.": "doctor", "dr": "doctor", "mr.": "mister", "mr": "mister", "mrs.": "missus",
    "mrs": "missus", "ms.": "miz", "prof.": "professor", "rev.": "reverend", "gen.": "general",
    "sgt.": "sergeant", "capt.": "captain", "lt.": "lieutenant", "col.": "colonel",
    "gov.": "governor", "sen.": "senator", "rep.": "representative", "hon.": "honorable",
    "jr.": "junior", "jr": "junior", "sr.": "senior", "sr": "senior", "vs.": "versus",
    "vs": "versus", "etc.": "et cetera", "etc": "et cetera", "e.g.": "for example",
    "e.g": "for example", "i.e.": "that is", "i.e": "that is", "approx.": "approximately",
    "dept.": "department", "ltd.": "limited",
    "ltd": "limited",
    "ave.": "avenue", "blvd.": "boulevard", "rd.": "road", "jan.": "january", "feb.": "february",
    "apr.": "april", "aug.": "august", "sept.": "september", "oct.": "october",
    "nov.": "november", "dec.": "december", "vol.": "volume",
    "pp.": "pages", "w/": "with", "w/o": "without", "km/h": "kilometers per hour",
    "mph": "miles per hour", "24/7": "twenty four seven", "9/11": "nine eleven", "ok": "okay",
    "1/2": "one half", "c/o": "care of", "a/c": "a c", "n/a": "n a", "&c.": "et cetera",
    "c++": "c plus plus", "c#": "c sharp", "wi-fi": "wi fi", "°c": "degrees celsius",
    "°f": "degrees fahrenheit",
}  # fmt: skip
"""Read so wherever they stand."""

LETTERED = frozenset(
    "US USA UK EU UN UAE AI API CEO CFO CTO CPU GPU TPU FAQ FBI CIA NSA USB UI UX URL URI TV "  # noqa: SIM905
    "PC ID IBM IP ISP AWS EDT EST PDF CD DVD IQ UFO VIP ATM GDP HIV IPO IOS OS ADHD ASAP DIY "
    "MIT UCLA USC AC DC EV HR PR QA SEO".split()
)
"""Capitals with a vowel among them that are said letter by letter all the same."""
