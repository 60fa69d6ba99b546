"""`flask chat`: a whole call through a pipe."""

from __future__ import annotations

from returnflow.tools.demo_orders import demo_orders, seed
from returnflow.wiring import Services
from tests.unit.cli.conftest import Flasks


def said(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def test_a_whole_return_on_demo_orders(flask: Flasks, services: Services) -> None:
    """In memory: the shop's own database stays as it was."""
    ran = flask("chat", "--demo", stdin=said("my headphones from amazon crackle", "114-5567022-3499108", "97214, Reyes", "1", "2"))

    assert ran.code == 0
    assert "114-5567022-3499108" in ran.out
    assert "[1] Yes, set it up" in ran.out
    assert "Done. Your return number is" in ran.out
    assert "You get back: $64.94" in ran.out
    with services.database.begin(write=False) as uow:
        assert uow.returns.list() == ()


def test_a_call_on_the_configured_database_is_kept(flask: Flasks, services: Services) -> None:
    """The return is really there afterwards."""
    seed(services.database, demo_orders(services.policies, services.clock()))

    ran = flask("chat", stdin=said("headphones from amazon crackle, 114-5567022-3499108, 97214, Reyes", "yes"))

    assert ran.code == 0
    with services.database.begin(write=False) as uow:
        assert [each.quote.refund_cents for each in uow.returns.list()] == [6494]


def test_quit_hangs_up(flask: Flasks) -> None:
    """Nothing after it is said."""
    ran = flask("chat", "--demo", stdin=said("hello", "/quit", "get me a person"))

    assert ran.code == 0
    assert "You  hello" in ran.out
    assert "person" not in ran.out.split("/quit")[1]


def test_the_end_of_the_call_ends_the_command(flask: Flasks) -> None:
    """What was piped in after the goodbye is not sent to an ended call."""
    ran = flask("chat", "--demo", stdin=said("goodbye", "hello?"))

    assert ran.code == 0
    assert "hello?" not in ran.out


def test_an_empty_line_is_silence_in_a_spoken_call_only(flask: Flasks) -> None:
    """Typing has no silence."""
    spoken = flask("chat", "--demo", "--spoken", stdin=said("headphones from amazon", "", "/quit"))
    typed = flask("chat", "--demo", stdin=said("headphones from amazon", "", "/quit"))

    assert spoken.out.count("order number?") == typed.out.count("order number?") + 1
