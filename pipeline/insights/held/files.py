"""Folders of files that are whole or not there: digests by block, a stamp with its own, a pointer renamed into place.

A damaged, foreign or half-written folder is never opened; what it held is made again from the database.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

BLOCK_BYTES = 1 << 20
_POINTER = "current"
_STAMP = "stamp.json"
_HASHING_THREADS = 2


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file as a whole: to a temporary one, synced, then renamed over the old."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def seal(folder: Path, facts: Mapping[str, Any], *, touched: Mapping[str, set[int]] | None = None) -> None:
    """Write the stamp of a folder: its facts and the digests of its files.

    With `touched`, files that it does not name keep their digests, and of those that it names only these blocks are
    read anew; an empty set means all of the file.
    """
    before = {} if touched is None else _read_stamp(folder)["files"]
    changed = touched or {}
    files = {}
    for path in sorted(folder.iterdir()):
        if path.name == _STAMP or path.suffix == ".tmp":
            continue
        known = before.get(path.name)
        if known is None or changed.get(path.name, {0}) == set():
            files[path.name] = {"bytes": path.stat().st_size, "blocks": list(_digests(path))}
        else:
            renewed = {block: _digest(path, block) for block in changed.get(path.name, set())}
            blocks = [renewed.get(block, digest) for block, digest in enumerate(known["blocks"])]
            files[path.name] = {"bytes": known["bytes"], "blocks": blocks}
    body = json.dumps({"facts": dict(facts), "files": files}, sort_keys=True)
    stamp = {"sha256": sha256(body.encode()).hexdigest(), "body": body}
    if touched is None:
        for path in folder.iterdir():
            _sync(path)
    write_atomically(folder / _STAMP, json.dumps(stamp).encode())


def checked_facts(folder: Path) -> Mapping[str, Any] | None:
    """Return the facts of a folder whose every byte is as it was written; None for any other."""
    try:
        stamp = _read_stamp(folder)
        facts: Mapping[str, Any] = stamp["facts"]
        with ThreadPoolExecutor(_HASHING_THREADS) as pool:
            whole = pool.map(lambda item: _is_whole(folder / item[0], item[1]), stamp["files"].items())
            return facts if all(list(whole)) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def stamped_facts(folder: Path) -> Mapping[str, Any] | None:
    """Return the facts of a folder, its files unread; None if its stamp is damaged."""
    try:
        facts: Mapping[str, Any] = _read_stamp(folder)["facts"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return facts


def current(folder: Path) -> Path | None:
    """Return the folder that the pointer names, if there is one."""
    try:
        name = (folder / _POINTER).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None
    named = folder / name
    return named if name.startswith("g") and name.isalnum() and named.is_dir() else None


def new_folder(folder: Path) -> Path:
    """Make an empty folder that no pointer names yet."""
    taken = [int(path.name[1:]) for path in folder.glob("g*") if path.name[1:].isdigit()]
    made = folder / f"g{max(taken, default=0) + 1}"
    made.mkdir(parents=True)
    return made


def point_at(folder: Path, named: Path) -> None:
    """Let the pointer name a sealed folder, and remove the others; who has them mapped keeps them until it lets go."""
    _sync(named)
    write_atomically(folder / _POINTER, named.name.encode("ascii"))
    _sync(folder)
    for other in folder.iterdir():
        if other != named and other.name not in (_POINTER, "lock", "building"):
            if other.is_dir():
                shutil.rmtree(other, ignore_errors=True)
            else:
                other.unlink(missing_ok=True)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one process at a time blank files here, check them, or move the pointer."""
    import fcntl

    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def building(folder: Path) -> Iterator[bool]:
    """Tell whether this process may write a new generation here now: one at a time does."""
    import fcntl

    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "building").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _read_stamp(folder: Path) -> dict[str, Any]:
    stamp = json.loads((folder / _STAMP).read_bytes())
    if sha256(stamp["body"].encode()).hexdigest() != stamp["sha256"]:
        raise ValueError("the stamp is damaged")
    body: dict[str, Any] = json.loads(stamp["body"])
    return body


def _is_whole(path: Path, known: Mapping[str, Any]) -> bool:
    return bool(path.stat().st_size == known["bytes"] and list(_digests(path)) == known["blocks"])


def _digests(path: Path) -> Iterator[str]:
    with path.open("rb", buffering=0) as file:
        while block := file.read(BLOCK_BYTES):
            yield sha256(block).hexdigest()


def _digest(path: Path, block: int) -> str:
    with path.open("rb", buffering=0) as file:
        file.seek(block * BLOCK_BYTES)
        return sha256(file.read(BLOCK_BYTES)).hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
