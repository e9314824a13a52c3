"""Kết quả công bố: decisions with their editions, rankings, the way to a card, method and downloads, for everybody."""

import datetime as dt
import re
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from assessment.permissions import VISITOR, Identity
from assessment.publishing import Decision, amend
from assessment.roles import Role
from data.database import write_session
from data.models import RulingKind
from tests.assessment.appraising import NOON, OFFICE, office_period, published_office, rule
from tests.data.databases import Databases
from tests.ui.pages import PAGES, cells_of, html, opener, tables_of
from tests.ui.publishing import office_of
from ui import gateway, gateway_publishing

Looking = Callable[[Identity], None]
opened = opener("publications.py", 60)
card = opener("scorecard.py", 60)
AMENDING = Decision("12/QĐ-UBND", dt.date(2024, 12, 30), "Chủ tịch Lê Văn Thử")


@pytest.fixture(scope="module")
def amended(sqlite: Databases) -> Iterator[str]:
    """An office that has published, and amended it: Vũng Tàu has 71 points instead of 66."""
    with office_of(sqlite, published_office) as period:
        with write_session(gateway.engine()) as session:
            rule(session, "747", "CQ.1", (RulingKind.CORRECT, {"a": 40.0, "b": 100.0}))
            later = NOON + dt.timedelta(days=10)
            amend(session, OFFICE, office_period(session).id, AMENDING, "Số liệu <b>đúng</b>", later)
        yield str(period)


@pytest.mark.parametrize("who", [OFFICE, VISITOR, Identity("a", Role.DATA_PROVIDER)], ids=lambda who: who.role.value)
def test_with_nothing_published_there_is_a_plain_notice(looking: Looking, who: Identity) -> None:
    looking(who)
    page = opened()
    assert page.info[0].value.startswith("Chưa có kết quả đánh giá nào được công bố.")
    assert not page.selectbox
    assert not page.get("download_button")


@pytest.mark.parametrize("who", [OFFICE, VISITOR], ids=lambda who: who.role.value)
def test_the_edition_in_force_is_shown_first(looking: Looking, amended: str, who: Identity) -> None:
    looking(who)
    page, shown = opened(khoi="huyen"), html(opened(khoi="huyen"))
    assert "Quyết định số 12/QĐ-UBND ngày 30/12/2024" in shown
    assert "Chủ tịch Lê Văn Thử" in shown
    assert "Số liệu &lt;b&gt;đúng&lt;/b&gt;" in shown
    assert page.warning == []
    # Said of the edition that is shown, and of each in the list of all.
    assert shown.count("đang có hiệu lực") == 2
    assert shown.count("đã được thay bằng lần 2 (sửa đổi)") == 1
    rows = [line for line in shown.split("<tr>") if "/phieu-diem?" in line]
    assert len(rows) == 8
    assert "71,00" in rows[0]
    assert f"/phieu-diem?khoi=huyen&amp;ky={amended}&amp;thang=12&amp;don-vi=747" in rows[0]
    assert "không xếp hạng" in rows[3]
    assert [b.proto.label for b in page.get("download_button")] == [
        "Tải Excel", "Tải CSV", "Tải nội dung công bố (JSON)",
    ]  # fmt: skip
    assert f"/bo-chi-so?cap=huyen&amp;ky={amended}" in shown
    assert "rieng-2024" in shown


def test_the_earlier_edition_stays_readable_and_says_what_took_its_place(looking: Looking, amended: str) -> None:
    looking(VISITOR)
    page = opened(ky=amended, lan="1", khoi="huyen")
    assert page.warning[0].value == (
        "Lần công bố này đã được thay bằng lần 2 (sửa đổi) theo Quyết định số 12/QĐ-UBND ngày 30/12/2024."
    )
    shown = html(page)
    assert shown.count("đang có hiệu lực") == 1
    assert shown.count("đã được thay bằng lần 2 (sửa đổi)") == 2
    assert "66,00" in shown
    assert "71,00" not in shown
    assert "/phieu-diem?" not in shown
    _period, (second, first) = gateway_publishing.published()[0]
    assert first.sha256 in shown
    assert second.sha256 not in shown


def test_the_card_of_a_set_without_names_of_inputs_shows_no_key_of_the_file(looking: Looking, amended: str) -> None:
    looking(VISITOR)
    shown = html(card(khoi="huyen", ky=amended, thang="12", **{"don-vi": "747"}))
    assert "Số liệu: có" in shown
    assert not re.search(r"\bvalue:", shown)


def test_an_edition_that_is_not_there_is_told(looking: Looking, amended: str) -> None:
    looking(VISITOR)
    page = opened(ky=amended, lan="7")
    assert "Địa chỉ nêu lần công bố «`7`» không có ở màn hình này" in page.warning[0].value


def test_an_edition_of_a_period_that_is_not_there_is_not_looked_for_in_another_one(
    looking: Looking, amended: str
) -> None:
    looking(VISITOR)
    page = opened(ky="999", lan="1", khoi="huyen")
    assert [w.value.split("; ")[0] for w in page.warning] == [
        "Địa chỉ nêu kỳ đánh giá «`999`» không có ở màn hình này",
        "Địa chỉ nêu lần công bố «`1`» của một kỳ không có ở màn hình này",
    ]
    assert page.warning[1].value.endswith("đang hiển thị «Lần 2 (sửa đổi)».")
    assert "71,00" in html(page)
    assert "lan" not in page.query_params
    # The period itself is there: its first edition is what was asked for.
    assert "đã được thay bằng" in opened(ky=amended, lan="1").warning[0].value


def test_what_an_edition_changed_is_told_against_the_one_before(looking: Looking, amended: str) -> None:
    looking(VISITOR)
    [changes] = tables_of(opened(ky=amended, khoi="xa"), "có thay đổi")
    assert (
        "Cấp huyện: 1 cơ quan, đơn vị có thay đổi. Lần 2 (sửa đổi) theo Quyết định số 12/QĐ-UBND ngày 30/12/2024 so với "
        "lần 1 theo Quyết định số 789/QĐ-UBND ngày 20/12/2024." in changes
    )
    assert cells_of(changes) == [
        ["Thành phố Vũng Tàu", "66,00 → 71,00", "Ủy ban nhân dân cấp huyện: 1", "", "CQ.1: 15,00 → 20,00"]
    ]
    # The first edition amended nothing.
    assert tables_of(opened(ky=amended, lan="1"), "có thay đổi") == []


def test_what_somebody_goes_on_appraising_is_in_no_table_of_changes(looking: Looking, sqlite: Databases) -> None:
    with office_of(sqlite, published_office) as period:
        with write_session(gateway.engine()) as session:
            rule(session, "747", "CQ.1", (RulingKind.CORRECT, {"a": 40.0, "b": 100.0}))
            amend(session, OFFICE, int(period), AMENDING, "Sai", NOON + dt.timedelta(days=10))
            rule(session, "750", "TC.3", (RulingKind.CORRECT, {"value": "none"}))
        looking(VISITOR)
        [changes] = tables_of(opened(ky=str(period)), "có thay đổi")
        assert [row[0] for row in cells_of(changes)] == ["Thành phố Vũng Tàu"]


def test_an_earlier_edition_that_was_tampered_with_takes_only_the_comparison(
    looking: Looking, sqlite: Databases
) -> None:
    with office_of(sqlite, published_office) as period:
        with write_session(gateway.engine()) as session:
            rule(session, "747", "CQ.1", (RulingKind.CORRECT, {"a": 40.0, "b": 100.0}))
            amend(session, OFFICE, int(period), AMENDING, "Sai", NOON + dt.timedelta(days=10))
            session.execute(text("DROP TRIGGER publication_update"))
            session.execute(
                text("UPDATE publication SET content = replace(content, 'Vũng Tàu', 'V') WHERE edition = 1")
            )
        looking(VISITOR)
        page = AppTest.from_file(str(PAGES / "publications.py"), default_timeout=60)
        page.query_params["khoi"] = "huyen"
        page.run()
        assert [e.message for e in page.exception] == []
        assert "không khớp mã SHA-256" in page.error[0].value
        assert "71,00" in html(page)
        assert tables_of(page, "có thay đổi") == []
        assert len(page.get("download_button")) == 3


def test_the_first_level_of_which_anybody_was_ranked_is_shown_first(looking: Looking, amended: str) -> None:
    looking(VISITOR)
    page = opened(ky=amended)
    # Of departments and communes nobody was ranked.
    assert page.segmented_control(key="filter_khoi").value == "huyen"
    assert "khoi" not in page.query_params
    [places] = tables_of(page, "8 cơ quan, đơn vị")
    assert cells_of(places)[0][:3] == ["1", "Thành phố Vũng Tàu", "71,00"]
    asked = opened(ky=amended, khoi="so")
    assert asked.segmented_control(key="filter_khoi").value == "so"
    assert tables_of(asked, "8 cơ quan, đơn vị") == []


def test_a_list_of_communes_is_chosen(looking: Looking, amended: str) -> None:
    looking(VISITOR)
    page = opened(ky=amended, khoi="xa")
    assert "Danh sách" in [box.label for box in page.selectbox]
    assert "82 cơ quan, đơn vị" in html(page)


def test_a_text_that_was_tampered_with_is_not_shown(looking: Looking, sqlite: Databases) -> None:
    with office_of(sqlite, published_office) as period:
        with write_session(gateway.engine()) as session:
            session.execute(text("DROP TRIGGER publication_update"))
            session.execute(text("UPDATE publication SET content = replace(content, 'Vũng Tàu', 'Vũng Tầu')"))
        for who in (VISITOR, OFFICE):
            looking(who)
            for file in ("publications", "overview", "ranking", "scorecard", "comparison", "history"):
                page = AppTest.from_file(str(PAGES / f"{file}.py"), default_timeout=60)
                page.query_params["ky"] = str(period)
                page.query_params["khoi"] = "huyen"
                page.run()
                assert not page.exception
                assert "không khớp mã SHA-256" in page.error[0].value
                assert "Vũng Tầu" not in html(page)
                assert not page.get("download_button")
