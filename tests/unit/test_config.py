"""The settings table: parsing, problems, and the files made from it."""

from __future__ import annotations

import hashlib
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from returnflow.cli.settings import env_example, markdown
from returnflow.config import ROOT, TABLE, Settings
from returnflow.errors import ConfigurationError

KEY = "k" * 40
DIGEST = hashlib.sha256(b"token").hexdigest()


def parse(**environ: str) -> Settings:
    return Settings.from_env({"SECRET_KEY": KEY, **environ})


def problems(**environ: str) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as raised:
        parse(**environ)
    return raised.value.problems


def test_an_empty_environment_serves_on_a_laptop() -> None:
    """Nothing has to be set: SQLite, port 5040, no Redis, no voice platform."""
    settings = parse()

    assert (settings.env, settings.port, settings.redis_url, settings.staff_tokens) == ("development", 5040, None, ())
    assert settings.database_url == f"sqlite:///{ROOT / 'var' / 'returnflow.db'}"


@pytest.mark.parametrize(
    "name, text, column, expected",
    [
        ("PORT", "8080", "port", 8080),
        ("LOG_LEVEL", "debug", "log_level", "DEBUG"),
        ("DATABASE_URL", "sqlite://", "database_url", "sqlite://"),
        ("DATABASE_URL", "sqlite:////data/x.db", "database_url", "sqlite:////data/x.db"),
        ("DATABASE_URL", "postgresql://u:p@h/d", "database_url", "postgresql://u:p@h/d"),
        ("REDIS_URL", "rediss://h:6379/1", "redis_url", "rediss://h:6379/1"),
        ("SECRET_KEY_FALLBACKS", "a, b", "secret_key_fallbacks", ("a", "b")),
        ("RETURNFLOW_STORES", "amazon, shop", "stores", ("amazon", "shop")),
        ("RETURNFLOW_SHOP_FILE", "my/shop.yaml", "shop_file", ROOT / "my/shop.yaml"),
        ("RETURNFLOW_AGENTS_DIR", "/a:/b", "agents_dirs", (Path("/a"), Path("/b"))),
        ("RETURNFLOW_STAFF_TOKENS", f"dana:{DIGEST.upper()}, kim:{DIGEST}", "staff_tokens", (("dana", DIGEST), ("kim", DIGEST))),
        ("RETURNFLOW_ALLOWED_ORIGINS", "https://a.example, http://b:81", "allowed_origins", ("https://a.example", "http://b:81")),
        ("RETURNFLOW_KEEP_TEXT_DAYS", "0", "keep_text_days", 0),
    ],
)
def test_a_setting_becomes_its_value(name: str, text: str, column: str, expected: object) -> None:
    """Text from the environment is parsed once, into the type that is used."""
    assert getattr(parse(**{name: text}), column) == expected


@pytest.mark.parametrize(
    "name, text",
    [
        ("PORT", "0"),
        ("PORT", "70000"),
        ("PORT", "http"),
        ("PORT", "-1"),
        ("LOG_LEVEL", "LOUD"),
        ("RETURNFLOW_ENV", "prod"),
        ("SECRET_KEY", "short"),
        ("DATABASE_URL", "mysql://h/d"),
        ("REDIS_URL", "localhost:6379"),
        ("RETURNFLOW_STAFF_TOKENS", "dana:plaintext-token"),
        ("RETURNFLOW_ALLOWED_ORIGINS", "*"),
        ("RETURNFLOW_ALLOWED_ORIGINS", "https://a.example/path"),
        ("RETURNFLOW_KEEP_TEXT_DAYS", "-1"),
        ("LIVEKIT_URL", "host"),
        ("VOCAL_BRIDGE_API_URL", "ftp://x"),
    ],
)
def test_a_bad_setting_is_named_without_its_value(name: str, text: str) -> None:
    """The problem says which setting and what was expected, and never repeats what may be a secret."""
    (problem,) = problems(**{name: text})

    assert problem.startswith(f"{name}: expected ")
    assert "plaintext-token" not in problem


def test_all_problems_come_at_once() -> None:
    """Nobody repairs settings one start at a time."""
    names = [problem.partition(":")[0] for problem in problems(PORT="x", SECRET_KEY="x", LOG_LEVEL="x", DATABASE_URL="x")]

    assert sorted(names) == ["DATABASE_URL", "LOG_LEVEL", "PORT", "SECRET_KEY"]


def test_production_refuses_a_generated_key() -> None:
    """A key that lives on one machine's disk by accident must not seal a shop's data."""
    assert problems(RETURNFLOW_ENV="production", SECRET_KEY="")[0].startswith("SECRET_KEY: production needs one of its own")


def test_a_generated_key_is_kept_for_its_owner_only(tmp_path: Path) -> None:
    """Development without a key makes one file, 0600, and every later start agrees with it."""
    first = Settings.from_env({}, var=tmp_path)

    assert Settings.from_env({}, var=tmp_path).secret_key == first.secret_key
    assert len(first.secret_key) == 64
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    """Whoever writes the file first wins; all others read it."""
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: Settings.from_env({}, var=tmp_path / "var").secret_key, range(24)))

    assert len(keys) == 1


def test_secrets_are_not_in_the_repr() -> None:
    """Settings may end up in a traceback; their secrets do not."""
    settings = parse(DATABASE_URL="postgresql://u:hidden@h/d", RETURNFLOW_METRICS_TOKEN="hidden", LIVEKIT_API_SECRET="hidden")

    assert KEY not in repr(settings)
    assert "hidden" not in repr(settings)


def test_every_secret_is_marked() -> None:
    """What holds a key, a token or a password is a secret in the table."""
    telling = ("KEY", "TOKEN", "SECRET", "DSN", "DATABASE_URL", "REDIS_URL")

    assert [row.name for row in TABLE.values() if any(word in row.name for word in telling) and not row.secret] == []


def test_the_example_file_is_the_table() -> None:
    """`.env.example` is what `flask settings env` writes, and each line of it can be used as it is."""
    assert (ROOT / ".env.example").read_text() == env_example()

    lines = [line.removeprefix("#") for line in env_example().splitlines() if line.startswith("#") and line[1:2].isupper() and "=" in line]
    pairs = dict(line.split("=", 1) for line in lines)
    assert list(pairs) == [row.name for row in TABLE.values()]
    assert parse(**{name: text for name, text in pairs.items() if name != "SECRET_KEY"}) == parse()


def test_the_documentation_is_the_table() -> None:
    """`docs/configuration.md` is what `flask settings docs` writes."""
    assert (ROOT / "docs" / "configuration.md").read_text() == markdown()
