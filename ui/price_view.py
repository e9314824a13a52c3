"""How open steps are drawn: by national points per effort, and gathered by provincial component."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import streamlit as st
from markupsafe import Markup

from assessment.efforts import measure_name, step_names
from assessment.path import PathGround
from criteria.model import Level
from language import _, fold, format_number, format_signed
from reports.path import default_mark, input_names, needs_others_text, per_effort, place_text, step_text
from scoring.grid import in_points
from scoring.path.prices import Price
from ui import gateway
from ui.gateway_path import ground as path_ground
from ui.kept import kept
from ui.tables import Column, draw, marked, table

ROWS = {"50": 50, "200": 200, "500": 500}


@dataclass(frozen=True)
class PriceRow:
    """An open step ready to be filtered; its cells are written when it is first drawn, and kept."""

    ground: PathGround
    price: Price
    level: Level
    main_indices: frozenset[str]
    searched: str

    @cached_property
    def cells(self) -> tuple[object, ...]:
        """The row as it is drawn."""
        ground, price, step = self.ground, self.price, self.price.step
        amount = format_number(float(step.effort.amount))
        rate = per_effort(ground, price)
        gain = float(in_points(price.gain)) / ground.scale * 1000
        nothing = needs_others_text(price) or _("chưa tăng tổng điểm")
        return (
            place_text(ground, step),
            step_names()[step.level.value],
            step_text(ground, step),
            format_signed(gain, 2) if gain else Markup('<span class="dti-none">{}</span>').format(nothing),
            marked(amount, default_mark(step.effort)),
            _("không tốn nguồn lực") if rate is None else format_number(rate, 3),
            _("chính đơn vị") if step.effort.owner == step.unit else ground.scope.owner_name(step.effort.owner),
        )


@kept(4)
def _rows(version: gateway.Version, period_id: int, month: int) -> tuple[PriceRow, ...]:
    ground = path_ground(period_id, month)
    group_of = {c.code: g.code for g in ground.snapshot.criteria_set.groups for c in g.criteria}
    return tuple(
        PriceRow(
            ground,
            price,
            ground.level_of[price.step.set_id],
            frozenset(group_of[code] for code, _gain in price.step.gains),
            fold(f"{place_text(ground, price.step)} {input_names(ground, price.step)}"),
        )
        for price in ground.prices
    )


def price_rows(period_id: int, month: int) -> tuple[PriceRow, ...]:
    """Every open step of the province, most national points per effort first."""
    return _rows(gateway.version(), period_id, month)


def draw_steps(ground: PathGround, rows: Sequence[PriceRow], most: int) -> None:
    """The first rows as a table."""
    measure = measure_name(ground.edition.content.measure)
    columns = (
        Column(_("Cơ quan, đơn vị; chỉ số")),
        Column(_("Bước"), "nowrap"),
        Column(_("Việc phải làm")),
        Column(_("Tăng điểm"), "right"),
        Column(_("Nguồn lực ({measure})").format(measure=measure), "right"),
        Column(_("Điểm trên một {measure}").format(measure=measure), "right"),
        Column(_("Đơn vị chủ trì")),
    )
    caption = _(
        "{shown} trên {n} bước, nhiều điểm toàn quốc trên một {measure} nhất xếp trước; điểm theo thang 1000 khi chỉ làm bước "
        "đó, sau quy đổi phần không áp dụng và giới hạn thang điểm"
    ).format(shown=format_number(min(most, len(rows))), n=format_number(len(rows)), measure=measure)
    draw(table(columns, (row.cells for row in rows[:most]), caption=caption, stack=True))


def draw_components(ground: PathGround) -> None:
    """Provincial components: what all their steps bring together, and the least effort for as much."""
    prices = ground.component_prices
    if prices is None:
        st.info(
            _(
                "Không gộp được theo thành phần: có bước góp vào nhiều thành phần, hoặc nguồn lực các bước quá khác nhau. "
                "Hãy xem từng bước."
            )
        )
        return
    measure = measure_name(ground.edition.content.measure)
    columns = (
        Column(_("Thành phần cấp tỉnh")),
        Column(_("Tăng điểm tối đa"), "right"),
        Column(_("Nguồn lực ít nhất ({measure})").format(measure=measure), "right"),
        Column(_("Số bước"), "right"),
        Column(_("Điểm trên một {measure}").format(measure=measure), "right"),
    )
    rows = []
    for price in prices:
        gain, effort = float(in_points(price.gain)) / ground.scale * 1000, float(price.effort)
        rows.append(
            (
                f"{price.code} {ground.component(price.code).name}",
                format_signed(gain, 2),
                format_number(effort),
                format_number(price.steps),
                format_number(gain / effort, 3) if effort else _("không tốn nguồn lực"),
            )
        )
    caption = _(
        "Gộp theo thành phần: các bước tổng hợp lên cấp tỉnh không cộng dồn, nên tính chung cả thành phần; điểm toàn quốc theo "
        "thang 1000 khi làm đủ các bước của thành phần"
    )
    draw(table(columns, rows, caption=caption, stack=True))
