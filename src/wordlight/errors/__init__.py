"""The catalogue of problems: every error that a caller can meet, and every finding of the doctor.

A problem is one class, in the module of its subject. It has a ``code`` that never changes, Triton's
``status`` of the answer, a ``severity``, its data, one sentence (``str``), a ``meaning`` for
docs/troubleshooting.md, and a ``remedy``. On the wire it is ``CODE: sentence``, and ``→ remedy`` on
the next line, so that the client can build the same problem again.

    WordlightError
    ├── InvalidInput                 A request asks for what cannot be
    │   ├── EmptyText                Nothing speakable is left after normalisation
    │   ├── TooLong                  A text, a recording or a list is longer than its limit
    │   ├── OutOfRange               A number outside its range
    │   ├── NotFinite                A tensor holds NaN or infinity
    │   ├── WrongShape               A tensor has another shape than the contract's
    │   ├── WrongType                A tensor has another type than the contract's
    │   ├── MissingInput             One input needs another
    │   ├── NotOneOf                 A name outside a closed list
    │   ├── ReferenceUnusable        A reference voice from which nothing can be learned
    │   ├── UnsupportedText          Text that the loaded weights cannot speak
    │   ├── BucketNotAllowed         A bucket that this server may not publish to
    │   ├── WordTimeInvalid          A word's time is negative, not finite, or backwards
    │   ├── WordsOverlap             A word starts before the one before it ends
    │   ├── RequestRefused           Triton's own refusal of a request, before a model has seen it
    │   ├── TextUnreadable           A file that cannot be read as UTF-8 text
    │   ├── AudioUnreadable          A file that holds no sound that could be read
    │   ├── NoSuchTrack              A sound track that its file does not have
    │   ├── PictureUnreadable        A file that holds no picture that could be read
    │   ├── SubtitlesUnreadable      A file that is not in the ASS format
    │   ├── ScriptUnusable           A script's file that cannot be read as what it is
    │   └── LookUnusable             A look's file that cannot be read as one
    ├── UnknownVoice                 No voice of that name on the volume
    ├── UnknownLanguage              No aligner for that language on the volume
    ├── EngineFailed                 Something of ours broke
    ├── SilentSpeech                 A piece of text came out silent, however often it was spoken
    ├── ServerError                  Met by the client on its way to the server
    │   ├── ModelMissing             A server that does not serve the model
    │   ├── ServerUnreachable        No server listens there, or it went away
    │   │   ├── WrongProtocol        The port of another protocol
    │   │   ├── ProxyRefused         A proxy that found no server behind it
    │   │   └── ServerEnding         A server that was asked to end
    │   ├── ServerBusy               The server's queue is full or the request waited too long in it
    │   ├── DeadlineExceeded         No answer in time
    │   ├── BadAnswer                The server's answer breaks the contract
    │   ├── JobEnded                 A part of a narration that nobody waits for any more
    │   └── NotServing               A server that does not take requests now
    ├── NoParts                      A server that does not send parts, and flags that need them
    ├── CannotResume                 What was done is missing
    ├── NoPlayer                     No program on this machine that plays a sound
    ├── NotPlayed                    A sound that nobody has heard
    ├── BurnFailed                   ffmpeg failed
    ├── PackageMissing               A Python package that a command needs is not installed
    ├── WordsDiffer                  A demo's narration has another word than its script
    ├── FileFailed                   The system refuses to read or to write a file
    ├── SetupError                   A server cannot start
    │   ├── NotInstalled             A file that belongs to Wordlight is not there
    │   ├── FrontUnusable            The front door cannot start
    │   ├── OpenFilesFew             A limit of open files that the server exceeds
    │   ├── AddressSpaceSmall        A limit of address space that a model exceeds
    │   ├── DataSegmentSmall         A limit of data that a model exceeds
    │   ├── ProcessesFew             A limit of processes that a server exceeds
    │   ├── FileSizeSmall            A limit of file size that a server exceeds
    │   ├── StackSmall               A limit of stack that a model exceeds
    │   ├── ComputingTimeLimited     A limit of computing time
    │   ├── ClockBehind              A clock that is behind the packages of this release
    │   ├── LocaleNarrow             An encoding that loses characters
    │   ├── MemoryTooSmall           Too little memory to start
    │   ├── MemorySmall              Too little memory for a long text
    │   ├── ShmMissing               No shared memory
    │   ├── ShmTooSmall              Too little shared memory to start
    │   ├── ShmSmall                 Too little shared memory for the longest request
    │   ├── GpuMissing               No GPU where one is to be used
    │   ├── SmiMissing               A driver without nvidia-smi
    │   ├── DriverFails              A driver that does not answer
    │   ├── GpuNumber                A GPU that is not there
    │   ├── GpuMemoryLow             A GPU whose memory is taken, or too small
    │   ├── DriverOld                A driver that is older than torch's CUDA
    │   ├── ProxyMalformed           A variable that names no proxy's address
    │   ├── ProxyUnreachable         A proxy that does not answer
    │   ├── ProxySocks               A proxy that S3 is not asked through
    │   ├── RuntimeMissing           No environment here or on the volume can run the models' stubs
    │   ├── RuntimeUnusable          A module that serving needs does not import in a runtime
    │   ├── UvMissing                No uv on this machine
    │   ├── UvFailed                 uv could not install the locked packages
    │   │   ├── PackagesUnreachable  A package index does not answer
    │   │   └── PackageChanged       A package has other bytes than the lock's
    │   ├── PythonUnlocked           A Python that the lock is not for
    │   ├── PythonStatic             A Python without its shared library
    │   ├── WrongPython              Not the Python that the server's stub embeds
    │   ├── EnvironmentMissing       No virtual environment where the models' should be
    │   ├── StubMismatch             An environment of another Python than the server's stub embeds
    │   ├── NumpyMissing             An environment without numpy, which is none for the stubs
    │   ├── NumpyMismatch            numpy 2 beside a tritonserver whose stub corrupts its tensors
    │   ├── TorchMissing             No torch for the models
    │   ├── TorchBroken              A torch that cannot be imported
    │   ├── TorchWithoutCuda         A torch for the CPU where a GPU is to be used
    │   ├── FlashAttnBroken          A flash-attn that cannot be imported
    │   ├── FlashAttnOldGpu          A GPU that flash-attn does not run on
    │   ├── ServerMissing            No tritonserver on this machine, or a part of it is gone
    │   ├── GlibcOld                 A system that is older than the one the server was built for
    │   ├── LibraryMissing           A shared library that the dynamic linker does not find
    │   ├── BashMissing              No bash where Triton starts its models through one
    │   ├── PreloadMissing           An LD_PRELOAD that names what cannot be loaded
    │   ├── PortTaken                Another process listens there
    │   ├── PortTwice                One port for two purposes
    │   ├── AddressUnusable          An address, or a port, that cannot be listened on
    │   ├── ModelNotReady            A model of a server that runs, which is not served
    │   ├── ServerNotReady           A server that lives and is not ready
    │   ├── NoStateFolder            No folder on this machine can hold a running server's state
    │   ├── StateUnwritable          A server's state folder that is not there any more
    │   ├── TmpdirUnusable           A TMPDIR that the server passes over
    │   ├── TmpClosed                A /tmp in which no folder can be made
    │   ├── ServerFailed             tritonserver ended, or did not become ready in time
    │   ├── ModelsFailed             One or more models cannot start
    │   ├── ModelLeftOut             An optional model did not load
    │   ├── SelfTestFailed           A known tensor came back changed
    │   ├── S3Setting                A setting of ours that names no bucket
    │   ├── BucketMissing            The bucket that weights are pushed to is not named
    │   ├── S3ClientMissing          A bucket is configured, and nothing here can ask it
    │   ├── S3Misconfigured          One of boto3's own settings is wrong
    │   ├── VolumeNotMounted         A volume in the container's own layer
    │   ├── VolumeReadOnly           The volume takes no files
    │   ├── VolumeUnreadable         The volume is closed to us
    │   ├── VolumeFull               Too little room on the volume
    │   ├── VolumeNearlyFull         Room for weights as they are, and little more
    │   ├── VolumeFails              A file system that answers with an error
    │   ├── VolumeWithoutLinks       A file system on which no symbolic link can be made
    │   ├── VolumeSlow               A volume from which loading takes long
    │   ├── CacheClosed              A folder of compiled code that belongs to another user
    │   ├── LogUnwritable            A log that cannot be kept where it is asked for
    │   ├── LeaseHeld                Another worker writes this part of the volume
    │   ├── LeaseLost                Another worker took over while this one stood still
    │   ├── ModelsUnknown            No folder of that name with a manifest in it
    │   ├── ManifestUnreadable       A manifest, or a field of it, that cannot be understood
    │   ├── AlignerUnknown           A language for which the models have no aligner
    │   ├── WeightsMissing           A file that the manifest names is not there
    │   ├── WeightsToFetch           Files that the next start will fetch
    │   ├── WeightsCorrupt           A file is there with other bytes than the manifest's
    │   │   ├── WeightsBroken        Files are there, and the library that reads them cannot
    │   │   └── WeightsChanged       A file has other bytes than its first pull recorded
    │   ├── WeightsUnpinned          A file that may run code when it is loaded
    │   ├── WeightsUnreadable        A file of the weights that the system does not let us read
    │   ├── WeightsMisfit            Whole weights that do not fit their manifest
    │   ├── SourceUnusable           A source of weights that nothing is fetched from
    │   ├── RecordUnreadable         A record of weights in the bucket that is none
    │   ├── AlignerMissing           A language whose aligner is on this machine, and cannot be used
    │   └── LexiconBroken            A lexicon on the volume that cannot be read
    ├── NoSuchRoute                  An address that the front door does not serve
    ├── KeyMissing                   A request without an API key
    ├── KeyWrong                     A request with an API key that the server does not know
    ├── BodySlow                     A request whose body does not arrive in time
    └── StorageError                 S3 does not give or take an object
        ├── StorageDenied            The key may not do this here
        ├── StorageMissing           404
        ├── CredentialsMissing       boto3 finds no key on this machine
        ├── CredentialsWrong         The storage does not know the key, or its secret is another
        ├── CredentialsExpired       Temporary credentials whose time is over
        ├── ClockSkewed              Signatures are refused because this machine's clock is off
        ├── StorageUnavailable       503, timeouts or cut connections, more often than we try
        └── StorageChanged           The object was replaced while it was read
"""

from __future__ import annotations

from wordlight.errors._answers import *
from wordlight.errors._client import *
from wordlight.errors._files import *
from wordlight.errors._front import *
from wordlight.errors._limits import *
from wordlight.errors._machine import *
from wordlight.errors._network import *
from wordlight.errors._requests import *
from wordlight.errors._root import *
from wordlight.errors._runtimes import *
from wordlight.errors._server import *
from wordlight.errors._setup import *
from wordlight.errors._start import *
from wordlight.errors._storage import *
from wordlight.errors._volume import *
from wordlight.errors._weights import *
from wordlight.errors._wire import BUSY as BUSY
from wordlight.errors._wire import revive


def _by_code(root: type[WordlightError]) -> dict[str, type[WordlightError]]:
    found = {root.code: root}
    for child in root.__subclasses__():
        found |= _by_code(child)
    return found


BY_CODE = _by_code(WordlightError)
"""Every problem's class by its stable code."""


def revived(message: str) -> WordlightError | None:
    """The problem of ours that a server's message has; None if it has none."""
    return revive(message, BY_CODE)
