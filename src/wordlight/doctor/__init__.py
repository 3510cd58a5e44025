"""Checks of what a server needs, before it starts: each gives a finding, each fault a remedy."""

from wordlight.doctor._examination import examine, preflight
from wordlight.doctor._finding import Finding, Section, State
from wordlight.doctor._limits import raise_open_files
from wordlight.doctor._screen import WIDEST, as_json, is_well, screen
from wordlight.doctor._setup import Setup, placement_here

__all__ = [
    "WIDEST",
    "Finding",
    "Section",
    "Setup",
    "State",
    "as_json",
    "examine",
    "is_well",
    "placement_here",
    "preflight",
    "raise_open_files",
    "screen",
]
