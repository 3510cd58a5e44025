"""Why a server cannot start."""

from __future__ import annotations

from collections.abc import Mapping

from wordlight.errors._root import WordlightError


class SetupError(WordlightError):
    """The server cannot start; the sentence says why and what to do."""

    code = "SETUP_ERROR"
    status = "UNAVAILABLE"


class WeightsMissing(SetupError):
    """A file that the manifest names is not there."""

    code = "WEIGHTS_MISSING"

    def __init__(self, name: str, looked_for: str, remedy: str) -> None:
        self.name, self.looked_for = name, looked_for
        super().__init__(f"weights {name!r}: {looked_for} is missing; {remedy}")


class WeightsCorrupt(SetupError):
    """A file is there with other bytes than the manifest's."""

    code = "WEIGHTS_CORRUPT"

    def __init__(
        self,
        name: str,
        file: str,
        what: str,
        expected: str,
        got: str,
        remedy: str = "delete the file and fetch it again",
        witness: str = "the manifest",
    ) -> None:
        self.name, self.file = name, file
        super().__init__(
            f"weights {name!r}: {file} has {what} {got}, {witness} says {expected}; {remedy}"
        )


class WeightsBroken(WeightsCorrupt):
    """Files are there, and the library that reads them cannot; the log has its own words."""

    code = "WEIGHTS_BROKEN"

    def __init__(self, name: str, remedy: str) -> None:
        self.name = name
        SetupError.__init__(
            self,
            f"weights {name!r} are there and cannot be loaded: they are broken, or of another kind "
            f"(the server's log has the reason); delete them, then {remedy}",
        )


class WeightsChanged(WeightsCorrupt):
    """A file that no manifest pins has other bytes than its first pull recorded."""

    code = "WEIGHTS_CHANGED"

    def __init__(
        self, name: str, file: str, what: str, recorded: str, got: str, record: str
    ) -> None:
        self.name, self.file, self.record = name, file, record
        SetupError.__init__(
            self,
            f"weights {name!r}: {file} has {what} {got}, and its first pull recorded {recorded} in "
            f"{record}; keep what that pull brought, or, if you trust the new one, delete that "
            "record and try again",
        )


class WeightsUnpinned(SetupError):
    """A file that may run code when it is loaded, and that no hash vouches for."""

    code = "WEIGHTS_UNPINNED"

    def __init__(self, name: str, file: str) -> None:
        self.name, self.file = name, file
        super().__init__(
            f"weights {name!r}: {file} can run code when it is loaded and has no sha256 in the "
            "manifest; state the sha256 of a file you trust, or use safetensors"
        )


class VolumeFull(SetupError):
    """Too little room on the volume; what was fetched so far is kept and continued."""

    code = "VOLUME_FULL"

    def __init__(self, volume: str, needed_bytes: int, free_bytes: int) -> None:
        self.needed_bytes, self.free_bytes = needed_bytes, free_bytes
        super().__init__(
            f"volume {volume} has {free_bytes / 1e6:,.1f} MB free and {needed_bytes / 1e6:,.1f} MB "
            "are needed; free room (`wordlight volume prune`) or enlarge it, then pull again: "
            "what has been fetched is kept"
        )


class LeaseHeld(SetupError):
    """Another worker writes this part of the volume."""

    code = "LEASE_HELD"

    def __init__(self, lease: str, holder: str, silent_s: float) -> None:
        self.lease, self.holder = lease, holder
        super().__init__(
            f"{lease} on this volume is in the hands of {holder}, last heard {silent_s:.0f} s ago; "
            "wait for it, or end that process: its hold lapses by itself"
        )


class LeaseLost(SetupError):
    """Another worker took over while this one stood still."""

    code = "LEASE_LOST"

    def __init__(self, lease: str) -> None:
        self.lease = lease
        super().__init__(
            f"this process stood still for so long that another took {lease} over; run it again"
        )


class VolumeReadOnly(SetupError):
    """The volume takes no files."""

    code = "VOLUME_READ_ONLY"

    def __init__(self, folder: str, reason: str) -> None:
        self.folder = folder
        super().__init__(
            f"{folder} cannot be written ({reason}); mount the volume writable for this user"
        )


class RuntimeMissing(SetupError):
    """No environment on this machine or on the volume can run the models' stubs."""

    code = "RUNTIME_MISSING"

    def __init__(self, volume: str, why: str) -> None:
        super().__init__(
            f"volume {volume}: {why}; run `wordlight volume install --volume {volume}` here"
        )


class RuntimeUnusable(SetupError):
    """A module that serving needs does not import in a runtime, or its stub fails."""

    code = "RUNTIME_UNUSABLE"

    def __init__(self, failures: tuple[str, ...]) -> None:
        self.failures = failures
        super().__init__(f"the runtime was built but does not work: {'; '.join(failures)}")


class NoRoomForRuntime(SetupError):
    """Too little room on the volume for a runtime."""

    code = "NO_ROOM_FOR_RUNTIME"

    def __init__(self, folder: str, needed_bytes: int, free_bytes: int) -> None:
        self.folder, self.needed_bytes, self.free_bytes = folder, needed_bytes, free_bytes
        super().__init__(
            f"{folder} has {free_bytes / 1e9:.2f} GB free and the runtime needs "
            f"{needed_bytes / 1e9:.2f} GB more; enlarge the volume or remove what is not needed"
        )


class UvMissing(SetupError):
    """No uv on this machine."""

    code = "UV_MISSING"

    def __init__(self, looked_for: str) -> None:
        super().__init__(
            f"there is no uv: looked for {looked_for}; `pip install uv`, or name it with --uv"
        )


class UvFailed(SetupError):
    """uv could not install the locked packages; the sentence ends with its own words."""

    code = "UV_FAILED"

    def __init__(self, doing: str, said: str) -> None:
        self.said = said
        super().__init__(f"{doing} failed; uv says: {said}")


class PackagesUnreachable(UvFailed):
    """A package index does not answer."""

    code = "PACKAGES_UNREACHABLE"

    def __init__(self, doing: str, said: str) -> None:
        super().__init__(
            f"{doing} needs the network (a proxy is taken from HTTPS_PROXY, its certificate from "
            "SSL_CERT_FILE) and",
            said,
        )


class PackageChanged(UvFailed):
    """A package has other bytes than the lock's."""

    code = "PACKAGE_CHANGED"

    def __init__(self, doing: str, said: str) -> None:
        super().__init__(
            f"{doing}: a package has other bytes than the lock's, so nothing was installed; try "
            "again, and do not trust that index or proxy if it happens again; it",
            said,
        )


class WrongPython(SetupError):
    """Not the Python that the server's stub embeds, or one without its shared library."""

    code = "WRONG_PYTHON"


class NumpyMismatch(SetupError):
    """numpy 2 beside a tritonserver whose stub corrupts its tensors."""

    code = "NUMPY_MISMATCH"

    def __init__(self, numpy: str, server: str) -> None:
        super().__init__(
            f"numpy {numpy} beside tritonserver {server}: the Python stubs of servers up to "
            "2.51 were built against numpy 1 and silently corrupt tensors under numpy 2 "
            "([1, 2, 3] arrives as [1, 1, 1]); install numpy 1.26"
        )


class PortTaken(SetupError):
    """Another process listens there."""

    code = "PORT_TAKEN"

    def __init__(self, port: int, purpose: str) -> None:
        self.port = port
        super().__init__(
            f"port {port} for {purpose} is in use; stop what listens there or "
            f"choose another with --{purpose.lower()}-port"
        )


class ServerMissing(SetupError):
    """No tritonserver on this machine."""

    code = "SERVER_MISSING"


class NoStateFolder(SetupError):
    """No folder on this machine can hold a running server's state."""

    code = "NO_STATE_FOLDER"

    def __init__(self, reasons: Mapping[str, str]) -> None:
        self.reasons = dict(reasons)
        seen = ", ".join(f"{folder}: {reason}" for folder, reason in reasons.items())
        super().__init__(
            f"no folder can hold the server's state ({seen}); set TMPDIR to a folder that can be "
            "written and executed from, with a plain ASCII path"
        )


class ServerFailed(SetupError):
    """tritonserver ended, or did not become ready in time."""

    code = "SERVER_FAILED"


class ModelsFailed(SetupError):
    """One or more models cannot start; the sentence says which, why, and what to do."""

    code = "MODELS_FAILED"

    def __init__(self, reasons: Mapping[str, str]) -> None:
        self.reasons = dict(reasons)
        together: dict[str, list[str]] = {}
        for model, reason in reasons.items():
            together.setdefault(reason, []).append(model)
        super().__init__(
            "\n".join(
                f"model{'s' if len(models) > 1 else ''} {', '.join(models)} cannot start: {reason}"
                for reason, models in together.items()
            )
        )


class ModelLeftOut(SetupError):
    """An optional model did not load; the others are served."""

    code = "MODEL_LEFT_OUT"

    def __init__(self, model: str, reason: str) -> None:
        self.model = model
        super().__init__(f"model {model} is not served: {reason}")


class SelfTestFailed(SetupError):
    """A known tensor came back changed."""

    code = "SELF_TEST_FAILED"
