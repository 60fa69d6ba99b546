"""One function for every customer turn, from whatever channel: load, understand, step, act, commit, answer.

A turn reads first, thinks without holding a lock, and then writes everything in one transaction under the row version. A stale
version is tried three times. A repeated `turn_id` gets the stored answer, in any process, after any crash.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from returnflow.conversation import machine
from returnflow.conversation.answer import Answers
from returnflow.conversation.context import Context
from returnflow.conversation.definitions import Catalogue
from returnflow.conversation.delivery import delivered
from returnflow.conversation.effects import AddHandoffNote, VerifyOrder
from returnflow.conversation.handoffs import case_into
from returnflow.conversation.ports import (
    Database,
    HistoryEntry,
    Reader,
    StaleVersion,
    StoredConversation,
    StoredSession,
    ToolRunner,
    TurnRecord,
    UnitOfWork,
)
from returnflow.conversation.redaction import keep_said, redact_heard
from returnflow.conversation.scene import scene_for
from returnflow.conversation.step import Frame, Step
from returnflow.errors import NotFound, SessionEnded, TurnConflict, TurnIdReused
from returnflow.retail.days import local_today
from returnflow.retail.policy import Policies
from returnflow.understanding.model import Hearing, NumberFormat, Understanding

TRIES = 3
MAX_EFFECTS = 12
"""More effects in one turn than any journey needs: the machine would be going in circles."""


@dataclass(frozen=True, slots=True)
class TurnRequest:
    """One turn as the channel gives it; exactly one of `text`, `choice_id` and `event` is set.

    `fingerprint` is `fingerprint(body)`; `caller` is a keyed digest of who calls, for the verification limits.
    """

    turn_id: str
    text: str | None = None
    choice_id: str | None = None
    event: str | None = None
    mode: str | None = None
    heard: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()
    heard_chars: int | None = None
    fingerprint: str = ""
    caller: str = ""
    reference: str | None = None
    """The request's short reference, the same in the log."""


@dataclass(frozen=True, slots=True)
class TurnResult:
    """`answer` is {reply, handoff, cards, state} exactly as design section 6 shows it."""

    turn_id: str
    replayed: bool
    answer: dict[str, Any]
    version: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A conversation as it stands."""

    context: Context
    version: int
    history: tuple[HistoryEntry, ...]
    state: dict[str, Any]


def fingerprint(body: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a turn's body: the same body has the same fingerprint, however it was spaced or ordered."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()).hexdigest()


class ConversationService:
    """See the module. Thread-safe: it holds no state of its own."""

    def __init__(
        self,
        *,
        database: Database,
        tools: ToolRunner,
        reader: Reader,
        catalogue: Catalogue,
        policies: Policies,
        clock: Callable[[], datetime],
        slip_links: Callable[[str, str, datetime], dict[str, str]],
        keep_text: bool = True,
        observe: Callable[[str, float], None] | None = None,
    ) -> None:
        self._database = database
        self._tools = tools
        self._reader = reader
        self._catalogue = catalogue
        self._policies = policies
        self._clock = clock
        self._answers = Answers(slip_links)
        self._keep_text = keep_text
        self._observe = observe or (lambda part, seconds: None)
        self._formats = tuple(
            NumberFormat(p.store, p.order_number.length, tuple(p.order_number.groups), p.order_number.starts, p.order_number.letters)
            for p in policies.stores.values()
            if p.store in catalogue.stores
        )
        self._called = {p.store: tuple(p.called) for p in policies.stores.values() if p.store in catalogue.stores}

    def start(
        self, session: StoredSession, *, user_identity: str, language: str = "en", order_number: str | None = None, mode: str = "typed"
    ) -> TurnResult:
        """Store the session and its conversation with the greeting, in one transaction. The greeting's turn id is `greeting`."""
        now = self._clock()
        frame = self._frame(now)
        router = self._catalogue.router.id
        ctx = Context(
            session_id=session.session_id,
            user_identity=user_identity,
            channel=session.channel,
            language=language,
            current_agent=router,
            created_at=now,
            updated_at=now,
            definitions=self._catalogue.checksum,
            policy_version=self._policies.version,
            mode=mode,
            visited=(router,),
        )
        if order_number:
            ctx = machine.prefill(ctx, order_number, frame)
        step = machine.start(ctx, frame)
        ctx, answer = self._answers.make(step, ctx, 1, frame)
        record = TurnRecord(session.session_id, "greeting", 0, "", now, answer, self._entries(None, answer, ctx, now))
        with self._database.begin(write=True) as uow:
            uow.sessions.add(session)
            uow.conversations.add(ctx, record)
            uow.commit()
        return TurnResult("greeting", False, answer, 1)

    def handle_turn(self, session_id: str, request: TurnRequest) -> TurnResult:
        """Answer one turn. Raises NotFound, TurnIdReused, SessionEnded, or TurnConflict when others kept winning."""
        for _ in range(TRIES):
            started = time.perf_counter()
            with self._database.begin(write=False) as uow:
                stored, earlier = self._load(uow, session_id, request)
            if earlier is not None:
                return TurnResult(request.turn_id, True, earlier.answer, stored.version)
            heard = self._understand(stored.context, request)
            self._observe("understand", time.perf_counter() - started)
            try:
                return self._commit(stored, request, heard)
            except StaleVersion:
                continue
        raise TurnConflict

    def read(self, session_id: str) -> Snapshot | None:
        """The conversation as it stands, or None."""
        with self._database.begin(write=False) as uow:
            stored = _with_fresh_return(uow, uow.conversations.load(session_id))
            if stored is None:
                return None
            history = uow.conversations.history(session_id)
        shown = self._answers.state(stored.context, stored.version, self._frame(self._clock(), stored.context))
        return Snapshot(stored.context, stored.version, history, shown)

    def end(self, session_id: str) -> datetime:
        """End it; the first end stays. What was not settled is abandoned. Raises NotFound."""
        now = self._clock()
        for _ in range(TRIES):
            with self._database.begin(write=True) as uow:
                stored = uow.conversations.load(session_id)
                if stored is None:
                    raise NotFound
                try:
                    if stored.context.status != "ended":
                        ctx = machine.event(stored.context, "hangup", self._frame(now, stored.context)).ctx
                        uow.conversations.save(replace(ctx, updated_at=now), stored.version, None)
                    ended = uow.sessions.end(session_id, now)
                    uow.commit()
                    return ended
                except StaleVersion:
                    continue
        raise TurnConflict

    def refresh_handoff(self, session_id: str, message: tuple[str, str] | None = None) -> None:
        """Take what staff did to the case into the conversation. `message` is (name, text) that a person wrote to the customer."""
        now = self._clock()
        for _ in range(TRIES):
            with self._database.begin(write=True) as uow:
                stored, case = uow.conversations.load(session_id), uow.handoffs.for_session(session_id)
                if stored is None or case is None:
                    return
                entries = (HistoryEntry("person", message[1], message[0], now),) if message else ()
                try:
                    uow.conversations.save(replace(case_into(stored.context, case), updated_at=now), stored.version, None, entries)
                    uow.commit()
                    return
                except StaleVersion:
                    continue
        raise TurnConflict

    def _load(self, uow: UnitOfWork, session_id: str, request: TurnRequest) -> tuple[StoredConversation, TurnRecord | None]:
        """The conversation, and the stored answer when this turn was answered before."""
        stored = _with_fresh_return(uow, uow.conversations.load(session_id))
        if stored is None:
            raise NotFound
        earlier = uow.conversations.find_turn(session_id, request.turn_id)
        if earlier is not None and earlier.fingerprint != request.fingerprint:
            raise TurnIdReused
        if earlier is None and stored.context.status == "ended":
            raise SessionEnded
        return stored, earlier

    def _understand(self, ctx: Context, request: TurnRequest) -> Understanding | None:
        if request.event is not None:
            return None
        frame = self._frame(self._clock(), ctx)
        scene = scene_for(ctx, frame, self._called)
        if request.choice_id is not None:
            return Understanding(request.choice_id, "inform", 1.0, choices=(request.choice_id,))
        return self._reader.read(Hearing(request.text or "", request.heard, request.alternatives), scene)

    def _commit(self, stored: StoredConversation, request: TurnRequest, heard: Understanding | None) -> TurnResult:
        """Think first, then write: only a turn that needs a tool does more than storing while it holds the write lock."""
        started = time.perf_counter()
        now = self._clock()
        frame = self._frame(now, stored.context)
        ctx, said = self._prepare(stored.context, request, heard)
        step = self._first_step(ctx, request, heard, said, frame)
        finish = partial(self._finish, stored=stored, request=request, heard=heard, said=said, frame=frame, started=started)
        ready = finish(step) if step.effect is None else None
        with self._database.begin(write=True) as uow:
            earlier = uow.conversations.find_turn(stored.context.session_id, request.turn_id)
            if earlier is not None:
                return self._replay(request, earlier, stored.version)
            ctx, record = ready or finish(self._run(step, request, uow, frame))
            version = uow.conversations.save(ctx, stored.version, record)
            if ctx.status == "ended":
                uow.sessions.end(ctx.session_id, now)
            uow.commit()
        self._observe("turn", time.perf_counter() - started)
        return TurnResult(request.turn_id, False, record.answer, version)

    def _finish(
        self,
        step: Step,
        *,
        stored: StoredConversation,
        request: TurnRequest,
        heard: Understanding | None,
        said: str | None,
        frame: Frame,
        started: float,
    ) -> tuple[Context, TurnRecord]:
        """The context and the record of a finished step, ready to be stored."""
        ctx, answer = self._answers.make(step, stored.context, stored.version + 1, frame)
        record = TurnRecord(
            session_id=ctx.session_id,
            turn_id=request.turn_id,
            number=ctx.turn,
            fingerprint=request.fingerprint,
            at=frame.now,
            answer=answer,
            entries=self._entries(said, answer, ctx, frame.now),
            transitions=step.transitions,
            intent=heard.intent if heard else request.event,
            confidence=heard.confidence if heard else None,
            reference=request.reference,
            timings_ms={"turn": round((time.perf_counter() - started) * 1000, 2)},
        )
        return replace(ctx, updated_at=frame.now), record

    def _replay(self, request: TurnRequest, earlier: TurnRecord, version: int) -> TurnResult:
        if earlier.fingerprint != request.fingerprint:
            raise TurnIdReused
        return TurnResult(request.turn_id, True, earlier.answer, version)

    def _prepare(self, ctx: Context, request: TurnRequest, heard: Understanding | None) -> tuple[Context, str | None]:
        """The context with what the channel tells (mode, how much was heard), and the customer's words without personal data."""
        if ctx.current_agent not in self._catalogue.agents:  # its file went with a deploy in the middle of the call
            ctx = machine.reassign(ctx, self._frame(self._clock(), ctx))
        ctx = replace(ctx, mode=request.mode or ctx.mode)
        ctx = delivered(ctx, request.mode or ctx.mode, request.heard_chars, interrupted=request.event == "interrupted")
        if heard is None:
            return ctx, None
        said = redact_heard(heard, ctx, request.choice_id)
        return keep_said(ctx, said, heard) if self._keep_text else ctx, said

    def _first_step(self, ctx: Context, request: TurnRequest, heard: Understanding | None, said: str | None, frame: Frame) -> Step:
        if heard is None:
            return machine.event(ctx, request.event or "", frame)
        return machine.hear(ctx, heard, frame, redacted=said or "")

    def _run(self, step: Step, request: TurnRequest, uow: UnitOfWork, frame: Frame) -> Step:
        """Carry out effects until the machine has its answer."""
        for _ in range(MAX_EFFECTS):
            if step.effect is None:
                return step
            effect = step.effect
            if isinstance(effect, VerifyOrder):
                effect = replace(effect, caller=request.caller)
            if isinstance(effect, AddHandoffNote) and not effect.text:
                return replace(step, effect=None)
            outcome = self._tools.run(effect, uow, frame.now)
            step = machine.take(outcome, step, frame)
        raise RuntimeError(f"more than {MAX_EFFECTS} effects in one turn, last {type(step.effect).__name__}")

    def _entries(self, said: str | None, answer: dict[str, Any], ctx: Context, now: datetime) -> tuple[HistoryEntry, ...]:
        if not self._keep_text:
            return ()
        entries = [HistoryEntry("user", said, ctx.current_agent, now)] if said else []
        if answer["reply"]["text"]:
            entries.append(HistoryEntry("assistant", self._answers.redacted(answer, ctx), ctx.current_agent, now))
        return tuple(entries)

    def _frame(self, now: datetime, ctx: Context | None = None) -> Frame:
        """Today is the order's day once the order is known, else the shop's."""
        zone = ctx.order.time_zone if ctx is not None and ctx.order is not None else self._catalogue.shop.time_zone
        return Frame(self._catalogue, self._formats, now, local_today(now, zone))


def _with_fresh_return(uow: UnitOfWork, stored: StoredConversation | None) -> StoredConversation | None:
    """The conversation with its return as staff may have moved it since."""
    if stored is None or stored.context.rma is None:
        return stored
    fresh = uow.returns.get(stored.context.rma)
    if fresh is None:
        return stored
    returns = tuple(fresh if each.rma == fresh.rma else each for each in stored.context.returns)
    return replace(stored, context=replace(stored.context, returns=returns))
