"""From lines to sentences: the wording whose turn it is, with its values put in, for the eye and for the ear."""

from __future__ import annotations

import re
from dataclasses import replace

from returnflow.conversation.context import Context, Reply
from returnflow.conversation.definitions import Wording
from returnflow.conversation.facts import fact
from returnflow.conversation.step import Fact, Frame, Line

PLACEHOLDER = re.compile(r"\{(\w+)\}")
CONTRACTIONS = {
    "can't": "cannot",
    "won't": "will not",
    "don't": "do not",
    "isn't": "is not",
    "didn't": "did not",
    "shouldn't": "should not",
}


def wording(ctx: Context, frame: Frame, key: str) -> Wording:
    """The agent's own wording for this key, else the shared one. Raises KeyError when there is none."""
    for say in (frame.agent(ctx).say, frame.catalogue.shared.say):
        for language in (ctx.language, "en"):
            found = say.get(language, {}).get(key)
            if found is not None:
                return found
    raise KeyError(f"{ctx.current_agent}: no wording for {key}")


def render(lines: tuple[Line, ...], ctx: Context, frame: Frame) -> tuple[Reply, Context, tuple[int, ...]]:
    """The reply these lines make, the context with the wordings counted, and the length of its speech after each line."""
    texts: list[str] = []
    speeches: list[str] = []
    ends: list[int] = []
    for line in lines:
        sentence, ctx = _sentence(line, ctx, frame)
        if sentence.text:
            texts.append(sentence.text)
            speeches.append(sentence.speech)
        ends.append(len(" ".join(speeches)))
    reply = Reply(" ".join(texts), " ".join(speeches), ctx.language, ctx.current_agent)
    return reply, ctx, tuple(ends)


def _sentence(line: Line, ctx: Context, frame: Frame) -> tuple[Fact, Context]:
    chosen = line.wording or wording(ctx, frame, line.key)
    variants = chosen.variants(ctx.mode, ctx.channel)
    count = ctx.used.get(line.key, 0)
    template = variants[count % len(variants)]
    ctx = replace(ctx, used={**ctx.used, line.key: count + 1})
    return _filled(template, line, ctx, frame), ctx


def _filled(template: str, line: Line, ctx: Context, frame: Frame) -> Fact:
    def value(name: str) -> Fact:
        given = line.values.get(name)
        if given is None:
            return fact(name, ctx, frame)
        if name == "topic":
            return Fact.plain(wording(ctx, frame, given.text).spoken[0])
        return given

    text = PLACEHOLDER.sub(lambda found: value(found[1]).text, template)
    speech = PLACEHOLDER.sub(lambda found: value(found[1]).speech, template)
    return Fact(_tidy(text), _slow(_tidy(speech)) if ctx.style == "slow" else _tidy(speech))


def _tidy(sentence: str) -> str:
    """A sentence starts with a capital letter and has no doubled stop or space."""
    sentence = re.sub(r"\s+", " ", sentence).replace("..", ".").strip()
    return sentence[:1].upper() + sentence[1:]


def _slow(sentence: str) -> str:
    """In the slow style no contraction carries the "not"."""
    for short, long in CONTRACTIONS.items():
        sentence = re.sub(rf"\b{short}\b", long, sentence, flags=re.IGNORECASE)
    return sentence
