"""Which criteria of a report want evidence before it may go on."""

from collections.abc import Container, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.drafts import DraftRecord, self_assessed_places
from assessment.entries import Place
from assessment.snapshots import LevelSnapshot
from assessment.submissions import ReportPlace
from criteria.model import Criterion
from data.models import Evidence, EvidenceUse, InputOrigin
from language import _
from scoring.compiled import Column, InputKind
from scoring.inputs import Inputs


def lacking_evidence(
    session: Session,
    place: ReportPlace,
    snapshot: LevelSnapshot,
    typed: Mapping[str, DraftRecord],
    applied: Inputs,
    proved: Container[str],
) -> tuple[Criterion, ...]:
    """Criteria whose evidence is required, to which the unit has given an answer, and that nothing proves.

    applied: the inputs of `with_drafts`. proved: criteria with evidence. What the unit has not answered itself wants none: figures of a source system or of
    the demonstration, as long as the unit leaves them; nor does the answer no, nor what it asks to be not applicable.
    """
    claimed = _claimed(session, place, snapshot, typed, applied)
    return tuple(
        c
        for c in snapshot.criteria_set.criteria
        if c.evidence == "required" and c.code in claimed and c.code not in proved
    )


def _claimed(
    session: Session,
    place: ReportPlace,
    snapshot: LevelSnapshot,
    typed: Mapping[str, DraftRecord],
    inputs: Inputs,
) -> frozenset[str]:
    entries = snapshot.entries
    row, index = snapshot.row_of[place.unit.code], snapshot.book.compiled.index_of
    known = [entries.by_code[code] for code in typed if code in entries.by_code]
    requested = {e.places[0].criterion for e in known if e.is_request and typed[e.code].text}
    own = {p for e in known if not e.is_request for p in e.places} | self_assessed_places(session, place)
    return frozenset(
        column.code
        for at, column in enumerate(inputs.compiled.columns)
        if Place(column.code, column.key) in own
        and column.code not in requested
        and not inputs.not_applicable[row, index[column.code]]
        and _claims(inputs, row, at, column)
    )


def _claims(inputs: Inputs, row: int, at: int, column: Column) -> bool:
    """Whether an input is given and is not the answer no."""
    return bool(inputs.given[row, at]) and not (column.kind is InputKind.YES_NO and inputs.values[row, at] == 0)


def absent_evidence(session: Session, snapshot: LevelSnapshot) -> NDArray[np.bool_]:
    """(units, criteria) whether required evidence is absent of what units have reported themselves, as of sending.

    A report is not sent so; the office may have put figures in for a unit, and documents are taken out later.
    """
    compiled, inputs = snapshot.book.compiled, snapshot.inputs
    required = [c.evidence == "required" for c in snapshot.criteria_set.criteria]
    absent = np.zeros(inputs.not_applicable.shape, bool)
    for at, column in enumerate(compiled.columns):
        for row, unit in enumerate(snapshot.units) if required[column.criterion] else ():
            own = snapshot.origins.get((unit.code, column.code, column.key)) == InputOrigin.SELF_ASSESSED
            absent[row, column.criterion] |= own and _claims(inputs, row, at, column)
    proved = (
        select(EvidenceUse.unit_code, EvidenceUse.unit_valid_from, EvidenceUse.criterion)
        .join(Evidence, Evidence.id == EvidenceUse.evidence_id)
        .where(EvidenceUse.period_id == snapshot.period.id, Evidence.removed_at.is_(None))
    )
    for code, since, criterion in session.execute(proved):
        row, at = snapshot.row_of.get(code), compiled.index_of.get(criterion)
        if row is not None and at is not None and snapshot.units[row].valid_from == since:
            absent[row, at] = False
    return absent & ~inputs.not_applicable


def evidence_faults(lacking: tuple[Criterion, ...]) -> Iterator[str]:
    """A sentence for every criterion that lacks its evidence."""
    for criterion in lacking:
        wanted = f" ({criterion.evidence_documents})" if criterion.evidence_documents else ""
        yield _(
            "{code} {name}: đã có số liệu nhưng chưa có tài liệu kiểm chứng bắt buộc{wanted}; hãy đính kèm ở chỉ số này."
        ).format(code=criterion.code, name=criterion.name, wanted=wanted)
