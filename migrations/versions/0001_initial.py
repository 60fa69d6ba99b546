"""Order book, returns, conversations, cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _audit()
    _customers()
    _handoffs()
    _sessions()
    _verification_attempts()
    _conversations()
    _feedback()
    _handoff_notes()
    _orders()
    _history()
    _order_lines()
    _returns()
    _slots()
    _transitions()
    _turns()
    _refunds()
    _return_lines()
    _return_moves()


def downgrade() -> None:
    for table in (
        "return_moves",
        "return_lines",
        "refunds",
        "turns",
        "transitions",
        "slots",
        "returns",
        "order_lines",
        "history",
        "orders",
        "handoff_notes",
        "feedback",
        "conversations",
        "verification_attempts",
        "sessions",
        "handoffs",
        "customers",
        "audit",
    ):
        op.drop_table(table)


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False, comment="JSON"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("zip", sa.Text(), nullable=False, comment="personal"),
        sa.Column("zip_key", sa.Text(), nullable=False, comment="retail.verification.normalise_zip"),
        sa.Column("last_name", sa.Text(), nullable=False, comment="personal"),
        sa.Column("name_key", sa.Text(), nullable=False, comment="retail.verification.normalise_name"),
        sa.Column("first_name", sa.Text(), nullable=False, comment="personal; empty when not known"),
        sa.Column("email", sa.Text(), nullable=False, comment="personal; empty when not known"),
        sa.Column("phone", sa.Text(), nullable=False, comment="personal; empty when not known"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint(
            "zip", "last_name", "first_name", "email", "phone", name=op.f("uq_customers_zip_last_name_first_name_email_phone")
        ),
    )
    op.create_index(op.f("ix_customers_zip_key_name_key"), "customers", ["zip_key", "name_key"], unique=False)


def _handoffs() -> None:
    op.create_table(
        "handoffs",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("packet", sa.Text(), nullable=False, comment="JSON of handoff.v1"),
        sa.Column("contact_by", sa.Text(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=True, comment="sealed"),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_handoffs")),
    )
    op.create_index(op.f("ix_handoffs_session_id"), "handoffs", ["session_id"], unique=False)
    op.create_index(op.f("ix_handoffs_status_due_at"), "handoffs", ["status", "due_at"], unique=False)


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )


def _verification_attempts() -> None:
    op.create_table(
        "verification_attempts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="a keyed digest, never a raw value"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_attempts")),
    )
    op.create_index(op.f("ix_verification_attempts_scope_key_at"), "verification_attempts", ["scope", "key", "at"], unique=False)


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("context", sa.Text(), nullable=False, comment="JSON of conversation.context.Context without `private`"),
        sa.Column("private", sa.LargeBinary(), nullable=True, comment="sealed JSON of `Context.private`"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("journey", sa.Text(), nullable=True),
        sa.Column("current_agent", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.session_id"], name=op.f("fk_conversations_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_conversations")),
    )
    op.create_index(op.f("ix_conversations_status_updated_at"), "conversations", ["status", "updated_at"], unique=False)


def _feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True, comment="redacted"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_feedback_rating")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.session_id"], name=op.f("fk_feedback_session_id_sessions"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_feedback")),
    )


def _handoff_notes() -> None:
    op.create_table(
        "handoff_notes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False, comment="redacted"),
        sa.ForeignKeyConstraint(
            ["reference"], ["handoffs.reference"], name=op.f("fk_handoff_notes_reference_handoffs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff_notes")),
    )
    op.create_index(op.f("ix_handoff_notes_reference"), "handoff_notes", ["reference"], unique=False)


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("placed_on", sa.Date(), nullable=False),
        sa.Column("shipped_on", sa.Date(), nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("payment", sa.Text(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_orders_customer_id_customers")),
        sa.PrimaryKeyConstraint("order_number", name=op.f("pk_orders")),
    )
    op.create_index(op.f("ix_orders_customer_id"), "orders", ["customer_id"], unique=False)
    op.create_index(op.f("ix_orders_placed_on"), "orders", ["placed_on"], unique=False)


def _history() -> None:
    op.create_table(
        "history",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("turn_id", sa.Text(), nullable=True, comment="null for what no turn said, such as a person's message"),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False, comment="redacted"),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["conversations.session_id"], name=op.f("fk_history_session_id_conversations"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
    )
    op.create_index(op.f("ix_history_session_id_id"), "history", ["session_id", "id"], unique=False)


def _order_lines() -> None:
    op.create_table(
        "order_lines",
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price_cents", sa.Integer(), nullable=False),
        sa.Column("tax_cents", sa.Integer(), nullable=False),
        sa.Column("discount_cents", sa.Integer(), nullable=False),
        sa.Column("shipping_cents", sa.Integer(), nullable=False),
        sa.Column("seller", sa.Text(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_lines_quantity")),
        sa.ForeignKeyConstraint(
            ["order_number"], ["orders.order_number"], name=op.f("fk_order_lines_order_number_orders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("order_number", "line_id", name=op.f("pk_order_lines")),
    )


def _returns() -> None:
    op.create_table(
        "returns",
        sa.Column("rma", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("refund_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False, comment="JSON of retail.model.Quote: the offer as it was accepted"),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column("staff_due_at", sa.DateTime(timezone=True), nullable=True, comment="by when staff promised the postage label"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_number"], ["orders.order_number"], name=op.f("fk_returns_order_number_orders")),
        sa.PrimaryKeyConstraint("rma", name=op.f("pk_returns")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_returns_idempotency_key")),
    )
    op.create_index(op.f("ix_returns_created_at"), "returns", ["created_at"], unique=False)
    op.create_index(op.f("ix_returns_order_number"), "returns", ["order_number"], unique=False)


def _slots() -> None:
    op.create_table(
        "slots",
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False, comment="masked where personal"),
        sa.Column("status", sa.Text(), nullable=False, comment="heard or confirmed"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["conversations.session_id"], name=op.f("fk_slots_session_id_conversations"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "name", "turn", name=op.f("pk_slots")),
        comment="every value a slot had, by the turn that gave it",
    )


def _transitions() -> None:
    op.create_table(
        "transitions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("turn_id", sa.Text(), nullable=False),
        sa.Column("from_agent", sa.Text(), nullable=False),
        sa.Column("to_agent", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["conversations.session_id"], name=op.f("fk_transitions_session_id_conversations"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transitions")),
    )
    op.create_index(op.f("ix_transitions_session_id_turn_id"), "transitions", ["session_id", "turn_id"], unique=False)


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("turn_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False, comment="sealed JSON of the answer as sent"),
        sa.Column("intent", sa.Text(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("timings_ms", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["conversations.session_id"], name=op.f("fk_turns_session_id_conversations"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "turn_id", name=op.f("pk_turns")),
    )


def _refunds() -> None:
    op.create_table(
        "refunds",
        sa.Column("rma", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint("amount_cents >= 0", name=op.f("ck_refunds_amount_cents")),
        sa.ForeignKeyConstraint(["order_number"], ["orders.order_number"], name=op.f("fk_refunds_order_number_orders")),
        sa.ForeignKeyConstraint(["rma"], ["returns.rma"], name=op.f("fk_refunds_rma_returns")),
        sa.PrimaryKeyConstraint("rma", name=op.f("pk_refunds")),
        comment="the ledger: one entry for every return that became refunded",
    )
    op.create_index(op.f("ix_refunds_order_number"), "refunds", ["order_number"], unique=False)


def _return_lines() -> None:
    op.create_table(
        "return_lines",
        sa.Column("rma", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Text(), nullable=False),
        sa.Column("unit_index", sa.Integer(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False, comment="false once the return is cancelled, rejected or expired"),
        sa.ForeignKeyConstraint(
            ["order_number", "line_id"],
            ["order_lines.order_number", "order_lines.line_id"],
            name=op.f("fk_return_lines_order_number_line_id_order_lines"),
        ),
        sa.ForeignKeyConstraint(["rma"], ["returns.rma"], name=op.f("fk_return_lines_rma_returns"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rma", "line_id", "unit_index", name=op.f("pk_return_lines")),
        comment="one row per unit that a return sends back",
    )
    op.create_index(
        "uq_return_lines_held_unit",
        "return_lines",
        ["order_number", "line_id", "unit_index"],
        unique=True,
        sqlite_where=sa.text("held"),
        postgresql_where=sa.text("held"),
    )


def _return_moves() -> None:
    op.create_table(
        "return_moves",
        sa.Column("rma", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="0 is the oldest"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["rma"], ["returns.rma"], name=op.f("fk_return_moves_rma_returns"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rma", "number", name=op.f("pk_return_moves")),
    )
