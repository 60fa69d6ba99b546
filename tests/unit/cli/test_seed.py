"""`flask seed-demo`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from returnflow.conversation.effects import Assess, CreateReturn
from returnflow.retail.model import LineRequest, Reason
from returnflow.wiring import Services

Flask = Callable[..., Any]
KEYS = "order_number store zip last_name first_name placed_on delivered_on currency total_cents items shows expect rule_id".split()
ITEM_KEYS = "line_id sku title category quantity unit_price_cents seller".split()


def test_the_document_is_the_contract_and_again_changes_nothing(flask: Flask) -> None:
    """At least forty orders over both stores, exactly these keys; the second run prints the same."""
    first, again = flask("seed-demo", "--json"), flask("seed-demo", "--json")

    orders = first.document["orders"]
    assert first.code == again.code == 0
    assert first.out == again.out
    assert "0 new, 0 moved to today" in again.err
    assert len(orders) >= 40
    assert {order["store"] for order in orders} == {"amazon", "walmart"}
    assert all(list(order) == KEYS and all(list(item) == ITEM_KEYS for item in order["items"]) for order in orders)


def test_reset_forgets_the_returns(flask: Flask, services: Services) -> None:
    """After a reset everything can be returned anew."""
    flask("seed-demo")
    with services.database.begin(write=True) as uow:
        request = LineRequest("1", 1, Reason.DEFECTIVE)
        quote = services.tools.run(Assess("11455670223499108", (request,)), uow, services.clock()).quote  # type: ignore[union-attr]
        services.tools.run(CreateReturn("s", "11455670223499108", quote, "k"), uow, services.clock())
        uow.commit()

    ran = flask("seed-demo", "--reset", "--json")

    with services.database.begin(write=False) as uow:
        assert uow.returns.list() == ()
    assert ran.code == 0
    assert f"{len(ran.document['orders'])} new" in ran.err


def test_people_get_three_sentences_to_try(flask: Flask) -> None:
    """The README's three, with number, ZIP and name; --try leaves the table out."""
    ran, short = flask("seed-demo"), flask("seed-demo", "--try")

    for number, words in enumerate(("headphones", "lamp and pillows", "blender"), start=1):
        assert any(line.startswith(f'  {number}. "') and words in line for line in short.out.splitlines())
    for words in ("114-5567022-3499108, ZIP 97214, name Reyes", "2000134-27048412, ZIP 60614, name Kowalczyk", "114-7781203-5567890"):
        assert words in short.out
    assert ran.out.endswith(short.out)
    assert "amz.default past the deadline, changed their mind" in ran.out
