"""Burns subtitles into a film, for viewing and for places that show no other subtitles.

from wordlight_client.burn import behind, burn

burn(Path("out/subtitles.ass"), Path("subtitled.mp4"), behind(Path("talk.mp4")))
"""

from wordlight.errors import BurnFailed, PictureUnreadable, SubtitlesUnreadable
from wordlight_client.burn._backgrounds import Backdrop, Background, Moving, Plain, Still
from wordlight_client.burn._complaints import Complaints
from wordlight_client.burn._embedding import embed_fonts, with_fonts
from wordlight_client.burn._ffmpeg import run_ffmpeg
from wordlight_client.burn._film import CRF, Film, behind, burn
from wordlight_client.burn._fonts import lay_out_fonts
from wordlight_client.burn._probe import Size, even, probe, shown_size
from wordlight_client.burn._whole import whole

__all__ = [
    "CRF",
    "Backdrop",
    "Background",
    "BurnFailed",
    "Complaints",
    "Film",
    "Moving",
    "PictureUnreadable",
    "Plain",
    "Size",
    "Still",
    "SubtitlesUnreadable",
    "behind",
    "burn",
    "embed_fonts",
    "even",
    "lay_out_fonts",
    "probe",
    "run_ffmpeg",
    "shown_size",
    "whole",
    "with_fonts",
]
