"""Alembic's entry: on the connection that `returnflow.storage.migrate` hands over, or on `-x url=…` from the command line."""

from __future__ import annotations

from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection

from returnflow.storage.engine import WRITES, make_engine, normalise_url
from returnflow.storage.schema import metadata
from returnflow.storage.types import UtcDateTime


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """A migration is history: it spells our column type by what it was, not by importing today's code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
elif url := context.get_x_argument(as_dictionary=True).get("url"):
    with make_engine(normalise_url(url), pool_size=1).execution_options(**{WRITES: True}).begin() as opened:
        migrate(opened)
else:
    raise CommandError("say which database: alembic -c migrations/alembic.ini -x url=sqlite:///var/returnflow.db …")
