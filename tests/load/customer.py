"""What a customer says next: five kinds of people who all mean to return something and answer whatever they are asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from tests.load.orders import LoadOrder

Json = dict[str, Any]
MOST_TURNS = 20
"""More turns than any of these conversations needs: it would be going in circles."""
DIGITS = dict(zip("0123456789", "zero one two three four five six seven eight nine".split(), strict=True))


class Manner(Enum):
    """How somebody talks."""

    BRIEF = "says everything at once"
    SLOW = "one thing at a time"
    CURIOUS = "asks about the policy in the middle"
    SPOKEN = "speaks, digit by digit"
    TAPPING = "uses the buttons"


class Astray(Exception):
    """The conversation did not get to a return. The text says where it was."""


@dataclass(slots=True)
class Customer:
    """One person with one order. `next_turn` gives the body of the next turn, or None when there is nothing left to say."""

    order: LoadOrder
    manner: Manner
    turns: int = 0
    asked_aside: bool = False

    @property
    def mode(self) -> str:
        return "spoken" if self.manner is Manner.SPOKEN else "typed"

    def next_turn(self, answer: Json) -> Json | None:
        """Answer the last answer (or the greeting). Raises Astray when the conversation ends without a return, or does not end."""
        state = answer["state"]
        if state["status"] == "ended":
            if not state["return"]:
                raise Astray(f"ended without a return at step {_step(state)} ({self.manner.value})")
            return None
        if state["status"] != "active" or self.turns >= MOST_TURNS:
            raise Astray(f"{state['status']} after {self.turns} turns, expecting {_slot(state)} ({self.manner.value})")
        body: Json = {"turn_id": f"turn-{self.turns}", "mode": self.mode, **self._said(state)}
        if self.mode == "spoken" and self.turns:
            body["heard_chars"] = len(answer["reply"]["speech"])
        if "text" in body and self.mode == "spoken":
            body["heard"] = [body["text"]]
        self.turns += 1
        return body

    def _said(self, state: Json) -> Json:
        if state["return"]:
            return {"text": "No, that is all. Goodbye."}
        if self.turns == 0:
            return {"text": self._opening()}
        if self.manner is Manner.CURIOUS and state["quote"] and not self.asked_aside:
            self.asked_aside = True
            return {"text": "How long do refunds take?"}
        expecting = state["expecting"] or {"slot": "", "kind": "yes_no", "choices": []}
        if self.manner is Manner.TAPPING and expecting["choices"]:
            return {"choice_id": expecting["choices"][0]["id"]}
        if expecting["slot"] in (known := self._facts()):
            return {"text": known[expecting["slot"]]}
        if expecting["kind"] == "choice" and expecting["choices"]:
            return {"choice_id": expecting["choices"][0]["id"]}
        return {"text": "yes"}

    def _opening(self) -> str:
        title = self.order.titles[0]
        if self.manner is Manner.BRIEF:
            proof = f"order {self.order.spaced}, ZIP {self.order.zip}, last name {self.order.last_name}"
            return f"I want to return my {title}, {proof}, it is broken"
        if self.manner is Manner.SLOW:
            return "Hello, I would like to send something back"
        return f"I want to return the {title} that I bought at {self.order.store.title()}"

    def _facts(self) -> dict[str, str]:
        """What this person says to each question."""
        spoken = self.manner is Manner.SPOKEN
        zip_code = _digits(self.order.zip) if spoken else self.order.zip
        return {
            "order_number": _digits(self.order.number) if spoken else self.order.spaced,
            "identity": f"{zip_code}, {self.order.last_name}",
            "zip": f"{zip_code}, {self.order.last_name}",
            "last_name": self.order.last_name,
            "store": self.order.store,
            "items": f"the {self.order.titles[0]}",
            "quantity": "one",
            "reason": "it is broken",
            "condition": "it is unopened",
        }


def _digits(number: str) -> str:
    return " ".join(DIGITS[digit] for digit in number)


def _slot(state: Json) -> str:
    return str(state["expecting"]["slot"]) if state["expecting"] else "nothing"


def _step(state: Json) -> str:
    return next((step["id"] for step in state["steps"] if step["state"] == "now"), "?")
