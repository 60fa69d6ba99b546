"""Laws of the state machine: whatever is said and whatever the tools answer, an end is in reach and no amount is made up."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from returnflow.conversation import machine
from returnflow.conversation.answer import Answers
from returnflow.conversation.context import CONTEXT, Context, LineFacts, OrderFacts
from returnflow.conversation.effects import (
    AddHandoffNote,
    AnswerPolicy,
    Assess,
    Assessed,
    CancelReturn,
    CreateReturn,
    HandoffOpened,
    ListReturns,
    NoteAdded,
    NotVerified,
    OpenHandoff,
    OrderVerified,
    PolicyAnswered,
    ReturnCancelled,
    ReturnCreated,
    ReturnNotCreated,
    ReturnsListed,
    VerifyOrder,
)
from returnflow.conversation.step import Frame, Step
from returnflow.retail.model import Decision, Quote, QuoteLine, Reason, Return, ReturnStatus, Verdict
from returnflow.retail.rma import new_rma
from returnflow.tools.packet_schema import HandoffPacket
from returnflow.understanding.model import INTENTS, ItemMention, NumberFormat, Understanding
from tests.calls import NOW, catalogue

FORMATS = (NumberFormat("amazon", 17, (3, 7, 7)), NumberFormat("walmart", 15, (7, 8), "2000"))
AMOUNT = re.compile(r"\$([\d,]+\.\d\d)")
NUMBERS = ("11455670223499108", "200013427048412")
TITLES = ("Aria headphones", "Brass table lamp", "Blue pillow")

INTENTS_SAID = (*INTENTS, "start_return", "inform", "inform", "yes", "no")
VALUES: dict[str, tuple[Any, ...]] = {
    "store": ("amazon", "walmart", "nowhere"),
    "zip": ("97214", "60614"),
    "last_name": ("Reyes",),
    "reason": tuple(reason.value for reason in Reason),
    "quantity": (0, 1, 2, 9),
    "preference": ("refund", "exchange", "keep"),
    "contact_by": ("phone", "text", "email", "page"),
    "phone": ("4045550188",),
    "email": ("ann@example.com",),
    "rma": ("482913077",),
    "order_suffix": ("3499108",),
    "category": ("toaster",),
    "condition": ("opened",),
    "card_number": (True,),
}
TAPS = ("yes", "no", "change", "items", "reason", "order", "quantity", "1", "2", "amazon")


def anything(dice: Random) -> Understanding:
    """An utterance that means nearly anything, also what no reader would ever make of one."""
    some = {name: dice.choice(options) for name, options in VALUES.items() if dice.random() < 0.12}
    return Understanding(
        text=dice.choice(("hm", "also the lamp", "only the pillow", "yes but", "")),
        intent=dice.choice(INTENTS_SAID),
        confidence=dice.uniform(0.1, 1.0),
        values=some,
        items=tuple(mention(dice) for _ in range(dice.choice((0, 0, 0, 1, 2)))),
        everything=dice.random() < 0.1,
        candidates=tuple(dice.sample(NUMBERS, dice.choice((0, 0, 1, 2)))),
        partial_order_number=dice.choice(("", "", "", "2000134")),
        answer=dice.choice((None, None, "yes", "no", "doubtful")),
        choices=tuple(dice.sample(TAPS, dice.choice((0, 0, 0, 1)))),
        sentiment=dice.choice(("calm", "calm", "annoyed", "angry")),
    )


def mention(dice: Random) -> ItemMention:
    word = dice.choice(("lamp", "pillow", "headphones", "piano"))
    return ItemMention(word, dice.choice((None, 1, 2, 4)), dice.choice((None, "DEFECTIVE", "WRONG_SIZE")), dice.random() < 0.1)


def heard(**values: Any) -> Understanding:
    return Understanding(**{"text": "", "intent": "inform", "confidence": 1.0, **values})


class World:
    """Answers effects at random, but as the real tools may: every amount it gives is recorded."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self.amounts: set[int] = set()
        self.returns: list[Return] = []

    def draw(self, *options: Any) -> Any:
        return self.dice.choice(options)

    def answer(self, effect: object) -> Any:
        match effect:
            case VerifyOrder():
                return self.draw(OrderVerified(self.order(), tuple(self.returns)), NotVerified(self.draw(False, True), 1))
            case Assess(requests=requests, kind=kind):
                return self.assess([request.line_id for request in requests], kind)
            case CreateReturn(quote=quote):
                return self.create(quote)
            case ListReturns():
                return ReturnsListed(tuple(self.returns))
            case CancelReturn(rma=rma):
                return ReturnCancelled(replace(next(r for r in self.returns if r.rma == rma), status=ReturnStatus.CANCELLED))
            case AnswerPolicy():
                return PolicyAnswered("wm.default", "B", 30, "Usually 30 days from delivery. A person can check yours.")
            case OpenHandoff(packet=packet):
                stored = {**packet, "case_number": "609148251", "created_at": NOW, "due_at": NOW + timedelta(hours=3)}
                HandoffPacket.model_validate(stored)
                return HandoffOpened("609148251", NOW + timedelta(hours=3), "by noon", desk_open=False)
            case AddHandoffNote(reference=reference):
                return NoteAdded(reference)
        raise AssertionError(effect)

    def order(self) -> OrderFacts:
        lines = tuple(
            LineFacts(str(n), title, "home", 2, self.draw(0, 1, 2) if n == 2 else n % 2 + 1, "marketplace_seller")
            for n, title in enumerate(TITLES)
        )
        delivered = self.draw(None, date(2026, 10, 30))
        return OrderFacts(
            self.draw(*NUMBERS), self.draw("amazon", "walmart"), date(2026, 10, 20), delivered, delivered, "USD", "America/New_York", lines
        )

    def assess(self, line_ids: list[str], kind: str) -> Assessed:
        verdicts = [self.draw(Verdict.ELIGIBLE, Verdict.ELIGIBLE, Verdict.ASK_HUMAN, Verdict.NOT_ELIGIBLE) for _ in line_ids]
        decisions = tuple(
            (
                line_id,
                Decision(
                    verdict,
                    "amz.default",
                    "B",
                    self.draw("in_window", "out_of_window", "high_value"),
                    "A plain reason.",
                    date(2026, 11, 29),
                ),
            )
            for line_id, verdict in zip(line_ids, verdicts, strict=True)
        )
        can_create = self.draw(True, True, False)
        whole = all(verdict is Verdict.ELIGIBLE for verdict in verdicts) and can_create
        steps = () if can_create else ("Open the app.", "Choose Return.")
        return Assessed(
            decisions, ("create_return",) if can_create else ("instruct",), self.quote(line_ids, kind) if whole else None, 5499, steps
        )

    def quote(self, line_ids: list[str], kind: str) -> Quote:
        cents = 0 if kind == "exchange" else self.dice.randint(1, 50_000)
        self.amounts.add(cents)
        lines = tuple(
            QuoteLine(line_id, TITLES[int(line_id)], 1, Reason.DEFECTIVE, cents if n == 0 else 0) for n, line_id in enumerate(line_ids)
        )
        days = (date(2026, 11, 29), date(2026, 12, 2), date(2026, 12, 17))
        return Quote(lines, (), cents, "USD", "mail", *days, "amz.default", "B", kind=kind)

    def create(self, quote: Quote) -> ReturnCreated | ReturnNotCreated:
        if self.draw(False, False, True):
            return ReturnNotCreated("units_taken")
        made = Return(
            new_rma(lambda low, high: low + len(self.returns)), NUMBERS[0], "amazon", quote.kind, ReturnStatus.APPROVED, "done", quote,
            NOW, NOW, "key", "v", staff_due_at=NOW + timedelta(hours=3),
        )  # fmt: skip
        self.returns.append(made)
        return ReturnCreated(made)


class Walk:
    """Fires anything at the machine and checks after every turn what must always hold."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.world = World(self.dice)
        self.frame = Frame(catalogue(), FORMATS, NOW, date(2026, 11, 21))
        self.answers = Answers(lambda rma, session, now: {"pdf_url": f"/{rma}", "html_url": "", "expires_at": ""})
        router = catalogue().router.id
        self.ctx = Context("s", "u", "web", "en", router, NOW, NOW, "d", "p", visited=(router,))
        self.log: list[str] = []
        self.finish(machine.start(self.ctx, self.frame), "(start)")

    def finish(self, step: Step, what: object) -> None:
        """Carry out the effects, make the answer, check the laws."""
        for _ in range(12):
            if step.effect is None:
                break
            step = machine.take(self.world.answer(step.effect), step, self.frame)
        assert step.effect is None, f"the machine goes in circles at {step.effect}"
        self.ctx, answer = self.answers.make(step, self.ctx, 1, self.frame)
        self.log.append(f"{what} -> {answer['reply']['text']!r}")
        self.check(answer, step)

    def anything_happens(self) -> None:
        if self.ctx.status == "ended":
            return
        if self.dice.random() < 0.15:
            name = self.dice.choice(("silence", "interrupted", "pause", "resume", "handoff_arrived"))
            self.finish(machine.event(self.ctx, name, self.frame), name)
        else:
            what = anything(self.dice)
            ctx = replace(self.ctx, mode=self.dice.choice(("typed", "spoken")), quote_delivered=self.dice.random() < 0.7)
            self.finish(machine.hear(ctx, what, self.frame, redacted="something"), what)

    def reach_an_end(self) -> None:
        """Whatever happened before, saying what is asked for ends with a return, a case, an answer or goodbye."""
        for _ in range(25):
            if self.ctx.status in ("ended", "waiting_for_person") or (self.ctx.settled and self.ctx.outcome):
                return
            self.ctx = replace(self.ctx, mode="typed", quote_delivered=self.ctx.quote is not None)
            what = self.helpful()
            self.finish(machine.hear(self.ctx, what, self.frame, redacted="something"), what)
        raise AssertionError(f"no end in 25 turns, stuck at {self.ctx.question} with {self.ctx.expecting}")

    def helpful(self) -> Understanding:
        """The answer that the open question asks for."""
        asked = self.ctx.expecting
        name = asked.slot if asked else "journey"
        facts: dict[str, dict[str, Any]] = {
            "order_number": {"candidates": (NUMBERS[0],)},
            "identity": {"values": {"zip": "97214", "last_name": "Reyes"}},
            "zip": {"values": {"zip": "97214"}},
            "last_name": {"values": {"last_name": "Reyes"}},
            "journey": {"intent": "start_return"},
            "contact": {"values": {"phone": "4045550188"}},
            "identity_retry": {"values": {"zip": self.dice.choice(("60614", "97214"))}},
        }
        if name in facts:
            return heard(**facts[name])
        if asked is not None and asked.kind == "yes_no":
            return heard(answer="yes", intent="yes")
        if asked is not None and asked.choices:
            return heard(choices=(asked.choices[0].id,))
        return heard(values={"reason": "DEFECTIVE"})

    def check(self, answer: dict[str, Any], step: Step) -> None:
        """Every law, with the way here in the failure."""
        reply, ctx = answer["reply"]["text"], self.ctx
        said = {int(amount.replace(",", "").replace(".", "")) for amount in AMOUNT.findall(reply)}
        laws = {
            "only amounts that a tool stored are said": said <= self.world.amounts,
            "one question a turn": reply.count("?") <= 1,
            "no value is left open": "{" not in reply and "  " not in reply and not reply.startswith((".", ",")),
            "the context survives storage": CONTEXT.validate_json(CONTEXT.dump_json(ctx)) == ctx,
            "agents are real": ctx.current_agent in catalogue().agents,
            "no agent hands to itself": all(each.from_agent != each.to_agent for each in step.transitions),
            "done is said of a stored return only": "Done. Your" not in reply or ctx.rma in {each.rma for each in self.world.returns},
            "proofs are dropped once proven": not ctx.verified or not {"zip", "last_name"} & set(ctx.private),
            "a quote is shown while a yes is asked for": not (ctx.expecting and ctx.expecting.slot == "offer") or ctx.quote is not None,
        }
        broken = [law for law, holds in laws.items() if not holds]
        assert not broken, "\n".join([*broken, *self.log])


@given(seed=st.integers(0, 2**32), turns=st.integers(0, 25))
@settings(max_examples=250)
def test_an_end_is_in_reach_and_no_amount_is_made_up(seed: int, turns: int) -> None:
    """After any conversation whatever, a helpful customer comes to an end; all laws hold after every turn."""
    walk = Walk(seed)
    for _ in range(turns):
        walk.anything_happens()
    walk.reach_an_end()
