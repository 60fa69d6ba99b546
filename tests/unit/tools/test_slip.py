"""What the slip says, on the page and as words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask, render_template

from returnflow.config import ROOT
from returnflow.retail.model import Quote, QuoteLine, Reason, Return, ReturnStatus
from returnflow.retail.policy import Policies
from returnflow.retail.shop import Shop
from returnflow.tools.slip import SlipView, slip_view

REASONS = {"DAMAGED": "arrived damaged", "INCORRECT_ITEM": "wrong item"}


@pytest.fixture
def stored() -> Return:
    """The sample return: a broken lamp and two wrong pillows."""
    made = datetime(2026, 11, 21, 15, tzinfo=UTC)
    quote = Quote(
        lines=(
            QuoteLine("1", "Brass table lamp", 1, Reason.DAMAGED, 3777, (0,)),
            QuoteLine("2", "Blue pillow", 2, Reason.INCORRECT_ITEM, 2592, (0, 1)),
        ),
        fees=(),
        refund_cents=6369,
        currency="USD",
        method="mail_fedex_ups",
        return_by=date(2026, 12, 2),
        refund_from=date(2026, 12, 1),
        refund_to=date(2026, 12, 18),
        rule_id="wmm.default",
        certainty="A",
    )
    return Return(
        rma="517302645",
        order_number="200013427048412",
        store="walmart",
        kind="return",
        status=ReturnStatus.APPROVED,
        outcome="done",
        quote=quote,
        created_at=made,
        updated_at=made,
        idempotency_key="k",
        policy_version="v",
        staff_due_at=datetime(2026, 11, 23, 17, tzinfo=UTC),
    )


@pytest.fixture
def view(stored: Return, shop: Shop, policies: Policies) -> SlipView:
    """Its slip."""
    return slip_view(stored, shop=shop, policy=policies["walmart"], reasons=REASONS)


def test_the_slip_says_what_it_is_not(view: SlipView) -> None:
    """Nobody takes it for postage."""
    assert view.title == "RETURN SLIP — NOT A SHIPPING LABEL, NO POSTAGE"


def test_the_slip_carries_what_the_packer_needs(view: SlipView) -> None:
    """Number in threes, order by its last four, items with quantity and reason in words, last day, shop's address."""
    assert (view.shown, view.spoken) == ("517 302 645", "5 1 7, 3 0 2, 6 4 5")
    assert view.about == ("Walmart order ending 8412",)
    assert [(line.quantity, line.title, line.reason) for line in view.lines] == [
        (1, "Brass table lamp", "Reason: arrived damaged"),
        (2, "Blue pillow", "Reason: wrong item"),
    ]
    assert (view.send_label, view.send_by) == ("Send it by", "Wednesday, December 2")
    assert view.return_address == ("Maple Street Returns", "48 Dock Road", "Portland, OR 97209")


def test_the_label_promise_is_the_stored_one_with_its_date(view: SlipView) -> None:
    """Paper is read days later: "by Monday" would not say which."""
    assert view.steps[1] == "Maple Street e-mails you a postage label by Monday, November 23 at noon. Put the slip inside the box."
    assert "This slip is not one" in view.steps[-1]


@pytest.mark.parametrize(
    "kind, who_pays, label, last",
    [
        pytest.param("customer_pays", "customer", "Send it by", "You pay the postage", id="customer-pays"),
        pytest.param("drop_off", "shop", "Bring it by", "Hand it in", id="drop-off"),
        pytest.param("store_counter", "store", "Bring it by", "at the counter", id="counter"),
        pytest.param("carrier", "shop", "Send it by", "when the carrier comes", id="carrier"),
    ],
)
def test_every_way_back_has_its_steps(
    stored: Return, policies: Policies, make_shop: Callable[..., Shop], kind: str, who_pays: str, label: str, last: str
) -> None:
    """Pack it with the slip, the shop's own sentence, and the last thing to do, for every `return_shipping`."""
    shop = make_shop(return_shipping={"walmart": {"kind": kind, "who_pays": who_pays, "sentence": "Here is how."}})

    view = slip_view(replace(stored, staff_due_at=None), shop=shop, policy=policies["walmart"], reasons=REASONS)

    assert (view.send_label, view.steps[1], len(view.steps)) == (label, "Here is how.", 3)
    assert "Put this slip in the box." in view.steps[0]
    assert last in view.steps[2]


def test_what_is_kept_is_not_sent(stored: Return, shop: Shop, policies: Policies) -> None:
    """A refund without return has nothing to pack."""
    kept = replace(stored, quote=replace(stored.quote, method="keep_it"))

    view = slip_view(kept, shop=shop, policy=policies["walmart"], reasons=REASONS)

    assert view.steps == ("You keep it. Nothing needs to be sent.",)


def test_an_exchange_says_so(stored: Return, shop: Shop, policies: Policies) -> None:
    """The person who opens the box sees that the same thing goes out again."""
    view = slip_view(replace(stored, kind="exchange"), shop=shop, policy=policies["walmart"], reasons=REASONS)

    assert view.about[1] == "For an exchange: the same item again"


def test_an_address_of_several_lines_keeps_them(stored: Return, policies: Policies, make_shop: Callable[..., Shop]) -> None:
    """What the merchant wrote as lines stays lines."""
    shop = make_shop(return_address="Maple Street\nDock 4, Gate B\nPortland, OR 97209")

    view = slip_view(stored, shop=shop, policy=policies["walmart"], reasons=REASONS)

    assert view.return_address == ("Maple Street", "Dock 4, Gate B", "Portland, OR 97209")


def test_the_page_has_the_same_words_and_no_inline_style(view: SlipView) -> None:
    """The HTML slip shows everything, passes a strict content policy and escapes titles."""
    app = Flask("slip", template_folder=str(ROOT / "templates"))
    risky = replace(view, lines=(replace(view.lines[0], title="<b>Lamp</b>"),))
    with app.app_context():
        html = render_template("slip.html", slip=risky)

    for words in (view.heading, view.warning, view.shown, view.spoken, view.about[0], view.send_by, *view.steps, *view.return_address):
        assert words in html
    assert "&lt;b&gt;Lamp" in html
    assert "style=" not in html
    assert "<script" not in html
    assert "200013427048412" not in html
