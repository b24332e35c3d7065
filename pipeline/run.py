"""The order of the stages, once: what is stale is run, what is fresh is kept, each result lands in one transaction."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal

from models.ordinary_words import ordinary_words
from pipeline.assemble import Toolkit
from pipeline.calls.corrections import apply_corrections
from pipeline.calls.languages import is_read, language_code
from pipeline.calls.mending import replayed
from pipeline.calls.moments import find_moments
from pipeline.calls.recorded import mark_recorded
from pipeline.calls.rep_voices import known_reps, print_to_keep, speaker_prints
from pipeline.calls.roles import assign_roles, one_role_a_speaker, tell_sides_apart
from pipeline.calls.speakers import assign_speakers
from pipeline.calls.transcripts.read import read_transcript
from pipeline.calls.vocabulary import Vocabulary, given_names, names_in, vocabulary
from pipeline.corrections import hold_corrected, said_of
from pipeline.errors import SAID_IN_WORDS, Conflict, NoSpeech
from pipeline.hearing import hear, read_recording
from pipeline.phrase_vectors import encode_missing, of_pieces
from pipeline.records import Call, StageRun, Turn, Waveform
from pipeline.stage_notes import noted_corrections, noted_drops, noted_skips, silence_reason
from pipeline.store.session import Transaction

log = logging.getLogger(__name__)

STAGES: Mapping[str, tuple[str, ...]] = {
    "audio": ("transcribe", "speakers", "roles", "moments", "vectors"),
    "transcript": ("read", "roles", "moments", "vectors"),
}
_VERSION = 1
"""Raised when a stage's own code changes what it gives, so that held calls are done again."""

Write = Callable[[Transaction], None]
Result = tuple[Write, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of the work, for whoever watches."""

    call: str
    source: str
    stage: str
    state: Literal["started", "done", "fresh", "failed"]
    seconds: float = 0.0
    error: str | None = None


def process_call(toolkit: Toolkit, call: Call, *, retry_failed: bool = False) -> Iterator[Progress]:
    """Run every stale stage of a call, in order, and tell each step; the first failure ends the call's work.

    A stage that failed with the same inputs is not tried again unless `retry_failed`.
    """
    with ExitStack() as stack:
        work = _CallWork(toolkit, call, stack)
        fingerprint = ""
        for stage in STAGES[call.form]:
            fingerprint = work.fingerprint(stage, fingerprint)
            progress = _run_stage(work, stage, fingerprint, retry_failed=retry_failed)
            for step in progress:
                yield step
                if step.state == "failed":
                    return


def _run_stage(work: _CallWork, stage: str, fingerprint: str, *, retry_failed: bool) -> Iterator[Progress]:
    call = work.call
    with work.toolkit.store.read() as tx:
        last = tx.stages.of_call(call.id).get(stage)
    if last is not None and last.fingerprint == fingerprint:
        if last.state == "done":
            yield Progress(call.id, call.source, stage, "fresh")
            return
        if last.state == "failed" and not retry_failed:
            yield Progress(call.id, call.source, stage, "failed", error=last.error)
            return
    yield Progress(call.id, call.source, stage, "started")
    started = time.monotonic()
    try:
        write, detail = work.stages[stage]()
        seconds = time.monotonic() - started
        done = StageRun(call.id, stage, "done", fingerprint, seconds, None, dict(detail), datetime.now(UTC))
        with work.toolkit.store.begin() as tx:
            write(tx)
            tx.stages.record(done)
    except Exception as error:
        reason = _noted_failure(work, stage, fingerprint, error, time.monotonic() - started)
        yield Progress(call.id, call.source, stage, "failed", time.monotonic() - started, reason)
        return
    yield Progress(call.id, call.source, stage, "done", seconds)


def _noted_failure(work: _CallWork, stage: str, fingerprint: str, error: Exception, seconds: float) -> str:
    """Record that a stage failed, if its call is still held, and return the reason in words."""
    call = work.call
    reason = str(error) if isinstance(error, SAID_IN_WORDS) else f"{type(error).__name__}: {error}"
    if not isinstance(error, SAID_IN_WORDS):
        log.exception("stage %s of call %s (%s) failed", stage, call.id, call.source)
    detail = dict(error.detail) if isinstance(error, NoSpeech) else {}
    failed = StageRun(call.id, stage, "failed", fingerprint, seconds, reason, detail, datetime.now(UTC))
    try:
        with work.toolkit.store.begin() as tx:
            tx.stages.record(failed)
    except SAID_IN_WORDS:
        log.warning("the failure of stage %s of call %s could not be recorded: %s", stage, call.id, reason)
    return reason


class _CallWork:
    """The stages of one call, each giving what to write and what to note; the recording is decoded at most once."""

    def __init__(self, toolkit: Toolkit, call: Call, stack: ExitStack) -> None:
        self.toolkit = toolkit
        self.call = call
        self._stack = stack
        self.stages: Mapping[str, Callable[[], Result]] = {
            "transcribe": self._transcribe,
            "speakers": self._speakers,
            "read": self._read,
            "roles": self._roles,
            "moments": self._moments,
            "vectors": self._vectors,
        }

    def fingerprint(self, stage: str, before: str) -> str:
        """Return the digest of all that decides what a stage gives: the stage before, its model, its settings."""
        tools, settings, metadata = self.toolkit, self.toolkit.settings, self.call.metadata
        parts: Any
        if stage == "transcribe":
            # Not the collateral's names: a new brochure must not have every held call transcribed again.
            parts = [self.call.sha256, tools.transcriber.name, tools.detector.name, self._language, self._given_names]
        elif stage == "speakers":
            parts = ["voices of a sample by channel", tools.splitter.name, metadata.get("channels")]
        elif stage == "read":
            parts = ["recordings marked", self.call.sha256]
        elif stage == "roles":
            parts = [
                "names said",
                tools.role_judge.name,
                metadata.get("rep"),
                *([tools.voice_printer.name] * self._reads_voices),
            ]
        elif stage == "moments":
            with tools.store.read() as tx:
                roles = [asdict(role) for role in tx.talk.speakers(self.call.id)]
                said = [correction.id for correction in tx.corrections.live(self.call.id)]
                said += [mend.id for mend in tx.mends.of_call(self.call.id)]
            asked = [settings.min_moment_score, settings.min_role_score, self._language]
            parts = [tools.spotter.name, *asked, roles, *said]
        else:
            parts = [of_pieces(tools.encoder.name)]
        return sha256(json.dumps([_VERSION, stage, before, parts], sort_keys=True).encode()).hexdigest()

    @property
    def _reads_voices(self) -> bool:
        return self.toolkit.settings.known_voices and self.call.form == "audio"

    @property
    def _language(self) -> str | None:
        return language_code(self.call.metadata.get("language")) or language_code(self.toolkit.settings.language)

    @property
    def _given_names(self) -> list[str]:
        return given_names(self.toolkit.settings.vocabulary, self.call.metadata)

    def _vocabulary(self) -> Vocabulary:
        with self.toolkit.store.read() as tx:
            passages = tx.collateral.passages()
        found = names_in((passage.text for passage in passages), ordinary_words().__contains__) if passages else []
        return vocabulary(self._given_names, found)

    @cached_property
    def _waveform(self) -> Waveform:
        path = self._stack.enter_context(self.toolkit.media.local_file(str(self.call.media_key)))
        return read_recording(path, self.call, self.toolkit.settings)

    def _transcribe(self) -> Result:
        names = self._vocabulary()
        heard = hear(self._waveform, self.call, self.toolkit, language=self._language, vocabulary=names.prompt)
        detail = {
            "language": heard.language,
            "speech_s": heard.speech_s,
            "duration_s": self._waveform.duration_s,
            "channels": [asdict(channel) for channel in heard.channels],
            "vocabulary": asdict(names),
            **noted_drops(heard.dropped),
        }
        if not heard.segments:
            reason = silence_reason(heard.dropped)
            raise NoSpeech(f"{self.call.source} holds no speech: {reason}. Check the recording.", detail)
        return lambda tx: tx.talk.replace_segments(self.call.id, heard.segments), detail

    def _speakers(self) -> Result:
        with self.toolkit.store.read() as tx:
            segments = tx.talk.segments(self.call.id)
            heard = tx.stages.of_call(self.call.id)["transcribe"].detail["channels"]
        is_mix = len(heard) < 2 or any(channel["left_out"].startswith("the same") for channel in heard)
        spoken = assign_speakers(
            segments,
            self._waveform,
            splitter=self.toolkit.splitter,
            channels=None if is_mix else self.call.metadata.get("channels"),
        )
        turns = [
            Turn(
                call=self.call.id,
                turn=place,
                speaker=turn.speaker,
                role="unknown",
                role_score=0.5,
                start_s=turn.start_s,
                end_s=turn.end_s,
                text=turn.text,
                words=turn.words,
                score=turn.score,
                marks=turn.marks,
            )
            for place, turn in enumerate(spoken)
        ]
        languages = {turn.speaker: turn.language for turn in spoken}
        detail = {"speakers": len(languages), "languages": languages}
        return self._with_mends(turns), detail

    def _read(self) -> Result:
        with self.toolkit.media.local_file(str(self.call.media_key)) as path:
            transcript = read_transcript(path, name=self.call.source)
        turns = [
            Turn(
                call=self.call.id,
                turn=place,
                speaker=turn.speaker,
                role=turn.role,
                role_score=1.0 if turn.role != "unknown" else 0.5,
                start_s=turn.start_s,
                end_s=turn.end_s,
                text=turn.text,
                words=turn.words,
            )
            for place, turn in enumerate(transcript.turns)
        ]
        turns = one_role_a_speaker(turns)
        if {(turn.speaker, turn.role) for turn in turns} == {("unknown", "unknown")}:
            turns = tell_sides_apart(turns, self.toolkit.role_judge)
        turns = mark_recorded(turns)
        given = {turn.speaker: turn.role for turn in turns if turn.role != "unknown"}
        return self._with_mends(turns), {"form": transcript.form, "roles": given}

    def _with_mends(self, turns: list[Turn]) -> Write:
        # People's mended words are put into every transcript that is made anew.
        return lambda tx: tx.talk.replace_turns(self.call.id, replayed(turns, tx.mends.of_call(self.call.id)))

    def _roles(self) -> Result:
        with self.toolkit.store.read() as tx:
            turns = tx.talk.turns(self.call.id)
            read = tx.stages.of_call(self.call.id).get("read")
            voices = tx.voices.of_model(self.toolkit.voice_printer.name) if self._reads_voices else {}
        prints = speaker_prints(turns, self._waveform, self.toolkit.voice_printer) if self._reads_voices else {}
        roles = assign_roles(
            turns,
            self.toolkit.role_judge,
            metadata=self.call.metadata,
            given=read.detail.get("roles", {}) if read else None,
            rep_voices=known_reps(prints, voices),
        )
        rep, own = self.call.metadata.get("rep"), print_to_keep(prints, roles)

        def write(tx: Transaction) -> None:
            tx.talk.replace_speakers(self.call.id, roles)
            if rep and own is not None:
                tx.voices.put(self.call.id, str(rep), self.toolkit.voice_printer.name, own)

        return write, {}

    def _moments(self) -> Result:
        with self.toolkit.store.read() as tx:
            turns = tx.talk.turns(self.call.id)
            spoken = tx.stages.of_call(self.call.id).get("speakers")
            said = said_of(tx, self.call.id)
        languages = spoken.detail.get("languages", {}) if spoken else {}
        foreign = {t.speaker: languages.get(t.speaker) or self._language for t in turns}
        foreign = {speaker: language for speaker, language in foreign.items() if not is_read(language)}
        found = find_moments(
            [turn for turn in turns if turn.speaker not in foreign],
            self.toolkit.spotter,
            min_score=self.toolkit.settings.min_moment_score,
            min_role_score=self.toolkit.settings.min_role_score,
        )
        corrected = apply_corrections(found, said, turns)

        def write(tx: Transaction) -> None:
            # What a person said while the model read is in the store by now, and must not be written over.
            now, spoken = said_of(tx, self.call.id), tx.talk.turns(self.call.id)
            if [turn.text for turn in spoken] != [turn.text for turn in turns]:
                raise Conflict("Words of the call were mended while its moments were looked for. Run it again.")
            hold_corrected(tx, self.call.id, corrected if now == said else apply_corrections(found, now, turns))

        return write, {**noted_skips(foreign, turns), **noted_corrections(corrected)}

    def _vectors(self) -> Result:
        new = encode_missing(self.toolkit.store, self.toolkit.encoder, self.call.id)
        return new.write, {"encoded": len(new.hashes)}
