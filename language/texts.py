"""Texts: the message in the code is the Vietnamese text; other languages come from gettext catalogues."""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["vi", "en"]

_LOCALE_FOLDER = Path(__file__).parent / "locale"
_language: ContextVar[Language] = ContextVar("language", default="vi")


@cache
def _catalogue(code: Language) -> gettext.NullTranslations:
    return gettext.translation("dti", _LOCALE_FOLDER, languages=[code], fallback=True)


def _(message: str) -> str:
    """The text in the current language; the Vietnamese message itself when no translation is known."""
    code = _language.get()
    return message if code == "vi" else _catalogue(code).gettext(message)


def capitalised(text: str) -> str:
    """The text with a capital letter at its beginning, the rest as it is."""
    return text[:1].upper() + text[1:]


def on_one_line(text: str) -> str:
    """What somebody typed on one line, without marks that nobody sees: those of direction would turn all after them round."""
    seen = "".join(letter for letter in text if letter.isprintable() or letter.isspace())
    return " ".join(seen.split())


def cited(text: str, most: int = 60) -> str:
    """What somebody typed, as a sentence cites it: its beginning in «», on one line."""
    return f"«{on_one_line(text[:most])}»"


def language() -> Language:
    """The current language."""
    return _language.get()


@contextmanager
def use_language(code: Language) -> Iterator[None]:
    """Inside the block texts, numbers and dates are in the given language."""
    token = _language.set(code)
    try:
        yield
    finally:
        _language.reset(token)
