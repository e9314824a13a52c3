"""Scoring whole levels of the demonstration data: read from the database, score, rank; receipts of one unit."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from assessment.ranking import ranking
from assessment.scorecard import scorecard
from assessment.snapshots import LevelSnapshot, level_snapshot
from criteria.model import Level
from data.database import read_session
from data.repositories import periods
from data.settings import Settings
from data.setup import prepare_database
from language import _, format_number
from scoring.engine import score
from tests.bench.timing import Row, alternate

REPETITIONS = 15
MONTH = 12


def _rows(level: Level, snapshot: LevelSnapshot) -> Iterator[Row]:
    size = _("{units} đơn vị x {criteria} chỉ số").format(
        units=format_number(len(snapshot.units)), criteria=len(snapshot.inputs.compiled.codes)
    )
    ours, chosen = _("phần mềm này"), snapshot.lists[0].code

    def whole_level() -> object:
        book = score(snapshot.inputs, snapshot.reference)
        rows = snapshot.rows(snapshot.lists[0])
        return book.ranks(rows), book.group_ranks(rows), book.rank_bounds(rows), book.band

    yield alternate(
        _("{level}: chấm và xếp hạng, {size}").format(level=level, size=size), {ours: whole_level}, REPETITIONS
    )
    yield alternate(
        _("{level}: bảng xếp hạng").format(level=level), {ours: lambda: ranking(snapshot, chosen)}, REPETITIONS
    )
    unit = snapshot.units[0].code
    yield alternate(
        _("{level}: phiếu điểm một đơn vị với diễn giải và bước tiếp theo").format(level=level),
        {ours: lambda: scorecard(ranking(snapshot, chosen), unit)},
        REPETITIONS,
    )


def level_rows() -> list[Row]:
    """Rows per ranked level: score and rank, the ranking table, one scorecard, and reading the snapshot itself."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        engine = prepare_database(Settings(database_url="", dti_folder=Path(folder)))
        with read_session(engine) as session:
            period = periods(session)[0]
            for level in get_args(Level)[1:]:
                snapshot = level_snapshot(session, period, level, MONTH)

                def read(own: Level = level) -> LevelSnapshot:
                    return level_snapshot(session, period, own, MONTH)

                rows.append(
                    alternate(
                        _("{level}: đọc từ cơ sở dữ liệu và chấm").format(level=level),
                        {_("phần mềm này"): read},
                        REPETITIONS,
                    )
                )
                rows.extend(_rows(level, snapshot))
        engine.dispose()
    return rows
