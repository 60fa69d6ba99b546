"""What a scenario says must hold: after a turn, at the end of the call, and in the database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from returnflow.conversation.ports import Case
from returnflow.retail.model import Return
from returnflow.simulate.report import Exchange, Kind, Problem
from returnflow.simulate.scenario import DatabaseExpect, Expect, TurnExpect
from returnflow.simulate.words import fill

_STATE_KEYS = ("agent", "status", "outcome", "journey")


def after_turn(expect: TurnExpect, answer: Mapping[str, Any], turn: int, words: Mapping[str, str]) -> Iterator[Problem]:
    """What this turn's `expect` asks for and its answer does not have."""
    state, given = answer["state"], expect.model_fields_set
    seen = {name: state[name] for name in _STATE_KEYS}
    seen["step"] = step_of(state)
    seen["expecting"] = state["expecting"]["slot"] if state["expecting"] else None
    seen["refund_cents"] = state["quote"]["refund_cents"] if state["quote"] else None
    for name, value in seen.items():
        if name in given and value != getattr(expect, name):
            yield Problem(Kind.EXPECTATION, f"expected {name} {_shown(getattr(expect, name))}, is {_shown(value)}", turn)
    types = [card["type"] for card in answer["cards"]]
    if "card" in given and (expect.card not in types if expect.card else bool(types)):
        yield Problem(Kind.EXPECTATION, f"expected card {_shown(expect.card)}, there is {', '.join(types) or 'none'}", turn)
    values = {row["name"]: row["value"] for row in state["slots"]}
    for name, template in expect.slots.items():
        wanted = fill(template, words)
        if wanted != values.get(name):
            yield Problem(Kind.EXPECTATION, f"expected {name} to show {wanted}, shows {_shown(values.get(name))}", turn)
    yield from _replies(expect, answer["reply"]["text"], turn, words)


def step_of(state: Mapping[str, Any]) -> str | None:
    """The id of the step that the page shows as the present one; the last when all are done."""
    now = next((step["id"] for step in state["steps"] if step["state"] == "now"), None)
    return now or (state["steps"][-1]["id"] if state["steps"] else None)


def at_the_end(
    expect: Expect, exchanges: Sequence[Exchange], state: Mapping[str, Any], agents: tuple[str, ...], words: Mapping[str, str]
) -> Iterator[Problem]:
    """What the scenario's `expect` asks for and the call did not bring; without the database."""
    for name in ("outcome", "status"):
        if name in expect.model_fields_set and state[name] != getattr(expect, name):
            yield Problem(Kind.EXPECTATION, f"expected {name} {_shown(getattr(expect, name))}, is {_shown(state[name])}")
    if expect.agents is not None and agents != expect.agents:
        yield Problem(Kind.EXPECTATION, f"expected agent path {' → '.join(expect.agents)}, went {' → '.join(agents)}")
    for pattern in expect.said:
        if not any(_finds(pattern, each.reply, words) for each in exchanges):
            yield Problem(Kind.EXPECTATION, f"expected said: {pattern}")
    for pattern in expect.never_said:
        for each in exchanges:
            if _finds(pattern, each.reply, words):
                yield Problem(Kind.EXPECTATION, f"expected never said: {pattern}", each.number)
    turns = sum(each.spoke for each in exchanges)
    if expect.max_turns is not None and turns > expect.max_turns:
        yield Problem(Kind.EXPECTATION, f"expected at most {expect.max_turns} turns, took {turns}")


def in_the_database(
    expect: DatabaseExpect, returns: Sequence[Return], cases: Sequence[Case], words: Mapping[str, str]
) -> Iterator[Problem]:
    """Exact sets: every row that is expected is there, and no other."""
    yield from _exactly("returns", expect.returns, [return_row(each) for each in returns], words)
    yield from _exactly("handoffs", expect.handoffs, [case_row(each) for each in cases], words)


def return_row(stored: Return) -> dict[str, Any]:
    """A return as scenarios compare it."""
    quote = stored.quote
    return {
        "rma": stored.rma,
        "order_number": stored.order_number,
        "store": stored.store,
        "kind": stored.kind,
        "status": stored.status.value,
        "outcome": stored.outcome,
        "refund_cents": quote.refund_cents,
        "currency": quote.currency,
        "method": quote.method,
        "return_by": quote.return_by.isoformat(),
        "rule_id": quote.rule_id,
        "fee_cents": sum(fee.amount_cents for fee in quote.fees),
        "staff_task": "yes" if stored.staff_due_at else "no",
        "lines": [
            {"title": line.title, "quantity": line.quantity, "reason": line.reason.value, "refund_cents": line.refund_cents}
            for line in quote.lines
        ],
    }


def case_row(case: Case) -> dict[str, Any]:
    """A case as scenarios compare it: the packet, with who it waits for."""
    return dict(case.packet) | {
        "reference": case.reference,
        "reason": case.reason_code,
        "status": case.status,
        "contact_by": case.contact_by,
        "contact": case.contact,
        "outcome": case.outcome,
        "notes": list(case.notes),
    }


def _exactly(name: str, wanted: Sequence[Mapping[str, Any]], there: list[dict[str, Any]], words: Mapping[str, str]) -> Iterator[Problem]:
    left = list(there)
    for row in wanted:
        found = next((each for each in left if fits(row, each, words)), None)
        if found is None:
            yield Problem(Kind.DATABASE, f"expected in {name}: {_row(row, row)}; there is {_rows(row, left)}")
        else:
            left.remove(found)
    if len(there) > len(wanted):
        yield Problem(Kind.DATABASE, f"expected {len(wanted)} {name}, there are {len(there)}: {_rows(_BRIEF[name], there)}")


_BRIEF: Mapping[str, Mapping[str, Any]] = {
    "returns": dict.fromkeys(("status", "kind", "refund_cents")),
    "handoffs": dict.fromkeys(("reason", "status", "headline")),
}


def fits(wanted: Any, there: Any, words: Mapping[str, str]) -> bool:
    """Whether `there` has all that is wanted: blocks may have more, lists may not, text is compared as written."""
    if isinstance(wanted, Mapping):
        return isinstance(there, Mapping) and all(name in there and fits(value, there[name], words) for name, value in wanted.items())
    if isinstance(wanted, (list, tuple)):
        if not isinstance(there, (list, tuple)) or len(wanted) != len(there):
            return False
        return all(fits(each, other, words) for each, other in zip(wanted, there, strict=True))
    return there is None if wanted is None else fill(str(wanted), words) == str(there)


def _rows(keys: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(_row(keys, row) for row in rows) or "none"


def _row(keys: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_shown(row.get(name))}" for name in keys)


def _replies(expect: TurnExpect, reply: str, turn: int, words: Mapping[str, str]) -> Iterator[Problem]:
    for pattern in expect.reply_matches:
        if not _finds(pattern, reply, words):
            yield Problem(Kind.EXPECTATION, f"expected the reply to match {pattern}", turn)
    for pattern in expect.reply_never:
        if _finds(pattern, reply, words):
            yield Problem(Kind.EXPECTATION, f"expected the reply not to match {pattern}", turn)


def _finds(pattern: str, reply: str, words: Mapping[str, str]) -> bool:
    return re.search(fill(pattern, words, re.escape), reply) is not None


def _shown(value: Any) -> str:
    return "none" if value is None else str(value)
