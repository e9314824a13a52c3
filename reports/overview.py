"""The overview in words and as an Excel workbook: the screen and the file say the same."""

from collections.abc import Sequence

from assessment.overview import (
    Attention,
    AttentionKind,
    ComponentLacking,
    FaultFound,
    FiguresDue,
    NationalPlace,
    Overview,
    Podium,
    TargetAtRisk,
    UnitFallen,
    UnitMissing,
)
from assessment.snapshots import ScoreStage
from assessment.targets import LAST_MONTH, TargetStatus, state_name
from criteria.catalogue import PlanTarget
from criteria.model import Group, Level
from data.internal_totals import SCALE, TotalRecord
from language import _, format_date, format_month, format_number, format_signed
from reports.labels import (
    figures_kind,
    file_name,
    level_name,
    period_label,
    published_source,
    short_set_status,
    trial_label,
    used_set_status,
)
from reports.scenarios import chance_text, interval_text
from reports.workbook import Column, Sheet, Value, workbook
from scoring.grid import in_points
from scoring.national import TOP
from scoring.outlook import Outlook

MOST_NAMES = 3
"""Names written out in a sentence; the others are counted."""
PERCENT = "%"


def plan_name() -> str:
    """The plan that sets the goal, as papers cite it."""
    return _("kế hoạch chuyển đổi số năm 2024 (Quyết định số 968/QĐ-UBND ngày 10/4/2024)")


def targets_note() -> str:
    """Which 39 targets these are: the ministry has 39 of its own."""
    return _("39 chỉ tiêu rút từ kế hoạch năm 2024, không phải 39 chỉ tiêu của Bộ.")


def rank_text(place: NationalPlace) -> str:
    """The published rank, or between which it lies."""
    if place.rank is not None:
        return f"{place.rank} / {place.units}"
    return _("chưa công bố")


def rank_sentence(place: NationalPlace) -> str:
    """The rank of a year as a sentence; one that is not published as bounds."""
    if place.rank is not None:
        return _("Năm {year}: hạng {rank} trong {units} tỉnh, thành phố").format(
            year=place.year, rank=place.rank, units=place.units
        )
    return _(
        "Năm {year}: hạng của tỉnh chưa công bố; theo hạng đã công bố của các tỉnh khác thì từ {best} đến {worst}"
    ).format(year=place.year, best=place.best_rank, worst=place.worst_rank)


def score_text(points: float | None) -> str:
    """A national score to the four decimals that are published."""
    return format_number(points, 4, missing=_("chưa công bố"))


def _between(low: float, high: float) -> str:
    if low == high:
        return _("là {score}").format(score=score_text(low))
    return _("từ {low} đến {high}").format(low=format_number(low, 4 if low else 0), high=score_text(high))


def distance_text(place: NationalPlace) -> str:
    """How far the province is from the score of rank 15, for somebody who asks what it means."""
    if place.missing_low == place.missing_high == 0:
        return _("điểm của tỉnh bằng điểm hạng {top}").format(top=TOP)
    if place.among_the_first is None:
        return _("số liệu đã công bố chưa đủ để biết tỉnh ở trên hay ở dưới hạng {top}").format(top=TOP)
    if place.among_the_first:
        lead = _between(max(0.0, -place.missing_high), -place.missing_low)
        return _("điểm của tỉnh cao hơn điểm hạng {top} {lead}").format(top=TOP, lead=lead)
    missing = _between(max(0.0, place.missing_low), place.missing_high)
    return _("điểm của tỉnh thấp hơn điểm hạng {top} {missing}").format(top=TOP, missing=missing)


def goal_line_text(place: NationalPlace) -> str:
    """What is known of the score of rank 15 in a year."""
    if place.goal_low == place.goal_high:
        return _("Điểm hạng {top} năm {year} là {score}.").format(
            top=TOP, year=place.year, score=score_text(place.goal_low)
        )
    return _(
        "Điểm hạng {top} năm {year} chưa công bố; theo thứ hạng và điểm đã công bố thì nằm trong khoảng {between}."
    ).format(top=TOP, year=place.year, between=_between(place.goal_low, place.goal_high))


def goal_stage_text(place: NationalPlace) -> str:
    """What the goal asks for after the newest result: to enter the group, or to stay in it; empty while not known."""
    if place.among_the_first is None:
        return ""
    if place.among_the_first:
        return _("Theo kết quả năm {year}, tỉnh đã ở trong nhóm này; việc đặt ra là giữ vị trí.").format(
            year=place.year
        )
    return _("Theo kết quả năm {year}, tỉnh chưa ở trong nhóm này.").format(year=place.year)


def chance_label(place: NationalPlace, target_year: int) -> str:
    """What the chance is called that a published place leads to: to keep among the top, or to get there."""
    asked = _("giữ nhóm {top}") if place.rank is not None and place.rank <= TOP else _("vào nhóm {top}")
    return _("Khả năng {goal} năm {year}").format(goal=asked.format(top=TOP), year=target_year)


def outlook_text(place: NationalPlace, target_year: int, outlook: Outlook | None) -> str:
    """What comes of a published place when nothing more is done: chance with its range, needed score.

    outlook: None while it is being worked out.
    """
    question = _("{chance} nếu không làm gì thêm").format(chance=chance_label(place, target_year))
    if outlook is None:
        return _("{question}: đang tính.").format(question=question)
    return _(
        "{question}: {chance} ({range}); điểm cần để có khả năng 50 %: {needed}. Ước tính từ kết quả năm {year}."
    ).format(
        question=question,
        chance=chance_text(outlook.chance),
        range=interval_text(outlook),
        needed=score_text(outlook.needed[0.5]),
        year=place.year,
    )


def province_source(overview: Overview) -> str:
    """Where the province's figures come from and by which set they were scored, in one short line."""
    snapshot = overview.province
    kind = figures_kind(snapshot.period, next((x.stage for x in snapshot.levels.values()), ScoreStage.SELF))
    kind = ", ".join(filter(None, (published_source(*snapshot.levels.values()), kind)))
    return _("{kind}, tổng hợp lên cấp tỉnh theo bộ {id} {version} ({status})").format(
        kind=kind,
        id=snapshot.criteria_set.id,
        version=snapshot.criteria_set.version,
        status=short_set_status(snapshot),
    )


def internal_text(total: TotalRecord) -> str | None:
    """A published mean of the internal index as a sentence; None for a result of one unit."""
    if total.unit is not None:
        return None
    of = _("bình quân ba cấp") if total.level is None else level_name(_level(total.level))
    text = _("Chỉ số nội bộ năm {year}, {of}: {points} trên {scale} điểm").format(
        year=total.year, of=of, points=format_number(float(in_points(total.total))), scale=SCALE
    )
    if total.change is None:
        return text
    change = float(in_points(total.change))
    return text + _(" ({change} so với năm {before})").format(change=format_signed(change), before=total.year - 1)


def _level(code: str) -> Level:
    levels: dict[str, Level] = {
        "province": "province",
        "department": "department",
        "district": "district",
        "commune": "commune",
    }
    return levels[code]


def with_unit(value: float | None, target: PlanTarget, decimals: int = 2) -> str:
    """A figure of a target with its unit; a rank is whole."""
    if value is None:
        return "–"
    if not target.main_index:
        return _("hạng {n}").format(n=format_number(value))
    return f"{format_number(value, decimals)} {target.unit}"


def goal_text(target: PlanTarget) -> str:
    """What the plan asks for."""
    number = format_number(target.target)
    if not target.main_index:
        return _("từ hạng {n} trở lên").format(n=number)
    if (target.comparator, target.target, target.unit) == (">=", 100, PERCENT):
        # Nothing lies above the whole.
        return _("{n} {unit}").format(n=number, unit=target.unit)
    text = {
        ">=": _("từ {n} {unit} trở lên"),
        ">": _("trên {n} {unit}"),
        "<=": _("không quá {n} {unit}"),
        "<": _("dưới {n} {unit}"),
    }[target.comparator]
    return text.format(n=number, unit=target.unit)


def _year_is_over(overview: Overview) -> bool:
    return overview.province.month >= LAST_MONTH


def kind_name(kind: AttentionKind, overview: Overview) -> str:
    """Why something needs attention, in two or three words."""
    return {
        AttentionKind.FAULT: _("Số liệu không dùng được"),
        AttentionKind.MISSING: _("Thiếu số liệu"),
        AttentionKind.COVERAGE: _("Tổng hợp chưa đủ"),
        AttentionKind.AT_RISK: _("Chỉ tiêu chưa đạt") if _year_is_over(overview) else _("Chỉ tiêu có nguy cơ"),
        AttentionKind.FALLEN: _("Giảm hạng"),
        AttentionKind.DUE: _("Sắp đến kỳ số liệu"),
    }[kind]


def at_risk_text(overview: Overview) -> str:
    """What the targets at risk are called together; at the end of the year they are not met."""
    return _("Các chỉ tiêu chưa đạt") if _year_is_over(overview) else _("Các chỉ tiêu có nguy cơ không đạt")


def attention_heading(overview: Overview) -> str:
    """What the part of what needs attention is called: to everybody it is no work to be done."""
    return _("Nội dung đáng chú ý") if overview.published else _("Việc cần quan tâm")


def no_attention_text(overview: Overview) -> str:
    """What stands where nothing needs attention. Of what takes no more figures no more is said than is known."""
    if overview.closed and not overview.published:
        known = (_targets_known_text(overview), _ranks_compared_text(overview))
        return " ".join(filter(None, (_("Kỳ không nhận số liệu nữa nên không còn gì để đôn đốc đơn vị."), *known)))
    if not overview.published:
        return _("Không có việc nào cần quan tâm ở tháng này.")
    if overview.all_known:
        return _(
            "Kết quả công bố không có chỉ tiêu nào có nguy cơ không đạt và không có cơ quan, đơn vị nào giảm hạng."
        )
    return " ".join(filter(None, (_targets_known_text(overview), _ranks_compared_text(overview))))


def _targets_known_text(overview: Overview) -> str:
    known, count = overview.targets_known, len(overview.statuses)
    if not count:
        return ""
    if not known:
        return _("Chưa chỉ tiêu nào trong {n} chỉ tiêu của kế hoạch có số liệu để đánh giá.").format(n=count)
    if known == count:
        return _("Cả {n} chỉ tiêu của kế hoạch có số liệu, không chỉ tiêu nào có nguy cơ không đạt.").format(n=count)
    return _(
        "Mới có {known} trong {n} chỉ tiêu của kế hoạch có số liệu để đánh giá, không chỉ tiêu nào trong số đó có nguy cơ "
        "không đạt."
    ).format(known=known, n=count)


def _ranks_compared_text(overview: Overview) -> str:
    ranked = overview.ranked
    if not ranked:
        return ""
    if all(table.compared is None for table in ranked):
        return nothing_before_text(overview)
    others = ", ".join(table.list_name for table in ranked if not table.comparable)
    if not others:
        return _("Không có cơ quan, đơn vị nào giảm hạng.")
    apart = _("Không so sánh được thứ hạng với kỳ trước ở: {lists}.").format(lists=others)
    if any(table.comparable for table in ranked):
        return _("Ở các khối so sánh được, không có cơ quan, đơn vị nào giảm hạng. {apart}").format(apart=apart)
    return apart


def nobody_ranked_text(overview: Overview) -> str:
    """What stands for the leaders of a list without any."""
    if overview.published:
        return _("Kết quả công bố không xếp hạng cơ quan, đơn vị nào của khối này.")
    return _("Chưa có đơn vị nào báo cáo số liệu.")


def nothing_before_text(overview: Overview) -> str:
    """What stands where there is nothing to measure movement from."""
    if overview.published:
        return _("Không có kết quả công bố của kỳ trước để so sánh thứ hạng.")
    return _("Không có kỳ trước để so sánh thứ hạng.")


def incomplete_text(overview: Overview) -> str:
    """The mark of a figure behind which units are missing."""
    return _("không gồm đủ đơn vị") if overview.published else _("chưa đủ đơn vị")


def _others(kind: AttentionKind, count: int, overview: Overview) -> str:
    if not count:
        return ""
    at_risk = _(" Còn {n} chỉ tiêu khác có nguy cơ không đạt.")
    not_met = _(" Còn {n} chỉ tiêu khác chưa đạt.")
    text = {
        AttentionKind.FAULT: _(" Còn {n} thành phần khác như vậy."),
        AttentionKind.MISSING: _(" Còn {n} đơn vị khác thiếu số liệu."),
        AttentionKind.COVERAGE: _(" Còn {n} thành phần khác chưa đủ đơn vị."),
        AttentionKind.AT_RISK: not_met if _year_is_over(overview) else at_risk,
        AttentionKind.FALLEN: _(" Còn {n} đơn vị khác giảm hạng."),
        AttentionKind.DUE: "",
    }[kind]
    return text.format(n=format_number(count))


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    return shown if more <= 0 else _("{names} và {n} đơn vị khác").format(names=shown, n=format_number(more))


def attention_text(item: Attention, overview: Overview) -> tuple[str, str]:
    """What needs attention, and what to do about it, in whole sentences."""
    match item.found:
        case FaultFound(sentence):
            what, todo = sentence, _("Đề nghị các đơn vị rà soát và gửi lại số liệu của thành phần này.")
        case UnitMissing():
            what, todo = _missing_text(item.found)
        case ComponentLacking():
            what, todo = _lacking_text(item.found)
        case TargetAtRisk():
            what, todo = _risk_text(item.found, overview)
        case UnitFallen():
            what, todo = _fallen_text(item.found)
        case FiguresDue():
            what, todo = _due_text(item.found, overview)
    return what + _others(item.kind, item.others, overview), todo


def _missing_text(found: UnitMissing) -> tuple[str, str]:
    row, units = found.row, len(found.table.rows)
    what = _("{unit} còn {n} chỉ số thành phần chưa có số liệu; bổ sung thì được thêm nhiều nhất {points} điểm").format(
        unit=row.unit.name_vi, n=format_number(row.missing), points=format_number(found.points, 2)
    )
    if row.rank is not None and not row.settled:
        what += _(", hạng từ {best} đến {worst} trong {units} (nay {rank})").format(
            best=row.best_rank, worst=row.worst_rank, units=units, rank=row.rank
        )
    if found.sent:
        return what + ".", _("Trả lại báo cáo để đơn vị bổ sung số liệu.")
    return what + ".", _("Đôn đốc đơn vị bổ sung số liệu.")


def _lacking_text(found: ComponentLacking) -> tuple[str, str]:
    what = _("Thành phần cấp tỉnh {code} «{name}» thiếu số liệu của {n} trên {units} đơn vị: {names}.").format(
        code=found.code,
        name=found.name,
        n=format_number(len(found.unit_codes)),
        units=format_number(found.units),
        names=_names(found.unit_names),
    )
    return what, _("Đề nghị đơn vị báo cáo, để số liệu của tỉnh gồm đủ các đơn vị.")


def _risk_text(found: TargetAtRisk, overview: Overview) -> tuple[str, str]:
    status, ended = found.status, _year_is_over(overview)
    so_far = _("{code} «{name}» mới đạt {value}; kế hoạch: {goal}")
    at_last = _("{code} «{name}» hết năm đạt {value}, chưa đạt kế hoạch: {goal}")
    what = (at_last if ended else so_far).format(
        code=status.target.code,
        name=status.target.name,
        value=with_unit(status.value, status.target),
        goal=goal_text(status.target),
    )
    if not ended and status.expected is not None and status.expected != status.target.target:
        what += _(", đến tháng này cần {expected}").format(expected=with_unit(status.expected, status.target))
    return what + ".", _("Yêu cầu cơ quan chủ trì nêu nguyên nhân và việc làm tiếp theo.")


def _fallen_text(found: UnitFallen) -> tuple[str, str]:
    row = found.row
    compared = found.table.compared
    what = _("{unit} giảm {n} hạng so với {month}: từ hạng {before} xuống hạng {now} trong {units}.").format(
        unit=row.unit.name_vi,
        n=format_number(found.places),
        month=_("tháng {month}").format(month=compared.name) if compared else _("kỳ trước"),
        before=row.previous_rank,
        now=row.rank,
        units=found.table.ranked,
    )
    return what, _("Xem phiếu điểm để biết chỉ số nào làm giảm điểm.")


def _due_text(found: FiguresDue, overview: Overview) -> tuple[str, str]:
    counted = [
        _("{level}: {n} chỉ số").format(level=level_name(level), n=format_number(n))
        for level, n in found.criteria.items()
        if n
    ]
    month = format_month(overview.province.period.year, found.month)
    what = _("Hết tháng {month} có thêm số liệu đến kỳ. {counted}.").format(month=month, counted="; ".join(counted))
    return what, _("Nhắc các đơn vị chuẩn bị số liệu và tài liệu kiểm chứng.")


def risk_note(overview: Overview) -> str:
    """What being at risk means at the end of the year; empty before."""
    if not _year_is_over(overview):
        return ""
    if overview.published:
        return _("Số liệu đến hết năm: «Có nguy cơ không đạt» ở đây là hết năm chưa đạt.")
    return _(
        "Số liệu đã đến hết năm: «Có nguy cơ không đạt» ở đây là hết năm chưa đạt; kết quả chỉ còn đổi khi số liệu của năm "
        "được bổ sung, điều chỉnh."
    )


def other_year_note(overview: Overview) -> str:
    """That the plan's year is not that of the figures; empty when it is."""
    year = overview.province.period.year
    if year == overview.province.criteria_set.year:
        return ""
    return _("Chỉ tiêu của kế hoạch năm {plan} đặt cạnh số liệu năm {year} để tham khảo.").format(
        plan=overview.province.criteria_set.year, year=year
    )


def main_index_name(code: str, groups: Sequence[Group]) -> str:
    """A main index by its code, with its name; the goal itself has none."""
    name = next((str(g.name) for g in groups if g.code == code), "")
    return f"{code} {name}".strip() or _("Mục tiêu chung")


def component_text(status: TargetStatus) -> str:
    """The provincial component that measures a target; the rank is measured by the ministry's publication."""
    if status.criterion is None:
        return _("thứ hạng công bố") if not status.target.main_index else "–"
    return status.criterion.code


def _heading(overview: Overview) -> tuple[str, ...]:
    snapshot = overview.province
    return (
        _("Kỳ đánh giá: {period}. Số liệu đến hết tháng {month}.").format(
            period=snapshot.period.name, month=snapshot.name
        ),
        _("Nguồn: {source}. Tình trạng bộ chỉ số: {status}.").format(
            source=province_source(overview), status=used_set_status(snapshot)
        ),
        *filter(None, (trial_label(*snapshot.levels.values()),)),
    )


def _national_sheet(overview: Overview, places: Sequence[NationalPlace], totals: Sequence[TotalRecord]) -> Sheet:
    columns = (
        Column(_("Năm"), 8, "count"),
        Column(_("Hạng"), 14, "count"),
        Column(_("Hạng cao nhất có thể"), 12, "count"),
        Column(_("Hạng thấp nhất có thể"), 12, "count"),
        Column(_("Điểm công bố"), 12, "fine_points"),
        Column(_("So với điểm hạng {top}").format(top=TOP), 44),
        Column(_("Ngày công bố"), 13),
        Column(_("Nguồn"), 70),
    )
    rows: list[tuple[Value, ...]] = [
        (
            p.year,
            p.rank,
            p.best_rank,
            p.worst_rank,
            p.total,
            distance_text(p),
            p.published_on,
            p.source or _("chưa có kết quả của tỉnh được công bố; khoảng hạng suy từ hạng của các tỉnh khác"),
        )
        for p in places
    ]
    internal = [
        _("{text}. Nguồn: {source}.").format(text=text, source=t.source) for t in totals if (text := internal_text(t))
    ]
    whose = (
        _("Kết quả đã công bố, theo nguồn ghi ở từng dòng; ô trống là chưa biết.")
        if overview.published
        else _(
            "Kết quả đã công bố hoặc do cơ quan nhập, theo nguồn ghi ở từng dòng; không phải số liệu trình diễn; ô trống là chưa biết."
        )
    )
    heading = (
        whose,
        *(goal_line_text(p) for p in places[-2:]),
        *internal,
    )
    return Sheet(
        _("Thứ hạng toàn quốc"),
        _("Vị trí của tỉnh trong xếp hạng toàn quốc"),
        heading,
        columns,
        rows,
        nothing=_("Chưa có kết quả toàn quốc nào."),
    )


def _target_sheet(overview: Overview) -> Sheet:
    groups = overview.province.criteria_set.groups
    columns = (
        Column(_("Mã"), 7),
        Column(_("Chỉ số chính"), 26),
        Column(_("Chỉ tiêu"), 60),
        Column(_("Mục tiêu"), 22),
        Column(_("Đạt được"), 12, "points"),
        Column(_("Đến kỳ này cần"), 12, "points"),
        Column(_("Đơn vị tính"), 10),
        Column(_("Trạng thái"), 22),
        Column(_("Thành phần cấp tỉnh"), 14),
        Column(_("Đủ đơn vị báo cáo"), 12),
        Column(_("Điều khoản"), 34),
    )
    rows: list[tuple[Value, ...]] = [
        (
            s.target.code,
            main_index_name(s.target.main_index, groups),
            str(s.target.name),
            goal_text(s.target),
            s.value,
            s.expected,
            s.target.unit,
            state_name(s.state),
            component_text(s),
            _("đủ") if s.complete else incomplete_text(overview) if s.value is not None else "",
            s.target.clause,
        )
        for s in overview.statuses
    ]
    notes = (risk_note(overview), other_year_note(overview))
    heading = (*_heading(overview), targets_note(), *filter(None, notes))
    return Sheet(_("Chỉ tiêu"), _("Chỉ tiêu của kế hoạch"), heading, columns, rows)


def _podium_rows(podium: Podium) -> list[tuple[Value, ...]]:
    name = podium.table.list_name
    rows: list[tuple[Value, ...]] = []
    for title, units, more in (
        (_("Dẫn đầu"), podium.leaders, podium.leaders_more),
        (_("Tăng hạng nhiều nhất"), podium.risers, podium.risers_more),
    ):
        rows += [
            (name, title, r.rank, r.movement, r.unit.code, r.unit.name_vi, r.total, r.best_rank, r.worst_rank)
            for r in units
        ]
        if more:
            text = _("và {n} đơn vị khác").format(n=format_number(more))
            rows.append((name, title, None, None, "", text, None, None, None))
    return rows


def _podium_sheet(overview: Overview) -> Sheet:
    columns = (
        Column(_("Khối xếp hạng"), 24),
        Column(_("Nội dung"), 22),
        Column(_("Hạng"), 8, "count"),
        Column(_("Tăng, giảm hạng"), 10, "change"),
        Column(_("Mã đơn vị"), 11),
        Column(_("Cơ quan, đơn vị"), 40),
        Column(_("Tổng điểm"), 12, "points"),
        Column(_("Hạng cao nhất có thể"), 12, "count"),
        Column(_("Hạng thấp nhất có thể"), 12, "count"),
    )
    compared = next((p.table.compared for p in overview.podiums if p.table.compared is not None), None)
    against = _("So với tháng {month}.").format(month=compared.name) if compared else nothing_before_text(overview)
    rows = [row for podium in overview.podiums for row in _podium_rows(podium)]
    return Sheet(
        _("Dẫn đầu, tăng hạng"),
        _("Đơn vị dẫn đầu và đơn vị tăng hạng nhiều nhất của từng khối"),
        (*_heading(overview), against),
        columns,
        rows,
        nothing=nobody_ranked_text(overview),
    )


def _attention_sheet(overview: Overview, step: str) -> Sheet:
    todo = () if overview.published else (Column(_("Việc cần làm"), 50),)
    columns = (Column(_("Loại"), 24), Column(_("Vấn đề"), 90), *todo)
    rows = [
        (kind_name(item.kind, overview), *attention_text(item, overview))[: len(columns)] for item in overview.attention
    ]
    return Sheet(
        attention_heading(overview),
        attention_heading(overview),
        (*_heading(overview), *filter(None, (step,))),
        columns,
        rows,
        nothing=no_attention_text(overview),
    )


def overview_workbook(
    overview: Overview, places: Sequence[NationalPlace], totals: Sequence[TotalRecord] = (), step: str = ""
) -> bytes:
    """The overview as .xlsx: the national place, what needs attention, leaders and risers, the plan's targets.

    step: in which step the period stands, in words.
    """
    sheets = (
        _national_sheet(overview, places, totals),
        _attention_sheet(overview, step),
        _podium_sheet(overview),
        _target_sheet(overview),
    )
    title = _("Tổng quan chuyển đổi số của tỉnh, số liệu đến hết tháng {month}").format(month=overview.province.name)
    return workbook(sheets, title=title, label=period_label(overview.province.period))


def overview_file_name(overview: Overview) -> str:
    """File name of the overview."""
    return file_name(next(iter(overview.province.levels.values())), _("Tổng quan"), extension="xlsx")


def publication_text(place: NationalPlace) -> str:
    """When the result became public; empty while the day is not known."""
    if place.published_on is None:
        return ""
    return _("công bố ngày {day}").format(day=format_date(place.published_on))
