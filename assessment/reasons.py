"""Reasons that somebody gives for what is done: one line, neither empty nor endless."""

from collections.abc import Callable

MOST_REASON = 2000
"""Longest reason."""


def given_reason(text: str, missing: str, refusal: Callable[[list[str]], Exception]) -> str:
    """The text in one line. Raises the refusal with the sentence `missing`, which may name {most}, without a reason."""
    reason = " ".join(text.split())
    if not 1 <= len(reason) <= MOST_REASON:
        raise refusal([missing.format(most=MOST_REASON)])
    return reason
