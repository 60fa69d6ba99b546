"""The same tests on every database: a SQLite file, SQLite in memory and a real PostgreSQL, each empty and migrated."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from returnflow.privacy import Sealer
from returnflow.storage.database import SqlDatabase
from returnflow.storage.schema import metadata
from tests.unit.storage.samples import POSTGRES

SEALER = Sealer([b"k" * 32])


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("storage") / "migrated.db"
    database = SqlDatabase(f"sqlite:///{path}", SEALER)
    database.upgrade()
    database.dispose()
    return path


@pytest.fixture(scope="session")
def migrated_postgres(request: pytest.FixtureRequest) -> Iterator[str]:
    """URL of a migrated PostgreSQL database."""
    with request.getfixturevalue("postgres_cluster").database() as url:
        database = SqlDatabase(url, SEALER)
        database.upgrade()
        database.dispose()
        yield url


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty, migrated database of the kind that the test's parameter names."""
    if request.param == "file":
        copy = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "returnflow.db")
        return f"sqlite:///{copy}"
    if request.param == "memory":
        return "sqlite://"
    found: str = request.getfixturevalue("migrated_postgres")
    engine = create_engine(found)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY CASCADE")
    engine.dispose()
    return found


@pytest.fixture
def database(url: str) -> Iterator[SqlDatabase]:
    """The database, ready to use."""
    made = SqlDatabase(url, SEALER)
    if made.in_memory:
        made.create_tables()
    yield made
    made.dispose()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that takes `database` or `url` runs on all kinds; `@pytest.mark.parametrize("url", …, indirect=True)` narrows it."""
    narrowed = any("url" in str(mark.args[0]) for mark in metafunc.definition.iter_markers("parametrize"))
    if "url" in metafunc.fixturenames and not narrowed:
        metafunc.parametrize("url", ["file", "memory", POSTGRES], indirect=True)
