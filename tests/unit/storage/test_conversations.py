"""Conversations, on every database: what goes in comes out, once, and what is private is sealed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from returnflow.conversation.context import Context, SlotValue
from returnflow.conversation.ports import HistoryEntry, StaleVersion
from returnflow.privacy import SealBroken, Sealer
from returnflow.storage.database import SqlDatabase
from tests.unit.storage.samples import NOW, POSTGRES, make_context, make_session, make_turn, start
from tests.unit.storage.strategies import any_of


def test_a_conversation_starts_at_version_one(database: SqlDatabase) -> None:
    """With its context, its greeting as a turn, and the greeting in its history."""
    start(database)

    with database.begin(write=False) as work:
        loaded = work.conversations.load("s1")
        assert loaded is not None
        assert (loaded.context, loaded.version) == (make_context(), 1)
        assert work.conversations.find_turn("s1", "greeting") == make_turn()
        assert work.conversations.history("s1") == make_turn().entries
        assert work.conversations.load("s2") is None


def test_an_answered_turn_comes_back_whole(database: SqlDatabase) -> None:
    """Answer, fingerprint, entries, transitions and timings; an unknown turn is None."""
    start(database)
    with database.begin(write=True) as work:
        assert work.conversations.save(make_context(turn=1), 1, make_turn(1)) == 2
        work.commit()

    with database.begin(write=False) as work:
        assert work.conversations.find_turn("s1", "t1") == make_turn(1)
        assert work.conversations.find_turn("s1", "t2") is None
        assert work.conversations.find_turn("s2", "t1") is None


def test_history_keeps_the_order_in_which_it_was_said(database: SqlDatabase) -> None:
    """Lines of a turn, then what no turn said, such as a person's message."""
    start(database)
    message = HistoryEntry("person", "Dana here, I can help.", "dana", NOW + timedelta(minutes=1))
    with database.begin(write=True) as work:
        work.conversations.save(make_context(turn=1), 1, make_turn(1))
        work.conversations.save(make_context(turn=1), 2, None, (message,))
        work.conversations.save(make_context(turn=2), 3, make_turn(2), (message,))

        expected = (*make_turn().entries, *make_turn(1).entries, message, *make_turn(2).entries, message)
        assert work.conversations.history("s1") == expected


def test_a_stale_version_writes_nothing(database: SqlDatabase) -> None:
    """The first statement finds out; history, turn and context stay as they were."""
    start(database)
    with database.begin(write=True) as work:
        for expected in (0, 2):
            with pytest.raises(StaleVersion):
                work.conversations.save(make_context(turn=1), expected, make_turn(1))

        assert work.conversations.history("s1") == make_turn().entries
        assert work.conversations.find_turn("s1", "t1") is None


def test_a_turn_id_is_answered_once(database: SqlDatabase) -> None:
    """A turn that was committed between looking for it and saving it is a stale version: the retry finds the answer."""
    start(database)
    with database.begin(write=True) as work:
        work.conversations.save(make_context(turn=1), 1, make_turn(1))
        work.commit()

    with database.begin(write=True) as work, pytest.raises(StaleVersion):
        work.conversations.save(make_context(turn=2), 2, replace(make_turn(1), number=2))


def test_what_was_not_committed_is_not_there(database: SqlDatabase) -> None:
    """Leaving the block is a rollback."""
    start(database)
    with database.begin(write=True) as work:
        work.conversations.save(make_context(turn=1), 1, make_turn(1))

    with database.begin(write=False) as work:
        loaded = work.conversations.load("s1")
        assert loaded is not None
        assert loaded.version == 1
        assert work.conversations.find_turn("s1", "t1") is None


def test_idle_conversations_are_found(database: SqlDatabase) -> None:
    """Active ones not updated since, longest idle first; one that waits for a person or has ended is left alone."""
    with database.begin(write=True) as work:
        for session_id, status, minutes in (("a", "active", 2), ("b", "active", 1), ("c", "waiting_for_person", 0), ("d", "active", 9)):
            work.sessions.add(make_session(session_id))
            context = make_context(session_id, status=status, updated_at=NOW + timedelta(minutes=minutes))
            work.conversations.add(context, make_turn(0, session_id))

        assert work.conversations.idle_since(NOW + timedelta(minutes=9)) == ("b", "a")
        assert work.conversations.idle_since(NOW + timedelta(minutes=9), limit=1) == ("b",)


def test_columns_follow_the_context(database: SqlDatabase) -> None:
    """What lists and reports look at is what the context says."""
    start(database)
    changed = make_context(status="ended", outcome="done", journey="return", current_agent="amazon_processing", updated_at=NOW)
    with database.begin(write=True) as work:
        work.conversations.save(changed, 1, None)
        found = work.connection.exec_driver_sql("SELECT status, outcome, journey, current_agent, version FROM conversations").one()

    assert tuple(found) == ("ended", "done", "return", "amazon_processing", 2)


def test_slots_keep_every_value_with_its_turn(database: SqlDatabase) -> None:
    """A corrected value is a new row, a confirmed one changes its row, personal values are masked."""
    start(database)
    corrected = {
        "store": SlotValue("walmart", "heard", 2),
        "order_number": SlotValue("200012345678901", "confirmed", 1),
        "zip": SlotValue("04101", "heard", 2),
        "contact": SlotValue("maeve@example.com", "heard", 2),
        "items": SlotValue(["mug", "lamp"], "heard", 2),
        "reason": SlotValue(None, "heard", 2),
    }
    with database.begin(write=True) as work:
        work.conversations.save(replace(make_context(), slots=corrected), 1, None)
        found = work.connection.exec_driver_sql("SELECT name, turn, value, status FROM slots ORDER BY name, turn").all()

    assert [tuple(row) for row in found] == [
        ("contact", 2, "m•••@e•••", "heard"),
        ("items", 2, '["mug", "lamp"]', "heard"),
        ("order_number", 1, "…8901", "confirmed"),
        ("store", 1, "amazon", "confirmed"),
        ("store", 2, "walmart", "heard"),
        ("zip", 2, "given", "heard"),
    ]


def test_text_that_no_database_keeps_is_cleaned(database: SqlDatabase) -> None:
    """NUL and half surrogates from a hostile client do not break the turn."""
    start(database)
    said = HistoryEntry("user", "a\x00b\ud800c", None, NOW)
    with database.begin(write=True) as work:
        work.conversations.save(make_context(), 1, make_turn(1, entries=(said,)))

        assert work.conversations.history("s1")[-1].content == "ab?c"


@pytest.mark.parametrize("url", ["file", POSTGRES], indirect=True)
def test_another_key_cannot_read_it(database: SqlDatabase, url: str) -> None:
    """Without the key the private values and the answers stay closed; a fallback key opens them."""
    start(database)
    for keys, opens in (([b"n" * 32], False), ([b"n" * 32, b"k" * 32], True)):
        other = SqlDatabase(url, Sealer(keys))
        with other.begin(write=False) as work:
            if opens:
                assert work.conversations.load("s1") is not None
            else:
                with pytest.raises(SealBroken):
                    work.conversations.load("s1")
                with pytest.raises(SealBroken):
                    work.conversations.find_turn("s1", "greeting")
        other.dispose()


CONTEXTS = any_of(Context)
PHASES = (Phase.explicit, Phase.generate, Phase.shrink)


@pytest.mark.parametrize("url", ["memory"], indirect=True)
@settings(max_examples=30, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(made=CONTEXTS)
def test_any_context_survives(database: SqlDatabase, made: Context) -> None:
    """What is saved is what is loaded, whatever the conversation knows (PostgreSQL: see the next test)."""
    _survives(database, made)


@pytest.mark.parametrize("url", [POSTGRES], indirect=True)
@settings(max_examples=10, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(made=CONTEXTS)
def test_any_context_survives_postgresql(database: SqlDatabase, made: Context) -> None:
    """As above, through a server that refuses NUL and bad UTF-8."""
    _survives(database, made)


def _survives(database: SqlDatabase, made: Context) -> None:
    """In a transaction that is never committed, so that examples do not meet."""
    clean = {name: getattr(made, name) for name in ("status", "outcome", "journey", "current_agent")}
    context = replace(
        made,
        session_id="s1",
        slots={_printable(name): replace(slot, status=_printable(slot.status)) for name, slot in made.slots.items()},
        private=dict(made.private),
        **{name: None if value is None else _printable(value) for name, value in clean.items()},
    )
    with database.begin(write=True) as work:
        work.sessions.add(make_session())
        work.conversations.add(make_context(), make_turn())
        work.conversations.save(context, 1, None)
        loaded = work.conversations.load("s1")

    assert loaded is not None
    assert loaded.context == context
    assert loaded.version == 2


def _printable(text: str) -> str:
    """Ids and states are ours and printable; only what customers say is wild."""
    return text.replace("\x00", "")
