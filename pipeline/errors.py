"""One family of errors; every message names the thing, the place and the next step."""

from collections.abc import Mapping
from typing import Any

from models.weights import WeightsError


class BuyerspeakError(Exception):
    """Anything that Buyerspeak refuses or cannot do, in words for the person who asked."""


class BadInput(BuyerspeakError):
    """A file, a value or a request that cannot be used; the message says which and why."""


class UnreadableFile(BadInput):
    """A recording, transcript or document that holds nothing usable."""


class NoSpeech(UnreadableFile):
    """A recording in which nobody speaks; `detail` says what was heard instead."""

    def __init__(self, message: str, detail: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.detail = detail


class NotFound(BuyerspeakError):
    """Something was asked for by a name that is not held."""


class Conflict(BuyerspeakError):
    """What was asked would overwrite something that is held, or contradicts its state."""


class Forbidden(BuyerspeakError):
    """What was asked is not for whoever asked; the message says for whom it is."""


class MissingPart(BuyerspeakError):
    """A model, a package or an extra is not installed; the message gives the command that installs it."""


class StageFailed(BuyerspeakError):
    """A stage of one call failed for a reason of ours; the message names call and stage."""


MissingWeights = WeightsError
"""Weights are missing or altered; models raise it, since they know nothing of this family."""

SAID_IN_WORDS: tuple[type[Exception], ...] = (BuyerspeakError, MissingWeights)
"""What is shown to people as it is: our own errors, and those of missing or altered weights."""
