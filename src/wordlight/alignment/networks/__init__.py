"""The networks of alignment: Whisper, voice activity, wav2vec2. Imports torch and whisperx."""

from wordlight.alignment.networks._emissions import Aligner, bundle_in
from wordlight.alignment.networks._listener import Heard, Listener, Stretch

__all__ = ["Aligner", "Heard", "Listener", "Stretch", "bundle_in"]
