"""The second factor: codes of an authenticator application that change every half minute, and recovery codes."""

import datetime as dt
import hashlib
import re

from pyotp import random_base32
from pyotp.totp import TOTP
from pyotp.utils import strings_equal

from assessment.passwords import readable_code
from language import fold

ISSUER = "DTI BR-VT"
STEP_SECONDS = 30
TOLERATED_STEPS = 1
RECOVERY_CODES = 10


def new_secret() -> str:
    """A random secret of 160 bits, as RFC 4226 recommends, in base 32."""
    return random_base32()


def provisioning_address(secret: str, user_name: str) -> str:
    """The address that an authenticator application reads from a QR code."""
    return TOTP(secret).provisioning_uri(name=user_name, issuer_name=ISSUER)


def matching_step(secret: str, code: str, now: dt.datetime, last_step: int | None = None) -> int | None:
    """The time step whose code this is, of now, the one before and the one after; None when it is of none of them.

    last_step: the step whose code was accepted last: its code and older ones are not accepted again.
    Source: RFC 6238, 4.2 and 5.2.
    """
    given = re.sub(r"\s", "", code)
    current = int(now.timestamp()) // STEP_SECONDS
    totp = TOTP(secret)
    for step in range(current - TOLERATED_STEPS, current + TOLERATED_STEPS + 1):
        fresh = last_step is None or step > last_step
        if fresh and strings_equal(given, totp.generate_otp(step)):
            return step
    return None


def new_recovery_codes() -> tuple[str, ...]:
    """Codes that each stand in for the second factor once."""
    return tuple(readable_code(3) for _i in range(RECOVERY_CODES))


def recovery_hash(code: str) -> str:
    """What is stored of a recovery code. Random codes of 59 bits need no slow hash."""
    return hashlib.sha256(re.sub(r"[\s-]", "", fold(code)).encode()).hexdigest()
