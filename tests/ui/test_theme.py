"""Colours: readable in both themes, apart from each other for every eye, the same in the theme and the charts."""

import tomllib
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from numpy.typing import NDArray

from ui.charts import (
    DARK_LETTERS,
    DIVERGING,
    LIGHT_LETTERS,
    MAIN_INDEX_COLOURS,
    PAGE_COLOURS,
    SEQUENTIAL,
    TEXT_COLOURS,
    chart_config,
    colour_scale,
    main_index_colour,
    rank_axis,
    vietnamese_layout,
)
from ui.tables import STYLE
from ui.tile_map import letters_on

CONFIG = tomllib.loads((Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
THEME: dict[str, Any] = CONFIG["theme"]
SCORED = ["NT", "TC", "HT", "NL", "AT", "CQ", "KT", "XH"]
# Linear-light matrices for full dichromacy: Machado, Oliveira, Fernandes, IEEE TVCG 15 (2009), table for severity 1.
SIGHTS = {
    "normal": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
LEAST_DISTANCE = 0.07


def linear(colour: str) -> NDArray[np.float64]:
    """The linear-light red, green and blue of a #rrggbb colour."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Contrast ratio as WCAG 2 defines it."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    low, high = sorted(float(linear(c) @ weights) for c in (one, other))
    return (high + 0.05) / (low + 0.05)


def perceived(colour: str, sight: str) -> NDArray[np.float64]:
    """The colour in the Oklab space (Ottosson 2020) as that sight sees it."""
    seen = np.clip(np.array(SIGHTS[sight]) @ linear(colour), 0, 1)
    cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return lab @ np.cbrt(cones @ seen)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("part", ["", "sidebar"])
@pytest.mark.parametrize("surface", ["backgroundColor", "secondaryBackgroundColor"])
def test_text_and_links_are_readable(theme: str, part: str, surface: str) -> None:
    colours = {**THEME[theme], **(THEME[theme][part] if part else {})}
    assert contrast(colours["textColor"], colours[surface]) >= 7
    assert contrast(colours["linkColor"], colours[surface]) >= 4.5


def mixed(front: str, back: str, share: float) -> str:
    """The colour of `front` laid over `back` with that share."""
    pairs = [(int(front[i : i + 2], 16), int(back[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(f * share + b * (1 - share)):02x}" for f, b in pairs)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_accent_is_readable_as_a_letter_colour(theme: str) -> None:
    accent, page = THEME[theme]["primaryColor"], THEME[theme]["backgroundColor"]
    # Streamlit lays a tenth of the accent behind a chosen segment.
    assert contrast(accent, mixed(accent, page, 0.1)) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_demonstration_label_is_readable(theme: str) -> None:
    colours = THEME[theme]
    assert contrast(colours["yellowTextColor"], colours["yellowBackgroundColor"]) >= 4.5


def test_no_page_uses_the_primary_button() -> None:
    root = Path(__file__).resolve().parents[2]
    files = [*(root / "pages").glob("*.py"), *(root / "ui").rglob("*.py")]
    assert [f.name for f in files if 'type="primary"' in f.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("sight", SIGHTS)
def test_main_indexes_stay_apart_for_every_eye(sight: str) -> None:
    distances = {
        (one, other): float(
            np.linalg.norm(perceived(MAIN_INDEX_COLOURS[one], sight) - perceived(MAIN_INDEX_COLOURS[other], sight))
        )
        for one, other in combinations(SCORED, 2)
    }
    nearest = min(distances, key=lambda pair: distances[pair])
    assert distances[nearest] >= LEAST_DISTANCE, nearest


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("code", SCORED)
def test_main_indexes_stand_out_from_the_page(theme: str, code: str) -> None:
    assert contrast(MAIN_INDEX_COLOURS[code], THEME[theme]["backgroundColor"]) >= 2.95


def test_theme_and_charts_use_the_same_colours() -> None:
    assert THEME["chartCategoricalColors"] == [MAIN_INDEX_COLOURS[code] for code in SCORED]
    assert THEME["chartSequentialColors"] == list(SEQUENTIAL)
    assert THEME["chartDivergingColors"] == list(DIVERGING)


def test_what_is_drawn_in_the_colour_of_letters_follows_the_theme_and_letters_on_coloured_cells_do_not() -> None:
    style = STYLE.read_text(encoding="utf-8")

    def as_browsers_write(colour: str) -> str:
        return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"

    for colour in TEXT_COLOURS.values():
        for kind in ("fill", "stroke"):
            assert f'[style*="{kind}: {as_browsers_write(colour)}"]' in style
    assert not {DARK_LETTERS, LIGHT_LETTERS} & set(TEXT_COLOURS.values())
    assert {letters_on(colour) for colour in (*SEQUENTIAL, *DIVERGING)} == {DARK_LETTERS, LIGHT_LETTERS}


def test_sequential_colours_darken_step_by_step() -> None:
    steps = [contrast("#000000", c) for c in SEQUENTIAL]
    assert steps == sorted(steps, reverse=True)
    assert len(set(steps)) == len(steps)


def test_colour_scale_runs_from_0_to_1() -> None:
    scale = colour_scale(SEQUENTIAL)
    assert scale[0] == (0, SEQUENTIAL[0])
    assert scale[-1] == (1, SEQUENTIAL[-1])


def test_unknown_main_index_is_grey() -> None:
    assert main_index_colour("NT") != main_index_colour("??") == MAIN_INDEX_COLOURS["DT"]


def test_picture_carries_source_unit_and_demonstration_label() -> None:
    figure = vietnamese_layout(go.Figure(), title="Điểm", unit="điểm", source="số liệu mẫu", demonstration=True)
    said = str(figure["layout"])
    assert "SỐ LIỆU TRÌNH DIỄN - KHÔNG CÓ GIÁ TRỊ" in said
    assert "Nguồn: số liệu mẫu" in said
    assert figure["layout"]["title"]["text"] == "Điểm (điểm)"
    assert figure["layout"]["separators"] == ",."
    # A picture that is saved and put on another ground stays readable.
    assert figure["layout"]["paper_bgcolor"] == PAGE_COLOURS["light"]
    assert {theme: THEME[theme]["backgroundColor"] for theme in PAGE_COLOURS} == PAGE_COLOURS


def test_a_legend_begins_below_the_marks_of_the_axis_however_low_the_chart_is() -> None:
    def below(height: int, *names: str) -> float:
        drawn = go.Figure([go.Scatter(x=[1], y=[1], name=name) for name in names], {"height": height})
        return vietnamese_layout(drawn, title="Điểm")["layout"]["legend"]["y"]

    # Title 49, marks 34 and a row of 20 a name: of 330 pixels 207 are left, of 120 the least of 60.
    assert below(330, "Một", "Hai") == -34 / 207
    assert below(120, "Một", "Hai") == -34 / 60
    own = go.Figure(go.Scatter(x=[1], y=[1]), {"legend": {"y": -0.25}})
    assert vietnamese_layout(own, title="Điểm")["layout"]["legend"]["y"] == -0.25


@pytest.mark.parametrize(
    ("last", "ranks"),
    [
        (3, [1, 2, 3]),
        (10, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (21, [1, 5, 10, 15, 20]),
        (82, [1, 10, 20, 30, 40, 50, 60, 70, 80]),
    ],
)
def test_an_axis_of_ranks_names_whole_ranks(last: int, ranks: list[int]) -> None:
    assert rank_axis(last) == {"range": [0.3, last + 0.7], "tickvals": ranks}


def test_saved_demonstration_picture_has_the_prefix() -> None:
    name = chart_config("xep-hang", demonstration=True)["toImageButtonOptions"]["filename"]
    assert name == "TRINH-DIEN_xep-hang"
    assert chart_config("xep-hang")["toImageButtonOptions"]["filename"] == "xep-hang"


def test_server_stays_on_this_machine_and_tells_nobody() -> None:
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["runner"]["postScriptGC"] is False
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert "http" not in str(THEME)
