"""Persistence with SQLAlchemy 2 on SQLite or PostgreSQL; Alembic migrates (see `migrations/`).

Implements the ports that `retail` and `conversation` declare. Start at `database.SqlDatabase`. Statements are built once, at
import, over the tables in `schema`; there is no ORM session and no identity map. No rule about returns or calls lives here.
"""
