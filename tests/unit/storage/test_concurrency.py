"""Many at once, on real databases with real threads and processes: what is written once, is written once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest

from returnflow.conversation.ports import StaleVersion
from returnflow.retail.model import Return
from returnflow.retail.ports import RmaTaken, UnitsTaken
from returnflow.storage.database import SqlDatabase
from tests.unit.storage.samples import NOW, NUMBER, POSTGRES, make_case, make_context, make_return, make_turn, start, stock

ROOT = Path(__file__).resolve().parents[3]
THREADS = 8


def at_once(work: Callable[[int], object]) -> list[object]:
    """Call `work(0..7)` in eight threads that start together; an exception counts as its result."""
    barrier = Barrier(THREADS)

    def run(number: int) -> object:
        barrier.wait()
        try:
            return work(number)
        except (StaleVersion, RmaTaken, UnitsTaken) as error:
            return type(error)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def adding(database: SqlDatabase, made: Callable[[int], Return]) -> Callable[[int], object]:
    def add(number: int) -> object:
        with database.begin(write=True) as work:
            stored = work.returns.add(made(number))
            work.commit()
            return stored

    return add


def test_the_same_return_added_by_eight_is_one(database: SqlDatabase) -> None:
    """Whatever numbers they drew, all get the one that was stored."""
    stock(database)

    results = at_once(adding(database, lambda number: make_return(f"10000000{number}", idempotency_key="same")))

    with database.begin(write=False) as work:
        assert results == list(work.returns.for_order(NUMBER)) * THREADS


def test_a_unit_is_returned_by_one_of_eight(database: SqlDatabase) -> None:
    """Different conversations, different keys, the same thing: one return, the rest learn that it is taken."""
    stock(database)

    results = at_once(adding(database, lambda number: make_return(f"10000000{number}", units={"1": (0, 1), "2": (0,)})))

    assert sorted(str(result is UnitsTaken) for result in results) == ["False"] + ["True"] * 7
    with database.begin(write=False) as work:
        assert len(work.returns.for_order(NUMBER)) == 1


def test_a_number_is_given_to_one_of_eight(database: SqlDatabase) -> None:
    """The rest draw again."""
    stock(database)

    results = at_once(adding(database, lambda number: make_return(idempotency_key=str(number))))

    assert results.count(RmaTaken) == 7


def test_attempts_at_once_do_not_pass_the_limit(database: SqlDatabase) -> None:
    """Of eight that look before any has written, the fourth already sees three: each waits for the ones before."""
    keys = [("order", "b"), ("call", "a"), ("name", "c")]

    def attempt(number: int) -> object:
        with database.begin(write=True) as work:
            asked = keys if number % 2 else keys[::-1]
            may_try = work.attempts.counts(asked, dict.fromkeys(("call", "order", "name"), NOW))["order"] < 3
            if may_try:
                work.attempts.record(asked, NOW)
            work.commit()
            return may_try

    assert at_once(attempt).count(True) == 3


def test_a_case_is_claimed_by_one_of_eight(database: SqlDatabase) -> None:
    """The rest get None."""
    with database.begin(write=True) as work:
        work.handoffs.add(make_case())
        work.commit()

    def claim(number: int) -> object:
        with database.begin(write=True) as work:
            won = work.handoffs.claim("609148251", f"staff-{number}", NOW)
            work.commit()
            return won

    winners = [case for case in at_once(claim) if case is not None]

    with database.begin(write=False) as work:
        assert winners == [work.handoffs.get("609148251")]


def test_of_eight_turns_at_the_same_version_one_is_saved(database: SqlDatabase) -> None:
    """The rest learn that they are stale, and nothing of theirs is there."""
    start(database)

    def save(number: int) -> object:
        with database.begin(write=True) as work:
            version = work.conversations.save(make_context(turn=1), 1, replace(make_turn(number + 1), transitions=()))
            work.commit()
            return version

    results = at_once(save)

    assert sorted(map(str, results)) == ["2"] + [str(StaleVersion)] * 7
    with database.begin(write=False) as work:
        assert len(work.conversations.history("s1")) == 3


PLAYER = """
import sys
from dataclasses import replace
from returnflow.privacy import Sealer
from returnflow.storage.database import SqlDatabase
from tests.unit.storage.samples import make_turn

database = SqlDatabase(sys.argv[1], Sealer([b"k" * 32]))
for line in sys.stdin:
    number = int(line)
    with database.begin(write=True) as work:
        loaded = work.conversations.load("s1")
        version = work.conversations.save(replace(loaded.context, turn=number), loaded.version, make_turn(number))
        work.commit()
    print(version, flush=True)
database.dispose()
"""


@pytest.mark.parametrize("url", ["file", POSTGRES], indirect=True)
def test_two_processes_serve_alternate_turns(database: SqlDatabase, url: str) -> None:
    """Each sees what the other committed; the history is one conversation."""
    start(database)
    players = [
        subprocess.Popen([sys.executable, "-c", PLAYER, url], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    versions = []
    for number in range(1, 9):
        player = players[number % 2]
        assert player.stdin is not None
        assert player.stdout is not None
        player.stdin.write(f"{number}\n")
        player.stdin.flush()
        versions.append(int(player.stdout.readline()))
    for player in players:
        player.communicate(timeout=30)

    assert versions == list(range(2, 10))
    with database.begin(write=False) as work:
        said = [entry.content for entry in work.conversations.history("s1")]
    assert said == ["answer 0", *(f"{who} {number}" for number in range(1, 9) for who in ("line", "answer"))]


DYING = """
import os, signal, sys
from dataclasses import replace
from returnflow.privacy import Sealer
from returnflow.storage.database import SqlDatabase
from tests.unit.storage.samples import make_return, make_turn

database = SqlDatabase(sys.argv[1], Sealer([b"k" * 32]))
with database.begin(write=True) as work:
    loaded = work.conversations.load("s1")
    work.conversations.save(replace(loaded.context, turn=1), loaded.version, make_turn(1))
    work.commit()
with database.begin(write=True) as work:
    work.returns.add(make_return())
    loaded = work.conversations.load("s1")
    work.conversations.save(replace(loaded.context, turn=2), loaded.version, make_turn(2))
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("url", ["file", POSTGRES], indirect=True)
def test_a_killed_process_loses_nothing_that_was_answered(database: SqlDatabase, url: str) -> None:
    """`kill -9` inside a turn: the committed turn is there, of the other nothing, its return included; the next one gets through."""
    start(database)
    stock(database)
    died = subprocess.run([sys.executable, "-c", DYING, url], cwd=ROOT, check=False, timeout=60)

    assert died.returncode == -9
    with database.begin(write=True) as work:
        loaded = work.conversations.load("s1")
        assert loaded is not None
        assert (loaded.version, loaded.context.turn) == (2, 1)
        assert work.conversations.find_turn("s1", "t1") == make_turn(1)
        assert work.conversations.find_turn("s1", "t2") is None
        assert work.returns.get("482913077") is None
        assert work.conversations.save(replace(loaded.context, turn=2), 2, make_turn(2)) == 3
        assert work.returns.add(make_return()) == make_return()
