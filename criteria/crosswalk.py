"""How the inputs of one version of a criteria set go into another: same code and same meaning, or an explicit table."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from criteria.model import (
    BandSteps,
    Checklist,
    Choice,
    CriteriaSet,
    Criterion,
    Deadline,
    Judged,
    Parts,
    Ratio,
    Rule,
    YesNo,
    input_keys,
)
from language import _, fold

Place = tuple[str, str]
"""Criterion code and input key."""
Version = tuple[str, str]
"""Id and version of a set."""
Why = Literal["new", "moved", "kind", "meaning", "unit", "measure", "coverage", "points"]
_Kind = Literal["number", "yes_no", "option", "date", "points"]


@dataclass(frozen=True)
class Rename:
    """One line of the explicit table: a criterion that has a new code, or one of its inputs that has a new place.

    Without keys all inputs go over under the same keys. With keys only this input goes; the codes may be the same.
    """

    old: str
    new: str
    old_key: str | None = None
    new_key: str | None = None


class CrosswalkError(ValueError):
    """An explicit table that does not fit the two sets, with every fault as a sentence."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True)
class Lost:
    """An input of the new set without counterpart in the old one, and why."""

    place: Place
    why: Why

    @property
    def reason(self) -> str:
        """Why, as a part of a sentence."""
        return _reasons()[self.why]


@dataclass(frozen=True)
class Crosswalk:
    """Where every input of the new set comes from in the old one.

    old, new: id and version of each. inputs: new place -> old place. lost: inputs of the new set without counterpart.
    dropped: places of the old set that go nowhere. criteria: new criterion code -> the one old code that feeds it.
    """

    old: Version
    new: Version
    inputs: Mapping[Place, Place]
    lost: tuple[Lost, ...]
    dropped: tuple[Place, ...]
    criteria: Mapping[str, str]

    @cached_property
    def new_criteria(self) -> tuple[str, ...]:
        """Codes of the new set that no old input feeds, in its order."""
        fed = {code for code, _key in self.inputs}
        return tuple(dict.fromkeys(lost.place[0] for lost in self.lost if lost.place[0] not in fed))

    @cached_property
    def dropped_criteria(self) -> tuple[str, ...]:
        """Codes of the old set that feed no new input, in its order."""
        used = {code for code, _key in self.inputs.values()}
        return tuple(dict.fromkeys(code for code, _key in self.dropped if code not in used))


def version_of(criteria_set: CriteriaSet) -> Version:
    """Id and version, which name a set for good."""
    return criteria_set.id, criteria_set.version


def crosswalk(old: CriteriaSet, new: CriteriaSet, renames: Iterable[Rename] = ()) -> Crosswalk:
    """The crosswalk from one set to another of the same level.

    By default an input goes over when code, key and kind of value are the same and nothing that both sets say of its
    meaning differs: shared fact (or, without one, its name), unit, flow or stock, area. The table says otherwise: what
    it names goes over whatever it is called, as long as the kind of value is the same. Points given at appraisal go
    over only when the maximum is the same.
    Raises CrosswalkError naming every line of the table that does not fit.
    """
    table = tuple(renames)
    faults = tuple(_table_faults(old, new, table))
    if faults:
        raise CrosswalkError(faults)
    told = dict(_told(old, new, table))
    inputs: dict[Place, Place] = {}
    lost: list[Lost] = []
    for place in _all_places(new):
        why = None if place in told else _why_not(old, new, table, place)
        if why is None:
            inputs[place] = told.get(place, place)
        else:
            lost.append(Lost(place, why))
    used = set(inputs.values())
    dropped = tuple(place for place in _all_places(old) if place not in used)
    return Crosswalk(version_of(old), version_of(new), inputs, tuple(lost), dropped, _counterparts(inputs))


def fitting_crosswalk(
    old: CriteriaSet, new: CriteriaSet, renames: Iterable[Rename]
) -> tuple[Crosswalk, tuple[str, ...]]:
    """The crosswalk with the lines of the table that fit, taken in order, and the faults of the others as sentences."""
    kept: list[Rename] = []
    refused: list[str] = []
    for rename in renames:
        faults = tuple(_table_faults(old, new, (*kept, rename)))
        refused += faults
        if not faults:
            kept.append(rename)
    return crosswalk(old, new, kept), tuple(refused)


def _all_places(criteria_set: CriteriaSet) -> Iterator[Place]:
    for criterion in criteria_set.criteria:
        yield from ((criterion.code, key) for key in input_keys(criterion.rule))


def _told(old: CriteriaSet, new: CriteriaSet, table: Iterable[Rename]) -> Iterator[tuple[Place, Place]]:
    """New place and old place of everything that the table says."""
    for rename in table:
        if rename.old_key is not None:
            yield (rename.new, rename.new_key or rename.old_key), (rename.old, rename.old_key)
            continue
        source, target = old.by_code[rename.old], new.by_code[rename.new]
        kinds = input_kinds(source.rule)
        for key, kind in input_kinds(target.rule).items():
            if kinds.get(key) == kind and _same_points(source, target, kind):
                yield (rename.new, key), (rename.old, key)


def _table_faults(old: CriteriaSet, new: CriteriaSet, table: Iterable[Rename]) -> Iterator[str]:
    targets: set[Place | str] = set()
    for rename in table:
        sound = True
        for code, criteria_set in ((rename.old, old), (rename.new, new)):
            if code not in criteria_set.by_code:
                sound = False
                yield _("Chỉ số {code!r} không có trong bộ chỉ số {id}; hãy sửa bảng đối chiếu.").format(
                    code=code, id=criteria_set.id
                )
        target: Place | str = rename.new if rename.old_key is None else (rename.new, rename.new_key or rename.old_key)
        if target in targets:
            yield _("{target} có hai nguồn trong bảng đối chiếu; hãy giữ một.").format(target=_shown(target))
        targets.add(target)
        if sound and rename.old_key is not None:
            yield from _key_faults(old.by_code[rename.old], new.by_code[rename.new], rename)
        elif rename.new_key is not None:
            yield _("Dòng {old} → {new} có tên số liệu mới mà không có tên cũ; hãy ghi cả hai.").format(
                old=rename.old, new=rename.new
            )


def _shown(target: Place | str) -> str:
    return target if isinstance(target, str) else ".".join(target)


def _key_faults(source: Criterion, target: Criterion, rename: Rename) -> Iterator[str]:
    old_key, new_key = rename.old_key or "", rename.new_key or rename.old_key or ""
    kinds, wanted = input_kinds(source.rule), input_kinds(target.rule)
    for criterion, key, known in ((source, old_key, kinds), (target, new_key, wanted)):
        if key not in known:
            yield _("Số liệu {key!r} không có trong chỉ số {code}; chỉ số này dùng: {keys}.").format(
                key=key, code=criterion.code, keys=", ".join(known)
            )
    if old_key in kinds and new_key in wanted:
        kind = wanted[new_key]
        if kinds[old_key] != kind or not _same_points(source, target, kind):
            yield _("{old}.{old_key} và {new}.{new_key} không cùng loại giá trị nên không chuyển được.").format(
                old=rename.old, old_key=old_key, new=rename.new, new_key=new_key
            )


def input_kinds(rule: Rule, prefix: str = "") -> dict[str, _Kind]:
    """What each input of a rule holds, in order."""
    match rule:
        case Checklist():
            return {prefix + item: "yes_no" for item in rule.items}
        case Parts():
            return {key: kind for p in rule.parts for key, kind in input_kinds(p.rule, f"{p.key}.").items()}
        case Ratio() | BandSteps(of="ratio"):
            return {prefix + "a": "number", prefix + "b": "number"}
        case Choice():
            return {prefix + "value": "option"}
        case YesNo():
            return {prefix + "value": "yes_no"}
        case Deadline():
            return {prefix + "value": "date"}
        case Judged():
            return {prefix + "value": "points"}
        case _:
            return {prefix + "value": "number"}


def _same_points(source: Criterion, target: Criterion, kind: _Kind) -> bool:
    """Whether a value means the same on both maxima: points given at appraisal do only on the same one."""
    return kind != "points" or source.max_points == target.max_points


def _why_not(old: CriteriaSet, new: CriteriaSet, table: Iterable[Rename], place: Place) -> Why | None:
    """Why an input that the table does not name has no counterpart; None when the one at the same place is."""
    code, key = place
    renamed = {rename.new: rename.old for rename in table if rename.old_key is None}
    source, target = old.by_code.get(renamed.get(code, code)), new.by_code[code]
    if code not in renamed and (code in renamed.values() or any((r.old, r.old_key) == place for r in table)):
        return "moved"
    if source is None or key not in input_keys(source.rule):
        return "new"
    kind = input_kinds(target.rule)[key]
    if input_kinds(source.rule)[key] != kind:
        return "kind"
    if not _same_points(source, target, kind):
        return "points"
    return _other_meaning(source, target, key)


def _other_meaning(source: Criterion, target: Criterion, key: str) -> Why | None:
    """What both sets say of an input's meaning and say differently."""
    if not _same_name(source, target, key):
        return "meaning"
    units = [c.inputs[key].unit for c in (source, target) if key in c.inputs]
    if len({fold(unit.vi) for unit in units if unit}) > 1:
        return "unit"
    if source.measure and target.measure and source.measure != target.measure:
        return "measure"
    if source.coverage and target.coverage and source.coverage != target.coverage:
        return "coverage"
    return None


def _same_name(source: Criterion, target: Criterion, key: str) -> bool:
    """Whether an input is the same fact, or bears the same name where a set names no fact."""
    old, new = source.inputs.get(key), target.inputs.get(key)
    if old and new:
        return old.fact == new.fact if old.fact and new.fact else fold(old.name.vi) == fold(new.name.vi)
    return fold(source.name.vi) == fold(target.name.vi)


def _counterparts(inputs: Mapping[Place, Place]) -> dict[str, str]:
    """The old criterion that feeds each new one; none for a criterion fed by several."""
    sources: dict[str, set[str]] = {}
    for (new, _key), (old, _old_key) in inputs.items():
        sources.setdefault(new, set()).add(old)
    return {new: next(iter(olds)) for new, olds in sources.items() if len(olds) == 1}


def _reasons() -> Mapping[Why, str]:
    return {
        "new": _("bộ cũ không có"),
        "moved": _("số liệu cũ cùng mã đã chuyển cho chỉ số khác theo bảng đối chiếu"),
        "kind": _("bộ cũ nhận loại giá trị khác"),
        "meaning": _("bộ cũ gọi tên khác; nếu vẫn là một thì ghi vào bảng đối chiếu"),
        "unit": _("bộ cũ dùng đơn vị tính khác"),
        "measure": _("bộ cũ lấy số liệu theo cách khác (lũy kế, tại ngày chốt)"),
        "coverage": _("bộ cũ lấy số liệu ở phạm vi khác"),
        "points": _("điểm hội đồng cho theo mức tối đa khác"),
    }
