"""Migrations: up, down, again, and the same as the tables in the code."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, inspect

from returnflow.privacy import Sealer
from returnflow.storage.database import SqlDatabase
from returnflow.storage.migrate import configuration
from returnflow.storage.schema import metadata
from tests.unit.storage.samples import POSTGRES, make_order, stock

ROOT = Path(__file__).resolve().parents[3]
SEALER = Sealer([b"k" * 32])


@pytest.fixture(params=["file", "memory", POSTGRES])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database that was never migrated."""
    if request.param == "postgres":
        with request.getfixturevalue("postgres_cluster").database() as url:
            yield url
    else:
        yield f"sqlite:///{tmp_path}/fresh.db" if request.param == "file" else "sqlite://"


def test_up_down_and_up_again(fresh: str) -> None:
    """Nothing stays behind on the way down, and the way up works twice."""
    database = SqlDatabase(fresh, SEALER)
    assert database.schema_revision() is None
    for _ in range(2):
        database.upgrade()
        assert database.schema_revision() == database.newest_revision()
        stock(database)
        with database.begin(write=True) as work:
            command.downgrade(configuration(work.connection), "base")
            assert _tables(work.connection) == {"alembic_version"}
            work.commit()
    database.dispose()


def test_upgrading_twice_changes_nothing(fresh: str) -> None:
    """Orders stay."""
    database = SqlDatabase(fresh, SEALER)
    database.upgrade()
    stock(database)
    database.upgrade()

    with database.begin(write=False) as work:
        assert work.orders.newest() == (make_order(),)
    database.dispose()


def test_the_migrated_schema_is_the_one_in_the_code(fresh: str) -> None:
    """`alembic check` finds nothing to do."""
    database = SqlDatabase(fresh, SEALER)
    database.upgrade()
    with database.begin(write=True) as work:
        assert _tables(work.connection) == {*metadata.tables, "alembic_version"}
        command.check(configuration(work.connection))
    database.dispose()


def test_made_tables_equal_migrated_ones(tmp_path: Path) -> None:
    """`create_tables` may stand in for the migrations in memory: table by table and index by index the same, checks included."""
    migrated, made = SqlDatabase("sqlite://", SEALER), SqlDatabase("sqlite://", SEALER)
    migrated.upgrade()
    made.create_tables()

    assert _described(made) == _described(migrated)
    with pytest.raises(RuntimeError, match="use upgrade"):
        SqlDatabase(f"sqlite:///{tmp_path}/x.db", SEALER).create_tables()
    migrated.dispose()
    made.dispose()


@pytest.mark.parametrize("fresh", ["file", POSTGRES], indirect=True)
def test_processes_that_start_together_migrate_once(fresh: str) -> None:
    """One waits for the other and then finds nothing to do."""
    script = (
        "import sys; from returnflow.storage.database import SqlDatabase; from returnflow.privacy import Sealer; "
        "database = SqlDatabase(sys.argv[1], Sealer([b'k' * 32])); sys.stdin.readline(); database.upgrade()"
    )
    processes = [subprocess.Popen([sys.executable, "-c", script, fresh], cwd=ROOT, stdin=subprocess.PIPE) for _ in range(2)]
    for process in processes:
        process.communicate(b"go\n", timeout=60)

    assert [process.returncode for process in processes] == [0, 0]
    database = SqlDatabase(fresh, SEALER)
    assert database.schema_revision() == database.newest_revision()
    database.dispose()


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def _described(database: SqlDatabase) -> dict[str, list[str]]:
    """SQLite's own text of every table and index, its lines sorted: only their order may differ."""
    with database.begin(write=False) as work:
        found = work.connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version'")
        return {name: sorted(line.strip().rstrip(",") for line in sql.splitlines()) for name, sql in found}
