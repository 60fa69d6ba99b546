"""What may be kept of the customer's words: no personal data, no card number."""

from __future__ import annotations

from dataclasses import replace

from returnflow.conversation.context import Context
from returnflow.privacy import redact
from returnflow.understanding.model import Understanding

FILLER = frozenset({"yes", "no", "inform", "wait", "repeat", "thanks", "greeting", "goodbye", "dont_know", "slower"})


def redact_heard(heard: Understanding, ctx: Context, choice_id: str | None) -> str:
    """The utterance without its personal parts; a tapped answer as its label."""
    if choice_id is not None:
        choices = ctx.expecting.choices if ctx.expecting else ()
        return next((choice.label for choice in choices if choice.id == choice_id), "(tapped)")
    return redact(heard.text, (*heard.personal, *ctx.private.values()))


def keep_said(ctx: Context, said: str, heard: Understanding) -> Context:
    """Up to three sentences that tell a person what this is about: the customer's own, redacted."""
    if heard.intent in FILLER or len(said.split()) < 4 or len(ctx.said) >= 3 or said in ctx.said:
        return ctx
    return replace(ctx, said=(*ctx.said, said))
