"""`flask settings`: the settings table as files. A test compares both with what is in the repository."""

from __future__ import annotations

import click

from returnflow.config import TABLE, Setting

_CONTRACT = "Secrets belong into the environment or into `.env` (not in git), never onto a command line."


@click.group()
def settings() -> None:
    """Write the settings table as a file."""


@settings.command()
def env() -> None:
    """`.env.example`: every setting with its default, commented out."""
    click.echo(env_example(), nl=False)


@settings.command()
def docs() -> None:
    """`docs/configuration.md`."""
    click.echo(markdown(), nl=False)


def env_example() -> str:
    """Every setting in the order of the table."""
    head = "# Settings of ReturnFlow. Copy to .env and uncomment what you change. Written by: flask settings env\n"
    return head + "".join(f"\n# {_plain(row)}\n#{row.name}={row.default}\n" for row in TABLE.values())


def markdown() -> str:
    """A table of every setting, for people."""
    rows = [
        f"| `{row.name}` | {f'`{row.default}`' if row.default else ''} | {row.help}{' Secret.' if row.secret else ''} |"
        for row in TABLE.values()
    ]
    return "\n".join(
        [
            "# Configuration",
            "",
            "<!-- Written by: flask settings docs > docs/configuration.md -->",
            "",
            "The environment beats the file `.env` beside `app.py`, which beats the default. All problems are reported at once when a",
            f"process starts. Relative paths start in the folder of `app.py`. {_CONTRACT}",
            "",
            "| setting | default | what it does |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _plain(row: Setting) -> str:
    return row.help.replace("`", "")
