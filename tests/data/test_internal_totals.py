"""Totals of earlier years without inputs: what is published stays beside what the office puts in."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from data.database import read_session, write_session
from data.internal_totals import OfficeTotal, TotalsRefusedError, internal_totals, store_internal_totals
from data.lineage import UnitKey
from data.models import InternalTotal

POINT = 1_000_000_000
LONG_DIEN = UnitKey("752", dt.date(2020, 1, 1))
DISTRICTS = OfficeTotal(2022, "district", None, 61 * POINT, "Báo cáo của cơ quan thường trực")
UNIT = OfficeTotal(2022, "district", LONG_DIEN, 70 * POINT, "Báo cáo của cơ quan thường trực", rank=3)


def _store(engine: Engine, *totals: OfficeTotal) -> int:
    with write_session(engine) as session:
        return store_internal_totals(session, totals)


def test_the_published_mean_of_2023(engine: Engine) -> None:
    with read_session(engine) as session:
        (only,) = internal_totals(session, 2023)
    assert (only.level, only.unit, only.rank, only.origin) == (None, None, None, "published")
    assert (only.total, only.change) == (80 * POINT + POINT // 10, 18 * POINT + 6 * POINT // 10)
    assert "1008746" in only.source


def test_totals_of_the_office_replace_its_own_and_never_published_ones(engine: Engine) -> None:
    overall = OfficeTotal(2023, None, None, 79 * POINT, "Quyết định của tỉnh")
    assert _store(engine, overall, UNIT, DISTRICTS) == 3
    assert _store(engine, overall, UNIT, DISTRICTS) == 0
    assert _store(engine, replace(UNIT, total=71 * POINT), DISTRICTS) == 1
    with read_session(engine) as session:
        stored = internal_totals(session)
        assert internal_totals(session, 2021) == ()
    assert [(record.year, record.level, record.unit, record.total // POINT, record.origin) for record in stored] == [
        (2022, "district", None, 61, "office"),
        (2022, "district", LONG_DIEN, 71, "office"),
        (2023, None, None, 80, "published"),
        (2023, None, None, 79, "office"),
    ]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (replace(UNIT, year=2021, total=-1), "phải từ 0 đến 100"),
        (replace(UNIT, year=2021, total=100 * POINT + 1), "phải từ 0 đến 100"),
        (replace(UNIT, year=2021, rank=0), "thứ hạng 0"),
        (replace(DISTRICTS, year=2021, rank=1), "thứ hạng 1"),
        (replace(UNIT, year=2021, source=" "), "chưa ghi nguồn"),
        (replace(UNIT, year=2021, level="commune"), "không thuộc cấp đã ghi"),
        (replace(UNIT, year=2021, unit=UnitKey("752", dt.date(2025, 1, 1))), "không có đơn vị"),
        (replace(DISTRICTS, year=2020), "hai kết quả"),
    ],
)
def test_one_fault_refuses_all(engine: Engine, bad: OfficeTotal, words: str) -> None:
    with pytest.raises(TotalsRefusedError, match=words):
        _store(engine, replace(DISTRICTS, year=2020), bad)
    with read_session(engine) as session:
        assert internal_totals(session, 2020) == internal_totals(session, 2021) == ()


@pytest.mark.parametrize(
    "content",
    [
        {"unit_code": "752"},
        {"unit_code": "752", "unit_valid_from": dt.date(2020, 1, 1)},
        {"level": "district", "unit_code": "999", "unit_valid_from": dt.date(2020, 1, 1)},
        {"level": "village"},
        {"total": 101 * POINT},
        {"origin": "guess"},
    ],
)
def test_the_database_itself_refuses_impossible_totals(engine: Engine, content: dict[str, object]) -> None:
    row = {"year": 2019, "total": POINT, "source": "x", "origin": "office", **content}
    with pytest.raises(IntegrityError), write_session(engine) as session:
        session.add(InternalTotal(**row))
