"""A run: every scenario on a stage of its own, then what the whole run left untried."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from returnflow.conversation.definitions import Catalogue, Role
from returnflow.conversation.ports import Reader
from returnflow.errors import ConfigurationError
from returnflow.simulate.call import play
from returnflow.simulate.report import Report, Result
from returnflow.simulate.scenario import Filed, ScenarioError
from returnflow.simulate.world import Files, Worlds, unknown_orders
from returnflow.understanding.model import INTENTS
from returnflow.understanding.reader import default_reader


def run(scenarios: Sequence[Filed], files: Files, *, reader: Reader | None = None, whole: bool = True) -> Report:
    """Play all of them, in order. `whole` says that these are all scenarios there are, so that what they leave untried is reported.

    Raises ScenarioError when scenarios name orders or stores that do not exist; then none is played.
    """
    started = time.perf_counter()
    worlds = Worlds(files, reader or default_reader())
    try:
        _check(scenarios, worlds)
        results = tuple(play(filed, worlds.stage(filed.scenario)) for filed in scenarios)
        _, catalogue = worlds.read(())
    finally:
        worlds.close()
    untried = not_covered(results, catalogue) if whole else ()
    return Report(results, time.perf_counter() - started, tuple(catalogue.stores.values()), untried)


def not_covered(results: Sequence[Result], catalogue: Catalogue) -> tuple[str, ...]:
    """Transitions between agents that no call took and intents that no call had."""
    taken = {edge for result in results for edge in zip(result.agents, result.agents[1:], strict=False)}
    heard = {exchange.intent for result in results for exchange in result.exchanges}
    missing = [f"{start} → {end}" for start, end in dict.fromkeys(_edges(catalogue)) if (start, end) not in taken]
    return (*missing, *(f"intent {name}" for name in INTENTS if name not in heard))


def _edges(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Every change of agents that the definitions allow; a router leads to the agents of each store."""
    served = {agent.id: agent for agent in catalogue.agents.values() if agent.store is None or agent.store in catalogue.stores}
    for agent in served.values():
        for transition in agent.transitions:
            if not transition.to.startswith("role:"):
                yield agent.id, transition.to
                continue
            role = Role(transition.to.removeprefix("role:"))
            for store in [agent.store] if agent.store else catalogue.stores:
                target = catalogue.for_store(role, store)
                if target is not None:
                    yield agent.id, target.id


def _check(scenarios: Sequence[Filed], worlds: Worlds) -> None:
    found: list[str] = []
    for filed in scenarios:
        try:
            found += unknown_orders(filed, worlds.of(filed.scenario))
        except ConfigurationError as error:
            found += [f"{filed.file}: {filed.scenario.id}.stores: {problem}" for problem in error.problems]
    if found:
        raise ScenarioError(found)
