"""Nhật ký hệ thống on a database with a few deeds: filters, pages, an entry from what to what, who may see what."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from assessment.accounts import NewAccount, create_accounts
from assessment.importing import ImportRequest, import_inputs
from assessment.permissions import Identity
from assessment.roles import Role
from data.__main__ import main
from data.audit import Change, Deed, NewEntry, add_entry
from data.database import write_session
from data.lineage import UnitKey
from reports.labels import demonstration_label
from tests.ui.conftest import OFFICE
from tests.ui.pages import PAGES, html, opener
from ui import gateway
from ui.kept import forget_all

NOON = dt.datetime(2024, 12, 2, 5, 0, tzinfo=dt.UTC)
VUNG_TAU, BA_RIA = UnitKey("747", dt.date(2020, 1, 1)), UnitKey("748", dt.date(2020, 1, 1))
HEAD = Identity("lanhdao.747", Role.UNIT_LEADER, VUNG_TAU, unit_name="Thành phố Vũng Tàu")
FIGURES = b"unit,criterion,input,value\n747,CQ.4,a,30\n747,CQ.4,b,100\n748,CQ.4,a,7\n748,CQ.4,b,9\n"
Looking = Callable[[Identity], None]
opened = opener("audit.py", 60)


@pytest.fixture(scope="module", autouse=True)
def deeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Entries 1 and 2: the demonstration on and off; 3: an account; 4, 5: a period, a month; 6: figures; 7-66: sign-ins."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DTI_FOLDER", str(tmp_path_factory.mktemp("audit")))
        forget_all()
        assert main(["demonstration", "on"]) == 0
        assert main(["demonstration", "off"]) == 0
        engine = gateway.engine()
        clerk = NewAccount("nhap.747", Role.DATA_ENTRY, "Đỗ Thị Ánh", None, VUNG_TAU)
        create_accounts(engine, Identity(None, Role.ADMINISTRATOR), [clerk], NOON)
        import_inputs(engine, OFFICE, ImportRequest("district", 2024, 6, FIGURES, "so-lieu.csv"), NOON)
        with write_session(engine) as session:
            for minute in range(60):
                moment = dt.datetime(2024, 12, 3, 1, minute, tzinfo=dt.UTC)
                add_entry(session, NewEntry(moment, Deed.SIGN_IN, "data_entry", 1, 1, None, VUNG_TAU))
        yield
    forget_all()


def moved(page: AppTest) -> AppTest:
    page.run()
    assert [e.message for e in page.exception] == []
    return page


def test_the_newest_fifty_stand_on_the_first_page_and_the_rest_on_the_second() -> None:
    first = html(opened())
    assert "66 mục, mới nhất ở trên; trang 1 trên 2" in first
    assert "nhap.747 – Đỗ Thị Ánh" in first
    # 01:59 UTC is 08:59 in Viet Nam. Entries 1 and 2 are of today: they come first.
    assert first.index("Gỡ số liệu trình diễn") < first.index("03/12/2024 08:59")
    assert "so-lieu.csv" not in first
    assert "/nhat-ky?trang=2" in first
    second = html(opened(trang="2"))
    assert "so-lieu.csv" in second
    assert "Trang trước (1)" in second
    assert "trang 2 trên 2" in html(opened(trang="99"))
    assert "trang 1 trên 2" in html(opened(trang="x"))


def test_what_stands_in_the_address_is_filtered_by() -> None:
    assert "1 mục" in html(opened(viec="create_account"))
    assert "60 mục" in html(opened(vai_tro_nguoi_lam="data_entry"))
    assert "61 mục" in html(opened(nguoi_lam="1"))
    # Everything but the sign-ins: whoever looks at the pages of these tests has no account.
    assert "6 mục" in html(opened(nguoi_lam="0"))
    assert "60 mục" in html(opened(tu_ngay="2024-12-03", den_ngay="2024-12-03"))
    assert "1 mục" in html(opened(don_vi_lien_quan="748.2020-01-01"))
    assert "1 mục" in html(opened(tim_nhat_ky="SO-LIEU.csv nhap so lieu"))
    assert "Không có mục nào khớp" in opened(tim_nhat_ky="không có từ này").info[0].value


def test_another_filter_begins_on_its_first_page_with_no_entry_opened() -> None:
    page = opened(trang="2", muc="6")
    assert "Mục 6: Nhập số liệu" in page.subheader[0].value
    page.selectbox(key="filter_viec").set_value("sign_in")
    moved(page)
    assert not page.subheader
    assert "60 mục, mới nhất ở trên; trang 1 trên 2" in html(page)
    assert "muc" not in page.query_params
    assert "trang" not in page.query_params
    assert page.query_params["viec"] == "sign_in"


@pytest.mark.parametrize("name", ["tu-ngay", "den-ngay"])
@pytest.mark.parametrize("asked", ["2024-13-45", "hôm qua", "1999-12-31"])
def test_what_is_no_day_is_told_and_left_out(name: str, asked: str) -> None:
    page = opened(**{name.replace("-", "_"): asked})
    assert len(page.warning) == 1
    assert "không phải một ngày dạng 31/12/2024" in page.warning[0].value
    assert "66 mục" in html(page)
    assert name not in page.query_params


@pytest.mark.parametrize("written", ["3/12/2024", "03/12/2024", "3-12-2024", " 03.12.2024 "])
def test_a_day_is_written_as_people_write_it(written: str) -> None:
    page = opened()
    page.text_input(key="tu-ngay").set_value(written)
    page.text_input(key="den-ngay").set_value(written)
    assert "60 mục" in html(moved(page))
    assert (page.query_params["tu-ngay"], page.query_params["den-ngay"]) == ("2024-12-03", "2024-12-03")


def test_an_entry_shows_each_place_from_what_to_what() -> None:
    page = opened(muc="6")
    assert page.subheader[0].value == "Mục 6: Nhập số liệu"
    text = html(page)
    for words in (
        "02/12/2024 12:00:00", "Năm 2024 (06/2024)", "so-lieu.csv", "Thành phố Vũng Tàu (747)", "CQ.4 · a",
        "(không có)", "4 chỗ thay đổi", "Đóng mục này",
    ):  # fmt: skip
        assert words in text
    assert not any(demonstration_label() in w.value for w in page.warning)


def test_an_entry_about_demonstration_data_says_so() -> None:
    assert "trình diễn</span>" in html(opened())
    page = opened(muc="1")
    assert any(demonstration_label() in w.value for w in page.warning)
    assert "máy chủ (dòng lệnh, phần mềm)" in html(page)


@pytest.mark.parametrize(("number", "words"), [("999", "không có mục số 999"), ("abc", "không phải số của một mục")])
def test_an_entry_that_is_not_there_is_told(number: str, words: str) -> None:
    page = opened(muc=number)
    assert any(words in w.value for w in page.warning)
    assert "66 mục" in html(page)


def test_files_are_named_after_what_is_in_them() -> None:
    names = [b.proto.url for b in opened().get("download_button")]
    assert len(names) == 2
    assert [b.label for b in opened(viec="sign_in").get("download_button")] == ["Tải Excel", "Tải CSV"]


def test_a_head_sees_his_own_unit_only(looking: Looking) -> None:
    looking(HEAD)
    page = opened()
    assert page.caption[0].value == "Chỉ gồm những việc liên quan đến Thành phố Vũng Tàu."
    assert "62 mục" in html(page)
    assert "Gỡ số liệu trình diễn" not in html(page)
    assert not [s for s in page.selectbox if s.key == "filter_don-vi-lien-quan"]
    figures = html(opened(muc="6"))
    assert "2 chỗ thay đổi" in figures
    assert "Thành phố Bà Rịa" not in figures
    assert any("không thuộc phạm vi" in w.value for w in opened(muc="1").warning)


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.DX_OFFICE, Role.ADMINISTRATOR, Role.UNIT_LEADER)])
def test_nobody_else_opens_the_log(looking: Looking, role: Role) -> None:
    looking(Identity("a", role, VUNG_TAU))
    page = AppTest.from_file(str(PAGES / "audit.py"), default_timeout=60)
    page.query_params["muc"] = "6"
    page.run()
    assert "không dành cho vai trò" in page.error[0].value
    assert "so-lieu.csv" not in html(page)


def test_names_are_drawn_as_text() -> None:
    with write_session(gateway.engine()) as session:
        change = Change("<b>chỗ</b>", None, "<script>x</script>")
        evil = add_entry(
            session,
            NewEntry(NOON, Deed.STORE_SET, "dx_office", subject="<img src=x>", changes=[change]),
        )
    text = html(opened(muc=str(evil)))
    for tag in ("<img", "<script>x", "<b>chỗ"):
        assert tag not in text
    assert "&lt;script&gt;x" in text
