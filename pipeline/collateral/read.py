"""Any document that marketing made: found, checked, read and cut into passages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from pipeline.collateral.blocks import Reading
from pipeline.collateral.html_file import read_html
from pipeline.collateral.markdown_file import read_markdown
from pipeline.collateral.passages import cut_passages
from pipeline.collateral.pdf_file import read_pdf
from pipeline.collateral.records import Document, Passage
from pipeline.collateral.slides_file import read_slides
from pipeline.collateral.text_file import read_text
from pipeline.collateral.word_file import read_word
from pipeline.errors import UnreadableFile

MAX_BYTES: Final = 50 * 1024 * 1024
_FORMATS: Final[dict[str, tuple[str, Callable[[bytes, str], Reading]]]] = {
    ".md": ("markdown", read_markdown),
    ".markdown": ("markdown", read_markdown),
    ".html": ("html", read_html),
    ".htm": ("html", read_html),
    ".pdf": ("pdf", read_pdf),
    ".docx": ("docx", read_word),
    ".pptx": ("pptx", read_slides),
    ".txt": ("text", read_text),
}


def discover(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield each file once: those named, whatever they are, and in folders at any depth those that can be read.

    In folders, hidden files and the lock files of Office are passed over. Raises UnreadableFile for a path that does
    not exist.
    """
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise UnreadableFile(f"{path}: there is no such file or folder.")
        for found in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if (found == path or _is_wanted(found.relative_to(path), found)) and found.resolve() not in seen:
                seen.add(found.resolve())
                yield found


def _is_wanted(inside: Path, found: Path) -> bool:
    is_hidden = any(part.startswith((".", "~$")) for part in inside.parts)
    return not is_hidden and found.suffix.lower() in _FORMATS and found.is_file()


def read_document(path: Path, *, name: str | None = None) -> tuple[Document, list[Passage]]:
    """Return a document, named after its file unless `name` is given, and its passages in order.

    Raises UnreadableFile, with the file and the reason, for whatever gives no text: an unknown format, a file that is
    empty, too large, encrypted, damaged or a scan, or an archive that unpacks to more than it should.
    """
    name = name or path.name
    form, read = _format(path)
    content = _content(path)
    try:
        reading = read(content, path.name)
    except UnreadableFile:
        raise
    except Exception as error:  # on damaged files the libraries raise whatever they stumble over
        raise UnreadableFile(
            f"{path.name} is damaged or no {form} file ({type(error).__name__}: {error}). Save or export it again."
        ) from error
    digest = sha256(content).hexdigest()
    title = reading.title or path.stem
    cuts = cut_passages(reading.blocks, title=title)
    if not cuts:
        raise UnreadableFile(f"{path.name} holds no text.")
    document = Document(id=digest[:12], name=name, title=title, format=form, sha256=digest, added_at=datetime.now(UTC))
    passages = [
        Passage(f"{document.id}-{position}", document.id, name, position, cut.locator, cut.text)
        for position, cut in enumerate(cuts)
    ]
    return document, passages


def _format(path: Path) -> tuple[str, Callable[[bytes, str], Reading]]:
    found = _FORMATS.get(path.suffix.lower())
    if found is None:
        raise UnreadableFile(
            f"{path.name}: documents of the kind {path.suffix or 'without a suffix'} cannot be read. "
            f"The known kinds are {', '.join(_FORMATS)}."
        )
    return found


def _content(path: Path) -> bytes:
    try:
        n_bytes = path.stat().st_size
        if n_bytes > MAX_BYTES:
            raise UnreadableFile(
                f"{path.name} has {n_bytes / 1024**2:.0f} MB; documents of up to {MAX_BYTES // 1024**2} MB are read. "
                "Take its pictures out, or part it."
            )
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{path.name} cannot be opened: {error.strerror or error}.") from error
    if not content.strip():
        raise UnreadableFile(f"{path.name} is empty.")
    return content
