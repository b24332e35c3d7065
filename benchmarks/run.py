"""`make bench`: hearing and search beside peers, in one run, on the sample calls."""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from benchmarks.peers import batched_faster_whisper, sequential_faster_whisper
from models.faster_transcriber import FasterTranscriber
from models.voice_detector import SileroVoiceDetector
from models.whisper_transcriber import WhisperTranscriber
from pipeline.assemble import Toolkit
from pipeline.calls.decode import decode
from pipeline.calls.transcribe import transcribe
from pipeline.insights.search import phrase_filter
from pipeline.insights.spoken_words import spoken_words
from pipeline.insights.word_alignment import word_distance
from pipeline.intake import find_files, take_in
from pipeline.references.read import read_references
from pipeline.run import process_call
from pipeline.settings import Settings

SAMPLE = Path(__file__).parents[1] / "corpus" / "sample"
CALLS = ("harbour-kitchen-first.ogg", "fenwick-gardens-cold-call.wav", "brook-street-dental-follow-up.m4a")
QUERIES = ("onboarding takes too long", "too dear for small sites", "does it work with Xero", "locked in for two years")
MODEL = "base"


def main() -> None:
    """Print the tables."""
    import torch

    torch.set_num_threads(os.cpu_count() or 1)
    print(f"{date.today()}, {platform.processor() or platform.machine()}, {os.cpu_count()} cores, model {MODEL}\n")
    _hearing()
    _search()


def _hearing() -> None:
    detector = SileroVoiceDetector()

    def ours(engine: WhisperTranscriber | FasterTranscriber) -> Callable[[Path], list[str]]:
        def hear(path: Path) -> list[str]:
            heard = transcribe(decode(path), transcriber=engine, detector=detector, language="en")
            return [segment.text for segment in heard.segments]

        return hear

    engines: dict[str, Callable[[Path], list[str]]] = {
        "buyerspeak, openai-whisper": ours(WhisperTranscriber(MODEL)),
        "buyerspeak, faster-whisper": ours(FasterTranscriber(MODEL)),
        "faster-whisper batched, beam 5": batched_faster_whisper(MODEL, beam_size=5),
        "faster-whisper batched, beam 1": batched_faster_whisper(MODEL, beam_size=1),
        "faster-whisper sequential, VAD": sequential_faster_whisper(MODEL),
    }
    durations = {name: decode(SAMPLE / "calls" / name).duration_s for name in CALLS}
    print(f"{'hearing':34}{'x real time':>12}{'word errors':>13}")
    for name, hear in engines.items():
        hear(SAMPLE / "calls" / CALLS[0])
        seconds, wrong, total = 0.0, 0, 0
        for call in CALLS:
            started = time.monotonic()
            texts = hear(SAMPLE / "calls" / call)
            seconds += time.monotonic() - started
            (gold,) = read_references(SAMPLE / "gold" / f"{Path(call).stem}.json")
            said = spoken_words(" ".join(turn.text for turn in gold.turns))
            wrong += word_distance(said, spoken_words(" ".join(texts)))
            total += len(said)
        print(f"{name:34}{sum(durations.values()) / seconds:12.1f}{wrong / total:13.1%}", flush=True)


def _search() -> None:
    with tempfile.TemporaryDirectory() as folder:
        toolkit = Toolkit(Settings(data=Path(folder)))
        started = time.monotonic()
        turns = 0
        for _, call in take_in(find_files([SAMPLE / "gold"], {}), toolkit.store, toolkit.media):
            list(process_call(toolkit, call))
            with toolkit.store.read() as tx:
                turns += len(tx.talk.turns(call.id))
        print(f"\n{turns} turns of text through every stage: {turns / (time.monotonic() - started) * 60:.0f} a minute")
        times = []
        for query in QUERIES * 10:
            started = time.monotonic()
            toolkit.search.search(query, phrase_filter(), limit=20)
            times.append(1000 * (time.monotonic() - started))
        print(f"search: median {statistics.median(times[4:]):.1f} ms, slowest {max(times[4:]):.1f} ms")
        toolkit.store.close()


if __name__ == "__main__":
    main()
