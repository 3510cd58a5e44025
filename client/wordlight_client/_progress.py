"""Stores a narration's finished parts in a folder, so that another run can continue it.

    FOLDER/asked.json      text and options, and the version of Wordlight
    FOLDER/0000.npz        a part: its samples, and everything else as JSON
    FOLDER/0001.npz

Files are written atomically: each is written under another name, flushed to the disk, and renamed.
Each part's archive has a checksum, so that damage is noticed.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from wordlight import __version__
from wordlight.audio import Clip
from wordlight.contract import NARRATE_STREAM
from wordlight.errors import CannotResume
from wordlight.storage import move_whole, sync_file
from wordlight.words import Ending, Origin, Word
from wordlight_client import _calls
from wordlight_client._calls import NarrateOptions
from wordlight_client._parts import NarrationPart, resume_json
from wordlight_client._results import Folder
from wordlight_client._words import OPTION_FIELDS

ASKED_FILE = "asked.json"
PART_FILE, PARTS = "{:04d}.npz", "[0-9]*[0-9].npz"
OURS = (ASKED_FILE, PARTS, "[0-9]*[0-9].tmp", "asked.tmp")
FORMAT_VERSION = 1
SHOWN_CHARACTERS = 30
"""The most characters of a changed value that a message shows."""
VERSION = "version of Wordlight"


@dataclass(frozen=True, slots=True)
class Asked:
    """The text and options of a narration; a voice's recording is kept as a hash of its samples."""

    values: Mapping[str, Any]

    @classmethod
    def of(
        cls,
        text: str,
        *,
        check: bool = False,
        tries: int | None = None,
        **options: Unpack[NarrateOptions],
    ) -> Asked:
        """The text and options among arguments of ``narrate_stream``.

        Raises:
            InvalidInput: The text or an option is invalid.
        """
        tensors = _calls.narrate_stream(text, check=check, tries=tries, **options)
        named = {field: option for option, field in OPTION_FIELDS.items()}
        values: dict[str, Any] = {VERSION: __version__}
        for name, array in tensors.items():
            spec = NARRATE_STREAM.input(name)
            option, value = named.get(spec.field, spec.field), spec.decode(array)
            if isinstance(value, np.ndarray):
                option, value = (
                    "voice",
                    f"a recording, {hashlib.sha256(value.tobytes()).hexdigest()}",
                )
            values[option] = value
        if (rate_hz := values.pop("reference_rate", None)) is not None:
            values["voice"] += f" at {rate_hz} Hz"
        return cls(values)

    def difference(self, now: Asked) -> str:
        """The first option that differs now, as a sentence; empty if all are the same."""
        for name in sorted({*self.values, *now.values}):
            before, asked = self.values.get(name), now.values.get(name)
            if before == asked:
                continue
            if _shown(before) == _shown(asked):  # they differ further on
                return f"{name} was another one then"
            return f"{name} was {_shown(before)} then and is {_shown(asked)} now"
        return ""


class Progress:
    """The finished parts of one narration; ``add`` keeps another."""

    def __init__(self, folder: Folder, asked: Asked, parts: tuple[NarrationPart, ...] = ()) -> None:
        self.folder, self.asked, self.parts = Path(folder), asked, parts

    @classmethod
    def begin(cls, folder: Folder, asked: Asked) -> Progress:
        """A progress without parts. Its first part replaces the files of an earlier narration."""
        return cls(folder, asked)

    @classmethod
    def open(cls, folder: Folder, asked: Asked) -> Progress:
        """The finished parts of the same narration, from an earlier run.

        Raises:
            CannotResume: There are no parts, the text or options differ, or a file is damaged.
        """
        path = Path(folder)
        n_parts = sum(1 for _ in path.glob(PARTS))
        if not n_parts or not (path / ASKED_FILE).is_file():
            raise CannotResume(f"there is nothing to resume in {path}")
        difference = _asked_before(path).difference(asked)
        if difference:
            raise CannotResume(f"another narration was begun in {path}: {difference}")
        parts = tuple(_read_part(path / PART_FILE.format(index)) for index in range(n_parts))
        if any(part.index != index for index, part in enumerate(parts)):
            raise _damaged(path)
        return cls(path, asked, parts)

    def add(self, part: NarrationPart) -> None:
        """Keeps a part; once this returns, the part survives a crash.

        Raises:
            OSError: The folder cannot be written to.
        """
        if not self.parts:
            self.remove()
            self.folder.mkdir(parents=True, exist_ok=True)
            asked = {"format": FORMAT_VERSION, "asked": dict(self.asked.values)}
            _write(self.folder / ASKED_FILE, json.dumps(asked, ensure_ascii=False).encode())
        _write(self.folder / PART_FILE.format(len(self.parts)), _packed(part))
        self.parts = (*self.parts, part)

    def json(self) -> str:
        """The JSON that the server needs to go on."""
        return resume_json(self.parts)

    def remove(self) -> None:
        """Removes the files, and then the folder if it is empty."""
        for pattern in OURS:
            for path in self.folder.glob(pattern):
                path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.folder.rmdir()

    @property
    def n_before(self) -> int:
        """The number of parts of an earlier run that the first part of this run will replace."""
        return 0 if self.parts else len(list(self.folder.glob(PARTS)))


def _asked_before(path: Path) -> Asked:
    try:
        saved = json.loads((path / ASKED_FILE).read_text("utf-8"))
        if saved["format"] != FORMAT_VERSION:
            raise CannotResume(f"another version of Wordlight began what is in {path}")
        return Asked(dict(saved["asked"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise _damaged(path / ASKED_FILE) from None


def _packed(part: NarrationPart) -> bytes:
    data = asdict(replace(part, clip=None))  # type: ignore[arg-type]
    data |= {"clip": part.clip.rate_hz}
    packed = io.BytesIO()
    text = np.frombuffer(json.dumps(data, ensure_ascii=False).encode(), np.uint8)
    np.savez(packed, samples=part.clip.samples, data=text)
    return packed.getvalue()


def _read_part(path: Path) -> NarrationPart:
    try:
        with np.load(path, allow_pickle=False) as archive:
            samples, data = archive["samples"], json.loads(archive["data"].tobytes())
        if samples.dtype != np.float32:
            raise _damaged(path)
        return NarrationPart(
            **{
                **data,
                "clip": Clip(samples, data["clip"]),
                "words": tuple(map(_word, data["words"])),
                "other_speech_s": tuple(
                    (start_s, end_s) for start_s, end_s in data["other_speech_s"]
                ),
                "doubtful": tuple(data["doubtful"]),
                "warnings": tuple(data["warnings"]),
            }
        )
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        raise _damaged(path) from None


def _word(record: Mapping[str, Any]) -> Word:
    return Word(**{**record, "origin": Origin(record["origin"]), "ends": Ending(record["ends"])})


def _damaged(path: Path) -> CannotResume:
    return CannotResume(f"what was done cannot be read: {path} is damaged or missing")


def _shown(value: object) -> str:
    if value is None:
        return "the default"
    text = str(value)
    short = text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
    return repr(short) if isinstance(value, str) else short


def _write(path: Path, content: bytes) -> None:
    """Writes a file atomically and durably: it is never incomplete, and it survives a crash."""
    fresh = path.with_suffix(".tmp")
    fresh.write_bytes(content)
    sync_file(fresh)
    move_whole(fresh, path)
