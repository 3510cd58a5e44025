"""Flow matching with F5-TTS's network: utterances become mels. Imports torch and f5_tts."""

from wordlight.speech.flow._sampler import GRID_UNITS, Row, Sampler, Utterance
from wordlight.speech.flow._transformer import load_transformer

__all__ = ["GRID_UNITS", "Row", "Sampler", "Utterance", "load_transformer"]
