"""Results as a decision freezes them: one text of all that they rest on, from which alone they can be built again."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.appraised import appraised_snapshot, given_content, rulings_in_force
from assessment.province import (
    PROVINCE,
    UNIT_LEVELS,
    OwnFigures,
    ProvincialSnapshot,
    provincial_snapshot,
    rolled_up_province,
)
from assessment.snapshots import (
    LevelSnapshot,
    ScoreStage,
    Waiver,
    compiled_text,
    level_snapshot,
    not_due,
    reference_units,
)
from criteria.levels import level_names
from criteria.model import Level
from data.models import CriteriaSetVersion
from data.repositories import CriteriaSetText, PeriodRecord, RankingListRecord, UnitRecord
from language import _
from scoring.compiled import CompiledSet
from scoring.engine import CellState, ScoreBook, score
from scoring.inputs import NOT_APPLICABLE, Cell, Inputs, decode, encode

FORM = 1
"""Which form the text has; another one would be read otherwise."""
Content = dict[str, Any]


class FrozenMismatchError(ValueError):
    """What was published is not what it was, or cannot be built again; the message says which and what to do."""


@dataclass(frozen=True)
class Results:
    """The results of a period at a month, level by level, and the province that is rolled up from them."""

    month: int
    levels: Mapping[Level, LevelSnapshot]
    province: ProvincialSnapshot


@dataclass(frozen=True)
class Frozen:
    """Results and the text that stands for them. sha256: of the bytes of the text in UTF-8."""

    results: Results
    content: str
    sha256: str


def appraised_results(session: Session, period: PeriodRecord, month: int) -> Results:
    """The results of a period as they are appraised now. Raises as `level_snapshot` and `provincial_snapshot`."""
    rulings = rulings_in_force(session, period.id)
    levels: dict[Level, LevelSnapshot] = {
        level: appraised_snapshot(level_snapshot(session, period, level, month), rulings) for level in UNIT_LEVELS
    }
    return Results(month, levels, provincial_snapshot(session, period, month, levels))


def freeze(session: Session, period: PeriodRecord, month: int) -> Frozen:
    """The results of a period as they are appraised now, with the text that is to be published.

    Raises FrozenMismatchError when they could not be built again from the text alone.
    """
    results = appraised_results(session, period, month)
    levels = _contents(results)
    for own in levels.values():
        own["set"]["sha256"] = _stored_text(session, own["set"]["id"], own["set"]["version"]).sha256
    named = {"name": period.name, "year": period.year, "unit_date": period.unit_date.isoformat()}
    content = canonical({"form": FORM, "period": named, "month": month, "levels": levels})
    digest = hashlib.sha256(content.encode()).hexdigest()
    thaw(session, period, content, digest)
    return Frozen(results, content, digest)


def _contents(results: Results) -> dict[Level, Content]:
    found: dict[Level, Content] = {level: _level_content(snapshot) for level, snapshot in results.levels.items()}
    found["province"] = _province_content(results.province)
    return found


def canonical(content: Content) -> str:
    """The one text of a content: keys sorted, no spaces, letters as they are."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _plain(record: UnitRecord | RankingListRecord) -> Content:
    return {
        name: value.isoformat() if isinstance(value, dt.date) else list(value) if isinstance(value, tuple) else value
        for name, value in asdict(record).items()
    }


def _points(book: ScoreBook, row: int) -> Content:
    """Points on the grid by criterion, null where a figure is missing; what is not due yet is not among them."""
    cells = zip(book.compiled.codes, book.state[row], book.points[row], strict=True)
    return {
        code: None if state == CellState.MISSING else int(points)
        for code, state, points in cells
        if state != CellState.NOT_DUE
    }


def _level_content(snapshot: LevelSnapshot) -> Content:
    book, told = snapshot.book, snapshot.reported
    bands = book.criteria_set.bands
    codes = book.compiled.codes
    inputs: Content = {}
    totals: Content = {}
    named: Content = {}
    for row, unit in enumerate(snapshot.units):
        given = {code: given_content(snapshot, unit.code, code) for code in codes}
        inputs[unit.code] = {code: values for code, values in given.items() if values}
        has_total = bool(told[row]) and not np.isnan(book.total[row])
        totals[unit.code] = int(book.total[row]) if has_total else None
        named[unit.code] = str(bands[book.band[row]].name) if has_total and book.band[row] >= 0 else None
    ranks: Content = {}
    for ranking_list in snapshot.lists:
        rows = snapshot.rows(ranking_list)
        ranks[ranking_list.code] = {
            snapshot.units[row].code: int(rank) or None if told[row] else None
            for row, rank in zip(rows, book.ranks(rows), strict=True)
        }
    return {
        "set": {"id": book.criteria_set.id, "version": book.criteria_set.version},
        "units": [_plain(unit) for unit in snapshot.units],
        "lists": [_plain(ranking_list) for ranking_list in snapshot.lists],
        "inputs": inputs,
        "not_applicable": _reasons(snapshot),
        "points": {unit.code: _points(book, row) for row, unit in enumerate(snapshot.units)},
        "totals": totals,
        "ranks": ranks,
        "bands": named,
    }


def _reasons(snapshot: LevelSnapshot) -> Content:
    """Reasons by unit and criterion of what does not apply. Who approved it is not published."""
    codes, found = snapshot.book.compiled.codes, {}
    for row, column in np.argwhere(snapshot.inputs.not_applicable):
        unit, code = snapshot.units[row].code, codes[column]
        waiver = snapshot.waivers.get((unit, code))
        found.setdefault(unit, {})[code] = waiver.reason if waiver else ""
    return found


def _province_content(snapshot: ProvincialSnapshot) -> Content:
    book, inputs = snapshot.book, snapshot.inputs
    rolled = snapshot.components_by_code
    waived = {code: waiver.reason for code, waiver in snapshot.waivers.items()}
    typed: Content = {}
    for at, column in enumerate(inputs.compiled.columns):
        if column.code not in rolled and column.code not in waived and inputs.given[0, at]:
            value = decode(column, float(inputs.values[0, at]))
            typed.setdefault(column.code, {})[column.key] = value.isoformat() if isinstance(value, dt.date) else value
    unit = snapshot.unit.code
    total, band = book.total[0], int(book.band[0])
    return {
        "set": {"id": book.criteria_set.id, "version": book.criteria_set.version},
        "units": [_plain(snapshot.unit)],
        "lists": [],
        "inputs": {unit: typed},
        "not_applicable": {unit: waived} if waived else {},
        "points": {unit: _points(book, 0)},
        "totals": {unit: None if np.isnan(total) else int(total)},
        "ranks": {},
        "bands": {unit: str(book.criteria_set.bands[band].name) if band >= 0 else None},
    }


def _stored_text(session: Session, set_id: str, version: str) -> CriteriaSetText:
    row = session.scalar(
        select(CriteriaSetVersion).where(CriteriaSetVersion.set_id == set_id, CriteriaSetVersion.version == version)
    )
    if row is None:
        raise FrozenMismatchError(
            _(
                "Không còn bộ chỉ số {id} phiên bản {version} mà kết quả đã công bố dựa vào; hãy khôi phục bản sao lưu."
            ).format(id=set_id, version=version)
        )
    # Only released versions are published, and a release is never taken back.
    return CriteriaSetText(row.set_id, row.version, row.level, row.year, row.status, row.text, row.sha256, True)


def _frozen_set(session: Session, told: Content) -> CompiledSet:
    text = _stored_text(session, told["id"], told["version"])
    if text.sha256 != told["sha256"] or hashlib.sha256(text.text.encode()).hexdigest() != told["sha256"]:
        raise FrozenMismatchError(
            _(
                "Bộ chỉ số {id} phiên bản {version} không còn đúng nội dung mà kết quả đã công bố dựa vào; hãy khôi phục "
                "bản sao lưu."
            ).format(id=told["id"], version=told["version"])
        )
    return compiled_text(text)


def _dated(plain: Content, *names: str) -> Content:
    return plain | {name: dt.date.fromisoformat(plain[name]) for name in names if plain[name] is not None}


def _units(content: Content) -> tuple[UnitRecord, ...]:
    return tuple(UnitRecord(**_dated(plain, "valid_from", "valid_to")) for plain in content["units"])


def _frozen_inputs(
    compiled: CompiledSet, units: tuple[UnitRecord, ...], content: Content, month: int
) -> tuple[Inputs, np.ndarray]:
    """The inputs that the points rest on, and (units, criteria) what had been ruled on."""
    values = np.zeros((len(units), len(compiled.columns)))
    given = np.zeros(values.shape, bool)
    waived = np.zeros((len(units), len(compiled.codes)), bool)
    decided = np.zeros(waived.shape, bool)
    for row, unit in enumerate(units):
        own = content["inputs"].get(unit.code, {})
        for at, column in enumerate(compiled.columns):
            value = own.get(column.code, {}).get(column.key)
            if value is not None:
                values[row, at], given[row, at] = encode(column, value), True
        for code in content["not_applicable"].get(unit.code, {}):
            waived[row, compiled.index_of[code]] = True
        for code, points in content["points"][unit.code].items():
            decided[row, compiled.index_of[code]] = points is not None
    codes = tuple(unit.code for unit in units)
    return Inputs(compiled, codes, values, given, waived, not_due(compiled, month)), decided


def _thawed_level(session: Session, period: PeriodRecord, level: Level, month: int, content: Content) -> LevelSnapshot:
    compiled = _frozen_set(session, content["set"])
    units = _units(content)
    lists = tuple(RankingListRecord(**{**plain, "members": tuple(plain["members"])}) for plain in content["lists"])
    inputs, decided = _frozen_inputs(compiled, units, content, month)
    reference = reference_units(compiled.criteria_set, units, lists)
    # What a decision has fixed moves no more, whatever was still missing.
    everyone = np.ones(len(units), bool)
    book = score(inputs, reference, decided, closed=everyone)
    waivers = {
        (unit, code): Waiver(reason, "")
        for unit, reasons in content["not_applicable"].items()
        for code, reason in reasons.items()
    }
    return LevelSnapshot(
        period,
        month,
        level,
        units,
        lists,
        inputs,
        book,
        reference,
        waivers,
        {},
        sent=np.any(decided, axis=1),
        closed=everyone,
        released=True,
        stage=ScoreStage.PUBLISHED,
    )


def _thawed_province(
    session: Session, period: PeriodRecord, month: int, content: Content, levels: Mapping[Level, LevelSnapshot]
) -> ProvincialSnapshot:
    compiled = _frozen_set(session, content["set"])
    [unit] = _units(content)
    waived = content["not_applicable"].get(PROVINCE, {})
    first_key = {column.code: column.key for column in reversed(compiled.columns)}
    typed = [
        *(
            Cell(PROVINCE, code, key, value)
            for code, values in content["inputs"].get(PROVINCE, {}).items()
            for key, value in values.items()
        ),
        *(Cell(PROVINCE, code, first_key[code], NOT_APPLICABLE) for code in waived),
    ]
    waivers = {code: Waiver(reason, "") for code, reason in waived.items()}
    return rolled_up_province(
        period, month, levels, OwnFigures(unit, compiled, tuple(typed), waivers, {}, released=True)
    )


def thaw(session: Session, period: PeriodRecord, content: str, sha256: str) -> Results:
    """The results that a published text holds, built from it alone and from the sets that it names.

    Raises FrozenMismatchError when the text is not the one of the hash, or when what is built is not what it says.
    """
    if hashlib.sha256(content.encode()).hexdigest() != sha256:
        raise FrozenMismatchError(
            _(
                "Nội dung công bố của kỳ «{period}» không khớp mã SHA-256 {sha256} đã ghi khi công bố; hãy khôi phục bản sao "
                "lưu rồi đối chiếu với quyết định đã ký."
            ).format(period=period.name, sha256=sha256)
        )
    whole: Content = json.loads(content)
    own = whole["levels"]
    named = whole["period"]
    then = replace(period, name=named["name"], year=named["year"], unit_date=dt.date.fromisoformat(named["unit_date"]))
    month = int(whole["month"])
    levels: dict[Level, LevelSnapshot] = {
        level: _thawed_level(session, then, level, month, own[level]) for level in UNIT_LEVELS
    }
    built = Results(month, levels, _thawed_province(session, then, month, own["province"], levels))
    for level, found in _contents(built).items():
        found["set"]["sha256"] = own[level]["set"]["sha256"]
        if canonical(found) != canonical(own[level]):
            raise FrozenMismatchError(
                _(
                    "{level}: điểm và hạng tính lại từ nội dung công bố của kỳ «{period}» không trùng điểm và hạng đã công "
                    "bố; hãy báo người quản trị kiểm tra phiên bản phần mềm và bản sao lưu."
                ).format(level=level_names()[level], period=period.name)
            )
    return built
