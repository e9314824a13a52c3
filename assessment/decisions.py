"""The decision that publishes results."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision that publishes: number, day, and who signed it."""

    number: str
    date: dt.date
    signer: str
