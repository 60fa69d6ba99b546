"""One scenario played from the greeting to its end, and judged."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from returnflow.conversation.ports import StoredSession
from returnflow.conversation.service import TurnRequest, TurnResult, fingerprint
from returnflow.errors import SessionEnded
from returnflow.retail.model import Order, Return
from returnflow.simulate import expectations, invariants
from returnflow.simulate.customer import next_turn, reached
from returnflow.simulate.report import Exchange, Kind, Problem, Result
from returnflow.simulate.scenario import DEFAULT_MAX_TURNS, Filed, Turn
from returnflow.simulate.words import UnknownWord, fill
from returnflow.simulate.world import Stage

SESSION = "simulated"


@dataclass(slots=True)
class Call:
    """A call as it goes: what was said so far, and what was found wrong."""

    stage: Stage
    exchanges: list[Exchange] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    answer: Mapping[str, Any] = field(default_factory=dict)
    last: tuple[TurnRequest, TurnResult] | None = None

    def greet(self) -> None:
        """Begin: the greeting is exchange 0."""
        scenario, now = self.stage.scenario, self.stage.scenario.clock
        session = StoredSession(SESSION, "0" * 64, scenario.channel, now, now, now + timedelta(days=1))
        result = self.stage.service.start(session, user_identity="simulated", mode=scenario.mode)
        self._keep(result, "", 0, spoke=False)
        self.problems += invariants.greeting(result.answer["reply"]["text"], self.stage.world.catalogue.shop.disclosure["en"])

    def take(self, turn: Turn) -> bool:
        """Play one turn and judge it; False when the call had ended already."""
        number = len(self.exchanges)
        request = self._request(turn, number)
        try:
            result = self.stage.service.handle_turn(SESSION, request)
        except SessionEnded:
            self.problems.append(Problem(Kind.EXPECTATION, f'the call had ended before "{_did(turn, request)}"', number))
            return False
        self.last = (request, result)
        self._keep(result, _did(turn, request), number, spoke=turn.event is None)
        self.problems += expectations.after_turn(turn.expect, result.answer, number, self.stage.words)
        return True

    def play_until(self, until: str) -> None:
        """Let the cooperative customer finish it."""
        limit = self.stage.scenario.expect.max_turns or DEFAULT_MAX_TURNS
        while not reached(until, self.state) and self.turns < limit:
            turn = next_turn(self.state, self.stage.order, self.stage.world.catalogue.shared.reasons)
            if turn is None or not self.take(turn):
                break
        if not reached(until, self.state):
            asked = self.state["expecting"]
            where = f"the assistant asks for {asked['slot']}" if asked else "nothing is asked"
            self.problems.append(Problem(Kind.EXPECTATION, f"until {until}: not reached after {self.turns} turns, {where}"))

    @property
    def state(self) -> Mapping[str, Any]:
        state: Mapping[str, Any] = self.answer["state"]
        return state

    @property
    def turns(self) -> int:
        return sum(exchange.spoke for exchange in self.exchanges)

    def _request(self, turn: Turn, number: int) -> TurnRequest:
        words = self.stage.words
        heard_chars = len(self.answer["reply"]["speech"]) if turn.heard_chars == "all" else turn.heard_chars
        text = fill(turn.say, words) if turn.say is not None else None
        return TurnRequest(
            turn_id=f"turn-{number}",
            text=text,
            choice_id=turn.choice,
            event=turn.event,
            mode=turn.mode or self.stage.scenario.mode,
            heard=tuple(fill(each, words) for each in turn.heard),
            alternatives=tuple((fill(each, words), confidence) for each, confidence in turn.alternatives),
            heard_chars=heard_chars,
            fingerprint=fingerprint({"text": text, "choice_id": turn.choice, "event": turn.event}),
            caller="simulated-caller",
        )

    def _keep(self, result: TurnResult, did: str, number: int, *, spoke: bool) -> None:
        self.answer = result.answer
        reply, state = result.answer["reply"], self.state
        returns, references, intent = self._stored(result.turn_id)
        expecting = state["expecting"]["slot"] if state["expecting"] else None
        step = expectations.step_of(state)
        self.exchanges.append(Exchange(number, did, reply["text"], state["agent"], step, expecting, state["outcome"], spoke, intent))
        ctx, order = self._context()
        self.problems += invariants.wording(reply["text"], number)
        self.problems += invariants.amounts(result.answer, invariants.stored_cents(ctx, order, returns), number)
        self.problems += invariants.numbers(reply["text"], [*(each.rma for each in returns), *references], number)
        self.problems += invariants.replies_leak(reply["text"], self.stage.orders, number)

    def _stored(self, turn_id: str) -> tuple[tuple[Return, ...], tuple[str, ...], str | None]:
        with self.stage.database.begin(write=False) as uow:
            record = uow.conversations.find_turn(SESSION, turn_id)
            references = tuple(case.reference for case in uow.handoffs.list())
            return uow.returns.list(), references, record.intent if record else None

    def _context(self) -> tuple[Any, Order | None]:
        with self.stage.database.begin(write=False) as uow:
            stored = uow.conversations.load(SESSION)
            assert stored is not None
            proven = stored.context.order if stored.context.verified else None
            return stored.context, uow.orders.find(proven.order_number) if proven else None


def play(filed: Filed, stage: Stage) -> Result:
    """Play the scenario on its stage and judge it. Whatever the core raises is a problem of this scenario, not the end of the run."""
    started = time.perf_counter()
    call = Call(stage)
    try:
        call.greet()
        _turns(call)
        _judge(call)
    except UnknownWord as unknown:
        call.problems.append(Problem(Kind.EXPECTATION, str(unknown), len(call.exchanges)))
    except Exception as error:  # noqa: BLE001  a core that breaks on one call must not hide what the other calls show
        call.problems.append(Problem(Kind.BROKEN, f"the brain broke: {_where(error)}", len(call.exchanges)))
    seconds = time.perf_counter() - started
    return Result(filed.scenario.id, filed.file, filed.group, tuple(call.exchanges), _agents(call), tuple(call.problems), seconds)


def _turns(call: Call) -> None:
    scenario = call.stage.scenario
    for turn in scenario.turns:
        if not call.take(turn):
            return
    if scenario.until:
        call.play_until(scenario.until)


def _judge(call: Call) -> None:
    """The end of the call, what it left in the database, and that a repeat of its last turn changes nothing."""
    stage = call.stage
    expect = stage.scenario.expect
    call.problems += expectations.at_the_end(expect, call.exchanges, call.state, _agents(call), stage.words)
    _judge_repeat(call)
    with stage.database.begin(write=False) as uow:
        returns = [each for each in uow.returns.list(limit=1000) if (each.rma, each.status.value) not in stage.before]
        cases = uow.handoffs.list()
        history = uow.conversations.history(SESSION)
    call.problems += expectations.in_the_database(expect.database, returns, cases, stage.words)
    call.problems += invariants.history_leaks(history, stage.orders)
    call.problems += invariants.packet_leaks(cases, stage.orders)


def _judge_repeat(call: Call) -> None:
    if call.last is None:
        return
    request, result = call.last
    again = call.stage.service.handle_turn(SESSION, request)
    if not again.replayed or again.answer != result.answer:
        call.problems.append(Problem(Kind.DATABASE, "a repeat of the last turn got another answer"))


def _agents(call: Call) -> tuple[str, ...]:
    snapshot = call.stage.service.read(SESSION) if call.exchanges else None
    return snapshot.context.visited if snapshot else ()


def _did(turn: Turn, request: TurnRequest) -> str:
    if turn.event:
        return f"({turn.event})"
    return request.text or f"(taps {turn.choice})"


def _where(error: Exception) -> str:
    """Type, text and the innermost place of ours."""
    frame, place = error.__traceback__, ""
    while frame is not None:
        code = frame.tb_frame.f_code
        place = f"{code.co_filename.rpartition('/returnflow/')[2]}:{frame.tb_lineno}" if "/returnflow/" in code.co_filename else place
        frame = frame.tb_next
    return f"{type(error).__name__}: {error} at {place}"
