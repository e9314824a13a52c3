"""Who appraises what: a criterion goes to the agency that verifies it, communes to their district, nobody's own to him."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from assessment.permissions import Action, Identity, permitted
from assessment.roles import Role
from data.lineage import UnitKey
from data.models import Account, AccountOrigin, AccountState, PeriodOrigin, Person, Unit
from data.repositories import PeriodRecord, UnitRecord


@dataclass(frozen=True, slots=True)
class Appraiser:
    """An account that appraises. of_district: whether its unit is a district, which appraises its communes."""

    account_id: int
    user_name: str
    full_name: str
    unit: UnitKey | None
    of_district: bool
    groups: frozenset[str]

    @property
    def identity(self) -> Identity:
        """The account as permissions see it."""
        return Identity(self.user_name, Role.APPRAISER, self.unit, self.groups, self.account_id)


def appraisers(session: Session, identity: Identity, period: PeriodRecord) -> tuple[Appraiser, ...]:
    """The accounts that can appraise a period now, by user name: those of the demonstration only invented figures.

    To one of the demonstration nobody of the office is shown, and it gives them nothing to do.
    """
    query = (
        select(Account, Person.full_name, Unit.level)
        .outerjoin(Person, Person.account_id == Account.id)
        .outerjoin(Unit, and_(Unit.code == Account.unit_code, Unit.valid_from == Account.unit_valid_from))
        .where(Account.role == Role.APPRAISER.value, Account.state == AccountState.ACTIVE.value)
        .order_by(Account.folded)
    )
    if period.origin == PeriodOrigin.OFFICE:
        query = query.where(Account.origin == AccountOrigin.OFFICE.value)
    elif identity.demonstration:
        query = query.where(Account.origin == AccountOrigin.DEMONSTRATION.value)
    return tuple(
        Appraiser(
            account.id,
            account.user_name,
            name or "",
            _unit(account),
            level == "district",
            frozenset(account.group_codes.split()),
        )
        for account, name, level in session.execute(query)
    )


def _unit(account: Account) -> UnitKey | None:
    if account.unit_code is None or account.unit_valid_from is None:
        return None
    return UnitKey(account.unit_code, account.unit_valid_from)


def may_appraise(appraiser: Appraiser, unit: UnitRecord, group: str) -> bool:
    """Whether somebody can be given a criterion of a unit: its main index is his, the unit is not.

    A district appraises its own communes and nothing else. Source: the two tiers of appraisal.
    """
    key = unit.key
    if not permitted(appraiser.identity, Action.APPRAISE, unit=key, groups=frozenset({group})):
        return False
    if not appraiser.of_district or appraiser.unit is None:
        return True
    return unit.level == "commune" and unit.parent_code == appraiser.unit.code


class Assigning:
    """Gives criteria to appraisers one after another, to whoever has least to do among those whose it is."""

    def __init__(self, known: Iterable[Appraiser], load: Counter[int]) -> None:
        self._known, self._load = tuple(known), load

    def account_for(self, unit: UnitRecord, group: str, verifier: str | None) -> int | None:
        """The account that gets a criterion of a unit; None for the office where nobody else is to appraise it.

        Communes go to their district, the others to appraisers of the verifying agency before all.
        """
        able = [a for a in self._known if may_appraise(a, unit, group)]
        if unit.level == "commune":
            able = [a for a in able if a.of_district]
        else:
            able = [a for a in able if verifier and a.unit is not None and a.unit.code == verifier] or able
        if not able:
            return None
        chosen = min(able, key=lambda a: (self._load[a.account_id], a.account_id))
        self._load[chosen.account_id] += 1
        return chosen.account_id
