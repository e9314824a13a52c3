"""What an amending decision changes: in words, and as a sheet of the published workbook."""

from collections.abc import Iterator, Sequence

from assessment.amendments import CriterionChange, CriterionMark, LevelAmendment, Place, UnitAmendment
from data.repositories import RankingListRecord
from language import _, format_number
from reports.labels import level_name, list_name, set_name
from reports.publication import without_place_text
from reports.wording import state_text
from reports.workbook import Column, Sheet, Value
from scoring.engine import CellState
from scoring.grid import STEPS_PER_POINT, in_points


def before_after(before: str, after: str) -> str:
    """Both with an arrow between: `66,00 → 71,00`; what stays stands alone."""
    return before if before == after else f"{before} → {after}"


def _points_apart(before: int, after: int, least: int = 2) -> tuple[str, str]:
    """Grid steps in points with the least decimals, or with as many as it takes to see that they are not the same."""
    for decimals in range(least, 10):
        one, other = (format_number(steps / STEPS_PER_POINT, decimals) for steps in (before, after))
        if one != other:
            return one, other
    shown = format_number(before / STEPS_PER_POINT, least)
    return shown, shown


def total_text(level: LevelAmendment, change: UnitAmendment) -> str:
    """The total before and after, with two decimals or those on which the set decides ranks."""
    places = (change.before, change.after)
    totals = [place.total for place in places if place is not None and place.total is not None]
    least = max(2, level.criteria_set.rank_precision or 0)
    shown = iter(_points_apart(totals[0], totals[-1], least) if totals else ())

    def text(place: Place | None) -> str:
        if place is None:
            return _("không có")
        return without_place_text() if place.total is None else next(shown)

    return before_after(*map(text, places))


def band_text(change: UnitAmendment) -> str:
    """The band before and after; empty where there is none."""
    bands = [place.band if place else "" for place in (change.before, change.after)]
    return before_after(*(band or "–" for band in bands)) if any(bands) else ""


def own_lists(level: LevelAmendment, change: UnitAmendment) -> tuple[RankingListRecord, ...]:
    """The lists in which a unit stands before or after."""
    places = [place for place in (change.before, change.after) if place]
    return tuple(own for own in level.lists if any(own.code in place.ranks for place in places))


def _rank_text(place: Place | None, code: str) -> str:
    if place is None or code not in place.ranks:
        return _("không có trong danh sách")
    return format_number(place.ranks[code], missing=without_place_text())


def rank_texts(level: LevelAmendment, change: UnitAmendment) -> tuple[str, ...]:
    """The rank before and after in every list: `Ủy ban nhân dân cấp huyện: 2 → 1`; a word for a unit without a list."""
    own_ranks = tuple(
        _("{list}: {rank}").format(
            list=list_name(own),
            rank=before_after(_rank_text(change.before, own.code), _rank_text(change.after, own.code)),
        )
        for own in own_lists(level, change)
    )
    return own_ranks or (without_place_text(),)


def _criterion_text(change: CriterionChange) -> str:
    before, after = change.before, change.after
    if before is not None and after is not None and not change.moved:
        told = _("số liệu khác, điểm không đổi")
        return told if before.reason == after.reason else _("lý do không áp dụng khác, điểm không đổi")
    points = [mark.points for mark in (before, after) if mark is not None and mark.state is CellState.SCORED]
    shown = iter(_points_apart(points[0], points[-1]) if points else ())

    def mark_text(mark: CriterionMark | None) -> str:
        if mark is None:
            return _("không có trong bộ chỉ số")
        return next(shown) if mark.state is CellState.SCORED else state_text(mark.state)

    return before_after(mark_text(before), mark_text(after))


def cause_texts(change: UnitAmendment) -> tuple[str, ...]:
    """What differs of a unit beside its place: its criteria by code, its name, or that only others moved."""
    before, after = change.before, change.after
    if before is None or after is None:
        return (_("đơn vị không có ở lần trước") if before is None else _("đơn vị không còn ở lần sau"),)
    found = [f"{criterion.code}: {_criterion_text(criterion)}" for criterion in change.criteria]
    if before.unit.name_vi != after.unit.name_vi:
        found.append(_("tên đơn vị: {names}").format(names=before_after(before.unit.name_vi, after.unit.name_vi)))
    elif before.unit != after.unit:
        found.append(_("thông tin về đơn vị khác, tên không đổi"))
    return tuple(found) or (_cause_elsewhere(before, after),)


def _cause_elsewhere(before: Place, after: Place) -> str:
    """Why a unit has another place whose own criteria are as they were."""
    if (before.total, before.band) != (after.total, after.band):
        return _("do bộ chỉ số thay đổi")
    if before.ranks.keys() != after.ranks.keys():
        return _("điểm không đổi; danh sách xếp hạng thay đổi")
    return _("điểm không đổi; thứ hạng thay đổi theo đơn vị khác")


def level_texts(level: LevelAmendment) -> tuple[str, ...]:
    """What differs of a level as a whole: another version of its set, lists that are called otherwise.

    Of the province, whose points are not those of the ministry. Source: product.md.
    """
    told: list[str] = []
    if level.level == "province":
        told.append(
            _("{level}: điểm tổng hợp theo {set}, không phải điểm của Bộ.").format(
                level=level_name(level.level), set=set_name(level.criteria_set)
            )
        )
    if level.sets:
        before, after = level.sets
        told.append(
            _(
                "{level}: bộ chỉ số khác nhau, trước là {before}, sau là {after}; điểm của hai lần không chấm theo cùng một "
                "quy tắc."
            ).format(level=level_name(level.level), before=set_name(before), after=set_name(after))
        )
    told += [
        _("{level}: danh sách «{before}» đổi tên thành «{after}».").format(
            level=level_name(level.level), before=list_name(before), after=list_name(after)
        )
        for before, after in level.renamed
    ]
    return tuple(told)


def nothing_moved_text() -> str:
    """What is said where texts differ, and nothing of what they publish of units, lists and sets."""
    return _("Điểm, hạng, xếp loại, số liệu, danh sách đơn vị và bộ chỉ số của hai lần như nhau.")


def unmoved_units_text() -> str:
    """What is said where sets or lists differ, and nothing of any unit."""
    return _("Không đơn vị nào khác về điểm, hạng, xếp loại, số liệu.")


def _rows(levels: Sequence[LevelAmendment]) -> Iterator[tuple[Value, ...]]:
    """Every unit that differs, once for each of its lists."""
    for level in levels:
        for change in level.units:
            places = (change.before, change.after)
            totals = [place.total if place else None for place in places]
            for own in own_lists(level, change) or (None,):
                ranks = [place.ranks.get(own.code) if place and own else None for place in places]
                yield (
                    level_name(level.level),
                    list_name(own) if own else None,
                    change.unit.code,
                    change.unit.name_vi,
                    *(None if total is None else float(in_points(total)) for total in totals),
                    *ranks,
                    *(place.band if place else None for place in places),
                    "; ".join(cause_texts(change)),
                )


def amendment_sheet(levels: Sequence[LevelAmendment], between: str) -> Sheet:
    """What an edition changes against the one before, list by list. between: which editions, by which decisions."""
    return Sheet(
        _("Nội dung sửa đổi"),
        _("Nội dung sửa đổi so với lần công bố trước"),
        (between, *(told for level in levels for told in level_texts(level))),
        (
            Column(_("Cấp"), 16),
            Column(_("Danh sách"), 30),
            Column(_("Mã đơn vị"), 11),
            Column(_("Cơ quan, đơn vị"), 30),
            Column(_("Tổng điểm trước"), 12, "fine_points"),
            Column(_("Tổng điểm sau"), 12, "fine_points"),
            Column(_("Hạng trước"), 8, "count"),
            Column(_("Hạng sau"), 8, "count"),
            Column(_("Xếp loại trước"), 12),
            Column(_("Xếp loại sau"), 12),
            Column(_("Nội dung thay đổi"), 44),
        ),
        list(_rows(levels)),
        nothing=unmoved_units_text() if levels else nothing_moved_text(),
        repeated=(0, 3),
    )
