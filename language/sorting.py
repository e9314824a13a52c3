"""Vietnamese order, search without diacritics, natural order of codes."""

import re
import unicodedata

_ALPHABET = {letter: i for i, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_DIGITS = re.compile(r"(\d+)")


def fold(text: str) -> str:
    """Lower case without diacritics, đ as d, blanks squeezed: what search compares."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).split())


def sort_key(text: str) -> tuple[tuple[tuple[int, int], ...], tuple[int, ...]]:
    """Key of the Vietnamese order: numbers by value (Phường 2 before Phường 10), then letters (a ă â ... d đ ...),
    then tones (ngang huyền hỏi ngã sắc nặng)."""
    letters: list[tuple[int, int]] = []
    tones: list[int] = []
    for part in _DIGITS.split(unicodedata.normalize("NFC", text.casefold())):
        if part.isdecimal():
            letters.append((1, int(part)))
            continue
        for char in part:
            marks = unicodedata.normalize("NFD", char)
            letter = unicodedata.normalize("NFC", "".join(c for c in marks if c not in _TONES))
            letters.append((2, _ALPHABET[letter]) if letter in _ALPHABET else (0, ord(letter[:1] or char)))
            tones.append(next((_TONES[c] for c in marks if c in _TONES), 0))
    return tuple(letters), tuple(tones)


def natural_key(code: str) -> tuple[tuple[int, int, str], ...]:
    """Key under which numbers inside codes count as numbers: 4.2 before 4.10."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _DIGITS.split(code) if part)
