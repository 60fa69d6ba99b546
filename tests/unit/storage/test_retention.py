"""What is past its time, on every database: it goes, oldest first, what is younger stays, and a second look finds nothing."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from returnflow.conversation.context import HandoffFacts, Reply, SlotValue
from returnflow.conversation.ports import HistoryEntry, Purged, Retention, StaleVersion
from returnflow.storage.database import SqlDatabase
from returnflow.storage.schema import handoffs, sessions, turns
from tests.unit.storage.samples import NOW, NUMBER, POSTGRES, make_case, make_context, make_session, make_turn

DAY = timedelta(days=1)
LATER = NOW + 10 * DAY
ALL = 100


def old_and_young(database: SqlDatabase) -> None:
    """The same twice: what happened now as "old", and ten days later as "young"."""
    with database.begin(write=True) as work:
        for name, at in (("old", NOW), ("young", LATER)):
            work.sessions.add(make_session(name, expires_at=at + DAY))
            reply = Reply("The lamp, okay.", "The lamp, okay.", "en", "initial_router")
            facts = HandoffFacts("609148251", "gift", "Lamp", at, note="we take it")
            context = make_context(name, created_at=at, said=("my lamp broke last night",), last_reply=reply, handoff=facts)
            said = (HistoryEntry("user", "my lamp broke last night", None, at), HistoryEntry("assistant", "Okay.", "initial_router", at))
            work.conversations.add(context, make_turn(0, name, at=at, entries=said[1:]))
            work.conversations.save(context, 1, make_turn(1, name, at=at + timedelta(seconds=1), entries=said))
            work.feedback.add(name, 4, "quick", at)
            work.attempts.record([("call", name), ("order", name)], at)
            reference = "609148251" if name == "old" else "111111116"
            packet = {"schema": "handoff.v1", "said": ["my lamp broke last night"], "contact": {"by": "text", "value": "…0188"}}
            work.handoffs.add(make_case(reference, session_id=name, packet=packet, notes=("it also smells",)))
            work.handoffs.close(reference, "approved", "we take it", at)
        work.commit()


def test_only_what_is_past_its_time_is_counted(database: SqlDatabase) -> None:
    """By kind; counting changes nothing, so that it can be done in a transaction that cannot write."""
    old_and_young(database)
    with database.begin(write=False) as work:
        assert work.retention.count(NOW, NOW) == Purged()
        assert work.retention.count(NOW + 2 * DAY, NOW) == Purged(lines=3, answers=2, conversations=1, comments=1, tokens=1, cases=1)
        assert work.retention.count(NOW, NOW + DAY) == Purged(attempts=2)


def test_what_is_counted_is_what_goes(database: SqlDatabase) -> None:
    """Every kind takes exactly its count, and nothing the second time; the young one is as it was."""
    old_and_young(database)
    before = NOW + 2 * DAY
    with database.begin(write=True) as work:
        young = work.conversations.load("young"), work.conversations.history("young"), work.conversations.find_turn("young", "t1")
        kept = work.retention
        assert kept.forget_lines(before, ALL) == 3
        assert kept.forget_texts(before, ALL) == (1, 2)
        assert kept.forget_comments(before, ALL) == 1
        assert kept.forget_tokens(before, ALL) == 1
        assert kept.forget_cases(before, ALL) == 1
        assert kept.forget_attempts(before, ALL) == 2
        work.commit()

    with database.begin(write=True) as work:
        kept = work.retention
        assert kept.count(before, before) == Purged()
        assert [kept.forget_lines(before, ALL), kept.forget_comments(before, ALL), kept.forget_tokens(before, ALL)] == [0, 0, 0]
        assert [kept.forget_cases(before, ALL), kept.forget_attempts(before, ALL), kept.forget_texts(before, ALL)] == [0, 0, (0, 0)]
        assert (
            work.conversations.load("young"),
            work.conversations.history("young"),
            work.conversations.find_turn("young", "t1"),
        ) == young
        assert work.sessions.by_token_hash("hash-young") is not None


def test_a_conversation_keeps_its_facts(database: SqlDatabase) -> None:
    """Words, private values, the person's note and the answers are gone, the rest of the context is the same."""
    old_and_young(database)
    with database.begin(write=True) as work:
        work.retention.forget_texts(NOW + DAY, ALL)

        loaded = work.conversations.load("old")
        assert loaded is not None
        context = loaded.context
        assert (context.said, context.last_reply, dict(context.private)) == ((), None, {})
        assert context.handoff is not None
        assert (context.handoff.note, context.handoff.headline) == (None, "Lamp")
        assert dict(context.slots) == {"store": SlotValue("amazon", "confirmed", 1), "order_number": SlotValue(NUMBER, "heard", 1)}
        assert work.conversations.find_turn("old", "t1") is None


def test_nobody_writes_the_text_back(database: SqlDatabase) -> None:
    """A context that was loaded before cannot be saved after."""
    old_and_young(database)
    with database.begin(write=True) as work:
        loaded = work.conversations.load("old")
        assert loaded is not None
        work.retention.forget_texts(NOW + DAY, ALL)
        with pytest.raises(StaleVersion):
            work.conversations.save(loaded.context, loaded.version, None)


def test_a_bearer_without_its_hash_opens_nothing(database: SqlDatabase) -> None:
    """The session stays for its conversation; neither the old hash nor what stands in its place finds it."""
    old_and_young(database)
    with database.begin(write=True) as work:
        work.retention.forget_tokens(NOW + 2 * DAY, ALL)

        left = work.sessions.get("old")
        assert left is not None
        assert left.token_hash == "deleted:old"
        assert work.sessions.by_token_hash("hash-old") is None


def test_a_closed_case_keeps_its_outcome(database: SqlDatabase) -> None:
    """Contact, notes and quotations go from the case, and the note's copy from the conversation; an open case is left alone."""
    old_and_young(database)
    with database.begin(write=True) as work:
        work.handoffs.add(make_case("222222222"))
        work.retention.forget_cases(NOW + DAY, ALL)

        case, open_one = work.handoffs.get("609148251"), work.handoffs.get("222222222")
        assert case is not None
        assert (case.status, case.outcome, case.headline) == ("closed", "approved", "Blender stopped")
        assert (case.contact, case.note, case.notes) == (None, None, ())
        assert (case.packet["schema"], case.packet["said"], case.packet["contact"]) == ("handoff.v1", [], {"by": "text", "value": None})
        assert open_one is not None
        assert open_one.contact == "+12075550188"
        loaded = work.conversations.load("old")
        assert loaded is not None
        assert loaded.context.handoff is not None
        assert loaded.context.handoff.note is None
        assert work.connection.execute(select(handoffs.c.contact).where(handoffs.c.reference == "609148251")).scalar() is None


def test_a_batch_is_no_larger_than_asked(database: SqlDatabase) -> None:
    """The oldest first, so that many small transactions come to the same as one large."""
    with database.begin(write=True) as work:
        for day in range(5):
            work.attempts.record([("call", str(day))], NOW + day * DAY)

        taken = [work.retention.forget_attempts(NOW + 3 * DAY, 2) for _ in range(3)]

        assert taken == [2, 1, 0]
        assert work.attempts.counts([("call", "3"), ("call", "4")], {"call": NOW}) == {"call": 1}


@pytest.mark.parametrize("url", ["file", POSTGRES], indirect=True)
def test_processes_that_forget_at_once_take_nothing_twice(database: SqlDatabase, url: str) -> None:
    """Together they take what there is, and neither fails."""
    with database.begin(write=True) as work:
        for number in range(60):
            name = f"s{number}"
            work.sessions.add(make_session(name))
            work.conversations.add(make_context(name), make_turn(0, name))
            work.handoffs.add(make_case(str(number), session_id=name))
            work.handoffs.close(str(number), "answered", "", NOW)
        work.commit()
    taken: Counter[str] = Counter()
    kinds: dict[str, Callable[[Retention], int]] = {
        "lines": lambda kept: kept.forget_lines(LATER, 7),
        "texts": lambda kept: kept.forget_texts(LATER, 7)[0],
        "cases": lambda kept: kept.forget_cases(LATER, 7),
    }

    def forget(first: int) -> None:
        other = SqlDatabase(url, database._sealer)
        found = 1
        while found:
            found = 0
            for kind in [*kinds, *kinds][first : first + len(kinds)]:
                with other.begin(write=True) as work:
                    took = kinds[kind](work.retention)
                    work.commit()
                taken[kind] += took
                found += took
        other.dispose()

    threads = [threading.Thread(target=forget, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert taken == {"lines": 60, "texts": 60, "cases": 60}


@pytest.mark.parametrize("url", ["memory"], indirect=True)
def test_what_is_old_is_found_by_its_index(database: SqlDatabase) -> None:
    """SQLite recognises the conditions of the partial indexes: an hourly look costs the old rows and not all rows."""
    with database.begin(write=False) as work:
        for table, where, index in ((turns, "number = 0", "ix_turns_greetings"), (sessions, "", "ix_sessions_with_token")):
            column = "at" if table is turns else "expires_at"
            condition = where or "substr(token_hash, 1, 8) <> 'deleted:'"
            plan = work.connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN SELECT session_id FROM {table.name} WHERE {condition} AND {column} < ? LIMIT 9", ("2026",)
            ).all()

            assert index in json.dumps([tuple(row) for row in plan])
