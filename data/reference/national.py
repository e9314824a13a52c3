"""Published national results and the provinces they name. Form and meaning: README.md in this folder."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from data.reference import grid_steps, rows_of
from language import _, fold

OUR_PROVINCE = "brvt"
"""Our code among the 63; inside the periods the province is unit 77."""

_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")
_KINDS = ("thanhpho", "tinh", "tp")


@dataclass(frozen=True, slots=True)
class Province:
    """A province or a city under the central government until 30/6/2025, with its cell on the tile map."""

    code: str
    name_vi: str
    name_en: str
    tile_row: int
    tile_column: int


@dataclass(frozen=True, slots=True)
class SeaTile:
    """A cell of the tile map in the sea: an archipelago and the code of the province that it belongs to."""

    province: str
    name_vi: str
    name_en: str
    tile_row: int
    tile_column: int


@cache
def provinces() -> tuple[Province, ...]:
    """The 63 provinces, in the order of the table."""
    return tuple(
        Province(row["code"], row["name_vi"], row["name_en"], int(row["tile_row"]), int(row["tile_column"]))
        for row in rows_of("provinces.csv")
    )


@cache
def province_by_code() -> Mapping[str, Province]:
    """The provinces by their codes."""
    return {province.code: province for province in provinces()}


def index_names() -> Mapping[str, str]:
    """Names of the eight scored main indices by code. Source: Quyết định số 922/QĐ-BTTTT ngày 20/5/2022, phụ lục 1."""
    return {
        "NT": _("Nhận thức số"),
        "TC": _("Thể chế số"),
        "HT": _("Hạ tầng số"),
        "NL": _("Nhân lực số"),
        "AT": _("An toàn thông tin mạng"),
        "CQ": _("Hoạt động chính quyền số"),
        "KT": _("Hoạt động kinh tế số"),
        "XH": _("Hoạt động xã hội số"),
    }


@cache
def our_name() -> str:
    """What our province is called in the table of results."""
    return province_by_code()[OUR_PROVINCE].name_vi


@cache
def publication_days() -> Mapping[tuple[int, str], dt.date]:
    """On which day the packaged result of a year and province became public, where that is known."""
    rows = rows_of("national_publications.csv")
    return {(int(row["year"]), row["province"]): dt.date.fromisoformat(row["published_on"]) for row in rows}


@cache
def sea_tiles() -> tuple[SeaTile, ...]:
    """Hoàng Sa (Đà Nẵng) and Trường Sa (Khánh Hòa): every tile map shows them."""
    return tuple(
        SeaTile(row["province"], row["name_vi"], row["name_en"], int(row["tile_row"]), int(row["tile_column"]))
        for row in rows_of("sea_tiles.csv")
    )


def _plain(name: str) -> str:
    return _BETWEEN_WORDS.sub("", fold(name))


def _spellings(name: str) -> tuple[str, ...]:
    """The plain name, and the name without its kind."""
    plain = _plain(name)
    return plain, *(plain.removeprefix(kind) for kind in _KINDS if plain.startswith(kind))


@cache
def _codes_by_name() -> Mapping[str, str]:
    names = [(name, p.code) for p in provinces() for name in (p.name_vi, p.name_en)]
    aliases = [(row["alias"], row["province"]) for row in rows_of("province_aliases.csv")]
    return {spelling: code for name, code in (*names, *aliases) for spelling in _spellings(name)}


def province_code(name: str) -> str | None:
    """Code of the province that is written like this, None for an unknown one.

    Case, diacritics, blanks, dots and dashes do not matter, nor does "tỉnh", "thành phố" or "TP." before the name.
    """
    known = _codes_by_name()
    return next((known[spelling] for spelling in _spellings(name) if spelling in known), None)


def _whole(text: str) -> int | None:
    return int(text) if text else None


def _steps(text: str) -> int | None:
    return grid_steps(text) if text else None


def _scores(row: Mapping[str, str]) -> dict[str, int | None]:
    indices = {f"index_{code.lower()}": code for code in ("NT", "TC", "HT", "NL", "AT", "CQ", "KT", "XH")}
    columns = {**indices, "total": "total", **{f"pillar_{code.lower()}": code for code in ("CQS", "KTS", "XHS")}}
    return {name: _steps(row[column]) for name, column in columns.items()}


def published_results() -> list[dict[str, object]]:
    """Rows of the published results, as columns of the table of national results."""
    return [
        {
            "year": int(row["year"]),
            "province": row["province"],
            "rank": _whole(row["rank"]),
            **_scores(row),
            "source": row["source"],
        }
        for row in rows_of("national_results.csv")
    ]


def published_years() -> list[dict[str, object]]:
    """Rows of what is published of all provinces together, as columns of the table of national years."""
    return [
        {
            "year": int(row["year"]),
            "units": int(row["units"]),
            "mean": _steps(row["mean"]),
            "minimum_at_least": _steps(row["minimum_at_least"]),
            "units_above_mean": _whole(row["units_above_mean"]),
            "source": row["source"],
        }
        for row in rows_of("national_years.csv")
    ]


def published_index_ranks() -> list[dict[str, object]]:
    """Rows of the published ranks in main indices and pillars, as columns of their table."""
    return [
        {
            "year": int(row["year"]),
            "province": row["province"],
            "index_code": row["index"],
            "rank": int(row["rank"]),
            "source": row["source"],
        }
        for row in rows_of("national_index_ranks.csv")
    ]
