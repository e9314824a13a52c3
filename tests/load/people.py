"""Clerks of all units, made and signed in as an office does it."""

import asyncio
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice

import httpx2
from sqlalchemy import Engine

from assessment.accounts import NewAccount, account_units, create_accounts
from assessment.permissions import Identity
from assessment.roles import Role
from data.database import read_session
from data.lineage import UnitKey

_OPERATOR = Identity(None, Role.ADMINISTRATOR)
PASSWORD = "mưa rào Côn Đảo 1975"
_AT_ONCE = 4
"""People who sign in at the same time."""


@dataclass(frozen=True)
class Clerk:
    """Somebody who types the figures of a unit."""

    user_name: str
    unit: UnitKey
    level: str


def make_clerks(engine: Engine, number: int) -> tuple[Clerk, ...]:
    """Accounts of clerks, unit by unit; when there are more clerks than units, some units have several."""
    now = dt.datetime.now(dt.UTC)
    with read_session(engine) as session:
        units = account_units(session, now.date())
    chosen = [Clerk(f"tai.{place:04}", unit.key, unit.level) for place, unit in enumerate(islice(cycle(units), number))]
    wanted = [NewAccount(own.user_name, Role.DATA_ENTRY, "Tài khoản đo tải", unit=own.unit) for own in chosen]
    create_accounts(engine, _OPERATOR, wanted, now, password=PASSWORD)
    return tuple(chosen)


async def sign_in(address: str, clerk: Clerk) -> dict[str, str]:
    """Signs a clerk in by the form of the application; gives the header with the cookies of the browser."""
    # The certificate of a trial is nobody's.
    async with httpx2.AsyncClient(base_url=address, timeout=120, verify=False, trust_env=False) as browser:
        page = await browser.get("/dang-nhap")
        csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)
        assert csrf is not None, page.text
        fields = {"csrf": csrf[1], "tai_khoan": clerk.user_name, "mat_khau": PASSWORD, "toi": "/nhap-so-lieu"}
        answer = await browser.post("/dang-nhap", data=fields)
        assert answer.headers.get("location") == "/nhap-so-lieu", answer.text
        return {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar)}


async def sign_in_all(address: str, clerks: Sequence[Clerk]) -> list[dict[str, str]]:
    """The cookies of each clerk."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(clerk: Clerk) -> dict[str, str]:
        async with gate:
            return await sign_in(address, clerk)

    return list(await asyncio.gather(*map(one, clerks)))
