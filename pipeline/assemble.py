"""The only file that names concrete parts: settings in, a toolkit out. Models load at their first use."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path

from models.processor import use_threads
from models.protocols import (
    AnswerJudge,
    Encoder,
    MomentSpotter,
    RoleJudge,
    SpeakerSplitter,
    Transcriber,
    VoiceDetector,
    VoicePrinter,
)
from models.reply_judge import HeadReplyJudge, ReplyJudge
from pipeline.errors import MissingPart
from pipeline.insights.phrase_index import PhraseIndex
from pipeline.insights.search import PhraseSearch
from pipeline.media_store import MediaStore
from pipeline.settings import Settings
from pipeline.store.open import open_store
from pipeline.store.session import Store


class Toolkit:
    """Everything the work needs, made once and shared; tests hand in parts of their own by name."""

    def __init__(self, settings: Settings, **parts: object) -> None:
        """Take the settings, and parts that stand in for the usual ones (`transcriber=…`, `encoder=…`)."""
        self.settings = settings
        self.__dict__.update(parts)

    @cached_property
    def store(self) -> Store:
        """The database, created and migrated if need be."""
        if not self.settings.database_url:
            self.settings.data.mkdir(parents=True, exist_ok=True)
        return open_store(self.settings.store_url())

    @cached_property
    def media(self) -> MediaStore:
        """The recordings' bytes."""
        return MediaStore(self.settings.media_url or str(self.settings.data / "media"))

    @cached_property
    def transcriber(self) -> Transcriber:
        """The engine that the settings name."""
        self._use_threads()
        return _ENGINES[self.settings.engine](self.settings.model)

    @cached_property
    def detector(self) -> VoiceDetector:
        """Voice activity."""
        from models.voice_detector import SileroVoiceDetector

        return SileroVoiceDetector()

    @cached_property
    def splitter(self) -> SpeakerSplitter:
        """Voices on one channel."""
        from models.voice_splitter import SenkoVoiceSplitter

        return SenkoVoiceSplitter()

    @cached_property
    def voice_printer(self) -> VoicePrinter:
        """Voices as vectors, where the settings ask for them."""
        from models.voice_splitter import SenkoVoiceSplitter

        return SenkoVoiceSplitter()

    @cached_property
    def encoder(self) -> Encoder:
        """Sentences to vectors."""
        from models.sentence_encoder import SentenceEncoder

        installed = self._installed_encoder
        if self.settings.encoder == installed.name:
            return installed
        return SentenceEncoder(self.settings.encoder, n_threads=self._n_threads)

    @cached_property
    def question_encoder(self) -> Encoder:
        """What is asked to vectors: those of the encoder, sooner where there is a way."""
        from models.question_encoder import QuestionEncoder
        from models.sentence_encoder import SentenceEncoder

        quick = QuestionEncoder()
        is_same = isinstance(self.encoder, SentenceEncoder) and self.encoder.name == quick.name
        return quick if is_same else self.encoder

    @cached_property
    def _installed_encoder(self) -> Encoder:
        """The encoder that the heads know."""
        from models.sentence_encoder import SentenceEncoder

        return SentenceEncoder(n_threads=self._n_threads)

    @cached_property
    def matter_encoder(self) -> Encoder:
        """What customers say to vectors by matter; an encoder that stands in for the usual ones does so here too."""
        from models.sentence_encoder import SentenceEncoder

        return self._installed_matters if isinstance(self.encoder, SentenceEncoder) else self.encoder

    @cached_property
    def subject_encoder(self) -> Encoder:
        """What customers and documents say to vectors by subject, answered or not; with the same stand-in."""
        from models.sentence_encoder import SentenceEncoder

        return self._installed_subjects if isinstance(self.encoder, SentenceEncoder) else self.encoder

    @cached_property
    def _installed_matters(self) -> Encoder:
        from models.matter_encoder import MatterEncoder

        return MatterEncoder(n_threads=self._n_threads)

    @cached_property
    def _installed_subjects(self) -> Encoder:
        from models.matter_encoder import MatterEncoder
        from models.touch_finder import SUBJECTS

        return MatterEncoder(SUBJECTS, n_threads=self._n_threads)

    @cached_property
    def spotter(self) -> MomentSpotter:
        """Moments in customers' turns."""
        from models.moment_spotter import HEAD, ClauseSpotter

        self._use_threads()
        return ClauseSpotter(self.own_head if self.own_head.is_file() else HEAD)

    @property
    def own_head(self) -> Path:
        """Where the network that learnt from this data's corrections is kept, if it did."""
        return self.settings.data / "heads" / "moments.safetensors"

    @cached_property
    def role_judge(self) -> RoleJudge:
        """Reps and customers by what they say."""
        from models.role_judge import TurnRoleJudge

        return TurnRoleJudge(self._installed_encoder)

    @cached_property
    def answer_judge(self) -> AnswerJudge:
        """Passages that answer."""
        from models.answer_judge import PairAnswerJudge
        from models.touch_finder import TouchFinder

        finder = TouchFinder(encoder=self._installed_subjects)
        return PairAnswerJudge(encoder=self._installed_matters, finder=finder)

    @cached_property
    def reply_judge(self) -> ReplyJudge:
        """What became of objections."""
        return HeadReplyJudge(self._installed_encoder)

    @cached_property
    def index(self) -> PhraseIndex:
        """Nearest phrases, in step with the store."""
        return PhraseIndex(self.store, self.encoder, self.settings.data / "index")

    @cached_property
    def search(self) -> PhraseSearch:
        """Search by meaning and by word."""
        return PhraseSearch(self.store, self.question_encoder, self.index)

    @property
    def _n_threads(self) -> int:
        return self.settings.threads or os.cpu_count() or 1

    def _use_threads(self) -> None:
        use_threads(self._n_threads)


def _whisper(model: str) -> Transcriber:
    from models.whisper_transcriber import WhisperTranscriber

    return WhisperTranscriber(model)


def _faster_whisper(model: str) -> Transcriber:
    try:
        from models.faster_transcriber import FasterTranscriber
    except ImportError as error:
        raise MissingPart("The engine faster-whisper is not installed. Run: pip install faster-whisper") from error
    return FasterTranscriber(model)


_ENGINES: Mapping[str, Callable[[str], Transcriber]] = {"whisper": _whisper, "faster-whisper": _faster_whisper}
