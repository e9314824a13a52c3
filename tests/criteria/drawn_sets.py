"""Criteria sets drawn at random, sound by construction: every rule, every field, texts and numbers of any kind."""

import re
from typing import Any

from hypothesis import strategies as st

from criteria import CriteriaSet
from criteria.loader import read_tree
from criteria.yaml_tree import YamlTree

_UNWRITABLE = re.compile("_x[0-9A-Fa-f]{4}_|x005F_|[\ufffe\uffff]")
_ANY = st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from("\n\t \"';=#:,0123456789.%-đĐếờ")
TEXTS = st.text(_ANY, min_size=1, max_size=25).filter(lambda t: not _UNWRITABLE.search(t)) | st.sampled_from(
    ["n/a", "4.10", "1e3", "true", "null", "2024-01-01", " ", '""', '" x "', "=1+1", "Số hồ sơ " * 30, "~", "- x", "Có"]
)
CODES = st.text("AbĐ4019.-_='\"#%", min_size=1, max_size=6)
KEYS = st.text("abĐ40-_='\"#", min_size=1, max_size=6)
NUMBERS = st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6)
POSITIVE = st.integers(1, 10**17) | st.floats(1e-9, 1e17)
FRACTIONS = st.sampled_from([0, 1, 0.0, 1.0, 0.5, 0.25, 0.1 + 0.2]) | st.floats(0, 1)
WORDINGS = TEXTS | st.fixed_dictionaries({"vi": TEXTS, "en": TEXTS})


def _steps(draw: st.DrawFn) -> list[dict[str, Any]]:
    reached = sorted(draw(st.lists(NUMBERS, min_size=1, max_size=4, unique=True)), reverse=True)
    fractions = st.lists(FRACTIONS, min_size=len(reached), max_size=len(reached), unique=True)
    return [{"from": a, "fraction": b} for a, b in zip(reached, sorted(draw(fractions), reverse=True), strict=True)]


def _shares(draw: st.DrawFn, keys: st.SearchStrategy[str]) -> dict[str, float]:
    names = draw(st.lists(keys, min_size=1, max_size=3, unique=True))
    return {name: draw(FRACTIONS) / len(names) for name in names}


def _goalposts(draw: st.DrawFn) -> dict[str, Any]:
    low = draw(st.none() | NUMBERS)
    return {} if low is None else {"goalposts": [low, low + draw(POSITIVE)]}


@st.composite
def simple_rules(draw: st.DrawFn) -> dict[str, Any]:
    """A rule that may stand in a part."""
    kind = draw(
        st.sampled_from(
            ["ratio", "bands", "choice", "checklist", "count", "best_relative", "min_max", "deadline", "yes_no"]
        )
    )
    over = {"over": draw(st.sampled_from(["refuse", "allow"]))}
    match kind:
        case "ratio" if draw(st.booleans()):
            return {"type": kind, "direction": "down", **over}
        case "ratio":
            return {"type": kind, "full_at": draw(POSITIVE), **over}
        case "bands":
            return {"type": kind, "of": draw(st.sampled_from(["value", "ratio"])), "steps": _steps(draw), **over}
        case "choice":
            options = TEXTS.filter(lambda t: t == t.strip() and t.casefold() != "n/a" and len(t) <= 200)
            return {"type": kind, "options": _shares(draw, options)}
        case "checklist":
            return {"type": kind, "items": _shares(draw, KEYS)}
        case "count":
            return {"type": kind, "full_at": draw(POSITIVE)}
        case "min_max":
            return {"type": kind, "direction": draw(st.sampled_from(["up", "down"])), **_goalposts(draw)}
        case "deadline":
            return {"type": kind, "due": draw(st.dates()), "lose_per_day": draw(st.floats(1e-9, 1) | st.just(1))}
        case _:
            return {"type": kind}


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    """Any rule."""
    if draw(st.integers(0, 3)):
        return draw(simple_rules() | st.just({"type": "judged"}))
    keys = _shares(draw, KEYS)
    parts = [{"key": key, "fraction": share, "rule": draw(simple_rules())} for key, share in keys.items()]
    return {"type": "parts", "parts": parts}


def _keys(rule: dict[str, Any], prefix: str = "") -> list[str]:
    if rule["type"] == "parts":
        return [key for part in rule["parts"] for key in _keys(part["rule"], part["key"] + ".")]
    if rule["type"] == "checklist":
        return [prefix + item for item in rule["items"]]
    pair = rule["type"] == "ratio" or rule.get("of") == "ratio"
    return [prefix + key for key in (("a", "b") if pair else ("value",))]


def _some(draw: st.DrawFn, fields: dict[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    return {name: draw(values) for name, values in fields.items() if draw(st.booleans())}


def _numbers(rule: dict[str, Any], prefix: str = "") -> list[str]:
    """The inputs that hold a number."""
    if rule["type"] == "parts":
        return [key for part in rule["parts"] for key in _numbers(part["rule"], part["key"] + ".")]
    return [] if rule["type"] in ("choice", "checklist", "deadline", "yes_no", "judged") else _keys(rule, prefix)


def _note(draw: st.DrawFn, *, number: bool) -> dict[str, Any]:
    options = st.dictionaries(TEXTS.filter(lambda t: len(t) <= 200), WORDINGS, max_size=3)
    return {
        "name": draw(WORDINGS),
        **_some(draw, {"unit": WORDINGS, "explain": WORDINGS, "fact": KEYS, "options": options}),
        **_some(draw, {"number": st.just("whole")} if number else {}),
    }


SOURCES = st.fixed_dictionaries(
    {"document": TEXTS}, optional={"clause": TEXTS | st.just(""), "url": TEXTS | st.just("")}
)


@st.composite
def criteria(draw: st.DrawFn, code: str) -> dict[str, Any]:
    """A criterion with any of its fields."""
    rule = draw(rules())
    noted = draw(st.lists(st.sampled_from(_keys(rule)), max_size=3, unique=True))
    return {
        "code": code,
        "name": draw(WORDINGS),
        "max_points": abs(draw(NUMBERS)),
        "rule": rule,
        "inputs": {key: _note(draw, number=key in _numbers(rule)) for key in noted},
        **_some(
            draw,
            {
                "evidence": st.sampled_from(["required", "optional", "none"]),
                "source": SOURCES,
                "plan_target": CODES,
                "covers": st.lists(TEXTS | st.just(""), max_size=3),
                "measure": st.sampled_from(["flow", "stock"]),
                "frequency": st.sampled_from(["monthly", "quarterly", "half_yearly", "yearly"]),
                "found_in": WORDINGS,
                "evidence_documents": WORDINGS,
                "verifier": CODES,
                "coverage": st.sampled_from(["own", "area"]),
                "applies_to": st.sampled_from(["public_services", "communes"]),
                "note": WORDINGS,
            },
        ),
    }


@st.composite
def sets(draw: st.DrawFn) -> CriteriaSet:
    """A set that the checker passes."""
    codes = draw(st.lists(CODES.filter(lambda c: c != "TOTAL"), min_size=3, max_size=6, unique=True))
    caps = st.fixed_dictionaries({}, optional={"bonus": POSITIVE, "penalty": POSITIVE})
    groups: list[dict[str, Any]] = []
    for code in codes[: draw(st.integers(1, 2))]:
        kind = draw(st.sampled_from(["scored", "unscored", "adjustment"]))
        cap = _some(draw, {"cap": caps}) if kind == "adjustment" else {}
        groups.append({"code": code, "name": draw(WORDINGS), "kind": kind, **cap, "criteria": []})
    for i, code in enumerate(codes[len(groups) :]):
        groups[i % len(groups)]["criteria"].append(draw(criteria(code)))
    groups = [group for group in groups if group["criteria"]]
    reached = sorted(draw(st.lists(NUMBERS, max_size=3, unique=True)), reverse=True)
    data = {
        "id": draw(CODES),
        "level": draw(st.sampled_from(["department", "district", "commune"])),
        "year": draw(st.integers(2000, 2100)),
        "bands": [{"name": draw(WORDINGS), "from": points} for points in reached],
        "groups": groups,
        **_some(
            draw,
            {
                "version": TEXTS,
                "status": st.sampled_from(["reference", "official"]),
                "title": WORDINGS,
                "legal_basis": st.lists(SOURCES, max_size=2),
                "scale": st.integers(1, 10**6) | st.floats(1e-6, 1e6),
                "not_applicable": st.sampled_from(["rescale", "full", "zero"]),
                "rank_precision": st.integers(0, 9),
                "reference_list": CODES,
            },
        ),
    }
    reading = read_tree(YamlTree(data, {}, ()), "drawn")
    assert reading.criteria_set is not None, "\n".join(map(str, reading.faults))
    return reading.criteria_set
