"""The networks of alignment: Whisper, voice activity, wav2vec2. Imports torch and whisperx."""

from wordlight.alignment.networks._emissions import Aligner, bundle_in
from wordlight.alignment.networks._transcriber import Stretch, Transcriber, Transcription

__all__ = ["Aligner", "Stretch", "Transcriber", "Transcription", "bundle_in"]
