"""Problems with the manifests of models, and with the weights that they name."""

from __future__ import annotations

from wordlight.errors._root import Severity
from wordlight.errors._setup import SetupError

__all__ = [
    "AlignerMissing",
    "AlignerUnknown",
    "LexiconBroken",
    "ManifestUnreadable",
    "ModelsUnknown",
    "RecordUnreadable",
    "SourceUnusable",
    "WeightsBroken",
    "WeightsChanged",
    "WeightsCorrupt",
    "WeightsMisfit",
    "WeightsMissing",
    "WeightsToFetch",
    "WeightsUnpinned",
    "WeightsUnreadable",
]


class ModelsUnknown(SetupError):
    """There is no manifest folder of this name."""

    code = "PROFILE_UNKNOWN"
    says = "there are no models {name!r}; looked for {looked_for}"
    meaning = "The name after --models is misspelt, or WORDLIGHT_MANIFESTS names another folder."
    advice = (
        "choose mini or full with --models, or set WORDLIGHT_MANIFESTS to the folder that holds it"
    )

    name: str
    looked_for: str


class ManifestUnreadable(SetupError):
    """A manifest, or a field of it, is not valid. ``where`` is the file or field."""

    code = "MANIFEST_UNREADABLE"
    says = "{where} {what}"
    meaning = "The manifest is not TOML, lacks a field, or has an invalid value."
    advice = "correct it in manifest.toml, or restore that file from the release"

    where: object
    what: str


class AlignerUnknown(SetupError):
    """The models have no aligner for this language."""

    code = "ALIGNER_UNKNOWN"
    says = "the models {models!r} have no aligner for {language!r}; there are: {there_are}"
    meaning = "Only the languages whose aligners the manifest names can be pulled."
    advice = "choose one of these with --language, or add an aligner to the manifest"

    models: str
    language: str
    there_are: str


class WeightsMissing(SetupError):
    """A file that the manifest names is missing."""

    code = "WEIGHTS_MISSING"
    says = "weights {name!r}: {looked_for} is missing"
    meaning = "A file that the models need is not on this machine, and nothing fetched it."
    advice = "{todo}"

    name: str
    looked_for: str
    todo: str


class WeightsToFetch(SetupError):
    """The next start will fetch some files."""

    code = "WEIGHTS_TO_FETCH"
    severity = Severity.WARNING
    says = "weights {name!r}: {n_missing} of {n_files} files are not in {folder} yet"
    meaning = "The server fetches them when it starts; until then it is not ready."
    advice = "fetch them before: wordlight volume pull; or let the start do it, from {source}"

    name: str
    n_missing: int
    n_files: int
    folder: object
    source: str


class WeightsCorrupt(SetupError):
    """The bytes of a file differ from those that the manifest states."""

    code = "WEIGHTS_CORRUPT"
    says = "weights {name!r}: {file} has {what} {got}, {witness} says {expected}"
    meaning = (
        "A download was cut short, a disk flipped a bit, or the manifest describes other weights."
    )
    advice = "{todo}"

    def __init__(
        self,
        name: str,
        file: str,
        what: str,
        expected: str,
        got: str,
        todo: str = "delete the file and fetch it again",
        witness: str = "the manifest",
    ) -> None:
        self.name, self.file, self.what, self.expected = name, file, what, expected
        self.got, self.todo, self.witness = got, todo, witness


class WeightsBroken(WeightsCorrupt):
    """A library cannot read files of weights; the log has the library's own words."""

    code = "WEIGHTS_BROKEN"
    says = (
        "weights {name!r} are there and cannot be loaded: they are broken, or of another kind (the "
        "server's log has the reason)"
    )
    meaning = "The library that reads such weights refuses these files."
    advice = "delete them, then {fetch}"

    name: str
    fetch: str


class WeightsChanged(WeightsCorrupt):
    """The bytes of a file differ from those of its first pull; no manifest pins them."""

    code = "WEIGHTS_CHANGED"
    says = (
        "weights {name!r}: {file} has {what} {got}, and its first pull recorded {recorded} in "
        "{record}"
    )
    meaning = (
        "The manifest states no hash of this file, so it must stay as its first pull brought it. "
        "A disk flipped a bit, somebody replaced the file, or its source now has another one."
    )
    advice = (
        "keep what that pull brought, or, if you trust the new one, delete that record and try "
        "again"
    )

    name: str
    file: str
    what: str
    recorded: str
    got: str
    record: str


class WeightsUnpinned(SetupError):
    """A file may run code when it is loaded, and no hash protects against changes."""

    code = "WEIGHTS_UNPINNED"
    says = (
        "weights {name!r}: {file} can run code when it is loaded and has no sha256 in the manifest"
    )
    meaning = "Formats other than safetensors may hold code; only a known hash makes them safe."
    advice = "state the sha256 of a file you trust, or use safetensors"

    name: str
    file: str


class WeightsUnreadable(SetupError):
    """The system does not allow a file of the weights to be read."""

    code = "WEIGHTS_UNREADABLE"
    says = "weights {name!r}: {file} cannot be read: {reason}"
    meaning = "The file belongs to another user, or the disk fails."
    advice = (
        "open it to the user that serves: chmod a+r {file}; if the disk fails, fetch it anew "
        "elsewhere"
    )

    name: str
    file: object
    reason: object


class WeightsMisfit(SetupError):
    """The weights are complete but do not fit their manifest."""

    code = "WEIGHTS_MISFIT"
    says = "{file} {why}"
    meaning = "The files have another network, or another size, than the manifest states."
    advice = "name weights that fit in the manifest.toml, or correct what it says of them"

    file: str
    why: str


class SourceUnusable(SetupError):
    """Weights cannot be fetched from a source of this kind."""

    code = "SOURCE_UNUSABLE"
    says = "weights {name!r}: source {source!r} {why}"
    meaning = "The manifest names a place that Wordlight does not know, or does not trust."
    advice = "name a source that begins with file://, package://, hf://, s3:// or https://"

    name: str
    source: str
    why: str


class RecordUnreadable(SetupError):
    """A record of weights in the bucket is not valid."""

    code = "RECORD_UNREADABLE"
    says = "{place} is {why}"
    meaning = "The bucket's record of which files belong together is damaged, or is another file."
    advice = "delete it and push again: wordlight volume push"

    place: str
    why: str


class AlignerMissing(SetupError):
    """The aligner of a language is on this machine but not usable."""

    code = "ALIGNER_MISSING"
    severity = Severity.WARNING
    says = "no aligner for {language}: {reason}"
    meaning = (
        "A request in that language is refused, or the default language's aligner times its words "
        "roughly; other languages are served."
    )
    advice = "{todo}"

    language: str
    reason: str
    todo: str


class LexiconBroken(SetupError):
    """A lexicon on the volume cannot be read."""

    code = "LEXICON_BROKEN"
    severity = Severity.WARNING
    says = "{reason}"
    meaning = (
        "A server ignores the whole lexicon, adds a warning to every answer, and says the words "
        "as they are written."
    )
    advice = "correct that line in {path}, or write it anew with wordlight lexicon import"

    reason: object
    path: object
