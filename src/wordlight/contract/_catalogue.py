"""Every tensor that Wordlight's engines take or return."""

from __future__ import annotations

from dataclasses import replace

from wordlight.audio import MOST_SAMPLES
from wordlight.contract import _forms as forms
from wordlight.contract._model import Batching, ModelSpec, WarmUp
from wordlight.contract._subtitle_formats import SUBTITLE_FORMATS
from wordlight.contract._tensor import Dtype, TensorSpec
from wordlight.words import LATEST_S, LONGEST_SPEAKER, Origin

MODES = ("sentence", "word", "pop", "roll-up")
"""How words are shown: captions of up to two lines; one word at a time; captions whose spoken word
pops out; rows that roll up, two at a time, as in live captions."""
KARAOKE_TAGS = ("k", "kf", "ko", "none")
r"""How a word lights up: at once (``\k``), swept (``\kf``), outlined (``\ko``), not at all."""
PROFILES = ("netflix", "bbc", "youtube", "shorts", "custom")
"""Guidelines that captions keep to. For custom, LIMITS has the limits."""
LOOKS = (
    "classic", "shorts", "punch", "card", "sweep", "documentary", "lyrics", "contrast",
    "karaoke", "pop", "boxed", "neon", "minimal",
)  # fmt: skip
"""Looks of the subtitles. Each has a guideline, a mode, a way to light words up, type and colours.
"""
TASKS = ("speak", "plan", "piece")
"""What f5_tts does with TEXT. It speaks the text; it cuts the text into chunks and speaks nothing;
or the text is one chunk of such a plan, and it speaks the chunk as it is written."""
AUDIO_FORMATS = ("flac", "wav", "mp3", "opus")
"""Audio files that can be published."""

REPORT_FILE = "report.json"

SHORTEST_REFERENCE_S, LONGEST_REFERENCE_S = 1.0, 15.0
"""The length of a reference. Upstream advises less than 12 s: a longer reference leaves less time
for the answer."""
LONGEST_REFERENCE_CHARACTERS = 1_000
SLOWEST_SPEED, FASTEST_SPEED = 0.3, 3.0
"""The pace relative to the reference's: SPEED times any rate that the text asks for."""
LONGEST_VOICE_NAME, LONGEST_LANGUAGE = 64, 16
LONGEST_EXPIRY_S = 7 * 24 * 3600
"""How long an S3 signature may last. Source: Amazon S3 user guide, presigned URLs."""
MAX_TRANSCRIPT_CHARACTERS = 40_000
"""As much as a fast reader says in half an hour, the longest that a recording may be."""
MAX_TEXT_CHARACTERS = MAX_TRANSCRIPT_CHARACTERS
MAX_READING_CHARACTERS = 4_000_000
"""The JSON of a reading takes some 60 characters for each word, and more for numbers."""
MOST_LEXICON_CHARACTERS = 2_000_000
"""20,000 entries in PLS, at 100 characters for each entry and its tags."""
MAX_REFERENCE_SAMPLES = 30 * 192_000
MAX_WORDS = MAX_TRANSCRIPT_CHARACTERS
"""As many as there are characters: in Chinese, Khmer or Burmese, one character may be a word."""
MOST_CHARACTERS_OF_WORDS = 400_000
"""Of all words together: seven hours of speech. A single word may be as long as a script."""
LONGEST_RAW_SPEAKER = 4 * LONGEST_SPEAKER
"""A speaker's name as it is sent, before white space is removed from it."""
MOST_FILE_CHARACTERS = 32_000_000
"""Of a file of subtitles. 40,000 words of ten letters in the look `pop` take 12 million."""
LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 8_000, 192_000


def _text(name: str, meaning: str, **more: object) -> TensorSpec:
    return TensorSpec(name, Dtype.STRING, meaning, **more)  # type: ignore[arg-type]


def _optional_text(name: str, meaning: str, **more: object) -> TensorSpec:
    return _text(name, meaning, is_optional=True, **more)


def _option(
    name: str, dtype: Dtype, meaning: str, low: float, high: float, unit: str = ""
) -> TensorSpec:
    return TensorSpec(name, dtype, meaning, is_optional=True, unit=unit, low=low, high=high)


_AUDIO = TensorSpec(
    "AUDIO", Dtype.FP32, "mono waveform in [-1, 1]", is_list=True, unit="samples",
    low=-1e4, high=1e4, max_length=MOST_SAMPLES,
)  # fmt: skip
_SAMPLE_RATE = TensorSpec(
    "SAMPLE_RATE", Dtype.INT32, "samples per second of AUDIO", unit="Hz",
    low=LOWEST_RATE_HZ, high=HIGHEST_RATE_HZ,
)  # fmt: skip
_DURATION = TensorSpec(
    "DURATION", Dtype.FP64, "length of the recording", unit="s", low=0, high=LATEST_S
)
_WORDS = _text(
    "WORDS", "the words, in order, as written", is_list=True, max_length=MAX_WORDS,
    max_element=MAX_TRANSCRIPT_CHARACTERS, max_total=MOST_CHARACTERS_OF_WORDS,
)  # fmt: skip
_STARTS = TensorSpec(
    "STARTS", Dtype.FP64, "onset of each word", is_list=True, unit="s", low=0, high=LATEST_S,
    max_length=MAX_WORDS,
)  # fmt: skip
_ENDS = replace(_STARTS, name="ENDS", meaning="end of each word")
_SCORES = TensorSpec(
    "SCORES", Dtype.FP32, "the probability that each word is said, and where it is timed",
    is_list=True, low=0, high=1,
)  # fmt: skip
_ORIGINS = _text("ORIGINS", f"how each time came about: {', '.join(Origin)}", is_list=True)
_READING = _text("READING", "JSON: the words as shown and as said; docs/reading.md has the keys")
_GIVEN_READING = replace(_READING, is_optional=True, max_length=MAX_READING_CHARACTERS)
_LANGUAGE = _optional_text("LANGUAGE", "ISO 639-1 code of the speech", max_length=LONGEST_LANGUAGE)
_LEXICON = _optional_text(
    "LEXICON", "how words are said, a line each: word = respelling or word = /IPA/; or PLS",
    max_length=MOST_LEXICON_CHARACTERS,
)  # fmt: skip
_CHUNK_STARTS = TensorSpec(
    "CHUNK_STARTS", Dtype.FP64, "start of each chunk the text was spoken in", is_list=True,
    unit="s", low=0, high=LATEST_S,
)  # fmt: skip
_CHUNK_WORDS = TensorSpec(
    "CHUNK_WORDS", Dtype.INT32, "index of each chunk's first word in READING", is_list=True, low=0,
    high=MAX_WORDS,
)  # fmt: skip
CHECKED = TensorSpec(
    "CHECKED", Dtype.INT32, "1 when all that can be checked at once has been: a step to wait for",
    is_optional=True, is_read=False, low=0, high=1,
)  # fmt: skip

F5_TTS = ModelSpec(
    name="f5_tts",
    meaning="speaks a text in a reference voice",
    inputs=(
        _text("TEXT", "what to say", unit="characters", max_length=MAX_TEXT_CHARACTERS,
              form=forms.not_blank),
        _optional_text("VOICE", "name of a ready voice", max_length=LONGEST_VOICE_NAME),
        TensorSpec(
            "REFERENCE_AUDIO", Dtype.FP32, "mono recording of the voice to speak in, 1 to 15 s",
            is_list=True, is_optional=True, unit="samples", low=-1e4, high=1e4,
            max_length=MAX_REFERENCE_SAMPLES,
        ),
        _option("REFERENCE_RATE", Dtype.INT32, "samples per second of REFERENCE_AUDIO",
                LOWEST_RATE_HZ, HIGHEST_RATE_HZ, "Hz"),
        _optional_text("REFERENCE_TEXT", "what it says; transcribed if absent",
                       max_length=LONGEST_REFERENCE_CHARACTERS, form=forms.not_blank),
        _option("SPEED", Dtype.FP32, "pace, 1 being the reference's", SLOWEST_SPEED,
                FASTEST_SPEED),
        _option("NFE_STEPS", Dtype.INT32, "steps of the sampler", 1, 64),
        _option("CFG_STRENGTH", Dtype.FP32, "strength of classifier-free guidance", 0.0, 10.0),
        _option("SWAY", Dtype.FP32, "sway sampling coefficient", -1.0, 1.0),
        _option("SEED", Dtype.INT64, "of the noise: same seed, same audio", 0, 2**63 - 1),
        replace(_LANGUAGE, meaning="ISO 639-1 code of the text; told by its letters if absent"),
        _optional_text("TASK", "speak TEXT, plan its chunks, or speak it as a piece of a plan",
                       choices=TASKS),
        _LEXICON,
        CHECKED,
    ),
    outputs=(
        replace(_AUDIO, meaning="mono waveform in [-1, 1]; empty for a plan"),
        _SAMPLE_RATE,
        _text("SPOKEN_TEXT", "the text that was spoken"),
        replace(_CHUNK_STARTS, meaning="start of each chunk the text was spoken in; for a plan, "
                "about"),
        _CHUNK_WORDS,
        _text("CHUNKS", "what is said in each chunk: TEXT of a piece", is_list=True),
        TensorSpec("CHUNK_PAUSES", Dtype.FP64, "silence after each chunk", is_list=True, unit="s",
                   low=0),
        _READING,
    ),
    batching=Batching(max_batch_size=16, queue_delay_ms=0, max_queue_size=128, timeout_ms=120_000),
    warm_ups=(WarmUp("speak", values={"TEXT": "Ready to speak.", "SEED": 1}),),
    needs_accelerator=True,
)  # fmt: skip

WHISPERX = ModelSpec(
    name="whisperx",
    meaning="hears a recording and times every word; aligns a transcript where one is given",
    inputs=(
        _AUDIO,
        _SAMPLE_RATE,
        _optional_text("TRANSCRIPT", "what is said", unit="characters",
                       max_length=MAX_TRANSCRIPT_CHARACTERS, form=forms.not_blank),
        _LANGUAGE,
        replace(_GIVEN_READING, meaning="how TRANSCRIPT is read, as f5_tts answers it"),
        replace(_CHUNK_STARTS, is_optional=True, max_length=MAX_WORDS,
                meaning="start of each chunk of AUDIO that is timed by itself, as f5_tts answers"),
        replace(_CHUNK_WORDS, is_optional=True, max_length=MAX_WORDS),
        replace(_LEXICON, meaning="how words of TRANSCRIPT are said, as f5_tts takes it"),
        CHECKED,
    ),
    outputs=(
        _WORDS,
        _STARTS,
        _ENDS,
        _SCORES,
        _ORIGINS,
        TensorSpec("OTHER_STARTS", Dtype.FP64, "start of each stretch of speech that TRANSCRIPT "
                   "does not hold", is_list=True, unit="s"),
        TensorSpec("OTHER_ENDS", Dtype.FP64, "its end", is_list=True, unit="s"),
        _text("SPOKEN_TEXT", "the transcript, given or heard"),
        _text("SPOKEN_LANGUAGE", "ISO 639-1 code, given or heard"),
        _text("SPOKEN_BY", "who says each word; empty if unknown", is_list=True),
        _DURATION,
        TensorSpec("N_SPELT", Dtype.INT32, "words that the aligner has letters for", low=0),
        _READING,
    ),
    batching=Batching(max_batch_size=16, queue_delay_ms=10, max_queue_size=128, timeout_ms=120_000),
    warm_ups=(
        WarmUp("align", values={"TRANSCRIPT": "ready", "SAMPLE_RATE": 16_000},
               zeros={"AUDIO": 16_000}),
        WarmUp("hear", values={"SAMPLE_RATE": 16_000}, zeros={"AUDIO": 16_000}),
    ),
    needs_accelerator=True,
)  # fmt: skip

SUBTITLES = ModelSpec(
    name="subtitles",
    meaning="sets timed words as captions and writes them",
    inputs=(
        _WORDS,
        _STARTS,
        _ENDS,
        replace(_SCORES, is_optional=True, max_length=MAX_WORDS),
        replace(_ORIGINS, is_optional=True, max_length=MAX_WORDS, choices=tuple(map(str, Origin))),
        _optional_text("LOOK", "guideline, mode, lighting, type and colours by one name",
                       choices=LOOKS),
        _optional_text("MODE", "how words are shown", choices=MODES),
        _optional_text("PROFILE", "guideline that captions keep to", choices=PROFILES),
        _optional_text("LIMITS", "JSON object of limits that override the profile's",
                       max_length=1_000, form=forms.limits),
        _optional_text("KARAOKE", "how a word lights up", choices=KARAOKE_TAGS),
        _optional_text("PRESET", "look whose type and colours are taken, and nothing else of it",
                       choices=LOOKS),
        _optional_text("STYLE", "JSON object of style fields that override the look's",
                       max_length=10_000, form=forms.style),
        _option("WIDTH", Dtype.INT32, "of the video", 64, 8192, "pixels"),
        _option("HEIGHT", Dtype.INT32, "of the video", 64, 8192, "pixels"),
        _LANGUAGE,
        replace(_DURATION, is_optional=True, meaning="of the clip; no caption outlasts it"),
        _optional_text("SPEAKERS", "who says each word; a change ends a caption", is_list=True,
                       max_length=MAX_WORDS, max_element=LONGEST_RAW_SPEAKER,
                       max_total=MAX_WORDS * LONGEST_SPEAKER),
        replace(_GIVEN_READING, meaning="of WORDS: line ends, glue, speakers, warnings"),
    ),
    outputs=(
        *(each.tensor for each in SUBTITLE_FORMATS),
        _text("REPORT", "JSON: captions, limits, and what misses them"),
    ),
    batching=Batching(max_batch_size=32, queue_delay_ms=1, max_queue_size=512, timeout_ms=30_000),
    warm_ups=(
        WarmUp("set", values={"WORDS": ["ready", "to", "write"], "STARTS": [0.0, 0.5, 1.0],
                              "ENDS": [0.4, 0.9, 1.5]}),
    ),
    needs_accelerator=False,
)  # fmt: skip

VOICES = ModelSpec(
    name="voices",
    meaning="lists the ready voices",
    inputs=(
        _text("LANGUAGE", "only voices of this ISO 639-1 code; empty lists all", max_length=16),
    ),
    outputs=(
        _text("NAMES", "what VOICE of f5_tts takes, the default voice first", is_list=True),
        _text("LANGUAGES", "ISO 639-1 code of each", is_list=True),
        _text("DESCRIPTIONS", "who each sounds like and where it comes from", is_list=True),
        _text("LICENCES", "the terms of each, as its card says; empty if unknown", is_list=True),
        _text(
            "CONSENTS",
            "the sentence by which each speaker agreed; empty if none is kept",
            is_list=True,
        ),
    ),
    batching=Batching(max_batch_size=32, queue_delay_ms=0, max_queue_size=512, timeout_ms=30_000),
    warm_ups=(WarmUp("list", values={"LANGUAGE": ""}),),
    needs_accelerator=False,
    is_needed=False,
)

PUBLISH = ModelSpec(
    name="publish",
    meaning="puts a narration's files into an S3 bucket",
    inputs=(
        _text("DESTINATION", "s3://bucket/prefix to publish under", max_length=1_100,
              form=forms.destination),
        _AUDIO,
        _SAMPLE_RATE,
        *(
            _text(tensor.name, tensor.meaning, max_length=MOST_FILE_CHARACTERS)
            for tensor in SUBTITLES.outputs
        ),
        _optional_text("KEY", "name under the prefix; the same name again replaces the files; "
                       "the request's id if absent", max_length=200, form=forms.key),
        _optional_text("AUDIO_FORMAT", "of the audio file", choices=AUDIO_FORMATS),
        _option("EXPIRES", Dtype.INT32, "how long signed URLs last; without it they are s3://…",
                60, LONGEST_EXPIRY_S, "s"),
    ),
    outputs=(
        _text("FILES", "name of each published file", is_list=True),
        _text("URLS", "where each can be had", is_list=True),
        TensorSpec("SIZES", Dtype.INT64, "of each", is_list=True, unit="bytes", low=0),
    ),
    batching=Batching(max_batch_size=8, queue_delay_ms=0, max_queue_size=128, timeout_ms=120_000),
    warm_ups=(),  # one would need a bucket, and this model compiles and caches nothing
    needs_accelerator=False,
    is_needed=False,
)  # fmt: skip
