"""Texts that somebody typed, on a page that reads markup."""

import re

from language import on_one_line

_MARKUP = re.compile(r"([\\`*_\[\]<>~$|])")
_NAMED = re.compile(r"(?<=:)(?=\S)|(?<=www)(?=\.)|(?<=@)(?=\w)", re.IGNORECASE)
"""Where names of icons and colours, addresses and mail addresses are recognised, after marks have been taken apart."""
_UNSEEN = "\u2060"
"""Joins words without being seen: no name is recognised across it, and no line breaks at it."""


def plain(text: str) -> str:
    """The text as it was typed, in one line: nothing in it is drawn as a link, a picture, an icon, a formula or a colour."""
    return _NAMED.sub(_UNSEEN, _MARKUP.sub(r"\\\1", on_one_line(text)))
