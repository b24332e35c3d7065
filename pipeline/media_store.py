"""The bytes that came in, kept under their digest: in the data folder, or in any store that fsspec reaches."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.errors import MissingPart, NotFound


class MediaStore:
    """Files by key. A key is `<sha256><suffix>`; equal bytes are kept once."""

    def __init__(self, root: str) -> None:
        """Take a local folder or an fsspec URL such as s3://bucket/calls."""
        self._local = None if "://" in root else Path(root)
        self._root = root.rstrip("/")

    def put(self, path: Path, key: str) -> None:
        """Keep a copy of a file; readers see all of it or none. Nothing happens if the key is held."""
        if self._local is None:
            filesystem, target = self._remote(key)
            if not filesystem.exists(target):
                filesystem.put_file(str(path), target)
            return
        target_path = self._local / key
        if target_path.exists():
            return
        self._local.mkdir(parents=True, exist_ok=True)
        temporary = target_path.with_name(f".{key}.{os.getpid()}.tmp")
        shutil.copyfile(path, temporary)
        temporary.replace(target_path)

    @contextmanager
    def local_file(self, key: str) -> Iterator[Path]:
        """Give a path on this machine with the file's bytes; it may be gone after the block.

        Raises NotFound if the key is not held.
        """
        if self._local is not None:
            path = self._local / key
            if not path.is_file():
                raise NotFound(f"The media store {self._root} has no {key}. Ingest the recording again.")
            yield path
            return
        filesystem, source = self._remote(key)
        if not filesystem.exists(source):
            raise NotFound(f"The media store {self._root} has no {key}. Ingest the recording again.")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / key
            filesystem.get_file(source, str(path))
            yield path

    def remove(self, key: str) -> bool:
        """Delete a file and what was made of it, and say whether the file was held."""
        if self._local is not None:
            held = (self._local / key).exists()
            for path in self._local.glob(f"*{key}*"):
                path.unlink()
            return held
        filesystem, target = self._remote(key)
        held = bool(filesystem.exists(target))
        for made in filesystem.glob(f"{target}*"):
            filesystem.rm(made)
        return held

    def _remote(self, key: str) -> tuple[Any, str]:
        from fsspec.core import url_to_fs

        try:
            filesystem, root = url_to_fs(self._root)
        except ImportError as error:
            raise MissingPart(f"The media store {self._root} needs a package that is not installed: {error}") from error
        return filesystem, f"{root}/{key}"
