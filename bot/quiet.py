"""What must be settled before the first import of Rasa, TensorFlow and other libraries that talk and start threads."""

from __future__ import annotations

import logging
import os
import sys
import warnings


def silence() -> None:
    """No telemetry, no start-up noise, no deprecation notes about other people's code; one thread an encoder."""
    for name, value in {
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "LOG_LEVEL": "WARNING",
        "LOG_LEVEL_LIBRARIES": "ERROR",
        # GNU OpenMP reads this once, when the first library brings it (scikit-learn, long before the encoder sets it). With
        # more threads, a worker process hangs at its first sentence: of the threads it was to share work with, fork took none
        "OMP_NUM_THREADS": "1",
    }.items():
        os.environ.setdefault(name, value)
    # TensorFlow Lite tries jax and does without it: two seconds of every start. Nothing here uses either.
    sys.modules.setdefault("jax", None)  # type: ignore[arg-type]
    # libraries change the filters back while they are imported, so it is the printing that is turned off
    warnings.showwarning = lambda *_args, **_kwargs: None
    for name in ("tensorflow", "absl", "rasa", "numexpr", "matplotlib", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)
