"""A manifest, ``models/<name>/manifest.toml``: it states which weights and front end are used.

No other code depends on which models these are. Each key of a manifest is a field of a dataclass
here, with its type, default and meaning. The table in docs/volume.md is rendered from these fields.
"""

from wordlight.manifest._manifest import (
    FOLDER_VARIABLE,
    Manifest,
    is_old_folder,
    load_manifest,
    manifest_folder,
)
from wordlight.manifest._settings import SpeechSettings, key_table
from wordlight.manifest._weights import WeightEntry, WeightFile

__all__ = [
    "FOLDER_VARIABLE",
    "Manifest",
    "SpeechSettings",
    "WeightEntry",
    "WeightFile",
    "is_old_folder",
    "key_table",
    "load_manifest",
    "manifest_folder",
]
