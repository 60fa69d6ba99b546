"""Asking: which wording of a question comes next, what it expects, and when to stop asking and offer a person."""

from __future__ import annotations

from dataclasses import replace

from returnflow.conversation.context import Context
from returnflow.conversation.definitions import Catalogue
from returnflow.conversation.selection import available_lines
from returnflow.conversation.step import Frame, Step, yes_no
from returnflow.understanding.model import Choice, Expecting

YES_NO = frozenset({"only_one", "offer", "pass_on", "steps", "cancel", "contact_ok", "anything_else", "start_over", "status_offer"})
FORMS = ("ask", "rephrase", "another_way")
TOPICS = {"store": "store", "journey": "journey", "order_number": "order_number", "items": "items", "offer": "offer"}
CHANGES = (("items", "The items"), ("quantity", "How many"), ("reason", "The reason"), ("order", "The order"))
EXAMPLES = {"identity": "12345, Smith", "identity_retry": None}
USUAL_REASONS = ("DEFECTIVE", "DAMAGED", "INCORRECT_ITEM", "NO_LONGER_WANTED")


def ask(step: Step, frame: Frame, name: str, *, about: str | None = None, key: str | None = None, suffix: str = "") -> Step:
    """Ask for `name` in the wording that its turn has come for; after the last try, offer a person instead.

    `key` overrides the question's name in the wordings (`policy.store`), `suffix` picks a kind (`.phone`).
    """
    ctx = step.ctx
    tries = ctx.tries.get(name, 0)
    limit = _limit(ctx, frame, name)
    if tries >= limit and name not in ("pass_on", "anything_else", "contact_by", "contact", "contact_ok"):
        return _give_up(step, frame)
    wording = _form(ctx, frame.catalogue, (key or name, name), suffix, tries)
    step = step.with_(expecting=expect(ctx, frame, name, about), question=key or name)
    return step.say(wording).done()


def again(step: Step, frame: Frame) -> Step:
    """Come back to the open question in its short form."""
    ctx = step.ctx
    if ctx.expecting is None or ctx.question is None:
        return step.done()
    for key in _keys(ctx, ctx.question, "short"):
        if has_wording(ctx, frame.catalogue, key):
            return step.say(key).done()
    return step.say(f"{ctx.question}.ask").done()


def topic(ctx: Context) -> str:
    """The wording key that names the open question, for "Back to …"."""
    name = TOPICS.get(ctx.question or "", "other")
    return f"topic.{name}"


def missed(ctx: Context) -> Context:
    """One more try at the open question brought nothing."""
    name = ctx.expecting.slot if ctx.expecting else "journey"
    return replace(ctx, tries={**ctx.tries, name: ctx.tries.get(name, 0) + 1}, misses=ctx.misses + 1)


def has_wording(ctx: Context, catalogue: Catalogue, key: str) -> bool:
    agent = catalogue.agents[ctx.current_agent]
    return key in agent.say.get(ctx.language, {}) or key in catalogue.shared.say.get(ctx.language, {})


def expect(ctx: Context, frame: Frame, name: str, about: str | None = None) -> Expecting:
    """What the page draws and the reader narrows to."""
    if name in YES_NO:
        return replace(yes_no(name, about), choices=_yes_no_choices(name))
    if name in EXAMPLES:
        return Expecting(name, "free", example=EXAMPLES[name])
    choices = _choices(ctx, frame, name, about)
    definition = frame.agent(ctx).slot(name)
    kind = "choice" if choices else (definition.kind if definition and definition.kind != "choice" else "free")
    if name == "quantity":
        kind = "number"
    return Expecting(name, kind, choices, definition.example if definition else None, about)


def _yes_no_choices(name: str) -> tuple[Choice, ...]:
    if name == "offer":
        return (Choice("yes", "Yes, set it up"), Choice("change", "Change something"), Choice("no", "No thanks"))
    return (Choice("yes", "Yes"), Choice("no", "No"))


def _choices(ctx: Context, frame: Frame, name: str, about: str | None) -> tuple[Choice, ...]:
    if name in ("store", "policy_store"):
        return tuple(Choice(store, label) for store, label in frame.catalogue.stores.items())
    if name == "items":
        return _item_choices(ctx)
    if name == "reason":
        return tuple(Choice(code, _capital(frame.catalogue.shared.reasons[code])) for code in USUAL_REASONS)
    if name == "quantity" and ctx.order is not None:
        line = ctx.order.line(about or "")
        return tuple(Choice(str(n), str(n)) for n in range(1, min(line.available if line else 1, 6) + 1))
    if name == "change":
        return tuple(Choice(code, label) for code, label in CHANGES)
    if name == "declined":
        return (Choice("change", "Change something"), Choice("no", "That's all"))
    definition = frame.agent(ctx).slot(name)
    return tuple(Choice(code, label) for code, label in definition.choices) if definition else ()


def _item_choices(ctx: Context) -> tuple[Choice, ...]:
    open_ids = ctx.open_mentions[0].line_ids if ctx.open_mentions else ()
    lines = [line for line in available_lines(ctx) if not open_ids or line.line_id in open_ids]
    return tuple(Choice(line.line_id, line.title) for line in lines)


def _limit(ctx: Context, frame: Frame, name: str) -> int:
    definition = frame.agent(ctx).slot(name)
    return definition.tries if definition else 3


def _form(ctx: Context, catalogue: Catalogue, names: tuple[str, str], suffix: str, tries: int) -> str:
    """`name.ask` first, other words on the second try, another way on the third; short when the same question only comes back."""
    forms = ("short", "ask") if tries == 0 and ctx.question == names[0] else tuple(reversed(FORMS[: tries + 1]))
    for name in names:
        for form in forms:
            for key in (f"{name}.{form}{suffix}", f"{name}.{form}"):
                if has_wording(ctx, catalogue, key):
                    return key
    return f"{names[0]}.ask{suffix}"


def _keys(ctx: Context, name: str, form: str) -> tuple[str, ...]:
    kind = f".{ctx.quote.kind}" if ctx.quote is not None and name == "offer" and ctx.quote.kind != "return" else ""
    return (f"{name}.{form}{kind}", f"{name}.{form}") if kind else (f"{name}.{form}",)


def _give_up(step: Step, frame: Frame) -> Step:
    """The tries are used up: say so and offer a person, who gets what was tried."""
    name = step.ctx.expecting.slot if step.ctx.expecting else "question"
    step = step.with_(tried=(*step.ctx.tried, f"{name}: {step.ctx.tries.get(name, 0)} tries"))
    return ask(step.say("trouble"), frame, "pass_on", about="misunderstood")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
