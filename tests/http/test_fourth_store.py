"""A fourth store is two agent files and one policy file: a return works there, and no code was changed."""

from __future__ import annotations

import json
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from tests.services.app_server import app_server

ROOT = Path(__file__).parents[2]
ROWS = (
    "order_number,store,placed_on,shipped_on,delivered_on,zip,last_name,first_name,email,phone,currency,line_id,sku,title,category,seller,"
    "quantity,unit_price_cents,tax_cents,order_discount_cents,shipping_cents,payment,time_zone\n"
    "8800112233,bestbuy,{placed},{shipped},{delivered},73301,Okoro,Ada,,,USD,1,BB-1,Travel charger,electronics,marketplace_seller,"
    "1,2999,247,0,0,credit_card,America/Chicago\n"
)


def write_store(folder: Path) -> tuple[Path, Path]:
    """Two agents and a policy, made from the shop's by changing data."""
    agents, policies = folder / "agents", folder / "policies"
    agents.mkdir()
    policies.mkdir()
    for role in ("verification", "processing"):
        agent = yaml.safe_load((ROOT / f"returnflow/agents/shop_{role}.yaml").read_text())
        agent |= {"id": f"bestbuy_{role}", "name": f"Best Buy {role}", "store": "bestbuy"}
        (agents / f"bestbuy_{role}.yaml").write_text(yaml.safe_dump(agent))
    policy = yaml.safe_load((ROOT / "returnflow/retail/policies/shop.yaml").read_text())
    policy |= {"store": "bestbuy", "label": "Best Buy", "called": ["best buy", "bestbuy"], "enabled": True}
    policy["order_number"] = {"length": 10, "groups": [4, 3, 3], "starts": "88", "spoken_hint": "ten digits that start with 88"}
    for rule in policy["rules"]:
        rule["id"] = rule["id"].replace("shop.", "bby.")
    (policies / "bestbuy.yaml").write_text(yaml.safe_dump(policy))
    shop = yaml.safe_load((ROOT / "returnflow/agents/shop.yaml").read_text())
    shop["return_shipping"]["bestbuy"] = shop["return_shipping"]["shop"]
    (agents / "shop.yaml").write_text(yaml.safe_dump(shop))
    return agents, policies


def post(base: str, path: str, body: dict[str, Any], token: str | None = None) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(base + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as response:
        return dict(json.load(response))


def test_a_return_works_in_a_store_that_is_only_data(tmp_path: Path) -> None:
    """Files, an import, a call: the offer and the return number of a store the code has never heard of."""
    agents, policies = write_store(tmp_path)
    delivered = datetime.now(UTC).date() - timedelta(days=3)
    orders = tmp_path / "orders.csv"
    orders.write_text(ROWS.format(placed=delivered - timedelta(days=4), shipped=delivered - timedelta(days=2), delivered=delivered))
    where = {"RETURNFLOW_AGENTS_DIR": str(agents), "RETURNFLOW_POLICIES_DIR": str(policies), "RETURNFLOW_STORES": ""}

    with app_server(tmp_path, seed=False, **where) as server:
        server.flask("import-orders", str(orders))
        session = post(server.base, "/api/sessions", {})
        path = f"/api/sessions/{session['session_id']}/turns"
        said = ["I want to return my travel charger from best buy, it does not work", "8800112233, 73301, Okoro", "yes"]
        answers = [
            post(server.base, path, {"turn_id": f"t{number}", "text": text}, session["session_token"]) for number, text in enumerate(said)
        ]

    assert answers[1]["state"]["quote"]["refund_cents"] == 3246
    assert answers[2]["state"]["outcome"] == "done"
    assert answers[2]["state"]["return"]["rma"]
    assert answers[2]["state"]["agent"] == "bestbuy_processing"
