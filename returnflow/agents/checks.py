"""What no single file can show: that the agents fit together, that every question has its wordings and every wording its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from returnflow.conversation.definitions import AgentDefinition, Catalogue, Role, Say
from returnflow.conversation.facts import FACTS, GIVEN
from returnflow.conversation.wording import PLACEHOLDER
from returnflow.retail.model import Reason

FORMS = ("ask", "rephrase", "another_way", "short", "explain", "where_to_find")
PER_KIND = {"contact"}
"""Slots whose `ask` comes per kind of contact."""


def catalogue_problems(catalogue: Catalogue, files: Mapping[str, str]) -> list[str]:
    """Every way in which these definitions do not make a whole; `files` maps agent ids to file names."""
    found = [*_roles(catalogue), *_shared_problems(catalogue)]
    for agent in catalogue.agents.values():
        found += [f"{files.get(agent.id, agent.id)}: {problem}" for problem in _agent_problems(agent, catalogue)]
    return found


def _roles(catalogue: Catalogue) -> Iterator[str]:
    roles = [(agent.role, agent.store) for agent in catalogue.agents.values()]
    for role in (Role.ROUTER, Role.HANDOFF):
        if roles.count((role, None)) != 1:
            yield f"agents: role: there are {roles.count((role, None))} agents with role {role.value}, expected one without a store"
    for store in catalogue.stores:
        for role in (Role.VERIFICATION, Role.PROCESSING):
            if roles.count((role, store)) != 1:
                count = roles.count((role, store))
                yield f"agents: store: {store} has {count} agents with role {role.value}, expected one (see {store}_{role.value}.yaml)"
    if not catalogue.stores:
        yield "agents: store: no store is enabled, expected at least one"


def _agent_problems(agent: AgentDefinition, catalogue: Catalogue) -> Iterator[str]:
    if (agent.store is None) == (agent.role in (Role.VERIFICATION, Role.PROCESSING)):
        yield f"store: is {agent.store or 'empty'}, expected {'a store' if agent.store is None else 'none'} for role {agent.role.value}"
    for number, transition in enumerate(agent.transitions):
        yield from (f"transitions[{number}].to: {problem}" for problem in _target_problems(agent, transition.to, catalogue))
    for slot in agent.slots:
        for form in FORMS:
            if not _worded(f"{slot.name}.{form}", agent.say, catalogue.shared.say) and not (form == "ask" and slot.name in PER_KIND):
                yield f"say.en.{slot.name}.{form}: is missing, expected at least one wording here or in shared.yaml"
    yield from _placeholder_problems(agent.say)


def _target_problems(agent: AgentDefinition, to: str, catalogue: Catalogue) -> Iterator[str]:
    if to == agent.id or to == f"role:{agent.role.value}":
        yield f"is {to}, the agent itself, expected another one"
    elif not to.startswith("role:") and to not in catalogue.agents:
        yield f"is {to}, expected one of {', '.join(sorted(catalogue.agents))} or role:verification and the like"


def _worded(key: str, *says: Say) -> bool:
    return any(key in say.get("en", {}) for say in says)


def _shared_problems(catalogue: Catalogue) -> Iterator[str]:
    for problem in _placeholder_problems(catalogue.shared.say):
        yield f"shared.yaml: {problem}"
    for reason in Reason:
        if reason.value not in catalogue.shared.reasons:
            yield f"shared.yaml: reasons.{reason.value}: is missing, expected a few words for it"


def _placeholder_problems(say: Say) -> Iterator[str]:
    for language, keys in say.items():
        for key, wording in keys.items():
            for text in (*wording.spoken, *wording.typed, *wording.no_screen):
                for name in PLACEHOLDER.findall(text):
                    if name not in FACTS and name not in GIVEN:
                        yield f"say.{language}.{key}: uses {{{name}}}, expected one of {', '.join(sorted({*FACTS, *GIVEN}))}"
