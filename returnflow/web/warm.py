"""Makes a fresh process ready, so that no customer's turn is its first."""

from __future__ import annotations

from datetime import timedelta

from returnflow.conversation.ports import StoredSession
from returnflow.conversation.service import ConversationService, TurnRequest
from returnflow.privacy import Sealer, derive_key
from returnflow.retail.days import local_today
from returnflow.retail.model import Order, OrderLine
from returnflow.retail.rules import StorePolicy
from returnflow.storage.database import SqlDatabase
from returnflow.tools.slip import slip_view
from returnflow.wiring import Services

_ZIP, _NAME = "12345", "Warmup"


def rehearse(services: Services) -> bool:
    """A whole throw-away return against a database in memory, from hello to slip: loads weights, parsers, calendars and fonts.

    It is neither stored nor counted, and touches no real connection, so that it can run before the workers are forked. Whether
    it came to a slip: a merchant's own agents may ask for more, which costs the first customer some milliseconds and no more.
    """
    scratch = SqlDatabase("sqlite://", Sealer([derive_key("warm", "seal")]))
    scratch.create_tables()
    brain = ConversationService(
        database=scratch,
        tools=services.tools,
        reader=services.reader,
        catalogue=services.catalogue,
        policies=services.policies,
        clock=services.clock,
        slip_links=services.slip_links,
    )
    policy = services.policies.enabled()[0]
    order = _order(policy, services)
    with scratch.begin(write=True) as uow:
        uow.orders.save(order)
        uow.commit()
    now = services.clock()
    brain.start(StoredSession("warm", "0" * 64, "web", now, now, now), user_identity="warm")
    for number, text in enumerate((f"my lamp from {policy.called[0]} is broken", f"{order.order_number}, {_ZIP}, {_NAME}", "yes")):
        brain.handle_turn("warm", TurnRequest(f"warm-{number}", text=text, fingerprint=str(number), caller="warm"))
    drawn = _draw_slip(scratch, services)
    scratch.dispose()
    return drawn


def connect(services: Services) -> None:
    """Open the real pool by the reads of a first turn, which change nothing. Raises Unavailable when the database does not answer."""
    services.database.ping()
    with services.database.begin(write=False) as uow:
        uow.conversations.load("warm")
        uow.conversations.find_turn("warm", "warm")
        uow.orders.find("warm")
        uow.orders.matching(_ZIP, _NAME)
        uow.returns.for_order("warm")


def _order(policy: StorePolicy, services: Services) -> Order:
    """An order that this store would take back, with a number of its format."""
    form, today = policy.order_number, local_today(services.clock(), services.catalogue.shop.time_zone)
    line = OrderLine("1", "WARM", "Brass lamp", "home", 1, 1000, seller=policy.default_seller)
    number = form.starts.ljust(form.length, "7")
    return Order(number, policy.store, today - timedelta(days=4), _ZIP, _NAME, (line,), shipped_on=today, delivered_on=today)


def _draw_slip(scratch: SqlDatabase, services: Services) -> bool:
    from returnflow.tools.slip_pdf import slip_pdf

    with scratch.begin(write=False) as uow:
        made = uow.returns.list(limit=1)
    for each in made:
        policy, shared = services.policies[each.store], services.catalogue.shared
        slip_pdf(slip_view(each, shop=services.catalogue.shop, policy=policy, reasons=shared.reasons))
    return bool(made)
