"""Passwords: how they are kept, which are good enough, and temporary ones."""

import re
import secrets
import unicodedata
from collections.abc import Iterator
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assessment.refusals import RefusedError
from language import _, fold

LEAST_LETTERS = 12
MOST_LETTERS = 128
LEAST_DIFFERENT = 6
# Second choice of the OWASP Password Storage Cheat Sheet (19 MiB, 2 passes), with more memory.
_hasher = PasswordHasher(time_cost=2, memory_cost=46 * 1024, parallelism=1)
# No 0/O and 1/I/L: temporary passwords and recovery codes are read out on the telephone.
READABLE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_COMMON = frozenset(
    {
        "password", "passw", "pass", "matkhau", "admin", "administrator", "quantri", "quantrihethong", "user", "login",
        "dangnhap", "welcome", "xinchao", "letmein", "iloveyou", "anhyeuem", "emyeuanh", "qwerty", "qwertyuiop", "asdfgh",
        "asdfghjkl", "zxcvbnm", "abc", "abcdef", "abcdefgh", "chuyendoiso", "chinhquyenso", "baria", "vungtau",
        "bariavungtau", "brvt", "dti", "dtibrvt", "vietnam", "vietnamvodich", "hanoi", "saigon", "ubnd", "sotttt", "chucmung",
        "congty", "coquan", "taikhoan", "khongco", "khongbiet", "test", "demo", "trinhdien", "superman", "dragon", "monkey",
    }
)  # fmt: skip
"""What is left of a common password without digits, blanks and signs."""
_SEQUENCES = (
    "01234567890123456789",
    "98765432109876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
)


class PasswordRefusedError(RefusedError):
    """Why a password is not good enough, every reason a sentence."""


def _normal(password: str) -> str:
    # One letter with its tone may be typed as one character or as several.
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """The argon2id hash to be stored. Takes tens of milliseconds on purpose: not to be called where others wait."""
    return _hasher.hash(_normal(password))


@cache
def _nobodys_hash() -> str:
    return hash_password(secrets.token_urlsafe())


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one. Without a stored one it takes as long, and is not."""
    try:
        return _hasher.verify(stored or _nobodys_hash(), _normal(password)[: MOST_LETTERS + 1]) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than new ones are."""
    return _hasher.check_needs_rehash(stored)


def _faults(password: str, user_name: str) -> Iterator[str]:
    if len(password) < LEAST_LETTERS:
        yield _("Mật khẩu có {n} ký tự; cần ít nhất {least} ký tự.").format(n=len(password), least=LEAST_LETTERS)
    if len(password) > MOST_LETTERS:
        yield _("Mật khẩu có {n} ký tự; chỉ được nhiều nhất {most} ký tự.").format(n=len(password), most=MOST_LETTERS)
    plain = fold(password).replace(" ", "")
    if fold(user_name) in plain:
        yield _("Mật khẩu chứa tên đăng nhập; hãy chọn mật khẩu khác.")
    elif _is_common(plain):
        yield _("Mật khẩu quá phổ biến hoặc dễ đoán; hãy ghép vài từ không liên quan với nhau.")


def _is_common(plain: str) -> bool:
    letters = re.sub(r"[\W\d_]", "", plain)
    half = letters[: len(letters) // 2]
    return (
        len(set(plain)) < LEAST_DIFFERENT
        or letters in _COMMON
        or (half * 2 == letters and half in _COMMON)
        or any(plain[start : start + 8] in sequence for sequence in _SEQUENCES for start in (0, max(0, len(plain) - 8)))
    )


def check_password(password: str, user_name: str) -> None:
    """Raises PasswordRefusedError with every reason why the password is not good enough for the account.

    Source: NIST SP 800-63B, 5.1.1: length counts, common ones are refused, no rules about kinds of letters.
    """
    faults = tuple(_faults(_normal(password), user_name))
    if faults:
        raise PasswordRefusedError(faults)


def readable_code(blocks: int) -> str:
    """A random code in blocks of four letters that cannot be mistaken for each other."""
    return "-".join("".join(secrets.choice(READABLE) for _i in range(4)) for _block in range(blocks))


def temporary_password() -> str:
    """A random password of about 79 bits to be handed over and changed at the first sign-in."""
    return readable_code(4)
