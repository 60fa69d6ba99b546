"""`flask upgrade-db`: migrate the database."""

from __future__ import annotations

import click

from returnflow.config import Settings
from returnflow.errors import ReturnFlowError


@click.command()
def upgrade_db() -> None:
    """Bring the database to the schema of this version; a repeat changes nothing."""
    from returnflow.wiring import open_database

    database = open_database(Settings.from_process())
    before = database.schema_revision()
    database.upgrade()
    after = database.schema_revision()
    if after != database.newest_revision():
        raise ReturnFlowError("The database did not reach the newest schema. Nothing was changed.")
    click.echo(f"Database is at {after}." if before != after else f"Database was already at {after}.")
