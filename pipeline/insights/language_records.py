"""What is told about wording: phrases of either side with their counts, pairs of them, and messages with their echo."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.collateral.records import Passage
from pipeline.insights.answers_given import Utterance
from pipeline.insights.language_counts import Side


@dataclass(frozen=True, slots=True)
class Count:
    """So many of so many."""

    n: int
    of: int


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence of a passage, `start_char` to `end_char` of its text."""

    passage: Passage
    start_char: int
    end_char: int
    text: str


@dataclass(frozen=True, slots=True)
class Wording:
    """A phrase that one side uses more than another: the log-odds with their 95 % interval, and who uses it."""

    phrase: str
    """As it is written most often."""
    log_odds: float
    low: float
    high: float
    z: float
    false_share: float
    """The share of phrases as distinctive that shuffled labels give as well."""
    is_told_apart: bool
    ours: Count
    """The accounts (or passages) of the side whose wording it is, of those that there are."""
    theirs: Count
    unprompted: Count | None
    """The accounts whose first use no rep's came before, of the accounts that use it; None of collateral and reps."""
    uses: tuple[Utterance | Written, ...]
    """One sentence for each account or passage that is counted in `ours`."""


@dataclass(frozen=True, slots=True)
class WordPair:
    """What customers say beside what the other side says for it, with who uses which."""

    they: Wording
    you: Wording
    cosine: float
    p_value: float
    false_share: float
    is_told_apart: bool


@dataclass(frozen=True, slots=True)
class Contrast:
    """Customers' wording beside that of one other side."""

    other: Side
    n_customers: int
    n_others: int
    pairs: tuple[WordPair, ...]
    they: tuple[Wording, ...]
    you: tuple[Wording, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """Wording of collateral: whether reps say it, and customers after them."""

    phrase: str
    written: Count
    """Passages."""
    said: Count
    """Calls in which a rep says it, of all calls."""
    echoed: Count
    """Calls in which a customer says it after the rep, of those in `said`."""
    unprompted: Count
    """Calls in which a customer says it and no rep did before, of all calls."""
    instead: str | None
    """What customers say for it, where a pair says so."""
    said_instead: Count | None
    """Calls of `said` in which a customer says that."""
    said_uses: tuple[Utterance, ...]
    echo_uses: tuple[Utterance, ...]
    unprompted_uses: tuple[Utterance, ...]
    """One sentence for each call that is counted."""


@dataclass(frozen=True, slots=True)
class Language:
    """They say, you say: of one theme, or of all that is said and written."""

    theme: str | None
    label: str
    n_calls: int
    n_accounts: int
    n_passages: int
    n_documents: int
    contrasts: tuple[Contrast, ...]
    messages: tuple[Message, ...]
