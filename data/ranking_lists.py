"""The ranking lists of a period: every level's whole list, and the communes by district and by type."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from data.models import RankingList, RankingListMember
from language import fold, sort_key

Kind = Literal["whole", "area", "type", "other"]

WHOLE_LISTS: Mapping[str, tuple[str, str, str]] = {
    "department": ("departments", "Sở, ban, ngành", "Departments"),
    "district": ("districts", "Ủy ban nhân dân cấp huyện", "Districts"),
    "commune": ("communes", "Ủy ban nhân dân cấp xã", "Communes"),
}
"""Code, Vietnamese and English name of the list of all units of a level."""
_WHOLE_CODES = {code for code, _vi, _en in WHOLE_LISTS.values()}
_AREA, _TYPE = "communes-of-", "communes-type-"
_ENGLISH_TYPES = {"Phường": "Wards", "Thị trấn": "Townships", "Xã": "Rural communes"}


class ListedUnit(Protocol):
    """What a list asks of a unit; `name_en` may be lacking."""

    @property
    def code(self) -> str: ...
    @property
    def valid_from(self) -> dt.date: ...
    @property
    def level(self) -> str: ...
    @property
    def type_vi(self) -> str: ...
    @property
    def name_vi(self) -> str: ...
    @property
    def name_en(self) -> str | None: ...
    @property
    def parent_code(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class ListOfUnits:
    """A ranking list with the units that stand in it."""

    code: str
    level: str
    name_vi: str
    name_en: str | None
    members: tuple[ListedUnit, ...]


def kind_of(list_code: str) -> Kind:
    """What a list gathers: a whole level, the communes of an area (a district), or those of a type."""
    if list_code in _WHOLE_CODES:
        return "whole"
    return "area" if list_code.startswith(_AREA) else "type" if list_code.startswith(_TYPE) else "other"


def order_of(list_code: str, name_vi: str) -> tuple[bool, object]:
    """Sort key of lists: the whole level first, the others in Vietnamese order of their names."""
    return kind_of(list_code) != "whole", sort_key(name_vi)


def _area_list(area: ListedUnit, members: Sequence[ListedUnit]) -> ListOfUnits:
    # The state uses codes of districts again, so the code alone would name two lists.
    code = f"{_AREA}{area.code}-{area.valid_from:%Y%m%d}"
    english = f"Communes of {area.name_en}" if area.name_en else None
    return ListOfUnits(code, "commune", f"Các xã, phường, thị trấn của {area.name_vi}", english, tuple(members))


def _type_list(type_vi: str, members: Sequence[ListedUnit]) -> ListOfUnits:
    code = _TYPE + "-".join(fold(type_vi).split())
    name = f"Các {type_vi[:1].lower()}{type_vi[1:]} trong tỉnh"
    return ListOfUnits(code, "commune", name, _ENGLISH_TYPES.get(type_vi), tuple(members))


def lists_of(units: Collection[ListedUnit]) -> Iterator[ListOfUnits]:
    """The lists of the units of one period: each level's whole list, then communes by district and by type.

    A list without units is left out: a district without communes has none.
    """
    for level, (code, name_vi, name_en) in WHOLE_LISTS.items():
        members = tuple(unit for unit in units if unit.level == level)
        if members:
            yield ListOfUnits(code, level, name_vi, name_en, members)
    communes = [unit for unit in units if unit.level == "commune"]
    for area in (unit for unit in units if unit.level == "district"):
        members = [unit for unit in communes if unit.parent_code == area.code]
        if members:
            yield _area_list(area, members)
    for type_vi in sorted({unit.type_vi for unit in communes}, key=sort_key):
        yield _type_list(type_vi, [unit for unit in communes if unit.type_vi == type_vi])


def store_lists(session: Session, period_id: int, lists: Iterable[ListOfUnits]) -> None:
    """Stores the lists of a period with their members; what is stored already stays as it is."""
    wanted = list(lists)
    known = set(session.scalars(select(RankingList.code)))
    new = [
        {"code": x.code, "level": x.level, "name_vi": x.name_vi, "name_en": x.name_en}
        for x in wanted
        if x.code not in known
    ]
    there = {
        tuple(row)
        for row in session.execute(
            select(RankingListMember.list_code, RankingListMember.unit_code).where(
                RankingListMember.period_id == period_id
            )
        )
    }
    members = [
        {"list_code": x.code, "period_id": period_id, "unit_code": unit.code, "unit_valid_from": unit.valid_from}
        for x in wanted
        for unit in x.members
        if (x.code, unit.code) not in there
    ]
    for table, rows in ((RankingList, new), (RankingListMember, members)):
        if rows:
            session.connection().execute(insert(table), rows)
