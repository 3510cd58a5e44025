"""Vocoders, the prosody network, and the packed form of weights in files. Imports torch."""

from wordlight.speech.networks._griffin_lim import ENVELOPE_FLOOR, GriffinLim, MelInverse
from wordlight.speech.networks._harmonics_and_noise import HarmonicsAndNoise, Parts, Speaking
from wordlight.speech.networks._hifi_gan import HifiGan, Shape, channel_of
from wordlight.speech.networks._packing import packed, unpacked
from wordlight.speech.networks._prosody import LOG_OFFSET_FRAMES, ProsodyNet
from wordlight.speech.networks._vocoder import Vocoder, load_hifi_gan, load_vocoder

__all__ = [
    "ENVELOPE_FLOOR",
    "LOG_OFFSET_FRAMES",
    "GriffinLim",
    "HarmonicsAndNoise",
    "HifiGan",
    "MelInverse",
    "Parts",
    "ProsodyNet",
    "Shape",
    "Speaking",
    "Vocoder",
    "channel_of",
    "load_hifi_gan",
    "load_vocoder",
    "packed",
    "unpacked",
]
