"""Screens of appraised points before a unit was told: whoever belongs to it reads there what its own accounts read, nothing."""

from collections.abc import Callable, Iterator
from io import BytesIO

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from assessment.permissions import Identity
from assessment.snapshots import ScoreStage
from reports.ranking import ranking_workbook
from tests.assessment.appraisal_office import VUNG_TAU, appraiser, tell, untold_office
from tests.assessment.appraising import OFFICE
from tests.data.databases import Databases
from tests.ui.pages import html, opener
from tests.ui.publishing import office_of
from ui import gateway

Looking = Callable[[Identity], None]
TOTAL = "35,00"
WITHHELD = "Kết luận thẩm định chưa thông báo cho Thành phố Vũng Tàu không hiện với người của đơn vị"
SCREENS = {
    "ranking.py": {},
    "scorecard.py": {"don_vi": "747"},
    "comparison.py": {"cac_don_vi": "747.748"},
    "robustness.py": {},
}


@pytest.fixture
def period(sqlite: Databases) -> Iterator[str]:
    """Two districts are appraised, neither is told."""
    with office_of(sqlite, untold_office) as number:
        yield str(number)


def shown(file: str, period: str) -> tuple[AppTest, str]:
    """A screen at the appraised score of districts, with all that it draws."""
    page = opener(file, 120)(ky=period, thang="12", khoi="huyen", diem="tham-dinh", **SCREENS[file])
    charts = "".join(chart.proto.spec for chart in page.get("plotly_chart"))
    metrics = " ".join(f"{m.value} {m.delta}" for m in page.metric)
    return page, html(page) + charts + metrics


@pytest.mark.parametrize("file", SCREENS)
def test_the_points_of_ones_own_unit_wait_until_it_is_told(period: str, looking: Looking, file: str) -> None:
    engine = gateway.engine()
    looking(appraiser(engine, "td.vt"))
    page, own = shown(file, period)
    assert TOTAL not in own
    assert any(WITHHELD in c.value for c in page.caption)
    looking(OFFICE)
    page, whole = shown(file, period)
    assert TOTAL in whole
    assert not any(WITHHELD in c.value for c in page.caption)
    tell(engine, VUNG_TAU)
    looking(appraiser(engine, "td.vt"))
    page, own = shown(file, period)
    assert TOTAL in own
    assert not any(WITHHELD in c.value for c in page.caption)


def test_a_file_says_what_is_left_out_of_it(period: str, looking: Looking) -> None:
    def cells(who: Identity) -> list[str]:
        looking(who)
        now = gateway.snapshot(int(period), "district", 12, ScoreStage.APPRAISED)
        data = ranking_workbook(gateway.ranking_table(now, now.lists[0].code, None))
        sheets = openpyxl.load_workbook(BytesIO(data))
        return [str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row]

    told = "không tính kết luận chưa thông báo cho Thành phố Vũng Tàu"
    own, whole = cells(appraiser(gateway.engine(), "td.vt")), cells(OFFICE)
    assert any(told in cell for cell in own)
    assert not any(told in cell for cell in whole)
    assert ("35" in own, "35" in whole) == (False, True)


def test_what_one_reader_is_shown_is_not_kept_for_another(period: str, looking: Looking) -> None:
    def total(who: Identity) -> float | None:
        looking(who)
        now = gateway.snapshot(int(period), "district", 12, ScoreStage.APPRAISED)
        rows = gateway.ranking_table(now, now.lists[0].code, None).rows
        return next(row.total for row in rows if row.unit.code == "747")

    own, other = appraiser(gateway.engine(), "td.vt"), appraiser(gateway.engine(), "td.cq")
    assert [total(who) for who in (own, other, OFFICE, own)] == [None, 35, 35, None]
