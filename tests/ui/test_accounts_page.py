"""Quản lý tài khoản and Tài khoản của tôi, on a database with a few accounts."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from assessment.account_sheets import columns
from assessment.accounts import AccountRecord, NewAccount, create_accounts, link_identity
from assessment.permissions import Identity
from assessment.roles import Role
from assessment.sign_in import SignInRefusedError, sign_in, visit
from data.database import write_session
from data.demonstration import switch_off
from data.lineage import UnitKey
from data.models import AccountState
from data.settings import Settings
from data.setup import prepare_database
from tests.data.databases import Databases
from tests.ui.conftest import OFFICE
from tests.ui.publishing import application_on
from ui import gateway, gateway_accounts
from ui.navigation import SCREENS
from ui.own_account_view import client_name
from ui.provider import provider

ACCOUNTS = next(s.path for s in SCREENS if s.id == "accounts")
OWN = next(s.path for s in SCREENS if s.id == "own_account")
ADMINISTRATOR = Identity("quan-tri", Role.ADMINISTRATOR)
VUNG_TAU = UnitKey("747", dt.date(2020, 1, 1))
PASSWORD = "thuyền buồm xanh 7 cánh"
Looking = Callable[[Identity], None]


def three_accounts(settings: Settings) -> Engine:
    """A database without demonstration, with an administrator, a clerk of Vũng Tàu and an appraiser."""
    engine = prepare_database(settings, demonstration=False)
    with write_session(engine) as session:
        switch_off(session)
    known = [
        NewAccount("quan-tri", Role.ADMINISTRATOR, "Người quản trị"),
        NewAccount("nhap.747", Role.DATA_ENTRY, "Trần Văn Nhập", "vanthu@vungtau.gov.vn", VUNG_TAU),
        NewAccount("tham-dinh", Role.APPRAISER, "Đỗ Thị Thẩm", groups=("NT", "AT")),
    ]
    create_accounts(engine, ADMINISTRATOR, known, gateway_accounts.now(), password=PASSWORD)
    return engine


@pytest.fixture(autouse=True)
def accounts(sqlite: Databases) -> Iterator[None]:
    """Every test has these accounts in a database of its own."""
    with application_on(sqlite.copy_of(three_accounts)):
        yield


def record(name: str) -> AccountRecord:
    return next(a for a in gateway_accounts.accounts(ADMINISTRATOR) if a.user_name == name)


def opened(path: object = ACCOUNTS, **query: str) -> AppTest:
    page = AppTest.from_file(str(path), default_timeout=60)
    for name, value in query.items():
        page.query_params[name.replace("_", "-")] = value
    page.run()
    assert [e.message for e in page.exception] == []
    return page


def html(page: AppTest) -> str:
    return " ".join(e.proto.body for e in page.get("html"))


def shown_password(page: AppTest, name: str) -> str:
    """The temporary password beside a user name in the box of new passwords."""
    row = html(page).split("Mật khẩu tạm")[-1].split(name, 1)[1]
    return row.split("</tr>")[0].rsplit('nowrap">', 1)[1].split("<")[0]


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert [e.message for e in page.exception] == []
    return page


def test_the_list_shows_every_account_and_can_be_searched_without_diacritics() -> None:
    text = html(opened())
    for words in ("quan-tri", "Trần Văn Nhập", "Thành phố Vũng Tàu", "Chuyên viên thẩm định (NT, AT)", "3 tài khoản"):
        assert words in text
    found = html(opened(tim_tai_khoan="tran van"))
    assert "nhap.747" in found
    assert "tham-dinh" not in found
    assert "1 tài khoản" in html(opened(vai_tro="appraiser"))
    assert "Không có tài khoản nào khớp" in opened(trang_thai_tai_khoan="closed").info[0].value


def test_a_reset_shows_the_temporary_password_until_it_is_put_away() -> None:
    page = press(opened(tai_khoan="nhap.747"), "account_reset")
    password = shown_password(page, "nhap.747")
    sign_in(gateway.engine(), "nhap.747", password, "", gateway_accounts.now())
    assert record("nhap.747").must_change
    press(page, "accounts_issued_gone")
    assert password not in html(page)


def test_a_locked_account_is_named_and_unlocked() -> None:
    for _time in range(5):
        with pytest.raises(SignInRefusedError):
            sign_in(gateway.engine(), "nhap.747", "sai", "", gateway_accounts.now())
    page = opened(tai_khoan="nhap.747", trang_thai_tai_khoan="locked")
    assert "Tạm khóa đến" in html(page)
    press(page, "account_unlock")
    sign_in(gateway.engine(), "nhap.747", PASSWORD, "", gateway_accounts.now())


def test_signing_out_everywhere_and_closing() -> None:
    token = sign_in(gateway.engine(), "nhap.747", PASSWORD, "", gateway_accounts.now())
    page = press(opened(tai_khoan="nhap.747"), "account_sign_out")
    assert "Đã kết thúc 1 phiên" in page.success[0].value
    assert visit(gateway.engine(), token, gateway_accounts.now()) is None
    press(page, "account_close_sure")
    assert record("nhap.747").state == AccountState.CLOSED
    press(opened(tai_khoan="nhap.747"), "account_erase_sure")
    assert "(đã xóa họ tên)" in html(opened())


def test_a_new_account_by_the_form() -> None:
    page = opened()
    page.text_input[0].set_value("duyet.747")
    page.text_input[1].set_value("Lê Thị Duyệt")
    page.selectbox(key="account_role").set_value(Role.UNIT_LEADER).run()
    page.text_input[0].set_value("duyet.747")
    page.text_input[1].set_value("Lê Thị Duyệt")
    next(b for b in page.button if b.label == "Tạo tài khoản").click().run()
    assert "phải gắn với một đơn vị" in page.error[0].value
    unit = next(s for s in page.selectbox if s.label == "Cơ quan, đơn vị")
    unit.set_value(VUNG_TAU)
    next(b for b in page.button if b.label == "Tạo tài khoản").click().run()
    assert record("duyet.747").unit == VUNG_TAU
    assert shown_password(page, "duyet.747")


@pytest.mark.parametrize(("place", "most"), [(0, 64), (1, 200), (2, 200)])
def test_what_is_too_long_is_refused_once(place: int, most: int) -> None:
    page = opened()
    fields = [t for t in page.text_input if t.label.startswith(("Tên đăng nhập", "Họ và tên", "Thư điện tử"))]
    for field, text in zip(fields, ("nhap.moi", "Lê Thị Mới", "moi@vungtau.gov.vn"), strict=False):
        field.input(text)
    fields[place].input("a" * (most + 1))
    page.selectbox(key="account_unit_0").select_index(0)
    next(b for b in page.button if b.label == "Tạo tài khoản").click().run()
    assert len(page.error) == 1
    assert len(page.error[0].value) < 300


def test_a_data_supplier_is_made_for_an_agency_of_the_list() -> None:
    page = opened()
    page.selectbox(key="account_role").set_value(Role.DATA_PROVIDER).run()
    agency = next(s for s in page.selectbox if s.label == "Tên cơ quan cung cấp số liệu")
    assert len(agency.options) == 27
    agency.set_value("Công an tỉnh")
    page.text_input[0].set_value("so.lieu")
    page.text_input[1].set_value("Lê Thị Số")
    next(b for b in page.button if b.label == "Tạo tài khoản").click().run()
    assert record("so.lieu").unit_name == "Công an tỉnh"


def test_handing_over_by_the_form() -> None:
    page = opened(tai_khoan="nhap.747")
    for label, value in (("Tên đăng nhập mới", "nhap.747b"), ("Họ và tên người nhận", "Lê Thị Mới")):
        next(t for t in page.text_input if t.label == label).set_value(value)
    next(b for b in page.button if b.label == "Bàn giao").click().run()
    assert [e.message for e in page.exception] == []
    assert record("nhap.747").state == AccountState.HANDED_OVER
    assert record("nhap.747b").unit == VUNG_TAU


@pytest.fixture
def with_provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An identity provider stands in the environment; nobody asks it anything here."""
    named = {"ISSUER": "https://so.gov.vn", "CLIENT_ID": "dti", "CLIENT_SECRET": "x", "LABEL": "Sổ danh tính"}
    for name, value in named.items():
        monkeypatch.setenv(f"OIDC_{name}", value)
    provider.cache_clear()
    yield
    provider.cache_clear()


def test_an_account_is_tied_to_somebody_at_the_provider_and_untied(with_provider: None) -> None:
    page = opened(tai_khoan="nhap.747")
    assert "Gắn với danh tính ở Sổ danh tính" in [e.label for e in page.expander]
    next(t for t in page.text_input if t.label == "Mã định danh").set_value("nhap-9")
    next(b for b in page.button if b.label == "Gắn danh tính").click().run()
    assert "Đã gắn danh tính với tài khoản nhap.747" in page.success[0].value
    assert record("nhap.747").subject == "https://so.gov.vn|nhap-9"
    page = opened(tai_khoan="nhap.747")
    assert page.code[0].value == "https://so.gov.vn|nhap-9"
    press(page, "account_unlink")
    assert "Đã gỡ danh tính khỏi tài khoản nhap.747" in page.success[0].value
    assert record("nhap.747").subject is None


def test_without_a_provider_only_a_tie_of_before_is_shown() -> None:
    provider.cache_clear()
    assert "Mã định danh" not in [t.label for t in opened(tai_khoan="nhap.747").text_input]
    seen = record("nhap.747")
    link_identity(
        gateway.engine(), OFFICE, seen.id, seen.version, "https://so.gov.vn", "nhap-9", dt.datetime.now(dt.UTC)
    )
    press(opened(tai_khoan="nhap.747"), "account_unlink")
    assert record("nhap.747").subject is None


def test_a_sheet_is_refused_with_its_faults_and_then_makes_its_accounts() -> None:
    head = ",".join(columns().values())
    page = opened()
    page.file_uploader[0].set_value(("ds.csv", f"{head}\nnhap.748,Ba,,Thư ký,748,,\n".encode(), "text/csv")).run()
    press(page, "account_sheet_create")
    assert "Tệp có 1 lỗi" in page.error[0].value
    assert "không phải vai trò" in html(page)
    page = opened()
    page.file_uploader[0].set_value(("ds.csv", f"{head}\nnhap.748,Ba,,Người nhập,748,,\n".encode(), "text/csv")).run()
    press(page, "account_sheet_create")
    assert record("nhap.748").unit_name == "Thành phố Bà Rịa"
    assert shown_password(page, "nhap.748")


def test_the_office_sees_administrators_and_can_do_nothing_to_them(looking: Looking) -> None:
    page = opened(tai_khoan="quan-tri")
    assert "chỉ do người quản trị hệ thống quản lý" in page.info[0].value
    assert not [b for b in page.button if (b.key or "").startswith("account_reset")]
    assert Role.ADMINISTRATOR not in page.selectbox(key="account_role").options
    looking(ADMINISTRATOR)
    assert [b for b in opened(tai_khoan="quan-tri").button if b.key == "account_reset"]


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.DX_OFFICE, Role.ADMINISTRATOR)])
def test_nobody_else_opens_the_list(looking: Looking, role: Role) -> None:
    looking(Identity("a", role, VUNG_TAU))
    page = opened()
    assert "không dành cho vai trò" in page.error[0].value
    assert "nhap.747" not in html(page)


def test_ones_own_account_shows_facts_and_sessions_and_signs_out_everywhere(looking: Looking) -> None:
    tokens = [
        sign_in(gateway.engine(), "nhap.747", PASSWORD, "", gateway_accounts.now(), f"Trình duyệt {n}") for n in "AB"
    ]
    found = visit(gateway.engine(), tokens[0], gateway_accounts.now())
    assert found is not None
    looking(found.identity)
    page = opened(OWN)
    for words in (
        "Trần Văn Nhập",
        "Thành phố Vũng Tàu",
        "Trình duyệt A",
        "Trình duyệt B",
        "/doi-mat-khau",
        "/xac-thuc",
    ):
        assert words in html(page)
    press(page, "own_sign_out_all")
    assert [visit(gateway.engine(), token, gateway_accounts.now()) for token in tokens] == [None, None]


@pytest.mark.parametrize(
    ("client", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/143.0 Safari/537.36 Edg/143.0",
            "Edge trên Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox trên Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Safari/604.1",
            "Safari trên iPhone",
        ),
        ("curl/8.5", "curl/8.5"),
        ("", "không rõ"),
    ],
)
def test_a_browser_is_named_shortly(client: str, name: str) -> None:
    assert client_name(client) == name


def test_the_public_has_no_account(looking: Looking) -> None:
    looking(replace(OFFICE, account=None, role=Role.PUBLIC))
    assert "không dành cho vai trò" in opened(OWN).error[0].value
