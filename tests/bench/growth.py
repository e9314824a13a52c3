"""How time grows with the number of communes: at 1, 10 and 100 times those of the province, on made-up figures.

The ratio in brackets is time per unit against the smallest size: 1 is linear, less is better than linear.
"""

import datetime as dt
import logging
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from assessment.history import level_history, rescored, unit_history
from assessment.ranking import ranking
from assessment.scorecard import scorecard
from assessment.snapshots import LevelSnapshot, level_snapshot
from assessment.units_in_time import UnitsInTime
from criteria import read_text
from criteria.model import CriteriaSet
from data.database import read_session, write_session
from data.demo import generate
from data.lineage import successions, unit_spans
from data.models import Input, InputOrigin, Unit, stored_sort_key
from data.reference import ReferenceUnit, reference_units
from data.repositories import open_month, periods, use_criteria_set
from data.seeding import open_office_period, packaged_sets, store_criteria_set
from data.settings import Settings
from data.setup import prepare_database
from language import _, fold, format_number
from scoring.engine import score
from tests.bench.timing import Row
from ui.ranking_view import draw_table
from ui.selection import Choice

TIMES = (1, 10, 100)
REPETITIONS = 3
LONG = 3.0
"""Seconds from which one run is measurement enough."""
YEAR, MONTH = 2024, 12
DAY = dt.date(YEAR, MONTH, 31)
MONTHS_OF_HISTORY = 13
"""Snapshots that the history of the demonstration data has."""


@dataclass(frozen=True)
class Size:
    """A database of so many communes, and what is read from it."""

    snapshot: LevelSnapshot
    before: LevelSnapshot
    line: tuple[LevelSnapshot, ...]
    units: UnitsInTime
    read: Callable[[], LevelSnapshot]


def _copies(times: int) -> tuple[list[ReferenceUnit], list[ReferenceUnit]]:
    """The districts, and every commune so many times under codes of its own."""
    known = reference_units(DAY)
    communes = [u for u in known if u.level == "commune"]
    copies = [replace(u, code=f"{u.code}.{n}") if n else u for n in range(times) for u in communes]
    return [u for u in known if u.level == "district"], copies


def _unit_rows(copies: Sequence[ReferenceUnit]) -> Iterator[Mapping[str, object]]:
    for unit in copies:
        if "." in unit.code:
            yield {
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


def _fill(session: Session, times: int) -> None:
    """One period with generated figures of December for every commune."""
    districts, copies = _copies(times)
    rows = list(_unit_rows(copies))
    if rows:
        session.connection().execute(insert(Unit), rows)
    period = open_office_period(session, YEAR, _("Năm {year}").format(year=YEAR), DAY)
    open_month(session, period.id, MONTH)
    text = packaged_sets()["commune"]
    chosen = _commune_set(text)
    use_criteria_set(session, period.id, "commune", store_criteria_set(session, chosen, text))
    made = (g for g in generate({"commune": chosen}, [*districts, *copies], YEAR, [MONTH]) if g.unit.level == "commune")
    values = [
        {
            "period_id": period.id,
            "unit_code": g.unit.code,
            "unit_valid_from": g.unit.valid_from,
            "criterion": g.criterion,
            "input_key": g.input_key,
            "month": g.month,
            "number": g.number,
            "text": g.text,
            "state": g.state,
            "reason": g.reason,
            "approver": g.approver,
            "origin": InputOrigin.DEMONSTRATION.value,
            "version": 1,
        }
        for g in made
    ]
    session.connection().execute(insert(Input), values)


def _commune_set(text: str) -> CriteriaSet:
    found = read_text(text, "commune.yaml").criteria_set
    assert found is not None
    return found


def _size(engine: Engine, times: int) -> Size:
    with write_session(engine) as session:
        _fill(session, times)
    with read_session(engine) as session:
        (period,) = periods(session)
        units = UnitsInTime(unit_spans(session), successions(session))

    def read() -> LevelSnapshot:
        with read_session(engine) as own:
            return level_snapshot(own, period, "commune", MONTH)

    snapshot = read()
    earlier = replace(period, id=0, year=YEAR - 1, unit_date=DAY.replace(year=YEAR - 1))
    before = replace(snapshot, period=earlier)
    line = (before, *(replace(snapshot, month=month) for month in range(1, MONTHS_OF_HISTORY)))
    return Size(snapshot, before, line, units, read)


def _tasks(size: Size) -> Mapping[str, Callable[[], object]]:
    """What screens ask for, by name. What is kept ready inside a ScoreBook is computed anew each time."""
    now = size.snapshot
    code, unit = now.lists[0].code, now.units[0]
    other = now.criteria_set.model_copy(update={"version": "9"})
    ranked = ranking(now, code, size.before)
    choice = Choice("xa", now, code, size.before)

    def scored() -> LevelSnapshot:
        return replace(now, book=score(now.inputs, now.reference))

    def fresh_line() -> tuple[LevelSnapshot, ...]:
        return tuple(replace(s, book=replace(s.book)) for s in size.line)

    return {
        _("đọc từ cơ sở dữ liệu và chấm"): size.read,
        _("chấm điểm"): lambda: scored().book.deciding_total,
        _("bảng xếp hạng"): lambda: ranking(replace(now, book=replace(now.book)), code, size.before),
        _("phiếu điểm một đơn vị"): lambda: scorecard(ranking(replace(now, book=replace(now.book)), code), unit.code),
        _("lịch sử cả khối, 13 tháng"): lambda: level_history(now.period, code, fresh_line(), size.units),
        _("lịch sử một đơn vị, 13 tháng"): lambda: unit_history(unit, DAY, code, fresh_line(), size.units),
        _("chấm lại theo bộ khác"): lambda: rescored(now, other, code),
        _("bảng xếp hạng thành HTML"): lambda: draw_table(choice, ranked, ranked.rows, {}),
    }


def _seconds(run: Callable[[], object]) -> float:
    """Median seconds of the processor, after a first run; of a task that takes long, that run alone.

    Everything happens in this process, and what else the machine does must not look like growth.
    """
    start = time.process_time()
    run()
    first = time.process_time() - start
    if first > LONG:
        return first
    taken: list[float] = []
    for _repetition in range(REPETITIONS):
        start = time.process_time()
        run()
        taken.append(time.process_time() - start)
    return median(taken)


def growth_rows(times: Sequence[int] = TIMES) -> list[Row]:
    """A row per task: seconds at each size, with the ratio of time per unit against the smallest."""
    # Drawing outside a screen is warned of at every call.
    logging.disable(logging.WARNING)
    measured: dict[str, dict[int, float]] = {}
    for factor in times:
        with tempfile.TemporaryDirectory() as folder:
            engine = prepare_database(Settings(database_url="", dti_folder=Path(folder)), demonstration=False)
            size = _size(engine, factor)
            for task, run in _tasks(size).items():
                measured.setdefault(task, {})[len(size.snapshot.units)] = _seconds(run)
            engine.dispose()
    logging.disable(logging.NOTSET)
    return [Row(task, _named(seconds)) for task, seconds in measured.items()]


def _named(seconds: Mapping[int, float]) -> dict[str, float]:
    smallest, least = next(iter(seconds.items()))
    return {
        _("{units} đơn vị (mỗi đơn vị {ratio} lần)").format(
            units=format_number(units), ratio=format_number(taken / units / (least / smallest), 2)
        ): taken
        for units, taken in seconds.items()
    }
