"""The base line of a scenario: what is known of our national result in the base year."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from assessment.province import ProvincialSnapshot
from data.national import NationalRecord, national_history, national_results, national_years
from data.reference.national import OUR_PROVINCE
from language import _
from scoring.baseline import BaseLine, allocation, weighted
from scoring.grid import in_points
from scoring.national import INDEX_WEIGHTS, TOP
from scoring.scenarios import main_index_fractions

GOAL_YEAR = 2024
"""The year of the plan whose result is asked for. Source: Quyết định số 968/QĐ-UBND ngày 10/4/2024."""


def index_fractions(snapshot: ProvincialSnapshot) -> dict[str, float]:
    """The reference set's provincial main indices as fractions of their maxima, NaN where nothing is applicable yet."""
    return main_index_fractions(snapshot.book)


def target_year(base_year: int) -> int:
    """The year whose rank is asked for: that of the goal, or the year after a later base."""
    return max(GOAL_YEAR, base_year + 1)


def _own_record(session: Session, year: int) -> NationalRecord:
    editions = national_history(session, year, OUR_PROVINCE)
    if not editions or editions[-1].superseded_at is not None:
        raise LookupError(
            _(
                "Chưa có kết quả toàn quốc năm {year} của tỉnh nên chưa có điểm xuất phát; hãy nhập kết quả năm này "
                "hoặc chọn năm gốc khác."
            ).format(year=year)
        )
    return editions[-1]


def _others_known(session: Session, year: int) -> bool:
    """Whether so much of the others is known that a forecast says more than that nothing is known of them."""
    known = [r for r in national_results(session, year) if r.rank is not None or r.total is not None]
    return len(known) >= TOP


def base_years(session: Session) -> tuple[int, ...]:
    """Years that can be started from, the latest first.

    Our own result must be known, and a rank or total of as many provinces as the goal names places.
    """
    found = []
    for record in national_years(session):
        if not _others_known(session, record.year):
            continue
        own = [r for r in national_history(session, record.year, OUR_PROVINCE) if r.superseded_at is None]
        if own and (own[-1].total is not None or _all_indices(own[-1]) is not None):
            found.append(record.year)
    return tuple(reversed(found))


def _all_indices(record: NationalRecord) -> Mapping[str, float] | None:
    """The eight scores where all of them are known."""
    known = {code: record.indices.get(code) for code in INDEX_WEIGHTS}
    if any(value is None for value in known.values()):
        return None
    return {code: float(in_points(float(value or 0))) for code, value in known.items()}


def base_line(session: Session, base_year: int, snapshot: ProvincialSnapshot) -> BaseLine:
    """Our result of the base year: the eight scores where all are known, else an allocation that gives the total.

    The allocation takes its shape from the reference set's provincial main indices in the snapshot, and is marked as
    assumed. Raises LookupError when neither the total nor all eight scores of the year are known.
    """
    record = _own_record(session, base_year)
    indices = _all_indices(record)
    total = None if record.total is None else float(in_points(record.total))
    sources = tuple(record.source.split("; "))
    target = target_year(base_year)
    if indices is not None:
        origin = "office" if record.origin == "office" else "published"
        known = weighted(indices) if total is None else total
        return BaseLine(base_year, target, indices, known, record.rank, origin, sources)
    if total is None:
        raise LookupError(
            _(
                "Năm {year} chưa biết tổng điểm của tỉnh và cũng chưa đủ điểm tám chỉ số chính; hãy nhập kết quả năm "
                "này hoặc chọn năm gốc khác."
            ).format(year=base_year)
        )
    assumed = allocation(total, index_fractions(snapshot))
    return BaseLine(base_year, target, assumed, total, record.rank, "assumed", sources)
