"""What a server needs, looked at before one starts: each thing a finding, each fault a remedy."""

from wordlight.doctor._examination import examine, preflight
from wordlight.doctor._finding import Complaint, Finding, Section, State
from wordlight.doctor._limits import raise_open_files
from wordlight.doctor._screen import WIDEST, as_json, is_well, screen
from wordlight.doctor._setup import Setup, placement_here
from wordlight.doctor._troubleshooting import troubleshooting

__all__ = [
    "WIDEST",
    "Complaint",
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
    "troubleshooting",
]
