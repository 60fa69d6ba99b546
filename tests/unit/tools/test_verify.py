"""Verification: one answer, one cost, no hints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from returnflow.conversation.effects import Assess, CreateReturn, NotVerified, OrderVerified, VerifyOrder
from returnflow.retail.policy import Policies
from returnflow.retail.rma import check_digit
from returnflow.storage.database import SqlDatabase
from returnflow.tools.demo_orders import DemoOrder
from returnflow.tools.verify import strictest

REYES = VerifyOrder(session_id="s1", caller="c1", zip="97214", last_name="Reyes", numbers=("11455670223499108",))
Run = Callable[..., Any]


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every SQL statement that is sent, in order."""
    seen: list[str] = []

    def keep(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", keep)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", keep)


@contextmanager
def counted(database: SqlDatabase) -> Iterator[list[int]]:
    """How many rows of attempts are written."""

    def rows() -> int:
        with database.begin(write=False) as work:
            return int(work.connection.exec_driver_sql("SELECT count(*) FROM verification_attempts").scalar_one())

    before, written = rows(), list[int]()
    yield written
    written.append(rows() - before)


def test_right_facts_give_the_order_without_personal_data(run: Run, demos: Mapping[str, DemoOrder]) -> None:
    """A match answers with the order's facts and nothing that names the customer."""
    outcome = run(REYES)

    assert isinstance(outcome, OrderVerified)
    assert (outcome.order.last_four, outcome.order.repaired, outcome.returns) == ("9108", False, ())
    assert [(line.title, line.available) for line in outcome.order.lines] == [("Aria headphones", 1)]
    assert "Reyes" not in repr(outcome)
    assert "97214" not in repr(outcome)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"numbers": ("11499999999999999",)}, id="number"),
        pytest.param({"zip": "10001"}, id="zip"),
        pytest.param({"last_name": "Kowalczyk"}, id="name"),
        pytest.param({"zip": "10001", "last_name": "Smith", "numbers": ("1",)}, id="everything"),
    ],
)
def test_a_miss_looks_and_costs_like_a_hit(run: Run, demos: Mapping[str, DemoOrder], wrong: dict[str, Any]) -> None:
    """Whatever fact is wrong, the answer is the same and the same statements run in the same order as on a match."""
    with statements() as on_hit:
        run(REYES)
    with statements() as on_miss:
        outcome = run(replace(REYES, session_id="s2", caller="c2", **wrong))

    assert outcome == NotVerified(locked=False, failures=1)
    assert on_miss == on_hit


def test_a_misheard_digit_is_repaired(run: Run, demos: Mapping[str, DemoOrder]) -> None:
    """A number one digit off, with ZIP and name exact, is the customer's order and says that it was repaired."""
    outcome = run(replace(REYES, numbers=("11455670223499109",)))

    assert isinstance(outcome, OrderVerified)
    assert (outcome.order.order_number, outcome.order.repaired) == ("11455670223499108", True)


def test_the_last_seven_digits_are_enough(run: Run, demos: Mapping[str, DemoOrder]) -> None:
    """The end of the number with ZIP and name proves the order, and nothing was repaired."""
    outcome = run(replace(REYES, numbers=(), suffix="3499108"))

    assert isinstance(outcome, OrderVerified)
    assert not outcome.order.repaired


def test_a_return_number_proves_its_order(run: Run, demos: Mapping[str, DemoOrder]) -> None:
    """Return number, ZIP and name lead to the order and its return; another person's name does not."""
    demo = demos["amz.default inside window"]
    quote = run(Assess(demo.order.order_number, (demo.request,))).quote
    made = run(CreateReturn("s1", demo.order.order_number, quote, "key")).created
    asked = replace(REYES, numbers=(), rma=made.rma)

    mine, not_mine = run(asked), run(replace(asked, last_name="Brooks"))

    assert isinstance(mine, OrderVerified)
    assert [each.rma for each in mine.returns] == [made.rma]
    assert isinstance(not_mine, NotVerified)


def test_an_unknown_return_number_costs_as_much_as_a_known_one(run: Run, demos: Mapping[str, DemoOrder], database: SqlDatabase) -> None:
    """Asking for a return that does not exist runs the statements of one that does."""
    demo = demos["amz.default inside window"]
    quote = run(Assess(demo.order.order_number, (demo.request,))).quote
    made = run(CreateReturn("s1", demo.order.order_number, quote, "key")).created
    unknown = "90000000"

    with counted(database) as rows_on_hit, statements() as on_hit:
        run(replace(REYES, numbers=(), rma=made.rma))
    with counted(database) as rows_on_miss, statements() as on_miss:
        run(replace(REYES, numbers=(), rma=unknown + check_digit(unknown)))

    assert on_miss == on_hit
    assert rows_on_miss == rows_on_hit == [5]


def test_the_third_failure_of_a_call_locks_it(run: Run, demos: Mapping[str, DemoOrder]) -> None:
    """Three complete wrong sets in one call and a person takes over."""
    outcomes = [run(replace(REYES, zip="10001", numbers=(f"1140000000000000{n}",))) for n in range(3)]

    assert [outcome.locked for outcome in outcomes] == [False, False, True]
    assert [outcome.failures for outcome in outcomes] == [1, 2, 3]


def test_after_the_limit_right_facts_get_a_person_and_no_hint(run: Run, demos: Mapping[str, DemoOrder]) -> None:
    """Past the limit, right and wrong facts look and cost alike: both go to a person."""
    for n in range(3):
        run(replace(REYES, zip="10001", numbers=(f"1140000000000000{n}",)))

    with statements() as right:
        on_right = run(REYES)
    with statements() as wrong:
        on_wrong = run(replace(REYES, zip="10001"))

    assert on_right == on_wrong == NotVerified(locked=True, failures=3)
    assert right == wrong


def test_the_order_limit_holds_across_calls_and_callers(run: Run, demos: Mapping[str, DemoOrder], now: datetime) -> None:
    """Five wrong sets for one number, from anywhere, however it is said, and the number is locked for a day."""
    for n in range(5):
        said = {"numbers": REYES.numbers} if n % 2 else {"numbers": (), "suffix": "3499108"}
        run(replace(REYES, session_id=f"s{n}", caller=f"c{n}", last_name="Smith", **said))
    fresh = replace(REYES, session_id="fresh", caller="fresh")

    assert run(fresh).locked
    assert isinstance(run(fresh, at=now + timedelta(hours=25)), OrderVerified)


def test_the_caller_limit_holds_across_calls(run: Run, demos: Mapping[str, DemoOrder]) -> None:
    """Ten wrong sets from one caller within an hour lock the caller, whatever the orders are."""
    for n in range(10):
        run(replace(REYES, session_id=f"s{n}", numbers=(f"1149999999{n:07d}",), last_name="Smith"))

    assert run(replace(REYES, session_id="fresh")).locked


def test_an_unknown_caller_shares_no_limit(run: Run, demos: Mapping[str, DemoOrder]) -> None:
    """Calls that bring no caller are not counted against each other."""
    for n in range(12):
        run(replace(REYES, session_id=f"s{n}", caller="", numbers=(f"1149999999{n:07d}",), last_name="Smith"))

    assert isinstance(run(replace(REYES, session_id="fresh", caller="")), OrderVerified)


def test_every_reading_of_a_number_counts(run: Run, demos: Mapping[str, DemoOrder]) -> None:
    """Saying another number first does not hide whose order is tried."""
    for n in range(5):
        both = (f"1149999999{n:07d}", *REYES.numbers)
        run(replace(REYES, session_id=f"s{n}", caller=f"c{n}", last_name=f"Smith{'abcde'[n]}", numbers=both))

    assert run(replace(REYES, session_id="fresh", caller="fresh")).locked


NEAR: dict[str, Any] = {"numbers": ("11455670223499109",)}


def fail_with_the_name(run: Run, times: int) -> None:
    """Wrong ZIPs for the name, every time another misheard number from another caller."""
    for n in range(times):
        run(replace(REYES, session_id=f"n{n}", caller=f"n{n}", zip=f"1000{n}", numbers=(f"1145567022349{n}{n}08",)))


@pytest.mark.parametrize("said", [NEAR, {"numbers": (), "suffix": "3499108"}, {"numbers": (), "suffix": "3499109"}])
def test_after_five_failures_with_a_name_nothing_is_repaired(
    run: Run, demos: Mapping[str, DemoOrder], now: datetime, said: dict[str, Any]
) -> None:
    """A number that is nearly right, or its end, would give every variant five tries of its own; for a day it proves nothing."""
    fail_with_the_name(run, 4)
    before = run(replace(REYES, session_id="before", caller="before", **said))
    fail_with_the_name(run, 1)
    after = run(replace(REYES, session_id="after", caller="after", **said))

    assert isinstance(before, OrderVerified)
    assert after == NotVerified(locked=False, failures=1)
    assert isinstance(run(replace(REYES, session_id="later", caller="later", **said), at=now + timedelta(hours=25)), OrderVerified)


def test_without_repair_exact_facts_still_verify(run: Run, demos: Mapping[str, DemoOrder]) -> None:
    """Nobody is locked out by what others tried with the same name, and the miss looks and costs like before."""
    fail_with_the_name(run, 6)
    with statements() as on_near:
        near = run(replace(REYES, session_id="near", caller="near", **NEAR))
    with statements() as on_miss:
        miss = run(replace(REYES, session_id="miss", caller="miss", zip="10001", **NEAR))

    assert near == miss == NotVerified(locked=False, failures=1)
    assert on_near == on_miss
    assert isinstance(run(replace(REYES, session_id="exact", caller="exact")), OrderVerified)


def test_a_name_is_kept_as_a_digest(run: Run, demos: Mapping[str, DemoOrder], database: SqlDatabase) -> None:
    """What is counted names nobody."""
    run(replace(REYES, zip="10001"))

    with database.begin(write=False) as work:
        stored = work.connection.exec_driver_sql("SELECT scope, key FROM verification_attempts").all()
    assert sorted(scope for scope, _ in stored) == ["call", "caller", "name", "order"]
    assert "reyes" not in repr(stored).lower()


def test_the_order_limit_holds_for_its_return_numbers_too(run: Run, demos: Mapping[str, DemoOrder]) -> None:
    """Five wrong sets for an order lock the way over its return as well, and five over the return lock the order."""
    demo = demos["amz.default inside window"]
    quote = run(Assess(demo.order.order_number, (demo.request,))).quote
    made = run(CreateReturn("s1", demo.order.order_number, quote, "key")).created
    for n in range(5):
        said = {"numbers": (), "rma": made.rma} if n % 2 else {}
        run(replace(REYES, session_id=f"s{n}", caller=f"c{n}", zip="10001", **said))
    fresh = replace(REYES, session_id="fresh", caller="fresh")

    assert run(fresh).locked
    assert run(replace(fresh, numbers=(), rma=made.rma)).locked


@pytest.mark.parametrize(
    "incomplete",
    [
        pytest.param({"zip": "972"}, id="short-zip"),
        pytest.param({"last_name": "…"}, id="no-name"),
        pytest.param({"numbers": ()}, id="no-number"),
        pytest.param({"numbers": (), "suffix": "9108"}, id="short-suffix"),
        pytest.param({"numbers": (), "rma": "482913071"}, id="misheard-return-number"),
    ],
)
def test_an_incomplete_set_is_not_a_failure(run: Run, demos: Mapping[str, DemoOrder], incomplete: dict[str, Any]) -> None:
    """Facts that were not heard whole are repair: they cost nothing, however often."""
    for _ in range(4):
        outcome = run(replace(REYES, **incomplete))

        assert outcome == NotVerified(locked=False, failures=0)
    assert isinstance(run(REYES), OrderVerified)


def test_the_strictest_limit_of_all_stores_holds(policies: Policies) -> None:
    """How often one may try does not tell which store an order is in."""
    amazon, walmart = policies["amazon"], policies["walmart"]
    tight = replace(walmart.verification, call=replace(walmart.verification.call, failures=2))

    limits = strictest([amazon, replace(walmart, verification=tight)])

    assert (limits["call"].failures, limits["order"].hours) == (2, 24)
