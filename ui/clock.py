"""The clock of the screens and routes; what lies below them is told the time."""

import datetime as dt


def now() -> dt.datetime:
    """The moment of a press of a button or of a request, in UTC."""
    return dt.datetime.now(dt.UTC)
