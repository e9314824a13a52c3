"""What a new version of a criteria set changes, in words and as an Excel workbook."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assessment.set_change import Cause, Effect, RankChanges, UnitChange
from criteria.crosswalk import Crosswalk, Place
from criteria.diff import Difference
from criteria.model import CriteriaSet, Criterion
from language import _, capitalised, format_signed
from reports.labels import file_name, level_name, period_label, set_name, slug, source_line
from reports.wording import input_label
from reports.workbook import Column, Sheet, workbook

MOST_CAUSES = 3
"""Causes that are named for a unit on one line; the workbook holds them all."""


@dataclass(frozen=True)
class Topic:
    """The differences of one group of a set, or of the set itself (code empty), with the names of what they concern."""

    code: str
    name: str
    lines: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Code, name and statements of the group itself and of each of its criteria."""


def topics(old: CriteriaSet, new: CriteriaSet, differences: Iterable[Difference]) -> tuple[Topic, ...]:
    """Differences by the set, then by group in the order of the new set (groups that are gone last)."""
    said: dict[tuple[str, str], list[str]] = {}
    for difference in differences:
        said.setdefault((difference.subject, difference.code), []).append(capitalised(difference.words))
    found = [Topic("", _("Bộ chỉ số"), (("", "", tuple(said.pop(("set", ""), ()))),))]
    groups = {g.code: g for s in (old, new) for g in s.groups}
    order = [g.code for g in new.groups] + [g.code for g in old.groups if g.code not in {n.code for n in new.groups}]
    for code in order:
        group = groups[code]
        own = [("group", code, str(group.name))]
        own += [("criterion", c.code, str(c.name)) for c in _members(old, new, code)]
        lines = ((key, name, tuple(said.pop((kind, key), ()))) for kind, key, name in own)
        found.append(Topic(code, str(group.name), tuple(line for line in lines if line[2])))
    return tuple(topic for topic in found if any(line[2] for line in topic.lines))


def _members(old: CriteriaSet, new: CriteriaSet, code: str) -> Iterator[Criterion]:
    """Criteria of a group in the new set, then those that the new set does not have any more."""
    for criteria_set in (new, old):
        for group in criteria_set.groups:
            if group.code == code:
                gone = criteria_set is old
                yield from (c for c in group.criteria if not gone or c.code not in new.by_code)


def cause_name(cause: Cause | Effect, old: CriteriaSet, new: CriteriaSet) -> str:
    """Which criterion a cause is: its code, both codes where they differ, and its name."""
    if cause.new_code is None and cause.old_code is None:
        return _("Điểm thưởng, điểm trừ")
    if cause.new_code is None:
        code = cause.old_code or ""
        return _("{code} của bản cũ: {name}").format(code=code, name=old.by_code[code].name)
    name = new.by_code[cause.new_code].name
    if cause.old_code is None:
        return _("{code} của bản mới: {name}").format(code=cause.new_code, name=name)
    codes = cause.new_code if cause.old_code == cause.new_code else f"{cause.old_code} → {cause.new_code}"
    return f"{codes} {name}"


def _short_name(cause: Cause) -> str:
    if cause.new_code is None and cause.old_code is None:
        return _("điểm thưởng, điểm trừ")
    if cause.new_code is None:
        return _("{code} của bản cũ").format(code=cause.old_code)
    if cause.old_code is None:
        return _("{code} của bản mới").format(code=cause.new_code)
    return cause.new_code if cause.old_code == cause.new_code else f"{cause.old_code} → {cause.new_code}"


def causes_text(change: UnitChange) -> str:
    """The largest causes of a unit's change on one line: `CQ.1 +2,5; NT.3 −1,25`."""
    return "; ".join(f"{_short_name(c)} {format_signed(c.gain, 2)}" for c in change.causes[:MOST_CAUSES])


def input_place(criteria_set: CriteriaSet, place: Place) -> str:
    """Which input of which criterion: `CQ.1: Hồ sơ nộp trực tuyến (a)`."""
    code, key = place
    criterion = criteria_set.by_code[code]
    name = str(criterion.name) if key == "value" and key not in criterion.inputs else input_label(criterion, key)
    return f"{code}: {name}"


def _difference_sheet(
    old: CriteriaSet, new: CriteriaSet, differences: Sequence[Difference], heading: tuple[str, ...]
) -> Sheet:
    columns = (Column(_("Phần"), 34), Column(_("Mã"), 12), Column(_("Tên"), 44), Column(_("Khác nhau"), 90))
    rows = [
        (f"{topic.code} {topic.name}".strip(), code, name, statement)
        for topic in topics(old, new, differences)
        for code, name, statements in topic.lines
        for statement in statements
    ]
    title = _("Khác nhau giữa hai phiên bản của bộ chỉ số")
    return Sheet(_("Khác nhau"), title, heading, columns, rows, nothing=_("Hai phiên bản giống nhau."))


def _crosswalk_sheet(old: CriteriaSet, new: CriteriaSet, crosswalk: Crosswalk, heading: tuple[str, ...]) -> Sheet:
    columns = (
        Column(_("Số liệu của bản mới"), 60),
        Column(_("Lấy từ số liệu của bản cũ"), 60),
        Column(_("Vì sao không chuyển được"), 50),
    )
    rows = [(input_place(new, n), input_place(old, o), "") for n, o in crosswalk.inputs.items()]
    rows += [(input_place(new, lost.place), "", lost.reason) for lost in crosswalk.lost]
    rows += [("", input_place(old, place), _("không dùng cho bản mới")) for place in crosswalk.dropped]
    return Sheet(_("Số liệu chuyển sang"), _("Số liệu của bản cũ dùng cho bản mới"), heading, columns, rows)


def _rank_sheet(changes: RankChanges, heading: tuple[str, ...]) -> Sheet:
    columns = (
        Column(_("Mã đơn vị"), 11),
        Column(_("Cơ quan, đơn vị"), 34),
        Column(_("Hạng theo bản cũ"), 10, "count"),
        Column(_("Hạng theo bản mới"), 10, "count"),
        Column(_("Tăng, giảm hạng"), 10, "change"),
        Column(_("Hạng cao nhất có thể"), 10, "count"),
        Column(_("Hạng thấp nhất có thể"), 10, "count"),
        Column(_("Điểm theo bản cũ"), 12, "points"),
        Column(_("Điểm theo bản mới"), 12, "points"),
        Column(_("Số chỉ số chưa có số liệu"), 12, "count"),
        Column(_("Nguyên nhân chính (điểm)"), 44),
        Column(_("Vì sao không so sánh"), 44),
    )
    rows = [
        (
            c.unit.code,
            c.unit.name_vi,
            c.old_rank,
            c.new_rank,
            c.movement,
            c.best_rank,
            c.worst_rank,
            c.old_total,
            c.new_total,
            c.missing,
            causes_text(c),
            "",
        )
        for c in changes.changes
    ]
    rows += [(n.unit.code, n.unit.name_vi, *[None] * 8, "", n.reason) for n in changes.not_compared]
    return Sheet(_("Thứ hạng"), _("Thứ hạng theo hai phiên bản của bộ chỉ số"), heading, columns, rows)


def _cause_sheet(old: CriteriaSet, new: CriteriaSet, changes: RankChanges, heading: tuple[str, ...]) -> Sheet:
    columns = (
        Column(_("Mã đơn vị"), 11),
        Column(_("Cơ quan, đơn vị"), 34),
        Column(_("Chỉ số"), 60),
        Column(_("Điểm theo bản cũ"), 12, "points"),
        Column(_("Điểm theo bản mới"), 12, "points"),
        Column(_("Tăng, giảm"), 12, "points"),
    )
    rows = [
        (c.unit.code, c.unit.name_vi, cause_name(x, old, new), x.before, x.after, x.gain)
        for c in changes.changes
        for x in c.causes
    ]
    title = _("Nguyên nhân thay đổi điểm của từng đơn vị")
    return Sheet(_("Nguyên nhân"), title, heading, columns, rows, nothing=_("Điểm không thay đổi."))


def _effect_sheet(old: CriteriaSet, new: CriteriaSet, changes: RankChanges, heading: tuple[str, ...]) -> Sheet:
    columns = (
        Column(_("Chỉ số"), 60),
        Column(_("Cộng các đơn vị"), 14, "points"),
        Column(_("Đơn vị thấp nhất"), 14, "points"),
        Column(_("Đơn vị cao nhất"), 14, "points"),
        Column(_("Chênh lệch lớn nhất giữa hai đơn vị"), 16, "points"),
    )
    rows = [(cause_name(e, old, new), e.total, e.least, e.most, e.spread) for e in changes.effects]
    title = _("Tác động của từng chỉ số đến điểm")
    return Sheet(_("Tác động"), title, heading, columns, rows, nothing=_("Điểm không thay đổi."))


def set_change_workbook(
    old: CriteriaSet,
    new: CriteriaSet,
    differences: Sequence[Difference],
    crosswalk: Crosswalk,
    changes: RankChanges | None,
) -> bytes:
    """The change from one version to another as .xlsx: ranks, causes, effects, differences, figures carried over.

    changes: None for a level that is not ranked; then the workbook holds no figures of units.
    """
    title = _("Thay đổi khi dùng phiên bản mới của bộ chỉ số")
    versions = (
        _("Bản cũ: {name}.").format(name=set_name(old)),
        _("Bản mới: {name}.").format(name=set_name(new)),
    )
    said = [_difference_sheet(old, new, differences, versions), _crosswalk_sheet(old, new, crosswalk, versions)]
    if changes is None:
        return workbook(said, title=title)
    snapshot = changes.snapshot
    heading = (
        *versions,
        _("Kỳ đánh giá: {period}. Số liệu đến hết tháng {month}.").format(
            period=snapshot.period.name, month=snapshot.name
        ),
        source_line(snapshot),
    )
    ranked = [
        _rank_sheet(changes, heading),
        _cause_sheet(old, new, changes, heading),
        _effect_sheet(old, new, changes, heading),
    ]
    return workbook([*ranked, *said], title=title, label=period_label(snapshot.period))


def set_change_file_name(old: CriteriaSet, new: CriteriaSet, changes: RankChanges | None) -> str:
    """File name of the change; it carries the demonstration prefix when it holds invented figures."""
    what = _("Thay đổi bộ chỉ số")
    if changes is None:
        return "_".join(map(slug, (what, old.id, old.version, new.version))) + ".xlsx"
    return file_name(changes.snapshot, what, level_name(changes.snapshot.level), new.version, extension="xlsx")
