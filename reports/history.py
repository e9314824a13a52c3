"""The years beside each other in words and as an Excel workbook; what is re-scored is marked wherever it stands."""

from collections.abc import Iterable, Sequence

from assessment.history import (
    LevelHistory,
    LostPoints,
    Place,
    Rescored,
    UnitHistory,
    Year,
    YearCell,
)
from assessment.snapshots import same_rules
from assessment.units_in_time import Change, UnitsInTime
from criteria.model import CriteriaSet
from data.internal_totals import TotalRecord
from language import _, format_date, format_number, format_percent, format_signed
from reports.labels import (
    figures_kind,
    file_name,
    level_name,
    period_label,
    published_source,
    set_name,
    trial_label,
    used_set_status,
)
from reports.places import unplaced_text
from reports.wording import input_label
from reports.workbook import Column, Sheet, Value, workbook
from scoring.grid import in_points


def other_rules_text() -> str:
    """What stands where a line is broken because the rules changed."""
    return _("khác bộ chỉ số: không so sánh trực tiếp")


def set_short(criteria_set: CriteriaSet) -> str:
    """A set by its id and version."""
    return f"{criteria_set.id} {criteria_set.version}"


def rescored_text(new_set: CriteriaSet) -> str:
    """The mark of figures that were scored again by other rules than those of their time."""
    return _("chấm lại theo bộ {set}").format(set=set_short(new_set))


def succession_rule() -> str:
    """The declared rule by which units are followed in time."""
    return _(
        "Quy tắc theo dõi đơn vị qua thời gian: đơn vị chỉ đổi tên hoặc chỉ đổi địa bàn trực thuộc thì nối tiếp trên "
        "cùng một đường. Đơn vị được sáp nhập hoặc chia tách thì bắt đầu đường mới từ ngày sắp xếp, kể cả khi giữ "
        "nguyên tên và mã; các đơn vị trước sắp xếp đứng cạnh nhau, mỗi đơn vị một đường chấm riêng, không cộng và "
        "không lấy bình quân. Mỗi thay đổi ghi ngày và nghị quyết."
    )


def changes_in_words(changes: Iterable[Change], units: UnitsInTime) -> tuple[str, ...]:
    """What happened to units, one sentence per event, by date."""
    grouped: dict[tuple[object, ...], list[Change]] = {}
    for change in changes:
        one = change.before if change.kind == "split" else change.after
        grouped.setdefault((change.date, change.kind, one, change.source), []).append(change)
    return tuple(_change_text(group, units) for group in grouped.values())


def _change_text(group: Sequence[Change], units: UnitsInTime) -> str:
    first = group[0]
    before = ", ".join(dict.fromkeys(units.name(c.before) for c in group))
    after = ", ".join(dict.fromkeys(units.name(c.after) for c in group))
    text = {
        "merged": _("{before} sáp nhập thành {after}"),
        "renamed": _("{before} đổi tên thành {after}"),
        "split": _("{before} chia thành {after}"),
        "moved": _("{after} chuyển sang địa bàn cấp huyện khác"),
    }[first.kind].format(before=before, after=after)
    return _("{date}: {text} ({source}).").format(date=format_date(first.date), text=text, source=first.source)


def published_text(total: TotalRecord) -> str:
    """A result without inputs in words: what it is, what it can be compared with, and its source."""
    points = format_number(float(in_points(total.total)), 2)
    change = (
        ""
        if total.change is None
        else _(", {change} so với năm trước").format(change=format_signed(float(in_points(total.change)), 1))
    )
    apart = _("Không rõ bộ chỉ số nên không nối vào đường, không so sánh trực tiếp.")
    if total.unit is not None:
        who = _("đơn vị")
    elif total.level is not None:
        who = _("bình quân của cấp")
    else:
        who = _("bình quân chung các cấp")
        apart = _("Đây không phải điểm của riêng khối nào nên không vẽ cùng và không so sánh với điểm của khối.")
    return _(
        "Năm {year}, kết quả công bố, không có số liệu đầu vào ({who}): {points}{change}. {apart} Nguồn: {source}"
    ).format(year=total.year, who=who, points=points, change=change, apart=apart, source=total.source)


def history_source(years: Sequence[Year]) -> str:
    """Where the figures come from and by which set each year was scored, in one line."""
    kind = figures_kind(years[-1].snapshot.period, years[-1].snapshot.stage)
    kind = ", ".join(filter(None, (published_source(*(year.snapshot for year in reversed(years))), kind)))
    of_set: dict[str, list[str]] = {}
    for year in years:
        of_set.setdefault(set_short(year.snapshot.criteria_set), []).append(str(year.snapshot.period.year))
    sets = "; ".join(
        _("năm {years} chấm theo bộ {set}").format(years=", ".join(own), set=name) for name, own in of_set.items()
    )
    return f"{kind}; {sets}"


def unit_file_name(history: LevelHistory, unit: UnitHistory | None) -> str:
    """File name of the history of a list or of one unit."""
    snapshot = history.chosen.snapshot
    last = level_name(snapshot.level) if unit is None else unit.unit.name_vi
    return file_name(snapshot, _("Lịch sử"), last, extension="xlsx")


def history_workbook(
    history: LevelHistory,
    units: UnitsInTime,
    again: Sequence[Rescored] = (),
    unit: UnitHistory | None = None,
) -> bytes:
    """The history as .xlsx: the years, main indices per year, months of one unit, re-scored years, what was lost, units.

    again: earlier years by the rules of the chosen one, each on a sheet of its own that says so. unit: with one, only
    its rows and its months.
    """
    title = (
        _("Lịch sử kết quả: {list}").format(list=history.chosen.table.list_name)
        if unit is None
        else _("Lịch sử kết quả: {unit}").format(unit=unit.unit.name_vi)
    )
    heading = _heading(history)
    keys = None if unit is None else {unit.unit.key}
    sheets = [
        Sheet(_("Các năm"), title, heading, _year_columns(), list(_year_rows(history, keys))),
        Sheet(_("Chỉ số chính"), title, heading, _group_columns(), list(_group_rows(history, keys))),
    ]
    if unit is not None:
        sheets.append(Sheet(_("Các tháng"), title, heading, _month_columns(), list(_month_rows(unit))))
    sheets += [_rescored_sheet(one, title, heading, history, units, keys) for one in again]
    sheets += [_lost_sheet(one, title, heading) for one in again]
    changes = history.changes if unit is None else unit.changes
    events = [[text] for text in changes_in_words(changes, units)]
    sheets.append(
        Sheet(
            _("Đơn vị qua thời gian"),
            title,
            (*heading, succession_rule()),
            (Column(_("Thay đổi"), 110),),
            events,
            nothing=_("Không có thay đổi đơn vị giữa các năm này."),
        )
    )
    return workbook(sheets, title=title, label=period_label(history.chosen.snapshot.period))


def _heading(history: LevelHistory) -> tuple[str, ...]:
    lines = [
        _("Khối xếp hạng: {list}. Nguồn: {source}.").format(
            list=history.chosen.table.list_name, source=history_source(history.years)
        ),
        _("Bộ chỉ số của kỳ {period}: {set}, {status}.").format(
            period=history.chosen.snapshot.period.name,
            set=set_name(history.chosen.snapshot.criteria_set),
            status=used_set_status(history.chosen.snapshot),
        ),
        *filter(None, (trial_label(history.chosen.snapshot),)),
    ]
    lines += [
        _("Năm {year} so với năm liền trước: {text}.").format(year=y.snapshot.period.year, text=other_rules_text())
        for y in history.years
        if y.breaks
    ]
    return (*lines, *map(published_text, (*history.published, *history.of_all_levels)))


def _year_columns() -> tuple[Column, ...]:
    return (
        Column(_("Cơ quan, đơn vị (kỳ đang chọn)"), 34),
        Column(_("Số liệu đến hết tháng"), 11),
        Column(_("Đơn vị được xếp hạng trong năm"), 34),
        Column(_("Tổng điểm"), 11, "points"),
        Column(_("Hạng"), 8, "count"),
        Column(_("Số đơn vị có hạng"), 10, "count"),
        Column(_("Hạng cao nhất có thể"), 10, "count"),
        Column(_("Hạng thấp nhất có thể"), 10, "count"),
        Column(_("Xếp loại"), 14),
        Column(_("Tăng, giảm hạng so với năm trước"), 12, "change"),
        Column(_("Bộ chỉ số"), 24),
        Column(_("Ghi chú"), 40),
    )


def _year_rows(history: LevelHistory, keys: set | None) -> Iterable[Sequence[Value]]:
    for row in history.rows:
        if keys is not None and row.unit.key not in keys:
            continue
        for year, cell in zip(history.years, row.cells, strict=True):
            for place, note in _places(cell, year):
                yield (
                    row.unit.name_vi,
                    year.snapshot.name,
                    place.row.unit.name_vi,
                    place.row.total,
                    place.row.rank,
                    place.ranked,
                    place.row.best_rank,
                    place.row.worst_rank,
                    place.row.band,
                    cell.movement,
                    set_short(year.snapshot.criteria_set),
                    note,
                )


def _places(cell: YearCell, year: Year) -> Iterable[tuple[Place, str]]:
    """The places of a cell, each with its note."""
    notes = [other_rules_text()] if year.breaks else []
    for place in (cell.own, *cell.predecessors):
        if place is not None:
            own = [] if place is cell.own else [_("đơn vị trước sắp xếp")]
            told = [] if place.reported else [unplaced_text(year.snapshot.stage)]
            yield place, "; ".join((*own, *told, *notes))


def _group_columns() -> tuple[Column, ...]:
    return (
        Column(_("Cơ quan, đơn vị"), 34),
        Column(_("Số liệu đến hết tháng"), 11),
        Column(_("Mã"), 7),
        Column(_("Chỉ số chính"), 34),
        Column(_("Điểm sau quy đổi"), 11, "points"),
        Column(_("Điểm tối đa"), 11, "points"),
        Column(_("Bộ chỉ số"), 24),
    )


def _group_rows(history: LevelHistory, keys: set | None) -> Iterable[Sequence[Value]]:
    for row in history.rows:
        if keys is not None and row.unit.key not in keys:
            continue
        for year, cell in zip(history.years, row.cells, strict=True):
            for place, _note in _places(cell, year):
                for group, points, full in zip(year.table.groups, place.row.groups, year.table.maxima, strict=True):
                    yield (
                        place.row.unit.name_vi,
                        year.snapshot.name,
                        group.code,
                        str(group.name),
                        points,
                        full,
                        set_short(year.snapshot.criteria_set),
                    )


def _month_columns() -> tuple[Column, ...]:
    return (
        Column(_("Đơn vị"), 34),
        Column(_("Số liệu đến hết tháng"), 11),
        Column(_("Tổng điểm"), 11, "points"),
        Column(_("Hạng"), 8, "count"),
        Column(_("Số đơn vị có hạng"), 10, "count"),
        Column(_("Bộ chỉ số"), 24),
        Column(_("Ghi chú"), 40),
    )


def _month_rows(unit: UnitHistory) -> Iterable[Sequence[Value]]:
    for line in unit.lines:
        for n, segment in enumerate(line.segments):
            for k, point in enumerate(segment):
                notes = [_("đơn vị trước sắp xếp")] if line.into else []
                notes += [other_rules_text()] if n and not k else []
                yield (
                    point.unit.name_vi,
                    point.snapshot.name,
                    point.total,
                    point.rank,
                    point.ranked,
                    set_short(point.snapshot.criteria_set),
                    "; ".join(notes),
                )


def _rescored_sheet(
    again: Rescored,
    title: str,
    heading: Sequence[str],
    history: LevelHistory,
    units: UnitsInTime,
    keys: set | None,
) -> Sheet:
    mark = rescored_text(again.new_set)
    columns = (
        Column(_("Cơ quan, đơn vị"), 34),
        Column(_("Điểm theo bộ {set}").format(set=set_short(again.snapshot.criteria_set)), 13, "points"),
        Column(_("Hạng theo bộ {set}").format(set=set_short(again.snapshot.criteria_set)), 13, "count"),
        Column(_("Điểm {mark}").format(mark=mark), 13, "points"),
        Column(_("Điểm thấp nhất có thể"), 11, "points"),
        Column(_("Điểm cao nhất có thể"), 11, "points"),
        Column(_("Hạng {mark}").format(mark=mark), 13, "count"),
        Column(_("Hạng cao nhất có thể"), 10, "count"),
        Column(_("Hạng thấp nhất có thể"), 10, "count"),
    )
    wanted = None if keys is None else keys_in_year(history, again, keys)
    rows: list[Sequence[Value]] = [
        (
            c.unit.name_vi,
            c.old_total,
            c.old_rank,
            c.new_total,
            *again.limits[c.unit.key],
            c.new_rank,
            c.best_rank,
            c.worst_rank,
        )
        for c in again.by_key.values()
        if wanted is None or c.unit.key in wanted
    ]
    return Sheet(
        _("{year} chấm lại").format(year=again.snapshot.period.year),
        f"{title} ({again.snapshot.name}, {mark})",
        (*heading, coverage_text(again), *map(str, again.changes.not_compared)),
        columns,
        rows,
        nothing=_("Không có đơn vị nào chấm lại được."),
    )


def keys_in_year(history: LevelHistory, again: Rescored, keys: set) -> set:
    """Keys that units of the chosen year, or their predecessors, had in a re-scored year."""
    found = set()
    for row in history.rows:
        if row.unit.key in keys:
            for year, cell in zip(history.years, row.cells, strict=True):
                if year.snapshot is again.snapshot or year.snapshot.period == again.snapshot.period:
                    found |= {place.row.unit.key for place, _note in _places(cell, year)}
    return found


def coverage_text(again: Rescored) -> str:
    """How much of the new set old figures feed, in one sentence."""
    cover = again.coverage
    return _(
        "Số liệu {month} {mark}: chuyển được đủ {share} điểm tối đa ({whole} điểm); chuyển được một phần: {part} điểm; "
        "không chuyển được: {none} điểm, để là chưa có số liệu, không tính là 0."
    ).format(
        month=again.snapshot.name,
        mark=rescored_text(again.new_set),
        share=format_percent(cover.share, 1),
        whole=format_number(cover.whole, 2),
        part=format_number(cover.part, 2),
        none=format_number(cover.none, 2),
    )


def lost_texts(lost: LostPoints) -> tuple[str, ...]:
    """Why figures of a criterion do not go over, one text a reason, each naming its inputs where the set names them."""
    named: dict[str, list[str]] = {}
    for one in lost.inputs:
        key = one.place[1]
        name = "" if key == "value" and key not in lost.criterion.inputs else input_label(lost.criterion, key)
        named.setdefault(one.reason, []).append(name)
    return tuple(
        _("{inputs}: {why}").format(inputs=", ".join(names), why=why) if all(names) else why
        for why, names in named.items()
    )


def _lost_sheet(again: Rescored, title: str, heading: Sequence[str]) -> Sheet:
    rows: list[Sequence[Value]] = [
        (c.code, str(c.name), float(c.max_points), _("chuyển đủ"), "") for c in again.carried
    ]
    rows += [
        (
            one.criterion.code,
            str(one.criterion.name),
            float(one.criterion.max_points),
            _("không chuyển được") if one.wholly else _("chuyển một phần"),
            "; ".join(lost_texts(one)),
        )
        for one in again.lost
    ]
    rows += [(c.code, str(c.name), float(c.max_points), _("bộ mới không dùng"), "") for c in again.dropped]
    columns = (
        Column(_("Mã"), 10),
        Column(_("Chỉ số thành phần"), 50),
        Column(_("Điểm tối đa"), 10, "points"),
        Column(_("Chuyển số liệu"), 18),
        Column(_("Lý do"), 60),
    )
    return Sheet(
        _("{year} chuyển số liệu").format(year=again.snapshot.period.year),
        f"{title} ({again.snapshot.name}, {rescored_text(again.new_set)})",
        (*heading, coverage_text(again)),
        columns,
        rows,
    )


def comparable_years(history: LevelHistory) -> str:
    """Whether the years may be compared, in one sentence."""
    now = history.chosen.snapshot.criteria_set
    if len(history.years) == 1:
        return _("Chưa có năm trước để đặt cạnh.")
    if all(same_rules(y.snapshot.criteria_set, now) for y in history.years):
        return _("Các năm {years} cùng chấm theo bộ {set} nên so sánh trực tiếp được.").format(
            years=", ".join(str(y.snapshot.period.year) for y in history.years), set=set_short(now)
        )
    others = ", ".join(
        _("năm {year} chấm theo bộ {set}").format(year=y.snapshot.period.year, set=set_short(y.snapshot.criteria_set))
        for y in history.other_rules
    )
    return _("Kỳ «{period}» chấm theo bộ {set}; {others}: {text}.").format(
        period=history.chosen.snapshot.period.name,
        set=set_short(now),
        others=others,
        text=other_rules_text().replace(":", ","),
    )
