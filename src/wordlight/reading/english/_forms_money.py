"""English money in one piece: "$5.20", "£5m", "$3-5k", "€20/month"."""

from __future__ import annotations

import re

from wordlight.reading import _numerals as numerals
from wordlight.reading.english._amounts import DASH, NUMBER, amount
from wordlight.reading.english._forms import form, read_form
from wordlight.reading.english._tables_money import (
    CURRENCIES,
    CURRENCIES_BY_CODE,
    CURRENCY_COUNTRIES,
    SCALES,
)
from wordlight.reading.english._tables_units import PER
from wordlight.reading.english._units import PER_UNIT, any_of

SIGN = f"[{''.join(CURRENCIES)}]"
_COUNTRY = rf"(?i:(?P<country>{any_of(CURRENCY_COUNTRIES)}))?"
_SCALE = rf"(?i:(?P<scale>{any_of(SCALES)}))?"
_MINUS = rf"(?P<minus>{DASH})?"
_SUM = rf"[A-Z]*{SIGN}(?:{NUMBER})(?i:{any_of(SCALES)})?"


def _money(match: re.Match[str]) -> list[str]:
    currency, text = CURRENCIES[match["sign"]], match["n"]
    minus = ["minus"] if match["minus"] else []
    country = (match.groupdict().get("country") or "").upper()
    place = CURRENCY_COUNTRIES.get(country, "").split()
    if match["scale"]:
        return [*minus, *amount(text), SCALES[match["scale"].lower()], *place, currency.many]
    whole, _, part = text.partition(".")
    hundredths = _hundredths(part) if currency.one_hundredth else part
    if (hundredths and len(hundredths) != 2) or not currency.one_hundredth:
        name = currency.one if text == "1" else currency.many
        return [*minus, *amount(text), *place, name]
    said = [] if whole in ("", "0") else [*amount(whole), *place]
    if said:
        said.append(currency.one if whole == "1" else currency.many)
    if hundredths and int(hundredths):
        small = currency.one_hundredth if int(hundredths) == 1 else currency.hundredths
        said += [*(["and"] if said else []), *numerals.cardinal(str(int(hundredths))), small]
    return [*minus, *(said or ["zero", currency.many])]


def _hundredths(part: str) -> str:
    """The digits after a point as hundredths, if they are no more: "5" and "500" become "50"."""
    part = part.rstrip("0") if len(part) > 2 else part
    return f"{part}0" if len(part) == 1 else part


def _money_range(match: re.Match[str]) -> list[str]:
    sign, scale = match["sign"], match["scale"] or ""
    second = _read_sum(f"{sign}{match['b']}{scale}")
    if scale or not match["again"]:
        return [*amount(match["a"]), "to", *second]
    return [*_read_sum(f"{sign}{match['a']}"), "to", *second]


def _money_per_unit(match: re.Match[str]) -> list[str]:
    return [*_read_sum(match["money"]), "per", *PER[match["per"].lower()].split()]


def _coded(match: re.Match[str]) -> list[str]:
    return _read_sum(CURRENCIES_BY_CODE[match["code"].upper()] + match["n"])


def _read_sum(text: str) -> list[str]:
    return read_form(_SUMS, text) or []


_SUMS = (
    form(rf"{_MINUS}{_COUNTRY}(?P<sign>{SIGN})(?P<n>{NUMBER}){_SCALE}\+?", _money),
    form(rf"{_MINUS}(?P<n>{NUMBER}){_SCALE}(?P<sign>{SIGN})", _money),
)
MONEY = (
    *_SUMS,
    form(
        rf"(?P<sign>{SIGN})(?P<a>{NUMBER}){DASH}(?P<again>{SIGN})?(?P<b>{NUMBER}){_SCALE}",
        _money_range,
    ),
    form(rf"(?P<money>{_SUM})/(?P<per>{PER_UNIT})", _money_per_unit),
    form(rf"(?i:(?P<code>{any_of(CURRENCIES_BY_CODE)}))(?P<n>{NUMBER})", _coded),
)
"""The forms of money. A piece is read by the first form that can."""
