"""Cung cấp số liệu: a supplier gives its own figures by file, and sees nothing of anybody else's."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import delete, select, update
from streamlit.testing.v1 import AppTest

from assessment.deadlines import set_deadline
from assessment.permissions import Identity
from assessment.roles import Role
from data.database import read_session, write_session
from data.lineage import UnitKey
from data.models import SUPPLIERS, Deadline, Dispute, Input, Period
from tests.ui.conftest import OFFICE
from tests.ui.pages import html, opener, sound
from ui import gateway
from ui.navigation import SCREENS, is_listed, start_path

Looking = Callable[[Identity], None]
UNIT = UnitKey("747", dt.date(2020, 1, 1))
POLICE = Identity("solieu.cat", Role.DATA_PROVIDER, unit_name="Công an tỉnh", agency="CAT")
BANK = Identity("solieu.nhnn", Role.DATA_PROVIDER, unit_name="Ngân hàng Nhà nước chi nhánh tỉnh", agency="NHNN")
CAMPAIGNS = "district.fact/security_campaigns/number"
_NEWEST = select(Period.id).where(Period.year == 2024).scalar_subquery()
_OWN = (Input.period_id == _NEWEST, Input.month == 12, Input.unit_code == "747", Input.criterion == "AT.9")
opened = opener("supply.py", 60)


def figure() -> tuple[float | None, str]:
    """The police's figure of Vũng Tàu as it is stored, with its origin."""
    with read_session(gateway.engine()) as session:
        row = session.scalars(select(Input).where(*_OWN)).one()
        return row.number, row.origin


@pytest.fixture(autouse=True)
def as_seeded(own_database: None) -> Iterator[None]:
    """That figure stands as it was seeded after a test; there are no deadlines."""
    number, origin = figure()
    yield
    with write_session(gateway.engine()) as session:
        session.execute(update(Input).where(*_OWN).values(number=number, origin=origin))
        session.execute(delete(Deadline))
        session.execute(delete(Dispute))


def said(page: AppTest) -> str:
    return " ".join(str(e.value) for e in (*page.info, *page.warning, *page.caption, *page.markdown))


def figures(page: AppTest) -> dict[str, str]:
    return {m.label: m.value for m in page.metric}


def offered(page: AppTest) -> list[str]:
    return page.selectbox(key="filter_so-lieu-cung-cap").options


def test_a_supplier_gives_a_file_and_finds_it_stored(looking: Looking) -> None:
    looking(POLICE)
    page = opened(so_lieu_cung_cap=CAMPAIGNS, cach_cung_cap="tep")
    assert "0 / 8 đơn vị đã được cung cấp" in said(page)
    page.file_uploader[0].set_value(("cat.csv", "Mã đơn vị;Giá trị\n747;9\n".encode(), "text/csv"))
    page = sound(page.run())
    assert "Thay đổi khi nạp tệp «cat.csv»" in html(page)
    # Where the unit's report stands is not the supplier's business.
    assert "Đang tự đánh giá" not in html(page)
    page.button(key="system_figures_store").click().run()
    (told,) = [s.value for s in sound(page).success]
    assert "cho 1 đơn vị, tháng 12/2024" in told
    assert figure() == (9.0, "source_system")
    assert "1 / 8 đơn vị đã được cung cấp" in said(page)


def test_faults_are_drawn_by_line_and_nothing_is_stored(looking: Looking) -> None:
    looking(POLICE)
    before = figure()
    page = opened(so_lieu_cung_cap=CAMPAIGNS, cach_cung_cap="tep")
    page.file_uploader[0].set_value(("cat.csv", "Mã đơn vị;Giá trị\n747;1.234\n".encode(), "text/csv"))
    page.run()
    assert [e.value for e in page.error] == ["Tệp có 1 lỗi nên chưa nạp gì. Hãy sửa rồi chọn lại tệp."]
    assert figure() == before


def test_it_opens_on_the_figure_that_most_units_wait_for(looking: Looking) -> None:
    looking(POLICE)
    page = opened()
    # 82 communes wait for each of theirs, 8 districts and 21 departments at most for one.
    assert str(page.selectbox(key="filter_so-lieu-cung-cap").value).startswith("commune.")
    assert all(name.partition(":")[0] in ("Sở, ban, ngành", "Cấp huyện", "Cấp xã") for name in offered(page))


def test_another_suppliers_figure_is_not_there(looking: Looking) -> None:
    looking(BANK)
    page = opened(so_lieu_cung_cap=CAMPAIGNS)
    assert any("không có ở màn hình này" in w.value for w in page.warning)
    assert not [name for name in offered(page) if "tuyên truyền" in name]
    # An address cannot make another agency of it.
    assert offered(opened(co_quan="CAT")) == offered(page)


def test_the_office_looks_at_any_agency() -> None:
    page = opened(co_quan="CTK")
    assert all(name.startswith("Cấp tỉnh: ") for name in offered(page))
    assert any("không có số liệu nào do Thanh tra tỉnh xác minh" in i.value for i in opened(co_quan="TTT").info)


def test_an_account_that_is_called_what_no_agency_is_learns_what_to_do(looking: Looking) -> None:
    looking(Identity("la", Role.DATA_PROVIDER, unit_name="Công ty **lạ**"))
    (told,) = [i.value for i in opened().info]
    assert "«Công ty \\*\\*lạ\\*\\*», không trùng tên hoặc mã cơ quan nào" in told
    assert "Đề nghị cơ quan thường trực cấp lại tài khoản" in told


def test_what_units_say_against_its_figures_the_supplier_reads_and_answers(looking: Looking) -> None:
    own = {"period_id": gateway.calendar()[0][0].id, "unit_code": "747", "unit_valid_from": dt.date(2020, 1, 1)}
    looking(POLICE)
    assert any("Chưa có ý kiến nào." in c.value for c in opened().caption)
    moment = dt.datetime.now(dt.UTC)
    codes = {CAMPAIGNS.removeprefix("district."): "9", "fact/officials/number": "179"}
    with write_session(gateway.engine()) as session:
        for code, figure in codes.items():
            session.add(Dispute(**own, entry=code, figure=figure, reason=f"Sai {figure}", raised_at=moment))
    page = sound(opened())
    # That of the officials is not the police's.
    assert "1 ý kiến, 1 chờ trả lời" in html(page)
    assert "Sai 9" in html(page)
    assert "Sai 179" not in html(page)
    page.text_area(key="dispute_text").set_value("Đã đối chiếu với sổ tuyên truyền")
    next(b for b in page.button if b.label == "Trả lời").click().run()
    assert any("Đã trả lời ý kiến." in s.value for s in sound(page).success)
    assert "1 ý kiến, 0 chờ trả lời" in html(page)
    assert "giữ nguyên số liệu hệ thống: Đã đối chiếu với sổ tuyên truyền" in html(page)
    looking(BANK)
    assert any("Chưa có ý kiến nào." in c.value for c in opened().caption)


def test_the_deadline_is_shown_and_the_late_are_reminded(looking: Looking) -> None:
    with write_session(gateway.engine()) as session:
        period = gateway.calendar()[0][0]
        set_deadline(session, OFFICE, period, SUPPLIERS, dt.date(2024, 12, 12), 3, 0, dt.datetime.now(dt.UTC))
    board = html(opener("follow_up.py", 60)())
    assert "Đơn vị cung cấp số liệu" in board
    assert "17/12/2024, quá hạn" in board
    looking(POLICE)
    page = opened()
    assert figures(page)["Hạn cung cấp"] == "17/12/2024"
    assert any("Đã quá hạn gửi: 17/12/2024" in w.value for w in page.warning)


def test_the_board_shows_how_far_every_supplier_is(looking: Looking) -> None:
    board = html(opener("follow_up.py", 60)())
    for name in ("Công an tỉnh", "Cục Thống kê tỉnh", "Doanh nghiệp viễn thông"):
        assert name in board
    assert "/cung-cap-so-lieu?ky=" in board
    looking(Identity("lanh-dao", Role.PROVINCE_LEADER))
    board = html(opener("follow_up.py", 60)())
    assert "Công an tỉnh" in board
    assert "/cung-cap-so-lieu" not in board


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.DX_OFFICE, Role.DATA_PROVIDER)])
def test_nobody_else_opens_it(looking: Looking, role: Role) -> None:
    looking(Identity("a", role, UNIT, agency="CAT"))
    page = AppTest.from_file(str(next(s.path for s in SCREENS if s.id == "supply")), default_timeout=60).run()
    assert "không dành cho vai trò" in page.error[0].value


def test_a_supplier_begins_at_its_figures_and_is_shown_what_is_of_use_to_it() -> None:
    assert [s.id for s in SCREENS if is_listed(s, Role.DATA_PROVIDER)] == ["criteria_sets", "supply", "own_account"]
    assert {role: start_path(role) for role in Role if start_path(role) != "/"} == {
        Role.DATA_PROVIDER: "/cung-cap-so-lieu"
    }
    for role in set(Role) - {Role.DATA_PROVIDER}:
        assert [s for s in SCREENS if is_listed(s, role)] == [s for s in SCREENS if role in s.roles]
