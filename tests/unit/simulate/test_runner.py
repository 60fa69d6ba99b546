"""A whole run: what it reports, what it leaves untried, and that a fault in the files stops it before the first call."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from returnflow.errors import ConfigurationError
from returnflow.retail.model import ReturnStatus
from returnflow.simulate.runner import not_covered, run
from returnflow.simulate.scenario import Filed, ScenarioError
from returnflow.simulate.world import Worlds, way_to
from tests.calls import catalogue
from tests.unit.simulate.conftest import files

Load = Callable[[str], tuple[Filed, ...]]


def test_a_run_reports_every_scenario_in_order(filed: Load) -> None:
    """With the stores that were on and what nobody tried."""
    report = run(filed("- {id: a, turns: [get me a person]}\n- {id: b, turns: [what's the weather like]}"), files)

    assert [result.id for result in report.results] == ["a", "b"]
    assert report.stores == ("Amazon", "Walmart")
    assert "initial_router → amazon_verification" in report.not_covered
    assert "initial_router → human_handoff" not in report.not_covered


def test_a_part_of_a_run_reports_no_gaps(filed: Load) -> None:
    """Of course a part leaves most untried."""
    assert run(filed("- {id: a, turns: [hi]}"), files, whole=False).not_covered == ()


def test_without_any_call_everything_is_untried() -> None:
    """Every transition of both stores and every intent."""
    missing = not_covered((), catalogue())

    assert "walmart_verification → walmart_processing" in missing
    assert "human_handoff → initial_router" in missing
    assert "intent go_back" in missing
    assert not any("shop" in each for each in missing)


def test_orders_and_stores_that_do_not_exist_are_all_said_before_the_first_call(filed: Load) -> None:
    """As problems of the file."""

    def strict(stores: tuple[str, ...]) -> object:
        if "mars" in stores:
            raise ConfigurationError(["RETURNFLOW_STORES: no policy file for mars."])
        return files(stores)

    scenarios = filed(
        """
        - {id: a, order: {shows: no such thing}, turns: [hi]}
        - {id: b, stores: [mars], turns: [hi]}
        - {id: c, given: {returns: [{status: received}]}, turns: [hi]}
        """
    )

    with pytest.raises(ScenarioError) as caught:
        run(scenarios, strict)  # type: ignore[arg-type]

    assert len(caught.value.problems) == 3
    assert 'a.order.shows: is "no such thing"' in caught.value.detail
    assert "b.stores: RETURNFLOW_STORES: no policy file for mars." in caught.value.detail
    assert "c.given.returns: needs an order" in caught.value.detail


def test_calls_do_not_see_each_other(filed: Load, worlds: Worlds) -> None:
    """Each begins with the demo orders and nothing else."""
    [only] = filed("- {id: a, order: {shows: amz.default inside window}, given: {returns: [{}]}, turns: [hi]}")
    [empty] = filed("- {id: b, turns: [hi]}")

    assert len(worlds.stage(only.scenario).before) == 1
    assert len(worlds.stage(empty.scenario).before) == 0


@pytest.mark.parametrize("status", ReturnStatus)
def test_a_return_gets_where_the_table_lets_it(status: ReturnStatus) -> None:
    """By the shortest way; nothing becomes requested after it was approved."""
    if status is ReturnStatus.REQUESTED:
        with pytest.raises(ScenarioError, match="no return becomes requested"):
            way_to(status)
        return

    way = way_to(status)

    assert way == () if status is ReturnStatus.APPROVED else way[-1] is status


def test_a_return_that_the_policy_refuses_cannot_have_been_before(filed: Load) -> None:
    """The scenario says so instead of testing fiction."""
    text = '- {id: a, order: {shows: "amz.default past the deadline, changed their mind"}, given: {returns: [{}]}, turns: [hi]}'

    with pytest.raises(ScenarioError, match=r"a\.given\.returns\[0\]: the policy refuses this return"):
        run(filed(text), files)
