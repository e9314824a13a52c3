"""Reading YAML: the scalars of YAML 1.2, and the line of every key and item."""

import datetime as dt

import pytest

from criteria.yaml_tree import YamlFault, read_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("true", True), ("False", False), ("null", None), ("~", None),
        ("010", 10), ("1e-3", 0.001), ("1.5E+2", 150.0), ("-7", -7), (".5", 0.5), ("1_000", "1_000"), ("0x10", "0x10"),
        ("1:30", "1:30"), ("P2P", "P2P"), ("4.22.11", "4.22.11"), ("'4.10'", "4.10"), ("4.10", 4.1),
        ("2024-12-15", dt.date(2024, 12, 15)), ("'2024-12-15'", "2024-12-15"), ("Phó Chủ tịch", "Phó Chủ tịch"),
    ],
)  # fmt: skip
def test_scalar(text: str, value: object) -> None:
    data = read_yaml(f"x: {text}\n").data
    assert data == {"x": value}
    assert isinstance(data, dict)
    assert type(data["x"]) is type(value)


def test_lines_of_keys_and_items() -> None:
    tree = read_yaml("a: 1\nb:\n  - c: 2\n    d: [3,\n      4]\n  - e\n")
    assert [tree.line(path) for path in [("a",), ("b",), ("b", 0), ("b", 0, "d"), ("b", 0, "d", 1), ("b", 1)]] == [
        1, 2, 3, 4, 5, 6,
    ]  # fmt: skip
    assert tree.line(("b", 0, "missing", "deeper")) == 3
    assert tree.line(("nowhere",)) == 1


def test_repeated_keys_are_kept_with_their_lines() -> None:
    assert read_yaml("a: 1\nb: 2\na: 3\n").repeated == ((("a",), 3),)


def test_empty_text_is_no_data() -> None:
    assert read_yaml("").data is None


def test_entities_that_grow_are_not_expanded() -> None:
    bomb = "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n"
    with pytest.raises(YamlFault) as caught:
        read_yaml(bomb)
    assert caught.value.line == 2
    assert "tham chiếu *a" in caught.value.message


def test_python_objects_are_not_built() -> None:
    with pytest.raises(YamlFault) as caught:
        read_yaml("a: 1\nb: !!python/name:os.system x\n")
    assert caught.value.line == 2
