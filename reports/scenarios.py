"""Scenarios in words and as an Excel workbook: what is assumed, what comes out, who moves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assessment.province import ProvincialSnapshot
from assessment.scenarios import SavedScenario, ScenarioResult, UnitRow
from criteria.model import Criterion, Level
from language import _, format_date, format_number, format_percent, format_signed, local_day
from reports.base_line import origin_in_words, origin_name, question_in_words, reference_points_sentence
from reports.labels import DEMONSTRATION_PREFIX, is_demonstration, level_name, period_label, slug
from reports.scenario_causes import mean_rank, waterfall_rows
from reports.wording import input_name, input_unit, value_text
from reports.workbook import Column, Sheet, Value, workbook
from scoring.national import INDEX_WEIGHTS
from scoring.outlook import Outlook, Pace, shown
from scoring.outlook.assumptions import AppraisalCut
from scoring.scenarios import (
    ComponentShare,
    IndexScore,
    InputChange,
    Override,
    TargetChange,
    WeightFactor,
    is_share,
    lower_is_better,
)
from scoring.waterfall import NationalWaterfall

PACES: dict[str, Pace] = {
    "": Pace(),
    "nhanh": Pace(growth=1.5),
    "cham": Pace(growth=0.5),
    "dung": Pace(frozen=True),
}
"""What rivals may do, by code."""


def pace_name(code: str) -> str:
    """What rivals do, in a word or two."""
    return {
        "": _("Như dự báo"),
        "nhanh": _("Nhanh hơn 1,5 lần"),
        "cham": _("Chậm bằng một nửa"),
        "dung": _("Đứng yên (để so sánh)"),
    }[code]


def pace_code(pace: Pace) -> str:
    """Code of what rivals do; as forecast for a pace that has none."""
    return next((code for code, own in PACES.items() if own == pace), "")


def cut_in_words(cut: AppraisalCut) -> str:
    """The appraisal cut with its lowest, likeliest and highest share."""
    return _("thấp nhất {low}, thường gặp {mode}, cao nhất {high} phần điểm tăng thêm").format(
        low=format_percent(cut.low), mode=format_percent(cut.mode), high=format_percent(cut.high)
    )


def chance_text(chance: float) -> str:
    """A chance as it is shown: to 5 %."""
    return format_percent(shown(chance), 0)


def interval_text(outlook: Outlook) -> str:
    """Between which chances the assumptions leave it, to 5 %; without them the interval of the draws."""
    low, high = outlook.assumed or outlook.sampling
    return _("{low}–{high}").format(low=format_number(100 * shown(low), 0), high=format_percent(shown(high), 0))


def ranks_text(outlook: Outlook) -> str:
    """The 90 % range of the rank."""
    return _("{low}–{high}").format(low=outlook.rank_quantile(0.05), high=outlook.rank_quantile(0.95))


def basis_text(outlook: Outlook, base_year: int) -> str:
    """What a chance rests on."""
    return _(
        "Ước tính, dựa trên {totals} trên {provinces} tổng điểm được công bố của năm {year} và {changes} lần thay đổi "
        "mức chung; làm tròn đến 5 %."
    ).format(
        totals=outlook.base_totals,
        provinces=outlook.provinces,
        year=base_year,
        changes=len(outlook.movement.changes),
    )


def spread_text(result: ScenarioResult) -> str:
    """Why the range of ranks is as wide as it is: the level of all others moves, ours stays unless we act."""
    if result.scenario.pace.frozen:
        return _("Các tỉnh khác được giữ đứng yên để so sánh; đó không phải dự báo.")
    moved = result.outlook.movement
    return _(
        "Không làm gì thì điểm của tỉnh đứng tại chỗ, còn mặt bằng chung của các tỉnh khác được rút quanh mức {growth} "
        "một năm với độ lệch chuẩn {spread}, vì những lần thay đổi đã công bố lớn và không đều ({changes}); khoảng "
        "hạng vì vậy rất rộng."
    ).format(
        growth=format_signed(moved.growth * result.scenario.pace.growth, 4),
        spread=format_number(moved.spread(1), 4),
        changes="; ".join(
            _("{before}-{after}: {change}").format(
                before=c.from_year, after=c.to_year, change=format_signed(c.change, 4)
            )
            for c in moved.changes
        ),
    )


def amount_text(criterion: Criterion, amount: float) -> str:
    """A level of a criterion with its unit: a share in percent, or the value."""
    if is_share(criterion):
        return format_percent(amount)
    return f"{format_number(amount)} {input_unit(criterion, 'value')}".rstrip()


def _criterion(snapshot: ProvincialSnapshot, level: Level, code: str) -> Criterion | None:
    chosen = snapshot.criteria_set if level == "province" else snapshot.levels[level].criteria_set
    return chosen.by_code.get(code)


def _unit_name(snapshot: ProvincialSnapshot, level: Level, code: str) -> str:
    units = (snapshot.unit,) if level == "province" else snapshot.levels[level].units
    return next((u.name_vi for u in units if u.code == code), code)


def override_in_words(snapshot: ProvincialSnapshot, override: Override) -> str:
    """One row of a scenario as a sentence without its full stop."""
    match override:
        case InputChange(level=level, unit=unit, criterion=code, key=key, value=value):
            criterion = _criterion(snapshot, level, code)
            shown_value = str(value) if criterion is None else value_text(criterion, key, value, unit=True)
            name = key if criterion is None else input_name(criterion, key)
            return _("{unit}: {code}, {name} = {value}").format(
                unit=_unit_name(snapshot, level, unit), code=code, name=name, value=shown_value
            )
        case TargetChange():
            return _target_in_words(snapshot, override)
        case ComponentShare(criterion=code, share=share):
            return _("Tỉnh: {code} đạt {share} điểm tối đa").format(code=code, share=format_percent(share))
        case IndexScore(index=code, score=score):
            return _("Tỉnh: chỉ số chính {code} đạt {score}").format(code=code, score=format_number(score, 4))
        case WeightFactor(level=level, node=node, factor=factor):
            return _("{level}: điểm tối đa của {node} nhân với {factor}").format(
                level=level_name(level), node=node, factor=format_number(factor)
            )


def _target_in_words(snapshot: ProvincialSnapshot, override: TargetChange) -> str:
    criterion = _criterion(snapshot, override.level, override.criterion)
    amount = format_number(override.target) if criterion is None else amount_text(criterion, override.target)
    if override.scope == "list":
        lists = snapshot.levels[override.level].lists
        who = _("Mọi đơn vị của khối «{name}»").format(
            name=next((x.name_vi for x in lists if x.code == override.where), override.where)
        )
    else:
        who = _unit_name(snapshot, override.level, override.where)
    name = override.criterion if criterion is None else f"{override.criterion} {criterion.name}"
    words = (
        _("{who}: {name} bằng {amount}")
        if override.exact
        else _("{who}: {name} nhiều nhất {amount}")
        if criterion is not None and lower_is_better(criterion)
        else _("{who}: {name} đạt từ {amount}")
    )
    return words.format(who=who, name=name, amount=amount)


def scenario_label(saved: SavedScenario) -> str:
    """Name, and when it was last changed, as a list shows it."""
    return _("{name} (lưu ngày {date})").format(name=saved.name, date=format_date(local_day(saved.changed_at)))


@dataclass(frozen=True)
class Alike:
    """Our chance of the top when we move as all provinces do, instead of standing where we stand."""

    chance: float
    draws: int


def alike_text(alike: Alike) -> str:
    """What comes of moving like the others, beside doing nothing."""
    return _("Nếu tỉnh thay đổi như mặt bằng chung: khả năng khoảng {chance}.").format(chance=chance_text(alike.chance))


def where_from(result: ScenarioResult, alike: Alike | None = None) -> Iterator[tuple[str, str]]:
    """Where every number comes from: name and sentence. alike: where it is shown beside the answer."""
    base, outlook = result.base, result.outlook
    yield _("Điểm gốc"), origin_in_words(base)
    yield (
        _("Nguồn của kết quả năm gốc"),
        "; ".join(base.sources),
    )
    yield (
        _("Phần thay đổi"),
        _(
            "Điểm gốc của từng chỉ số chính cộng phần tăng, giảm của tỷ lệ đạt theo bộ tham chiếu so với kỳ {period} "
            "({total} so với gốc); chỉ số chính đặt trực tiếp thì lấy đúng điểm đã đặt. Không làm gì thì điểm đứng tại "
            "chỗ trong khi các tỉnh khác thay đổi."
        ).format(period=result.snapshot.name, total=format_signed(result.change, 4)),
    )
    yield (
        _("Cắt khi thẩm định"),
        _("Trừ vào phần điểm tăng thêm: {cut}. Căn cứ yếu: chỉ biết hai trường hợp chênh lệch.").format(
            cut=cut_in_words(result.scenario.cut)
        ),
    )
    yield (
        _("Nhiễu"),
        _(
            "Mỗi lần mô phỏng cộng một nhiễu có trung bình bằng 0. Điểm năm {year} của tỉnh sau khi cắt và cộng nhiễu: "
            "giữa {middle}, khoảng 90 % từ {low} đến {high}."
        ).format(
            year=base.target_year,
            low=format_number(outlook.score[0], 4),
            middle=format_number(outlook.score[1], 4),
            high=format_number(outlook.score[2], 4),
        ),
    )
    yield (
        _("Các tỉnh khác"),
        _("{pace}; mức chung dự kiến thay đổi {growth} một năm, đã kéo về 0 vì số liệu ít.").format(
            pace=pace_name(pace_code(result.scenario.pace)), growth=format_signed(outlook.movement.growth, 4)
        ),
    )
    yield _("Khả năng"), basis_text(outlook, base.base_year)
    if alike is not None:
        yield (
            _("Thay đổi như mặt bằng chung"),
            _(
                "{draws} lần mô phỏng cả {provinces} tỉnh, thành phố từ kết quả năm {year}; tỉnh nhà thay đổi theo cùng "
                "phân bố với các tỉnh khác thay cho đứng tại chỗ, không tính kịch bản."
            ).format(draws=format_number(alike.draws), provinces=outlook.provinces, year=base.base_year),
        )
    yield _("Điểm thành phần"), reference_points_sentence()


def index_names(snapshot: ProvincialSnapshot) -> dict[str, str]:
    """Names of the main indices by code, as the provincial set gives them."""
    names = {g.code: str(g.name) for g in snapshot.criteria_set.groups}
    return {code: names.get(code, code) for code in INDEX_WEIGHTS}


def _result_facts(result: ScenarioResult) -> Sequence[Sequence[Value]]:
    now, still = result.outlook, result.base_outlook
    needed = [
        (
            _("Điểm cần để có khả năng {share}").format(share=format_percent(share, 0)),
            format_number(still.needed[share], 4),
            format_number(value, 4),
        )
        for share, value in now.needed.items()
    ]
    return [
        (_("Tổng điểm trước thẩm định"), format_number(result.base.total, 4), format_number(result.total, 4)),
        (_("Hạng trung vị"), str(still.rank_quantile(0.5)), str(now.rank_quantile(0.5))),
        (_("Khoảng 90 % của hạng"), ranks_text(still), ranks_text(now)),
        (_("Khả năng trong nhóm 15"), chance_text(still.chance), chance_text(now.chance)),
        (_("Khoảng của khả năng theo giả định"), interval_text(still), interval_text(now)),
        *needed,
    ]


def scenario_workbook(result: ScenarioResult, name: str, causes: NationalWaterfall) -> bytes:
    """The scenario beside doing nothing, as an Excel file; causes: why our rank moves from the base year."""
    heading = [question_in_words(result.base), reference_points_sentence(), origin_in_words(result.base)]
    names, title = index_names(result.snapshot), _("Kịch bản mô phỏng: {name}").format(name=name)
    words = [
        (number, override_in_words(result.snapshot, override))
        for number, override in enumerate(result.scenario.overrides, 1)
    ]
    text = [Column(_("Nội dung"), 44), Column(_("Không làm gì"), 26), Column(_("Kịch bản"), 26)]
    sheets = [
        Sheet(_("Kết quả"), title, heading, text, _result_facts(result)),
        Sheet(
            _("Vì sao hạng thay đổi"),
            title,
            [
                _("Hạng năm {base}: {rank}; hạng bình quân năm {target} theo kịch bản: {mean}.").format(
                    base=result.base.base_year,
                    rank=mean_rank(causes, causes.start),
                    target=result.base.target_year,
                    mean=mean_rank(causes, causes.end),
                )
            ],
            [
                Column(_("Nguyên nhân, theo thứ tự"), 30),
                Column(_("Số bậc"), 10),
                Column(_("Hạng bình quân sau bước"), 16),
                Column(_("Cách tính"), 80),
            ],
            waterfall_rows(causes, between=False),
        ),
        Sheet(
            _("Nội dung kịch bản"),
            title,
            [
                _("Các tỉnh khác: {pace}.").format(pace=pace_name(pace_code(result.scenario.pace))),
                _("Cắt khi thẩm định: {cut}.").format(cut=cut_in_words(result.scenario.cut)),
            ],
            [Column(_("STT"), 6, "count"), Column(_("Nội dung"), 110)],
            words,
            nothing=_("Kịch bản không thay đổi số liệu nào."),
        ),
        Sheet(
            _("Chỉ số chính"),
            title,
            [_("Điểm gốc: {origin}.").format(origin=origin_name(result.base))],
            [
                Column(_("Mã"), 8),
                Column(_("Chỉ số chính"), 36),
                Column(_("Trọng số"), 10, "count"),
                Column(_("Điểm gốc"), 12, "fine_points"),
                Column(_("Bộ tham chiếu: kỳ gốc"), 14, "fine_points"),
                Column(_("Bộ tham chiếu: kịch bản"), 14, "fine_points"),
                Column(_("Điểm kịch bản"), 12, "fine_points"),
                Column(_("Đặt trực tiếp"), 12),
            ],
            [
                (
                    row.code,
                    names[row.code],
                    INDEX_WEIGHTS[row.code],
                    row.base,
                    _finite(row.roll_up_before),
                    _finite(row.roll_up_after),
                    row.after,
                    _("có") if row.direct else "",
                )
                for row in result.indices
            ],
        ),
        Sheet(
            _("Đơn vị thay đổi"),
            title,
            [],
            [
                Column(_("Khối xếp hạng"), 26),
                Column(_("Cơ quan, đơn vị"), 40),
                Column(_("Điểm trước"), 12, "points"),
                Column(_("Điểm sau"), 12, "points"),
                Column(_("Hạng trước"), 10, "count"),
                Column(_("Hạng sau"), 10, "count"),
            ],
            [
                (row.list_name, row.unit.name_vi, row.total_before, row.total_after, row.rank_before, row.rank_after)
                for row in result.units
            ],
            nothing=_("Không đơn vị nào thay đổi điểm hoặc hạng."),
        ),
        Sheet(
            _("Tỉnh quanh vạch"),
            title,
            [basis_text(result.outlook, result.base.base_year)],
            [
                Column(_("Tỉnh, thành phố"), 30),
                Column(_("Điểm 5 %"), 12, "fine_points"),
                Column(_("Điểm giữa"), 12, "fine_points"),
                Column(_("Điểm 95 %"), 12, "fine_points"),
                Column(_("Khả năng trong nhóm 15"), 16, "percent"),
                Column(_("Khả năng đứng trên tỉnh ta"), 16, "percent"),
            ],
            [
                (r.province, r.score_p05, r.score_p50, r.score_p95, shown(r.top_chance), shown(r.above_us))
                for r in result.rivals
            ],
        ),
        Sheet(
            _("Số này từ đâu"),
            title,
            [],
            [Column(_("Nội dung"), 28), Column(_("Giải thích"), 110)],
            list(where_from(result)),
        ),
    ]
    return workbook(sheets, title=title, label=period_label(result.snapshot.period))


def _finite(value: float) -> float | None:
    return value if value == value else None


def scenario_file_name(result: ScenarioResult, name: str) -> str:
    """Name of the workbook: `TRINH-DIEN_kich-ban_ten_2023-2024.xlsx`."""
    prefix = DEMONSTRATION_PREFIX if is_demonstration(result.snapshot.period) else ""
    years = f"{result.base.base_year}-{result.base.target_year}"
    return f"{prefix}kich-ban_{slug(name) or 'moi'}_{years}.xlsx"


def comparison_file_name(results: Sequence[tuple[str, ScenarioResult]]) -> str:
    """Name of the workbook that stands scenarios side by side."""
    invented = any(is_demonstration(r.snapshot.period) for _name, r in results)
    return f"{DEMONSTRATION_PREFIX if invented else ''}so-sanh-kich-ban.xlsx"


def comparison_workbook(results: Sequence[tuple[str, ScenarioResult]]) -> bytes:
    """Scenarios side by side: score by main index, total, rank, chance, who moved."""
    label = next((x for x in (period_label(r.snapshot.period) for _name, r in results) if x), "")
    columns = [Column(_("Nội dung"), 40), *(Column(name, 26) for name, _result in results)]
    sheet = Sheet(
        _("So sánh"),
        _("So sánh các kịch bản"),
        [reference_points_sentence()],
        columns,
        [[title, *values] for title, values in comparison_rows([result for _name, result in results])],
    )
    movers = Sheet(
        _("Đơn vị đổi hạng"),
        _("Đơn vị đổi hạng trong các kịch bản"),
        [],
        [Column(_("Cơ quan, đơn vị"), 40), Column(_("Khối xếp hạng"), 26), *columns[1:]],
        [(name, where, *texts) for name, where, texts in mover_rows([result for _name, result in results])],
        nothing=_("Không kịch bản nào làm đơn vị nào đổi hạng."),
    )
    return workbook([sheet, movers], title=_("So sánh các kịch bản"), label=label)


def comparison_rows(results: Sequence[ScenarioResult]) -> list[tuple[str, list[str]]]:
    """Title and one text a scenario, as the screen and the workbook show them."""
    names = index_names(results[0].snapshot)
    rows = [
        (_("Kỳ số liệu"), [r.snapshot.name for r in results]),
        (_("Năm gốc"), [str(r.base.base_year) for r in results]),
        (_("Các tỉnh khác"), [pace_name(pace_code(r.scenario.pace)) for r in results]),
    ]
    for place, code in enumerate(INDEX_WEIGHTS):
        rows.append(
            (f"{code} {names[code]}", [_with_change(r.indices[place].after, r.indices[place].change) for r in results])
        )
    return [
        *rows,
        (_("Tổng điểm trước thẩm định"), [_with_change(r.total, r.change) for r in results]),
        (_("Hạng trung vị"), [str(r.outlook.rank_quantile(0.5)) for r in results]),
        (_("Khoảng 90 % của hạng"), [ranks_text(r.outlook) for r in results]),
        (_("Khả năng trong nhóm 15"), [chance_text(r.outlook.chance) for r in results]),
        (_("Khoảng của khả năng"), [interval_text(r.outlook) for r in results]),
        (_("Số đơn vị thay đổi"), [format_number(len(r.units)) for r in results]),
    ]


def _with_change(value: float, change: float) -> str:
    if not change:
        return format_number(value, 4)
    return f"{format_number(value, 4)} ({format_signed(change, 4)})"


def mover_rows(results: Sequence[ScenarioResult]) -> list[tuple[str, str, list[str]]]:
    """Units whose rank any of the scenarios changes: name, ranking list, and what each scenario does to the rank.

    Those that move furthest come first.
    """
    found: dict[tuple[Level, str], list[UnitRow | None]] = {}
    for place, result in enumerate(results):
        for row in result.units:
            if row.movement:
                found.setdefault((row.level, row.unit.code), [None] * len(results))[place] = row
    ordered = sorted(found.values(), key=lambda rows: -max(abs(r.movement) for r in rows if r))
    told = []
    for rows in ordered:
        known = next(r for r in rows if r)
        told.append((known.unit.name_vi, known.list_name, [_movement(r) for r in rows]))
    return told


def _movement(row: UnitRow | None) -> str:
    if row is None:
        return _("giữ hạng")
    return _("{before} → {after} ({places})").format(
        before=row.rank_before, after=row.rank_after, places=format_signed(row.movement)
    )
