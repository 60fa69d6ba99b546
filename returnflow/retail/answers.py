"""What the policy says when nobody asked about an order: "how long can I return a toaster?".

Nothing is known of the purchase, so who sold it is not either. Where sellers differ both numbers are said; a rule of
certainty B is "usually"; one that is unsure goes to a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from returnflow.retail import words
from returnflow.retail.deadline import years_since_season
from returnflow.retail.refund import after_arrival
from returnflow.retail.rules import EVERY_CATEGORY, UNSURE, Clock, Rule, StorePolicy

_UNCOUNTED = frozenset({"alcohol", "beer", "clothing", "food", "fruit", "furniture", "jewelry", "medicine", "milk", "software", "wine"})
_CHECK = "a person can check yours"
_STARTS = {
    "delivery": "from delivery",
    "purchase": "from the day you bought it",
    "purchase_or_delivery": "from the day you got it",
    "ship": "from a week after it ships",
}


@dataclass(frozen=True, slots=True)
class PolicyAnswer:
    """One sentence about a kind of product. `days` is None where nothing can be said; `hedged` = a person should be offered."""

    rule_id: str
    certainty: str
    days: int | None
    sentence: str
    hedged: bool = False


def category_of(policy: StorePolicy, said: str) -> str:
    """The policy's category for everyday words: the longest known word in them wins; "*" when none is known."""
    text = f" {_plain(said)} "
    found = [(len(word), category) for category, known in policy.category_words.items() for word in known if f" {_plain(word)} " in text]
    return max(found, default=(0, EVERY_CATEGORY))[1]


def policy_answer(policy: StorePolicy, category_words: str | None, today: date) -> PolicyAnswer:
    """How long this kind of thing can go back at this store. Without words, or with unknown ones, the general rule."""
    said = " ".join((category_words or "").split())
    category = category_of(policy, said)
    rules = dict(_by_seller(policy, category))
    rule = _speaks(policy, rules)
    subject = f"For {_with_article(said)}" if said else "For most things"
    if _nobody_knows(rule):
        return PolicyAnswer(rule.id, rule.certainty, None, f"{subject}, I'd rather a person checks that.", hedged=True)
    if not rule.returnable:
        return _no_returns(rule, said)
    differ = {seller: other for seller, other in rules.items() if other.window_days != rule.window_days and not _nobody_knows(other)}
    hedged = rule.certainty != "A" or bool(differ) or years_since_season(policy, today) is not None
    return PolicyAnswer(rule.id, rule.certainty, rule.window_days, _sentence(policy, rule, subject, differ, hedged, today), hedged)


def money_answer(policy: StorePolicy) -> PolicyAnswer:
    """When the money is there, counted from the parcel's arrival, for a usual way to pay."""
    fewest, most = after_arrival(policy, None)
    sentence = f"The money usually comes {words.business_days_range(fewest, most)} after the parcel has arrived."
    return PolicyAnswer("refund", policy.refund.certainty, None, sentence, hedged=policy.refund.certainty != "A")


def fees_answer(policy: StorePolicy) -> PolicyAnswer:
    """What a return costs. No amount is said here: the offer names every fee before anything is set up."""
    sentence = "If something is wrong with it, there are no fees. If not, I tell you any fee before you say yes."
    return PolicyAnswer("fees", "A", None, sentence)


def _by_seller(policy: StorePolicy, category: str) -> Iterator[tuple[str, Rule]]:
    """Each seller's rule, the default seller first."""
    for seller in sorted(policy.sellers, key=lambda name: (name != policy.default_seller, name)):
        rule = policy.rule_for(category, seller)
        if rule is not None:
            yield seller, rule


def _speaks(policy: StorePolicy, rules: dict[str, Rule]) -> Rule:
    """The rule to answer with: the default seller's, or a surer one that gives the same days."""
    first = rules[policy.default_seller]
    same = [rule for rule in rules.values() if (rule.window_days, rule.returnable) == (first.window_days, first.returnable)]
    return min(same, key=lambda rule: rule.certainty)


def _nobody_knows(rule: Rule) -> bool:
    return rule.certainty in UNSURE or rule.route == "person" or (rule.returnable and rule.window_days is None)


def _no_returns(rule: Rule, said: str) -> PolicyAnswer:
    sentence = f"{_plural_or_kind(said)} usually cannot go back, unless something is wrong; then a person decides."
    return PolicyAnswer(rule.id, rule.certainty, None, sentence, hedged=rule.certainty != "A")


def _sentence(policy: StorePolicy, rule: Rule, subject: str, differ: dict[str, Rule], hedged: bool, today: date) -> str:
    is_it = "it's usually" if hedged else "it's"
    season = next((each for each in policy.seasons if each.covers(today, policy.default_seller)), None)
    last = season.last_day(rule.category[0]) if season else None
    if differ:
        others = ", and ".join(f"{other.window_days} {policy.sellers[seller].when}" for seller, other in sorted(differ.items()))
        days = f"{rule.window_days} days {policy.sellers[policy.default_seller].when}, and {others}"
    else:
        days = f"{rule.window_days} days {_start(rule.counted_from)}"
    if last is not None:
        days += f", and for things bought now at least until {words.day(last, today)}"
    return f"{subject} {is_it} {days}; {_CHECK}." if hedged else f"{subject} {is_it} {days}."


def _start(clock: Clock) -> str:
    return _STARTS[clock.event]


def _plain(text: str) -> str:
    """Small letters and digits, simple plurals cut: "Toasters" → "toaster"."""
    found = re.findall(r"[a-z0-9]+", text.lower())
    return " ".join(word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in found)


def _with_article(said: str) -> str:
    """With "a" or "an" before it, unless it is a plural, cannot be counted or has an article already."""
    first, last = said.lower().split()[0], said.lower().split()[-1]
    if first in ("a", "an", "the", "my", "some", "any", "this", "these") or _is_plural(last) or last in _UNCOUNTED:
        return said
    return f"{'an' if first[0] in 'aeiou' else 'a'} {said}"


def _is_plural(word: str) -> bool:
    return word.endswith("s") and not word.endswith(("ss", "us", "is"))


def _plural_or_kind(said: str) -> str:
    named = said and (_is_plural(said.lower()) or said.lower() in _UNCOUNTED)
    return said[0].upper() + said[1:] if named else "That kind of item"
