"""What the public sees: nothing that was not published, whatever address it types, and whatever others saw before."""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from assessment.importing import ImportRequest, import_inputs
from assessment.permissions import VISITOR, Identity
from assessment.roles import Role
from assessment.snapshots import ScoreStage
from data.database import write_session
from data.lineage import UnitKey
from data.seeding import packaged_set
from data.setup import prepare_database
from reports.comparison import comparison_workbook
from reports.history import history_workbook
from reports.overview import overview_workbook
from reports.publication import publication_csv, without_place_text
from reports.ranking import ranking_csv, ranking_file_name, ranking_workbook
from reports.scorecard import scorecard_workbook
from tests.assessment.appraising import official, published_office, store_set
from tests.assessment.reporting import SET
from tests.data.databases import Databases
from tests.reports.reading import heading_texts, table
from tests.reports.reading import opened as read_workbook
from tests.ui.conftest import OFFICE
from tests.ui.pages import who_opens
from tests.ui.publishing import HIDDEN, application_on, change_everything_unpublished, office_of
from ui import gateway, gateway_comparison, gateway_history, gateway_overview, gateway_publishing
from ui.frame import demonstration_label
from ui.navigation import INSIDE, SCREENS, Screen

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
        "overview", "publications", "ranking", "scorecard", "comparison", "history", "national", "criteria_sets",
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
            assert "Chưa có kết quả đánh giá nào được công bố." in said(page)
            assert "/dang-nhap" in said(page)
            assert not page.get("plotly_chart") or screen.id == "overview"


def test_before_anything_is_published_the_public_reads_the_reference_set(looking: Looking) -> None:
    path = next(s.path for s in PUBLIC if s.id == "criteria_sets")
    looking(VISITOR)
    page = opened(path, cap="huyen")
    assert "Dưới đây là bộ tham chiếu đi kèm phần mềm" in said(page)
    assert said(page).count("<details") == len(packaged_set("district").criteria)
    # Whose set the office is about to use, nobody learns: neither versions nor periods are offered.
    assert page.button_group(key="filter_xem").options == ["Tra cứu"]
    assert "filter_ky" not in [box.key for box in page.selectbox]


@pytest.mark.parametrize("screen", [s for s in SCREENS if s not in PUBLIC], ids=lambda s: s.id)
def test_the_other_screens_are_refused(looking: Looking, screen: Screen) -> None:
    looking(VISITOR)
    page = opened(screen.path)
    assert "không dành cho vai trò «Người dân và doanh nghiệp»" in page.error[0].value
    assert not page.get("plotly_chart")
    # Whoever has an account comes back to this very screen, filters included.
    assert f"/dang-nhap?toi=%2F{screen.url_path}%3Fky%3D2" in said(opened(screen.path, ky="2"))


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
def own_period(sqlite: Databases) -> Iterator[int]:
    """A database of an office that has published nothing of its one period yet."""
    with application_on(sqlite.copy_of(prepare_database)):
        import_inputs(gateway.engine(), OFFICE, ImportRequest("district", 2025, 6, FIGURES, "so-lieu.csv"), NOON)
        yield next(p.id for p, _months in gateway.calendar() if p.origin == "office")


@pytest.fixture
def published(sqlite: Databases) -> Iterator[int]:
    """The period of an office that published it, and has other figures of it by now."""
    with office_of(sqlite, published_office) as period:
        change_everything_unpublished()
        yield period


def drawn(page: AppTest) -> str:
    """Everything that the page shows: words, figures, tables, charts with what is behind them."""
    charts = [chart.proto.spec for chart in page.get("plotly_chart")]
    figures = [f"{m.label} {m.value} {m.delta}" for m in page.metric]
    frames = [frame.value.to_csv() for frame in page.dataframe]
    options = [" ".join(map(str, box.options)) for box in page.selectbox]
    return " ".join((said(page), *charts, *figures, *frames, *options))


def test_the_public_reads_the_scorecard_without_the_efforts_of_the_office(looking: Looking, published: int) -> None:
    card = next(s.path for s in SCREENS if s.id == "scorecard")
    query = {"ky": str(published), "khoi": "huyen", "don-vi": "747", "xep-viec": "nguon-luc"}
    page = opened(card, **query)
    assert "ngày công" in said(page)
    assert "/du-dia?" in said(page)
    looking(VISITOR)
    page = opened(card, **query)
    assert "CQ.1" in said(page)
    assert "ngày công" not in said(page)
    assert "/du-dia?" not in said(page)


def test_a_period_is_public_from_its_publication_on_and_alone(looking: Looking, own_period: int) -> None:
    ranking = next(s.path for s in SCREENS if s.id == "ranking")
    looking(VISITOR)
    assert "Chưa có kết quả" in said(opened(ranking, ky=str(own_period)))
    # A state alone publishes nothing: there is no decision.
    with write_session(gateway.engine()) as session:
        session.execute(text("UPDATE period SET state = 'published' WHERE id = :id"), {"id": own_period})
    assert gateway.calendar() == ()
    assert "Chưa có kết quả" in said(opened(ranking, ky=str(own_period)))


def test_the_public_sees_the_published_period_at_its_month_and_nothing_else(looking: Looking, published: int) -> None:
    looking(VISITOR)
    assert [(p.id, months) for p, months in gateway.calendar()] == [(published, (12,))]
    assert gateway.timeline(published) == ((gateway.period(published), 12),)
    now = gateway.snapshot(published, "district", 12)
    assert now.stage is ScoreStage.PUBLISHED
    assert now.book.total[now.row_of["747"]] == 66 * 10**9
    assert gateway.stages(published, 12) == (ScoreStage.PUBLISHED,)
    with pytest.raises(LookupError, match="Kết quả tháng 11 của kỳ đánh giá số"):
        gateway.snapshot(published, "district", 11)
    with pytest.raises(LookupError, match="chỉ điểm công bố xem được"):
        gateway.snapshot(published, "district", 12, ScoreStage.SELF)
    with pytest.raises(PermissionError, match="xem điểm thẩm định chưa công bố"):
        gateway.snapshot(published, "district", 12, ScoreStage.APPRAISED)


ADDRESSES = (
    {},
    {"thang": "11"},
    {"thang": "12", "diem": "tu-danh-gia"},
    {"thang": "12", "diem": "tham-dinh"},
    {"diem": "cong-bo", "lan": "2"},
    {"so-voi": "nam", "pham-vi": "don-vi", "bo": "ky-nay"},
    {"xem": "cot"},
    {"xem": "nhiet"},
    {"xem": "o", "diem": "tham-dinh"},
    {"xem": "dien-bien"},
    {"xem": "so-sanh"},
    {"xep-viec": "nguon-luc", "loc": "mat"},
)


@pytest.mark.parametrize("query", ADDRESSES, ids=lambda query: "&".join(f"{k}={v}" for k, v in query.items()) or "bare")
@pytest.mark.parametrize("screen", [s for s in PUBLIC if s.id != "national"], ids=lambda s: s.id)
def test_no_address_brings_a_figure_that_was_not_published(
    looking: Looking, shown: int, screen: Screen, query: dict[str, str]
) -> None:
    # The office has looked before: what it saw lies in the caches.
    address = {"ky": str(shown), "khoi": "huyen", "cap": "huyen", "don-vi": "747", "cac-don-vi": "747.748"} | query
    opened(screen.path, **address)
    looking(VISITOR)
    page = opened(screen.path, **address)
    text = drawn(page)
    assert [value for value in HIDDEN if re.search(rf"(?<![\d,.]){value}(?![\d,.]\d)", text) and "," in value] == []
    assert not re.search(r"(?<![\d.])(38\.5|72\.5)(?!\d)", text)
    assert [value for value in HIDDEN if f": {value} " in text or f": {value}<" in text] == []
    assert "Điểm thẩm định" not in text
    assert "Điểm tự đánh giá" not in text
    if screen.id in ("publications", "ranking", "scorecard"):
        # Cards and tables have 66,00; the summary above a chart 66,0.
        assert "66,0" in text


@pytest.mark.parametrize("screen", SCREENS, ids=lambda s: s.id)
def test_an_account_of_the_demonstration_meets_no_figure_of_the_office_s_period(
    looking: Looking, shown: int, screen: Screen
) -> None:
    who, address = who_opens(screen.path), {"ky": str(shown), "khoi": "huyen", "cap": "huyen", "don-vi": "747"}
    looking(who)
    opened(screen.path, **address)
    looking(replace(who, demonstration=True))
    assert {p.origin for p, _months in gateway.calendar()} == {"demonstration"}
    page = opened(screen.path, **address)
    # The office's period is «Năm 2024», the one of the demonstration «Năm 2024 (trình diễn)».
    named = re.search(r"Năm 2024(?! \(trình diễn\))", drawn(page))
    # What was published, everybody reads on the screen of decisions.
    assert bool(named) is (screen.id == "publications")


@pytest.fixture(scope="module")
def shown(sqlite: Databases) -> Iterator[int]:
    """The same, for tests that only look."""
    with office_of(sqlite, published_office) as period:
        change_everything_unpublished()
        yield period


def test_the_office_does_see_what_the_public_does_not(shown: int) -> None:
    # The test above would find these, were they shown.
    ranking = next(s.path for s in SCREENS if s.id == "ranking")
    seen = {
        value: drawn(opened(ranking, ky=str(shown), khoi="huyen", thang=month, diem=stage))
        for value, month, stage in (("38,50", "12", "tu-danh-gia"), ("72,50", "12", "tham-dinh"), ("8,50", "11", ""))
    }
    assert [value for value, text in seen.items() if value not in text] == []
    card = next(s.path for s in SCREENS if s.id == "scorecard")
    for stage, value in (("tu-danh-gia", "77"), ("tham-dinh", "43"), ("cong-bo", "30")):
        text = drawn(opened(card, ky=str(shown), khoi="huyen", **{"don-vi": "747", "diem": stage}))
        assert f": {value} " in text or f": {value}<" in text


def test_files_of_the_public_hold_what_was_published(looking: Looking, shown: int) -> None:
    looking(VISITOR)
    now = gateway.snapshot(shown, "district", 12)
    ranked = gateway.ranking_table(now, "districts", None)
    period, (edition,) = gateway_publishing.published()[0]
    results = gateway_publishing.results_of(edition)
    for file in (
        ranking_csv(ranked),
        publication_csv(period, edition, results, edition),
        gateway_publishing.text_of(period, edition),
    ):
        text = file.decode("utf-8-sig")
        assert re.search(r"\b66(000000000)?\b", text)
        assert not re.search(r"\b(38,5|72,5|8,5|38500000000|72500000000|8500000000)\b", text)
    assert ranking_file_name(ranked, "csv") == "xep-hang_cap-huyen_diem-cong-bo_2024-12.csv"
    assert hashlib.sha256(gateway_publishing.text_of(period, edition)).hexdigest() == edition.sha256


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.DX_OFFICE, ("self", "appraised", "published")),
        (Role.APPRAISER, ("self", "appraised", "published")),
        (Role.PROVINCE_LEADER, ("self", "appraised", "published")),
        (Role.ADMINISTRATOR, ("self", "published")),
        (Role.UNIT_LEADER, ("self", "published")),
        (Role.DATA_ENTRY, ("self", "published")),
        (Role.DATA_PROVIDER, ("published",)),
        (Role.PUBLIC, ("published",)),
    ],
)
def test_every_role_sees_the_scores_that_it_may(
    looking: Looking, shown: int, role: Role, seen: tuple[str, ...]
) -> None:
    looking(Identity("a", role, UnitKey("747", dt.date(2020, 1, 1))))
    assert gateway.stages(shown, 12) == seen


def page_of(screen: str) -> Path:
    return next(s.path for s in SCREENS if s.id == screen)


OFFICE_WORDS = re.compile(
    "đôn đốc|bổ sung|rà soát|nhắc các đơn vị|gửi lại|nhập số liệu|rollup|việc cần|thẩm định|chưa có đơn vị nào báo cáo",
    re.IGNORECASE,
)


UNKNOWN = (
    "Chưa chỉ tiêu nào trong 39 chỉ tiêu của kế hoạch có số liệu để đánh giá. Không có kết quả công bố của kỳ trước để so "
    "sánh thứ hạng."
)
"""That nothing is at risk is not said of what nobody knows."""


def test_the_public_reads_the_overview_in_words_for_everybody(looking: Looking, shown: int) -> None:
    # The office reads of its own work there.
    assert OFFICE_WORDS.search(drawn(opened(page_of("overview"), ky=str(shown))))
    looking(VISITOR)
    page = opened(page_of("overview"), ky=str(shown))
    assert OFFICE_WORDS.findall(drawn(page).replace("số liệu đã thẩm định", "")) == []
    assert "Nội dung đáng chú ý" in [h.value for h in page.header]
    # Of departments and communes nobody was ranked.
    nobody = "Kết quả công bố không xếp hạng cơ quan, đơn vị nào của khối này."
    assert [e.value for e in page.info] == [UNKNOWN, nobody, nobody]
    assert [e.value for e in page.success] == []
    overview = gateway_overview.overview_of(shown, 12, None)
    book = read_workbook(overview_workbook(overview, (), ()))
    cells = [str(v) for sheet in book for row in sheet.iter_rows(values_only=True) for v in row if v is not None]
    assert book.sheetnames[1] == "Nội dung đáng chú ý"
    assert OFFICE_WORDS.findall(" ".join(cells).replace("số liệu đã thẩm định", "")) == []


@pytest.mark.parametrize("screen", ["overview", "ranking", "scorecard", "comparison", "history"])
def test_links_of_the_public_lead_to_screens_that_it_may_open(looking: Looking, shown: int, screen: str) -> None:
    looking(VISITOR)
    page = opened(page_of(screen), ky=str(shown), khoi="huyen", **{"don-vi": "747"})
    paths = set(re.findall(r'href="/([^"?#]*)', drawn(page)))
    assert paths - {"", "dang-nhap"} <= {s.url_path for s in PUBLIC}


UNPLACED = {"khoi": "huyen", "don-vi": "755", "cac-don-vi": "747.755"}
"""Côn Đảo sent no report, so that the decision did not rank it."""


@pytest.mark.parametrize(
    ("screen", "view"),
    [("ranking", ""), ("ranking", "o"), ("scorecard", ""), ("comparison", ""), ("history", "")],
    ids=["table", "tiles", "scorecard", "comparison", "history"],
)
def test_who_has_no_place_is_called_by_one_word(looking: Looking, shown: int, screen: str, view: str) -> None:
    looking(VISITOR)
    text = drawn(opened(page_of(screen), ky=str(shown), **UNPLACED, **({"xem": view} if view else {})))
    assert without_place_text() in text
    if screen in ("ranking", "history"):
        # Of a criterion it is said that there are no figures; the others show criteria one by one.
        assert re.findall("(?<!chỉ số thành phần )chưa có số liệu", text) == []
    assert "Đơn vị chưa có số liệu" not in text
    assert "Đơn vị còn thiếu số liệu" not in text


def test_the_public_reads_a_card_without_what_is_still_to_be_done(looking: Looking, shown: int) -> None:
    todo = ("Việc làm tăng điểm", "Còn thiếu")
    gone = (*todo, "Bổ sung số liệu")
    query = {"ky": str(shown), "khoi": "huyen", "don-vi": "747"}
    text = drawn(opened(page_of("scorecard"), **query, diem="tu-danh-gia"))
    assert [words for words in todo if words not in text] == []
    # Of a unit without figures nothing is to be done any more once the period has ended.
    none = query | {"don-vi": "755"}
    text = drawn(opened(page_of("scorecard"), **none, diem="tu-danh-gia"))
    assert [words for words in gone if words in text] == []
    looking(VISITOR)
    assert [words for words in gone if words in drawn(opened(page_of("scorecard"), **query))] == []
    page = opened(page_of("scorecard"), **none)
    assert [words for words in gone if words in drawn(page)] == []
    # Nothing to draw: a sentence instead of empty charts.
    assert len(page.get("plotly_chart")) == 0
    assert "Đơn vị không có tổng điểm ở kỳ nào" in said(page)


def test_a_rank_is_told_of_those_that_have_one(looking: Looking, shown: int) -> None:
    """Three of the eight districts are ranked."""
    looking(VISITOR)
    query = {"ky": str(shown), "khoi": "huyen", "don-vi": "747", "cac-don-vi": "747.748"}
    told = {"scorecard": "1 / 3", "comparison": "1/3", "history": "hạng 1/3"}
    assert [s for s, rank in told.items() if rank not in drawn(opened(page_of(s), **query))] == []


@pytest.mark.parametrize("who", [VISITOR, OFFICE], ids=["public", "office"])
def test_a_card_without_a_published_score_explains_no_rank_and_counts_no_nought(
    looking: Looking, shown: int, who: Identity
) -> None:
    looking(who)
    headers = {}
    for unit in ("747", "755"):
        page = opened(page_of("scorecard"), ky=str(shown), khoi="huyen", diem="cong-bo", **{"don-vi": unit})
        headers[unit] = {h.value for h in page.header}
    assert "đang tính 0 điểm" not in drawn(page)
    assert "Kết quả công bố không xếp hạng đơn vị" in said(page)
    assert "Vì sao hạng thay đổi" in headers["747"]
    assert headers["755"] == {"Huyện Côn Đảo", "Diễn giải cách tính điểm"}


def test_a_list_without_a_score_has_no_picture_of_what_was_published_of_all(looking: Looking, shown: int) -> None:
    looking(VISITOR)
    page = opened(page_of("history"), ky=str(shown), khoi="so")
    assert len(page.get("plotly_chart")) == 0
    (told,) = [e.value for e in page.info]
    assert "nên không vẽ biểu đồ; chỉ có kết quả công bố dưới đây, theo nguồn riêng." in told
    assert "(bình quân chung các cấp): 80,10" in said(page)
    assert "baobariavungtau.com.vn" in said(page)
    assert len(opened(page_of("history"), ky=str(shown), khoi="huyen").get("plotly_chart")) == 1


def test_files_call_who_has_no_place_by_the_same_word_and_name_the_decision(looking: Looking, shown: int) -> None:
    looking(VISITOR)
    now = gateway.snapshot(shown, "district", 12)
    ranked = gateway.ranking_table(now, "districts", None)
    card = gateway.unit_scorecard(now, "districts", "755", None)
    compared = gateway_comparison.compared_units(now, "districts", ("747", "755"), None)
    history = gateway_history.history(shown, "district", "districts")
    own = {
        "Xếp hạng": ranking_workbook(ranked),
        "Tổng hợp": scorecard_workbook(card),
        "Các năm": history_workbook(history, gateway_history.units_in_time()),
    }
    sheets = [(name, read_workbook(file)[name]) for name, file in own.items()]
    sheets.append(("so sánh", read_workbook(comparison_workbook(compared))["Tổng hợp"]))
    for name, sheet in sheets:
        texts = [str(v) for row in sheet.iter_rows(values_only=True) for v in row if v is not None]
        assert without_place_text() in texts, name
        assert [t for t in texts if "Quyết định số 789/QĐ-UBND ngày 20/12/2024" in t] != [], name
    lines = ranking_csv(ranked).decode("utf-8-sig").splitlines()
    assert [line.split(";")[4] for line in lines if "Côn Đảo" in line] == [without_place_text()]
    assert all(line.endswith("điểm công bố theo Quyết định số 789/QĐ-UBND ngày 20/12/2024") for line in lines[1:])
    notes = [row["Ý nghĩa"] for row in table(read_workbook(own["Xếp hạng"])["Ghi chú"])]
    assert [note for note in notes if "chưa có số liệu phần nào" in str(note)] == []
    overview = overview_workbook(gateway_overview.overview_of(shown, 12, None), (), ())
    assert all("Quyết định số 789/QĐ-UBND" in "".join(heading_texts(s)) for s in read_workbook(overview).worksheets[1:])


@pytest.mark.parametrize("screen", ["overview", "ranking", "scorecard", "comparison", "history"])
def test_the_foot_names_the_decision_that_the_figures_rest_on(looking: Looking, shown: int, screen: str) -> None:
    decision = "Nguồn: điểm công bố theo Quyết định số 789/QĐ-UBND ngày 20/12/2024"
    looking(VISITOR)
    page = opened(page_of(screen), ky=str(shown), khoi="huyen", **{"don-vi": "747"})
    foot = page.caption[-1].value
    assert foot.startswith(decision)
    # What was published does not follow the stored figures.
    assert "Phiên bản số liệu" not in foot
    looking(OFFICE)
    page = opened(page_of(screen), ky=str(shown), khoi="huyen", diem="tu-danh-gia", **{"don-vi": "747"})
    # The decision may be named as what happened to the period, and never as what these figures rest on.
    assert "điểm công bố theo Quyết định số 789" not in drawn(page)
    assert "Phiên bản số liệu" in page.caption[-1].value


def test_the_foot_of_what_was_published_names_the_decision_too(looking: Looking, shown: int) -> None:
    looking(VISITOR)
    foot = opened(page_of("publications"), ky=str(shown)).caption[-1].value
    assert foot == "Nguồn: điểm công bố theo Quyết định số 789/QĐ-UBND ngày 20/12/2024"


@pytest.mark.parametrize("screen", ["scenarios", "path"])
def test_a_provincial_set_without_the_national_indices_says_what_it_cannot_answer(shown: int, screen: str) -> None:
    page = opened(next(s.path for s in SCREENS if s.id == screen), ky=str(shown))
    [told] = [e.value for e in page.info]
    assert told.startswith("Bộ chỉ số cấp tỉnh của kỳ này không có chỉ số chính NT, TC, HT, NL, AT, CQ, XH của bộ")


def test_nobody_outside_reads_a_set_that_no_period_in_sight_uses(looking: Looking, shown: int) -> None:
    """The office stores version 9.9 of the districts' set, and has not used it."""
    store_set(gateway.engine(), official(SET, "9.9"))
    path = next(s.path for s in PUBLIC if s.id == "criteria_sets")
    assert "9.9" in drawn(opened(path, xem="so-sanh", cap="huyen", ky=str(shown)))
    for who in (VISITOR, replace(OFFICE, demonstration=True), Identity("nhap", Role.DATA_ENTRY, demonstration=True)):
        looking(who)
        page = opened(path, xem="so-sanh", cap="huyen")
        assert "9.9" not in drawn(page)
        assert ("trình diễn)" in drawn(page)) is (who != VISITOR)
        assert "ban-hanh" not in page.button_group(key="filter_xem").options
