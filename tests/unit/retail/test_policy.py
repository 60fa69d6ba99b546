"""Policy files: what ships is whole, what is wrong is named, all at once."""

from __future__ import annotations

import shutil
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from returnflow.retail.policy import Policies, PolicyError, default_policies_dir, load_policies, parse_policy

SEED_RULES = {
    "amazon": "default digital_book apple haul baby mattress renewed renewed_premium gift_birthday gift_wedding gift_babyreg "
    "nonreturnable luxury computers_fee_old major_appliance drone_trampoline",
    "walmart": "default electronics wireless escooter_hover drones major_appliance vision outdoor_power_old trampoline final_sale "
    "media_opened fresh",
}


@pytest.fixture
def shipped() -> dict[str, Any]:
    """The content of a shipped file, to break."""
    loaded: dict[str, Any] = yaml.safe_load((default_policies_dir() / "amazon.yaml").read_text())
    return deepcopy(loaded)


def problems_of(data: Any) -> list[str]:
    return parse_policy(data, "amazon.yaml")[1]


class TestShipped:
    """The three files that come with ReturnFlow."""

    def test_three_stores_ship_and_the_shop_is_off(self, policies: Policies) -> None:
        """The merchant's own shop is data that waits."""
        assert set(policies.stores) == {"amazon", "walmart", "shop"}
        assert [policy.store for policy in policies.enabled()] == ["amazon", "walmart"]
        assert len(policies) == 3

    @pytest.mark.parametrize("store, prefix", [("amazon", "amz"), ("walmart", "wm")])
    def test_every_rule_of_the_sources_is_there(self, policies: Policies, store: str, prefix: str) -> None:
        """No rule of the research was lost."""
        for name in SEED_RULES[store].split():
            assert policies[store].rule(f"{prefix}.{name}")

    def test_a_marketplace_seller_is_the_default_everywhere(self, policies: Policies) -> None:
        """An order that does not say who sold it never gets the store's own, longer windows."""
        assert {policy.default_seller for policy in policies.values()} == {"marketplace_seller"}
        assert policies["walmart"].rule_for("home", "marketplace_seller").id == "wmm.default"  # type: ignore[union-attr]

    def test_an_unknown_rule_is_a_key_error(self, policies: Policies) -> None:
        """A stored rule id that the merchant removed is noticed."""
        with pytest.raises(KeyError):
            policies["amazon"].rule("gone")


class TestMerchantsOwn:
    """Overlays."""

    def test_a_later_directory_replaces_and_adds_files(self, tmp_path: Path, policies: Policies, shipped: dict[str, Any]) -> None:
        """A file of the same name wins as a whole; a new name is a new store."""
        shipped["rules"][0]["window_days"] = 45
        (tmp_path / "amazon.yaml").write_text(yaml.safe_dump(shipped))
        (tmp_path / "bestbuy.yaml").write_text(yaml.safe_dump(shipped | {"store": "bestbuy"}))
        mine = load_policies([default_policies_dir(), tmp_path])

        assert mine["amazon"].rule("amz.default").window_days == 45
        assert set(mine) == {*policies, "bestbuy"}
        assert mine.version != policies.version

    def test_the_version_is_of_the_rules_not_of_the_text(self, tmp_path: Path, policies: Policies) -> None:
        """Comments and the place of the files do not change it."""
        for path in default_policies_dir().glob("*.yaml"):
            (tmp_path / path.name).write_text("# mine now\n" + path.read_text())

        assert load_policies([tmp_path]).version == policies.version

    def test_one_store_in_two_files_is_a_problem(self, tmp_path: Path) -> None:
        """Nobody has to guess which of two files holds."""
        for name in ("a.yaml", "b.yaml"):
            shutil.copy(default_policies_dir() / "shop.yaml", tmp_path / name)

        with pytest.raises(PolicyError, match=r"b\.yaml: store: shop is defined in another file too"):
            load_policies([tmp_path])


class TestProblems:
    """What is wrong, where, and what was expected."""

    @pytest.mark.parametrize(
        "path, value, problem",
        [
            (["rules", 3, "window_days"], "x", 'amazon.yaml: rules[3].window_days: is "x", expected a whole number of days'),
            (["rules", 0, "certainty"], "Z", 'amazon.yaml: rules[0].certainty: is "Z", expected A, B, C or M'),
            (["rules", 0, "counted_from"], "birthday", "rules[0].counted_from.event"),
            (["rules", 0, "window"], 30, "rules[0].window: is not a key that is known here"),
            (["colour"], "red", "amazon.yaml: colour: is not a key that is known here, expected one of as_of"),
            (["sellers", "amazon", "instruct", "link"], "http://x", "expected an address that starts with https://"),
            (["seasons", 0, "buy_from"], "soon", 'seasons[0].buy_from: is "soon", expected a date like 2026-11-01'),
            (["verification", "call", "failures"], "three", 'verification.call.failures: is "three", expected a whole number'),
            (["verification", "call", "days"], 1, "verification.call.days: is not a key that is known here"),
            (
                ["rules", 0, "sold_by"],
                "amazn",
                "rules[0].sold_by: amazn is not a seller, expected any or one of amazon, marketplace_seller",
            ),
            (["rules", 0, "methods"], ["owl"], "rules[0].methods: owl is not a method"),
            (["rules", 1, "id"], "amz.default", "rules[1].id: amz.default is used by rules[0] too"),
            (["rules", 5, "category"], "mattress_not_crib", "rules[6].category: amz.mattress and amz.baby (rules[5]) cover the same items"),
            (["rules", 0, "category"], "home", 'sellers.amazon: has no rule for category "*"'),
            (["rules", 0, "window_days"], None, "rules[0].window_days: is missing, expected a whole number of days, or route: person"),
            (["default_seller"], "me", "default_seller: me is not a seller"),
            (["sellers", "amazon", "instruct"], None, "sellers.amazon.instruct: is missing"),
            (["sellers", "amazon", "methods"], ["owl"], "sellers.amazon.methods: owl is not a method"),
            (["seasons", 0, "return_by"], None, "seasons[0].return_by: is missing or before buy_to"),
            (["seasons", 0, "buy_to"], "2025-01-01", "seasons[0].buy_to: is before buy_from"),
            (["seasons", 0, "kind"], "clock_start", "seasons[0].clock_starts: is missing"),
            (["order_number", "groups"], [3, 7], "order_number.groups: add up to 10, expected 17 like length"),
            (["refund", "credit_business_days"], {"gift_card": [0, 1]}, "refund.credit_business_days.default: is missing"),
            (["refund", "transit_business_days"], [7, 2], "refund.transit_business_days: is [7, 2], expected [fewest, most]"),
        ],
    )
    def test_a_problem_names_file_key_and_remedy(self, shipped: dict[str, Any], path: list[Any], value: Any, problem: str) -> None:
        """One line tells what to repair."""
        block: Any = shipped
        for key in path[:-1]:
            block = block[key]
        block[path[-1]] = value

        assert any(problem in line for line in problems_of(shipped)), problems_of(shipped)

    def test_a_seller_without_a_way_back_is_a_problem(self, shipped: dict[str, Any]) -> None:
        """Every return can be sent somehow."""
        shipped["rules"][0].pop("methods")

        assert any("sellers.amazon.methods: is missing" in line for line in problems_of(shipped))

    def test_a_missing_key_is_named(self, shipped: dict[str, Any]) -> None:
        """A file without its rules says so."""
        del shipped["rules"][0]["source"]

        assert problems_of(shipped) == ["amazon.yaml: rules[0].source: is missing, expected where the rule comes from, in words"]

    def test_all_problems_of_all_files_come_at_once(self, tmp_path: Path, shipped: dict[str, Any]) -> None:
        """One run tells everything."""
        shipped["rules"][0]["window_days"], shipped["rules"][1]["certainty"] = "x", "Q"
        (tmp_path / "a.yaml").write_text(yaml.safe_dump(shipped))
        (tmp_path / "b.yaml").write_text("rules: [")
        (tmp_path / "c.yaml").write_text("- not a store")
        (tmp_path / "d.yaml").write_bytes(b"\xff\xfe\x00")

        with pytest.raises(PolicyError) as caught:
            load_policies([tmp_path, tmp_path / "nowhere"])
        assert [line.split(":")[0] for line in caught.value.problems] == [
            str(tmp_path / "nowhere"),
            "a.yaml",
            "a.yaml",
            "b.yaml",
            "c.yaml",
            "d.yaml",
        ]
        assert "line 1: is not YAML" in str(caught.value)

    def test_an_empty_directory_is_a_problem(self, tmp_path: Path) -> None:
        """Starting without any store is a mistake."""
        with pytest.raises(PolicyError, match="no policy file found"):
            load_policies([tmp_path])


class TestRuleChoice:
    """The most specific rule wins."""

    @pytest.mark.parametrize(
        "store, category, seller, condition, rule_id",
        [
            pytest.param("amazon", "home", "marketplace_seller", None, "amz.default", id="default-for-anybody"),
            pytest.param("amazon", "mattress_not_crib", "amazon", None, "amz.mattress", id="category-before-default"),
            pytest.param("amazon", "laptop", "amazon", None, "amz.default", id="condition-not-said"),
            pytest.param("amazon", "laptop", "amazon", "opened", "amz.computers_fee_old", id="condition-said"),
            pytest.param("walmart", "home", "walmart", None, "wm.default", id="sold-by-the-store"),
            pytest.param("walmart", "home", "marketplace_seller", None, "wmm.default", id="sold-by-the-merchant"),
            pytest.param("walmart", "consumer_electronics", "walmart", None, "wm.electronics", id="electronics-by-the-store"),
            pytest.param("walmart", "electronics", "marketplace_seller", None, "wmm.electronics_luxury", id="electronics-by-the-merchant"),
            pytest.param("walmart", "drone", "marketplace_seller", None, "wm.drones", id="category-of-any-seller-before-default"),
            pytest.param("walmart", "video_game", "walmart", "opened", "wm.media_opened_by_customer", id="opened-game"),
            pytest.param("shop", "electronics", "marketplace_seller", "used", "shop.opened_electronics", id="own-shop-opened"),
        ],
    )
    def test_the_most_specific_rule_is_taken(
        self, policies: Policies, store: str, category: str, seller: str, condition: str | None, rule_id: str
    ) -> None:
        """Category before condition before seller."""
        rule = policies[store].rule_for(category, seller, condition)

        assert rule is not None
        assert rule.id == rule_id

    def test_a_seller_without_rules_has_none(self, policies: Policies) -> None:
        """Somebody else's sale is nobody's guess."""
        assert policies["walmart"].rule_for("home", "acme_llc") is None
