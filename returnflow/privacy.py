"""Keeping personal data and secrets where they belong: keys per purpose, sealing at rest, keyed digests, masking, redaction.

Knows nothing of orders, sessions or logs; the rooms above say what is personal, this file says what is left of it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_SALT: Final = b"returnflow.v1"
_VERSION: Final = b"\x01"
_NONCE: Final = 12
_TAG: Final = 16


class SealBroken(Exception):
    """Sealed bytes do not open: sealed with a key we do not have (see SECRET_KEY_FALLBACKS), for another place, or altered."""


def derive_key(secret: str, purpose: str) -> bytes:
    """32 bytes from one secret, different and unrelated for every purpose (HKDF-SHA256, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=32, salt=_SALT, info=purpose.encode()).derive(secret.encode())


def kept_secret(path: Path) -> str:
    """The secret in this file, made once even when several processes start together; only its owner can read it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.urandom(4).hex()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(os.urandom(32).hex())
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text().strip()


class Sealer:
    """Seals bytes for storage with AES-256-GCM: version byte, random nonce, ciphertext with tag.

    The first key seals; all keys open, so a key can be replaced without losing what it sealed. `binding` names the place
    (a row, a column): what was sealed for one place does not open in another.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise ValueError("a Sealer needs at least one key of 32 bytes")
        self._ciphers = tuple(AESGCM(key) for key in keys)

    def seal(self, plain: bytes, binding: str = "") -> bytes:
        """Sealed bytes, different every time."""
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self._ciphers[0].encrypt(nonce, plain, binding.encode())

    def open(self, sealed: bytes, binding: str = "") -> bytes:
        """What was sealed. Raises SealBroken."""
        if len(sealed) < 1 + _NONCE + _TAG or sealed[:1] != _VERSION:
            raise SealBroken("these bytes were not sealed by this version")
        nonce, body = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(nonce, body, binding.encode())
            except InvalidTag:
                continue
        raise SealBroken("no key opens this; was SECRET_KEY changed without SECRET_KEY_FALLBACKS?")


def digest(key: bytes, *parts: str) -> str:
    """A keyed fingerprint (HMAC-SHA256, hex) of the parts in this order; ("ab", "c") and ("a", "bc") differ."""
    mac = hmac.new(key, digestmod=hashlib.sha256)
    for part in parts:
        data = part.encode()
        mac.update(len(data).to_bytes(8, "big") + data)
    return mac.hexdigest()


def mask_order_number(number: str) -> str:
    """ "…9108": what may be shown and logged of an order number."""
    kept = "".join(letter for letter in number if letter.isalnum())
    return f"…{kept[-4:]}"


def mask_phone(number: str) -> str:
    """ "•••-•••-0188"."""
    digits = "".join(letter for letter in number if letter.isdigit())
    return f"•••-•••-{digits[-4:]}" if len(digits) >= 7 else "•••"


def mask_email(address: str) -> str:
    """ "j•••@g•••"."""
    name, at, host = address.strip().partition("@")
    return f"{name[:1]}•••@{host[:1]}•••" if at else "•••"


_KEEP: Final = (
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?"  # ISO dates and times
    r"|(?:1[0-2]|0?[1-9])(?P<slash>[/.-])(?:3[01]|[12]\d|0?[1-9])(?P=slash)(?:\d\d)?\d\d"  # 11/21/2026
    r"|\$ ?\d[\d,]*(?:\.\d\d)?"  # $1,234.50
    r"|\d{1,6}\.\d\d"  # 64.94
)
_EMAIL: Final = r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+"
_RUN: Final = r"\+?\(?(?:[A-Za-z]\d\d-(?=\d{7}-\d{7}))?\d(?:[ .()\-–—]{0,3}\d)*"
_LEFT, _RIGHT = r"(?:(?<!\w)|(?<=[A-Za-z]{3}))", r"(?:(?!\w)|(?=[A-Za-z]{3}))"
"""A number stands alone or is glued to a word ("zip04101"); digits inside an id such as "9f04101c" are not a number."""
_FINDS: Final = re.compile(rf"(?P<email>{_EMAIL})|(?<![\w.-])(?P<keep>{_KEEP})(?![\w]|[.\-]\d| ?-?\d)|{_LEFT}(?P<run>{_RUN}){_RIGHT}")
_CHUNK: Final = re.compile(r"\S+")

_CARDS: Final = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|(?:6011|64[4-9]\d|65\d\d)\d{12,15}"  # Discover
    r"|(?:30[0-5]\d|3095|36\d\d|3[89]\d\d)\d{10,15}"  # Diners Club
    r"|35(?:2[89]|[3-8]\d)\d{12,15}"  # JCB
    r"|62\d{14,17}"  # UnionPay
    r"|(?:50[0-9]{2}|5[6-8]\d\d|6[37]\d\d)\d{9,15}"  # Maestro
)


def redact(text: str, personal: Sequence[str] = ()) -> str:
    """The text without personal data, fit to be stored and read by staff.

    `personal` are the exact substrings that the reader found; beyond them patterns find payment cards, e-mail addresses,
    telephone numbers, ZIP codes and other long numbers. Order numbers keep their last four; return and case numbers
    (nine digits), amounts and dates survive.
    """
    for part in sorted({each for each in personal if each.strip()}, key=len, reverse=True):
        text = _whole(part).sub(_marker_of(part), text)
    return _FINDS.sub(_replace, text)


def _whole(part: str) -> re.Pattern[str]:
    """Short parts only as words of their own: "Al" is not in "also"."""
    escaped = re.escape(part)
    return re.compile(rf"(?<!\w){escaped}(?!\w)" if len(part) < 4 else escaped, re.IGNORECASE)


def _marker_of(part: str) -> str:
    by_pattern = _FINDS.sub(_replace, part)
    if by_pattern != part and ("@" in part or not any(letter.isalpha() for letter in part)):
        return by_pattern
    return "[number]" if any(letter.isdigit() for letter in part) else "[personal]"


def _replace(match: re.Match[str]) -> str:
    if match["email"]:
        return "[email]"
    if match["keep"]:
        return match["keep"]
    return _redact_run(match["run"])


def _redact_run(run: str) -> str:
    """A run of digits with spaces and dashes between: one number, or several next to each other."""
    if run.startswith("(") and ")" not in run:
        return "(" + _redact_run(run[1:])
    digits, groups = _digits(run), [len(group) for group in re.findall(r"\d+", run)]
    if (marker := _as_one_number(run, digits, groups)) is not None:
        return marker
    if " " in run:
        return _CHUNK.sub(lambda chunk: _redact_run(chunk[0]), run)
    return run if len(digits) < 5 or groups in ([9], [3, 3, 3]) else "[number]"


def _as_one_number(run: str, digits: str, groups: list[int]) -> str | None:
    """The marker when the whole run is one number, None when it has to be looked at piece by piece."""
    spelled = len(groups) > 1 and max(groups) <= 2 and len(digits) >= 5
    if groups[-3:] == [3, 7, 7] or (groups[-2:] == [7, 7] and run[:1].isalpha()):
        return mask_order_number(digits)
    if 13 <= len(digits) <= 19 and _CARDS.fullmatch(digits) and _luhn(digits):
        return "[card number]"
    if groups in ([3, 3, 4], [1, 3, 3, 4], [3, 4], [10]) or (groups == [11] and digits.startswith("1")) or run.startswith("+"):
        return "[phone]"
    if len(digits) in (15, 17) or (12 <= len(digits) <= 17 and (len(groups) == 1 or spelled)):
        return mask_order_number(digits)
    if spelled and len(digits) != 9:
        return "[number]"
    return None


def _digits(run: str) -> str:
    return "".join(letter for letter in run if letter.isdigit())


def _luhn(digits: str) -> bool:
    total = 0
    for place, letter in enumerate(reversed(digits)):
        value = int(letter) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


_SECRET_KEYS: Final = frozenset(
    {"token", "authorization", "secret", "secret_key", "password", "passwd", "cookie", "set_cookie", "api_key", "api_secret", "signature"}
    | {"bearer", "dsn", "database_url", "redis_url", "credential", "credentials", "private_key"}
)
_PERSONAL_KEYS: Final = frozenset(
    {"zip", "zip_code", "postcode", "last_name", "first_name", "full_name", "customer_name", "email", "phone", "caller_phone", "address"}
    | {"text", "contact", "comment", "said", "heard", "alternatives", "utterance", "query", "content", "private", "remote_addr"}
)
_ID_KEYS: Final = frozenset({"id", "reference", "rma", "definitions", "checksum", "timestamp", "at", "logger", "level", "version"})
_DEEPEST: Final = 8


def redact_mapping(event: Mapping[str, Any]) -> dict[str, Any]:
    """The same mapping fit for a log: secret and personal keys masked at any depth, other strings passed through `redact`.

    Ids (`…_id`, `reference`, `rma`, …) stay as they are, so that log lines can be found; order numbers keep their last four.
    """
    return {key: _redact_value(key, value, 0) for key, value in event.items()}


def _redact_value(key: str, value: Any, depth: int) -> Any:
    name = re.sub(r"[^a-z0-9]+", "_", key.lower()).strip("_")
    if value is None or isinstance(value, bool):
        return value
    if _ends_with(name, _SECRET_KEYS):
        return "[secret]"
    if _ends_with(name, _PERSONAL_KEYS) or depth > _DEEPEST:
        return "[personal]"
    if _ends_with(name, frozenset({"order_number"})):
        return mask_order_number(str(value))
    if isinstance(value, Mapping):
        return {str(inner): _redact_value(str(inner), each, depth + 1) for inner, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redact_value(key, each, depth + 1) for each in value]
    if isinstance(value, int | float) or _ends_with(name, _ID_KEYS):
        return value
    return redact(value if isinstance(value, str) else str(value))


def _ends_with(name: str, keys: frozenset[str]) -> bool:
    """Whether the name is one of the keys, alone or as the end of a longer name: "staff_token", "x_authorization"."""
    parts = name.split("_")
    return any("_".join(parts[start:]) in keys for start in range(len(parts)))
