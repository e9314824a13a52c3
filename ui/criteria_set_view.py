"""How a criteria set is browsed: groups, criteria, rules in words, inputs, sources."""

from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from criteria.catalogue import PlanTarget
from criteria.model import CriteriaSet, Criterion, Group, RollUp, input_keys
from criteria.workbook import to_workbook
from language import _, fold, format_number, language
from language.texts import Language
from reports.criteria_set import criteria_set_file_name, criteria_set_form_name, criteria_set_workbook
from reports.wording import evidence_text, frequency_text, input_name, input_unit, measure_text, rule_in_words
from ui import gateway
from ui.address import search, select
from ui.downloads import download_row
from ui.kept import kept
from ui.tables import Column, definition, details, draw, table

MOST_SETS = 16
"""Criteria sets that are kept written out."""


def _searched(criterion: Criterion) -> str:
    """What search looks in: code, names, inputs and source, without diacritics."""
    source = criterion.source
    return fold(
        " ".join(
            (
                criterion.code,
                criterion.name.vi,
                criterion.name.en or "",
                *(f"{note.name.vi} {note.explain or ''}" for note in criterion.inputs.values()),
                f"{source.document} {source.clause}" if source else "",
                criterion.plan_target or "",
            )
        )
    )


def _holds(searched: str, words: str) -> bool:
    """Whether the words stand together, from the start of a word."""
    return f" {fold(words)}" in f" {searched}"


def kind_text(group: Group) -> str:
    """What a group is for when it is not an ordinary scored one."""
    names = {"adjustment": _("cộng, trừ vào tổng điểm sau quy đổi"), "unscored": _("không tính điểm"), "scored": ""}
    return names[group.kind]


def maximum_of(group: Group) -> float:
    """Sum of the maxima of a group's criteria."""
    return sum(c.max_points for c in group.criteria)


def without_period(*, may_import: bool) -> str:
    """What to do while no period is there: what is shown, and how figures and a set of the office's own come in."""
    told = _(
        "Chưa có kỳ đánh giá nào; dưới đây là bộ tham chiếu đi kèm phần mềm. Hãy nhập số liệu của cơ quan (hướng dẫn sử "
        "dụng, mục 16 «Số liệu của cơ quan»): kỳ đầu tiên dùng bộ này, hoặc bộ riêng của cơ quan."
    )
    if not may_import:
        return told
    own = _("Muốn có bộ riêng: tải mẫu ở cuối trang, sửa trong Excel, rồi kiểm tra và lưu ở «Nhập từ Excel».")
    return f"{told} {own}"


def without_publication() -> str:
    """What a visitor reads while nothing was published: what is shown is no set by which anything was published."""
    return _(
        "Chưa có kết quả đánh giá nào được công bố. Dưới đây là bộ tham chiếu đi kèm phần mềm; khi có quyết định công bố, màn "
        "hình này hiện bộ chỉ số đã dùng."
    )


def draw_browsing(criteria_set: CriteriaSet, *, released: bool) -> None:
    """A set from its head to its criteria, with search, filter and downloads. released: as its file says it."""
    draw_head(criteria_set)
    draw_groups(criteria_set)
    search_column, group_column = st.columns(2)
    with search_column:
        words = search(_("Tìm chỉ số"), "tim-chi-so", _("Tên, mã, số liệu, điều khoản; gõ không dấu cũng được"))
    with group_column:
        group = select(_("Chỉ số chính"), "nhom", {"": _("Tất cả"), **dict(group_names(criteria_set))})
    if not draw_criteria(criteria_set, words, group, gateway.agency_names(), gateway.targets()):
        st.info(_("Không có chỉ số thành phần nào khớp. Hãy bớt từ tìm kiếm hoặc chọn «Tất cả»."))
    download_row(
        "criteria_set",
        (
            _("Tải bản để đọc và in (Excel)"),
            lambda: criteria_set_workbook(criteria_set, released=released),
            criteria_set_file_name(criteria_set),
        ),
    )
    download_row(
        "criteria_set_form",
        (
            _("Tải mẫu để sửa và nhập lại (Excel)"),
            lambda: to_workbook(criteria_set),
            criteria_set_form_name(criteria_set),
        ),
    )
    st.caption(_("Bản để đọc và in không nhập lại được; muốn soạn phiên bản mới, hãy dùng mẫu để sửa và nhập lại."))


def draw_head(criteria_set: CriteriaSet) -> None:
    """What the set is: its scale, treatment of what does not apply, rank precision, bands, documents."""
    treatment = {
        "rescale": _("bỏ khỏi điểm tối đa và quy đổi lại"),
        "full": _("tính đủ điểm tối đa"),
        "zero": _("tính 0 điểm"),
    }[criteria_set.not_applicable]
    bands = "; ".join(
        _("{name} từ {points}").format(name=b.name, points=format_number(b.reached)) for b in criteria_set.bands
    )
    scored = [g for g in criteria_set.groups if g.kind == "scored"]
    draw(
        definition(
            [
                (_("Thang điểm"), format_number(criteria_set.top)),
                (_("Tổng điểm tối đa các chỉ số chính"), format_number(sum(maximum_of(g) for g in scored))),
                (_("Số chỉ số thành phần chấm điểm"), format_number(sum(len(g.criteria) for g in scored))),
                (_("Nội dung không áp dụng"), treatment),
                (_("Xếp hạng theo"), _rank_rule(criteria_set)),
                (_("Xếp loại"), bands),
                (_("Căn cứ"), "; ".join(f"{s.document}, {s.clause}".rstrip(", ") for s in criteria_set.legal_basis)),
            ]
        )
    )


def _rank_rule(criteria_set: CriteriaSet) -> str:
    if criteria_set.rank_precision is None:
        return _("điểm không làm tròn; bằng điểm thì cùng hạng")
    return _("điểm làm tròn {n} chữ số thập phân; bằng điểm thì cùng hạng").format(n=criteria_set.rank_precision)


def draw_groups(criteria_set: CriteriaSet) -> None:
    """Groups with their maxima and number of criteria."""
    columns = [
        Column(_("Mã")),
        Column(_("Chỉ số chính")),
        Column(_("Điểm tối đa"), "right"),
        Column(_("Số chỉ số thành phần"), "right"),
        Column(_("Ghi chú")),
    ]
    rows = [
        [
            g.code,
            str(g.name),
            format_number(maximum_of(g)) if g.kind == "scored" else "",
            format_number(len(g.criteria)),
            kind_text(g),
        ]
        for g in criteria_set.groups
    ]
    draw(table(columns, rows, caption=_("Các chỉ số chính")))


def draw_criteria(
    criteria_set: CriteriaSet, words: str, group_code: str, agencies: dict[str, str], targets: dict[str, PlanTarget]
) -> int:
    """The criteria that match, group by group. Returns how many."""
    name = (criteria_set.id, criteria_set.version)
    written = _written(gateway.version(), language(), name, criteria_set, agencies, targets)
    found = 0
    for group in criteria_set.groups:
        if group_code not in ("", group.code):
            continue
        own = [written[c.code].block for c in group.criteria if _holds(written[c.code].searched, words)]
        if not own:
            continue
        found += len(own)
        note = kind_text(group)
        st.subheader(f"{group.code} {group.name}" + (f" ({note})" if note else ""), anchor=False)
        draw(*own)
    return found


@dataclass(frozen=True)
class _Written:
    """A criterion ready to be shown: its block, and the folded text that search looks in."""

    block: Markup
    searched: str


@kept(MOST_SETS)
def _written(
    version: gateway.Version,
    language: Language,
    name: tuple[str, str],
    _criteria_set: CriteriaSet,
    _agencies: dict[str, str],
    _targets: dict[str, PlanTarget],
) -> dict[str, _Written]:
    """All criteria of a set by code; writing them takes longer than all else on the page."""
    criteria = (c for group in _criteria_set.groups for c in group.criteria)
    return {c.code: _Written(_block(c, _agencies, _targets), _searched(c)) for c in criteria}


def _block(criterion: Criterion, agencies: dict[str, str], targets: dict[str, PlanTarget]) -> Markup:
    tag = Markup(' <span class="dti-tag">{}</span>').format(criterion.plan_target) if criterion.plan_target else ""
    summary = Markup('<span class="code">{}</span><span class="name">{}{}</span><span class="points">{}</span>').format(
        criterion.code, criterion.name, tag, _("{n} điểm").format(n=format_number(criterion.max_points))
    )
    return details(summary, _body(criterion, agencies, targets))


def _body(criterion: Criterion, agencies: dict[str, str], targets: dict[str, PlanTarget]) -> Markup:
    source = criterion.source
    target = targets.get(criterion.plan_target or "")
    facts = definition(
        [
            (_("Quy tắc chấm"), rule_in_words(criterion)),
            (_("Căn cứ"), f"{source.document}, {source.clause}" if source else ""),
            (_("Chỉ tiêu kế hoạch"), f"{target.code}: {target.name}" if target else ""),
            (
                _("Kỳ số liệu"),
                "; ".join(filter(None, (frequency_text(criterion.frequency), measure_text(criterion.measure)))),
            ),
            (_("Nơi lấy số liệu"), criterion.found_in or ""),
            (_("Phạm vi số liệu"), _coverage(criterion)),
            (_("Tài liệu kiểm chứng"), _evidence(criterion)),
            (_("Cơ quan xác minh"), agencies.get(criterion.verifier or "", criterion.verifier or "")),
            (_("Tổng hợp lên cấp tỉnh"), rollup_in_words(criterion.rollup) if criterion.rollup else ""),
            (_("Áp dụng cho"), _applies(criterion)),
            (_("Lưu ý"), criterion.note or ""),
            (_("Tên tiếng Anh"), criterion.name.en or ""),
        ]
    )
    return facts + _inputs(criterion)


def _inputs(criterion: Criterion) -> Markup:
    columns = [Column(_("Ký hiệu")), Column(_("Số liệu đầu vào")), Column(_("Đơn vị tính")), Column(_("Cách xác định"))]
    rows = []
    for key in input_keys(criterion.rule):
        note = criterion.inputs.get(key)
        symbol = key.rpartition(".")[2]
        shown = symbol if symbol in ("a", "b") else "–"
        rows.append(
            [shown, input_name(criterion, key), input_unit(criterion, key), str(note.explain or "") if note else ""]
        )
    return table(columns, rows, caption=_("Số liệu đầu vào"), stack=True)


def _coverage(criterion: Criterion) -> str:
    names = {
        "own": _("riêng cơ quan, đơn vị"),
        "area": _("toàn địa bàn, đã gồm số liệu của cấp dưới"),
    }
    return names[criterion.coverage] if criterion.coverage else ""


def _applies(criterion: Criterion) -> str:
    names = {
        "public_services": _("đơn vị có thủ tục hành chính; đơn vị khác không áp dụng"),
        "communes": _("đơn vị có cấp xã trực thuộc; đơn vị khác không áp dụng"),
    }
    return names[criterion.applies_to] if criterion.applies_to else ""


def _evidence(criterion: Criterion) -> str:
    need = evidence_text(criterion.evidence).capitalize()
    return f"{need}: {criterion.evidence_documents}" if criterion.evidence_documents else need


def rollup_in_words(rollup: RollUp) -> str:
    """How a provincial component is made from units' figures."""
    sources = ", ".join(rollup.sources)
    match rollup.how:
        case "entry":
            return _("nhập ở cấp tỉnh")
        case "ratio_of_sums":
            return _("tổng a chia tổng b của: {sources}").format(sources=sources)
        case "sum":
            return _("tổng số liệu của: {sources}").format(sources=sources)
        case "share_meeting":
            return _("tỷ lệ đơn vị đạt yêu cầu trong: {sources}").format(sources=sources)
        case "mean":
            weight = (
                _("mỗi đơn vị tính một lần")
                if rollup.weight == "units"
                else _("theo trọng số {weight}").format(weight=rollup.weight)
            )
            return _("trung bình ({weight}) của: {sources}").format(weight=weight, sources=sources)


def group_names(criteria_set: CriteriaSet) -> Iterable[tuple[str, str]]:
    """Groups by code, for a filter."""
    return ((g.code, f"{g.code} {g.name}") for g in criteria_set.groups)
