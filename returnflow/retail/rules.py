"""The types of a policy file: what a store's rules can say. Values only; `retail.policy` loads and checks them.

Frozen pydantic dataclasses, so that one definition both validates the YAML and is the value that the rest reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass

from returnflow.retail.model import Reason
from returnflow.retail.verification import Limit

STRICT = ConfigDict(extra="forbid", str_strip_whitespace=True)
ANY = "any"
EVERY_CATEGORY = "*"
KEEP_METHOD = "keep_it"
UNSURE = frozenset({"C", "M"})
"""Certainties that the assistant does not decide on alone."""

Certainty = Literal["A", "B", "C", "M"]
Capability = Literal["create_return", "exchange", "cancel", "instruct"]
Condition = Literal["unopened", "opened", "used", "damaged"]
Text = Annotated[str, Field(min_length=1)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=64)]
Days = Annotated[int, Field(ge=0, le=3650)]
Cents = Annotated[int, Field(ge=0)]
Percent = Annotated[int, Field(ge=0, le=100)]


def _many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _clock(value: Any) -> Any:
    """`delivery`, `purchase`, `purchase_or_delivery` or `{ship_plus_days: 7}`."""
    if isinstance(value, str):
        return {"event": value}
    if isinstance(value, dict) and set(value) == {"ship_plus_days"}:
        return {"event": "ship", "plus_days": value["ship_plus_days"]}
    return value


Many = Annotated[tuple[Text, ...], BeforeValidator(_many)]
BusinessDays = Annotated[tuple[Days, Days], Field()]


@dataclass(frozen=True, slots=True, config=STRICT)
class Clock:
    """What starts the days: an event of the order, and days added to it."""

    event: Literal["delivery", "purchase", "purchase_or_delivery", "ship"] = "delivery"
    plus_days: Days = 0


@dataclass(frozen=True, slots=True, config=STRICT)
class RuleFees:
    """Percent of the item price after discount, before tax. Never taken when the reason is a fault."""

    restocking_percent: Percent = 0
    if_condition: tuple[Condition, ...] = ()
    """Only in these conditions; empty = always."""


@dataclass(frozen=True, slots=True, config=STRICT)
class Rule:
    """One rule: whom it covers and what it allows. `window_days` without a number means that a person knows it."""

    id: Id
    category: Many
    certainty: Certainty
    source: Text
    sold_by: Many = (ANY,)
    if_condition: tuple[Condition, ...] = ()
    returnable: bool = True
    window_days: Days | None = None
    other_windows: tuple[Days, ...] = ()
    """Windows that other sources give; a certainty of C is decided only where all of them agree."""
    counted_from: Annotated[Clock, BeforeValidator(_clock)] = Clock()
    accepts: tuple[Condition, ...] = ("unopened", "opened")
    methods: tuple[Id, ...] = ()
    fees: RuleFees = RuleFees()
    route: Literal["decide", "person"] = "decide"
    resolution: Literal["send_back", "refund_without_return"] = "send_back"
    condition: str = ""
    """What the customer should do with the item, as a sentence."""
    note: str = ""


@dataclass(frozen=True, slots=True, config=STRICT)
class SeasonException:
    """Categories with a last day of their own in a season."""

    category: Many
    return_by: date


@dataclass(frozen=True, slots=True, config=STRICT)
class Season:
    """A holiday season: `extend` sets a last day, `clock_start` starts the days later. The later deadline always wins."""

    id: Id
    buy_from: date
    buy_to: date
    certainty: Certainty
    source: Text
    kind: Literal["extend", "clock_start"] = "extend"
    return_by: date | None = None
    exceptions: tuple[SeasonException, ...] = ()
    clock_starts: date | None = None
    if_window_below: Days | None = None
    sold_by: Many = (ANY,)

    def covers(self, day: date, seller: str) -> bool:
        """Whether something bought on this day from this seller is in the season."""
        return self.buy_from <= day <= self.buy_to and (ANY in self.sold_by or seller in self.sold_by)

    def last_day(self, category: str) -> date | None:
        """The season's last day to send back this category."""
        return next((each.return_by for each in self.exceptions if category in each.category), self.return_by)


@dataclass(frozen=True, slots=True, config=STRICT)
class OrderNumber:
    """How the store's order numbers look; letters and digits without separators."""

    length: Annotated[int, Field(ge=1, le=40)]
    groups: tuple[Annotated[int, Field(ge=1)], ...]
    spoken_hint: Text
    starts: str = ""
    letters: bool = False


@dataclass(frozen=True, slots=True, config=STRICT)
class Instructions:
    """How the customer does it where we cannot: shown in place of a return."""

    sentence: Text
    steps: tuple[Text, ...]
    link: Annotated[str, Field(pattern=r"^https://")]


@dataclass(frozen=True, slots=True, config=STRICT)
class Seller:
    """Who sold the line, and so who can do what. `when` follows a number of days: "30 days when we sold it"."""

    label: Text
    when: Text
    capabilities: tuple[Capability, ...]
    methods: tuple[Id, ...] = ()
    """Ways to send it back that stand before a rule's own."""
    instruct: Instructions | None = None


@dataclass(frozen=True, slots=True, config=STRICT)
class Method:
    """A way to send something back; `label_cents` is taken from the refund unless there is a fault."""

    label: Text
    label_cents: Cents = 0


@dataclass(frozen=True, slots=True, config=STRICT)
class Refund:
    """How money comes back, in business days as [fewest, most]; `credit_business_days` by kind of payment, with a `default`."""

    processing_business_days: BusinessDays
    credit_business_days: Mapping[Text, BusinessDays]
    source: Text
    certainty: Certainty
    transit_business_days: BusinessDays = (2, 7)
    to: Text = "original_payment"
    shipping: Literal["on_fault", "always", "never"] = "on_fault"

    def credit(self, payment: str | None) -> tuple[int, int]:
        """The bank's days for this kind of payment, or for any."""
        name = (payment or "default").strip().lower().replace(" ", "_")
        return self.credit_business_days.get(name) or self.credit_business_days["default"]


@dataclass(frozen=True, slots=True, config=STRICT)
class LateTier:
    """The fee for a parcel that is up to `days_late` days late; without a number, later than any other."""

    percent: Percent
    days_late: Days | None = None


@dataclass(frozen=True, slots=True, config=STRICT)
class Late:
    """Returns asked for after the deadline: accepted for `accept_days` more days, with the tier's fee."""

    accept_days: Days = 0
    tiers: tuple[LateTier, ...] = ()

    def percent(self, days_late: int) -> int:
        """The fee for this many days after the deadline; 0 in time."""
        if days_late <= 0:
            return 0
        tiers = sorted(self.tiers, key=lambda tier: (tier.days_late is None, tier.days_late or 0))
        return next((tier.percent for tier in tiers if tier.days_late is None or days_late <= tier.days_late), 0)


@dataclass(frozen=True, slots=True, config=STRICT)
class Risk:
    """What a person finishes. Staff only: never spoken, never sent to a model."""

    item_cents: Cents | None = None
    order_cents: Cents | None = None
    period_days: Days = 90
    max_returns: int | None = None
    max_returned_percent: Percent | None = None
    percent_from_returns: int = 1
    """The share of spend counts from this many returns on, so that a first order sent back is not suspicious."""
    categories: tuple[Text, ...] = ()
    words: tuple[Text, ...] = ()
    except_words: tuple[Text, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, config=STRICT)
class KeepIt:
    """Refund without sending back. Off unless the merchant turns it on; the caps are never spoken."""

    enabled: bool = False
    item_cap_cents: Cents = 0
    order_cap_cents: Cents = 0
    categories: tuple[Text, ...] = (EVERY_CATEGORY,)
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, config=STRICT)
class Gift:
    """What happens when the caller got it as a gift: a person, and the sentence that says so."""

    sentence: Text
    certainty: Certainty
    source: Text


@dataclass(frozen=True, slots=True, config=STRICT)
class Fact:
    """Something staff should know and the assistant does not decide on."""

    id: Id
    text: Text
    certainty: Certainty
    source: Text


@dataclass(frozen=True, slots=True, config=STRICT)
class Verification:
    """How many failed sets of facts are allowed per call, per order and per caller."""

    call: Limit
    order: Limit
    caller: Limit

    def limits(self) -> dict[str, Limit]:
        """The limits by scope, as `retail.verification.allowed` wants them."""
        return {"call": self.call, "order": self.order, "caller": self.caller}


@dataclass(frozen=True, slots=True, config=STRICT)
class StorePolicy:
    """One store: who sells there, what may go back until when, and what it costs."""

    schema_version: Literal[1]
    store: Id
    label: Text
    called: tuple[Text, ...]
    order_number: OrderNumber
    default_seller: Id
    sellers: Mapping[Id, Seller]
    methods: Mapping[Id, Method]
    rules: tuple[Rule, ...]
    refund: Refund
    verification: Verification
    gift: Gift
    enabled: bool = True
    as_of: str = ""
    seasons: tuple[Season, ...] = ()
    no_season_years: tuple[int, ...] = ()
    """Years for which the merchant confirmed that there is no season."""
    late: Late = Late()
    risk: Risk = Risk()
    keep_it: KeepIt = KeepIt()
    exception_days: Days = 14
    """How long a return may take that a person approved after its deadline."""
    category_words: Mapping[Text, tuple[Text, ...]] = Field(default_factory=dict)
    facts: tuple[Fact, ...] = ()

    def rule(self, rule_id: str) -> Rule:
        """The rule with this id. Raises KeyError when there is none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    def rule_for(self, category: str, seller: str, condition: str | None = None) -> Rule | None:
        """The most specific rule: category before condition before seller. None when the seller has no rule here."""
        fitting = [rule for rule in self.rules if _fits(rule, category, seller, condition)]
        return max(fitting, key=specificity, default=None)

    def ways_back(self, rule: Rule, seller: str) -> tuple[str, ...]:
        """How something under this rule is sent to this seller, the usual way first."""
        known = self.sellers.get(seller)
        return (known.methods if known else ()) or rule.methods


def specificity(rule: Rule) -> tuple[bool, bool, bool]:
    """Larger is more specific. Two rules that cover the same line never share one: loading refuses that."""
    return EVERY_CATEGORY not in rule.category, bool(rule.if_condition), ANY not in rule.sold_by


def _fits(rule: Rule, category: str, seller: str, condition: str | None) -> bool:
    return (
        (EVERY_CATEGORY in rule.category or category in rule.category)
        and (ANY in rule.sold_by or seller in rule.sold_by)
        and (not rule.if_condition or condition in rule.if_condition)
    )
