"""Checks a request to an ensemble by the engines' own rules, before any engine begins."""

from wordlight.checks._call import CheckCall
from wordlight.checks._engine import CheckEngine

__all__ = ["CheckCall", "CheckEngine"]
