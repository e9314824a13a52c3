"""What an amending decision changes, or would change: a table for every level at which anything differs."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from assessment.amendments import LevelAmendment
from language import _, format_number
from reports.amendment import (
    band_text,
    cause_texts,
    level_texts,
    nothing_moved_text,
    rank_texts,
    total_text,
    unmoved_units_text,
)
from reports.labels import level_name
from ui.plain import plain
from ui.tables import Column, draw, lines_in_cell, table


def draw_amended_levels(levels: Sequence[LevelAmendment], between: str) -> None:
    """The units that differ with what moved them, level by level. between: what is compared with what."""
    if not levels:
        st.caption(f"{between}. {nothing_moved_text()}")
        return
    told = [sentence for level in levels for sentence in level_texts(level)]
    if told:
        st.info("\n".join(f"- {plain(sentence)}" for sentence in told))
    changed = [level for level in levels if level.units]
    if changed:
        draw(*(_level_table(level, between) for level in changed))
    else:
        st.caption(f"{between}. {unmoved_units_text()}")


def _level_table(level: LevelAmendment, between: str) -> Markup:
    columns = [
        Column(_("Cơ quan, đơn vị")),
        Column(_("Tổng điểm"), "nowrap"),
        Column(_("Hạng theo danh sách"), "wide"),
        Column(_("Xếp loại")),
        Column(_("Nội dung thay đổi"), "wide"),
    ]
    rows = [
        [
            change.unit.name_vi,
            total_text(level, change),
            lines_in_cell(rank_texts(level, change)),
            band_text(change),
            lines_in_cell(cause_texts(change)),
        ]
        for change in level.units
    ]
    caption = _("{level}: {n} cơ quan, đơn vị có thay đổi. {between}.").format(
        level=level_name(level.level), n=format_number(len(rows)), between=between
    )
    return table(columns, rows, caption=caption, stack=True)
