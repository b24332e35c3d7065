"""The formats that are read, and what one file gives: passages, and what the file says of itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePath
from typing import Any, Final

from pipeline.collateral.blocks import Reading
from pipeline.collateral.deep_links import fragment_of
from pipeline.collateral.html_file import read_html
from pipeline.collateral.markdown_file import read_markdown
from pipeline.collateral.passages import cut_passages
from pipeline.collateral.pdf_file import read_pdf
from pipeline.collateral.slides_file import read_slides
from pipeline.collateral.text_file import read_text
from pipeline.collateral.word_file import read_word
from pipeline.errors import UnreadableFile

MAX_BYTES: Final = 50 * 1024 * 1024
MAX_CHARS: Final = 4_000_000
"""Some thousand pages; a file that gives more was not written by anybody."""
FORMATS: Final[Mapping[str, tuple[str, Callable[[bytes, str], Reading]]]] = {
    ".md": ("markdown", read_markdown),
    ".markdown": ("markdown", read_markdown),
    ".html": ("html", read_html),
    ".htm": ("html", read_html),
    ".xhtml": ("html", read_html),
    ".pdf": ("pdf", read_pdf),
    ".docx": ("docx", read_word),
    ".pptx": ("pptx", read_slides),
    ".txt": ("text", read_text),
}


@dataclass(frozen=True, slots=True)
class MadePassage:
    """A passage before it is given the id of its document."""

    locator: str
    text: str
    fragment: str
    is_notes: bool


@dataclass(frozen=True, slots=True)
class MadeDocument:
    """What one file gives."""

    title: str
    format: str
    sha256: str
    passages: tuple[MadePassage, ...]
    properties: Mapping[str, Any]
    remarks: tuple[str, ...]


def read_here(path: Path, *, name: str) -> MadeDocument:
    """Return what a file gives, named as `name` in errors; in this process, whatever the file may do to it.

    Raises UnreadableFile, with the name and the reason, for whatever gives no text: an unknown format, a file that is
    empty, too large, encrypted, damaged or a scan, or an archive that unpacks to more than it should.
    """
    form, read = _format(name)
    content = _content(path, name)
    try:
        reading = read(content, name)
    except (UnreadableFile, MemoryError):
        raise
    except RecursionError as error:
        raise UnreadableFile(f"{name} is nested too deeply to be read. Save or export it again.") from error
    except Exception as error:  # on damaged files the libraries raise whatever they stumble over
        raise UnreadableFile(
            f"{name} is damaged or no {form} file ({type(error).__name__}: {_short(error)}). Save or export it again."
        ) from error
    if sum(len(block.text) for block in reading.blocks) > MAX_CHARS:
        raise UnreadableFile(f"{name} holds more text than {MAX_CHARS:,} characters, the limit. Part it.")
    title = reading.title or PurePath(name).stem
    cuts = cut_passages(reading.blocks, title=title)
    if not cuts:
        raise UnreadableFile(f"{name} holds no text.")
    passages = tuple(MadePassage(cut.locator, cut.text, fragment_of(form, cut), cut.is_notes) for cut in cuts)
    return MadeDocument(title, form, sha256(content).hexdigest(), passages, reading.properties, reading.remarks)


def _short(error: Exception) -> str:
    said = " ".join(str(error).split())
    return said if len(said) <= 200 else f"{said[:200]}…"


def _format(name: str) -> tuple[str, Callable[[bytes, str], Reading]]:
    suffix = PurePath(name).suffix
    found = FORMATS.get(suffix.lower())
    if found is None:
        raise UnreadableFile(
            f"{name}: documents of the kind {suffix or 'without a suffix'} cannot be read. "
            f"The known kinds are {', '.join(FORMATS)}. Export it as PDF or .docx."
        )
    return found


def _content(path: Path, name: str) -> bytes:
    try:
        n_bytes = path.stat().st_size
        if n_bytes > MAX_BYTES:
            raise UnreadableFile(
                f"{name} has {n_bytes / 1024**2:.0f} MB; documents of up to {MAX_BYTES // 1024**2} MB are read. "
                "Take its pictures out, or part it."
            )
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{name} cannot be opened: {error.strerror or error}.") from error
    if not content.strip():
        raise UnreadableFile(f"{name} is empty.")
    return content
