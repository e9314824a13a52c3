"""The draft results of a unit: in words, and as a workbook."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assessment.appraised import RulingRecord
from assessment.explaining import EarlierRecord
from assessment.reopening import ReopeningRecord
from assessment.rulings import Value as InputValue
from assessment.rulings import content_values, input_names, kind_name
from assessment.snapshots import LevelSnapshot, ScoreStage
from assessment.submissions import OPEN, state_name
from assessment.unit_publications import ScorePlace, UnitPublication, score_place
from assessment.unit_results import Agreement, CriterionResult, Mark, MovedMark, Told, UnitResults
from criteria.model import Criterion
from data.models import AppraisalTier, PeriodState, RulingKind
from language import _, capitalised, format_date, format_moment, format_number, local_day
from reports.appraisal import tier_title
from reports.labels import (
    decision_name,
    demonstration_label,
    file_name,
    is_demonstration,
    set_name,
    source_line,
    trial_label,
    used_set_status,
)
from reports.publication import edition_name, force_text, published_by_text, without_place_text
from reports.wording import conversion_text, points_text, state_text, value_text
from reports.workbook import Column, Kind, Sheet, Value, workbook
from scoring.engine import CellState


def results_label(snapshot: LevelSnapshot) -> str:
    """What draft results without legal force carry: the demonstration's label, or that of a trial run; else empty."""
    if is_demonstration(snapshot.period):
        return demonstration_label()
    if snapshot.trial:
        return trial_label(snapshot)
    return "" if snapshot.released else _("CHẠY THỬ NỘI BỘ - BỘ CHỈ SỐ CHƯA BAN HÀNH, KHÔNG CÓ GIÁ TRỊ")


def reported_text(mark: Mark) -> str:
    """The points that a unit gave itself, or why there are none."""
    return points_text(mark.points) if mark.state is CellState.SCORED else state_text(mark.state)


def appraised_text(line: CriterionResult) -> str:
    """The points after appraisal, or why there are none."""
    return _appraised_mark(line.appraised, ruled=line.ruling is not None)


def _appraised_mark(mark: Mark, *, ruled: bool) -> str:
    """What was rejected has points: none of them."""
    if mark.state is CellState.SCORED or (mark.state is CellState.MISSING and ruled):
        return points_text(mark.points)
    return state_text(mark.state, ScoreStage.APPRAISED)


def maximum_text(line: CriterionResult) -> str:
    """The most that the criterion may give, as the set has it."""
    return points_text(line.criterion.max_points)


def decision_text(line: CriterionResult) -> str:
    """What was decided in the end, or why nothing was."""
    if line.ruling is not None:
        return kind_name(line.ruling.kind)
    return capitalised(state_text(line.appraised.state, ScoreStage.APPRAISED))


def ruled_text(criterion: Criterion, key: str, value: InputValue, kind: RulingKind) -> str:
    """An input after a ruling, with its unit; in a word where none counts."""
    match kind:
        case RulingKind.NOT_APPLICABLE:
            return _("không áp dụng")
        case RulingKind.REJECT_EVIDENCE:
            return _("không tính")
        case _:
            return value_text(criterion, key, value, unit=True)


def input_texts(snapshot: LevelSnapshot, line: CriterionResult, ruling: RulingRecord) -> tuple[str, ...]:
    """The inputs of a criterion by their names, as reported and as a ruling has them: `Hồ sơ: 30 → 20 hồ sơ`."""
    compiled, criterion, found = snapshot.book.compiled, line.criterion, []
    reported, ruled = (content_values(compiled, criterion.code, c) for c in (line.before, ruling.content))
    for key, name in input_names(snapshot.entries, criterion.code).items():
        before = value_text(criterion, key, reported[key], unit=True)
        after = ruled_text(criterion, key, ruled[key], ruling.kind)
        if ruled[key] is not None and before != after:
            before = value_text(criterion, key, reported[key])
        found.append(f"{name}: {before}" if before == after else f"{name}: {before} → {after}")
    return tuple(found)


def ruling_head(ruling: RulingRecord) -> str:
    """Which appraisal it was and when: `Thẩm định lại, 20/12/2024 14:05`."""
    return f"{tier_title(ruling)}, {format_moment(ruling.ruled_at)}"


def earlier_head(earlier: EarlierRecord) -> str:
    """That the unit said something to draft results before others were sent in their place, and when."""
    return _("Đơn vị giải trình, {time}").format(time=format_moment(earlier.sent_at))


def reopening_head(reopening: ReopeningRecord) -> str:
    """That the office reopened a criterion after the council, and when."""
    return _("Cơ quan thường trực mở lại, {time}").format(time=format_moment(reopening.reopened_at))


def reopening_line(line: CriterionResult) -> str:
    """When a criterion was reopened last, and why, in a sentence; empty for one that never was."""
    if not line.reopenings:
        return ""
    last = line.reopenings[-1]
    return _("Cơ quan thường trực mở lại ngày {day}: {reason}").format(
        day=format_date(local_day(last.reopened_at)), reason=last.reason
    )


def total_label(results: UnitResults) -> str:
    """What the appraised total is called: a draft until the council has passed it."""
    open_ = results.snapshot.period.state in (PeriodState.SELF_ASSESSMENT, PeriodState.RETURNED)
    return _("Điểm thẩm định dự kiến") if open_ else _("Điểm thẩm định")


def _causes(chosen: Sequence[CriterionResult]) -> str:
    """Criteria by why they were appraised again: `1 chỉ số mà đơn vị giải trình: CQ.1; 1 chỉ số mà …: TC.1`."""
    words = {
        (True, False): _("{n} chỉ số mà đơn vị giải trình: {codes}"),
        (False, True): _("{n} chỉ số mà cơ quan thường trực mở lại: {codes}"),
        (True, True): _("{n} chỉ số mà đơn vị giải trình rồi cơ quan thường trực mở lại: {codes}"),
        (False, False): _("{n} chỉ số: {codes}"),
    }
    found = {cause: [x for x in chosen if (x.answered, bool(x.reopenings)) == cause] for cause in words}
    return "; ".join(
        words[cause].format(n=format_number(len(own)), codes=", ".join(x.criterion.code for x in own))
        for cause, own in found.items()
        if own
    )


def _again_texts(results: UnitResults) -> Iterator[str]:
    """What is appraised a second time, and what has been, and why."""
    if results.reappraised:
        text = (
            _("Thẩm định lại chưa xong {criteria}; tính theo kết luận trước đó.")
            if results.told.ended
            else _(
                "Đang thẩm định lại {criteria}. Còn tính theo kết luận trước đó; kết luận mới hiện ở đây khi "
                "thẩm định lại xong."
            )
        )
        yield text.format(criteria=_causes(results.reappraised))
    if results.looked_at_again:
        yield _("Đã thẩm định lại xong {criteria}. Lý do và các lần kết luận ở từng chỉ số.").format(
            criteria=_causes(results.looked_at_again)
        )


def _agreed_text(agreement: Agreement) -> str:
    """When the unit agreed, and with how many points where they have moved since."""
    time = format_moment(agreement.agreed_at)
    if not agreement.moved:
        return _("Đơn vị đã đồng ý với kết quả dự kiến lúc {time}").format(time=time)
    points = format_number(agreement.total, 2, missing="–")
    return _("Đơn vị đã đồng ý với {points} điểm lúc {time}").format(points=points, time=time)


def _moved_text(results: UnitResults) -> str:
    """What has changed since the unit agreed, in a sentence; empty for nothing."""
    agreement = results.agreement
    if agreement is None or not agreement.moved:
        return ""
    return _("Sau khi đồng ý, điểm thẩm định từ {before} thành {after} điểm: {changes}.").format(
        before=format_number(agreement.total, 2, missing="–"),
        after=format_number(results.appraised_total, 2, missing="–"),
        changes="; ".join(map(_moved_mark, agreement.moved)),
    )


def _moved_mark(moved: MovedMark) -> str:
    before, after = (_appraised_mark(mark, ruled=True) for mark in (moved.before, moved.after))
    if moved.ruled_at is None:
        cause = _("theo kết luận về đơn vị khác")
    else:
        cause = _("thẩm định lại ngày {day}").format(day=format_date(local_day(moved.ruled_at)))
    if moved.reopening is not None:
        cause = _("{cause}, cơ quan thường trực mở lại vì «{reason}»").format(
            cause=cause, reason=moved.reopening.reason
        )
    return _("{code} từ {before} thành {after} ({cause})").format(
        code=moved.criterion, before=before, after=after, cause=cause
    )


def _answer_texts(results: UnitResults) -> Iterator[str]:
    """What the unit had answered when a trial run ended, or before criteria were reopened."""
    told, n = results.told, format_number(len(results.explained))
    if results.agreement is not None:
        yield _("{agreed}.").format(agreed=_agreed_text(results.agreement))
    elif told.ended and results.sent_at is not None:
        yield _("Đơn vị đã gửi giải trình {n} chỉ số lúc {time}.").format(n=n, time=format_moment(results.sent_at))


def standing_text(results: UnitResults) -> str:
    """Where the unit's answer stands, in a sentence or two, and what is appraised again for what cause."""
    again, moved = tuple(_again_texts(results)), _moved_text(results)
    if results.told.ended or again:
        answered = (
            results.told.ended, *_answer_texts(results), *again, moved, *_anew_texts(results), _next_text(results)
        )  # fmt: skip
        return " ".join(filter(None, answered))
    if results.agreement is not None:
        agreed = _("{agreed}; không giải trình nữa.").format(agreed=_agreed_text(results.agreement))
        return " ".join(filter(None, (agreed, moved)))
    return _awaited_text(results)


def _next_text(results: UnitResults) -> str:
    """What comes after a second appraisal that has ended, before the council; empty while the unit is waited for."""
    told = results.told
    open_ = results.snapshot.period.state in OPEN
    if not open_ or told.ended or results.reappraised or (told.awaited and not told.agreed):
        return ""
    reopened = [x.reopened_at for own in told.reopenings.values() for x in own]
    if reopened and (told.sent_anew_at is None or max(reopened) > told.sent_anew_at):
        return _(
            "Cơ quan thường trực có thể gửi lại kết quả dự kiến trước khi hội đồng họp; khi đó đơn vị giải trình hoặc đồng ý "
            "với kết quả mới."
        )
    return _("Đơn vị không giải trình thêm được; kết quả này được đưa ra hội đồng.")


def _anew_texts(results: UnitResults) -> Iterator[str]:
    """That draft results were sent anew after a reopening, and what is awaited of the unit since."""
    told = results.told
    if told.sent_anew_at is None or told.ended:
        return
    yield _("Kết quả dự kiến được gửi lại lúc {time}.").format(time=format_moment(told.sent_anew_at))
    if told.awaited and not told.agreed:
        yield _awaited_text(results)


def _awaited_text(results: UnitResults) -> str:
    """What is awaited after draft results were sent, and until when."""
    told, n = results.told, format_number(len(results.explained))
    if results.sent_at is not None:
        return _("Đã gửi giải trình {n} chỉ số lúc {time}; chờ cơ quan thường trực đưa vào thẩm định lại.").format(
            n=n, time=format_moment(results.sent_at)
        )
    if results.due is not None:
        left = (
            _("còn {n} ngày làm việc").format(n=format_number(results.due.days_left))
            if results.due.days_left
            else _("hôm nay là ngày cuối")
        )
        return _(
            "Đơn vị giải trình hoặc đồng ý đến hết ngày {day}, {left}. Quá hạn mà không có ý kiến thì kết quả này được đưa "
            "ra hội đồng."
        ).format(day=format_date(results.due.day), left=left)
    if told.due_on is not None:
        return _(
            "Hạn giải trình đã hết ngày {day}; đơn vị không có ý kiến nên kết quả này được đưa ra hội đồng."
        ).format(day=format_date(told.due_on))
    return _("Đơn vị giải trình hoặc đồng ý; chưa đặt hạn.")


# What decisions published


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One of a unit's scores beside the others. rank: in the list of its whole level, in words. basis: what it rests on."""

    name: str
    total: float | None
    rank: str
    band: str
    basis: str


def score_lines(results: UnitResults, published: Sequence[UnitPublication]) -> tuple[ScoreLine, ...]:
    """Self-assessed, appraised and published score of a unit, the edition in force before those that it replaced.

    published: the newest first. Appraised ranks are nobody's before they are published, and then those of the decision.
    """
    own = score_place(results.snapshot, results.unit.key)
    return (
        ScoreLine(_("Điểm tự đánh giá"), results.reported_total, _rank_text(own), "", _("báo cáo của đơn vị")),
        ScoreLine(total_label(results), results.appraised_total, "–", "", _basis(results)),
        *(_published_line(x, published[0]) for x in published),
    )


def _basis(results: UnitResults) -> str:
    """What the appraised score rests on: what was sent to the unit, and what was ruled on again since."""
    anew = results.told.sent_anew_at
    second = [
        (line.criterion.code, ruling.ruled_at)
        for line in results.lines
        if (ruling := line.ruling) is not None and ruling.tier is AppraisalTier.SECOND
        if anew is None or ruling.ruled_at > anew
    ]
    sent = _("kết quả dự kiến đã gửi cho đơn vị")
    if anew is not None:
        sent = _("kết quả dự kiến gửi lại cho đơn vị ngày {day}").format(day=format_date(local_day(anew)))
    if not second:
        return sent
    return _("{sent}, và kết luận thẩm định lại {codes} xong ngày {day}").format(
        sent=sent,
        codes=", ".join(code for code, _at in second),
        day=format_date(local_day(max(at for _code, at in second))),
    )


def _published_line(own: UnitPublication, in_force: UnitPublication) -> ScoreLine:
    name = _("Điểm công bố, {edition}").format(edition=edition_name(own.edition).lower())
    basis = f"{decision_name(own.edition.decision)}, {force_text(own.edition, in_force.edition)}"
    if own.place is None or own.place.total is None:
        return ScoreLine(name, None, without_place_text(), "", basis)
    return ScoreLine(name, own.place.total, _rank_text(own.place), own.place.band, basis)


def _rank_text(place: ScorePlace | None) -> str:
    if place is None or place.rank is None:
        return without_place_text()
    return f"{format_number(place.rank)} / {format_number(place.ranked)}"


def published_sentences(results: UnitResults, published: Sequence[UnitPublication]) -> tuple[str, ...]:
    """By which decisions the period was published, and that what was reopened since changes nothing by itself."""
    if not published:
        return ()
    told = [_("Kết quả của kỳ đã công bố theo {decisions}.").format(decisions=_decisions(published))]
    since = published[0].edition.published_at
    if any(r.reopened_at >= since for line in results.lines for r in line.reopenings):
        told.append(_("Thẩm định lại sau công bố không làm đổi điểm công bố cho đến khi có quyết định sửa đổi."))
    return tuple(told)


def unpublished_text(published: Sequence[UnitPublication]) -> str:
    """What a unit without any result of its own reads of a published period."""
    return _(
        "Kết quả của kỳ đã công bố theo {decisions}. Đơn vị không gửi báo cáo nên không có kết quả thẩm định và không xếp hạng."
    ).format(decisions=_decisions(published))


def _decisions(published: Sequence[UnitPublication]) -> str:
    return published_by_text([own.edition for own in published])


# The workbook


def _heading(results: UnitResults, published: Sequence[UnitPublication]) -> tuple[str, ...]:
    snapshot = results.snapshot
    converted = conversion_text(results.conversion)
    return (
        _("{unit}. Kỳ đánh giá: {period}, số liệu đến hết tháng {month}.").format(
            unit=results.unit.name_vi, period=snapshot.period.name, month=snapshot.name
        ),
        standing_text(results),
        *published_sentences(results, published),
        _("{set}, {status}.").format(set=set_name(snapshot.criteria_set), status=used_set_status(snapshot)),
        *([_("Tổng điểm: {text}").format(text=converted)] if converted else []),
        source_line(snapshot),
    )


def _facts(results: UnitResults) -> tuple[tuple[str, Value, Kind], ...]:
    return (
        (_("Trạng thái"), state_name(results.told.state), "text"),
        (_("Điểm tự đánh giá"), results.reported_total, "points"),
        (total_label(results), results.appraised_total, "points"),
        (_("Chênh lệch"), results.gap, "points"),
        (_("Hạn giải trình"), results.told.due_on if results.told.may_answer else None, "text"),
    )


def _values(snapshot: LevelSnapshot, line: CriterionResult) -> str:
    return "\n".join(input_texts(snapshot, line, line.ruling)) if line.ruling is not None else ""


def _result_rows(results: UnitResults) -> Iterator[Sequence[Value]]:
    for line in results.lines:
        scored = line.reported.state is CellState.SCORED
        decided = appraised_text(line) == points_text(line.appraised.points)
        yield (
            str(line.group.name),
            line.criterion.code,
            str(line.criterion.name),
            line.criterion.max_points,
            line.reported.points if scored else reported_text(line.reported),
            line.appraised.points if decided else appraised_text(line),
            line.gap,
            decision_text(line),
            line.ruling.reason if line.ruling is not None else "",
            _values(results.snapshot, line),
            line.explanation.text if line.explanation is not None else "",
            reopening_line(line),
        )


def _ruling_rows(results: UnitResults) -> Iterator[Sequence[Value]]:
    for line in results.lines:
        for told in line.history:
            yield line.criterion.code, str(line.criterion.name), *_told_cells(results, line, told)


def _told_cells(results: UnitResults, line: CriterionResult, told: Told) -> Sequence[Value]:
    if isinstance(told, EarlierRecord):
        return _("Đơn vị giải trình"), local_day(told.sent_at), "", "", told.text
    if isinstance(told, ReopeningRecord):
        return _("Cơ quan thường trực mở lại"), local_day(told.reopened_at), "", "", told.reason
    figures = "\n".join(input_texts(results.snapshot, line, told))
    return tier_title(told), local_day(told.ruled_at), kind_name(told.kind), figures, told.reason


def _scores_sheet(results: UnitResults, published: Sequence[UnitPublication], heading: Sequence[str]) -> Sheet:
    own = score_place(results.snapshot, results.unit.key)
    return Sheet(
        _("Ba loại điểm"),
        _("Điểm tự đánh giá, thẩm định, công bố: {unit}").format(unit=results.unit.name_vi),
        heading,
        (
            Column(_("Điểm"), 34),
            Column(_("Tổng điểm"), 13, "points"),
            Column(_("Hạng: {list}").format(list=own.list_name if own else ""), 20),
            Column(_("Xếp loại"), 14),
            Column(_("Căn cứ"), 70),
        ),
        [(x.name, x.total, x.rank, x.band, x.basis) for x in score_lines(results, published)],
    )


def results_workbook(results: UnitResults, published: Sequence[UnitPublication] = ()) -> bytes:
    """The results of a unit as .xlsx: every criterion before and after, and every ruling and reopening that was told.

    published: what decisions published of it, the newest first; then a sheet holds the three scores beside each other.
    """
    title = _("Kết quả thẩm định: {unit}").format(unit=results.unit.name_vi)
    heading = _heading(results, published)
    lines = Sheet(
        _("Kết quả"),
        title,
        heading,
        (
            Column(_("Chỉ số chính"), 26),
            Column(_("Mã"), 10),
            Column(_("Chỉ số thành phần"), 40),
            Column(_("Điểm tối đa"), 10, "points"),
            Column(_("Điểm tự đánh giá"), 13, "points"),
            Column(_("Điểm thẩm định"), 13, "points"),
            Column(_("Chênh lệch"), 11, "points"),
            Column(_("Kết luận"), 26),
            Column(_("Lý do"), 44),
            Column(_("Số liệu báo cáo → thẩm định"), 36),
            Column(_("Giải trình của đơn vị"), 44),
            Column(_("Mở lại thẩm định"), 44),
        ),
        list(_result_rows(results)),
        facts=_facts(results),
        repeated=(1, 2),
    )
    rulings = Sheet(
        _("Diễn biến"),
        _("Diễn biến thẩm định: {unit}").format(unit=results.unit.name_vi),
        heading,
        (
            Column(_("Mã"), 10),
            Column(_("Chỉ số thành phần"), 40),
            Column(_("Lần"), 26),
            Column(_("Ngày"), 12),
            Column(_("Kết luận"), 26),
            Column(_("Số liệu báo cáo → thẩm định"), 40),
            Column(_("Lý do"), 60),
        ),
        list(_ruling_rows(results)),
        nothing=_("Chưa có kết luận nào."),
        repeated=(0, 1),
    )
    scores = (_scores_sheet(results, published, heading),) if published else ()
    return workbook((lines, *scores, rulings), title=title, label=results_label(results.snapshot))


def results_file_name(results: UnitResults) -> str:
    """File name of the workbook: `ket-qua-tham-dinh_747_2024-12.xlsx`."""
    return file_name(results.snapshot, _("Kết quả thẩm định"), results.unit.code, extension="xlsx")
