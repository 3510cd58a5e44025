"""The characters of paths: Triton gets plain links to paths that are not (docs/starting.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from wordlight.doctor._finding import Finding, fine
from wordlight.serving import Links, is_plain, why_unusable


def check_paths(paths: Mapping[str, Path]) -> Finding:
    """The finding that names the paths that reach Triton as links, as they are not plain."""
    linked = [name for name, path in paths.items() if not is_plain(path)]
    seen = f"reach Triton as links: {', '.join(linked)}" if linked else "plain"
    return fine("paths", seen)


@contextmanager
def plain_links(folders: Iterable[Path]) -> Iterator[Links | None]:
    """Links as a server would make them, for the length of this context; None without a folder.

    ``folders`` are the folders that may hold a server's state.
    """
    folder = next((one for one in folders if why_unusable(one) is None), None)
    if folder is None:
        yield None
        return
    with TemporaryDirectory(prefix="wordlight-doctor-", dir=folder) as made:
        yield Links(Path(made))
