"""What lies on the network volume, or in the checkout: profiles, weights, voices."""

from wordlight.volume._blobs import BlobStore
from wordlight.volume._in_use import in_use
from wordlight.volume._lexicons import (
    LexiconShelf,
    lexicon_file,
    lexicon_languages,
    read_lexicon,
)
from wordlight.volume._lock import Lock
from wordlight.volume._profile import (
    Profile,
    SpeechProfile,
    WeightEntry,
    load_profile,
    profile_folder,
)
from wordlight.volume._push import push_behind
from wordlight.volume._record import Expected
from wordlight.volume._runtime import Runtime, find_runtime
from wordlight.volume._transfer import Moved, Transfer, Watch
from wordlight.volume._voices import VoicesAnswer, VoicesCall, VoiceShelf
from wordlight.volume._weights import (
    alignable,
    alignment_weights,
    bring,
    folder_of,
    lies_here,
    speech_weights,
)

__all__ = [
    "BlobStore",
    "Expected",
    "LexiconShelf",
    "Lock",
    "Moved",
    "Profile",
    "Runtime",
    "SpeechProfile",
    "Transfer",
    "VoiceShelf",
    "VoicesAnswer",
    "VoicesCall",
    "Watch",
    "WeightEntry",
    "alignable",
    "alignment_weights",
    "bring",
    "find_runtime",
    "folder_of",
    "in_use",
    "lexicon_file",
    "lexicon_languages",
    "lies_here",
    "load_profile",
    "profile_folder",
    "push_behind",
    "read_lexicon",
    "speech_weights",
]
