"""Reasons that somebody gives for what is done, and what else fits one line: neither empty nor endless."""

from collections.abc import Callable

from language import _, format_number

MOST_REASON = 2000
"""Longest reason."""


def one_line(text: str, named: str, most: int, refusal: Callable[[list[str]], Exception]) -> str:
    """The text in one line, perhaps empty. named: what it is called.

    Raises the refusal with its length where it is longer than most.
    """
    line = " ".join(text.split())
    if len(line) > most:
        told = _("{named} dài {n} ký tự, nhiều nhất được {most}; hãy viết gọn lại.")
        raise refusal([told.format(named=named, n=format_number(len(line)), most=format_number(most))])
    return line


def given_reason(text: str, missing: str, refusal: Callable[[list[str]], Exception]) -> str:
    """The text in one line.

    Raises the refusal with the sentence `missing`, which may name {most}, without a reason, and with its length where it
    is too long.
    """
    reason = one_line(text, _("Nội dung"), MOST_REASON, refusal)
    if not reason:
        raise refusal([missing.format(most=format_number(MOST_REASON))])
    return reason
