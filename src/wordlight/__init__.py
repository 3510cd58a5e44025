"""Narration whose subtitles light up word by word, served from NVIDIA Triton."""

__version__ = "0.1.0"
