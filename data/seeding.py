"""Putting in what comes with the product: reference tables, reference criteria sets, demonstration data. Each once."""

import calendar
import datetime as dt
import hashlib
import json
import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

import criteria
from criteria import CriteriaSet, sound_set
from criteria.levels import level_names
from criteria.model import Level
from data.demo import GeneratedInput, GeneratedRuling, generate, generate_rulings
from data.models import (
    LEVELS,
    AppraisalTier,
    CriteriaSetVersion,
    Input,
    InputOrigin,
    InternalTotal,
    NationalIndexRank,
    NationalResult,
    NationalYear,
    Period,
    PeriodCriteriaSet,
    PeriodOrigin,
    PeriodState,
    PeriodStep,
    RankingList,
    ResultOrigin,
    Ruling,
    Seeding,
    Snapshot,
    StepKind,
    Submission,
    Unit,
    UnitSuccession,
    UnitTrait,
    stored_sort_key,
)
from data.ranking_lists import WHOLE_LISTS, kind_of, lists_of, store_lists
from data.reference import (
    ReferenceUnit,
    published_internal_totals,
    reference_units,
    unit_history,
    unit_successions,
)
from data.reference.national import published_index_ranks, published_results, published_years
from data.repositories import UnitRecord, units_of
from language import _, fold

SETS_FOLDER = Path(criteria.__file__).parent / "sets"
_DEMONSTRATION = "demonstration-2024"
_UNITS_CHANGED = dt.date(2025, 1, 1)
"""Units from this day on came with a later version of the product."""
_PERIODS: tuple[tuple[int, str, tuple[int, ...]], ...] = (
    (2023, "Năm 2023 (trình diễn, chấm lại theo bộ tham chiếu 2024)", (12,)),
    (2024, "Năm 2024 (trình diễn)", tuple(range(1, 13))),
)
_OPEN_MONTH = (2024, 12)
"""The one demonstration snapshot that still takes inputs."""
_APPRAISED = (2, 28)
"""Month and day of the year after on which appraisal of a closed demonstration year is said to have ended."""
_log = logging.getLogger(__name__)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _insert(session: Session, table: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        session.connection().execute(insert(table), rows)


def _begin_once(session: Session, name: str) -> bool:
    """True the first time; notes that it is done, in the same transaction."""
    if session.get(Seeding, name) is not None:
        return False
    session.add(Seeding(name=name, done_at=_now()))
    session.flush()
    return True


def _unit_row(unit: ReferenceUnit) -> dict[str, Any]:
    return {
        "code": unit.code,
        "valid_from": unit.valid_from,
        "valid_to": unit.valid_to,
        "level": unit.level,
        "type_vi": unit.type_vi,
        "name_vi": unit.name_vi,
        "name_en": unit.name_en,
        "parent_code": unit.parent_code,
        "folded": fold(unit.name_vi),
        "sort_text": stored_sort_key(unit.name_vi),
        "source": unit.source,
        "attested": unit.attested,
    }


def _put_in_units_of_2024(session: Session) -> None:
    _insert(session, Unit, [_unit_row(unit) for unit in unit_history() if unit.valid_from < _UNITS_CHANGED])
    lists = [
        {"code": code, "level": level, "name_vi": name_vi, "name_en": name_en}
        for level, (code, name_vi, name_en) in WHOLE_LISTS.items()
    ]
    _insert(session, RankingList, lists)


def _put_in_units_of_2025(session: Session) -> None:
    known = {(code, since) for code, since in session.execute(select(Unit.code, Unit.valid_from))}
    later = [unit for unit in unit_history() if unit.valid_from >= _UNITS_CHANGED]
    _insert(session, Unit, [_unit_row(unit) for unit in later if (unit.code, unit.valid_from) not in known])
    _insert(session, UnitSuccession, [asdict(succession) for succession in unit_successions()])


def _put_in_national_results(session: Session) -> None:
    published = {"edition": 1, "origin": ResultOrigin.PUBLISHED.value, "superseded_at": None}
    _insert(session, NationalResult, [{**row, **published} for row in published_results()])
    _insert(session, NationalYear, published_years())
    _insert(session, NationalIndexRank, published_index_ranks())


def _put_in_internal_totals(session: Session) -> None:
    published = {"origin": ResultOrigin.PUBLISHED.value}
    _insert(session, InternalTotal, [{**asdict(row), **published} for row in published_internal_totals()])


def _put_in_lists_of_communes(session: Session) -> None:
    for period_id in session.scalars(select(Period.id)).all():
        units = [unit for level in LEVELS for unit in units_of(session, period_id, level)]
        store_lists(session, period_id, (x for x in lists_of(units) if kind_of(x.code) != "whole"))


_REFERENCE_STEPS: Mapping[str, Callable[[Session], None]] = {
    "reference-2024": _put_in_units_of_2024,
    "units-2025": _put_in_units_of_2025,
    "national-2023": _put_in_national_results,
    "internal-2023": _put_in_internal_totals,
    "lists-of-communes": _put_in_lists_of_communes,
}
"""Packaged reference rows by the name of their step. A database made by an earlier version gets the steps it lacks."""


def reference_is_in(session: Session) -> bool:
    """Whether every step of the packaged reference rows has been done."""
    return set(_REFERENCE_STEPS) <= set(session.scalars(select(Seeding.name)))


def seed_reference(session: Session) -> None:
    """Puts in units, ranking lists (of periods that are there too) and published results: each step the first time it is called on a database."""
    for name, put_in in _REFERENCE_STEPS.items():
        if _begin_once(session, name):
            put_in(session)


def packaged_sets(folder: Path = SETS_FOLDER, year: int = 2024) -> dict[Level, str]:
    """Texts of the criteria sets that come with the product, by level; a level without a file is left out."""
    files: dict[Level, Path] = {level: folder / f"{level}-{year}.yaml" for level in LEVELS}
    return {level: file.read_text(encoding="utf-8-sig") for level, file in files.items() if file.exists()}


def _read(level: Level, text: str) -> CriteriaSet:
    return sound_set(text, f"{level}.yaml")


def packaged_set(level: Level) -> CriteriaSet:
    """The criteria set of a level that comes with the product. Raises KeyError for a level without one."""
    return _read(level, packaged_sets()[level])


def store_criteria_set(session: Session, criteria_set: CriteriaSet, text: str) -> CriteriaSetVersion:
    """The stored version of a set; stored now when it was not. `text` is the file that holds the set.

    Raises ValueError when the same id and version stands there with another text: a stored version never changes.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()
    found = session.scalar(
        select(CriteriaSetVersion).where(
            CriteriaSetVersion.set_id == criteria_set.id, CriteriaSetVersion.version == criteria_set.version
        )
    )
    if found is None:
        found = CriteriaSetVersion(
            set_id=criteria_set.id,
            version=criteria_set.version,
            level=criteria_set.level,
            year=criteria_set.year,
            status=criteria_set.status,
            text=text,
            sha256=digest,
            stored_at=_now(),
        )
        session.add(found)
        session.flush()
    elif found.sha256 != digest:
        raise ValueError(
            _(
                "Bộ chỉ số {id} phiên bản {version} đã lưu với nội dung khác; bản đã lưu không sửa được. "
                "Hãy ghi số phiên bản (version) mới trong tệp rồi lưu lại."
            ).format(id=criteria_set.id, version=criteria_set.version)
        )
    return found


def _input_rows(period_id: int, generated: Sequence[GeneratedInput]) -> Iterator[dict[str, Any]]:
    for row in generated:
        yield {
            "period_id": period_id,
            "unit_code": row.unit.code,
            "unit_valid_from": row.unit.valid_from,
            "criterion": row.criterion,
            "input_key": row.input_key,
            "month": row.month,
            "number": row.number,
            "text": row.text,
            "state": row.state,
            "reason": row.reason,
            "approver": row.approver,
            "origin": InputOrigin.DEMONSTRATION.value,
            "version": 1,
        }


def _put_in_appraisal(session: Session, period: Period, rulings: Sequence[GeneratedRuling]) -> None:
    """The invented appraisal of a closed year: its units know their results, and it has ended as a trial run."""
    done = dt.datetime(period.year + 1, *_APPRAISED, tzinfo=dt.UTC)
    places = {
        ruling.unit: {"period_id": period.id, "unit_code": ruling.unit.code, "unit_valid_from": ruling.unit.valid_from}
        for ruling in rulings
    }
    report = {
        "state": PeriodState.AWAITING_EXPLANATION.value,
        "report_number": _("trình diễn"),
        "report_date": period.unit_date,
        "accepted_at": done,
        "changed_at": done,
        "version": 1,
    }
    _insert(session, Submission, [{**place, **report} for place in places.values()])
    rows = [
        {
            **places[ruling.unit],
            "criterion": ruling.criterion,
            "tier": AppraisalTier.FIRST.value,
            "kind": ruling.kind.value,
            "content": json.dumps(ruling.content, ensure_ascii=False, sort_keys=True),
            "reason": ruling.reason,
            "ruled_at": done,
        }
        for ruling in rulings
    ]
    _insert(session, Ruling, rows)
    step = {"kind": StepKind.TRIAL_CLOSED.value, "number": "", "date": done.date(), "note": _("Kỳ trình diễn")}
    _insert(session, PeriodStep, [{"period_id": period.id, **step, "done_at": done, "version": 1}])


def _open_period(session: Session, year: int, name: str, months: Sequence[int]) -> Period:
    period = Period(
        year=year,
        name=name,
        state=PeriodState.SELF_ASSESSMENT.value,
        origin=PeriodOrigin.DEMONSTRATION.value,
        unit_date=dt.date(year, 12, 31),
    )
    session.add(period)
    session.flush()
    for month in months:
        last = calendar.monthrange(year, month)[1]
        closed = (year, month) != _OPEN_MONTH
        session.add(Snapshot(period_id=period.id, month=month, as_of=dt.date(year, month, last), closed=closed))
    session.flush()
    return period


def _assign_units(session: Session, period: Period, units: Sequence[ReferenceUnit | UnitRecord]) -> None:
    without_services = {(unit.code, unit.valid_from) for unit in unit_history() if not unit.has_public_services}
    keys = {
        unit.code: {"period_id": period.id, "unit_code": unit.code, "unit_valid_from": unit.valid_from}
        for unit in units
    }
    traits = [
        {
            **keys[unit.code],
            "has_public_services": (unit.code, unit.valid_from) not in without_services,
            "version": 1,
        }
        for unit in units
    ]
    _insert(session, UnitTrait, traits)
    store_lists(session, period.id, lists_of(units))


def open_office_period(session: Session, year: int, name: str, unit_date: dt.date) -> Period:
    """A new period of the office, in self-assessment, with the units valid on a day, their traits and ranking lists.

    Units that the reference tables do not know count as having public services. The period has no months and no
    criteria sets yet.
    """
    period = Period(
        year=year,
        name=name,
        state=PeriodState.SELF_ASSESSMENT.value,
        origin=PeriodOrigin.OFFICE.value,
        unit_date=unit_date,
    )
    session.add(period)
    session.flush()
    _assign_units(session, period, [unit for level in LEVELS for unit in units_of(session, period.id, level)])
    return period


def _seed_period(
    session: Session,
    year: int,
    name: str,
    months: Sequence[int],
    sets: Mapping[Level, CriteriaSet],
    versions: Mapping[Level, CriteriaSetVersion],
) -> None:
    period = _open_period(session, year, name, months)
    units = reference_units(period.unit_date)
    _assign_units(session, period, units)
    for level, version in versions.items():
        session.add(PeriodCriteriaSet(period_id=period.id, level=level, criteria_set_version_id=version.id))
    session.flush()
    generated = generate(sets, units, year, months)
    _insert(session, Input, list(_input_rows(period.id, generated)))
    if year != _OPEN_MONTH[0]:
        _put_in_appraisal(session, period, generate_rulings(sets, units, generated))


def demonstration_names() -> tuple[str, ...]:
    """Names of the periods of the demonstration data set, the earliest year first."""
    return tuple(name for _year, name, _months in _PERIODS)


def put_in_demonstration(
    session: Session, names: Collection[str], texts: Mapping[Level, str] | None = None
) -> tuple[Level, ...]:
    """Puts in the demonstration periods of these names; gives the levels whose criteria set is lacking.

    texts: criteria sets by level; without them the packaged ones. While a level has none, nothing is put in. Raises
    CriteriaSetError for a faulty set, ValueError when a set's version is stored with another text.
    """
    texts = packaged_sets() if texts is None else texts
    lacking: list[Level] = [level for level in LEVELS if level not in texts]
    if lacking:
        return tuple(lacking)
    sets: dict[Level, CriteriaSet] = {level: _read(level, text) for level, text in texts.items()}
    versions: dict[Level, CriteriaSetVersion] = {
        level: store_criteria_set(session, sets[level], text) for level, text in texts.items()
    }
    for year, name, months in _PERIODS:
        if name in names:
            _seed_period(session, year, name, months, sets, versions)
    note_demonstration(session)
    return ()


def demonstration_decided(session: Session) -> bool:
    """Whether it has been decided if there is demonstration data; until then the next start puts it in."""
    return session.get(Seeding, _DEMONSTRATION) is not None


def note_demonstration(session: Session) -> None:
    """Notes that it has been decided whether there is demonstration data: no start puts it in by itself any more."""
    _begin_once(session, _DEMONSTRATION)


def seed_demonstration(session: Session, texts: Mapping[Level, str] | None = None) -> None:
    """Puts in the demonstration periods 2023 and 2024 with generated inputs, the first time it is called.

    texts: criteria sets by level; without them the packaged ones. While a level has none, nothing is put in and a
    later call tries again. Raises CriteriaSetError for a faulty set.
    """
    if demonstration_decided(session):
        return
    lacking = put_in_demonstration(session, demonstration_names(), texts)
    if lacking:
        levels = "; ".join(level_names()[level] for level in lacking)
        _log.warning(_("Chưa tạo số liệu trình diễn: thiếu bộ chỉ số {levels}.").format(levels=levels))
