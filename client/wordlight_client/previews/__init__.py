"""Shows looks without a voice: words at an even pace, in a look, on a sheet of frames.

    text ─► spoken ─► words ─► Preview.of ─► an ASS file ─► draw_sheet, or `wordlight_client.burn`

Importing this package loads nothing that sets or draws subtitles.
"""

from wordlight_client.previews._contact_sheet import Grid, draw_sheet
from wordlight_client.previews._look_list import PURPOSES, look_rows
from wordlight_client.previews._pace import LONGEST_TEXT, spoken, told_language
from wordlight_client.previews._preview import TEXT, Preview, checked

__all__ = [
    "LONGEST_TEXT",
    "PURPOSES",
    "TEXT",
    "Grid",
    "Preview",
    "checked",
    "draw_sheet",
    "look_rows",
    "spoken",
    "told_language",
]
