"""From a finished step to the answer as the outside gets it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from returnflow.conversation.cards import cards
from returnflow.conversation.context import Context, Promise, Reply
from returnflow.conversation.facts import the_return
from returnflow.conversation.packet import mask_contact
from returnflow.conversation.step import Frame, Step
from returnflow.conversation.view import state
from returnflow.conversation.wording import render

QUOTE_KEYS = frozenset({"offer.no_fee", "offer.fee", "offer.exchange", "offer.short", "offer.short.exchange", "offer.rephrase"})
PROMISE_KEYS = frozenset({"shipping", "handoff.done", "handoff.done.page", "handoff.waiting"})


class Answers:
    """Makes answers. `slip_links(rma, session_id, now)` signs the links of a slip."""

    def __init__(self, slip_links: Callable[[str, str, datetime], dict[str, str]]) -> None:
        self._slip_links = slip_links

    def make(self, step: Step, before: Context, version: int, frame: Frame) -> tuple[Context, dict[str, Any]]:
        """The context after the turn, and {reply, handoff, cards, state}."""
        reply, ctx, ends = render(step.lines, step.ctx, frame)
        quoted = [end for line, end in zip(step.lines, ends, strict=True) if line.key in QUOTE_KEYS]
        promised = tuple(Promise(reply.text, frame.now) for line in step.lines if line.key in PROMISE_KEYS)[:1]
        ctx = replace(
            ctx,
            last_reply=_kept(reply, ctx) if reply.text else before.last_reply,
            quote_end=quoted[-1] if quoted else (0 if reply.text else ctx.quote_end),
            promises=(*ctx.promises, *promised)[-5:],
        )
        slip = self._slip(ctx, frame)
        answer = {
            "reply": _reply(reply),
            "handoff": _handoff(step, before, ctx),
            "cards": cards(ctx, frame, slip),
            "state": state(ctx, version, frame, slip),
        }
        return ctx, answer

    def state(self, ctx: Context, version: int, frame: Frame) -> dict[str, Any]:
        """The state as it stands, for a reload, with the cards beside it."""
        slip = self._slip(ctx, frame)
        return state(ctx, version, frame, slip) | {"cards": cards(ctx, frame, slip)}

    def redacted(self, answer: dict[str, Any], ctx: Context) -> str:
        """The reply's text as it is kept: a read-back contact only masked."""
        return _masked(answer["reply"]["text"], ctx)

    def _slip(self, ctx: Context, frame: Frame) -> dict[str, str] | None:
        about = the_return(ctx)
        if about is None or not ctx.settled or about.status.value not in ("requested", "approved", "label_sent"):
            return None
        return self._slip_links(about.rma, ctx.session_id, frame.now)


def _masked(text: str, ctx: Context) -> str:
    """The text with the contact that it reads back masked."""
    contact = ctx.private.get("contact")
    if contact:
        for form in (contact, f"{contact[:3]}-{contact[3:6]}-{contact[6:]}"):
            text = text.replace(form, mask_contact(contact) or "")
    return text


def _kept(reply: Reply, ctx: Context) -> Reply:
    """The reply as the context keeps it: one that reads a contact back only masked, for the ear too."""
    masked = _masked(reply.text, ctx)
    return reply if masked == reply.text else replace(reply, text=masked, speech=masked)


def _reply(reply: Reply) -> dict[str, str]:
    return {"text": reply.text, "speech": reply.speech, "language": reply.language, "agent": reply.agent}


def _handoff(step: Step, before: Context, after: Context) -> dict[str, str] | None:
    """The change of agents in this turn, from the first to the last."""
    if not step.transitions or before.current_agent == after.current_agent:
        return None
    return {"from": before.current_agent, "to": after.current_agent, "reason": step.transitions[-1].reason}
