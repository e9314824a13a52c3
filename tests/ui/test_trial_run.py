"""An internal trial run: every screen and file of its results says so, and once it has ended nothing is offered any more."""

from collections.abc import Iterator

import pytest

from reports.comparison import comparison_workbook
from reports.history import history_workbook
from reports.overview import overview_workbook
from reports.ranking import ranking_csv, ranking_workbook
from reports.scorecard import scorecard_workbook
from tests.assessment.appraising import published_office
from tests.assessment.reporting import open_office
from tests.data.databases import Databases
from tests.reports.reading import heading_texts
from tests.reports.reading import opened as read_workbook
from tests.ui.pages import opener
from tests.ui.publishing import office_of
from ui import gateway, gateway_comparison, gateway_history, gateway_overview

LABEL = "CHẠY THỬ NỘI BỘ - KẾT QUẢ KHÔNG CÓ GIÁ TRỊ, KHÔNG CÔNG BỐ"
RESULTS = ("overview.py", "ranking.py", "scorecard.py", "comparison.py", "history.py")
"""Screens of what a period has come to."""


@pytest.fixture(scope="module")
def trial(sqlite: Databases) -> Iterator[int]:
    """A period on a reference set, in which units report."""
    with office_of(sqlite, open_office) as period:
        yield period


def captions(file: str, period: int) -> list[str]:
    """The lines below the heading of a screen."""
    return [c.value for c in opener(file, 120)(ky=str(period), khoi="huyen", don_vi="747").caption[:2]]


@pytest.mark.parametrize("file", RESULTS)
def test_what_can_only_be_a_trial_run_says_so_below_the_heading(trial: int, file: str) -> None:
    assert captions(file, trial)[1] == f"**{LABEL}**"


@pytest.mark.parametrize("file", RESULTS)
def test_what_a_decision_published_is_no_trial_run(sqlite: Databases, file: str) -> None:
    with office_of(sqlite, published_office) as period:
        assert LABEL not in " ".join(captions(file, period))


def test_every_file_of_a_trial_run_says_so(trial: int) -> None:
    now = gateway.snapshot(trial, "district", 12)
    ranked = gateway.ranking_table(now, "districts", None)
    files = {
        "ranking": ranking_workbook(ranked),
        "scorecard": scorecard_workbook(gateway.unit_scorecard(now, "districts", "747", None)),
        "comparison": comparison_workbook(gateway_comparison.compared_units(now, "districts", ("747", "748"), None)),
        "history": history_workbook(
            gateway_history.history(trial, "district", "districts"), gateway_history.units_in_time()
        ),
    }
    for name, file in files.items():
        assert LABEL in heading_texts(read_workbook(file).worksheets[0]), name
    overview = read_workbook(overview_workbook(gateway_overview.overview_of(trial, 12, None), (), ()))
    assert [LABEL in heading_texts(sheet) for sheet in overview] == [False, True, True, True]
    lines = ranking_csv(ranked).decode("utf-8-sig").splitlines()
    assert all(line.endswith(f";{LABEL}") for line in lines[1:])
