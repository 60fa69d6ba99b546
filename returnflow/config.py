"""Every setting, once: the fields of `Settings` are the table that parses the environment, checks `.env.example` and writes
`docs/configuration.md` (`flask settings env|docs`). Nothing else in the package reads the environment.

An explicit argument beats the environment, the environment beats `.env`, `.env` beats the default.
"""
# ruff: noqa: RUF009  (the calls build the table's rows, once)

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from returnflow.errors import ConfigurationError
from returnflow.privacy import kept_secret

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: relative paths in settings start here."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table. `parse` turns text into the value or raises ValueError saying what was expected."""

    name: str
    parse: Callable[[str], Any]
    default: str
    help: str
    secret: bool


def _row(name: str, parse: Callable[[str], Any], default: str, help: str, *, secret: bool = False) -> Any:
    return field(repr=not secret, metadata={"setting": Setting(name, parse, default, help, secret)})


def _secret(name: str, parse: Callable[[str], Any], help: str) -> Any:
    return _row(name, parse, "", help, secret=True)


def _like(pattern: str, expected: str, convert: Callable[[str], Any] = lambda text: text or None, among: range | None = None) -> Any:
    def parse(text: str) -> Any:
        if not re.fullmatch(pattern, text) or (among is not None and convert(text) not in among):
            raise ValueError(expected)
        return convert(text)

    return parse


def _whole(low: int, high: int) -> Any:
    return _like(r"\d{1,9}", f"a whole number from {low} to {high}", int, range(low, high + 1))


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, digest.lower()) for name, _, digest in (pair.partition(":") for pair in _words(text)))


def _paths(text: str) -> tuple[Path, ...]:
    return tuple(ROOT / Path(part).expanduser() for part in text.split(os.pathsep) if part)


def _database(text: str) -> str:
    """A relative SQLite file is inside the checkout."""
    name = text.removeprefix("sqlite:///")
    return text if name in {text, "", ":memory:"} else f"sqlite:///{ROOT / name}"


_any = _like(r".*", "")
_web = _like(r"(https?://\S+)?", "an address that starts with https://")
_names = _like(r"[a-z0-9_, ]*", "store ids separated by commas", _words)
_env = _like("development|production", "development or production")
_level = _like("(?i)debug|info|warning|error", "DEBUG, INFO, WARNING or ERROR", str.upper)
_key = _like(r"|.{32,}", "at least 32 characters: python -c 'import secrets; print(secrets.token_hex(32))'", str)
_redis = _like(r"((rediss?|unix)://\S+)?", "redis://host:6379/0")
_livekit = _like(r"((wss?|https?)://\S+)?", "wss://host")
_path = _like(r".*", "", lambda text: next(iter(_paths(text)), None))
_sql = _like(r"(sqlite|postgres|postgresql|postgresql\+psycopg)://\S*", "sqlite:///path or postgresql://user:password@host/db", _database)
_origins = _like(r"(https?://[\w.-]+(:\d+)?(,\s*|$))*", "addresses like https://shop.example, without a path, separated by commas", _words)
_staff = _like(r"([\w.-]{1,40}:[0-9a-fA-F]{64}(,\s*|$))*", "name:sha256 pairs; the hash: printf %s TOKEN | sha256sum", _pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What this process was told. Secrets are left out of its repr."""

    # fmt: off
    env: str = _row("RETURNFLOW_ENV", _env, "development", "`production` refuses a generated secret key and marks cookies secure.")
    port: int = _row("PORT", _whole(1, 65535), "5040", "Port on 127.0.0.1, whichever server is used.")
    workers: int = _row("RETURNFLOW_WORKERS", _whole(1, 64), "2", "gunicorn's worker processes: about one per core.")
    threads: int = _row("RETURNFLOW_THREADS", _whole(1, 64), "8", "Threads of each gunicorn worker.")
    secret_key: str = _secret("SECRET_KEY", _key, "Every key is derived from it. Empty in development: made once, in `var/secret_key`.")
    secret_key_fallbacks: tuple[str, ...] = _secret("SECRET_KEY_FALLBACKS", _words, "Former secret keys: still read, never written with.")
    database_url: str = _row("DATABASE_URL", _sql, "sqlite:///var/returnflow.db", "Or `postgresql://user:password@host/name`.", secret=True)
    redis_url: str | None = _secret("REDIS_URL", _redis, "Where processes share rate limits. Empty: each counts for itself.")
    log_level: str = _row("LOG_LEVEL", _level, "INFO", "The least that is logged, as JSON lines on stderr.")
    sentry_dsn: str | None = _secret("SENTRY_DSN", _web, "Where errors are reported, without values. Needs the package sentry-sdk.")
    agents_dirs: tuple[Path, ...] = _row("RETURNFLOW_AGENTS_DIR", _paths, "", "Your agent files, beside ours; the same id replaces.")
    policies_dirs: tuple[Path, ...] = _row("RETURNFLOW_POLICIES_DIR", _paths, "", "Your policies, beside ours; the same store replaces.")
    shop_file: Path | None = _row("RETURNFLOW_SHOP_FILE", _path, "", "Your own `shop.yaml`.")
    stores: tuple[str, ...] = _row("RETURNFLOW_STORES", _names, "", "Stores that are switched on, by id. Empty: as the policy files say.")
    staff_tokens: tuple[tuple[str, str], ...] = _secret("RETURNFLOW_STAFF_TOKENS", _staff, "Who may see cases: `name:<sha256 of token>`.")
    metrics_token: str | None = _secret("RETURNFLOW_METRICS_TOKEN", _any, "Bearer for `/metrics`. Empty: only this machine may read it.")
    keep_text_days: int = _row("RETURNFLOW_KEEP_TEXT_DAYS", _whole(0, 3650), "30", "Days that what was said is kept; 0: never stored.")
    allowed_origins: tuple[str, ...] = _row("RETURNFLOW_ALLOWED_ORIGINS", _origins, "", "Other sites whose pages may call the API.")
    trusted_proxies: int = _row("RETURNFLOW_TRUSTED_PROXIES", _whole(0, 5), "0", "How many proxies in front set X-Forwarded-For.")
    turns_per_second: int = _row("RETURNFLOW_TURNS_PER_SECOND", _whole(1, 1000), "2", "Turns a second of one conversation, over a burst.")
    turn_burst: int = _row("RETURNFLOW_TURN_BURST", _whole(1, 1000), "20", "Turns of one conversation that may come at once.")
    turns_per_session: int = _row("RETURNFLOW_TURNS_PER_SESSION", _whole(1, 10_000), "200", "Turns of one conversation in all.")
    sessions_per_minute: int = _row("RETURNFLOW_SESSIONS_PER_MINUTE", _whole(1, 99_999), "600", "New calls a minute and address.")
    vocal_bridge_api_key: str | None = _secret("VOCAL_BRIDGE_API_KEY", _any, "Key of the VocalBridge account.")
    vocal_bridge_api_url: str | None = _row("VOCAL_BRIDGE_API_URL", _web, "https://vocalbridgeai.com", "Where VocalBridge is.")
    livekit_url: str | None = _row("LIVEKIT_URL", _livekit, "", "Your own LiveKit server.")
    livekit_api_key: str | None = _secret("LIVEKIT_API_KEY", _any, "Key of that server.")
    livekit_api_secret: str | None = _secret("LIVEKIT_API_SECRET", _any, "Secret of that server.")
    prometheus_dir: Path | None = _row("PROMETHEUS_MULTIPROC_DIR", _path, "", "Where processes join metrics; `gunicorn.conf.py` sets it.")
    # fmt: on

    @classmethod
    def from_env(cls, environ: Mapping[str, str], *, var: Path = ROOT / "var") -> Settings:
        """Parse the environment. Raises ConfigurationError with every problem at once, never with a value."""
        values: dict[str, Any] = {}
        problems: list[str] = []
        for column, setting in TABLE.items():
            try:
                values[column] = setting.parse(environ.get(setting.name, "").strip() or setting.default)
            except ValueError as expected:
                problems.append(f"{setting.name}: expected {expected}.")
        if values.get("env") == "production" and values.get("secret_key") == "":
            problems.append("SECRET_KEY: production needs one of its own, of at least 32 random characters.")
        if problems:
            raise ConfigurationError(problems)
        settings = cls(**values)
        return settings if settings.secret_key else replace(settings, secret_key=kept_secret(var / "secret_key"))

    @classmethod
    def from_process(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """The settings of this process: its environment, then the file `.env` in the checkout."""
        return cls.from_env({**{name: value or "" for name, value in dotenv_values(ROOT / ".env").items()}, **environ})


TABLE: Mapping[str, Setting] = {column.name: column.metadata["setting"] for column in fields(Settings)}
"""Field of `Settings` → its row."""
