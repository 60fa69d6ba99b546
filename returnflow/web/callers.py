"""Who calls, as a keyed digest: a signed cookie and the address's network, so that a shared address is not one caller.

Clients without our cookie are one caller a network: else each conversation of a program that keeps no cookies would be somebody new.
The number of conversations that an address may start bounds who collects cookies.
"""

from __future__ import annotations

import hmac
import secrets
from ipaddress import ip_address, ip_network

from flask import Request, Response

from returnflow.privacy import digest

COOKIE = "rf_caller"
_YEAR = 365 * 86_400
_SIGNATURE = 32
_FOUR, _SIX = 24, 48
"""How much of an IPv4 and an IPv6 address counts."""


class Callers:
    """Gives out cookies and recognises them. `secure` cookies travel over https only."""

    def __init__(self, key: bytes, *, secure: bool) -> None:
        self._key = key
        self._secure = secure

    def digest(self, request: Request, session_id: str) -> str:
        """The caller of this request, as 64 hex digits from which neither cookie nor address can be read.

        The conversation stands in only where the server is told no address: everybody would be one caller there.
        """
        network = network_of(request.remote_addr)
        known = self._known(request) or ("" if network else session_id)
        return digest(self._key, "caller", known, network)

    def remember(self, request: Request, response: Response) -> None:
        """Give a cookie to a caller that has none."""
        if self._known(request) is None:
            fresh = secrets.token_urlsafe(16)
            value = f"{fresh}.{self._sign(fresh)}"
            response.set_cookie(COOKIE, value, max_age=_YEAR, path="/api", secure=self._secure, httponly=True, samesite="Lax")

    def _known(self, request: Request) -> str | None:
        name, _, signature = request.cookies.get(COOKIE, "").partition(".")
        return name if name and hmac.compare_digest(signature.encode(), self._sign(name).encode()) else None

    def _sign(self, name: str) -> str:
        return digest(self._key, "cookie", name)[:_SIGNATURE]


def network_of(address: str | None) -> str:
    """The network that an address belongs to: /24 or /48. An address that cannot be read is its own."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return address or ""
    return str(ip_network((parsed, _FOUR if parsed.version == 4 else _SIX), strict=False))
