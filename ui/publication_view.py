"""Kết quả công bố: decisions with their editions, the published ranking of a list, how it came about, downloads."""

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

import streamlit as st
from markupsafe import Markup

from assessment.amendments import LevelAmendment
from assessment.frozen import FrozenMismatchError, Results
from assessment.publishing import Edition
from assessment.ranking import RankingRow, RankingTable, ranking
from assessment.snapshots import LevelSnapshot, ScoreStage
from data.repositories import PeriodRecord, UnitRecord
from language import _, format_number
from reports.labels import list_name, set_name, used_set_status
from reports.publication import (
    between_text,
    decision_text,
    edition_name,
    force_text,
    replaced_notices,
    without_place_text,
)
from ui import gateway, gateway_publishing
from ui.account_box import draw_sign_in_link
from ui.address import forget_choice, quoted, select
from ui.amendment_view import draw_amended_levels
from ui.lasting import lasting
from ui.ranking_view import unit_label
from ui.selection import EDITION, LEVELS, RANKED, level_names, stage_query
from ui.tables import Column, definition, draw, lines, lines_in_cell, link, meter, table, way

MOST_TOP = 3
"""Units of a list that are shown of it at a glance."""


def publication_address(edition: Edition) -> str:
    """Address of an edition."""
    return f"/ket-qua-cong-bo?{urlencode({'ky': edition.period_id, EDITION: edition.number})}"


def draw_nothing_published() -> None:
    """Says that nothing has been published, and where to go on."""
    st.info(
        _(
            "Chưa có kết quả đánh giá nào được công bố. Kết quả xuất hiện ở đây khi có quyết định công bố; thứ hạng toàn quốc "
            "đã công bố có ở màn hình «Thứ hạng toàn quốc»."
        )
    )
    if gateway.usual_stage() is ScoreStage.PUBLISHED:
        draw_sign_in_link()


def choose_edition(found: Sequence[tuple[PeriodRecord, tuple[Edition, ...]]]) -> tuple[PeriodRecord, Edition]:
    """Draw the filters of period and edition, and give what they choose: the edition in force without a choice.

    An edition of a period that is not there names nothing: it is not looked for in the period that is shown instead.
    """
    periods = {str(period.id): (period, own) for period, own in found}
    asked, lost = st.query_params.get("ky"), None
    if asked is not None and asked not in periods and EDITION in st.query_params:
        lost = st.query_params[EDITION]
        forget_choice(EDITION)
    chosen = select(_("Kỳ đánh giá"), "ky", {code: p.name for code, (p, _own) in periods.items()})
    period, own = periods[chosen]
    told = lasting(
        "lost_edition",
        None
        if lost is None
        else _("Địa chỉ nêu lần công bố «{value}» của một kỳ không có ở màn hình này; đang hiển thị «{shown}».").format(
            value=quoted(lost), shown=edition_name(own[0])
        ),
    )
    if told is not None:
        st.warning(told)
    if len(own) == 1 and EDITION not in st.query_params:
        return period, own[0]
    by_number = {str(e.number): e for e in own}
    number = select(_("Lần công bố"), EDITION, {code: edition_name(e) for code, e in by_number.items()})
    return period, by_number[number]


def draw_decision(period: PeriodRecord, edition: Edition, own: Sequence[Edition]) -> None:
    """The decision of an edition, and whether a later one has taken its place."""
    latest = own[0]
    for notice in replaced_notices(edition, latest):
        st.warning(notice)
    draw(
        definition(
            [
                (_("Kỳ đánh giá"), period.name),
                (_("Quyết định"), decision_text(edition)),
                (_("Hiệu lực"), force_text(edition, latest)),
                (_("Người ký"), edition.decision.signer),
                (_("Lý do sửa đổi"), edition.reason),
                (_("Mã SHA-256"), edition.sha256),
            ]
        )
    )


def decision_cell(edition: Edition) -> Markup:
    """The decision of an edition with who signed it, in a cell."""
    return lines_in_cell((decision_text(edition), edition.decision.signer))


def edition_before(edition: Edition, own: Sequence[Edition]) -> Edition | None:
    """The edition of the period that an edition amended; None for the first one."""
    return next((other for other in own if other.number == edition.number - 1), None)


def draw_changes(before: Edition, edition: Edition) -> tuple[LevelAmendment, ...] | None:
    """What an edition changed against the one before; both are public. None when that cannot be built any more."""
    st.header(_("Nội dung sửa đổi"), anchor=False)
    try:
        levels = gateway_publishing.changes_between(before, edition)
    except FrozenMismatchError as mismatch:
        st.error(str(mismatch))
        return None
    draw_amended_levels(levels, between_text(before, edition))
    return levels


def draw_editions(found: Sequence[tuple[PeriodRecord, tuple[Edition, ...]]]) -> None:
    """All that was published, decision by decision."""
    columns = [
        Column(_("Kỳ đánh giá")),
        Column(_("Lần công bố")),
        Column(_("Hiệu lực"), "wide"),
        Column(_("Quyết định, người ký"), "wide"),
        Column(_("Lý do sửa đổi"), "wide"),
    ]
    rows = [
        [
            Markup('<span class="dti-name">{}</span>').format(period.name),
            link(publication_address(edition), edition_name(edition)),
            force_text(edition, own[0]),
            decision_cell(edition),
            edition.reason,
        ]
        for period, own in found
        for edition in own
    ]
    draw(table(columns, rows, caption=_("Các quyết định công bố"), stack=True))


def choose_list(results: Results) -> RankingTable:
    """Draw the filters of level and list, and give the published ranking of the list.

    The first level of which anybody was ranked is shown until the reader chooses another one.
    """
    names = level_names()
    first = next((code for code, level in RANKED.items() if _ranks_anybody(results.levels[level])), None)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        levels = {c: names[c] for c in RANKED}
        code = select(_("Khối xếp hạng"), "khoi", levels, default=first, widget="segmented")
        snapshot = results.levels[RANKED[code]]
        if len(snapshot.lists) == 1:
            chosen = snapshot.lists[0].code
            if "danh-sach" in st.query_params:
                del st.query_params["danh-sach"]
        else:
            chosen = select(_("Danh sách"), "danh-sach", {x.code: list_name(x) for x in snapshot.lists})
    return ranking(snapshot, chosen)


def _ranks_anybody(snapshot: LevelSnapshot) -> bool:
    return any(len(snapshot.placed_rows(own)) for own in snapshot.lists)


def card_address(period: PeriodRecord, edition: Edition, unit: UnitRecord, list_code: str = "") -> str:
    """Address of a unit's card with what an edition published. list_code: of the list it stands in; without, its level's."""
    asked = {
        "khoi": next(code for code, level in RANKED.items() if level == unit.level),
        "ky": edition.period_id,
        "thang": edition.month,
        **({"danh-sach": list_code} if list_code else {}),
        **stage_query(period, ScoreStage.PUBLISHED),
        "don-vi": unit.code,
    }
    return "/phieu-diem?" + urlencode(asked)


def draw_ranking(ranked: RankingTable, edition: Edition, *, in_force: bool) -> None:
    """The published ranking of a list; units of the edition in force lead to their cards."""
    now, parents = ranked.snapshot, gateway.parent_names(ranked.snapshot)
    own_list = "" if ranked.list_code == now.lists[0].code else ranked.list_code

    def named(row: RankingRow) -> str | Markup:
        name = unit_label(row.unit, parents)
        return link(card_address(now.period, edition, row.unit, own_list), name) if in_force else name

    draw_listed(ranked, named)
    if not in_force:
        st.caption(_("Phiếu điểm của đơn vị là của lần công bố đang có hiệu lực."))


def draw_listed(ranked: RankingTable, named: Callable[[RankingRow], str | Markup]) -> None:
    """A ranking list as a decision shows it. named: what stands in the column of units."""
    top = ranked.snapshot.criteria_set.top
    columns = [
        Column(_("Hạng"), "right"),
        Column(_("Cơ quan, đơn vị")),
        Column(_("Tổng điểm"), "right", _("Thang {scale}").format(scale=format_number(top))),
        Column(_("Xếp loại"), "nowrap"),
    ]
    rows = [
        [
            format_number(row.rank, missing="–"),
            named(row),
            _total(row, top),
            row.band or "–",
        ]
        for row in ranked.rows
    ]
    caption = _("{list}: {n} cơ quan, đơn vị").format(list=ranked.list_name, n=format_number(len(rows)))
    draw(table(columns, rows, caption=caption))


def _total(row: RankingRow, top: float) -> Markup:
    if row.total is None:
        return meter(None, without_place_text())
    return meter(row.total / top if top else None, format_number(row.total, 2))


def top_of(snapshot: LevelSnapshot) -> Markup:
    """The first units of every list of a level that ranks any, with their totals, one list on a line."""
    told: list[str] = []
    for ranking_list in snapshot.lists:
        first = [row for row in ranking(snapshot, ranking_list.code).rows if row.rank][:MOST_TOP]
        names = "; ".join(f"{row.rank}. {row.unit.name_vi} ({format_number(row.total, 2)})" for row in first)
        told += [f"{list_name(ranking_list)}: {names}"] if first else []
    return lines(told or [_("chưa có đơn vị nào được xếp hạng")])


def draw_method(results: Results, edition: Edition) -> None:
    """By which sets the points were computed and how a point is read, with the ways to both."""
    codes = {level: code for code, level in LEVELS.items()}
    names = level_names()
    rows = [
        [
            link(
                f"/bo-chi-so?{urlencode({'cap': codes[s.criteria_set.level], 'ky': edition.period_id})}",
                names[codes[s.criteria_set.level]],
            ),
            set_name(s.criteria_set),
            used_set_status(s),
        ]
        for s in (*results.levels.values(), results.province)
    ]
    st.markdown(
        _(
            "Mỗi chỉ số thành phần được chấm theo quy tắc ghi trong bộ chỉ số, từ số liệu đã thẩm định. Điểm của đơn vị là tổng "
            "điểm các chỉ số áp dụng cho đơn vị, quy đổi về thang điểm của bộ; nội dung không áp dụng được đưa ra khỏi điểm tối "
            "đa. Xếp từ điểm cao nhất; các đơn vị bằng điểm cùng nhận một hạng. Cơ quan, đơn vị không gửi báo cáo thì không xếp "
            "hạng. Cách tính từng điểm có trong phiếu điểm của đơn vị, mục «Diễn giải cách tính điểm»."
        )
    )
    columns = [Column(_("Cấp")), Column(_("Bộ chỉ số")), Column(_("Tình trạng"))]
    draw(table(columns, rows, caption=_("Bộ chỉ số đã dùng"), stack=True))
    draw(way("/bo-chi-so", _("Tra cứu bộ chỉ số")))
