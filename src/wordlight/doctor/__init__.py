"""What a server needs, looked at before one starts: each thing a finding, each fault a remedy."""

from wordlight.doctor._examination import examine, preflight
from wordlight.doctor._finding import Complaint, Finding, Section, State
from wordlight.doctor._limits import raise_open_files
from wordlight.doctor._setup import Setup, placement_here

__all__ = [
    "Complaint",
    "Finding",
    "Section",
    "Setup",
    "State",
    "examine",
    "placement_here",
    "preflight",
    "raise_open_files",
]
