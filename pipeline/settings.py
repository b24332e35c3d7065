"""The table of settings: from the environment (`BUYERSPEAK_…`), read once at the edge, passed on as plain values."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline.gap_work import ServiceLevels


class Settings(BaseSettings):
    """What an operator may decide; every field is named in the README with its default."""

    model_config = SettingsConfigDict(env_prefix="BUYERSPEAK_", frozen=True, extra="ignore")

    data: Path = Field(Path("buyerspeak-data"), description="Folder that holds database, audio and index.")
    database_url: str = Field("", description="PostgreSQL URL; empty keeps SQLite in the data folder.")
    media_url: str = Field("", description="fsspec URL for the audio; empty keeps it in the data folder.")
    engine: Literal["whisper", "faster-whisper"] = Field("faster-whisper", description="Engine that transcribes.")
    model: str = Field("base", description="Whisper model: a size, or a folder.")
    language: str = Field("", description="Language spoken, such as en; empty detects it per call and channel.")
    vocabulary: str = Field("", description="Names that calls mention, comma-separated, to bias the transcription.")
    encoder: str = Field("all-MiniLM-L6-v2", description="sentence-transformers model: a name or a folder.")
    max_call_hours: float = Field(6.0, description="Recordings longer than this are refused.", gt=0)
    decode_limit_s: float = Field(
        0.0, description="Seconds that decoding a recording may take; 0 allows a minute and a twentieth of it.", ge=0
    )
    decode_limit_mb: int = Field(1024, description="Memory that decoding a recording may take, in MB (Linux).", gt=0)
    call_limit_s: float = Field(0.0, description="Seconds that transcribing a call may take; 0 sets no limit.", ge=0)
    min_moment_score: float | None = Field(
        None, description="Moments scored lower are not kept; by default each kind has its own threshold.", ge=0, le=1
    )
    min_role_score: float = Field(0.6, description="Speakers less surely told apart count as unknown.", ge=0.5)
    known_voices: bool = Field(
        False, description="Keep voice prints of the reps that metadata names, and know them again by voice."
    )
    webhooks_to_private: bool = Field(False, description="Let webhooks lead to this machine and private networks.")
    stale_after_days: int = Field(548, description="Collateral older than this by the last call counts as stale.", gt=0)
    ray_address: str = Field("", description="Running Ray cluster; empty starts one on this machine.")
    gap_due_high_days: int = Field(14, description="Days in which an urgent gap is to be closed.", gt=0)
    gap_due_medium_days: int = Field(30, description="Days in which a gap of middling urgency is to be closed.", gt=0)
    gap_due_low_days: int = Field(90, description="Days in which a gap of little urgency is to be closed.", gt=0)
    server_url: str = Field("http://127.0.0.1:8000", description="Where links in reports to calls lead.")
    oidc_issuer: str = Field("", description="OpenID Connect provider that people may sign in with; https.")
    oidc_client_id: str = Field("", description="What the provider calls this server.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="What this server shows to the provider.")
    oidc_claim: str = Field("email", description="What the provider says that is the name of the account.")
    oidc_new_role: Literal["", "viewer", "editor", "admin"] = Field(
        "", description="Role of people who come by the provider without an account; empty lets none of them in."
    )
    threads: int = Field(0, description="Threads for the models; 0 uses every core.", ge=0)

    def service_levels(self) -> ServiceLevels:
        """Return in how many days gaps are due, by urgency."""
        return {"high": self.gap_due_high_days, "medium": self.gap_due_medium_days, "low": self.gap_due_low_days}

    def store_url(self) -> str:
        """Return the URL of the database that these settings mean."""
        return self.database_url or f"sqlite:///{(self.data / 'buyerspeak.db').resolve()}"
