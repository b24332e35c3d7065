"""The committed recording: two sentences, two synthetic voices, half a second between them."""

from pathlib import Path

import numpy as np
import pytest

from models.protocols import Samples


@pytest.fixture(scope="session")
def two_sentences() -> Samples:
    """The recording at 16 kHz, float32, one channel."""
    import av

    path = Path(__file__).parents[1] / "data" / "two_sentences.ogg"
    resampler = av.AudioResampler(format="flt", layout="mono", rate=16_000)
    with av.open(str(path)) as container:
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float32)
