"""National results as they are known: read for screens and arithmetic, compared with a table of the office, stored."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import (
    INDEX_CODES,
    PILLAR_CODES,
    NationalIndexRank,
    NationalResult,
    NationalYear,
    ResultOrigin,
)
from data.national_files import (
    INDEX_FIELDS,
    NationalRow,
    NationalTable,
    contradiction_faults,
    examine,
    faults_inside,
    refuse_faulty,
    total_faults,
)
from data.reference.national import province_by_code, provinces
from language import sort_key
from scoring.csv_files import FileFault
from scoring.grid import Points
from scoring.national import YearFacts
from scoring.ranking import Ranks

PILLAR_FIELDS = tuple(f"pillar_{code.lower()}" for code in PILLAR_CODES)
_FIELDS = ("rank", *INDEX_FIELDS, "total", *PILLAR_FIELDS)


@dataclass(frozen=True, slots=True)
class NationalRecord:
    """What is known of a province's result in a year; scores in grid steps (1e-9), None where not public.

    indices: by code of the main index. pillars: by code of the pillar. superseded_at: of an edition that is history.
    """

    year: int
    province: str
    name_vi: str
    rank: int | None
    indices: Mapping[str, int | None]
    total: int | None
    pillars: Mapping[str, int | None]
    source: str
    origin: str
    edition: int
    superseded_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class YearRecord:
    """What is known of all provinces together in a year; scores in grid steps (1e-9), None where not public."""

    year: int
    units: int
    mean: int | None
    minimum_at_least: int | None
    units_above_mean: int | None
    source: str

    @property
    def facts(self) -> YearFacts:
        """The same, as arithmetic takes it."""
        return YearFacts(self.units, self.mean, self.minimum_at_least, self.units_above_mean)


@dataclass(frozen=True, slots=True)
class IndexRankRecord:
    """A published rank of a province in a main index or pillar."""

    year: int
    province: str
    index_code: str
    rank: int
    source: str


@dataclass(frozen=True, eq=False)
class NationalArrays:
    """A year as arrays over the 63 provinces in the order of the reference table, as `scoring.national` takes them.

    ranks: 0 where not public. scores: totals in whole grid steps, NaN where not public. indices: (63, 8), likewise.
    """

    year: int
    provinces: tuple[str, ...]
    names: tuple[str, ...]
    ranks: Ranks
    scores: Points
    indices: Points
    facts: YearFacts

    def row_of(self, province: str) -> int:
        """Row of a province. Raises ValueError for an unknown code."""
        return self.provinces.index(province)


@dataclass(frozen=True, slots=True)
class NationalChange:
    """A row of the office's table that changes what is known. fields: what was known (None: nothing) and what is new."""

    row: NationalRow
    fields: Mapping[str, tuple[int | None, int]]


@dataclass(frozen=True, slots=True)
class NationalDifference:
    """What storing a table would do. Values that the table does not give stay as they are.

    editions: of each of its rows, what is stored now (0: nothing): two differences are equal when the same table meets
    the same stored results.
    """

    added: tuple[NationalRow, ...]
    changed: tuple[NationalChange, ...]
    unchanged: tuple[NationalRow, ...]
    editions: tuple[int, ...]

    @property
    def news(self) -> tuple[NationalRow, ...]:
        """Rows that add or change something."""
        return (*self.added, *(change.row for change in self.changed))


def _record(row: NationalResult) -> NationalRecord:
    return NationalRecord(
        row.year,
        row.province,
        province_by_code()[row.province].name_vi,
        row.rank,
        {code: getattr(row, field) for code, field in zip(INDEX_CODES, INDEX_FIELDS, strict=True)},
        row.total,
        {code: getattr(row, field) for code, field in zip(PILLAR_CODES, PILLAR_FIELDS, strict=True)},
        row.source,
        row.origin,
        row.edition,
        row.superseded_at,
    )


def _current(session: Session, years: Iterable[int]) -> dict[tuple[int, str], NationalResult]:
    query = select(NationalResult).where(NationalResult.year.in_(list(years)), NationalResult.superseded_at.is_(None))
    return {(row.year, row.province): row for row in session.scalars(query)}


def national_results(session: Session, year: int) -> tuple[NationalRecord, ...]:
    """What is known of a year, best rank first, provinces without a rank last; provinces of which nothing is are absent."""
    records = map(_record, _current(session, [year]).values())
    return tuple(sorted(records, key=lambda r: (r.rank is None, r.rank or 0, sort_key(r.name_vi))))


def national_history(session: Session, year: int, province: str) -> tuple[NationalRecord, ...]:
    """Every edition of a province's result in a year, the first one first; the last one is what is shown."""
    query = select(NationalResult).where(NationalResult.year == year, NationalResult.province == province)
    return tuple(map(_record, session.scalars(query.order_by(NationalResult.edition))))


def superseded_results(session: Session, year: int) -> tuple[NationalRecord, ...]:
    """Every edition of a year's results that a newer one replaced, by name of the province and edition."""
    query = select(NationalResult).where(NationalResult.year == year, NationalResult.superseded_at.is_not(None))
    return tuple(sorted(map(_record, session.scalars(query)), key=lambda r: (sort_key(r.name_vi), r.edition)))


def national_years(session: Session) -> tuple[YearRecord, ...]:
    """What is known of all provinces together, year by year, with the years of which only results are known."""
    known = {
        row.year: YearRecord(row.year, row.units, row.mean, row.minimum_at_least, row.units_above_mean, row.source)
        for row in session.scalars(select(NationalYear))
    }
    for year in session.scalars(select(NationalResult.year).distinct()):
        known.setdefault(year, YearRecord(year, len(provinces()), None, None, None, ""))
    return tuple(known[year] for year in sorted(known))


def index_ranks(session: Session, year: int) -> tuple[IndexRankRecord, ...]:
    """Published ranks in main indices and pillars in a year, by index and rank."""
    query = select(NationalIndexRank).where(NationalIndexRank.year == year)
    ordered = query.order_by(NationalIndexRank.index_code, NationalIndexRank.rank, NationalIndexRank.province)
    return tuple(
        IndexRankRecord(row.year, row.province, row.index_code, row.rank, row.source)
        for row in session.scalars(ordered)
    )


def _facts(session: Session, years: Iterable[int]) -> dict[int, YearFacts]:
    known = {record.year: record.facts for record in national_years(session)}
    return {year: known.get(year, YearFacts(len(provinces()))) for year in years}


def national_arrays(session: Session, year: int) -> NationalArrays:
    """A year as arrays over the 63 provinces. A year of which nothing is known gives ranks 0 and scores NaN."""
    stored = _current(session, [year])
    codes = tuple(province.code for province in provinces())
    rows = [stored.get((year, code)) for code in codes]

    def column(field: str) -> Points:
        values = [None if row is None else getattr(row, field) for row in rows]
        return np.array([np.nan if value is None else value for value in values], float)

    return NationalArrays(
        year,
        codes,
        tuple(province.name_vi for province in provinces()),
        np.array([0 if row is None or row.rank is None else row.rank for row in rows], np.int64),
        column("total"),
        np.stack([column(field) for field in INDEX_FIELDS], axis=1),
        _facts(session, [year])[year],
    )


def _values(row: NationalResult) -> dict[str, int | None]:
    return {field: getattr(row, field) for field in _FIELDS}


def _changed_fields(row: NationalRow, stored: NationalResult) -> dict[str, tuple[int | None, int]]:
    known = _values(stored)
    return {field: (known[field], new) for field, new in row.values.items() if known[field] != new}


def _merged(row: NationalRow, stored: NationalResult | None) -> dict[str, int | None]:
    """What is known after a row: its values, and those stored before that it neither gives nor means to give.

    Published pillar scores go once a score they belong to is corrected.
    """
    if stored is None:
        return {field: row.values.get(field) for field in _FIELDS}
    corrected = {field for field, (old, _new) in _changed_fields(row, stored).items() if old is not None} - {"rank"}
    kept = {field: None if corrected and field in PILLAR_FIELDS else old for field, old in _values(stored).items()}
    return {**kept, **dict.fromkeys(row.unread), **row.values}


def _stored_faults(
    session: Session, table: NationalTable, stored: Mapping[tuple[int, str], NationalResult]
) -> Iterator[FileFault]:
    """What the table contradicts once it stands beside what is stored and published."""
    rows = {(row.year, row.province): row for row in table.rows}
    years: dict[int, dict[str, Mapping[str, int | None]]] = defaultdict(dict)
    for (year, province), result in stored.items():
        years[year][province] = _values(result)
    for (year, province), row in rows.items():
        merged = _merged(row, stored.get((year, province)))
        years[year][province] = merged
        yield from total_faults(table, row.line, year, merged)
    for year, facts in _facts(session, years).items():
        lines = {province: row.line for (of_year, province), row in rows.items() if of_year == year}
        yield from contradiction_faults(table, year, years[year], lines, facts)


def difference(session: Session, table: NationalTable) -> NationalDifference:
    """What storing a table would add, change and leave as it is.

    Raises FileFaults with every fault when its values contradict what is stored or published of the same years.
    """
    stored = _current(session, {row.year for row in table.rows})
    refuse_faulty(_stored_faults(session, table, stored))
    return _difference(table, stored)


def read_difference(
    session: Session, data: bytes, name: str, last_year: int
) -> tuple[NationalTable, NationalDifference]:
    """A table of the office from the content of a file, and what storing it would do. Arguments as of `examine`.

    Raises FileFaults with every fault at once: of the cells, of the rows against each other, and of the rows against
    what is stored or published, as far as a fault of a cell does not hide them.
    """
    reading = examine(data, name, last_year)
    table = reading.table
    stored = _current(session, {row.year for row in table.rows})
    # A row that does not say of which province it is may be about any of those that are stored.
    beside = _stored_faults(session, table, stored) if reading.placed else faults_inside(table)
    refuse_faulty((*reading.faults, *beside))
    return table, _difference(table, stored)


def _difference(table: NationalTable, stored: Mapping[tuple[int, str], NationalResult]) -> NationalDifference:
    added: list[NationalRow] = []
    changed: list[NationalChange] = []
    unchanged: list[NationalRow] = []
    for row in table.rows:
        known = stored.get((row.year, row.province))
        if known is None:
            added.append(row)
        elif fields := _changed_fields(row, known):
            changed.append(NationalChange(row, fields))
        else:
            unchanged.append(row)
    editions = (stored.get((row.year, row.province)) for row in table.rows)
    return NationalDifference(
        tuple(added), tuple(changed), tuple(unchanged), tuple(known.edition if known else 0 for known in editions)
    )


def _joined_sources(row: NationalRow, stored: NationalResult | None, merged: Mapping[str, int | None]) -> str:
    """The table's source; behind it that of values which it did not give."""
    kept = stored is not None and any(value is not None and field not in row.values for field, value in merged.items())
    parts = chain(row.source.split("; "), stored.source.split("; ") if stored is not None and kept else ())
    return "; ".join(dict.fromkeys(parts))


@dataclass(frozen=True, slots=True)
class _Edition:
    """What a new edition of a province's result says."""

    values: Mapping[str, int | None]
    source: str
    origin: ResultOrigin


def _supersede(
    session: Session, place: tuple[int, str], stored: NationalResult | None, new: _Edition | None, now: dt.datetime
) -> None:
    """Makes the stored edition history, and the new one, where there is one, the newest.

    place: year and province. A number is never given twice, not even after every edition has become history.
    """
    year, province = place
    if stored is not None:
        stored.superseded_at = now
        session.flush()
    if new is not None:
        every = select(func.max(NationalResult.edition)).where(
            NationalResult.year == year, NationalResult.province == province
        )
        session.add(
            NationalResult(
                year=year,
                province=province,
                edition=(session.scalar(every) or 0) + 1,
                **new.values,
                source=new.source,
                origin=new.origin.value,
            )
        )


def withdraw_office(session: Session, year: int, now: dt.datetime) -> tuple[str, ...]:
    """Takes back what the office put in for a year, and gives the codes of the provinces concerned.

    To be called in a write session. The packaged result, where there is one, becomes the newest edition again; the
    office's editions stay as history.
    """
    concerned = [row for row in _current(session, {year}).values() if row.origin == ResultOrigin.OFFICE]
    for row in concerned:
        packaged = session.scalars(
            select(NationalResult)
            .where(
                NationalResult.year == year,
                NationalResult.province == row.province,
                NationalResult.origin == ResultOrigin.PUBLISHED,
            )
            .order_by(NationalResult.edition.desc())
        ).first()
        again = None if packaged is None else _Edition(_values(packaged), packaged.source, ResultOrigin.PUBLISHED)
        _supersede(session, (year, row.province), row, again, now)
    session.flush()
    return tuple(row.province for row in concerned)


def store_national(session: Session, table: NationalTable) -> NationalDifference:
    """Stores a table of the office, all or nothing, and gives what that did.

    To be called in a write session. A row that adds or changes something becomes the newest edition, of origin
    office; the edition before it stays as history. A row without news leaves what is stored alone. Raises FileFaults
    as `difference` does.
    """
    found = difference(session, table)
    stored = _current(session, {row.year for row in table.rows})
    now = dt.datetime.now(dt.UTC)
    for row in found.news:
        place = (row.year, row.province)
        known = stored.get(place)
        merged = _merged(row, known)
        new = _Edition(merged, _joined_sources(row, known, merged), ResultOrigin.OFFICE)
        _supersede(session, place, known, new, now)
    session.flush()
    return found
