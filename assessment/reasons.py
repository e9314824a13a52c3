"""Reasons that somebody gives for what is done: one line, neither empty nor endless."""

from collections.abc import Callable

from language import _, format_number

MOST_REASON = 2000
"""Longest reason."""


def given_reason(text: str, missing: str, refusal: Callable[[list[str]], Exception]) -> str:
    """The text in one line.

    Raises the refusal with the sentence `missing`, which may name {most}, without a reason, and with its length where it
    is too long.
    """
    reason, most = " ".join(text.split()), format_number(MOST_REASON)
    if not reason:
        raise refusal([missing.format(most=most)])
    if len(reason) > MOST_REASON:
        told = _("Nội dung dài {n} ký tự, nhiều nhất được {most}; hãy viết gọn lại.")
        raise refusal([told.format(n=format_number(len(reason)), most=most)])
    return reason
