"""Every error a caller can meet, in one tree.

    WordlightError
    ├── InvalidInput                 a request asks for what cannot be       INVALID_ARG
    │   ├── EmptyText                nothing to speak or to show
    │   ├── TooLong                  text, audio or a list beyond its limit
    │   ├── OutOfRange               a number outside its range
    │   ├── NotFinite                NaN or infinity in a tensor
    │   ├── WrongShape               a tensor of another shape than the contract's
    │   ├── WrongType                a tensor of another dtype, or text that is not UTF-8
    │   ├── MissingInput             one input needs another
    │   ├── NotOneOf                 a name outside a closed list
    │   ├── ReferenceUnusable        a reference voice that holds no speech
    │   ├── UnsupportedText          text in a script that these weights cannot speak
    │   ├── AudioUnreadable          a file that holds no sound (wordlight.audio)
    │   ├── NoSuchTrack              a sound track that its file lacks (wordlight.audio)
    │   ├── PictureUnreadable        a file that holds no picture (wordlight_client.burn)
    │   ├── SubtitlesUnreadable      a file that is no ASS (wordlight_client.burn)
    │   ├── ScriptUnusable           a script's file with dialogue or front matter that cannot be
    │   ├── LookUnusable             a look's file that is no TOML or says what cannot be
    │   ├── BucketNotAllowed         a bucket that this server may not publish to
    │   ├── WordTimeInvalid          a word's time is negative, not finite or backwards
    │   └── WordsOverlap             a word starts before the one before it ends
    ├── UnknownVoice                 no voice of that name on the volume     NOT_FOUND
    ├── UnknownLanguage              no aligner for that language            NOT_FOUND
    ├── StorageError                 S3 does not give or take an object      UNAVAILABLE
    │   ├── StorageDenied            403: this key may not
    │   ├── StorageMissing           404: no such bucket or object           NOT_FOUND
    │   ├── CredentialsMissing       no key on this machine
    │   ├── CredentialsWrong         a key that the storage does not know
    │   ├── CredentialsExpired       a key whose time is over
    │   ├── ClockSkewed              this machine's clock is off
    │   ├── StorageUnavailable       503, timeouts or cut connections, again and again
    │   └── StorageChanged           an object was replaced while it was read
    ├── EngineFailed                 our fault; the server's log has it      INTERNAL
    ├── SilentSpeech                 a text came out silent, time and again
    ├── BurnFailed                   ffmpeg made no film (wordlight_client.burn)
    ├── CannotResume                 nothing to go on with (wordlight_client)
    ├── NoPlayer                     no program that plays a sound (wordlight_client)
    ├── NotPlayed                    the program that should play it failed (wordlight_client)
    ├── NoParts                      a flag that this server cannot obey (wordlight_client)
    ├── ServerError                  met by the client
    │   ├── ModelMissing             the server does not serve that model (wordlight_client)
    │   ├── ServerUnreachable        nothing listens there, or it went away
    │   ├── ServerBusy               the queue is full
    │   ├── DeadlineExceeded         no answer in time
    │   └── BadAnswer                an answer that breaks the contract
    └── SetupError                   the server cannot start
        ├── WeightsMissing           a file of the manifest is not there
        ├── WeightsCorrupt           a file is there with other bytes
        │   ├── WeightsBroken        files that the library which reads them cannot load
        │   └── WeightsChanged       other bytes than its first pull recorded
        ├── WeightsUnpinned          a file that could run code, and no sha256 for it
        ├── VolumeFull               too little room on the volume
        ├── LeaseHeld                another worker writes this part of the volume
        ├── LeaseLost                another worker took over while we stood still
        ├── VolumeReadOnly           the volume takes no files
        ├── RuntimeMissing           nothing to run the models' stubs in
        ├── RuntimeUnusable          a module that serving needs does not import there
        ├── NoRoomForRuntime         too little room on the volume to install one
        ├── UvMissing                no uv on this machine
        ├── UvFailed                 uv could not install the locked packages
        │   ├── PackagesUnreachable  a package index does not answer
        │   └── PackageChanged       a package has other bytes than the lock's
        ├── WrongPython              not the Python that the server's stub embeds
        ├── NumpyMismatch            numpy 2 beside a server that corrupts its tensors
        ├── PortTaken                another process listens there
        ├── ServerMissing            no tritonserver on this machine
        ├── NoStateFolder            no folder can hold the server's state
        ├── ServerFailed             tritonserver ended or never became ready
        ├── ModelsFailed             a model's process did not start, or died while it loaded
        ├── ModelLeftOut             an optional model did not load; the others are served
        └── SelfTestFailed           a known tensor came back changed

``status`` is the Triton code of the answer; ``code`` never changes and travels in the message, so
that the client can build the same error again.
"""

from __future__ import annotations

from wordlight.errors._requests import (
    BadAnswer,
    BucketNotAllowed,
    DeadlineExceeded,
    EmptyText,
    EngineFailed,
    InvalidInput,
    MissingInput,
    NotFinite,
    NotOneOf,
    OutOfRange,
    ReferenceUnusable,
    ServerBusy,
    ServerError,
    ServerUnreachable,
    SilentSpeech,
    TooLong,
    UnknownLanguage,
    UnknownVoice,
    UnsupportedText,
    WordsOverlap,
    WordTimeInvalid,
    WrongShape,
    WrongType,
)
from wordlight.errors._root import (
    WordlightError,
)
from wordlight.errors._setup import (
    LeaseHeld,
    LeaseLost,
    ModelLeftOut,
    ModelsFailed,
    NoRoomForRuntime,
    NoStateFolder,
    NumpyMismatch,
    PackageChanged,
    PackagesUnreachable,
    PortTaken,
    RuntimeMissing,
    RuntimeUnusable,
    SelfTestFailed,
    ServerFailed,
    ServerMissing,
    SetupError,
    UvFailed,
    UvMissing,
    VolumeFull,
    VolumeReadOnly,
    WeightsBroken,
    WeightsChanged,
    WeightsCorrupt,
    WeightsMissing,
    WeightsUnpinned,
    WrongPython,
)
from wordlight.errors._storage import (
    ClockSkewed,
    CredentialsExpired,
    CredentialsMissing,
    CredentialsWrong,
    StorageChanged,
    StorageDenied,
    StorageError,
    StorageMissing,
    StorageUnavailable,
)
from wordlight.errors._wire import BUSY, revive


def _leaves(root: type[WordlightError]) -> dict[str, type[WordlightError]]:
    found = {root.code: root}
    for child in root.__subclasses__():
        found |= _leaves(child)
    return found


BY_CODE = _leaves(WordlightError)
"""Every error class by its stable code."""


def revived(message: str) -> WordlightError | None:
    """The error of ours that a server's message tells of; None if it tells of none."""
    return revive(message, BY_CODE)


__all__ = [
    "BUSY",
    "BY_CODE",
    "BadAnswer",
    "BucketNotAllowed",
    "ClockSkewed",
    "CredentialsExpired",
    "CredentialsMissing",
    "CredentialsWrong",
    "DeadlineExceeded",
    "EmptyText",
    "EngineFailed",
    "InvalidInput",
    "LeaseHeld",
    "LeaseLost",
    "MissingInput",
    "ModelLeftOut",
    "ModelsFailed",
    "NoRoomForRuntime",
    "NoStateFolder",
    "NotFinite",
    "NotOneOf",
    "NumpyMismatch",
    "OutOfRange",
    "PackageChanged",
    "PackagesUnreachable",
    "PortTaken",
    "ReferenceUnusable",
    "RuntimeMissing",
    "RuntimeUnusable",
    "SelfTestFailed",
    "ServerBusy",
    "ServerError",
    "ServerFailed",
    "ServerMissing",
    "ServerUnreachable",
    "SetupError",
    "SilentSpeech",
    "StorageChanged",
    "StorageDenied",
    "StorageError",
    "StorageMissing",
    "StorageUnavailable",
    "TooLong",
    "UnknownLanguage",
    "UnknownVoice",
    "UnsupportedText",
    "UvFailed",
    "UvMissing",
    "VolumeFull",
    "VolumeReadOnly",
    "WeightsBroken",
    "WeightsChanged",
    "WeightsCorrupt",
    "WeightsMissing",
    "WeightsUnpinned",
    "WordTimeInvalid",
    "WordlightError",
    "WordsOverlap",
    "WrongPython",
    "WrongShape",
    "WrongType",
    "revived",
]
