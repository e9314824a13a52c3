"""Databases for tests: empty ones, and copies of what takes long to fill."""

import json
import os
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

import psycopg
from filelock import FileLock
from sqlalchemy import Engine, make_url

from criteria.model import Level
from data.database import make_engine, write_session
from data.seeding import seed_demonstration, seed_reference
from data.settings import Settings
from data.setup import migrate, prepare_database

SETS = Path(__file__).parent / "sets"
LEVELS: tuple[Level, ...] = ("province", "department", "district", "commune")
Build = Callable[[Settings], Engine]
"""Fills a database, and leaves it to nobody. A function of a module: its name stands for what it makes."""
_numbers = count(1)


class Databases:
    """Makes databases of one kind, each by itself: empty ones, and copies of one that was filled once."""

    def __init__(self, server: str, new_folder: Callable[[], Path], templates: Path):
        """server: its address, empty for SQLite. templates: a folder that all workers see; notes what was filled."""
        self._server, self._new_folder, self._templates = server, new_folder, templates
        self._made: list[str] = []

    def __call__(self) -> Settings:
        """Settings of a new, empty database."""
        return self._hand_out(self._create(""))

    def copy_of(self, build: Build, *, started: bool = False) -> Settings:
        """Settings of a copy of what a function makes of an empty database; it runs once for all workers.

        started: the application had been started on it before, which left the demonstration there.
        """
        return self._hand_out(self._copied(self._template(build, started=started)))

    def _template(self, build: Build, *, started: bool = False) -> Settings:
        assert "<locals>" not in build.__qualname__, f"{build.__qualname__} is another function at every call"
        kind = f"postgresql-{make_url(self._server).port}" if self._server else "sqlite"
        name = f"{kind}-{build.__module__}.{build.__qualname__}" + ("-started" if started else "")
        note = self._templates / f"{name}.json"
        with FileLock(f"{note}.lock"):
            if not note.exists():
                template = self._copied(self._template(prepare_database)) if started else self._create("")
                build(template).dispose()
                found = {"database_url": template.database_url, "dti_folder": str(template.dti_folder)}
                note.write_text(json.dumps(found), encoding="utf-8")
            return Settings(**json.loads(note.read_text(encoding="utf-8")))

    def _copied(self, template: Settings) -> Settings:
        settings = self._create(template.url.database or "")
        shutil.copytree(template.dti_folder, settings.dti_folder, dirs_exist_ok=True)
        return settings

    def opened(self, build: Build) -> Engine:
        """The engine of such a copy."""
        return make_engine(self.copy_of(build).url)

    def _hand_out(self, settings: Settings) -> Settings:
        self._made += [settings.url.database or ""] if self._server else []
        return settings

    def _create(self, template: str) -> Settings:
        folder = self._new_folder()
        if not self._server:
            return Settings(database_url="", dti_folder=folder)
        # Several workers make databases on one server.
        name = f"dti_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{next(_numbers)}"
        with psycopg.connect(self._server, autocommit=True) as connection:
            source = f' TEMPLATE "{template}"' if template else ""
            connection.execute(f'CREATE DATABASE "{name}"{source}'.encode())
        url = make_url(self._server).set(database=name).render_as_string(hide_password=False)
        return Settings(database_url=url, dti_folder=folder)

    def discard(self) -> None:
        """Removes every database that was handed out."""
        if not self._made:
            return
        with psycopg.connect(self._server, autocommit=True) as connection:
            for name in self._made:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def small_sets() -> dict[Level, str]:
    """The small criteria sets of these tests, by level."""
    return {level: (SETS / f"{level}.yaml").read_text(encoding="utf-8") for level in LEVELS}


def reference_alone(settings: Settings) -> Engine:
    """The reference tables and nothing else."""
    engine = make_engine(settings.url)
    migrate(engine)
    with write_session(engine) as session:
        seed_reference(session)
    return engine


def small_demonstration(settings: Settings) -> Engine:
    """The reference tables and a demonstration on the small criteria sets."""
    engine = reference_alone(settings)
    with write_session(engine) as session:
        seed_demonstration(session, small_sets())
    return engine
