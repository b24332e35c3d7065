"""What runs in a process of its own for each file of collateral (`read` starts it)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from pipeline.child_process import serve
from pipeline.collateral.archive import unpack
from pipeline.collateral.formats import read_here
from pipeline.collateral.sitemap import pages_named


def _read(path: Path, *, name: str) -> dict[str, Any]:
    return asdict(read_here(path, name=name))


def _unpack(path: Path, *, name: str, folder: str) -> dict[str, Any]:
    return asdict(unpack(path, name=name, folder=Path(folder)))


def _sitemap(path: Path, *, name: str) -> dict[str, Any]:
    return asdict(pages_named(path, name=name))


TASKS: Final[Mapping[str, Callable[..., Any]]] = {"read": _read, "unpack": _unpack, "sitemap": _sitemap}

if __name__ == "__main__":
    serve(TASKS)
