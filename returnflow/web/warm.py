"""Makes a fresh process ready, so that no customer's turn is its first."""

from __future__ import annotations

from returnflow.conversation.ports import StoredSession
from returnflow.conversation.service import ConversationService, TurnRequest
from returnflow.privacy import Sealer, derive_key
from returnflow.storage.database import SqlDatabase
from returnflow.wiring import Services

_SAID = ("I want to return headphones from Amazon, they crackle", "114-5567022-3499108, 97214, Reyes")


def warm(services: Services) -> None:
    """One throw-away conversation against a database in memory: loads weights and parsers, compiles statements.

    It is neither stored nor counted. The real pool is opened by a question that changes nothing. Raises Unavailable when the
    database does not answer.
    """
    scratch = SqlDatabase("sqlite://", Sealer([derive_key("warm", "seal")]))
    scratch.create_tables()
    brain = ConversationService(
        database=scratch,
        tools=services.tools,
        reader=services.reader,
        catalogue=services.catalogue,
        policies=services.policies,
        clock=services.clock,
        slip_links=services.slip_links,
    )
    now = services.clock()
    brain.start(StoredSession("warm", "0" * 64, "web", now, now, now), user_identity="warm")
    for number, text in enumerate(_SAID):
        brain.handle_turn("warm", TurnRequest(f"warm-{number}", text=text, fingerprint=str(number), caller="warm"))
    scratch.dispose()
    services.database.ping()
