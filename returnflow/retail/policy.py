"""Policy files: from YAML on disk to checked values, with every problem of every file reported at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from returnflow.retail.problems import problems
from returnflow.retail.rules import ANY, EVERY_CATEGORY, Rule, StorePolicy, specificity

_STORE = TypeAdapter(StorePolicy)
_KEYS = tuple(field.name for field in fields(StorePolicy))
_EXPECTED: Mapping[str, str] = {
    "schema_version": "1",
    "store": "a short id in small letters",
    "id": "a short id in small letters, such as amz.default",
    "category": 'a category, a list of them, or "*" for every one',
    "sold_by": "a seller's id, a list of them, or any",
    "certainty": "A, B, C or M",
    "source": "where the rule comes from, in words",
    "window_days": "a whole number of days",
    "other_windows": "a list of whole numbers of days",
    "counted_from": "delivery, purchase, purchase_or_delivery or {ship_plus_days: 7}",
    "plus_days": "a whole number of days",
    "accept_days": "a whole number of days",
    "exception_days": "a whole number of days",
    "period_days": "a whole number of days",
    "days_late": "a whole number of days",
    "if_condition": "a list of unopened, opened, used, damaged",
    "accepts": "a list of unopened, opened, used, damaged",
    "restocking_percent": "a whole percentage from 0 to 100",
    "percent": "a whole percentage from 0 to 100",
    "max_returned_percent": "a whole percentage from 0 to 100",
    "label_cents": "a whole number of cents",
    "item_cents": "a whole number of cents",
    "order_cents": "a whole number of cents",
    "item_cap_cents": "a whole number of cents",
    "order_cap_cents": "a whole number of cents",
    "processing_business_days": "two whole numbers of business days, [fewest, most]",
    "transit_business_days": "two whole numbers of business days, [fewest, most]",
    "credit_business_days": "two whole numbers of business days, [fewest, most]",
    "capabilities": "a list of create_return, exchange, cancel, instruct",
    "link": "an address that starts with https://",
    "reasons": "a list of return reasons such as DEFECTIVE",
    "buy_from": "a date like 2026-11-01",
    "buy_to": "a date like 2026-12-31",
    "return_by": "a date like 2027-01-31",
    "clock_starts": "a date like 2026-12-26",
    "failures": "a whole number",
    "hours": "a whole number of hours",
    "groups": "a list of whole numbers",
    "length": "a whole number",
}


class PolicyError(Exception):
    """The policy files cannot be used. `problems` has a line for each thing to repair."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True)
class Policies(Mapping[str, StorePolicy]):
    """Every store's policy, enabled or not; `version` changes exactly when a rule does."""

    stores: Mapping[str, StorePolicy]
    version: str

    def __getitem__(self, store: str) -> StorePolicy:
        return self.stores[store]

    def __iter__(self) -> Iterator[str]:
        return iter(self.stores)

    def __len__(self) -> int:
        return len(self.stores)

    def enabled(self) -> tuple[StorePolicy, ...]:
        """The stores that customers can use, by id."""
        return tuple(policy for policy in self.stores.values() if policy.enabled)


def default_policies_dir() -> Path:
    """Where the policies that ship with ReturnFlow are."""
    return Path(__file__).parent / "policies"


def load_policies(dirs: Sequence[Path]) -> Policies:
    """Read all `*.yaml` of these directories; a file in a later directory replaces the file of the same name before it.

    Raises PolicyError with every problem of every file.
    """
    found: list[str] = [f"{directory}: is not a directory" for directory in dirs if not directory.is_dir()]
    paths = {path.name: path for directory in dirs for path in sorted(directory.glob("*.yaml"))}
    stores: dict[str, StorePolicy] = {}
    raw: dict[str, Any] = {}
    for name, path in sorted(paths.items()):
        data, unreadable = _read(path)
        policy, wrong = (None, unreadable) if unreadable else parse_policy(data, name)
        found += wrong
        if policy is None:
            continue
        if policy.store in stores:
            found.append(f"{name}: store: {policy.store} is defined in another file too, expected one file per store")
        stores[policy.store], raw[policy.store] = policy, data
    if not paths:
        found.append("no policy file found, expected at least one *.yaml in " + ", ".join(map(str, dirs)))
    if found:
        raise PolicyError(found)
    return Policies(dict(sorted(stores.items())), _checksum(raw))


def parse_policy(data: Any, file: str) -> tuple[StorePolicy | None, list[str]]:
    """One store's policy from parsed YAML, or what is wrong with it."""
    if not isinstance(data, dict):
        return None, [f"{file}: the file: is not a block of keys, expected a store policy"]
    try:
        policy = _STORE.validate_python(data)
    except ValidationError as error:
        return None, problems(error, file, _EXPECTED, _KEYS)
    wrong = [f"{file}: {problem}" for check in _CHECKS for problem in check(policy)]
    return (None, wrong) if wrong else (policy, [])


def _read(path: Path) -> tuple[Any, list[str]]:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8")), []
    except (OSError, UnicodeDecodeError) as error:
        return None, [f"{path.name}: the file: cannot be read: {error}"]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "the file"
        return None, [f"{path.name}: {where}: is not YAML: {getattr(error, 'problem', None) or 'cannot be parsed'}"]


def _checksum(raw: Mapping[str, Any]) -> str:
    """Of the content, not the text: comments, key order and the directory do not count."""
    text = json.dumps(raw, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _rules_are_whole(policy: StorePolicy) -> Iterator[str]:
    seen: dict[str, int] = {}
    for index, rule in enumerate(policy.rules):
        where = f"rules[{index}]"
        if rule.id in seen:
            yield f"{where}.id: {rule.id} is used by rules[{seen[rule.id]}] too, expected an id of its own"
        seen[rule.id] = index
        decides = rule.returnable and rule.route == "decide" and rule.resolution == "send_back"
        if decides and rule.window_days is None:
            yield f"{where}.window_days: is missing, expected a whole number of days, or route: person"
        for seller in rule.sold_by:
            if seller != ANY and seller not in policy.sellers:
                yield f"{where}.sold_by: {seller} is not a seller, expected any or one of {_names(policy.sellers)}"
        for method in rule.methods:
            if method not in policy.methods:
                yield f"{where}.methods: {method} is not a method, expected one of {_names(policy.methods)}"


def _rules_do_not_tie(policy: StorePolicy) -> Iterator[str]:
    for (first, a), (second, b) in combinations(enumerate(policy.rules), 2):
        if specificity(a) == specificity(b) and _overlap(a, b):
            yield f"rules[{second}].category: {b.id} and {a.id} (rules[{first}]) cover the same items, expected one rule for each"


def _overlap(a: Rule, b: Rule) -> bool:
    categories = EVERY_CATEGORY in a.category or bool(set(a.category) & set(b.category))
    sellers = ANY in a.sold_by or bool(set(a.sold_by) & set(b.sold_by))
    conditions = not a.if_condition or bool(set(a.if_condition) & set(b.if_condition))
    return categories and sellers and conditions


def _sellers_are_whole(policy: StorePolicy) -> Iterator[str]:
    if policy.default_seller not in policy.sellers:
        yield f"default_seller: {policy.default_seller} is not a seller, expected one of {_names(policy.sellers)}"
    for name, seller in policy.sellers.items():
        default = policy.rule_for(EVERY_CATEGORY, name)
        if default is None:
            yield f'sellers.{name}: has no rule for category "*", expected one whose sold_by is {name} or any'
        elif not policy.ways_back(default, name):
            yield f"sellers.{name}.methods: is missing, expected a way to send things back here or in {default.id}"
        if "instruct" in seller.capabilities and seller.instruct is None:
            yield f"sellers.{name}.instruct: is missing, expected the sentence, steps and link to show"
        for method in seller.methods:
            if method not in policy.methods:
                yield f"sellers.{name}.methods: {method} is not a method, expected one of {_names(policy.methods)}"


def _seasons_are_whole(policy: StorePolicy) -> Iterator[str]:
    for index, season in enumerate(policy.seasons):
        where = f"seasons[{index}]"
        if season.buy_to < season.buy_from:
            yield f"{where}.buy_to: is before buy_from, expected a later date"
        if season.kind == "extend" and (season.return_by is None or season.return_by < season.buy_to):
            yield f"{where}.return_by: is missing or before buy_to, expected a later date"
        if season.kind == "clock_start" and season.clock_starts is None:
            yield f"{where}.clock_starts: is missing, expected a date like 2026-12-26"


def _numbers_are_whole(policy: StorePolicy) -> Iterator[str]:
    number = policy.order_number
    if sum(number.groups) != number.length:
        yield f"order_number.groups: add up to {sum(number.groups)}, expected {number.length} like length"
    if "default" not in policy.refund.credit_business_days:
        yield "refund.credit_business_days.default: is missing, expected two whole numbers of business days, [fewest, most]"
    refund = policy.refund
    ranges = {f"credit_business_days.{name}": days for name, days in refund.credit_business_days.items()}
    ranges |= {"processing_business_days": refund.processing_business_days, "transit_business_days": refund.transit_business_days}
    for name, (fewest, most) in ranges.items():
        if fewest > most:
            yield f"refund.{name}: is [{fewest}, {most}], expected [fewest, most]"


def _names(names: Mapping[str, object]) -> str:
    return ", ".join(sorted(names))


_CHECKS = (_rules_are_whole, _rules_do_not_tie, _sellers_are_whole, _seasons_are_whole, _numbers_are_whole)
