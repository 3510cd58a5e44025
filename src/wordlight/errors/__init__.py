"""The catalogue of problems: every error that a caller can meet, and every finding of the doctor.

A problem is one class, in the module of its subject. It has a ``code`` that never changes, Triton's
``status`` of the answer, a ``severity``, its data, one sentence (``str``), a ``meaning`` for
docs/troubleshooting.md, and a ``remedy``. On the wire it is ``CODE: sentence``, and ``→ remedy`` on
the next line, so that the client can build the same problem again.

    WordlightError
    ├── InvalidInput                 A value in a request is not valid
    │   ├── WrongUsage               A command line that its command does not take
    │   ├── EmptyText                No speakable text is left after normalisation
    │   ├── TooLong                  A text, a recording or a list is longer than its limit
    │   ├── OutOfRange               A number is outside its range
    │   ├── NotFinite                A tensor contains NaN or infinity
    │   ├── WrongShape               The shape of a tensor differs from the contract's
    │   ├── WrongType                The type of a tensor differs from the contract's
    │   ├── MissingInput             An input needs another input, which is missing
    │   ├── NotOneOf                 A value is not one of the allowed values
    │   ├── ReferenceUnusable        The reference recording is not usable as a voice
    │   ├── UnsupportedText          The loaded weights cannot speak this text
    │   ├── BucketNotAllowed         This server may not publish to this bucket
    │   ├── WordTimeInvalid          A word's time is negative or not finite
    │   ├── WordsOverlap             A word starts before the previous one ends
    │   ├── RequestRefused           Triton itself refused the request, before a model received it
    │   ├── TextUnreadable           The file cannot be read as UTF-8 text
    │   ├── AudioUnreadable          The file has no sound that can be read
    │   ├── NoSuchTrack              The file does not have this sound track
    │   ├── PictureUnreadable        The file has no picture that can be read
    │   ├── SubtitlesUnreadable      The file is not in the ASS format
    │   ├── ScriptUnusable           The file is not a valid script of its kind
    │   └── LookUnusable             The file cannot be read as a look
    ├── UnknownVoice                 The volume has no voice of this name
    ├── UnknownLanguage              The volume has no aligner for this language
    ├── EngineFailed                 Wordlight itself failed
    ├── SilentSpeech                 A piece of text came out silent, even after several attempts
    ├── ServerError                  The client met a problem on its way to the server
    │   ├── ModelMissing             The server does not serve the model
    │   ├── ServerUnreachable        No server listens at the address, or it went away
    │   │   ├── WrongProtocol        The port is for another protocol than ``asked``
    │   │   ├── ProxyRefused         A proxy found no server behind it
    │   │   └── ServerEnding         The server is shutting down
    │   ├── ServerBusy               The server's queue is full or the request waited too long in it
    │   ├── DeadlineExceeded         No answer came in time
    │   ├── BadAnswer                The server's answer breaks the contract
    │   ├── JobEnded                 Nobody waits any more for this part of a narration
    │   └── NotServing               A server that does not take requests now
    ├── NoParts                      The server does not send parts, but the given flags need them
    ├── CannotResume                 The finished part is missing
    ├── NoPlayer                     No program on this machine can play a sound
    ├── NotPlayed                    The sound was not played, because the player failed
    ├── BurnFailed                   ffmpeg failed
    ├── PackageMissing               A Python package that a command needs is not installed
    ├── WordsDiffer                  The narration of a demo has other words than its script
    ├── FileFailed                   The system refuses to read or to write a file
    │   └── FolderInUse              A folder into which another process writes
    ├── SetupError                   A server cannot start
    │   ├── NotInstalled             A file that belongs to Wordlight is missing
    │   ├── FrontUnusable            The front door cannot start
    │   ├── AddressOpen              A server that everybody on the network could use
    │   ├── OpenFilesFew             The limit of open files is too low for the server
    │   ├── AddressSpaceSmall        The limit of address space is too low for a model
    │   ├── DataSegmentSmall         The limit of data memory is too low for a model
    │   ├── ProcessesFew             The limit of processes is too low for a server
    │   ├── FileSizeSmall            The limit of file size is too low for a server
    │   ├── StackSmall               The limit of stack size is too low for a model
    │   ├── ComputingTimeLimited     The computing time is limited
    │   ├── ClockBehind              The clock is earlier than the packages of this release
    │   ├── LocaleNarrow             The locale's encoding lacks characters
    │   ├── MemoryTooSmall           There is too little memory to start
    │   ├── MemorySmall              There is too little memory for a long text
    │   ├── ShmMissing               There is no shared memory
    │   ├── ShmTooSmall              There is too little shared memory to start
    │   ├── ShmSmall                 There is too little shared memory for the longest request
    │   ├── GpuMissing               A GPU is required, but there is none
    │   ├── SmiMissing               The driver comes without nvidia-smi
    │   ├── DriverFails              The GPU driver does not answer
    │   ├── GpuNumber                There is no GPU of this number
    │   ├── GpuMemoryLow             The memory of a GPU is in use or too small
    │   ├── DriverOld                The driver is older than torch's version of CUDA requires
    │   ├── ProxyMalformed           The value of a variable is not the address of a proxy
    │   ├── ProxyUnreachable         A proxy does not answer
    │   ├── ProxySocks               The proxy is a SOCKS proxy, which S3 cannot use
    │   ├── RuntimeMissing           No environment here or on the volume can run the models' stubs
    │   ├── RuntimeUnusable          A module that serving needs fails to import in a runtime
    │   ├── UvMissing                uv is not on this machine
    │   ├── UvUnusable               A program that is named as uv and is not, or does not run here
    │   ├── UvFailed                 uv could not install the locked packages
    │   │   ├── PackagesUnreachable  A package index does not answer
    │   │   └── PackageChanged       The bytes of a package differ from those in the lock
    │   ├── PythonUnlocked           The lock is not for this version of Python
    │   ├── PythonStatic             This Python has no shared library
    │   ├── WrongPython              The server's stub embeds another version of Python
    │   ├── EnvironmentMissing       The models' virtual environment is not at its place
    │   ├── StubMismatch             The environment's Python is not the one in the server's stub
    │   ├── NumpyMissing             The environment has no numpy, which the stubs need
    │   ├── NumpyMismatch            The stub of this tritonserver corrupts the tensors of numpy 2
    │   ├── TorchMissing             The models' environment has no torch
    │   ├── TorchBroken              torch cannot be imported
    │   ├── TorchWithoutCuda         torch is built for the CPU, but a GPU is required
    │   ├── FlashAttnBroken          flash-attn cannot be imported
    │   ├── FlashAttnOldGpu          flash-attn does not run on this GPU
    │   ├── ServerMissing            tritonserver, or a part of it, is not on this machine
    │   ├── GlibcOld                 The system is older than the one for which the server was built
    │   ├── LibraryMissing           The dynamic linker does not find a shared library
    │   ├── BashMissing              There is no bash, through which Triton starts its models
    │   ├── PreloadMissing           LD_PRELOAD names a library that cannot be loaded
    │   ├── PortTaken                Another process listens on the port
    │   ├── PortTwice                The same port is given for two purposes
    │   ├── AddressUnusable          It is not possible to listen on this address or port
    │   ├── ModelNotReady            A running server does not serve a model
    │   ├── ServerNotReady           The server is running but not ready
    │   ├── NoStateFolder            No folder here can hold the state of a running server
    │   ├── StateUnwritable          The server's state folder does not exist, or no longer exists
    │   ├── TmpdirUnusable           The server cannot use the folder in TMPDIR, and ignores it
    │   ├── TmpClosed                No folder can be made in /tmp
    │   ├── ServerFailed             tritonserver ended, or did not become ready in time
    │   ├── ModelsFailed             One or more models cannot start
    │   ├── ModelLeftOut             An optional model did not load
    │   ├── SelfTestFailed           A known tensor was changed on its way through the server
    │   ├── TracesUnusable           Traces are wanted, and what makes them is not installed
    │   ├── S3Setting                A Wordlight setting is not the name of a bucket
    │   ├── BucketMissing            The setting for the bucket to push weights to is missing
    │   ├── S3ClientMissing          A bucket is configured, but the S3 client is not installed
    │   ├── S3Misconfigured          A setting of boto3 is wrong
    │   ├── VolumeNotMounted         The volume is in the container's own layer, not on a mount
    │   ├── VolumeReadOnly           The volume is not writable
    │   ├── VolumeUnreadable         This process may not read the volume
    │   ├── VolumeFull               There is too little room on the volume
    │   ├── VolumeNearlyFull         The volume has room for the present weights, and little more
    │   ├── VolumeFails              The file system answers with an error
    │   ├── VolumeWithoutLinks       The file system does not support symbolic links
    │   ├── VolumeSlow               The volume is slow, so loading takes long
    │   ├── CacheClosed              The folder of compiled code belongs to another user
    │   ├── LogUnwritable            The log cannot be written to the requested file
    │   ├── LeaseHeld                Another worker is writing this part of the volume
    │   ├── LeaseLost                Another worker took over the lease while this one was suspended
    │   ├── ModelsUnknown            There is no manifest folder of this name
    │   ├── ManifestUnreadable       A manifest, or a field of it, is not valid
    │   ├── AlignerUnknown           The models have no aligner for this language
    │   ├── WeightsMissing           A file that the manifest names is missing
    │   ├── WeightsToFetch           The next start will fetch some files
    │   ├── WeightsCorrupt           The bytes of a file differ from those that the manifest states
    │   │   ├── WeightsBroken        A library cannot read files of weights
    │   │   └── WeightsChanged       The bytes of a file differ from those of its first pull
    │   ├── WeightsUnpinned          A file may run code when it is loaded
    │   ├── WeightsUnreadable        The system does not allow a file of the weights to be read
    │   ├── WeightsMisfit            The weights are complete but do not fit their manifest
    │   ├── SourceUnusable           Weights cannot be fetched from a source of this kind
    │   ├── RecordUnreadable         A record of weights in the bucket is not valid
    │   ├── AlignerMissing           The aligner of a language is on this machine but not usable
    │   └── LexiconBroken            A lexicon on the volume cannot be read
    ├── NoSuchRoute                  An address that the front door does not serve
    ├── KeyMissing                   A request without an API key
    ├── KeyWrong                     A request with an API key that the server does not know
    ├── BodySlow                     A request whose body does not arrive in time
    └── StorageError                 S3 does not deliver or accept an object
        ├── StorageDenied            The access key has no permission for this action
        ├── StorageMissing           404
        ├── CredentialsMissing       boto3 finds no credentials on this machine
        ├── CredentialsWrong         The storage does not know the access key
        ├── CredentialsExpired       The temporary credentials have expired
        ├── ClockSkewed              S3 refuses signatures because this machine's clock is wrong
        ├── StorageUnavailable       Every attempt ended with 503, a timeout or a cut connection
        └── StorageChanged           The object was replaced during the download
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
    """The problem in a server's message; None if the message does not contain one."""
    return revive(message, BY_CODE)
