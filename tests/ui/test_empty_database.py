"""An office's own database, empty of demonstration: every page opens and says what to do; then with a first file."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from assessment.importing import ImportRequest, import_inputs
from assessment.permissions import Identity
from criteria.workbook import to_workbook
from data.__main__ import main
from data.seeding import packaged_set
from tests.ui.conftest import OFFICE
from tests.ui.pages import who_opens
from ui import gateway
from ui.frame import demonstration_label
from ui.kept import forget_all
from ui.navigation import SCREENS

NOON = dt.datetime(2024, 12, 2, 5, 0, tzinfo=dt.UTC)
FIGURES = b"unit,criterion,input,value\n747,CQ.4,a,30\n747,CQ.4,b,100\n"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A database from which the demonstration was taken out by the command."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DTI_FOLDER", str(tmp_path_factory.mktemp("office")))
        forget_all()
        assert main(["demonstration", "on"]) == 0
        assert main(["demonstration", "off"]) == 0
        yield
    forget_all()


def opened(path: Path) -> AppTest:
    page = AppTest.from_file(str(path), default_timeout=60).run()
    assert [e.message for e in page.exception] == []
    assert [e.value for e in page.error] == []
    assert len(page.title) == 1
    assert not any(demonstration_label() in w.value for w in page.warning)
    return page


@pytest.mark.usefixtures("office")
class TestOffice:
    """The steps of an office that begins: nothing, then the figures of one unit."""

    @pytest.mark.parametrize("path", [s.path for s in SCREENS], ids=lambda p: p.stem)
    def test_every_page_opens_on_nothing(self, looking: Callable[[Identity], None], path: Path) -> None:
        looking(who_opens(path))
        assert gateway.calendar() == ()
        page = opened(path)
        if path.stem == "overview":
            # What is published is known without any figure of the office.
            assert page.metric[0].value == "10 / 63"
        if path.stem in ("overview", "ranking", "scorecard", "robustness", "criteria_sets"):
            assert any("Hãy nhập số liệu của cơ quan" in i.value for i in page.info)

    def test_the_reference_sets_can_be_read_and_a_set_of_ones_own_brought_in(self) -> None:
        sets = next(s.path for s in SCREENS if s.id == "criteria_sets")
        page = opened(sets)
        assert page.header[0].value.startswith("Bộ chỉ số")
        assert any("bộ tham chiếu đi kèm phần mềm" in i.value for i in page.info)
        blocks = "".join(e.proto.body for e in page.get("html"))
        assert blocks.count("<details") == len(packaged_set("department").criteria)
        assert "filter_ky" not in [box.key for box in page.selectbox]
        page.button_group(key="filter_cap").set_value("tinh").run()
        blocks = "".join(e.proto.body for e in page.get("html"))
        assert blocks.count("<details") == len(packaged_set("province").criteria)
        page.button_group(key="filter_xem").set_value("nhap").run()
        name, content = "bo.xlsx", to_workbook(packaged_set("district"))
        page.file_uploader[0].set_value((name, content, "application/octet-stream")).run()
        assert [e.message for e in page.exception] == []
        assert "Tệp đúng mẫu." in [s.value for s in page.success]

    @pytest.mark.parametrize("path", [s.path for s in SCREENS], ids=lambda p: p.stem)
    def test_every_page_opens_on_the_figures_of_one_unit(self, looking: Callable[[Identity], None], path: Path) -> None:
        looking(who_opens(path))
        if not gateway.calendar():
            import_inputs(gateway.engine(), OFFICE, ImportRequest("district", 2024, 6, FIGURES, "so-lieu.csv"), NOON)
        page = opened(path)
        if path.stem == "overview":
            # Nobody else reported: one leader, and no list with leaders that have only missing figures.
            blocks = [e.proto.body for e in page.get("html")]
            leaders = [b for b in blocks if "Dẫn đầu, tháng 06/2024" in b]
            assert len(leaders) == 1
            assert leaders[0].partition("Cả bảng")[0].count("don-vi=") == 1
            assert sum("Chưa có đơn vị nào báo cáo" in i.value for i in page.info) == 2
