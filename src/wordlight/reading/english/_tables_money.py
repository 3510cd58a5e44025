"""English names of currencies, and the large numbers that stand with them."""

from __future__ import annotations

from dataclasses import dataclass

from wordlight.reading._word_list import word_list, word_table


@dataclass(frozen=True, slots=True)
class Currency:
    """The singular and plural of a currency, and of its hundredth part if it has one."""

    one: str
    many: str
    one_hundredth: str = ""
    hundredths: str = ""


CURRENCIES = {
    "$": Currency("dollar", "dollars", "cent", "cents"),
    "£": Currency("pound", "pounds", "penny", "pence"),
    "€": Currency("euro", "euros", "cent", "cents"),
    "¥": Currency("yen", "yen"),
    "₹": Currency("rupee", "rupees", "paisa", "paise"),
    "₩": Currency("won", "won"),
    "₽": Currency("ruble", "rubles", "kopek", "kopeks"),
    "¢": Currency("cent", "cents"),
}
"""Currencies by their sign."""

CURRENCIES_BY_CODE = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "INR": "₹",
}
"""The signs of currencies by the code that may stand right before an amount: "USD5"."""

CURRENCY_COUNTRIES = word_table("""
    US U S; A australian; AU australian; C canadian; CA canadian; HK hong kong; NZ new zealand;
    S singapore; R brazilian
""")
"""The countries before a currency's sign: "US$5"."""

SCALES = word_table("""
    k thousand; m million; mn million; mm million; mil million; b billion; bn billion;
    bil billion; t trillion; tn trillion; tr trillion
""")
"""Letters right after an amount of money: "$5m"."""

SPACED_SCALES = word_list("b bn m mn")
"""The `SCALES` that are also read after a space."""

MAGNITUDES = word_list("billion hundred million thousand trillion")
"""Words between an amount and its currency: "$5 million" ends in "dollars"."""
