"""What the public sees: nothing that was not published, whatever address it types, and whatever others saw before."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from assessment.importing import ImportRequest, import_inputs
from assessment.permissions import VISITOR, Identity
from assessment.roles import Role
from data.database import write_session
from tests.ui.conftest import OFFICE
from ui import gateway
from ui.frame import demonstration_label
from ui.navigation import INSIDE, SCREENS

NOON = dt.datetime(2024, 12, 2, 5, 0, tzinfo=dt.UTC)
PUBLIC = [s for s in SCREENS if Role.PUBLIC in s.roles]
FIGURES = b"unit,criterion,input,value\n747,CQ.4,a,30\n747,CQ.4,b,100\n"
Looking = Callable[[Identity], None]


def opened(path: Path, **query: str) -> AppTest:
    page = AppTest.from_file(str(path), default_timeout=60)
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert [e.message for e in page.exception] == []
    return page


def said(page: AppTest) -> str:
    texts = [*page.info, *page.warning, *page.markdown, *page.caption, *page.error]
    return " ".join(str(e.value) for e in texts) + " ".join(e.proto.body for e in page.get("html"))


def test_the_public_opens_the_screens_of_published_results() -> None:
    assert [s.id for s in PUBLIC] == [
        "overview", "ranking", "scorecard", "comparison", "history", "national", "criteria_sets",
    ]  # fmt: skip
    assert set(Role) - {Role.PUBLIC, Role.DATA_PROVIDER} == INSIDE


@pytest.mark.parametrize("who", [VISITOR, Identity("solieu", Role.DATA_PROVIDER)], ids=["public", "supplier"])
@pytest.mark.parametrize("screen", PUBLIC, ids=lambda s: s.id)
def test_demonstration_figures_are_not_served(looking: Looking, screen: type, who: Identity) -> None:
    # The office has looked before: what it saw lies in the caches.
    opened(screen.path)
    period = str(gateway.calendar()[0][0].id)
    looking(who)
    assert gateway.calendar() == ()
    for query in ({}, {"ky": period, "thang": "12", "don-vi": "747"}):
        page = opened(screen.path, **query)
        assert [e.value for e in page.error] == []
        assert len(page.title) == 1
        assert demonstration_label() not in said(page)
        assert "trình diễn)" not in said(page)
        if screen.id != "national":
            assert "Chưa có kết quả đánh giá nào được công bố" in said(page)
            assert "/dang-nhap" in said(page)
            assert not page.get("plotly_chart") or screen.id == "overview"


@pytest.mark.parametrize("screen", [s for s in SCREENS if s not in PUBLIC], ids=lambda s: s.id)
def test_the_other_screens_are_refused(looking: Looking, screen: type) -> None:
    looking(VISITOR)
    page = opened(screen.path)
    assert "không dành cho vai trò «Người dân và doanh nghiệp»" in page.error[0].value
    assert not page.get("plotly_chart")


def test_the_public_cannot_reach_a_snapshot_by_its_number(looking: Looking) -> None:
    period = gateway.calendar()[0][0].id
    gateway.snapshot(period, "district", 12)
    looking(VISITOR)
    with pytest.raises(LookupError):
        gateway.snapshot(period, "district", 12)


@pytest.mark.parametrize("screen", ["national", "criteria_sets"])
@pytest.mark.parametrize("role", [role for role in Role if role != Role.DX_OFFICE])
def test_importing_is_not_drawn_for_who_may_not(looking: Looking, screen: str, role: Role) -> None:
    path = next(s.path for s in SCREENS if s.id == screen)
    looking(Identity("a", role))
    page = opened(path, xem="nhap")
    assert not page.get("file_uploader")
    looking(OFFICE)
    assert opened(path, xem="nhap").get("file_uploader")


@pytest.fixture
def own_period(tmp_path: Path) -> Iterator[int]:
    """A database of an office that has published nothing of its one period yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DTI_FOLDER", str(tmp_path))
        st.cache_resource.clear()
        import_inputs(gateway.engine(), OFFICE, ImportRequest("district", 2025, 6, FIGURES, "so-lieu.csv"), NOON)
        yield next(p.id for p, _months in gateway.calendar() if p.origin == "office")
    st.cache_resource.clear()


def test_the_public_reads_the_scorecard_without_the_efforts_of_the_office(looking: Looking, own_period: int) -> None:
    with write_session(gateway.engine()) as session:
        session.execute(text("UPDATE period SET state = 'published' WHERE id = :id"), {"id": own_period})
    card = next(s.path for s in SCREENS if s.id == "scorecard")
    query = {"ky": str(own_period), "khoi": "huyen", "don-vi": "747", "xep-viec": "nguon-luc"}
    page = opened(card, **query)
    assert "ngày công" in said(page)
    assert "/du-dia?" in said(page)
    looking(VISITOR)
    page = opened(card, **query)
    assert "CQ.4" in said(page)
    assert "ngày công" not in said(page)
    assert "/du-dia?" not in said(page)


def test_a_period_is_public_from_its_publication_on_and_alone(looking: Looking, own_period: int) -> None:
    ranking = next(s.path for s in SCREENS if s.id == "ranking")
    looking(VISITOR)
    assert "Chưa có kết quả" in said(opened(ranking, ky=str(own_period)))
    with write_session(gateway.engine()) as session:
        session.execute(text("UPDATE period SET state = 'published' WHERE id = :id"), {"id": own_period})
    page = opened(ranking, khoi="huyen")
    assert page.error == []
    assert "Thành phố Vũng Tàu" in said(page)
    assert [p.id for p, _months in gateway.calendar()] == [own_period]
