"""The national result of a year as screens and papers show it, and the office's own fuller table of it."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from assessment.audit import number_text, record
from assessment.permissions import Action, Identity, permit
from data.audit import Change, Deed
from data.database import write_session
from data.models import INDEX_CODES, PILLAR_CODES, ResultOrigin
from data.national import (
    PILLAR_FIELDS,
    IndexRankRecord,
    NationalDifference,
    NationalRecord,
    YearRecord,
    index_ranks,
    national_arrays,
    national_results,
    national_years,
    store_national,
    superseded_results,
    withdraw_office,
)
from data.national_files import INDEX_FIELDS, NationalTable
from data.reference.national import OUR_PROVINCE, Province, provinces
from language import _, sort_key
from scoring.grid import STEPS_PER_POINT, in_points
from scoring.national import (
    TOP,
    BoundOrigin,
    YearFacts,
    distance_to_rank,
    free_places,
    place_bounds,
    score_bounds,
)


@dataclass(frozen=True, slots=True)
class NationalValues:
    """What is public of a province's result: rank, scores from 0 to 1 (total, main indices, pillars), None where not."""

    rank: int | None = None
    total: float | None = None
    indices: tuple[float | None, ...] = (None,) * len(INDEX_CODES)
    pillars: tuple[float | None, ...] = (None,) * len(PILLAR_CODES)


@dataclass(frozen=True)
class ProvinceRow:
    """A province in a year.

    low, high: between which scores its own lies, 0 to 1; both are the published one where there is one. basis: what
    the bounds rest on. best_rank, worst_rank: the rank, or the first and last place that is left. office: whether its
    newest edition was put in by the office. source: empty where nothing is public. index_ranks: published ranks by
    code of the main index or pillar.
    """

    province: Province
    values: NationalValues
    low: float
    high: float
    basis: BoundOrigin
    best_rank: int
    worst_rank: int
    office: bool
    source: str
    index_ranks: Mapping[str, IndexRankRecord]

    @property
    def code(self) -> str:
        """Code of the province."""
        return self.province.code

    @property
    def name(self) -> str:
        """Name of the province."""
        return self.province.name_vi

    @property
    def rank(self) -> int | None:
        """Published rank."""
        return self.values.rank

    @property
    def published(self) -> bool:
        """Whether the total itself is public."""
        return self.basis == BoundOrigin.PUBLISHED

    @property
    def ours(self) -> bool:
        """Whether it is Bà Rịa - Vũng Tàu."""
        return self.code == OUR_PROVINCE

    @property
    def detailed(self) -> bool:
        """Whether a score or a rank in any main index or pillar is public."""
        scores = (*self.values.indices, *self.values.pillars)
        return bool(self.index_ranks) or any(value is not None for value in scores)


@dataclass(frozen=True, slots=True)
class Superseded:
    """An edition of a province's result that a newer one replaced."""

    name: str
    edition: int
    values: NationalValues
    office: bool
    source: str
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class CountryFacts:
    """What is public of all provinces together; scores from 0 to 1, None where not public."""

    units: int
    mean: float | None
    minimum_at_least: float | None
    units_above_mean: int | None
    source: str


@dataclass(frozen=True)
class NationalYear:
    """A year of the national index: the provinces by rank, those without one last by name.

    line: bounds of the score on place 15. distance: of our score to that line, positive is missing. free: places that
    no published rank gives to anybody. superseded: editions that are history.
    """

    year: int
    rows: tuple[ProvinceRow, ...]
    facts: CountryFacts
    line: tuple[float, float]
    distance: tuple[float, float]
    free: tuple[int, ...]
    superseded: tuple[Superseded, ...]

    def of(self, code: str) -> ProvinceRow:
        """The row of a province. Raises StopIteration for an unknown code."""
        return next(row for row in self.rows if row.code == code)


class ChangedMeanwhileError(ValueError):
    """What is stored is no longer what the shown difference was made from. Nothing is stored."""


def national_calendar(session: Session) -> tuple[int, ...]:
    """Years of which a national result is known, the newest first."""
    return tuple(record.year for record in reversed(national_years(session)))


def _points(steps: int | None) -> float | None:
    return None if steps is None else steps / STEPS_PER_POINT


def _values(record: NationalRecord | None) -> NationalValues:
    if record is None:
        return NationalValues()
    return NationalValues(
        record.rank,
        _points(record.total),
        tuple(_points(record.indices[code]) for code in INDEX_CODES),
        tuple(_points(record.pillars[code]) for code in PILLAR_CODES),
    )


def _facts(record: YearRecord | None, facts: YearFacts) -> CountryFacts:
    if record is None:
        return CountryFacts(facts.units, None, None, None, "")
    mean, least = _points(record.mean), _points(record.minimum_at_least)
    return CountryFacts(record.units, mean, least, record.units_above_mean, record.source)


def _superseded(record: NationalRecord) -> Superseded:
    assert record.superseded_at is not None
    office = record.origin == ResultOrigin.OFFICE
    return Superseded(record.name_vi, record.edition, _values(record), office, record.source, record.superseded_at)


def national_year(session: Session, year: int) -> NationalYear:
    """A year with every province, known or bounded. A year of which nothing is stored has 63 bounded provinces."""
    arrays = national_arrays(session, year)
    known = (arrays.ranks, arrays.scores, arrays.facts, arrays.names)
    bounds = score_bounds(*known)
    low, high = in_points(bounds.low), in_points(bounds.high)
    free = tuple(int(place) for place in free_places(*known))
    records = {record.province: record for record in national_results(session, year)}
    found = index_ranks(session, year)
    rows = []
    for i, province in enumerate(provinces()):
        record = records.get(province.code)
        values = _values(record)
        first, last = (free[0], free[-1]) if free else (1, len(arrays.names))
        rows.append(
            ProvinceRow(
                province,
                values,
                float(low[i]),
                float(high[i]),
                BoundOrigin(int(bounds.origin[i])),
                values.rank or first,
                values.rank or last,
                record is not None and record.origin == ResultOrigin.OFFICE,
                "" if record is None else record.source,
                {entry.index_code: entry for entry in found if entry.province == province.code},
            )
        )
    line_low, line_high = place_bounds(*known, place=TOP)
    missing_low, missing_high = distance_to_rank(*known, place=TOP)
    ours = arrays.row_of(OUR_PROVINCE)
    return NationalYear(
        year,
        tuple(sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, sort_key(row.name)))),
        _facts(next((r for r in national_years(session) if r.year == year), None), arrays.facts),
        (line_low / STEPS_PER_POINT, line_high / STEPS_PER_POINT),
        (float(missing_low[ours]) / STEPS_PER_POINT, float(missing_high[ours]) / STEPS_PER_POINT),
        free,
        tuple(map(_superseded, superseded_results(session, year))),
    )


def place_ranges(places: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Ascending places as first and last of each unbroken run: 11, 13, 14 gives (11, 11), (13, 14)."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and place == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return tuple(runs)


def _field_names() -> dict[str, str]:
    """What the audit log calls the values of a province."""
    indices = dict(zip(INDEX_FIELDS, INDEX_CODES, strict=True))
    pillars = dict(zip(PILLAR_FIELDS, PILLAR_CODES, strict=True))
    scores = {field: _("điểm {code}").format(code=code) for field, code in {**indices, **pillars}.items()}
    return {"rank": _("hạng"), "total": _("tổng điểm"), **scores}


def _value_text(field: str, value: int | None) -> str | None:
    if value is None:
        return None
    return str(value) if field == "rank" else number_text(Decimal(value) / STEPS_PER_POINT)


_Known = Mapping[tuple[int, str, str], int | None]


def _known(session: Session, years: Iterable[int]) -> _Known:
    """What is stored of some years, by year, name of the province and field."""
    return {
        (year, record.name_vi, field): value
        for year in sorted(set(years))
        for record in national_results(session, year)
        for field, value in (
            ("rank", record.rank),
            ("total", record.total),
            *zip(INDEX_FIELDS, record.indices.values(), strict=True),
            *zip(PILLAR_FIELDS, record.pillars.values(), strict=True),
        )
    }


def _changes(before: _Known, after: _Known) -> Iterator[Change]:
    """What a write did to what is known, also to values that it did not name."""
    names = _field_names()
    for place in dict.fromkeys([*before, *after]):
        was, now = before.get(place), after.get(place)
        if was != now:
            year, province, field = place
            yield Change(f"{year} · {province} · {names[field]}", _value_text(field, was), _value_text(field, now))


def withdraw_office_results(engine: Engine, identity: Identity, year: int, now: dt.datetime) -> int:
    """Takes back what the office put in for a year; gives of how many provinces. Raises PermissionError."""
    permit(identity, Action.STORE_NATIONAL)
    with write_session(engine) as session:
        before = _known(session, [year])
        concerned = withdraw_office(session, year, now)
        if concerned:
            changes = _changes(before, _known(session, [year]))
            record(session, identity, now, Deed.WITHDRAW_NATIONAL, subject=str(year), changes=changes)
        return len(concerned)


def store_table(
    engine: Engine, identity: Identity, table: NationalTable, shown: NationalDifference, now: dt.datetime
) -> NationalDifference:
    """Stores the office's table after its difference was shown and confirmed: in one transaction, all or nothing.

    shown: the difference that was confirmed. Raises PermissionError, ChangedMeanwhileError when storing would now do something else,
    FileFaults when the table contradicts what is stored by now; then nothing is stored.
    """
    permit(identity, Action.STORE_NATIONAL)
    with write_session(engine) as session:
        years = {row.year for row in table.rows}
        before = _known(session, years)
        stored = store_national(session, table)
        if stored != shown:
            raise ChangedMeanwhileError(
                _(
                    "Kết quả đang lưu đã thay đổi sau khi lập bảng so sánh nên chưa lưu gì. Hãy xem lại bảng so sánh mới "
                    "rồi xác nhận lại."
                )
            )
        if stored.news:
            sources = "; ".join(dict.fromkeys(row.source for row in stored.news))
            changes = _changes(before, _known(session, years))
            record(session, identity, now, Deed.STORE_NATIONAL, subject=table.name, reason=sources, changes=changes)
    return stored
