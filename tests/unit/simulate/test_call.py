"""Playing one scenario: turns, expectations, the database, and what holds in every call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from returnflow.conversation.service import ConversationService
from returnflow.simulate.call import play as play_on
from returnflow.simulate.report import Kind, Result
from returnflow.simulate.scenario import Filed
from returnflow.simulate.world import Worlds

Play = Callable[[str], Result]
WHOLE = """
- id: whole
  order: {shows: "amz.default inside window"}
  turns:
    - say: my headphones from amazon crackle, {order.number}
      expect: {expecting: zip, agent: amazon_verification, slots: {order_number: "…9108"}}
    - {say: "{order.zip}, {order.last_name}", expect: {card: offer, step: offer, refund_cents: 6494, journey: return, outcome: null}}
  until: done
  expect:
    outcome: done
    status: active
    agents: [initial_router, amazon_verification, amazon_processing]
    said: ["(?i)return number"]
    never_said: ["(?i)refunded already", "{order.zip}"]
    max_turns: 3
    database: {returns: [{status: approved, refund_cents: 6494, lines: [{title: Aria headphones, quantity: 1}]}], handoffs: []}
"""


def problems(result: Result) -> list[str]:
    return [problem.text for problem in result.problems]


def test_a_call_that_goes_as_expected_passes(play: Play) -> None:
    """Three turns: what is wrong, who it is, yes."""
    result = play(WHOLE)

    assert problems(result) == []
    assert (result.passed, result.turns, result.agents[-1]) == (True, 3, "amazon_processing")
    assert [exchange.customer for exchange in result.exchanges][-1] == "yes"


@pytest.mark.parametrize(
    "wrong, complaint",
    [
        (("expecting: zip", "expecting: items"), "expected expecting items, is zip"),
        (("step: offer", "step: items"), "expected step items, is offer"),
        (("refund_cents: 6494, journey", "refund_cents: 1, journey"), "expected refund_cents 1, is 6494"),
        (("card: offer", "card: slip"), "expected card slip, there is"),
        (('order_number: "…9108"', 'order_number: "…0000"'), "expected order_number to show …0000, shows …9108"),
        (("outcome: done", "outcome: refused"), "expected outcome refused, is done"),
        (("[initial_router, ", "[human_handoff, initial_router, "), "expected agent path human_handoff → initial_router"),
        (("(?i)return number", "(?i)banana"), "expected said: (?i)banana"),
        (("(?i)refunded already", "(?i)shall i"), "expected never said: (?i)shall i"),
        (("max_turns: 3", "max_turns: 2"), "until done: not reached after 2 turns, the assistant asks for offer"),
        (
            ("{status: approved, refund_cents: 6494", "{status: approved, refund_cents: 5499"),
            "expected in returns: status approved, refund_cents 5499",
        ),
    ],
)
def test_every_expectation_can_fail(play: Play, wrong: tuple[str, str], complaint: str) -> None:
    """An expectation that cannot fail tests nothing."""
    result = play(WHOLE.replace(*wrong))

    assert any(complaint in problem for problem in problems(result)), problems(result)


def test_what_is_not_listed_must_not_be_in_the_database(play: Play) -> None:
    """Deny by default: a scenario that is silent about the database fails when something was stored."""
    result = play(WHOLE.split("    database:")[0])

    assert [problem.kind for problem in result.problems] == [Kind.DATABASE]
    assert problems(result)[0].startswith("expected 0 returns, there are 1")


CANCEL = """
- id: cancel
  order: {shows: "amz.default inside window"}
  given: {returns: [{status: label_sent}]}
  turns:
    - cancel my amazon return please, {order.number}
    - "{order.zip}, {order.last_name}"
    - {choice: ANSWER}
  expect:
    database: {returns: [LEFT]}
"""


@pytest.mark.parametrize("answer, left", [("yes", '{rma: "{return.rma}", status: cancelled}'), ("no", "")])
def test_a_return_that_was_there_before_counts_only_when_it_changes(play: Play, answer: str, left: str) -> None:
    """And it can be named by its number."""
    assert problems(play(CANCEL.replace("ANSWER", f'"{answer}"').replace("LEFT", left))) == []


def test_a_turn_after_the_end_is_a_problem(play: Play) -> None:
    """The call does not quietly stop early."""
    result = play("- {id: over, turns: [goodbye, hello again]}")

    assert 'the call had ended before "hello again"' in problems(result)


def test_an_unknown_placeholder_is_a_problem(play: Play) -> None:
    """With those that there are."""
    result = play("- {id: x, turns: ['{order.zip}']}")

    assert "none: name an order first" in problems(result)[0]


def test_silence_and_interruption_are_no_turns_of_the_customer(play: Play) -> None:
    """They count as what happened, not as what was said."""
    result = play("- {id: quiet, turns: [{event: silence}, {event: silence}, hello]}")

    assert result.turns == 1
    assert [exchange.customer for exchange in result.exchanges] == ["", "(silence)", "(silence)", "hello"]


def test_a_brain_that_breaks_fails_the_scenario_and_not_the_run(
    filed: Callable[[str], tuple[Filed, ...]], worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the type and the place."""
    [only] = filed("- {id: x, turns: [hi]}")
    stage = worlds.stage(only.scenario)

    # Only a fault inside the core can show this; none is known.
    def break_down(self: ConversationService, *_: object) -> None:
        raise ZeroDivisionError("no")

    monkeypatch.setattr(ConversationService, "handle_turn", break_down)
    result = play_on(only, stage)

    assert [problem.kind for problem in result.problems] == [Kind.BROKEN]
    assert "ZeroDivisionError: no at " in problems(result)[0]


def test_the_same_scenario_says_the_same_numbers_every_time(play: Play) -> None:
    """Runs can be compared."""
    first, second = play(WHOLE), play(WHOLE)

    assert [each.reply for each in first.exchanges] == [each.reply for each in second.exchanges]


def test_a_scenario_on_another_day_sees_that_day(filed: Callable[[str], tuple[Filed, ...]], worlds: Worlds) -> None:
    """The seeded orders move along, so that they show the same."""
    [only] = filed(WHOLE)
    later = replace(only, scenario=only.scenario.model_copy(update={"clock": only.scenario.clock.replace(year=2027, month=3)}))

    result = play_on(later, worlds.stage(later.scenario))

    assert "March 29" in result.exchanges[2].reply
