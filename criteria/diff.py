"""What changed between two versions of a criteria set: structured, and as sentences."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from criteria.model import (
    BandSteps,
    Checklist,
    Choice,
    Count,
    CriteriaSet,
    Criterion,
    Deadline,
    Group,
    InputNote,
    MinMax,
    Parts,
    Ratio,
    Rule,
    Source,
    Text,
)
from criteria.workbook_form import (
    APPLIES_TO,
    BANDS_OF,
    COVERAGES,
    DIRECTIONS,
    EVIDENCE,
    FREQUENCIES,
    GROUP_KINDS,
    LEVELS,
    MEASURES,
    NO_LIMIT,
    NOT_APPLICABLE,
    NUMBERS,
    OVERS,
    ROLL_UPS,
    RULES,
    STATUSES,
)
from language import _, format_date, format_number, format_percent

DifferenceKind = Literal["added", "removed", "moved", "changed", "rule_changed"]
Subject = Literal["set", "group", "criterion"]
FieldPath = tuple[str, ...]

_LONGEST_QUOTE = 120
_CODES: Mapping[str, Mapping[str, str]] = {
    "level": LEVELS,
    "status": STATUSES,
    "not_applicable": NOT_APPLICABLE,
    "kind": GROUP_KINDS,
    "type": RULES,
    "direction": DIRECTIONS,
    "over": OVERS,
    "of": BANDS_OF,
    "evidence": EVIDENCE,
    "measure": MEASURES,
    "number": NUMBERS,
    "frequency": FREQUENCIES,
    "coverage": COVERAGES,
    "applies_to": APPLIES_TO,
    "how": ROLL_UPS,
    "weight": {"units": "mỗi đơn vị tính một lần"},
}
"""Words of the codes that a field holds."""


@dataclass(frozen=True)
class Difference:
    """One difference; str() gives the sentence with what it is about, `words` the rest of it.

    code: of the criterion or group, empty for the set itself. field: path inside it, such as ("rule", "full_at"); empty
    where the whole is added, removed or moved. old and new: the values, None where there is none; for a criterion that
    moved its group and its place there, for a group its place, both from 1. share: whether numbers are fractions.
    """

    kind: DifferenceKind
    subject: Subject
    code: str
    field: FieldPath
    old: object
    new: object
    share: bool = False

    @property
    def words(self) -> str:
        """What is different, without the code: `điểm tối đa đổi từ 10 thành 12.`"""
        return _words(self) if self.field else _whole(self)

    def __str__(self) -> str:
        return (self.code or _("Bộ chỉ số")) + ": " + self.words


def differences(old: CriteriaSet, new: CriteriaSet) -> tuple[Difference, ...]:
    """Every difference between two sets: of the set, of groups, of criteria in the order of the new one, removed last.

    Empty exactly when the sets say the same in the same order.
    """
    return (
        *_changes("set", "", _set_facts(old), _set_facts(new)),
        *_group_differences(old, new),
        *_criterion_differences(old, new),
    )


# What a set, a group and a criterion say, flat: path -> fact


@dataclass(frozen=True)
class _Fact:
    """A value; whether it is a fraction is how it is shown, not what it is."""

    value: object
    share: bool = field(default=False, compare=False)


_Facts = dict[FieldPath, _Fact]


def _facts(owner: object, names: Sequence[str], *, within: FieldPath = (), share: Sequence[str] = ()) -> _Facts:
    """Facts of the named fields; a field that holds nothing says nothing."""
    values = {name: getattr(owner, name) for name in names}
    return {(*within, name): _Fact(v, name in share) for name, v in values.items() if v is not None and v != ()}


def _set_facts(criteria_set: CriteriaSet) -> _Facts:
    names = ("id", "level", "year", "version", "status", "title", "legal_basis", "scale", "not_applicable",
             "rank_precision", "reference_list")  # fmt: skip
    facts = _facts(criteria_set, names)
    for band in criteria_set.bands:
        key, n = band.name.vi, 1
        while ("bands", key, "from") in facts:
            n += 1
            key = f"{band.name.vi} ({n})"
        facts["bands", key, "from"] = _Fact(band.reached)
        if band.name.en is not None:
            facts["bands", key, "en"] = _Fact(band.name.en)
    return facts


def _group_facts(group: Group) -> _Facts:
    facts = _facts(group, ("name", "kind"))
    if group.cap is not None:
        facts |= _facts(group.cap, ("bonus", "penalty"), within=("cap",)) or {("cap",): _Fact(NO_LIMIT)}
    return facts


def _criterion_facts(criterion: Criterion) -> _Facts:
    names = ("name", "max_points", "evidence", "evidence_documents", "plan_target", "covers", "measure",
             "frequency", "found_in", "verifier", "coverage", "applies_to", "note")  # fmt: skip
    facts = _facts(criterion, names) | _rule_facts(criterion.rule, ("rule",))
    if criterion.source is not None:
        facts |= _facts(criterion.source, ("document", "url"), within=("source",))
        if criterion.source.clause:
            facts["source", "clause"] = _Fact(criterion.source.clause)
    if criterion.rollup is not None:
        facts |= _facts(
            criterion.rollup, ("how", "sources", "weight", "meets_at"), within=("rollup",), share=("meets_at",)
        )
    for key, note in criterion.inputs.items():
        facts |= _input_facts(note, ("inputs", key))
    return facts


def _input_facts(note: InputNote, path: FieldPath) -> _Facts:
    facts = _facts(note, ("name", "unit", "number", "explain", "fact"), within=path)
    return facts | {(*path, "options", option): _Fact(name) for option, name in note.options.items()}


def _rule_facts(rule: Rule, path: FieldPath) -> _Facts:
    facts: _Facts = {(*path, "type"): _Fact(rule.type)}
    match rule:
        case Ratio():
            facts |= _facts(rule, ("full_at", "direction", "over"), within=path, share=("full_at",))
        case BandSteps():
            facts |= _facts(rule, ("of", "over"), within=path)
            # Fractions fall from step to step, so that each names its step.
            steps = {_percent(step.fraction): step.reached for step in rule.steps}
            facts |= {(*path, "steps", key): _Fact(reached, rule.of == "ratio") for key, reached in steps.items()}
        case Choice():
            facts |= {(*path, "options", option): _Fact(share, True) for option, share in rule.options.items()}
        case Checklist():
            facts |= {(*path, "items", item): _Fact(share, True) for item, share in rule.items.items()}
        case Count():
            facts |= _facts(rule, ("full_at",), within=path)
        case MinMax():
            posts = dict(zip(("low", "high"), rule.goalposts or (), strict=False))
            facts |= _facts(rule, ("direction",), within=path)
            facts |= {(*path, name): _Fact(post) for name, post in posts.items()}
        case Deadline():
            facts |= _facts(rule, ("due", "lose_per_day"), within=path, share=("lose_per_day",))
        case Parts():
            for part in rule.parts:
                own = (*path, "parts", part.key)
                facts[(*own, "fraction")] = _Fact(part.fraction, True)
                facts |= _rule_facts(part.rule, (*own, "rule"))
        case _:
            pass
    return facts


def _percent(fraction: float) -> str:
    """A fraction as a key: exact, unlike a rounded percentage."""
    return repr(float(fraction))


def _orders(criterion: Criterion) -> dict[FieldPath, tuple[str, ...]]:
    """Keys whose order is their order on screen, by the path that holds them."""
    orders: dict[FieldPath, tuple[str, ...]] = {("inputs",): tuple(criterion.inputs)}
    orders |= {("inputs", key, "options"): tuple(note.options) for key, note in criterion.inputs.items()}
    rules: dict[FieldPath, Rule] = {("rule",): criterion.rule}
    if isinstance(criterion.rule, Parts):
        orders["rule", "parts"] = tuple(part.key for part in criterion.rule.parts)
        rules |= {("rule", "parts", part.key, "rule"): part.rule for part in criterion.rule.parts}
    for path, rule in rules.items():
        if isinstance(rule, Choice):
            orders[(*path, "options")] = tuple(rule.options)
        elif isinstance(rule, Checklist):
            orders[(*path, "items")] = tuple(rule.items)
    return orders


# Comparison


def _changes(subject: Subject, code: str, old: _Facts, new: _Facts) -> Iterator[Difference]:
    """Differences of facts; of a rule whose type changed only the types are told."""
    replaced = [path[:-1] for path, fact in new.items() if path[-1] == "type" and old.get(path, fact) != fact]
    for path in dict.fromkeys((*new, *old)):
        before, after = old.get(path), new.get(path)
        if before == after:
            continue
        inside = next((rule for rule in replaced if path[: len(rule)] == rule), None)
        old_value, new_value = before and before.value, after and after.value
        if inside is None:
            share = any(fact.share for fact in (before, after) if fact)
            yield Difference("changed", subject, code, path, old_value, new_value, share)
        elif path == (*inside, "type"):
            yield Difference("rule_changed", subject, code, path, old_value, new_value)


def _reordered(code: str, old: Criterion, new: Criterion) -> Iterator[Difference]:
    """Keys that both have, in another order."""
    before, after = _orders(old), _orders(new)
    for path in before:
        kept = tuple(key for key in before[path] if key in after.get(path, ()))
        placed = tuple(key for key in after.get(path, ()) if key in kept)
        if kept != placed:
            yield Difference("moved", "criterion", code, path, kept, placed)


def _stays(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """Codes that keep their order: a longest common subsequence, so that one code that moves is one difference."""
    place = {code: i for i, code in enumerate(new)}
    chains: list[list[str]] = []
    for code in old:
        if code in place:
            before = (chain for chain in chains if place[chain[-1]] < place[code])
            chains.append([*max(before, key=len, default=[]), code])
    return set(max(chains, key=len, default=[]))


def _group_differences(old: CriteriaSet, new: CriteriaSet) -> Iterator[Difference]:
    before, after = {g.code: g for g in old.groups}, {g.code: g for g in new.groups}
    stays, places = _stays(tuple(before), tuple(after)), {code: i for i, code in enumerate(before, 1)}
    for place, (code, group) in enumerate(after.items(), 1):
        if code not in before:
            yield Difference("added", "group", code, (), None, group.name)
            continue
        if code not in stays:
            yield Difference("moved", "group", code, (), places[code], place)
        yield from _changes("group", code, _group_facts(before[code]), _group_facts(group))
    for code, group in before.items():
        if code not in after:
            yield Difference("removed", "group", code, (), group.name, None)


def _criterion_differences(old: CriteriaSet, new: CriteriaSet) -> Iterator[Difference]:
    members = {group.code: [c.code for c in group.criteria] for group in old.groups}
    stays = {c for g in new.groups for c in _stays(members.get(g.code, ()), [c.code for c in g.criteria])}
    before, after = _places(old), _places(new)
    for code, criterion in new.by_code.items():
        if code not in old.by_code:
            yield Difference("added", "criterion", code, (), None, criterion.name)
            continue
        if code not in stays:
            yield Difference("moved", "criterion", code, (), before[code], after[code])
        former = old.by_code[code]
        yield from _changes("criterion", code, _criterion_facts(former), _criterion_facts(criterion))
        yield from _reordered(code, former, criterion)
    for code, criterion in old.by_code.items():
        if code not in new.by_code:
            yield Difference("removed", "criterion", code, (), criterion.name, None)


def _places(criteria_set: CriteriaSet) -> dict[str, tuple[str, int]]:
    """The group of every criterion and its place there, from 1."""
    return {c.code: (g.code, i) for g in criteria_set.groups for i, c in enumerate(g.criteria, 1)}


# Sentences


def _words(difference: Difference) -> str:
    name, old, new = _field_name(difference.field), difference.old, difference.new
    if difference.kind == "moved":
        text = _("{name} đổi thứ tự thành {new}").format(name=name, new=_value(difference, new))
    elif old is None:
        text = _("thêm {name}: {new}").format(name=name, new=_value(difference, new))
    elif new is None:
        text = _("bỏ {name}: {old}").format(name=name, old=_value(difference, old))
    elif _is_long(old) or _is_long(new):
        text = _("{name} được viết lại").format(name=name)
    else:
        text = _("{name} đổi từ {old} thành {new}").format(
            name=name, old=_value(difference, old), new=_value(difference, new)
        )
    return text if text.endswith((".", ".»")) else text + "."


def _whole(difference: Difference) -> str:
    group = difference.subject == "group"
    match difference.kind:
        case "added":
            form = _("thêm chỉ số chính «{name}».") if group else _("thêm chỉ số «{name}».")
            return form.format(name=difference.new)
        case "removed":
            form = _("bỏ chỉ số chính «{name}».") if group else _("bỏ chỉ số «{name}».")
            return form.format(name=difference.old)
        case _:
            return _moved(difference.old, difference.new)


def _moved(old: object, new: object) -> str:
    if not isinstance(old, tuple) or not isinstance(new, tuple):
        return _("chuyển từ vị trí {old} sang vị trí {new} trong các chỉ số chính.").format(old=old, new=new)
    if old[0] == new[0]:
        return _("chuyển từ vị trí {old} sang vị trí {new} trong {group}.").format(old=old[1], new=new[1], group=new[0])
    return _("chuyển từ {old} sang {new}, vị trí {place}.").format(old=old[0], new=new[0], place=new[1])


def _is_long(value: object) -> bool:
    return isinstance(value, Text | str) and len(str(value)) > _LONGEST_QUOTE


def _value(difference: Difference, value: object) -> str:
    """A value as it is read in a sentence."""
    name = difference.field[-1]
    match value:
        case int() | float():
            plain = str(value) if difference.field == ("year",) else format_number(value)
            return format_percent(value) if difference.share else plain
        case dt.date():
            return format_date(value)
        case Text():
            return f"«{value.vi}»" if _says_enough(difference) else f"«{value.vi}» («{value.en or '–'}»)"
        case Source():
            return "«" + ", ".join(filter(None, (value.document, value.clause, value.url))) + "»"
        case tuple():
            return "; ".join(_value(difference, item) for item in value)
        case _:
            return f"«{_CODES.get(name, {}).get(str(value), value)}»"


def _says_enough(difference: Difference) -> bool:
    """Whether Vietnamese texts tell the difference; else it lies in the English ones."""
    old, new = difference.old, difference.new
    return not (isinstance(old, Text) and isinstance(new, Text) and old.vi == new.vi)


def _field_name(path: FieldPath) -> str:
    """What a field is called inside a sentence."""
    match path:
        case ("rule", "parts", key, *rest) if rest:
            return _("{name} của phần «{key}»").format(name=_rule_field(rest), key=key)
        case ("rule", *rest):
            return _rule_field(rest)
        case ("inputs", key, "options", option):
            return _("tên lựa chọn «{option}» của {input}").format(option=option, input=_input(key))
        case ("inputs", key, name):
            return _("{name} {input}").format(name=_input_field(name), input=_input(key))
        case ("bands", band, "from"):
            return _("điểm bắt đầu của xếp loại «{band}»").format(band=band)
        case ("bands", band, _english):
            return _("tên tiếng Anh của xếp loại «{band}»").format(band=band)
        case _:
            return _plain_fields()[".".join(path)]


def _input(key: str) -> str:
    """An input inside a sentence; the only one of a rule or of a part needs no name."""
    if key == "value":
        return _("số liệu")
    return _("số liệu «{key}»").format(key=key.removesuffix(".value"))


def _input_field(name: str) -> str:
    return {
        "name": _("tên"),
        "unit": _("đơn vị tính của"),
        "number": _("loại số của"),
        "explain": _("cách xác định"),
        "fact": _("tên dữ liệu dùng chung của"),
        "options": _("các lựa chọn của"),
    }[name]


def _rule_field(path: Sequence[str]) -> str:
    """A field of a rule, or of the rule of a part."""
    match list(path):
        case ["rule", *rest]:
            return _rule_field(rest)
        case ["steps", fraction] if float(fraction) == 1:
            return _("mức đạt điểm tối đa")
        case ["steps", fraction]:
            return _("mức đạt {fraction} điểm tối đa").format(fraction=format_percent(float(fraction)))
        case ["options", option]:
            return _("tỷ lệ điểm của lựa chọn «{option}»").format(option=option)
        case ["items", item]:
            return _("tỷ lệ điểm của mục «{item}»").format(item=item)
        case names:
            return _rule_names()[names[-1]]


def _rule_names() -> Mapping[str, str]:
    return {
        "type": _("cách chấm"),
        "full_at": _("mức đạt điểm tối đa"),
        "direction": _("chiều chấm"),
        "over": _("cách xử lý khi a lớn hơn b"),
        "of": _("căn cứ xét bậc"),
        "low": _("mốc thấp"),
        "high": _("mốc cao"),
        "due": _("hạn"),
        "lose_per_day": _("mức giảm mỗi ngày trễ"),
        "fraction": _("tỷ lệ điểm"),
        "options": _("các lựa chọn"),
        "items": _("các mục"),
        "parts": _("các phần"),
    }


def _plain_fields() -> Mapping[str, str]:
    return {
        "id": _("mã"),
        "level": _("cấp"),
        "year": _("năm"),
        "version": _("phiên bản"),
        "status": _("tình trạng"),
        "title": _("tên bộ chỉ số"),
        "legal_basis": _("căn cứ"),
        "scale": _("thang điểm"),
        "not_applicable": _("cách tính nội dung không áp dụng"),
        "rank_precision": _("số chữ số thập phân khi xếp hạng"),
        "reference_list": _("khối so sánh"),
        "name": _("tên"),
        "kind": _("loại"),
        "cap": _("mức trần"),
        "cap.bonus": _("mức thưởng nhiều nhất"),
        "cap.penalty": _("mức trừ nhiều nhất"),
        "max_points": _("điểm tối đa"),
        "evidence": _("yêu cầu tài liệu kiểm chứng"),
        "evidence_documents": _("loại tài liệu kiểm chứng"),
        "source.document": _("văn bản nguồn"),
        "source.clause": _("điều khoản nguồn"),
        "source.url": _("địa chỉ văn bản nguồn"),
        "plan_target": _("chỉ tiêu kế hoạch"),
        "covers": _("nhiệm vụ kế hoạch"),
        "measure": _("cách lấy số liệu"),
        "frequency": _("kỳ số liệu"),
        "found_in": _("nơi lấy số liệu"),
        "verifier": _("cơ quan xác nhận"),
        "coverage": _("phạm vi số liệu"),
        "applies_to": _("đơn vị áp dụng"),
        "note": _("ghi chú"),
        "rollup.how": _("cách tổng hợp"),
        "rollup.sources": _("nguồn tổng hợp"),
        "rollup.weight": _("trọng số tổng hợp"),
        "rollup.meets_at": _("mức đạt của đơn vị"),
        "inputs": _("các số liệu đầu vào"),
    }
