"""Accounts that come and go with the demonstration data: one per role, of units and of data suppliers for two each,
and somebody of a district who appraises its communes.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from assessment.accounts import NewAccount, UnitChoice, account_units, create_accounts
from assessment.permissions import Identity
from assessment.roles import Role, role_name
from criteria.catalogue import agencies
from data.database import read_session
from data.demonstration import demonstration_status
from data.models import INDEX_CODES, Account, AccountOrigin
from data.setup import setup_lock
from language import _

_PRODUCT = Identity(None, Role.ADMINISTRATOR)
_UNITS = ("747", "748")
_SUPPLIERS = ("CAT", "NHNN")


@dataclass(frozen=True, slots=True)
class IssuedForRole:
    """A demonstration account with its password, which is stored nowhere. unit_name: of the unit or the agency, if any."""

    user_name: str
    password: str
    role: Role
    unit_name: str


def _wanted(units: dict[str, UnitChoice]) -> tuple[NewAccount, ...]:
    names = {agency.code: str(agency.name) for agency in agencies()}

    def account(
        user_name: str, role: Role, unit: str = "", groups: tuple[str, ...] = (), organisation: str = ""
    ) -> NewAccount:
        name = _("{role} (trình diễn)").format(role=role_name(role))
        return NewAccount(user_name, role, name, None, units[unit].key if unit else None, groups, organisation)

    return (
        account("quantri", Role.ADMINISTRATOR),
        account("thuongtruc", Role.DX_OFFICE),
        account("thamdinh", Role.APPRAISER, groups=INDEX_CODES),
        # Communes are appraised by their district.
        *(account(f"thamdinh.{code}", Role.APPRAISER, code, INDEX_CODES) for code in _UNITS[:1] if code in units),
        account("lanhdaotinh", Role.PROVINCE_LEADER),
        *(account(f"lanhdao.{code}", Role.UNIT_LEADER, code) for code in _UNITS if code in units),
        *(account(f"nhap.{code}", Role.DATA_ENTRY, code) for code in _UNITS if code in units),
        *(account(f"solieu.{code.lower()}", Role.DATA_PROVIDER, organisation=names[code]) for code in _SUPPLIERS),
    )


def _are_due(session: Session) -> bool:
    made = select(func.count()).select_from(Account).where(Account.origin == AccountOrigin.DEMONSTRATION.value)
    return demonstration_status(session).on and not session.scalar(made)


def make_demonstration_accounts(engine: Engine, now: dt.datetime) -> tuple[IssuedForRole, ...]:
    """Makes the demonstration accounts when there is demonstration data and none of them; gives them with passwords.

    A user name that the office has taken is left out. Of several processes that start together one makes them.
    """
    with setup_lock(engine):
        with read_session(engine) as session:
            if not _are_due(session):
                return ()
            units = {choice.key.code: choice for choice in account_units(session, now.date())}
            taken = set(session.scalars(select(Account.folded)))
        wanted = [new for new in _wanted(units) if new.user_name not in taken]
        issued = create_accounts(engine, _PRODUCT, wanted, now, demonstration=True)
    names = {choice.key: choice.name for choice in units.values()}
    return tuple(
        IssuedForRole(own.user_name, own.password, new.role, names[new.unit] if new.unit else new.organisation)
        for own, new in zip(issued, wanted, strict=True)
    )
