"""What a measurement was taken on: the processor, its cores, and the versions of the engines."""

from __future__ import annotations

import os
import platform
import re
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Final

_CPU: Final = Path("/proc/cpuinfo")
_ENGINES: Final = ("openai-whisper", "faster-whisper", "ctranslate2", "torch", "onnxruntime", "numpy")


def processor() -> str:
    """Return the processor's model as the system names it."""
    named = re.search(r"^model name\s*:\s*(.+)$", _CPU.read_text(), re.MULTILINE) if _CPU.is_file() else None
    return named[1].strip() if named else platform.processor() or platform.machine()


def described() -> str:
    """Return one line on day, machine and engines."""
    engines = ", ".join(f"{name} {version(name)}" for name in _ENGINES)
    return f"{date.today()}, {processor()}, {os.cpu_count()} cores, Python {platform.python_version()}, {engines}"


def file_name() -> str:
    """Return the name of the file of results of this day and machine."""
    slug = re.sub(r"[^a-z0-9]+", "-", processor().lower()).strip("-")
    return f"{date.today()}-{os.cpu_count()}-cores-{slug}.md"
