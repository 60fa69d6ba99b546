"""What a return slip says: one view for the page and the PDF. Plainly no shipping label, and nothing personal on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from returnflow.retail import words
from returnflow.retail.days import local_today, zone
from returnflow.retail.model import Return
from returnflow.retail.rma import shown, spoken
from returnflow.retail.rules import KEEP_METHOD, StorePolicy
from returnflow.retail.shop import ReturnShipping, Shop
from returnflow.tools.slip_codes import barcode_svg, qr_svg

HEADING = "RETURN SLIP"
WARNING = "NOT A SHIPPING LABEL, NO POSTAGE"
_LAST_STEP = {
    "prepaid_by_staff": "Stick that postage label on the outside of the box. This slip is not one.",
    "customer_pays": "You pay the postage. Keep the receipt until the money is back.",
    "drop_off": "Hand it in and keep the receipt until the money is back.",
    "store_counter": "Show this slip at the counter.",
    "carrier": "Have the box ready when the carrier comes, and keep the receipt.",
}
_BROUGHT = frozenset({"drop_off", "store_counter"})


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One thing in the box; `reason` in plain words."""

    title: str
    quantity: int
    reason: str


@dataclass(frozen=True, slots=True)
class SlipView:
    """The slip's words. Templates and the PDF only place them."""

    rma: str
    about: tuple[str, ...]
    lines: tuple[SlipLine, ...]
    return_by: date
    send_label: str
    send_by: str
    steps: tuple[str, ...]
    return_address: tuple[str, ...]
    contact: str
    heading: str = HEADING
    warning: str = WARNING

    @property
    def title(self) -> str:
        return f"{self.heading} — {self.warning}"

    @property
    def shown(self) -> str:
        return shown(self.rma)

    @property
    def spoken(self) -> str:
        return spoken(self.rma)

    @property
    def qr_svg(self) -> str:
        return qr_svg(self.rma)

    @property
    def barcode_svg(self) -> str:
        return barcode_svg(self.rma)


def slip_view(stored: Return, *, shop: Shop, policy: StorePolicy, reasons: Mapping[str, str]) -> SlipView:
    """The slip of a stored return. `reasons` says each `Reason` in plain words (the catalogue has them)."""
    way = None if stored.quote.method == KEEP_METHOD else shop.return_shipping.get(stored.store)
    made_on = local_today(stored.created_at, shop.time_zone)
    store = policy.label if policy.label[:1].isupper() else shop.name
    again = ("For an exchange: the same item again",) if stored.kind == "exchange" else ()
    return SlipView(
        rma=stored.rma,
        about=(f"{store} order ending {stored.order_number[-4:]}", *again),
        lines=tuple(SlipLine(line.title, line.quantity, _plain(reasons, line.reason.value)) for line in stored.quote.lines),
        return_by=stored.quote.return_by,
        send_label="Bring it by" if way and way.kind in _BROUGHT else "Send it by",
        send_by=words.day(stored.quote.return_by, made_on),
        steps=_steps(stored, shop, way),
        return_address=_rows(shop.return_address),
        contact=" or ".join(each for each in (shop.contact.email, shop.contact.phone) if each),
    )


def _rows(address: str) -> tuple[str, ...]:
    """An address as it stands on a parcel: its own lines, or one for each part before "city, state ZIP"."""
    rows = [row.strip() for row in address.splitlines() if row.strip()]
    parts = [part.strip() for part in address.split(",")]
    if len(rows) == 1 and len(parts) > 2:
        return (*parts[:-2], ", ".join(parts[-2:]))
    return tuple(rows)


def _plain(reasons: Mapping[str, str], reason: str) -> str:
    text = reasons.get(reason, reason.replace("_", " ").lower())
    return f"Reason: {text}"


def _steps(stored: Return, shop: Shop, way: ReturnShipping | None) -> tuple[str, ...]:
    """How the parcel gets back. The shop's own sentence stands in the middle, its promise as a full date: paper is read later."""
    if stored.quote.method == KEEP_METHOD:
        return ("You keep it. Nothing needs to be sent.",)
    sentence = way.say(shop.name, _by(stored.staff_due_at, shop, stored.created_at)) if way else ""
    pack = "Pack the items above with everything that came along."
    if "slip" not in sentence.lower():
        pack += " Put this slip in the box."
    return tuple(step for step in (pack, sentence, _LAST_STEP[way.kind] if way else "") if step)


def _by(due: datetime | None, shop: Shop, made_at: datetime) -> str:
    if due is None:
        return ""
    there = due.astimezone(zone(shop.time_zone))
    return f"by {words.day(there.date(), local_today(made_at, shop.time_zone))} at {words.clock(there)}"
