"""Joins the rooms: the one place that picks implementations. No rule and no logic of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from returnflow.agents.loader import AgentsError, default_agents_dir, load_catalogue
from returnflow.config import Settings
from returnflow.conversation.definitions import Catalogue
from returnflow.conversation.effects import Effect, OpenHandoff, Outcome
from returnflow.conversation.ports import Reader, ToolRunner, UnitOfWork
from returnflow.conversation.service import ConversationService
from returnflow.errors import ConfigurationError
from returnflow.metrics import Metrics
from returnflow.privacy import Sealer, derive_key
from returnflow.retail.policy import Policies, PolicyError, default_policies_dir, load_policies
from returnflow.storage.database import SqlDatabase
from returnflow.tools.runner import Tools
from returnflow.tools.slip_links import SlipLinks
from returnflow.understanding.reader import default_reader

Clock = Callable[[], datetime]
_SPARE_CONNECTIONS = 2
"""Beyond one per thread: the health probe and a command beside the server."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the edges use. Built once per process and shared by its threads."""

    settings: Settings
    clock: Clock
    database: SqlDatabase
    policies: Policies
    catalogue: Catalogue
    reader: Reader
    tools: ToolRunner
    slip_links: SlipLinks
    conversations: ConversationService
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class CountedTools:
    """The tools, with every case that they open counted by its reason."""

    tools: ToolRunner
    metrics: Metrics

    def run(self, effect: Effect, uow: UnitOfWork, now: datetime) -> Outcome:
        """As the port says."""
        outcome = self.tools.run(effect, uow, now)
        if isinstance(effect, OpenHandoff):
            self.metrics.handoff(effect.reason_code)
        return outcome


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    database: SqlDatabase | None = None,
    metrics: Metrics | None = None,
    files: tuple[Policies, Catalogue] | None = None,
) -> Services:
    """Build all services from these settings; what is given is used instead. Raises ConfigurationError with every problem of the files."""
    now = clock or _wall_clock
    policies, catalogue = files or read_files(settings)
    reader = _reader()
    store = database or open_database(settings)
    counters = metrics or Metrics(settings.prometheus_dir)
    slip_links = SlipLinks(derive_key(settings.secret_key, "slip"), now)
    tools = CountedTools(Tools(policies, catalogue.shop, derive_key(settings.secret_key, "attempts")), counters)
    conversations = ConversationService(
        database=store,
        tools=tools,
        reader=reader,
        catalogue=catalogue,
        policies=policies,
        clock=now,
        slip_links=slip_links,
        keep_text=settings.keep_text_days > 0,
        observe=counters.part,
    )
    return Services(settings, now, store, policies, catalogue, reader, tools, slip_links, conversations, counters)


def read_files(settings: Settings) -> tuple[Policies, Catalogue]:
    """Policies and agents, with the merchant's own files over ours. Raises ConfigurationError with every problem."""
    try:
        policies = _switched_on(load_policies([default_policies_dir(), *settings.policies_dirs]), settings.stores)
        catalogue = load_catalogue(
            [default_agents_dir(), *settings.agents_dirs], settings.shop_file, {p.store: p.label for p in policies.enabled()}
        )
    except (PolicyError, AgentsError) as error:
        raise ConfigurationError(error.problems) from None
    return policies, catalogue


def open_database(settings: Settings) -> SqlDatabase:
    """The database of these settings; it connects on first use."""
    keys = [derive_key(secret, "seal") for secret in (settings.secret_key, *settings.secret_key_fallbacks)]
    return SqlDatabase(settings.database_url, Sealer(keys), pool_size=settings.threads + _SPARE_CONNECTIONS)


def schema_problem(database: SqlDatabase) -> str | None:
    """What is wrong with the schema and the remedy, None when it is current. Raises Unavailable."""
    if database.in_memory:
        return None
    found, needed = database.schema_revision(), _needed_revision()
    if found == needed:
        return None
    return f"the schema is {'missing' if found is None else f'at {found}, not at {needed}'}; run: flask upgrade-db"


@cache
def _needed_revision() -> str | None:
    """Read from the migrations once: health probes ask every few seconds."""
    return SqlDatabase.newest_revision()


def _switched_on(policies: Policies, stores: tuple[str, ...]) -> Policies:
    """The policies with exactly these stores enabled; with none named, as the files say. Raises ConfigurationError."""
    if not stores:
        return policies
    unknown = [name for name in stores if name not in policies]
    if unknown:
        raise ConfigurationError([f"RETURNFLOW_STORES: no policy file for {name}; there are {', '.join(policies)}." for name in unknown])
    return replace(policies, stores={name: replace(policy, enabled=name in stores) for name, policy in policies.items()})


def _reader() -> Reader:
    try:
        return default_reader()
    except (FileNotFoundError, ValueError):
        raise ConfigurationError(["understanding/weights.json: is missing or damaged; run: make train"]) from None


def _wall_clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the one place where time comes from
