"""Policy questions without an order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from returnflow.conversation.effects import AnswerPolicy


def test_a_question_about_a_kind_of_thing_is_answered(run: Callable[..., Any]) -> None:
    """A toaster from Walmart has an answer in days, in one sentence that can be spoken."""
    answered = run(AnswerPolicy("walmart", "toaster"))

    assert (answered.days, answered.rule_id) == (30, "wmm.default")
    assert "toaster" in answered.sentence


def test_a_store_without_policy_is_an_error(run: Callable[..., Any]) -> None:
    """Nothing is made up for a store that nobody configured."""
    with pytest.raises(KeyError):
        run(AnswerPolicy("nowhere", None))
