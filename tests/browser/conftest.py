"""The app as a process of its own, orders that nobody has returned yet, and customers in Chromium."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.customer import Customer
from tests.browser.orders import BATHROOM, HEADPHONES, Order, write_orders
from tests.services.app_server import AppServer, app_server

ORDERS = 20
STAFF_TOKEN = "a staff token for tests"


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """One shop for all browser tests; every test is a conversation of its own."""
    staff = f"dana:{hashlib.sha256(STAFF_TOKEN.encode()).hexdigest()}"
    with app_server(tmp_path_factory.mktemp("shop"), RETURNFLOW_TURNS_PER_SECOND="50", RETURNFLOW_STAFF_TOKENS=staff) as server:
        yield server


@pytest.fixture(scope="session")
def headphones(shop: AppServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Order]:
    """Orders of one pair of headphones, $64.94 with tax."""
    return _imported(shop, tmp_path_factory.mktemp("orders"), 5_567_022, HEADPHONES)


@pytest.fixture(scope="session")
def bathroom(shop: AppServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Order]:
    """Orders of three things, one of them three times."""
    return _imported(shop, tmp_path_factory.mktemp("orders"), 7_781_203, BATHROOM)


def _imported(shop: AppServer, folder: Path, first: int, lines: Sequence[tuple[str, str, int, int]]) -> Iterator[Order]:
    file = folder / "orders.json"
    orders = write_orders(file, first, ORDERS, lines)
    shop.flask("import-orders", str(file))
    return iter(orders)


@pytest.fixture
def desk(context: BrowserContext, shop: AppServer) -> Callable[..., None]:
    """Do something with a case as Dana of the staff: `desk(reference, "claim")`, `desk(reference, "messages", text=…)`."""

    def act(reference: str, action: str, **body: str) -> None:
        address = f"{shop.base}/api/handoffs/{reference}/{action}"
        answer = context.request.post(address, data=body, headers={"Authorization": f"Bearer {STAFF_TOKEN}"})
        assert answer.ok, answer.text()

    return act


@pytest.fixture
def customer(context: BrowserContext, shop: AppServer) -> Iterator[Customer]:
    """A customer on a desktop. Whatever happens, the page must not complain and must talk to nobody else."""
    context.set_default_timeout(10_000)
    visitor = Customer(context.new_page(), shop.base)
    yield visitor
    assert visitor.strangers == []
    assert visitor.complaints == []
