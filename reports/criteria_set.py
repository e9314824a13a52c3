"""A criteria set as an Excel workbook, for reading."""

from collections.abc import Iterator

from criteria.catalogue import plan_targets
from criteria.model import CriteriaSet, Criterion, Group, NotApplicable, RollUp, Rule, input_keys
from language import _, format_number
from reports.labels import level_name, set_name, set_status, slug
from reports.scorecard import verifier_name
from reports.wording import (
    evidence_text,
    frequency_text,
    input_label,
    input_unit,
    measure_text,
    option_name,
    rule_in_words,
    source_text,
)
from reports.workbook import Column, Sheet, Value, workbook


def group_kind_text(group: Group) -> str:
    """How a group counts: scored, added or taken off with its caps, or shown only."""
    if group.kind == "scored":
        return _("tính điểm")
    if group.kind == "unscored":
        return _("theo dõi, không tính điểm")
    cap = group.cap
    bonus, penalty = (cap.bonus, cap.penalty) if cap else (None, None)
    limits = [
        text.format(points=format_number(points))
        for text, points in ((_("thưởng tối đa {points} điểm"), bonus), (_("trừ tối đa {points} điểm"), penalty))
        if points is not None
    ]
    return "; ".join((_("điểm thưởng, điểm trừ, cộng sau khi quy đổi"), *limits))


def rule_name(rule: Rule) -> str:
    """What a type of rule is called."""
    return {
        "ratio": _("Tỷ lệ"),
        "bands": _("Theo bậc"),
        "choice": _("Chọn một mức"),
        "checklist": _("Danh mục"),
        "count": _("Số lượng"),
        "best_relative": _("So với đơn vị cao nhất"),
        "min_max": _("Vị trí giữa hai mốc"),
        "deadline": _("Thời hạn"),
        "yes_no": _("Có hoặc không"),
        "judged": _("Hội đồng chấm"),
        "parts": _("Gộp nhiều phần"),
    }[rule.type]


def not_applicable_text(treatment: NotApplicable) -> str:
    """What happens to the points of criteria that are not applicable."""
    return {
        "rescale": _("đưa ra khỏi điểm tối đa rồi quy đổi về thang điểm"),
        "full": _("tính điểm tối đa"),
        "zero": _("tính 0 điểm, giữ điểm tối đa"),
    }[treatment]


def _coverage_text(criterion: Criterion) -> str:
    names = {"own": _("số liệu của riêng cơ quan, đơn vị"), "area": _("số liệu toàn địa bàn, gồm cả cấp dưới")}
    return names[criterion.coverage] if criterion.coverage else ""


def _applies_text(criterion: Criterion) -> str:
    names = {
        "public_services": _("đơn vị có thủ tục hành chính, dịch vụ công"),
        "communes": _("đơn vị có cấp xã trực thuộc"),
    }
    return names[criterion.applies_to] if criterion.applies_to else _("mọi đơn vị cùng cấp")


def _rollup_text(rollup: RollUp | None) -> str:
    """Where a provincial figure is summed up from; empty for a set of another level."""
    if rollup is None:
        return ""
    how = {
        "ratio_of_sums": _("tổng a chia tổng b của các đơn vị"),
        "sum": _("cộng số liệu của các đơn vị"),
        "mean": _("bình quân các đơn vị"),
        "share_meeting": _("tỷ lệ đơn vị đạt yêu cầu trên số đơn vị có báo cáo"),
        "entry": _("nhập trực tiếp ở cấp tỉnh"),
    }[rollup.how]
    text = _("Tổng hợp lên cấp tỉnh: {how}").format(how=how)
    if rollup.weight:
        text += _(", trọng số: {weight}").format(
            weight=_("mỗi đơn vị tính như nhau") if rollup.weight == "units" else rollup.weight
        )
    if rollup.meets_at is not None:
        text += _(", mức đạt: {value}").format(value=format_number(rollup.meets_at))
    return text + (_("; lấy từ {sources}").format(sources=", ".join(rollup.sources)) if rollup.sources else "")


def _legal_basis(criteria_set: CriteriaSet) -> Iterator[str]:
    for source in criteria_set.legal_basis:
        yield ", ".join(filter(None, (source.document, source.clause, source.url)))


def _overview_rows(criteria_set: CriteriaSet, status: str) -> tuple[tuple[str, Value], ...]:
    scale, precision = criteria_set.scale, criteria_set.rank_precision
    scored = [c.max_points for g in criteria_set.groups if g.kind == "scored" for c in g.criteria]
    bands = (
        _("{name}: từ {points} điểm").format(name=b.name, points=format_number(b.reached)) for b in criteria_set.bands
    )
    every = criteria_set.reference_list == "all"
    return (
        (_("Mã bộ chỉ số"), criteria_set.id),
        (_("Tên"), str(criteria_set.title or "")),
        (_("Cấp"), level_name(criteria_set.level)),
        (_("Năm"), str(criteria_set.year)),
        (_("Phiên bản"), criteria_set.version),
        (_("Tình trạng"), status),
        (_("Căn cứ"), "\n".join(_legal_basis(criteria_set))),
        (_("Số chỉ số chính được tính điểm"), sum(g.kind == "scored" for g in criteria_set.groups)),
        (_("Số chỉ số thành phần được tính điểm"), len(scored)),
        (_("Cộng điểm tối đa"), sum(scored)),
        (_("Thang điểm quy đổi"), _("bằng tổng điểm tối đa") if scale is None else scale),
        (_("Nội dung không áp dụng"), not_applicable_text(criteria_set.not_applicable)),
        (
            _("Xếp hạng"),
            _("theo điểm chưa làm tròn")
            if precision is None
            else _("theo tổng điểm làm tròn đến {n} chữ số thập phân").format(n=precision),
        ),
        (_("Khối so sánh của quy tắc tương đối"), _("mọi đơn vị cùng cấp") if every else criteria_set.reference_list),
        (_("Xếp loại"), "\n".join(bands) or _("không quy định")),
    )


_CRITERION_WIDTHS = (24, 9, 36, 30, 9, 18, 44, 12, 34, 26, 22, 24, 16, 20, 18, 38, 34, 24, 30)


def _criterion_titles() -> tuple[str, ...]:
    return (
        _("Chỉ số chính"),
        _("Mã"),
        _("Chỉ số thành phần"),
        _("Tên tiếng Anh"),
        _("Điểm tối đa"),
        _("Loại quy tắc"),
        _("Quy tắc"),
        _("Tài liệu kiểm chứng"),
        _("Tài liệu cần có"),
        _("Nơi lấy số liệu"),
        _("Cơ quan xác minh"),
        _("Cách tính số liệu"),
        _("Kỳ số liệu"),
        _("Phạm vi số liệu"),
        _("Áp dụng cho"),
        _("Căn cứ"),
        _("Chỉ tiêu kế hoạch"),
        _("Nội dung kế hoạch liên quan"),
        _("Ghi chú"),
    )


def _plan_target(criterion: Criterion) -> str:
    code = criterion.plan_target
    if code is None:
        return ""
    name = next((str(target.name) for target in plan_targets() if target.code == code), "")
    return f"{code} {name}".rstrip()


def _criterion_cells(group: Group, criterion: Criterion) -> tuple[Value, ...]:
    return (
        f"{group.code} {group.name} ({group_kind_text(group)})",
        criterion.code,
        str(criterion.name),
        criterion.name.en or "",
        criterion.max_points,
        rule_name(criterion.rule),
        rule_in_words(criterion),
        evidence_text(criterion.evidence),
        str(criterion.evidence_documents or ""),
        str(criterion.found_in or ""),
        verifier_name(criterion),
        measure_text(criterion.measure),
        frequency_text(criterion.frequency),
        _coverage_text(criterion),
        _applies_text(criterion),
        source_text(criterion),
        _plan_target(criterion),
        ", ".join(criterion.covers),
        "\n".join(filter(None, (str(criterion.note or ""), _rollup_text(criterion.rollup)))),
    )


def _criteria(criteria_set: CriteriaSet, title: str, heading: tuple[str, ...]) -> Sheet:
    columns = tuple(
        Column(name, width, "number") for name, width in zip(_criterion_titles(), _CRITERION_WIDTHS, strict=True)
    )
    rows = [_criterion_cells(group, c) for group in criteria_set.groups for c in group.criteria]
    return Sheet(_("Bộ chỉ số"), title, heading, columns, rows, repeated=(1, 2))


def _input_rows(criterion: Criterion) -> Iterator[tuple[Value, ...]]:
    for key in input_keys(criterion.rule):
        note = criterion.inputs.get(key)
        options = "\n".join(option_name(criterion, key, option) for option in note.options) if note else ""
        yield (
            criterion.code,
            str(criterion.name),
            key,
            input_label(criterion, key),
            input_unit(criterion, key),
            str(note.explain or "") if note else "",
            options,
            (note.fact or "") if note else "",
        )


def _inputs(criteria_set: CriteriaSet, title: str, heading: tuple[str, ...]) -> Sheet:
    columns = (
        Column(_("Mã"), 9),
        Column(_("Chỉ số thành phần"), 34),
        Column(_("Ký hiệu"), 16),
        Column(_("Số liệu đầu vào"), 36),
        Column(_("Đơn vị tính"), 14),
        Column(_("Hướng dẫn"), 60),
        Column(_("Tên các lựa chọn"), 26),
        Column(_("Tên dữ liệu dùng chung"), 20),
    )
    rows = [row for criterion in criteria_set.criteria for row in _input_rows(criterion)]
    return Sheet(_("Số liệu đầu vào"), title, heading, columns, rows)


def _rules(criteria_set: CriteriaSet, title: str, heading: tuple[str, ...]) -> Sheet:
    columns = (
        Column(_("Mã"), 9),
        Column(_("Chỉ số thành phần"), 40),
        Column(_("Điểm tối đa"), 10, "number"),
        Column(_("Loại quy tắc"), 20),
        Column(_("Cách chấm điểm"), 70),
    )
    rows = [(c.code, str(c.name), c.max_points, rule_name(c.rule), rule_in_words(c)) for c in criteria_set.criteria]
    return Sheet(_("Cách chấm điểm"), title, heading, columns, rows)


def criteria_set_workbook(criteria_set: CriteriaSet, *, released: bool) -> bytes:
    """The set as .xlsx for reading: what it is, one row per criterion, its inputs, its rules in words.

    released: whether two people have released it.
    """
    status = set_status(criteria_set, released=released)
    title = str(criteria_set.title or criteria_set.id)
    heading = (
        set_name(criteria_set) + ".",
        _("Tình trạng bộ chỉ số: {status}.").format(status=status),
        _("Nguồn: nội dung bộ chỉ số lưu trong phần mềm; căn cứ của từng chỉ số thành phần ghi ở cột Căn cứ."),
    )
    overview = Sheet(
        _("Thông tin chung"),
        title,
        heading,
        (Column(_("Nội dung"), 36), Column(_("Giá trị"), 70, "number")),
        _overview_rows(criteria_set, status),
        landscape=False,
    )
    sheets = (
        _criteria(criteria_set, title, heading),
        _inputs(criteria_set, title, heading),
        _rules(criteria_set, title, heading),
        overview,
    )
    return workbook(sheets, title=title)


def criteria_set_file_name(criteria_set: CriteriaSet) -> str:
    """File name of the set: `bo-chi-so_commune-2024_1-0.xlsx`."""
    return "_".join(map(slug, (_("Bộ chỉ số"), criteria_set.id, criteria_set.version))) + ".xlsx"


def criteria_set_form_name(criteria_set: CriteriaSet, extension: str = "xlsx") -> str:
    """File name of the set in the form that is read back: `mau-bo-chi-so_commune-2024_1-0.xlsx`."""
    return "_".join(map(slug, (_("Mẫu bộ chỉ số"), criteria_set.id, criteria_set.version))) + "." + extension
