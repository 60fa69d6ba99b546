"""Answering questions about the rules without any order: how long, how much, how back, and when the money comes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from returnflow.conversation.effects import AnswerPolicy, PolicyAnswered
from returnflow.retail.answers import PolicyAnswer, fees_answer, money_answer, policy_answer
from returnflow.retail.days import local_today
from returnflow.retail.rules import StorePolicy
from returnflow.retail.shop import Shop

WAYS = {
    "prepaid_by_staff": "{shop} e-mails you a postage label. The slip goes inside the box.",
    "customer_pays": "You post it to the address on the slip. The slip goes inside the box.",
    "drop_off": "You drop it off. The slip says where.",
    "store_counter": "You bring it to our counter with the slip.",
    "carrier": "A carrier picks it up. The slip goes inside the box.",
}


def answer(effect: AnswerPolicy, now: datetime, *, policies: Mapping[str, StorePolicy], shop: Shop) -> PolicyAnswered:
    """One sentence or two from the store's policy. Nothing is known of the customer, so today is the shop's.

    Raises KeyError for no such store.
    """
    policy = policies[effect.store]
    if effect.topic == "money":
        found = money_answer(policy)
    elif effect.topic == "fees":
        found = fees_answer(policy)
    elif effect.topic == "way" and effect.store in shop.return_shipping:
        sentence = WAYS[shop.return_shipping[effect.store].kind].format(shop=shop.name)
        found = PolicyAnswer("return_shipping", "A", None, sentence)
    else:
        found = policy_answer(policy, effect.category, local_today(now, shop.time_zone))
    return PolicyAnswered(found.rule_id, found.certainty, found.days, found.sentence)
