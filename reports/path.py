"""The cheapest path and the open steps in words, as Excel workbooks and as CSV."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from assessment.efforts import (
    EffortScope,
    ceiling_columns,
    default_rule_text,
    line_columns,
    measure_name,
    months_text,
    rule_columns,
    sheet_names,
    step_names,
)
from assessment.path import NationalPlan, PathAnswer, PathGround, PathQuestion, difference
from criteria.levels import level_names
from data.efforts import EffortContent, EffortLineRecord
from data.models import EffortUnit
from language import _, format_number, format_percent, natural_key
from reports import labels
from reports.base_line import goal_name, origin_in_words, question_in_words, reference_points_sentence
from reports.csv_table import csv_table
from reports.labels import DEMONSTRATION_PREFIX, is_demonstration, period_label, slug
from reports.wording import change_in_full, input_name
from reports.workbook import Choices, Column, Sheet, Value, workbook
from scoring.baseline import BaseLine
from scoring.grid import in_points
from scoring.outlook import TOP, shown
from scoring.path.prices import Price
from scoring.path.values import Binding, ConstraintCost, ConstraintKind, Effort, OutOfReach, Plan, Step

SCORE_DECIMALS = 4
"""Decimals that the ministry publishes totals with."""


def path_title(base: BaseLine | None) -> str:
    """The heading: to enter the top 15, or to hold a place in it; neutral without a base line."""
    return (
        _("Phương án nhóm {top}").format(top=TOP)
        if base is None
        else _("Phương án {goal}").format(goal=goal_name(base))
    )


def score_text(score: float) -> str:
    """A national score as it is published."""
    return format_number(score, SCORE_DECIMALS)


def effort_text(ground: PathGround, amount: float) -> str:
    """An amount of effort with its unit."""
    return f"{format_number(float(amount))} {measure_name(ground.edition.content.measure)}"


def chance_text(chance: float) -> str:
    """A chance as it is shown, rounded to 5 %."""
    return _("khoảng {share}").format(share=format_percent(shown(chance), 0))


def range_text(plan: NationalPlan) -> str:
    """Between which chances the assumptions leave it, to 5 %; empty when that was not drawn."""
    if plan.chance_range is None:
        return ""
    low, high = (shown(chance) for chance in plan.chance_range)
    return _("{low}–{high}").format(low=format_number(100 * low, 0), high=format_percent(high, 0))


def chance_with_range(plan: NationalPlan) -> str:
    """A chance with the range that the assumptions leave it."""
    span = range_text(plan)
    return f"{chance_text(plan.chance)} ({span})" if span else chance_text(plan.chance)


def step_text(ground: PathGround, step: Step) -> str:
    """What a step changes: the inputs with both values."""
    criterion = ground.criterion(step)
    return "; ".join(change_in_full(criterion, change) for change in step.changes)


def input_names(ground: PathGround, step: Step) -> str:
    """Names of the inputs that a step changes."""
    criterion = ground.criterion(step)
    return "; ".join(input_name(criterion, change.key) for change in step.changes)


def criterion_text(ground: PathGround, step: Step) -> str:
    """Code and name of the criterion that a step improves."""
    return f"{step.criterion} {ground.criterion(step).name}"


def place_text(ground: PathGround, step: Step) -> str:
    """Where a step is made: unit, code and name of the criterion."""
    return f"{ground.scope.owner_name(step.unit)} – {criterion_text(ground, step)}"


def step_and_place(ground: PathGround, step: Step) -> str:
    """Where a step is made and which one it is; two plans may take different steps of one criterion."""
    return f"{place_text(ground, step)} ({step_names()[step.level.value].lower()})"


def share_text(answer: PathAnswer, step: Step) -> str:
    """Share of redrawn maxima in which a step of the best plan stays; a star where it says little."""
    share = format_percent(answer.share_of.get(step), 0, missing="–")
    return f"{share} *" if step in answer.closing else share


def constraint_name(kind: ConstraintKind) -> str:
    """What a kind of constraint is called."""
    return {
        "budget": _("tổng nguồn lực"),
        "capacity": _("nguồn lực tối đa của từng đơn vị"),
        "ceilings": _("mức trần theo tháng"),
        "most_projects": _("số dự án tối đa"),
        "excluded": _("các đơn vị, chỉ số được loại ra"),
        "compulsory": _("các chỉ số bắt buộc"),
    }[kind]


def _national(ground: PathGround, answer: PathAnswer, total: int) -> float:
    """A provincial total in grid steps as a national score."""
    change = float(in_points(total - ground.base.total)) / ground.scale
    return min(1.0, max(0.0, answer.contest.base_line.total + change))


def wish_text(answer: PathAnswer) -> str:
    """What is wished for, with what it asks of our score."""
    wish, target, year = answer.question.wish, answer.found.target, answer.contest.base_line.target_year
    if target is None:
        return _("Mong muốn: nhiều điểm nhất với không quá {budget}.").format(
            budget=effort_text(answer.ground, float(wish.value))
        )
    if wish.kind == "score":
        return _("Mong muốn: đạt {score} điểm năm {year}.").format(score=score_text(target.score), year=year)
    return _(
        "Mong muốn: {share} khả năng ở trong nhóm {top} năm {year}. Vị trí thứ {top} của 62 tỉnh, thành phố khác không quá "
        "{line} điểm trong {share} số lần mô phỏng; kể cả dao động của tỉnh nhà, tỉnh cần {score} điểm."
    ).format(
        share=format_percent(float(wish.value), 0),
        top=TOP,
        year=year,
        line=score_text(target.line or 0.0),
        score=score_text(target.score),
    )


def on_default_rule(plan: Plan) -> int:
    """How many steps of a plan take what the default rule says, because the office wrote nothing for them."""
    return sum(step.effort.is_default for step in plan.steps)


def _plan_effort(ground: PathGround, plan: Plan) -> str:
    """The effort of a plan, with what of it nobody has confirmed."""
    amount, count = effort_text(ground, float(plan.effort)), on_default_rule(plan)
    if not count:
        return amount
    return _("{amount} (theo mức nguồn lực mặc định, chưa được cơ quan xác nhận, ở {count} trên {all} bước)").format(
        amount=amount, count=format_number(count), all=format_number(len(plan.steps))
    )


def just_short(answer: PathAnswer) -> bool:
    """Whether the furthest plan misses the wished chance by so little that the rounded chance would hide it."""
    wish, furthest = answer.question.wish, answer.found.furthest
    return furthest is not None and wish.kind == "chance" and shown(furthest.chance) >= float(wish.value)


def calendar_sentence(ground: PathGround) -> str:
    """What year the calendar of a plan is of: the months of the effort table, not those that have gone by."""
    year, month = ground.snapshot.period.year, ground.snapshot.month
    if month == 12:
        return _(
            "Số liệu đã đến hết năm {year}: lịch là của một năm thực hiện, tính từ tháng 1, không phải các tháng đã qua của "
            "năm {year}."
        ).format(year=year)
    return _(
        "Số liệu đến hết tháng {month}/{year}: lịch là của một năm thực hiện, tính từ tháng 1. Việc làm ngay trong năm {year} "
        "chỉ còn từ tháng {following}; hãy ghi tháng thực hiện vào bảng nguồn lực."
    ).format(month=month, year=year, following=month + 1)


def summary(answer: PathAnswer) -> str:
    """What to do, in one sentence."""
    found, ground, base = answer.found, answer.ground, answer.contest.base_line
    if found.best is None:
        return furthest_sentence(answer)
    plan = found.best.plan
    if not plan.steps:
        return _(
            "Không cần thêm bước nào: giữ kết quả hiện nay, tỉnh được {score} điểm, khả năng ở trong nhóm {top} {chance}."
        ).format(score=score_text(found.best.score), top=TOP, chance=chance_text(found.best.chance))
    return _(
        "Làm {steps} bước ở {units} đơn vị, hết {effort}, thì tổng điểm tăng {gain}, từ {before} lên {after}; khả năng ở "
        "trong nhóm {top} năm {year} {chance}."
    ).format(
        steps=format_number(len(plan.steps)),
        units=format_number(len({s.unit for s in plan.steps})),
        effort=_plan_effort(ground, plan),
        gain=format_number(found.best.score - base.total, SCORE_DECIMALS),
        before=score_text(base.total),
        after=score_text(found.best.score),
        top=TOP,
        year=base.target_year,
        chance=chance_text(found.best.chance),
    )


def furthest_sentence(answer: PathAnswer) -> str:
    """How far one can get when the wish is out of reach."""
    furthest = answer.found.furthest
    if furthest is None:
        return _(
            "Không có phương án nào giữ được mọi điều kiện: các chỉ số bắt buộc vượt quá điều kiện khác. "
            "Hãy bớt điều kiện bắt buộc hoặc nới điều kiện khác."
        )
    return _(
        "Không đạt được mong muốn. Xa nhất có thể đến {score} điểm, với {effort}; khả năng ở trong nhóm {top} {chance}."
    ).format(
        score=score_text(furthest.score),
        effort=_plan_effort(answer.ground, furthest.plan),
        top=TOP,
        chance=_("gần nhưng chưa tới {share}").format(share=format_percent(float(answer.question.wish.value), 0))
        if just_short(answer)
        else chance_text(furthest.chance),
    )


def _subjects(ground: PathGround, binding: Binding) -> str:
    names = []
    for subject in binding.subjects:
        owner, slash, month = subject.rpartition("/")
        if binding.kind == "ceilings":
            month_name = _("tháng {month}").format(month=month)
            names.append(f"{ground.scope.owner_name(owner)}, {month_name}" if slash else month_name)
        else:
            names.append(ground.scope.owner_name(subject))
    most = 5
    rest = len(names) - most
    text = "; ".join(names[:most])
    return text + (_(" và {n} nơi khác").format(n=format_number(rest)) if rest > 0 else "")


def binding_sentences(answer: PathAnswer, out: OutOfReach) -> Iterator[str]:
    """Which constraints stand in the way and how far one gets without each."""
    ground = answer.ground
    if not out.binding:
        yield _(
            "Không có điều kiện nào cản trở: làm hết các bước còn mở theo bộ chỉ số của kỳ cũng chưa đủ. Hãy hạ mức mong muốn, "
            "hoặc bổ sung số liệu còn thiếu để có thêm bước."
        )
    for binding in out.binding:
        name = constraint_name(binding.kind)
        reach = "" if binding.reachable is None else score_text(_national(ground, answer, binding.reachable))
        if binding.kind == "budget":
            yield _("Vướng {name}: các bước bắt buộc đã vượt quá mức này.").format(name=name)
        elif binding.enough:
            yield _("Vướng {name}: bỏ điều kiện này thì đạt được mong muốn (đến {reach} điểm).").format(
                name=name, reach=reach
            )
        else:
            yield _("Vướng {name}: bỏ điều kiện này thì đến được {reach} điểm, vẫn chưa đủ.").format(
                name=name, reach=reach
            )
        if binding.subjects:
            yield _("Những nơi hết chỗ cho một bước nữa: {names}.").format(names=_subjects(ground, binding))


def cost_sentence(answer: PathAnswer, cost: ConstraintCost) -> str:
    """What a constraint costs a plan that can be met."""
    best, name = answer.found.best, constraint_name(cost.kind)
    assert best is not None
    if cost.freed is None:
        return _("Điều kiện «{name}» không làm phương án này tốn thêm.").format(name=name)
    if answer.found.target is None:
        won = float(in_points(cost.freed.after - best.plan.after)) / answer.ground.scale
        return _("Bỏ điều kiện «{name}» thì cùng nguồn lực được thêm {points} điểm.").format(
            name=name, points=score_text(won)
        )
    return _("Điều kiện «{name}» làm phương án tốn thêm {effort}: bỏ đi thì chỉ cần {freed}.").format(
        name=name,
        effort=effort_text(answer.ground, float(best.plan.effort - cost.freed.effort)),
        freed=effort_text(answer.ground, float(cost.freed.effort)),
    )


def method_text(plan: Plan) -> str:
    """How a plan was found."""
    if plan.method == "dynamic programme":
        return _("quy hoạch động, tối ưu chính xác")
    return _("quy hoạch nguyên, tối ưu chính xác")


def basis_sentences(answer: PathAnswer) -> tuple[str, ...]:
    """What the answer rests on: the question, the base line, the reference points, the estimate, the effort table."""
    base, rivals = answer.contest.base_line, answer.contest.rivals
    totals = rivals.question.base_totals
    cut = answer.contest.ours.cut
    estimate = _(
        "Khả năng là ước tính từ {draws} lần mô phỏng của 62 tỉnh, thành phố khác, dựa trên {totals} trên 63 tổng điểm năm {year} "
        "được công bố; làm tròn đến 5 %."
    ).format(draws=format_number(len(rivals.scores)), totals=totals, year=base.base_year)
    if rivals.variants:
        estimate += " " + _(
            "Khoảng của khả năng: thấp nhất và cao nhất khi các giả định quan trọng ở hai đầu phạm vi của chúng."
        )
    appraisal = (
        _("Chưa trừ phần có thể bị giảm khi thẩm định.")
        if cut is None
        else _(
            "Phần điểm tăng thêm bị trừ khi thẩm định từ {low} đến {high}, thường gặp {mode} (căn cứ còn yếu)."
        ).format(low=format_percent(cut.low, 0), mode=format_percent(cut.mode, 0), high=format_percent(cut.high, 0))
    )
    rescored = _(
        "Mỗi phương án đã được chấm lại từ số liệu của từng đơn vị bằng chính quy tắc chấm điểm trước khi hiển thị."
    )
    if answer.found.best is not None:
        rescored += " " + _("Cách tìm phương án thứ nhất: {method}.").format(method=method_text(answer.found.best.plan))
    return (
        question_in_words(base),
        origin_in_words(base),
        reference_points_sentence(),
        estimate,
        appraisal,
        rescored,
        edition_text(answer.ground),
    )


def edition_text(ground: PathGround) -> str:
    """Which effort table was used, with its default rule."""
    edition = ground.edition
    name = (
        _("Cơ quan chưa lưu bảng nguồn lực nào.")
        if edition.edition == 0
        else _("Bảng nguồn lực phiên bản {n}, {lines} dòng.").format(
            n=edition.edition, lines=len(edition.content.lines)
        )
    )
    return f"{name} {default_rule_text(edition.content)}"


def stability_sentence(answer: PathAnswer) -> str:
    """How far the plan depends on maxima that are ours; empty where it was not worked out."""
    stability = answer.stability
    if stability is None:
        return ""
    shares = [s.share for s in stability.steps if s.share is not None]
    firm = sum(share >= 0.8 for share in shares)
    text = _(
        "Rút lại điểm tối đa của các thành phần trong từng chỉ số chính {draws} lần: {firm} trên {n} bước ở lại trong ít nhất "
        "80 % số lần ({reached} lần đạt được mong muốn)."
    ).format(
        draws=format_number(stability.draws),
        firm=format_number(firm),
        n=format_number(len(stability.steps)),
        reached=format_number(stability.reached),
    )
    if not stability.ignored:
        return text
    ignored = ", ".join(constraint_name(kind) for kind in stability.ignored)
    return text + " " + _("Các lần mô phỏng không xét: {ignored}.").format(ignored=ignored)


def columns_sentence(answer: PathAnswer) -> str:
    """What the last columns of the steps mean."""
    alone = _(
        "«Riêng bước này» là điểm toàn quốc (thang 1000) tăng thêm nếu chỉ làm bước đó; các bước không cộng dồn được vì tổng "
        "hợp lên cấp tỉnh."
    )
    if answer.stability is None:
        return alone
    stays = _("«Ở lại» là tỷ lệ số lần mô phỏng mà bước đó vẫn được chọn.")
    return " ".join((alone, stays, closing_sentence(answer))).strip()


def closing_sentence(answer: PathAnswer) -> str:
    """Which steps have a share that says little, and why; empty when none has."""
    if not answer.closing:
        return ""
    return _(
        "Dấu * là bước bù phần điểm còn thiếu sau cùng: cách tính các lần mô phỏng không chọn bước đó ngay cả với điểm tối đa đang "
        "dùng, nên tỷ lệ thấp chưa nói lên điều gì."
    )


def constraint_lines(ground: PathGround, question: PathQuestion) -> tuple[str, ...]:
    """The constraints that the user set, a line each; one line when there are none."""
    asked, lines = question.constraints, []
    if asked.capacity is not None:
        names = ", ".join(map(ground.scope.owner_name, asked.capacity_units)) or _("mỗi đơn vị")
        lines.append(
            _("Nguồn lực tối đa {amount}: {names}").format(
                amount=effort_text(ground, float(asked.capacity)), names=names
            )
        )
    if asked.excluded_units:
        lines.append(_("Loại ra: {names}").format(names=", ".join(map(ground.scope.owner_name, asked.excluded_units))))
    for text, codes in ((_("Không làm: {names}"), asked.excluded_criteria), (_("Bắt buộc: {names}"), asked.compulsory)):
        if codes:
            lines.append(text.format(names=", ".join(criterion_label(ground, c) for c in codes)))
    if asked.most_projects is not None:
        lines.append(_("Không quá {n} dự án").format(n=format_number(asked.most_projects)))
    if asked.ceilings and ground.efforts.ceilings:
        lines.append(_("Giữ mức trần theo tháng của bảng nguồn lực"))
    return tuple(lines) or (_("Không đặt điều kiện nào"),)


def criterion_label(ground: PathGround, named: str) -> str:
    """A criterion named `level/code` in words."""
    level, _slash, code = named.partition("/")
    for own, criteria_set in ground.scope.sets.items():
        if own == level and code in criteria_set.by_code:
            return f"{level_names()[own]}: {code} {criteria_set.by_code[code].name}"
    return code


# Excel and CSV


def _file_name(ground: PathGround, name: str, extension: str) -> str:
    period = ground.snapshot.period
    prefix = DEMONSTRATION_PREFIX if is_demonstration(period) else ""
    return f"{prefix}{slug(name)}_{period.year}-{ground.snapshot.month:02d}.{extension}"


def path_file_name(answer: PathAnswer) -> str:
    """File name of a plan's workbook."""
    return _file_name(answer.ground, path_title(answer.contest.base_line), "xlsx")


def prices_file_name(ground: PathGround, extension: str) -> str:
    """File name of the open steps."""
    return _file_name(ground, _("Dư địa tăng điểm"), extension)


def source_of_ground(ground: PathGround) -> str:
    """Where the figures come from and by which set they were scored, in one short line."""
    return _("{kind}; điểm theo bộ {id} ({status}), không phải điểm của Bộ").format(
        kind=labels.figures_kind(ground.snapshot.period),
        id=ground.snapshot.criteria_set.id,
        status=labels.short_set_status(ground.snapshot),
    )


def _step_columns(ground: PathGround) -> tuple[Column, ...]:
    measure = measure_name(ground.edition.content.measure)
    return (
        Column(_("Đơn vị chủ trì"), 26),
        Column(_("Cơ quan, đơn vị"), 28),
        Column(_("Mã chỉ số"), 9),
        Column(_("Chỉ số thành phần"), 36),
        Column(_("Bước"), 14),
        Column(_("Việc phải làm"), 48),
        Column(_("Nguồn lực ({measure})").format(measure=measure), 11, "number"),
        Column(_("Tháng thực hiện"), 11),
        Column(_("Dự án"), 16),
        Column(_("Mức nguồn lực"), 14),
        Column(_("Riêng bước này tăng (điểm toàn quốc)"), 13, "fine_points"),
        Column(_("Tỷ lệ ở lại khi rút lại điểm tối đa"), 13, "percent"),
    )


def _project(step: Step) -> str:
    own = f"{step.set_id}/{step.unit}/{step.criterion}"
    return "" if step.effort.project == own else step.effort.project


def _step_cells(ground: PathGround, step: Step, share: float | None) -> tuple[Value, ...]:
    return (
        ground.scope.owner_name(step.effort.owner),
        ground.scope.owner_name(step.unit),
        step.criterion,
        str(ground.criterion(step).name),
        step_names()[step.level.value],
        step_text(ground, step),
        float(step.effort.amount),
        months_text(step.effort.months),
        _project(step),
        default_mark(step.effort) or _("cơ quan ghi"),
        float(in_points(ground.gain_alone.get(step, 0))) / ground.scale,
        share,
    )


def default_mark(effort: Effort) -> str:
    """What is said of an effort that comes from the default rule; empty for one that the office wrote."""
    return _("mặc định") if effort.is_default else ""


def _calendar_sheet(answer: PathAnswer, plan: Plan, heading: Sequence[str]) -> Sheet:
    ground = answer.ground
    months = tuple(range(1, 13))
    load = plan.by_owner_and_month
    rows: list[Sequence[Value]] = [
        (
            ground.scope.owner_name(owner),
            *(float(load[owner, m]) if (owner, m) in load else None for m in months),
            float(total),
        )
        for owner, total in sorted(plan.by_owner.items(), key=lambda item: (-item[1], item[0]))
    ]
    rows.append((_("Cộng"), *(float(plan.by_month.get(m, 0)) or None for m in months), float(plan.effort)))
    columns = (
        Column(_("Đơn vị chủ trì"), 34),
        *(Column(_("Tháng {m}").format(m=m), 9, "points") for m in months),
        Column(_("Cộng"), 10, "points"),
    )
    said = (*heading, calendar_sentence(ground))
    return Sheet(_("Lịch"), _("Nguồn lực theo đơn vị chủ trì và tháng"), said, columns, rows)


def _component_sheet(answer: PathAnswer, plan: Plan, heading: Sequence[str]) -> Sheet:
    ground = answer.ground
    rows: list[Sequence[Value]] = [
        (
            change.code,
            str(ground.component(change.code).name),
            float(in_points(change.before)),
            float(in_points(change.after)),
            float(in_points(change.after - change.before)),
            float(ground.component(change.code).max_points),
            sum(any(code == change.code for code, _gain in s.gains) for s in plan.steps),
        )
        for change in plan.components
    ]
    columns = (
        Column(_("Mã"), 9),
        Column(_("Thành phần cấp tỉnh"), 52),
        Column(_("Điểm hiện nay"), 11, "points"),
        Column(_("Điểm sau phương án"), 11, "points"),
        Column(_("Tăng"), 9, "points"),
        Column(_("Tối đa"), 9, "points"),
        Column(_("Số bước"), 9, "count"),
    )
    return Sheet(_("Thành phần"), _("Thành phần cấp tỉnh trước và sau phương án"), heading, columns, rows)


def _chance_columns(width: int) -> tuple[Column, ...]:
    return (
        Column(_("Khả năng (làm tròn 5 %)"), width, "percent"),
        Column(_("Khả năng thấp nhất theo giả định"), width, "percent"),
        Column(_("Khả năng cao nhất theo giả định"), width, "percent"),
    )


def _chance_cells(plan: NationalPlan) -> tuple[Value, ...]:
    low, high = plan.chance_range or (None, None)
    return shown(plan.chance), None if low is None else shown(low), None if high is None else shown(high)


def _plans_sheet(answer: PathAnswer, heading: Sequence[str]) -> Sheet:
    assert answer.found.best is not None
    plans = (answer.found.best, *answer.others)
    rows: list[Sequence[Value]] = []
    for number, own in enumerate(plans, 1):
        differs = difference(plans[0].plan, own.plan)
        rows.append(
            (
                number,
                float(own.plan.effort),
                len(own.plan.steps),
                own.score,
                *_chance_cells(own),
                "\n".join(step_and_place(answer.ground, s) for s in differs.only_here),
                "\n".join(step_and_place(answer.ground, s) for s in differs.only_best),
            )
        )
    columns = (
        Column(_("Phương án"), 10, "count"),
        Column(_("Nguồn lực"), 11, "number"),
        Column(_("Số bước"), 9, "count"),
        Column(_("Điểm toàn quốc"), 11, "fine_points"),
        *_chance_columns(12),
        Column(_("Chỉ có ở phương án này"), 60),
        Column(_("Chỉ có ở phương án thứ nhất"), 60),
    )
    return Sheet(_("So sánh"), _("Phương án thứ nhất, thứ hai và thứ ba"), heading, columns, rows)


def _frontier_sheet(answer: PathAnswer, heading: Sequence[str]) -> Sheet:
    rows: list[Sequence[Value]] = [
        (float(p.plan.effort), len(p.plan.steps), p.score, *_chance_cells(p)) for p in answer.frontier
    ]
    columns = (
        Column(_("Nguồn lực"), 14, "number"),
        Column(_("Số bước"), 12, "count"),
        Column(_("Điểm toàn quốc"), 14, "fine_points"),
        *_chance_columns(16),
    )
    return Sheet(
        _("Nguồn lực và khả năng"),
        _("Nguồn lực ít nhất cho từng mức điểm, và khả năng ở trong nhóm {top}").format(top=TOP),
        heading,
        columns,
        rows,
        nothing=_("Chưa tính xong phần này khi tải tệp."),
    )


def path_workbook(answer: PathAnswer) -> bytes:
    """A plan as .xlsx: steps by owner and month, components, second and third plan, frontier, and what it rests on.

    Of a wish out of reach the steps of the furthest plan, with what stands in the way among the notes.
    """
    ground, found = answer.ground, answer.found
    shown_plan: NationalPlan | None = found.best or found.furthest
    title = path_title(answer.contest.base_line)
    heading = (
        _("Kỳ đánh giá: {period}. Số liệu đến hết tháng {month}.").format(
            period=ground.snapshot.period.name, month=ground.snapshot.name
        ),
        wish_text(answer),
        summary(answer),
        _("Nguồn: {source}.").format(source=source_of_ground(ground)),
    )
    plan = (
        shown_plan.plan
        if shown_plan is not None
        else Plan((), ground.base.total, ground.base.total, (), "dynamic programme")
    )
    ordered = sorted(plan.steps, key=lambda s: (ground.scope.owner_name(s.effort.owner), s.effort.months))
    steps = Sheet(
        _("Các bước"),
        title,
        heading,
        _step_columns(ground),
        [_step_cells(ground, s, answer.share_of.get(s)) for s in ordered],
        nothing=_("Phương án này không có bước nào."),
    )
    notes = [*basis_sentences(answer), stability_sentence(answer)]
    if answer.closing:
        names = "; ".join(step_and_place(ground, s) for s in plan.steps if s in answer.closing)
        notes.append(
            _(
                "Tỷ lệ ở lại của các bước sau chưa nói lên điều gì vì cách tính các lần mô phỏng không chọn chúng ngay cả với điểm "
                "tối đa đang dùng: {names}."
            ).format(names=names)
        )
    notes += constraint_lines(ground, answer.question)
    if found.out is not None:
        notes += binding_sentences(answer, found.out)
    notes += [cost_sentence(answer, cost) for cost in answer.costs]
    sheets = [steps, _calendar_sheet(answer, plan, heading), _component_sheet(answer, plan, heading)]
    if found.best is not None:
        sheets.append(_plans_sheet(answer, heading))
    sheets.append(_frontier_sheet(answer, heading))
    rows = [(number, text) for number, text in enumerate((n for n in notes if n), 1)]
    sheets.append(
        Sheet(
            _("Ghi chú"),
            _("Căn cứ và giới hạn"),
            heading,
            (Column(_("Số"), 6, "count"), Column(_("Nội dung"), 120)),
            rows,
        )
    )
    return workbook(sheets, title=title, label=period_label(ground.snapshot.period))


def price_columns(ground: PathGround) -> tuple[Column, ...]:
    """Columns of the open steps."""
    measure = measure_name(ground.edition.content.measure)
    return (
        Column(_("Cơ quan, đơn vị"), 28),
        Column(_("Cấp"), 14),
        Column(_("Mã chỉ số"), 9),
        Column(_("Chỉ số thành phần"), 36),
        Column(_("Bước"), 14),
        Column(_("Việc phải làm"), 48),
        Column(_("Thành phần cấp tỉnh"), 12),
        Column(_("Tăng điểm toàn quốc"), 12, "number"),
        Column(_("Nguồn lực ({measure})").format(measure=measure), 11, "number"),
        Column(_("Mức nguồn lực"), 12),
        Column(_("Điểm (thang 1000) trên một {measure}").format(measure=measure), 13, "fine_points"),
        Column(_("Đơn vị chủ trì"), 26),
        Column(_("Ghi chú"), 30),
    )


def needs_others_text(price: Price) -> str:
    """What is said of a step that wins nothing alone."""
    return _("chỉ có điểm khi làm cùng các bước khác") if price.needs_others else ""


def per_effort(ground: PathGround, price: Price) -> float | None:
    """National points of 1000 per unit of effort; None for a step without effort."""
    if price.per_effort is None:
        return None
    return float(in_points(float(price.per_effort))) / ground.scale * 1000


def _price_cells(ground: PathGround, price: Price) -> tuple[Value, ...]:
    step = price.step
    return (
        ground.scope.owner_name(step.unit),
        level_names()[ground.level_of[step.set_id]],
        step.criterion,
        str(ground.criterion(step).name),
        step_names()[step.level.value],
        step_text(ground, step),
        ", ".join(code for code, _gain in step.gains),
        float(in_points(price.gain)) / ground.scale,
        float(step.effort.amount),
        default_mark(step.effort) or _("cơ quan ghi"),
        per_effort(ground, price),
        ground.scope.owner_name(step.effort.owner),
        needs_others_text(price),
    )


def prices_workbook(ground: PathGround, prices: Sequence[Price]) -> bytes:
    """The open steps as .xlsx, in the order given."""
    heading = (
        _("Kỳ đánh giá: {period}. Số liệu đến hết tháng {month}. Điểm của từng bước khi làm riêng bước đó.").format(
            period=ground.snapshot.period.name, month=ground.snapshot.name
        ),
        _("Nguồn: {source}.").format(source=source_of_ground(ground)),
        edition_text(ground),
    )
    title = _("Dư địa tăng điểm")
    rows = [_price_cells(ground, price) for price in prices]
    sheet = Sheet(title, title, heading, price_columns(ground), rows, nothing=_("Không có bước nào khớp bộ lọc."))
    return workbook([sheet], title=title, label=period_label(ground.snapshot.period))


def prices_csv(ground: PathGround, prices: Sequence[Price]) -> bytes:
    """The open steps as CSV that Excel with Vietnamese settings opens; the label stands in every row."""
    label = labels.period_label(ground.snapshot.period)
    header = [*(c.title for c in price_columns(ground)), _("Nhãn")]
    return csv_table(header, ([*_price_cells(ground, price), label] for price in prices))


def line_cells(line: EffortLineRecord) -> tuple[Value, ...]:
    """A row of the effort table as the file and the editor write it."""
    return (
        level_names()[line.level],
        line.unit_code or "",
        line.criterion,
        step_names()[line.step],
        float(line.amount),
        months_text(line.months),
        line.owner or "",
        line.project,
    )


_MONTHS_OFFERED = (*(str(month) for month in range(1, 13)), "1-3", "4-6", "7-9", "10-12", "1-12")


def _directory(scope: EffortScope) -> Sheet:
    """Codes and names that the effort table may use, in columns that stand beside each other, each as long as it is."""
    codes = sorted({code for own in scope.sets.values() for code in own.by_code}, key=natural_key)
    listed: dict[str, tuple[float, Sequence[str | None]]] = {
        _("Mã đơn vị"): (11, [unit.code for units in scope.units.values() for unit in units]),
        _("Tên đơn vị"): (34, [unit.name_vi for units in scope.units.values() for unit in units]),
        _("Cấp của đơn vị"): (16, [level_names()[level] for level, units in scope.units.items() for _unit in units]),
        _("Mã chỉ số"): (10, codes),
    }
    for level, own in scope.sets.items():
        names = [str(own.by_code[code].name) if code in own.by_code else None for code in codes]
        listed[_("Chỉ số ở {level}").format(level=level_names()[level].lower())] = (36, names)
    listed |= {
        _("Cấp"): (16, list(level_names().values())),
        _("Bước"): (18, list(step_names().values())),
        _("Tháng"): (9, _MONTHS_OFFERED),
        _("Đơn vị tính"): (14, [measure_name(measure) for measure in EffortUnit]),
    }
    return Sheet(
        _("Danh mục"),
        _("Danh mục mã và tên dùng trong bảng nguồn lực"),
        (_("Để tra cứu và cho danh sách chọn ở các trang khác; khi nhập lại, phần mềm không đọc trang này."),),
        [Column(title, width, "entry") for title, (width, _values) in listed.items()],
        list(zip_longest(*(values for _width, values in listed.values()))),
    )


def efforts_workbook(content: EffortContent, scope: EffortScope) -> bytes:
    """The effort table as .xlsx in the form that can be read back, with drop-downs of what a period's rows may name."""
    names, directory = sheet_names(), _directory(scope)
    places = {column.title: place for place, column in enumerate(directory.columns)}

    def choices(title: str, *, only: bool = True) -> Choices:
        return Choices(directory.name, places[title], only)

    owners, months = choices(_("Tên đơn vị"), only=False), choices(_("Tháng"), only=False)
    offered = {
        "level": choices(_("Cấp")),
        "unit": choices(_("Mã đơn vị")),
        "criterion": choices(_("Mã chỉ số")),
        "step": choices(_("Bước")),
        "months": months,
        "owner": owners,
    }
    widths = (16, 11, 12, 18, 12, 16, 30, 24)
    lines = Sheet(
        names["lines"],
        _("Bảng nguồn lực của các bước"),
        (
            _(
                "Mỗi dòng là tổng nguồn lực để đưa một chỉ số từ mức hiện nay đến bước đó, không cộng dồn giữa các bước."
            ),
            _("Cấp: {levels}. Bước: {steps}. Mã và tên: trang «{directory}».").format(
                levels="; ".join(level_names().values()),
                steps="; ".join(step_names().values()),
                directory=directory.name,
            ),
            _(
                "Để trống mã đơn vị: mọi đơn vị của cấp. Để trống tháng: các tháng mặc định. Để trống chủ trì: chính đơn vị."
            ),
        ),
        [
            Column(title, width, "number" if code == "amount" else "entry", offered.get(code))
            for (code, title), width in zip(line_columns().items(), widths, strict=True)
        ],
        [line_cells(line) for line in content.lines],
    )
    of_ceilings = {"owner": owners, "months": months}
    ceilings = Sheet(
        names["ceilings"],
        _("Mức trần nguồn lực theo tháng"),
        (_("Để trống đơn vị chủ trì: mức trần chung của mọi đơn vị cộng lại."),),
        [
            Column(title, 24, "number" if code == "amount" else "entry", of_ceilings.get(code))
            for code, title in ceiling_columns().items()
        ],
        [(c.owner or "", months_text(c.months), float(c.amount)) for c in content.ceilings],
    )
    of_rule = {"measure": choices(_("Đơn vị tính")), "months": months}
    rule = Sheet(
        names["rule"],
        _("Mức mặc định, chưa được cơ quan xác nhận"),
        (default_rule_text(content),),
        [
            Column(title, 24, "entry" if code in of_rule else "count", of_rule.get(code))
            for code, title in rule_columns().items()
        ],
        [(measure_name(content.measure), content.for_all_points, content.least, months_text(content.months))],
    )
    return workbook([lines, ceilings, rule, directory], title=_("Bảng nguồn lực"))


def efforts_file_name(ground: PathGround) -> str:
    """File name of the effort table; it holds no scores, so it carries no label."""
    return f"{slug(_('Bảng nguồn lực'))}_{ground.snapshot.period.year}.xlsx"
