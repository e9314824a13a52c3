"""How firm ranks are: 1,000 draws of the weights over whole lists, beside one bare matrix product and sort of that size."""

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import get_args

import numpy as np

from assessment.rank_change import list_change, rank_change
from assessment.robustness import stability
from assessment.sensitivity import our_rank_sensitivity
from assessment.snapshots import LevelSnapshot, level_snapshot
from criteria.model import Level
from data.database import read_session
from data.repositories import periods
from data.settings import Settings
from data.setup import prepare_database
from language import _, format_number
from scoring.outlook import Question
from scoring.robustness import WEIGHT_DRAWS, weight_draws, weight_factors
from scoring.sensitivity import runs_needed
from tests.bench.timing import Row, alternate
from tests.scoring.outlook.facts import published_history

REPETITIONS = 15
LONG_REPETITIONS = 2
MONTH, SEED = 12, 1
BASE_YEAR, TARGET_YEAR = 2023, 2024


def _bare(snapshot: LevelSnapshot) -> Callable[[], object]:
    """The least that drawing weights takes, weights and arrays ready made: totals by matrix products, and their order."""
    rows, scored = snapshot.rows(snapshot.lists[0]), snapshot.inputs.compiled.of_kind("scored")
    points, maxima = (np.ascontiguousarray(x[rows][:, scored].T) for x in (snapshot.book.points, snapshot.book.maxima))
    factors = np.ascontiguousarray(weight_factors(snapshot.inputs.compiled, WEIGHT_DRAWS, SEED)[scored].T)
    return lambda: np.argsort(-(factors @ points) / (factors @ maxima), axis=1)


def _rows(level: Level, now: LevelSnapshot, then: LevelSnapshot) -> Iterator[Row]:
    chosen = now.lists[0]
    size = _("{draws} lần mô phỏng x {units} đơn vị x {criteria} chỉ số").format(
        draws=format_number(WEIGHT_DRAWS), units=len(chosen.members), criteria=len(now.inputs.compiled.codes)
    )
    ours = _("phần mềm này")
    yield alternate(
        _("{level}: {size}, trọng số (mục tiêu 50 ms)").format(level=level, size=size),
        {
            ours: lambda: weight_draws(now.book, now.rows(chosen), WEIGHT_DRAWS, SEED),
            _("chỉ nhân ma trận và sắp xếp"): _bare(now),
        },
        REPETITIONS,
    )
    yield alternate(
        _("{level}: cả màn hình, thêm ba cách xử lý không áp dụng và trung bình nhân").format(level=level),
        {ours: lambda: stability(now, chosen.code)},
        REPETITIONS,
    )
    yield alternate(
        _("{level}: vì sao hạng của một đơn vị thay đổi").format(level=level),
        {ours: lambda: rank_change(list_change(then, now, chosen.code), chosen.members[0])},
        REPETITIONS,
    )


def robustness_rows() -> list[Row]:
    """Rows per ranked level of the demonstration data, and the sensitivity of our national rank."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        engine = prepare_database(Settings(database_url="", dti_folder=Path(folder)))
        with read_session(engine) as session:
            newest, before, *_rest = periods(session)
            for level in get_args(Level)[1:]:
                now, then = (level_snapshot(session, p, level, MONTH) for p in (newest, before))
                rows.extend(_rows(level, now, then))
        engine.dispose()
    question = Question(published_history(), BASE_YEAR, TARGET_YEAR)
    task = _("hạng toàn quốc phụ thuộc vào đâu: {runs} lần tính").format(runs=format_number(runs_needed()))
    rows.append(alternate(task, {_("phần mềm này"): partial(our_rank_sensitivity, question)}, LONG_REPETITIONS))
    return rows
