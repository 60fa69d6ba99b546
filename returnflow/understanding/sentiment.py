"""How the customer sounds: calm, annoyed or angry, from words and from how they are written."""

from __future__ import annotations

import re

from returnflow.understanding.patterns import load


def _said(section: str, plain: str) -> bool:
    return load("sentiment", whole=True)[section].search(plain) is not None


def abusive(plain: str) -> bool:
    """Whether somebody is insulted or sworn at; swearing at a thing ("this damn toaster") is not abuse."""
    return bool(_said("abuse", plain))


def sentiment(plain: str, text: str) -> str:
    """calm, annoyed or angry. Capitals and exclamation marks raise it by one step, never by themselves to angry."""
    loud = sum(word.isupper() for word in re.findall(r"[^\W\d_]{3,}", text))
    shouting = loud >= 2 or (loud == 1 and not text.isupper()) or text.count("!") >= 2
    if _said("abuse", plain) or _said("angry", plain):
        return "angry"
    if _said("annoyed", plain):
        return "angry" if shouting else "annoyed"
    return "annoyed" if shouting and _said("unhappy", plain) else "calm"
