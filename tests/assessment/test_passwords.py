"""Which passwords are good enough, and how they are kept."""

import unicodedata

import pytest
from argon2 import PasswordHasher

from assessment.passwords import (
    READABLE,
    PasswordRefusedError,
    check_password,
    hash_password,
    is_outdated,
    matches,
    temporary_password,
)

pytestmark = pytest.mark.usefixtures("costly_hashes")
GOOD = "thuyền buồm xanh 7 cánh"


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("ngắn quá 11c", None),
        ("ngan 11 chu", "có 11 ký tự; cần ít nhất 12"),
        ("x7" * 65, "nhiều nhất 128 ký tự"),
        ("vanthu.747 rất dài", "chứa tên đăng nhập"),
        ("VĂNTHƯ.747 RẤT DÀI", "chứa tên đăng nhập"),
        ("MậtKhẩu@123456", "quá phổ biến"),
        ("password12345", "quá phổ biến"),
        ("matkhaumatkhau", "quá phổ biến"),
        ("aaaaabbbbbaaaaa", "quá phổ biến"),
        ("012345678901", "quá phổ biến"),
        ("qwertyuiop[]", "quá phổ biến"),
        (GOOD, None),
        ("3 con voi đi chợ", None),
    ],
)
def test_a_password_is_judged_by_length_and_commonness(password: str, words: str | None) -> None:
    if words is None:
        check_password(password, "vanthu.747")
        return
    with pytest.raises(PasswordRefusedError, match=words):
        check_password(password, "vanthu.747")


def test_every_fault_is_said_at_once() -> None:
    with pytest.raises(PasswordRefusedError) as refused:
        check_password("matkhau1", "office")
    assert len(refused.value.faults) == 2


def test_what_is_stored_is_argon2id_and_never_twice_the_same() -> None:
    one, other = hash_password(GOOD), hash_password(GOOD)
    assert one.startswith("$argon2id$v=19$m=47104,t=2,p=1$")
    assert one != other
    assert GOOD not in one
    assert matches(one, GOOD)
    assert not matches(one, GOOD + " ")
    assert not is_outdated(one)


def test_letters_with_tones_match_however_they_were_typed() -> None:
    stored = hash_password(unicodedata.normalize("NFC", GOOD))
    assert matches(stored, unicodedata.normalize("NFD", GOOD))


def test_without_a_stored_password_nothing_matches() -> None:
    assert not matches(None, GOOD)
    assert not matches("not a hash", GOOD)


def test_hashes_of_weaker_parameters_are_outdated() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(GOOD)
    assert matches(weak, GOOD)
    assert is_outdated(weak)


def test_temporary_passwords_are_readable_random_and_good_enough() -> None:
    drawn = {temporary_password() for _i in range(50)}
    assert len(drawn) == 50
    for password in drawn:
        assert set(password) <= set(READABLE) | {"-"}
        check_password(password, "office")
