"""Who would move if what is not applicable were treated in another way: its sentences, and its sheet of a workbook."""

from collections.abc import Iterable, Sequence

from assessment.referee import RefereeRow, RefereeTable
from criteria.model import NotApplicable
from language import _, format_number
from reports.workbook import Column, Sheet, Value

MOST_NAMED = 6
"""Units that a sentence names one by one."""


def treatment_name(treatment: NotApplicable) -> str:
    """A treatment of what is not applicable, as it is written on screens and in papers."""
    return {
        "rescale": _("quy đổi theo phần áp dụng"),
        "full": _("tính đủ điểm"),
        "zero": _("tính 0 điểm"),
    }[treatment]


def treatment_text(treatment: NotApplicable) -> str:
    """What a treatment does, in a sentence."""
    return {
        "rescale": _(
            "Quy đổi: điểm của nội dung không áp dụng ra khỏi điểm tối đa, phần còn lại quy đổi về thang điểm."
        ),
        "full": _("Đủ điểm: nội dung không áp dụng được tính như đã đạt tối đa."),
        "zero": _("0 điểm: nội dung không áp dụng vẫn giữ điểm tối đa và được 0 điểm."),
    }[treatment]


def moves_text(moves: Iterable[tuple[str, int, int]]) -> str:
    """The units that move farthest, each with both ranks, and how many more there are. moves: name, rank, other rank."""
    ordered = sorted(moves, key=lambda m: (-abs(m[2] - m[1]), m[1]))
    shown = ", ".join(f"{name} ({rank} → {other})" for name, rank, other in ordered[:MOST_NAMED])
    more = len(ordered) - MOST_NAMED
    return shown if more <= 0 else _("{names} và {n} đơn vị khác").format(names=shown, n=format_number(more))


def treatment_sentence(found: RefereeTable, treatment: NotApplicable) -> str:
    """Who moves under a treatment; empty where nobody does."""
    rows = found.moved(treatment)
    if not rows:
        return ""
    return _("Nội dung không áp dụng: nếu {treatment} thay vì {own}, {n} đơn vị đổi hạng: {names}.").format(
        treatment=treatment_name(treatment),
        own=treatment_name(found.treatment),
        n=format_number(len(rows)),
        names=moves_text((r.unit.name_vi, r.rank, r.ranks[treatment]) for r in rows),
    )


def referee_headline(found: RefereeTable) -> str:
    """How many units would move under each other treatment, in one sentence."""
    if not found.waived:
        return _("Khối này không có nội dung nào không áp dụng trong kỳ này, nên ba cách xử lý cho cùng một thứ hạng.")
    names = [treatment_name(t) for t in found.others]
    if not any(map(found.moved, found.others)):
        text = _("Không đơn vị nào đổi hạng dù {first} hay {second}").format(first=names[0], second=names[1])
    else:
        text = "; ".join(_moved_text(len(found.moved(t)), treatment_name(t)) for t in found.others)
    return _("{text} (cách đang dùng: {own}).").format(
        text=text[:1].upper() + text[1:], own=treatment_name(found.treatment)
    )


def _moved_text(units: int, treatment: str) -> str:
    if not units:
        return _("không đơn vị nào đổi hạng nếu {treatment}").format(treatment=treatment)
    return _("{n} đơn vị đổi hạng nếu {treatment}").format(n=format_number(units), treatment=treatment)


def _columns(found: RefereeTable) -> tuple[Column, ...]:
    own = treatment_name(found.treatment)
    return (
        Column(_("Mã đơn vị"), 11),
        Column(_("Cơ quan, đơn vị"), 34),
        Column(_("Số chỉ số không áp dụng"), 11, "count"),
        Column(_("Chỉ số không áp dụng"), 26),
        Column(_("Điểm đang dùng ({treatment})").format(treatment=own), 13, "points"),
        Column(_("Hạng đang dùng ({treatment})").format(treatment=own), 13, "count"),
        *(column for t in found.others for column in _other_columns(treatment_name(t))),
    )


def _other_columns(treatment: str) -> Sequence[Column]:
    return (
        Column(_("Điểm nếu {treatment}").format(treatment=treatment), 11, "points"),
        Column(_("Hạng nếu {treatment}").format(treatment=treatment), 11, "count"),
        Column(_("Số hạng tăng, giảm nếu {treatment}").format(treatment=treatment), 13, "change"),
    )


def _cells(found: RefereeTable, row: RefereeRow) -> tuple[Value, ...]:
    others = ((row.totals[t], row.ranks[t], row.places(t)) for t in found.others)
    return (
        row.unit.code,
        row.unit.name_vi,
        len(row.codes),
        ", ".join(row.codes),
        row.total,
        row.rank,
        *(value for values in others for value in values),
    )


def referee_sheet(found: RefereeTable, heading: Sequence[str]) -> Sheet:
    """Every ranked unit under the three treatments. heading: where the figures come from."""
    return Sheet(
        _("Không áp dụng"),
        _("So sánh cách xử lý nội dung không áp dụng: {list}").format(list=found.list_name),
        (*heading, referee_headline(found)),
        _columns(found),
        [_cells(found, row) for row in found.rows],
        nothing=_("Khối xếp hạng này không có cơ quan, đơn vị nào có điểm."),
        repeated=(0, 1),
    )
