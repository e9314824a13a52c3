"""One unit's scorecard as an Excel workbook."""

import math
from collections.abc import Mapping
from functools import cache

from assessment.scorecard import GroupScore, Scorecard
from assessment.snapshots import ScoreStage
from criteria.catalogue import agencies
from criteria.model import Criterion
from language import _, format_number
from reports.labels import (
    file_name,
    no_figures_text,
    origin_text,
    period_label,
    source_line,
    trial_label,
    used_set_status,
)
from reports.places import unplaced_text
from reports.wording import (
    change_in_full,
    evidence_text,
    formula,
    frequency_text,
    input_label,
    input_name,
    input_text,
    measure_text,
    rule_in_words,
    source_text,
    state_text,
    step_in_words,
    value_text,
)
from reports.workbook import Column, Kind, Sheet, Value, workbook
from scoring.engine import CellState
from scoring.grid import in_points
from scoring.receipts import Receipt


@cache
def _agency_names() -> Mapping[str, str]:
    return {agency.code: str(agency.name) for agency in agencies()}


def verifier_name(criterion: Criterion) -> str:
    """The agency that verifies a criterion, its code where the list of agencies has no name for it."""
    return _agency_names().get(criterion.verifier or "", criterion.verifier or "")


def _points_kind(card: Scorecard) -> Kind:
    return "fine_points" if (card.snapshot.criteria_set.rank_precision or 0) > 2 else "points"


def _open(card: Scorecard) -> str:
    return no_figures_text(card.snapshot.stage)


def _heading(card: Scorecard) -> tuple[str, ...]:
    unit = card.place.unit
    return (
        _("{unit} (mã {code}). Khối xếp hạng: {list}. Kỳ đánh giá: {period}. Số liệu đến hết tháng {month}.").format(
            unit=unit.name_vi,
            code=unit.code,
            list=card.list_name,
            period=card.snapshot.period.name,
            month=card.snapshot.name,
        ),
        source_line(card.snapshot),
        _("Tình trạng bộ chỉ số: {status}.").format(status=used_set_status(card.snapshot)),
        *filter(None, (trial_label(card.snapshot),)),
    )


def _facts(card: Scorecard) -> tuple[tuple[str, Value, Kind], ...]:
    place, points = card.place, _points_kind(card)
    adjustments = [r.contribution for r in card.receipts if r.group.kind == "adjustment"]
    extra: tuple[tuple[str, Value, Kind], ...] = (
        ((_("Trong đó điểm thưởng, điểm trừ"), sum(adjustments), points),) if adjustments else ()
    )
    return (
        (
            _("Tổng điểm"),
            place.total if place.reported else unplaced_text(card.snapshot.stage, closed=place.closed),
            points,
        ),
        *extra,
        (_("Tổng điểm tối đa"), float(in_points(card.snapshot.book.compiled.scale)), "number"),
        (_("Xếp loại"), place.band, "text"),
        (_("Hạng trong khối"), place.rank, "count"),
        (_("Số đơn vị được xếp hạng"), card.ranked_in_list, "count"),
        (_("Tăng, giảm hạng so với kỳ so sánh"), place.movement, "change"),
        (_("Hạng cao nhất có thể"), place.best_rank, "count"),
        (_("Hạng thấp nhất có thể"), place.worst_rank, "count"),
        (_("Số chỉ số thành phần {open}").format(open=_open(card)), place.missing, "count"),
        *(((_("Chưa tính trong điểm tự chấm"), awaiting_text(card), "text"),) if card.awaiting_appraisal else ()),
    )


def awaiting_text(card: Scorecard) -> str:
    """What gets points only at appraisal, and so is not in a self-assessed score, with why; empty for nothing."""
    by_state: dict[CellState, list[Criterion]] = {}
    for receipt in card.awaiting_appraisal:
        by_state.setdefault(receipt.state, []).append(receipt.criterion)
    return "; ".join(
        _("{codes}: {why}, tối đa {most} điểm").format(
            codes=", ".join(c.code for c in criteria),
            why=state_text(state),
            most=format_number(math.fsum(c.max_points for c in criteria)),
        )
        for state, criteria in by_state.items()
    )


def _group_cells(item: GroupScore) -> tuple[Value, ...]:
    name = f"{item.group.code} {item.group.name}"
    return name, item.points, item.maximum, item.score, item.median, item.best


def _summary(card: Scorecard, title: str) -> Sheet:
    points = _points_kind(card)
    columns = (
        Column(_("Chỉ số chính"), 38),
        Column(_("Điểm (đã quy đổi)"), 14, points),
        Column(_("Điểm tối đa"), 12, "number"),
        Column(_("Tỷ lệ đạt"), 12, "percent"),
        Column(_("Trung vị của khối"), 12, "percent"),
        Column(_("Cao nhất của khối"), 12, "percent"),
    )
    return Sheet(
        _("Tổng hợp"),
        title,
        _heading(card),
        columns,
        [_group_cells(item) for item in card.groups],
        facts=_facts(card),
        landscape=False,
    )


def _single(receipt: Receipt, key: str) -> Value:
    """The input of a rule that reads few inputs, as a number or date where it is one."""
    value = next((i.value for i in receipt.inputs if i.key == key), None)
    return value_text(receipt.criterion, key, value) if isinstance(value, str) else value


def _unruled(card: Scorecard, receipt: Receipt) -> bool:
    return card.snapshot.stage is ScoreStage.APPRAISED and receipt.state is CellState.MISSING


def _inputs_text(card: Scorecard, receipt: Receipt) -> str:
    criterion = receipt.criterion
    if _unruled(card, receipt):
        return _open(card)
    return "\n".join(f"{input_label(criterion, i.key)}: {input_text(receipt, i, unit=True)}" for i in receipt.inputs)


def _counted(receipt: Receipt) -> bool:
    """Whether the unit has points on the criterion; what is missing or not counted is left empty, never 0."""
    return receipt.state is CellState.SCORED or (receipt.state is CellState.NOT_APPLICABLE and receipt.maximum != 0)


def _remark(receipt: Receipt) -> str:
    texts = [str(receipt.criterion.note)] if receipt.criterion.note else []
    if receipt.small_denominators:
        texts.append(_("Mẫu số dưới 30: một trường hợp làm tỷ lệ thay đổi nhiều, nên so sánh thận trọng."))
    return "\n".join(texts)


def _receipt_columns(card: Scorecard) -> tuple[Column, ...]:
    points = _points_kind(card)
    return (
        Column(_("Chỉ số chính"), 14),
        Column(_("Mã"), 8),
        Column(_("Chỉ số thành phần"), 30),
        Column(_("Số liệu đầu vào"), 34),
        Column(_("a"), 10, "number"),
        Column(_("b"), 10, "number"),
        Column(_("Giá trị"), 14, "number"),
        Column(_("Quy tắc"), 36),
        Column(_("Cách tính"), 34),
        Column(_("Điểm"), 9, points),
        Column(_("Điểm tối đa"), 9, "number"),
        Column(_("Điểm tối đa áp dụng"), 9, "number"),
        Column(_("Đóng góp vào tổng điểm"), 10, points),
        Column(_("Trạng thái"), 13),
        Column(_("Lý do không áp dụng"), 20),
        Column(_("Căn cứ"), 34),
        Column(_("Tài liệu kiểm chứng"), 12),
        Column(_("Tài liệu cần có"), 30),
        Column(_("Cơ quan xác minh"), 20),
        Column(_("Nguồn số liệu"), 15),
        Column(_("Bước tiếp theo"), 24),
        Column(_("Lưu ý"), 28),
    )


def _receipt_cells(card: Scorecard, receipt: Receipt) -> tuple[Value, ...]:
    criterion, counted = receipt.criterion, _counted(receipt)
    waiver = card.waivers.get(criterion.code)
    origins = {card.origins[criterion.code, i.key] for i in receipt.inputs if (criterion.code, i.key) in card.origins}
    return (
        f"{receipt.group.code} {receipt.group.name}",
        criterion.code,
        str(criterion.name),
        _inputs_text(card, receipt),
        _single(receipt, "a"),
        _single(receipt, "b"),
        _single(receipt, "value"),
        rule_in_words(criterion),
        "\n".join(formula(receipt, card.snapshot.stage)),
        receipt.points if counted else None,
        criterion.max_points,
        receipt.maximum,
        receipt.contribution if counted and receipt.group.kind != "unscored" else None,
        state_text(receipt.state, card.snapshot.stage),
        waiver.reason if waiver else "",
        source_text(criterion),
        evidence_text(criterion.evidence),
        str(criterion.evidence_documents or ""),
        verifier_name(criterion),
        "; ".join(sorted(map(origin_text, origins))),
        "" if _unruled(card, receipt) else step_in_words(criterion, receipt.steps.smallest),
        _remark(receipt),
    )


def _receipts(card: Scorecard, title: str) -> Sheet:
    return Sheet(
        _("Diễn giải cách tính điểm"),
        title,
        _heading(card),
        _receipt_columns(card),
        [_receipt_cells(card, receipt) for receipt in card.receipts],
        repeated=(1, 2),
    )


def _missing_cells(card: Scorecard, receipt: Receipt) -> tuple[Value, ...]:
    criterion, full = receipt.criterion, receipt.steps.full
    absent = [input_name(criterion, i.key) for i in receipt.inputs if i.value is None]
    due = filter(None, (frequency_text(criterion.frequency), measure_text(criterion.measure)))
    return (
        criterion.code,
        str(criterion.name),
        _open(card) if _unruled(card, receipt) else "\n".join(absent) or "\n".join(formula(receipt)),
        str(criterion.found_in or ""),
        "; ".join(due),
        evidence_text(criterion.evidence),
        str(criterion.evidence_documents or ""),
        verifier_name(criterion),
        criterion.max_points,
        None if full is None else float(in_points(full.total_gain)),
    )


def _missing(card: Scorecard, title: str) -> Sheet:
    columns = (
        Column(_("Mã"), 8),
        Column(_("Chỉ số thành phần"), 30),
        Column(_("Số liệu còn thiếu"), 30),
        Column(_("Nơi lấy số liệu"), 26),
        Column(_("Kỳ số liệu"), 18),
        Column(_("Tài liệu kiểm chứng"), 12),
        Column(_("Tài liệu cần có"), 30),
        Column(_("Cơ quan xác minh"), 22),
        Column(_("Điểm tối đa"), 9, "number"),
        Column(_("Tổng điểm tăng nhiều nhất"), 11, _points_kind(card)),
    )
    return Sheet(
        _("Còn thiếu"),
        title,
        _heading(card),
        columns,
        [_missing_cells(card, receipt) for receipt in card.missing],
        nothing=_("Không còn chỉ số thành phần nào chưa thẩm định.")
        if card.snapshot.stage is ScoreStage.APPRAISED
        else _("Không còn chỉ số thành phần nào thiếu số liệu."),
    )


def _step_cells(number: int, receipt: Receipt) -> tuple[Value, ...]:
    criterion, full, smallest = receipt.criterion, receipt.steps.full, receipt.steps.smallest
    changes = () if full is None else full.changes
    return (
        number,
        criterion.code,
        str(criterion.name),
        "\n".join(change_in_full(criterion, change) for change in changes) or _("Bổ sung số liệu còn thiếu"),
        None if full is None else float(in_points(full.total_gain)),
        step_in_words(criterion, smallest),
    )


def _steps(card: Scorecard, title: str) -> Sheet:
    columns = (
        Column(_("STT"), 6, "count"),
        Column(_("Mã"), 8),
        Column(_("Chỉ số thành phần"), 34),
        Column(_("Việc cần làm để đạt điểm tối đa"), 44),
        Column(_("Tổng điểm tăng (nhiều nhất)"), 12, _points_kind(card)),
        Column(_("Bước nhỏ nhất có lợi"), 34),
    )
    return Sheet(
        _("Mười bước"),
        title,
        (*_heading(card), _("Xếp theo số điểm mà tổng điểm tăng thêm; mỗi bước tính riêng, các bước khác giữ nguyên.")),
        columns,
        [_step_cells(number, receipt) for number, receipt in enumerate(card.steps, 1)],
        nothing=_("Không còn bước nào làm tăng điểm trong kỳ này."),
    )


def _trend(card: Scorecard, title: str) -> Sheet:
    columns = (
        Column(_("Tháng"), 16),
        Column(_("Tổng điểm"), 16, _points_kind(card)),
        Column(_("Hạng trong khối"), 16, "count"),
    )
    return Sheet(
        _("Diễn biến"),
        title,
        _heading(card),
        columns,
        [(point.label, point.total, point.rank) for point in card.trend],
        nothing=_("Chưa có số liệu của tháng nào."),
        landscape=False,
    )


def scorecard_workbook(card: Scorecard) -> bytes:
    """The scorecard as .xlsx: summary, every receipt, what is missing, the ten largest steps, the trend."""
    name = card.place.unit.name_vi
    sheets = (
        _summary(card, _("Phiếu điểm: {unit}").format(unit=name)),
        _receipts(card, _("Diễn giải cách tính điểm: {unit}").format(unit=name)),
        _missing(card, _("Chỉ số thành phần {open}: {unit}").format(open=_open(card), unit=name)),
        _steps(card, _("Mười việc làm tăng tổng điểm nhiều nhất: {unit}").format(unit=name)),
        _trend(card, _("Diễn biến tổng điểm và thứ hạng: {unit}").format(unit=name)),
    )
    return workbook(sheets, title=_("Phiếu điểm: {unit}").format(unit=name), label=period_label(card.snapshot.period))


def scorecard_file_name(card: Scorecard) -> str:
    """File name of the scorecard: `TRINH-DIEN_phieu-diem_vung-tau-747_2024-12.xlsx`."""
    unit = card.place.unit
    return file_name(card.snapshot, _("Phiếu điểm"), f"{unit.name_vi} {unit.code}", extension="xlsx")
