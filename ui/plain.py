"""Texts that somebody typed, on a page that reads markup."""

import re

_MARKUP = re.compile(r"([\\`*_\[\]<>~$|]|:(?=\w))")


def plain(text: str) -> str:
    """The text as it was typed, in one line: nothing in it is drawn as a link, a picture, a formula or a colour."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
