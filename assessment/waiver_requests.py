"""What units ask not to be assessed on: requests that a criterion be not applicable, which appraisal answers."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.entries import request_code
from data.lineage import UnitKey
from data.models import Draft


def waiver_requests(session: Session, period_id: int) -> Mapping[UnitKey, Mapping[str, str]]:
    """Why each unit asks that criteria be not applicable, by their codes; units that ask nothing are not among them."""
    query = select(Draft.unit_code, Draft.unit_valid_from, Draft.entry, Draft.value).where(
        Draft.period_id == period_id, Draft.entry.like(f"{request_code('')}%"), Draft.value.is_not(None)
    )
    found: dict[UnitKey, dict[str, str]] = defaultdict(dict)
    for code, since, entry, reason in session.execute(query):
        found[UnitKey(code, since)][entry.removeprefix(request_code(""))] = reason or ""
    return dict(found)
