"""Where the data lies."""

from pathlib import Path

import pytest

from data.settings import PROJECT_ROOT, Settings


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("DTI_FOLDER", raising=False)
    monkeypatch.delenv("DTI_SCANNER", raising=False)


def test_without_settings_the_data_lies_in_the_project() -> None:
    url = Settings().url
    assert url.get_backend_name() == "sqlite"
    assert url.database == str(PROJECT_ROOT / "var" / "dti.sqlite3")


def test_the_folder_moves_the_sqlite_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DTI_FOLDER", str(tmp_path))
    assert Settings().url.database == str(tmp_path.resolve() / "dti.sqlite3")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_addresses_get_the_driver_that_is_installed(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://office:secret@db.example:5433/dti")
    url = Settings().url
    assert url.drivername == "postgresql+psycopg"
    assert (url.host, url.port, url.database, url.password) == ("db.example", 5433, "dti", "secret")


def test_a_scanner_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().dti_scanner == ""
    monkeypatch.setenv("DTI_SCANNER", "clamdscan --no-summary")
    assert Settings().dti_scanner == "clamdscan --no-summary"
