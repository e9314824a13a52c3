"""Codes of the authenticator: the vectors of RFC 6238, tolerance, replay."""

import base64
import datetime as dt

import pytest

from assessment.second_factor import (
    RECOVERY_CODES,
    matching_step,
    new_recovery_codes,
    new_secret,
    provisioning_address,
    recovery_hash,
)

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


def at(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


# RFC 6238, appendix B, SHA-1: codes of eight digits, of which ours are the last six.
@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_vectors_of_rfc_6238(seconds: int, code: str) -> None:
    assert matching_step(RFC_SECRET, code[-6:], at(seconds)) == seconds // 30
    assert matching_step(RFC_SECRET, f"{code[2:5]} {code[5:]}", at(seconds)) == seconds // 30


def test_a_code_holds_one_step_before_and_after() -> None:
    # 1111111109 = 30 x 37037036 + 29 is the last second of its step, whose code is 081804.
    last, step = 1111111109, 37037036
    found = {s: matching_step(RFC_SECRET, "081804", at(last + s)) for s in (-60, -59, -29, 0, 1, 30, 31)}
    assert found == {-60: None, -59: step, -29: step, 0: step, 1: step, 30: step, 31: None}


def test_a_code_and_older_ones_are_refused_once_it_was_used() -> None:
    assert matching_step(RFC_SECRET, "287082", at(59), last_step=0) == 1
    assert matching_step(RFC_SECRET, "287082", at(59), last_step=1) is None
    assert matching_step(RFC_SECRET, "287082", at(59), last_step=2) is None


@pytest.mark.parametrize("code", ["", "28708", "2870822", "000000", "абвгде"])
def test_what_is_no_code_of_now_is_refused(code: str) -> None:
    assert matching_step(RFC_SECRET, code, at(59)) is None


def test_secrets_and_recovery_codes_are_random() -> None:
    assert len(new_secret()) == 32
    assert new_secret() != new_secret()
    codes = new_recovery_codes()
    assert len(set(codes)) == RECOVERY_CODES == 10


def test_a_recovery_code_is_the_same_however_it_is_typed() -> None:
    assert recovery_hash("ABCD-EFGH-JKMN") == recovery_hash(" abcd efgh jkmn ")
    assert recovery_hash("ABCD-EFGH-JKMN") != recovery_hash("ABCD-EFGH-JKMP")


def test_the_address_for_the_qr_code_names_product_and_account() -> None:
    assert provisioning_address(RFC_SECRET, "van.thu") == (
        f"otpauth://totp/DTI%20BR-VT:van.thu?secret={RFC_SECRET}&issuer=DTI%20BR-VT"
    )
