"""Rules, receipts and steps as sentences of an administrative text."""

import datetime as dt
from collections.abc import Iterator, Mapping

from assessment.entries import Entry
from assessment.scorecard import Conversion
from assessment.snapshots import ScoreStage
from criteria.model import (
    BandSteps,
    BestRelative,
    Checklist,
    Choice,
    Count,
    Criterion,
    Deadline,
    Frequency,
    Judged,
    Measure,
    MinMax,
    Part,
    Parts,
    Ratio,
    Rule,
    YesNo,
    input_keys,
    input_word,
)
from language import _, capitalised, format_date, format_number, format_percent, format_signed
from reports.labels import no_figures_text
from scoring.engine import CellState
from scoring.grid import in_points
from scoring.receipts import InputValue, Receipt, Term
from scoring.steps import Change, NextStep

POINT_DECIMALS = 2


def input_name(criterion: Criterion, key: str) -> str:
    """What an input is called, whether or not the set names it."""
    note = criterion.inputs.get(key)
    return str(note.name) if note else input_word(key)


def input_label(criterion: Criterion, key: str) -> str:
    """What an input is called, with the letter that its rule knows it by: `Hồ sơ nộp trực tuyến (a)`."""
    letter, name = key.rpartition(".")[2], input_name(criterion, key)
    return _("{name} ({letter})").format(name=name, letter=letter) if letter in ("a", "b") and name != key else name


def source_text(criterion: Criterion) -> str:
    """The document and clause that a criterion comes from; empty when it names none."""
    source = criterion.source
    return ", ".join(filter(None, (source.document, source.clause))) if source else ""


def input_unit(criterion: Criterion, key: str) -> str:
    """What an input is counted in; empty when the set does not say."""
    note = criterion.inputs.get(key)
    return str(note.unit) if note and note.unit else ""


def option_name(criterion: Criterion, key: str, option: str) -> str:
    """What an option of a choice is called."""
    note = criterion.inputs.get(key)
    label = note.options.get(option) if note else None
    return str(label) if label else option


def entry_text(entry: Entry, criteria: Mapping[str, Criterion], text: str) -> str:
    """What somebody typed for an entry, an option by its name; a word for nothing."""
    if entry.column is not None and text in entry.column.options:
        return option_name(criteria[entry.places[0].criterion], entry.places[0].key, text)
    return text or _("để trống")


def value_text(criterion: Criterion, key: str, value: float | str | dt.date | None, *, unit: bool = False) -> str:
    """An input value as it is shown: number with its sign rules, date, có / không, option; `chưa có số liệu` for none."""
    if value is None:
        return _("chưa có số liệu")
    if isinstance(value, dt.date):
        return format_date(value)
    if isinstance(value, str):
        if value in ("yes", "no"):
            return _("có") if value == "yes" else _("không")
        return option_name(criterion, key, value)
    name = input_unit(criterion, key) if unit else ""
    return f"{format_number(value)} {name}".rstrip()


def input_text(receipt: Receipt, item: InputValue, *, unit: bool = False) -> str:
    """An input of a receipt as it is shown; of a criterion whose evidence was rejected, that it does not count."""
    if receipt.nothing_counted:
        return _("không được tính")
    return value_text(receipt.criterion, item.key, item.value, unit=unit)


def rejected_text() -> str:
    """Why a criterion earns nothing whose evidence the appraiser did not accept."""
    return _("không chấp nhận tài liệu kiểm chứng, tính 0 điểm")


def state_text(state: CellState, stage: ScoreStage = ScoreStage.SELF) -> str:
    """Name of a cell's state. stage: of the score; what is open in appraised points nobody has ruled on yet."""
    return {
        CellState.SCORED: _("đã chấm"),
        CellState.MISSING: no_figures_text(stage),
        CellState.NOT_APPLICABLE: _("không áp dụng"),
        CellState.NOT_DUE: _("chưa đến kỳ số liệu"),
        CellState.UNJUDGED: _("hội đồng chấm khi thẩm định"),
        CellState.REQUESTED: _("đề nghị không áp dụng, chờ thẩm định"),
    }[state]


def frequency_text(frequency: Frequency | None) -> str:
    """How often a figure is due."""
    names = {
        "monthly": _("hằng tháng"),
        "quarterly": _("hằng quý"),
        "half_yearly": _("6 tháng một lần"),
        "yearly": _("hằng năm"),
    }
    return names[frequency] if frequency else ""


def measure_text(measure: Measure | None) -> str:
    """Whether a figure is counted over time or as it stands."""
    names = {"flow": _("lũy kế từ đầu năm đến ngày chốt"), "stock": _("tại ngày chốt")}
    return names[measure] if measure else ""


def evidence_text(need: str) -> str:
    """How far evidence is needed."""
    return {"required": _("bắt buộc"), "optional": _("nếu có"), "none": _("không cần")}[need]


def _share(fraction: float) -> str:
    return format_percent(fraction)


def _computed(fraction: float, *limits: float) -> str:
    """A computed fraction with two decimals of a percent; with more where two would show a limit that is not reached."""
    short = round(fraction, 4)
    near = short != fraction and short in (0, 1, *limits)
    return format_percent(round(fraction, 8) if near else short)


def _amount(criterion: Criterion, key: str, value: float) -> str:
    return f"{format_number(value)} {input_unit(criterion, key)}".rstrip()


def _marks(criterion: Criterion, prefix: str) -> str:
    """What fractions are taken of: the maximum, a part of it, or for a penalty the most that is taken off."""
    if prefix:
        return _("mức trừ của phần này") if criterion.max_points < 0 else _("điểm của phần này")
    return _("mức trừ tối đa") if criterion.max_points < 0 else _("điểm tối đa")


def _all_marks(criterion: Criterion, prefix: str) -> str:
    if prefix:
        return _("bị trừ hết mức của phần này") if criterion.max_points < 0 else _("được trọn điểm của phần này")
    return _("bị trừ mức tối đa") if criterion.max_points < 0 else _("được điểm tối đa")


def rule_in_words(criterion: Criterion, rule: Rule | None = None, prefix: str = "") -> str:
    """The rule of a criterion as a sentence, with its thresholds."""
    rule = criterion.rule if rule is None else rule
    top, marks = _all_marks(criterion, prefix), _marks(criterion, prefix)
    match rule:
        case Ratio(direction="down"):
            return _("Tính theo tỷ lệ a/b, tỷ lệ càng thấp điểm càng cao; a = 0 thì {top}.").format(top=top)
        case Ratio(full_at=1):
            return _("Tính theo tỷ lệ a/b; đạt 100 % thì {top}.").format(top=top)
        case Ratio(full_at=full_at):
            return _("Tính theo tỷ lệ a/b; đạt từ {full} trở lên thì {top}.").format(full=_share(full_at), top=top)
        case BandSteps():
            return _bands_in_words(criterion, rule, prefix)
        case Choice():
            options = "; ".join(
                f"{option_name(criterion, prefix + 'value', option)}: {_share(fraction)}"
                for option, fraction in rule.options.items()
            )
            return _("Chọn một mức, tính tỷ lệ tương ứng của {marks}: {options}.").format(marks=marks, options=options)
        case Checklist():
            items = "; ".join(f"{input_name(criterion, prefix + item)}: {_share(f)}" for item, f in rule.items.items())
            return _("Cộng các mục đã có, mỗi mục tính tỷ lệ tương ứng của {marks}: {items}.").format(
                marks=marks, items=items
            )
        case Count(full_at=full_at):
            full = _amount(criterion, prefix + "value", full_at)
            return _("Tính theo số lượng; từ {full} trở lên thì {top}.").format(full=full, top=top)
        case BestRelative():
            return _("Tính theo tỷ lệ so với đơn vị cao nhất trong khối so sánh; đơn vị cao nhất {top}.").format(
                top=top
            )
        case MinMax():
            return _min_max_in_words(criterion, rule, prefix)
        case Deadline():
            return _("Đúng hạn {due} thì {top}; mỗi ngày trễ giảm {lose} {marks}.").format(
                due=format_date(rule.due), lose=_share(rule.lose_per_day), top=top, marks=marks
            )
        case YesNo() if criterion.max_points < 0:
            return _("Có thì {top}, không có thì không bị trừ.").format(top=top)
        case YesNo():
            return _("Có thì {top}, không có thì 0 điểm.").format(top=top)
        case Judged():
            return _("Hội đồng cho điểm từ 0 đến điểm tối đa khi thẩm định.")
        case Parts():
            parts = " ".join(f"({i}) {_part_rule_in_words(criterion, part)}" for i, part in enumerate(rule.parts, 1))
            return _("Cộng điểm các phần: {parts}").format(parts=parts)


def _part_rule_in_words(criterion: Criterion, part: Part) -> str:
    words = rule_in_words(criterion, part.rule, f"{part.key}.")
    # A list of items has no name of its own; its items have.
    head = _("Danh mục") if isinstance(part.rule, Checklist) else part_name(criterion, part.key)
    return _("{head}, chiếm {fraction} {marks}: {rule}").format(
        head=head, fraction=_share(part.fraction), marks=_marks(criterion, ""), rule=_lower_first(words)
    )


def _lower_first(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _bands_in_words(criterion: Criterion, rule: BandSteps, prefix: str) -> str:
    steps = "; ".join(
        _("{values}: {fraction} {marks}").format(
            values=_band_values(criterion, rule, prefix, s.reached),
            fraction=_share(s.fraction),
            marks=_marks(criterion, prefix),
        )
        for s in rule.steps
    )
    head = _("Tính theo bậc của tỷ lệ a/b") if rule.of == "ratio" else _("Tính theo bậc")
    # A lowest step from 0 leaves nothing below it.
    if rule.steps[-1].reached <= 0:
        return f"{head}: {steps}."
    return _("{head}: {steps}; thấp hơn: 0 điểm.").format(head=head, steps=steps)


def _band_values(criterion: Criterion, rule: BandSteps, prefix: str, reached: float) -> str:
    if rule.of == "ratio" and rule.over == "refuse" and reached == 1:
        # Nothing lies above the whole.
        return _("đạt {value}").format(value=_share(reached))
    value = _share(reached) if rule.of == "ratio" else _amount(criterion, prefix + "value", reached)
    return _("từ {value} trở lên").format(value=value)


def _min_max_in_words(criterion: Criterion, rule: MinMax, prefix: str) -> str:
    top = _all_marks(criterion, prefix)
    if rule.goalposts:
        lo, hi = (_amount(criterion, prefix + "value", post) for post in rule.goalposts)
        best = lo if rule.direction == "down" else hi
        return _("Tính theo vị trí giữa hai mốc {lo} và {hi}; đạt mốc {best} thì {top}.").format(
            lo=lo, hi=hi, best=best, top=top
        )
    best = _("đơn vị thấp nhất") if rule.direction == "down" else _("đơn vị cao nhất")
    return _("Tính theo vị trí giữa đơn vị thấp nhất và đơn vị cao nhất trong khối so sánh; {best} {top}.").format(
        best=best, top=top
    )


def part_name(criterion: Criterion, key: str) -> str:
    """What a part of a composite rule is called: the name of its first input."""
    first = next((k for k in input_keys(criterion.rule) if k.startswith(key + ".")), key)
    return input_name(criterion, first)


def _input_key(receipt: Receipt, term: Term) -> str:
    """The first input that a term reads."""
    own = term.leaf.key
    return next((k for k in input_keys(receipt.criterion.rule) if not own or k == own or k.startswith(own + ".")), own)


def _term_in_words(receipt: Receipt, term: Term) -> str:
    criterion, rule = receipt.criterion, term.leaf.rule
    if term.fraction is None:
        if term.b == 0:
            return _("b = 0 nên chưa tính được tỷ lệ; nếu nội dung này không phát sinh, đề nghị xác nhận không áp dụng")
        return _("chưa có số liệu, tính 0 điểm")
    fraction, key = _computed(term.fraction), _input_key(receipt, term)
    match rule:
        case Ratio() | BandSteps(of="ratio"):
            return _ratio_in_words(term, rule, term.fraction)
        case Count(full_at=full_at) if term.fraction < 1:
            return f"{_shown(criterion, key, term)} ÷ {format_number(full_at)} = {fraction}"
        case Count(full_at=full_at):
            return _("{value}, đạt mức từ {full} trở lên").format(
                value=_shown(criterion, key, term, unit=True), full=format_number(full_at)
            )
        case BandSteps():
            return _("{value}, thuộc bậc được {fraction}").format(
                value=_shown(criterion, key, term, unit=True), fraction=fraction
            )
        case BestRelative() if not term.highest:
            return _("đơn vị cao nhất trong khối so sánh bằng 0 nên được 0 %")
        case BestRelative():
            return _("{value} ÷ {best} (đơn vị cao nhất) = {fraction}").format(
                value=_shown(criterion, key, term), best=format_number(term.highest), fraction=fraction
            )
        case MinMax():
            return _position_in_words(criterion, key, term, rule, fraction)
        case Deadline():
            late = (term.a - rule.due).days if isinstance(term.a, dt.date) else 0
            when = (
                _("đúng hạn {due}").format(due=format_date(rule.due))
                if late <= 0
                else _("trễ {days} ngày so với hạn {due}").format(days=late, due=format_date(rule.due))
            )
            return _("{value}, {when}, được {fraction}").format(
                value=_shown(criterion, key, term), when=when, fraction=fraction
            )
        case Judged():
            return _("hội đồng cho {value} điểm").format(value=_shown(criterion, key, term))
        case _:
            return _("{value}, được {fraction}").format(value=_shown(criterion, key, term), fraction=fraction)


def _shown(criterion: Criterion, key: str, term: Term, *, unit: bool = False) -> str:
    return value_text(criterion, key, term.a, unit=unit)


def _ratio_in_words(term: Term, rule: Ratio | BandSteps, fraction: float) -> str:
    ratio = term.ratio or 0.0
    limits = [s.reached for s in rule.steps] if isinstance(rule, BandSteps) else [rule.full_at]
    a = format_number(term.a if isinstance(term.a, float) else None)
    base = f"{a} ÷ {format_number(term.b)} = {_computed(ratio, *limits)}"
    if isinstance(rule, BandSteps):
        return _("{base}, thuộc bậc được {fraction}").format(base=base, fraction=_share(fraction))
    if rule.direction == "down":
        ratio = min(ratio, 1.0)
        return f"{base}; 100\N{NO-BREAK SPACE}% \N{MINUS SIGN} {_computed(ratio)} = {_computed(fraction)}"
    if rule.full_at == 1:
        return base if ratio <= 1 else _("{base}, tính tối đa 100 %").format(base=base)
    full = _share(rule.full_at)
    if ratio < rule.full_at:
        return f"{base}; {_computed(ratio, *limits)} ÷ {full} = {_computed(fraction)}"
    return _("{base}, đạt mức từ {full} trở lên").format(base=base, full=full)


def _position_in_words(criterion: Criterion, key: str, term: Term, rule: MinMax, fraction: str) -> str:
    lo, hi = rule.goalposts or (term.lowest, term.highest)
    value = _shown(criterion, key, term)
    if lo == hi:
        return _("{value}, mọi đơn vị trong khối so sánh bằng nhau, được {fraction}").format(
            value=value, fraction=fraction
        )
    return _("{value}, tính trong khoảng từ {lo} đến {hi}, được {fraction}").format(
        value=value, lo=format_number(lo), hi=format_number(hi), fraction=fraction
    )


def converted_note() -> str:
    """Why main indices need not add up to the total."""
    return _(
        "Với đơn vị có nội dung không áp dụng hoặc chưa đến kỳ số liệu, mỗi chỉ số chính quy đổi riêng nên cộng các cột "
        "không ra tổng điểm; phép quy đổi có trong phiếu điểm của đơn vị. Với đơn vị khác, các chỉ số chính cộng với "
        "thưởng, trừ bằng tổng điểm, trước khi làm tròn."
    )


def conversion_text(conversion: Conversion) -> str:
    """How points become the total, in one sentence; empty where they stay as they are."""
    if not conversion.changes:
        return ""
    left_out = [
        text.format(points=format_number(points, 2))
        for text, points in (
            (_("{points} điểm không áp dụng với đơn vị"), conversion.not_applicable),
            (_("{points} điểm chưa đến kỳ số liệu"), conversion.not_due),
        )
        if points
    ]
    factor = _("điểm đạt được quy đổi theo {scale} ÷ {applicable}.").format(
        scale=format_number(conversion.scale), applicable=format_number(conversion.applicable, 2)
    )
    return "; ".join((_(", ").join(left_out), factor)) if left_out else capitalised(factor)


def contribution_text(receipt: Receipt, conversion: Conversion) -> str:
    """What a criterion brings to the total, with the step from its points."""
    brought = points_text(receipt.contribution)
    if receipt.group.kind == "scored" and conversion.changes:
        return _("{points} × {scale} ÷ {applicable} = {brought} điểm").format(
            points=points_text(receipt.points),
            scale=format_number(conversion.scale),
            applicable=format_number(conversion.applicable, 2),
            brought=brought,
        )
    if brought != points_text(receipt.points):
        return _("{brought} điểm (trong {points} điểm, sau mức trần)").format(
            brought=brought, points=points_text(receipt.points)
        )
    return _("{points} điểm").format(points=brought)


def points_text(points: float) -> str:
    """Points with two decimals."""
    return format_number(points, POINT_DECIMALS)


def _worked_points(points: float) -> str:
    """The result of a calculation: a third decimal where two would hide how it is rounded (1,125 and not 1,12)."""
    exact = round(points, POINT_DECIMALS) == round(points, 9)
    return format_number(points, POINT_DECIMALS if exact else POINT_DECIMALS + 1)


def formula(receipt: Receipt, stage: ScoreStage = ScoreStage.SELF) -> tuple[str, ...]:
    """The rule with the numbers put in, one line per indivisible rule and the points at the end; the state when nothing is scored.

    stage: as of `state_text`.
    """
    if receipt.nothing_counted:
        return (capitalised(rejected_text()),)
    if receipt.state is CellState.SCORED:
        return tuple(_formula_lines(receipt))
    asked = receipt.state is CellState.MISSING and stage != ScoreStage.APPRAISED
    empty = (t for t in receipt.terms if t.b == 0) if asked else ()
    return tuple(_term_in_words(receipt, t) for t in empty) or (state_text(receipt.state, stage).capitalize(),)


def _formula_lines(receipt: Receipt) -> Iterator[str]:
    criterion = receipt.criterion
    maximum, points = format_number(criterion.max_points), _worked_points(receipt.points)
    if isinstance(criterion.rule, Judged):
        given = format_number(receipt.points)
        yield _("Hội đồng cho {points} điểm, tối đa {maximum} điểm").format(points=given, maximum=maximum)
        return
    several = isinstance(criterion.rule, Parts | Checklist)
    if several:
        yield from (_part_in_words(receipt, term) for term in receipt.terms)
    else:
        yield _term_in_words(receipt, receipt.terms[0])
    # What is only watched has no points to count.
    if not criterion.max_points:
        return
    last = (
        _("Cộng: {fraction} × {maximum} điểm = {points} điểm")
        if several
        else _("{fraction} × {maximum} điểm = {points} điểm")
    )
    yield last.format(fraction=_computed(receipt.fraction), maximum=maximum, points=points)


def _part_in_words(receipt: Receipt, term: Term) -> str:
    """One item or part of a criterion: its name, its share of the maximum, its own rule with the numbers put in."""
    words = _term_in_words(receipt, term)
    return _("{name} (chiếm {share}): {words}").format(
        name=part_name(receipt.criterion, term.leaf.key), share=_share(round(term.leaf.share, 8)), words=words
    )


def _change_text(criterion: Criterion, change: Change) -> str:
    amount = change.amount
    if amount is not None:
        unit = input_unit(criterion, change.key)
        name = "" if unit else f" ({input_name(criterion, change.key)})"
        return f"{format_signed(amount)} {unit}".rstrip() + name
    new = value_text(criterion, change.key, change.new)
    return _("{name}: «{new}»").format(name=input_name(criterion, change.key), new=new)


def step_in_words(criterion: Criterion, step: NextStep | None, decimals: int = POINT_DECIMALS) -> str:
    """A step as a sentence: what changes and what the total gains (`+3 hồ sơ = +0,50 điểm`); empty when there is none."""
    if step is None:
        return ""
    gained = float(in_points(step.total_gain))
    gain = format_signed(gained, decimals)
    if step.kind == "supply":
        return _("Bổ sung số liệu: nhiều nhất {gain} điểm").format(gain=gain)
    changes = "; ".join(_change_text(criterion, c) for c in step.changes)
    if round(gained, decimals) == 0:
        least = format_number(10.0**-decimals)
        return _("{changes}: tổng điểm tăng chưa đến {least} điểm").format(changes=changes, least=least)
    return _("{changes} = {gain} điểm").format(changes=changes, gain=gain)


def change_in_full(criterion: Criterion, change: Change) -> str:
    """A change with the input's name and both values: `Hồ sơ nộp trực tuyến: từ 480 lên 600 hồ sơ`."""
    name = input_name(criterion, change.key)
    new = value_text(criterion, change.key, change.new, unit=True)
    if change.old is None:
        return f"{name}: {new}"
    old = value_text(criterion, change.key, change.old)
    word = (
        _("từ {old} xuống {new}")
        if (change.amount or 0) < 0
        else _("từ {old} lên {new}")
        if change.amount is not None
        else _("từ «{old}» sang «{new}»")
    )
    return f"{name}: {word.format(old=old, new=new)}"
