"""`flask doctor`: is everything set up and well, and how to repair what is not. Of a secret it tells only that it is set."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from returnflow import __version__
from returnflow.config import ROOT, Settings
from returnflow.errors import ConfigurationError, ReturnFlowError
from returnflow.retail.days import local_today, zone
from returnflow.retail.deadline import season_warnings
from returnflow.retail.hours import is_open

if TYPE_CHECKING:
    from returnflow.wiring import Services

_MARKS = {"ok": "✓", "problem": "✗", "warning": "⚠", "off": "–"}
_COLUMN = 18
_TIMEOUT = 2.0


@dataclass(frozen=True, slots=True)
class Line:
    """One finding. `status` is ok, problem, warning or off (not set up, and fine); `fix` is the remedy."""

    part: str
    status: str
    text: str
    fix: str | None = None


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def doctor(as_json: bool) -> None:
    """Look at every part. Exit code 0 without a problem, 1 with one; warnings do not count."""
    definitions, where, lines = examine()
    problems = sum(line.status == "problem" for line in lines)
    warnings = sum(line.status == "warning" for line in lines)
    if as_json:
        document = {"version": __version__, "definitions": definitions, "problems": problems, "warnings": warnings}
        click.echo(json.dumps({**document, "parts": [asdict(line) for line in lines]}, ensure_ascii=False, indent=2))
    else:
        click.echo(f"ReturnFlow {__version__} · definitions {definitions or 'unreadable'} · {where}\n")
        for line in lines:
            click.echo(_shown(line))
        click.echo(f"\n{_count(problems, 'problem')}, {_count(warnings, 'warning')}. Exit {int(problems > 0)}.")
    click.get_current_context().exit(int(problems > 0))


def examine() -> tuple[str | None, str, list[Line]]:
    """The definitions' checksum, which settings were read, and what was found."""
    try:
        settings = Settings.from_process()
    except ConfigurationError as error:
        return None, "settings unreadable", [Line("Settings", "problem", problem) for problem in error.problems]
    lines = [_secret_key(settings)]
    definitions: str | None = None
    try:
        from returnflow import wiring

        services = wiring.build(settings)
    except ConfigurationError as error:
        lines += [Line("Definitions", "problem", problem) for problem in error.problems]
    else:
        definitions = services.catalogue.checksum
        for look in (_database, _redis, _voice, _agents, _policies, _staff, _clock):
            lines += look(services)
        if all(line.status != "problem" for line in lines if line.part == "Database"):
            lines += _cases(services)
    return definitions, f"{settings.env} settings", lines


def _secret_key(settings: Settings) -> Line:
    file = ROOT / "var" / "secret_key"
    kept = file.exists() and file.read_text().strip() == settings.secret_key
    note = " (generated, in var/secret_key; fine for development)" if kept else ""
    return Line("Secret key", "ok", f"set, {len(settings.secret_key)} characters{note}")


def _database(services: Services) -> Iterator[Line]:
    from returnflow.wiring import schema_problem

    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(services.database.backend, services.database.backend)
    started = time.perf_counter()
    try:
        services.database.ping()
        took = f"{(time.perf_counter() - started) * 1000:.0f} ms"
        problem = schema_problem(services.database)
    except ReturnFlowError:
        yield Line("Database", "problem", f"{name} does not answer", "Is it running, and is DATABASE_URL right?")
        return
    if problem:
        yield Line("Database", "problem", f"{name}: {problem.partition(';')[0]}", "flask upgrade-db")
    else:
        yield Line("Database", "ok", f"{name}, schema current ({services.database.schema_revision()}), {took}")


def _redis(services: Services) -> Iterator[Line]:
    url = services.settings.redis_url
    if url is None:
        yield Line("Redis", "off", "not set up (fine for one machine: each process counts limits for itself)")
        return
    import redis

    client = redis.Redis.from_url(url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT)
    started = time.perf_counter()
    try:
        version = client.info("server")["redis_version"]
    except redis.RedisError:
        fix = "Is it running, and is REDIS_URL right? Until then each process counts limits for itself."
        yield Line("Redis", "problem", "does not answer", fix)
    else:
        yield Line("Redis", "ok", f"{version}, {(time.perf_counter() - started) * 1000:.0f} ms")
    finally:
        client.close()


def _voice(services: Services) -> Iterator[Line]:
    settings = services.settings
    for part, value in (("VocalBridge", settings.vocal_bridge_api_key), ("LiveKit", settings.livekit_url)):
        text = "set, but this release talks through the browser" if value else "not set up (fine: browser speech and typing are used)"
        yield Line(part, "off", text)


def _agents(services: Services) -> Iterator[Line]:
    catalogue = services.catalogue
    yield Line("Agents", "ok", f"{len(catalogue.agents)} agents for {', '.join(catalogue.stores.values())}, shop {catalogue.shop.name}")


def _policies(services: Services) -> Iterator[Line]:
    today = local_today(services.clock(), services.catalogue.shop.time_zone)
    yield Line("Policies", "ok", f"{len(services.policies.enabled())} stores, version {services.policies.version}")
    for warning in season_warnings(services.policies, today):
        yield Line("Policies", "warning", warning)


def _staff(services: Services) -> Iterator[Line]:
    names = sorted({name for name, _ in services.settings.staff_tokens})
    if names:
        yield Line("Staff", "ok", f"{_count(len(names), 'token')}: {', '.join(names)}")
    else:
        yield Line("Staff", "off", "no token set: cases can only be handled with flask handoffs", "RETURNFLOW_STAFF_TOKENS")


def _cases(services: Services) -> Iterator[Line]:
    now = services.clock()
    with services.database.begin(write=False) as work:
        waiting = [*work.handoffs.list("open", 1000), *work.handoffs.list("claimed", 1000)]
    overdue = [now - case.due_at for case in waiting if case.due_at < now]
    if overdue:
        hours = max(overdue) // timedelta(hours=1)
        yield Line("Cases", "warning", f"{_count(len(overdue), 'case')} overdue (oldest {hours} h)", "flask handoffs list")
    else:
        yield Line("Cases", "ok", f"{len(waiting)} waiting, none overdue")


def _clock(services: Services) -> Iterator[Line]:
    shop, now = services.catalogue.shop, services.clock()
    local = now.astimezone(zone(shop.time_zone))
    yield Line("Clock", "ok", f"{local:%A %Y-%m-%d %H:%M} in {shop.time_zone}, the desk is {'open' if is_open(now, shop) else 'closed'}")


def _shown(line: Line) -> str:
    text = f"  {_MARKS[line.status]} {line.part.ljust(_COLUMN)}{line.text}"
    return f"{text}\n{' ' * (_COLUMN + 4)}Fix: {line.fix}" if line.fix else text


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
