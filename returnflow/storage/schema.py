"""The tables. What is personal says so; JSON is kept as text because nothing queries inside it and text costs least to read.

Every write happens once through a unique key: turns by (session, turn_id), returns by their idempotency key, units of an order
line by the partial unique index on `return_lines`. There is no separate table of idempotency keys: a key that lives in the row
that it protects is committed with it and cannot disagree with it.

A return and a case outlive the conversation that made them, so their `session_id` is no foreign key.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from returnflow.storage.types import BigId, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _of_conversation() -> Column[str]:
    return Column("session_id", Text, ForeignKey("conversations.session_id", ondelete="CASCADE"), nullable=False)


customers = Table(
    "customers",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("zip", Text, nullable=False, comment="personal"),
    Column("zip_key", Text, nullable=False, comment="retail.verification.normalise_zip"),
    Column("last_name", Text, nullable=False, comment="personal"),
    Column("name_key", Text, nullable=False, comment="retail.verification.normalise_name"),
    Column("first_name", Text, nullable=False, comment="personal; empty when not known"),
    Column("email", Text, nullable=False, comment="personal; empty when not known"),
    Column("phone", Text, nullable=False, comment="personal; empty when not known"),
    UniqueConstraint("zip", "last_name", "first_name", "email", "phone"),
    Index(None, "zip_key", "name_key"),
)

orders = Table(
    "orders",
    metadata,
    Column("order_number", Text, primary_key=True),
    Column("store", Text, nullable=False),
    Column("customer_id", BigId, ForeignKey("customers.id"), nullable=False, index=True),
    Column("placed_on", Date, nullable=False, index=True),
    Column("shipped_on", Date),
    Column("delivered_on", Date),
    Column("currency", Text, nullable=False),
    Column("payment", Text),
    Column("time_zone", Text, nullable=False),
)

order_lines = Table(
    "order_lines",
    metadata,
    Column("order_number", Text, ForeignKey("orders.order_number", ondelete="CASCADE"), primary_key=True),
    Column("line_id", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("sku", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("unit_price_cents", Integer, nullable=False),
    Column("tax_cents", Integer, nullable=False),
    Column("discount_cents", Integer, nullable=False),
    Column("shipping_cents", Integer, nullable=False),
    Column("seller", Text, nullable=False),
    CheckConstraint("quantity > 0", name="quantity"),
)

returns = Table(
    "returns",
    metadata,
    Column("rma", Text, primary_key=True),
    Column("order_number", Text, ForeignKey("orders.order_number"), nullable=False, index=True),
    Column("store", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("refund_cents", Integer, nullable=False),
    Column("currency", Text, nullable=False),
    Column("quote", Text, nullable=False, comment="JSON of retail.model.Quote: the offer as it was accepted"),
    Column("idempotency_key", Text, nullable=False, unique=True),
    Column("policy_version", Text, nullable=False),
    Column("session_id", Text),
    Column("staff_due_at", UtcDateTime, comment="by when staff promised the postage label"),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    Column("updated_at", UtcDateTime, nullable=False),
)

return_lines = Table(
    "return_lines",
    metadata,
    Column("rma", Text, ForeignKey("returns.rma", ondelete="CASCADE"), primary_key=True),
    Column("line_id", Text, primary_key=True),
    Column("unit_index", Integer, primary_key=True),
    Column("order_number", Text, nullable=False),
    Column("held", Boolean, nullable=False, comment="false once the return is cancelled, rejected or expired"),
    ForeignKeyConstraint(["order_number", "line_id"], ["order_lines.order_number", "order_lines.line_id"]),
    Index(
        "uq_return_lines_held_unit",
        "order_number",
        "line_id",
        "unit_index",
        unique=True,
        sqlite_where=text("held"),
        postgresql_where=text("held"),
    ),
    comment="one row per unit that a return sends back",
)

return_moves = Table(
    "return_moves",
    metadata,
    Column("rma", Text, ForeignKey("returns.rma", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, comment="0 is the oldest"),
    Column("at", UtcDateTime, nullable=False),
    Column("status", Text, nullable=False),
    Column("by", Text, nullable=False),
)

refunds = Table(
    "refunds",
    metadata,
    Column("rma", Text, ForeignKey("returns.rma"), primary_key=True),
    Column("order_number", Text, ForeignKey("orders.order_number"), nullable=False, index=True),
    Column("amount_cents", Integer, nullable=False),
    Column("currency", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", Text, nullable=False),
    CheckConstraint("amount_cents >= 0", name="amount_cents"),
    comment="the ledger: one entry for every return that became refunded",
)

verification_attempts = Table(
    "verification_attempts",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("scope", Text, nullable=False),
    Column("key", Text, nullable=False, comment="a keyed digest, never a raw value"),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "scope", "key", "at"),
)

HAS_TOKEN = text("substr(token_hash, 1, 8) <> 'deleted:'")
"""A session that still has its bearer's hash. Conditions of partial indexes are asked in these very words: SQLite compares texts."""
IS_GREETING = text("number = 0")
"""The turn that every conversation has, until its text is deleted."""

sessions = Table(
    "sessions",
    metadata,
    Column("session_id", Text, primary_key=True),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("channel", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_used_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index("ix_sessions_with_token", "expires_at", sqlite_where=HAS_TOKEN, postgresql_where=HAS_TOKEN),
)

conversations = Table(
    "conversations",
    metadata,
    Column("session_id", Text, ForeignKey("sessions.session_id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("context", Text, nullable=False, comment="JSON of conversation.context.Context without `private`"),
    Column("private", LargeBinary, comment="sealed JSON of `Context.private`"),
    Column("status", Text, nullable=False),
    Column("outcome", Text),
    Column("journey", Text),
    Column("current_agent", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index(None, "status", "updated_at"),
)

turns = Table(
    "turns",
    metadata,
    Column("session_id", Text, ForeignKey("conversations.session_id", ondelete="CASCADE"), primary_key=True),
    Column("turn_id", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("answer", LargeBinary, nullable=False, comment="sealed JSON of the answer as sent"),
    Column("intent", Text),
    Column("confidence", Float),
    Column("reference", Text),
    Column("timings_ms", Text, nullable=False),
    Index("ix_turns_greetings", "at", sqlite_where=IS_GREETING, postgresql_where=IS_GREETING),
)

history = Table(
    "history",
    metadata,
    Column("id", BigId, primary_key=True),
    _of_conversation(),
    Column("turn_id", Text, comment="null for what no turn said, such as a person's message"),
    Column("role", Text, nullable=False),
    Column("content", Text, nullable=False, comment="redacted"),
    Column("agent", Text),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "session_id", "id"),
)

transitions = Table(
    "transitions",
    metadata,
    Column("id", BigId, primary_key=True),
    _of_conversation(),
    Column("turn_id", Text, nullable=False),
    Column("from_agent", Text, nullable=False),
    Column("to_agent", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "session_id", "turn_id"),
)

slots = Table(
    "slots",
    metadata,
    Column("session_id", Text, ForeignKey("conversations.session_id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("value", Text, nullable=False, comment="masked where personal"),
    Column("status", Text, nullable=False, comment="heard or confirmed"),
    comment="every value a slot had, by the turn that gave it",
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("session_id", Text, nullable=False, index=True),
    Column("status", Text, nullable=False),
    Column("reason_code", Text, nullable=False),
    Column("headline", Text, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("packet", Text, nullable=False, comment="JSON of handoff.v1"),
    Column("contact_by", Text, nullable=False),
    Column("contact", LargeBinary, comment="sealed"),
    Column("claimed_by", Text),
    Column("claimed_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("outcome", Text),
    Column("note", Text),
    Index(None, "status", "due_at"),
)

handoff_notes = Table(
    "handoff_notes",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("reference", Text, ForeignKey("handoffs.reference", ondelete="CASCADE"), nullable=False, index=True),
    Column("text", Text, nullable=False, comment="redacted"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("session_id", Text, ForeignKey("sessions.session_id", ondelete="CASCADE"), primary_key=True),
    Column("rating", Integer, nullable=False),
    Column("comment", Text, comment="redacted"),
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False, comment="JSON"),
)
