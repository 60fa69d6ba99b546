"""What the tools' tests share: the shipped policies and shop, a real database in memory, the demo orders in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
import yaml

from returnflow.agents.loader import default_agents_dir
from returnflow.conversation.effects import Effect, Outcome
from returnflow.privacy import Sealer
from returnflow.retail.policy import Policies, default_policies_dir, load_policies
from returnflow.retail.shop import Shop, parse_shop
from returnflow.storage.database import SqlDatabase
from returnflow.tools.demo_orders import DemoOrder, demo_orders, seed
from returnflow.tools.runner import Tools

NOW = datetime(2026, 11, 21, 23, 14, 5, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """Saturday evening, nobody at the desk."""
    return NOW


@pytest.fixture(scope="session")
def policies() -> Policies:
    """The policies that ship."""
    return load_policies([default_policies_dir()])


@pytest.fixture(scope="session")
def make_shop() -> Callable[..., Shop]:
    """The shop that ships, Maple Street; arguments replace keys of its file."""
    text = (default_agents_dir() / "shop.yaml").read_text(encoding="utf-8")

    def make(**changes: Any) -> Shop:
        return parse_shop({**yaml.safe_load(text), **changes}, "shop.yaml")

    return make


@pytest.fixture(scope="session")
def shop(make_shop: Callable[..., Shop]) -> Shop:
    """The shop that ships: Maple Street."""
    return make_shop()


@pytest.fixture
def database() -> Iterator[SqlDatabase]:
    """An empty database in memory."""
    made = SqlDatabase("sqlite://", Sealer([b"s" * 32]))
    made.create_tables()
    yield made
    made.dispose()


@pytest.fixture
def demos(database: SqlDatabase, policies: Policies) -> Mapping[str, DemoOrder]:
    """The demo orders, stored, by what they show."""
    made = demo_orders(policies, NOW)
    seed(database, made)
    return {demo.shows: demo for demo in made}


@pytest.fixture
def tools(policies: Policies, shop: Shop) -> Tools:
    """The tools with numbers that come out the same every time."""
    return Tools(policies, shop, b"k" * 32, Random(7).randint)


@pytest.fixture
def run(tools: Tools, database: SqlDatabase) -> Callable[..., Outcome]:
    """Carry out an effect in a transaction of its own."""

    def carry_out(effect: Effect, at: datetime = NOW) -> Outcome:
        with database.begin(write=True) as uow:
            outcome = tools.run(effect, uow, at)
            uow.commit()
        return outcome

    return carry_out


@pytest.fixture
def packet() -> dict[str, Any]:
    """The sample packet of reference/experience.md, section 4, as the conversation hands it over."""
    return {
        "schema": "handoff.v1",
        "channel": "web_voice",
        "language": "en",
        "headline": "Blender stopped working, 20 days past the deadline, wants a refund",
        "reason_code": "out_of_window",
        "rule_ids": ["amz.default"],
        "customer_wants": "refund",
        "verified": {"level": 1, "matched": ["order_number", "zip", "last_name"], "tries_used": 1},
        "contact": {"by": "text", "value": "•••-•••-0188", "best_time": None, "consent": True},
        "order": {"store": "amazon", "number": "114-7781203-5567890", "sold_by": "marketplace_seller", "delivered": "2026-10-02"},
        "items": [{"title": "Vortex blender", "quantity": 1, "reason": "DEFECTIVE", "in_customers_words": "died after six weeks"}],
        "decision": {"verdict": "ask_human", "deadline": "2026-11-01", "plain": "The 30 days ended on November 1.", "certainty": "B"},
        "quote": None,
        "if_approved_cents": 8639,
        "already_promised": ["Answer by Monday at noon"],
        "said": ["your blender died after six weeks and I want my money back NOW", "I already told your chat thing"],
        "tried": [],
        "risk": [],
        "mood": {"value": "upset", "turn": 3},
        "next_step": "Decide an exception for a defect after the deadline. Refund would be $86.39.",
        "actions": ["approve_exception", "offer_exchange", "decline"],
        "policy_version": "2026-11-02",
        "definitions": "81c2e07a",
    }
