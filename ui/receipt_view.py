"""How receipts are drawn: every point of a unit, with its figures, its rule and where it comes from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup, escape

from assessment.scorecard import Scorecard
from assessment.snapshots import ScoreStage, Waiver
from criteria.catalogue import PlanTarget
from criteria.model import CriteriaSet, Criterion, Level
from language import _, format_number, format_signed, language
from language.texts import Language
from reports.labels import origin_text
from reports.wording import (
    change_in_full,
    contribution_text,
    evidence_text,
    formula,
    frequency_text,
    input_name,
    input_text,
    input_unit,
    measure_text,
    points_text,
    rule_in_words,
    state_text,
    step_in_words,
)
from scoring.engine import AWAITING, CellState
from scoring.grid import in_points
from scoring.receipts import SMALL_DENOMINATOR, Receipt
from ui import gateway
from ui.kept import kept
from ui.tables import described, details, draw, facts, heading, lines, meter

SMALL_MARK = f"b < {SMALL_DENOMINATOR}"
"""What a criterion with few cases is marked by; what it means is said once above them all."""
_ASKS_NOTHING = (CellState.NOT_APPLICABLE, CellState.NOT_DUE, *AWAITING)
MOST_CARDS = 256
"""Units whose written receipts are kept ready, about 200 kB each."""


def draw_small_denominators(card: Scorecard) -> None:
    """Once for the whole scorecard: which criteria rest on few cases, and what that means."""
    codes = [receipt.criterion.code for receipt in card.receipts if receipt.small_denominators]
    if codes:
        st.caption(
            _(
                "Mẫu số dưới 30 ở {n} chỉ số, mang nhãn «{mark}»: {codes}. Ở các chỉ số này một trường hợp làm tỷ lệ thay đổi "
                "nhiều, nên so sánh thận trọng."
            ).format(n=format_number(len(codes)), mark=SMALL_MARK, codes=", ".join(codes))
        )


FILTERS = ("", "mat", "thieu", "nho", "khong")


def filter_names() -> dict[str, str]:
    """Which receipts are shown, by code in the address."""
    names = (
        _("Tất cả"),
        _("Chưa đạt tối đa"),
        _("Chưa có số liệu"),
        _("Mẫu số dưới 30"),
        _("Không áp dụng, chưa đến kỳ, chờ thẩm định"),
    )
    return dict(zip(FILTERS, names, strict=True))


def chosen_receipts(receipts: Iterable[Receipt], code: str) -> tuple[Receipt, ...]:
    """The receipts that a filter keeps."""
    kept = {
        "mat": lambda r: r.state is CellState.SCORED and r.fraction < 1 and r.maximum > 0,
        "thieu": lambda r: r.state is CellState.MISSING,
        "nho": lambda r: bool(r.small_denominators),
        "khong": lambda r: r.state in _ASKS_NOTHING,
    }
    return tuple(r for r in receipts if code not in kept or kept[code](r))


def draw_receipts(card: Scorecard, receipts: Sequence[Receipt]) -> None:
    """Every criterion with its receipt, group by group."""
    snapshot = card.snapshot
    place = gateway.place_of(snapshot)
    blocks = _receipt_blocks(gateway.version(), language(), place, card.place.unit.code, card)
    parts: list[Markup] = []
    for group in snapshot.criteria_set.groups:
        own = [r for r in receipts if r.group.code == group.code]
        if not own:
            continue
        score = next((g for g in card.groups if g.group.code == group.code), None)
        title = f"{group.code} {group.name}"
        if score is not None:
            title += _(": {points} / {maximum} điểm").format(
                points=format_number(score.points, 2, missing="–"), maximum=format_number(score.maximum)
            )
        parts += [heading(title), *(blocks[r.criterion.code] for r in own)]
    draw(*parts)


@kept(MOST_CARDS)
def _receipt_blocks(
    version: gateway.Version, language: Language, place: gateway.Place, unit: str, _card: Scorecard
) -> dict[str, Markup]:
    """The receipts of a unit at a snapshot by criterion: writing them takes longer than all else on the page."""
    published, found = place.stage is ScoreStage.PUBLISHED, _card.snapshot.criteria_set
    rules = _rules(version, language, place.period_id, place.level, published, found)
    return {r.criterion.code: receipt_block(_card, r, rules[r.criterion.code]) for r in _card.receipts}


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """What a receipt says of a criterion whoever the unit is: its rule, and what stands below the figures."""

    rule: Markup
    rest: Markup


@kept(16)
def _rules(
    version: gateway.Version,
    language: Language,
    period_id: int,
    level: Level,
    published: bool,
    _criteria_set: CriteriaSet,
) -> dict[str, WrittenRule]:
    """What the receipts of all units share, by criterion."""
    agencies, targets = gateway.agency_names(), gateway.targets()
    return {c.code: written_rule(c, agencies, targets) for c in _criteria_set.criteria}


def written_rule(criterion: Criterion, agencies: Mapping[str, str], targets: Mapping[str, PlanTarget]) -> WrittenRule:
    """What a receipt says of a criterion whoever the unit is."""
    source, target = criterion.source, targets.get(criterion.plan_target or "")
    need = evidence_text(criterion.evidence).capitalize()
    documents = criterion.evidence_documents
    return WrittenRule(
        facts([(_("Quy tắc"), rule_in_words(criterion))]),
        facts(
            [
                (_("Lưu ý"), criterion.note or ""),
                (_("Căn cứ"), f"{source.document}, {source.clause}" if source else ""),
                (_("Chỉ tiêu kế hoạch"), f"{target.code}: {target.name}" if target else ""),
                (_("Nơi lấy số liệu"), criterion.found_in or ""),
                (
                    _("Kỳ số liệu"),
                    "; ".join(filter(None, (frequency_text(criterion.frequency), measure_text(criterion.measure)))),
                ),
                (_("Tài liệu kiểm chứng"), f"{need}: {documents}" if documents else need),
                (_("Cơ quan xác minh"), agencies.get(criterion.verifier or "", criterion.verifier or "")),
            ]
        ),
    )


def is_counted(receipt: Receipt) -> bool:
    """Whether the unit has points on the criterion: what is missing or does not count is never shown as 0."""
    return receipt.state is CellState.SCORED or (receipt.state is CellState.NOT_APPLICABLE and receipt.maximum != 0)


def receipt_block(card: Scorecard, receipt: Receipt, written: WrittenRule) -> Markup:
    """One criterion: points of maximum in the line, the whole receipt inside."""
    criterion = receipt.criterion
    tags = ""
    if receipt.state is not CellState.SCORED:
        tags += f' <span class="dti-tag">{escape(state_text(receipt.state, card.snapshot.stage))}</span>'
    if receipt.small_denominators:
        tags += f' <span class="dti-tag" title="{escape(_("Mẫu số dưới 30"))}">{escape(SMALL_MARK)}</span>'
    maximum = format_number(criterion.max_points, 2)
    if is_counted(receipt):
        points = _("{points} / {maximum}").format(points=points_text(receipt.points), maximum=maximum)
        shown = meter(receipt.fraction if criterion.max_points > 0 else None, points)
    else:
        counts = receipt.state in (CellState.MISSING, *AWAITING)
        shown = escape(f"– / {maximum}" if counts else "–")
    name = f'<span class="code">{escape(criterion.code)}</span><span class="name">{escape(criterion.name)}{tags}</span>'
    summary = Markup(f'{name}<span class="points">{shown}</span>')
    return details(summary, _receipt_body(card, receipt, written))


def _receipt_body(card: Scorecard, receipt: Receipt, written: WrittenRule) -> Markup:
    criterion = receipt.criterion
    unruled = card.snapshot.stage is ScoreStage.APPRAISED and receipt.state is CellState.MISSING
    # A figure that appraisal did not get, or that no month takes, is nobody's to supply any more.
    late = card.snapshot.stage is not ScoreStage.SELF or card.place.closed
    closed = late and receipt.state is CellState.MISSING
    waiver = card.waivers.get(criterion.code)
    origins = {card.origins[criterion.code, i.key] for i in receipt.inputs if (criterion.code, i.key) in card.origins}
    own = facts(
        [
            (_("Cách tính"), lines(formula(receipt, card.snapshot.stage))),
            (
                _("Đóng góp vào tổng điểm"),
                contribution_text(receipt, card.conversion)
                if is_counted(receipt) and receipt.group.kind != "unscored"
                else "",
            ),
            (_("Bước tiếp theo"), _next_step(receipt, closed=closed)),
            (_("Để đạt tối đa"), _full_step(receipt)),
            (_("Lý do không áp dụng"), waiver_text(waiver) if waiver else ""),
        ]
    )
    figures = facts([(_("Số liệu"), "" if unruled else inputs_lines(receipt))])
    came_from = facts([(_("Nguồn số liệu"), ", ".join(sorted(origin_text(o) for o in origins)))])
    return described(figures + written.rule + own + written.rest + came_from)


def _next_step(receipt: Receipt, *, closed: bool) -> str:
    if receipt.nothing_counted:
        return _("nộp tài liệu kiểm chứng được chấp nhận")
    return "" if closed else step_in_words(receipt.criterion, receipt.steps.smallest)


def waiver_text(waiver: Waiver) -> str:
    """Why a criterion does not apply, and who approved it."""
    approved = _("người chấp thuận: {approver}").format(approver=waiver.approver) if waiver.approver else ""
    return f"{waiver.reason} ({approved})" if approved else waiver.reason


def inputs_lines(receipt: Receipt) -> Markup:
    """The inputs of a receipt with their names and units, one on a line; empty where none is asked for."""
    criterion = receipt.criterion
    if receipt.state in _ASKS_NOTHING:
        return Markup("")
    texts = []
    for item in receipt.inputs:
        symbol = item.key.rpartition(".")[2]
        name = input_name(criterion, item.key)
        label = f"{symbol} · {name}" if symbol in ("a", "b") else name
        value = input_text(receipt, item)
        unit = input_unit(criterion, item.key) if isinstance(item.value, float) else ""
        texts.append(f"{label}: {value} {unit}".rstrip())
    return lines(texts)


def _full_step(receipt: Receipt) -> Markup | str:
    full = receipt.steps.full
    if full is None or full.kind == "supply" or receipt.nothing_counted:
        return ""
    gain = _("tổng điểm {gain}").format(gain=format_signed(float(in_points(full.total_gain)), 2))
    return lines((*(change_in_full(receipt.criterion, c) for c in full.changes), gain))
