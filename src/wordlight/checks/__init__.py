"""Checks a request to an ensemble by the engines' own rules, before any engine begins."""

from wordlight.checks._call import CheckAnswer, CheckCall
from wordlight.checks._engine import CheckEngine

__all__ = ["CheckAnswer", "CheckCall", "CheckEngine"]
