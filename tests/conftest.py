"""Shared by all tests: the packages of this checkout come first, whatever pytest was started with."""

import gc
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
LONGEST_FOLDERS = ("e2e", "faults", "load")
LONGEST_FILES = ("test_path_page.py", "test_backup.py")
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

# How fast a case runs says nothing about whether it is right: speed is measured by `make bench`.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take longest come first: at the end no worker is left alone with one of them."""

    def short(item: pytest.Item) -> bool:
        folder, *_file = item.path.relative_to(ROOT / "tests").parts
        return folder not in LONGEST_FOLDERS and item.path.name not in LONGEST_FILES

    items.sort(key=short)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collecting does not look for garbage, and nobody looks for it in what was collected: all of that stays to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[PasswordHasher]:
    """Tests hash passwords as the product does, but with little memory and time. Gives what the product hashes with."""
    from assessment import passwords

    own = passwords._hasher
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield own


@pytest.fixture
def costly_hashes(cheap_hashes: PasswordHasher, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test of what a hash costs: with the memory and time of the product."""
    monkeypatch.setattr("assessment.passwords._hasher", cheap_hashes)
