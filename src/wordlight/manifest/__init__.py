"""A manifest, ``models/<name>/manifest.toml``: which weights, how large, which text front end.

Nothing else in the project asks which models it runs. A key is one field of a dataclass here: its
type, its default and its meaning; the table in docs/volume.md is rendered from them.
"""

from wordlight.manifest._manifest import (
    FOLDER_VARIABLE,
    Manifest,
    is_old_folder,
    load_manifest,
    manifest_folder,
)
from wordlight.manifest._settings import AlignmentSettings, SpeechSettings, key_table
from wordlight.manifest._weights import WeightEntry, WeightFile

__all__ = [
    "FOLDER_VARIABLE",
    "AlignmentSettings",
    "Manifest",
    "SpeechSettings",
    "WeightEntry",
    "WeightFile",
    "is_old_folder",
    "key_table",
    "load_manifest",
    "manifest_folder",
]
