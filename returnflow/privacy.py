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
_BETWEEN: Final = r"(?:[\W_]{1,3}(?:(?:and|then|next|um|uh|dash|space|comma|dot|slash|after|that)[\W_]{1,3}){0,3})"
_WRITTEN_CARDS: Final = (
    re.compile(rf"(?<!\d)\d{{4}}(?:{_BETWEEN}\d{{4}}){{3}}(?:{_BETWEEN}\d{{1,3}})?(?!\d)"),  # 4-4-4-4, a breath between
    re.compile(rf"(?<!\d)\d{{4}}(?:{_BETWEEN}\d{{4}}){{3}}(?!\d)"),  # the same with another number after it
    re.compile(rf"(?<!\d)\d{{4}}{_BETWEEN}\d{{6}}{_BETWEEN}\d{{4,5}}(?!\d)"),  # Amex, Diners Club
    re.compile(r"(?<!\d)\d{2,17}(?P<gap>[^\w\s]|[_ ])\d{2,17}(?:(?P=gap)\d{2,17})*(?!\d)"),  # any groups, one separator
    re.compile(r"(?<!\d)\d(?:[\W_]{1,3}\d){13,18}(?!\d)"),  # one by one
    re.compile(r"(?<!\d)\d{13,19}(?!\d)"),
)
_AFTER_CARD: Final = re.compile(r"(\[card number\][ ,;]{1,2})\d{3,4}(?![\w%]|[.,/-]\d| ?[$%])")

_SPOKEN: Final = r"(?:zero|oh|o|one|two|three|four|five|six|seven|eight|nine)"
_SECURITY: Final = r"(?:cvv2?|cvc2?|cv2|csc|(?:security|verification) (?:code|number)|(?:three|four|3|4)[ -]digit (?:code|number))"
_CODE: Final = rf"(?:\d(?:[ -]?\d){{2,3}}(?!\d)|{_SPOKEN}(?:[ ,-]+{_SPOKEN}){{2,3}}\b)"
_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_ORDINAL: Final = (
    r"(?:\d{1,2}(?:st|nd|rd|th)?|(?:twenty|thirty)[ -](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)"
    r"|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|[a-z]+teenth|twentieth|thirtieth)"
)
_YEAR: Final = r"(?:(?:19|20)\d\d|'\d\d|nineteen(?:[ -][a-z]+ty(?:[ -][a-z]+)?|[ -][a-z]+teen)|two thousand(?: and)? [a-z]+)"
_BORN: Final = (
    rf"(?:\d{{4}}[/. -]\d{{1,2}}[/. -]\d{{1,2}}|\d{{1,2}}[/. -]\d{{1,2}}[/. -]\d{{2,4}}|\d{{1,2}}/\d{{1,2}}"
    rf"|{_MONTH}\.?(?: (?:the )?{_ORDINAL}\b)?(?:,? (?:of )?{_YEAR})?"
    rf"|(?:the )?{_ORDINAL} (?:of )?{_MONTH}\b\.?(?:,? {_YEAR})?|{_YEAR})(?!\w)"
)
_LINK: Final = r"(?:\W{0,3}\b(?:is|was|are|it's|its|number|code|on|in|the|my|of|for|card|date|year)\b)*\W{1,3}"

_NO_MONTH: Final = r"(?<!uary )(?<!arch )(?<!pril )(?<!May )(?<!June )(?<!July )(?<!ugust )(?<!mber )(?<!ober )"
_ROAD: Final = r"(?:street|str?|avenue|ave|road|rd|boulevard|blvd|lane|ln|highway|hwy|parkway|pkwy)"
_ROAD_NAMED: Final = r"(?:Drive|Dr|Court|Ct|Place|Pl|Way|Terrace|Ter|Circle|Cir|Square|Sq|Trail|Trl|Crescent|Close|Row|Loop|Alley|Plaza)"
_NO_ROAD: Final = r"(?!(?:on|at|in|by|of|off|from|to|for|and|or|the|a|my|your|per|down|across|days?|weeks?|hours?|miles?|hard|hd|flash)\b)"
_FLAT: Final = r"(?:,? ?(?:apt|apartment|unit|suite|ste|room|floor|fl)\b\.? ?#?[\w-]{1,6}|,? ?# ?[\w-]{1,6})?"
_TOWN: Final = r"(?:, ?[A-Z][a-z]+(?: [A-Z][a-z]+)?, ?[A-Z]{2}\b)?"
_HOUSE: Final = rf"(?<![\w$.,/-])(?<!\d[ -]){_NO_MONTH}\d{{1,5}}[A-Da-d]? "
_ADDRESS: Final = re.compile(
    rf"{_HOUSE}(?:(?i:(?:{_NO_ROAD}[^\W\d_][\w'’.-]* ){{1,2}}{_ROAD}\b)|(?:[NSEW]\.? |(?:North|South|East|West) )?"
    rf"(?:(?i:{_NO_ROAD})[A-Z][\w'’.-]* ){{1,3}}(?:(?i:{_ROAD})|{_ROAD_NAMED})\b)(?i:{_FLAT}){_TOWN}"
    r"|(?i:\bp\.? ?o\.? box \d+)"
)

_NAME: Final = r"[A-ZÀ-ÖØ-Þ](?:[^\W\d_]+|(?=['’]))(?:[-'’][A-ZÀ-ÖØ-Þ][^\W\d_]+)*"
_NO_NAME: Final = (
    r"(?!(?:I|I'm|I’m|The|This|That|It|And|But|She|He|They|We|You|My|Our|Please|Yes|No|Thanks|Amazon|Walmart|Kindle|Apple"
    r"|January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b)"
)
_FULL_NAME: Final = rf"{_NO_NAME}(?:{_NAME})(?: (?:[A-Z]\. )?{_NO_NAME}{_NAME}){{0,2}}"
_TITLE: Final = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Doctor|Madam|Sir)\.? "
_NO_BRAND: Final = r"(?!(?:Martens?|Scholl|Pepper|Bronner|Seuss|Dre|Coffee|Clean|Potato|Beast|Meyer['’]?s|Brown['’]s|Jart|Oetker|Robot)\b)"
"""Things are sold under these: "Dr. Martens boots" is what goes back, not who sends it."""
_RELATION: Final = (
    r"(?:[Mm]y|[Oo]ur|[Hh]is|[Hh]er|[Tt]heir) (?:[a-z]+[ -])?(?:son|daughter|wife|husband|partner|spouse|mother|mom|mum|father|dad|brother"
    r"|sister|child|kid|baby|aunt|uncle|cousin|niece|nephew|grand(?:son|daughter|mother|father|ma|pa)|fianc[eé]e?|friend|girlfriend|boyfriend"
    r"|neighbou?r|roommate|colleague|coworker|boss|assistant)(?:'s name is|’s name is|,? (?:is |was )?(?:named|called))?,? "
)
_AT_HOME: Final = r"(?= at(?: \[| home\b| work\b| (?:the|my|this|our|her|his) (?:house|address|office|number)\b|\W?\Z))"
_SAID: Final = (
    (re.compile(rf"(\b{_SECURITY}\b(?:{_LINK})){_CODE}", re.IGNORECASE), r"\1[number]"),
    (re.compile(rf"\b{_CODE}( (?:is|as) (?:the|my) (?:card )?{_SECURITY}\b)", re.IGNORECASE), r"[number]\1"),
    (re.compile(rf"(\b(?:birth ?day|birth ?date|date of birth|d\.?o\.?b|born)\b(?:{_LINK})){_BORN}", re.IGNORECASE), r"\1[date]"),
    (_ADDRESS, "[address]"),
)
_NAMED: Final = (
    (re.compile(rf"(\b{_TITLE}){_NO_BRAND}{_FULL_NAME}"), r"\1[personal]"),
    (re.compile(rf"(\b{_RELATION}){_FULL_NAME}"), r"\1[personal]"),
    (re.compile(rf"(?<=[Ff]or ){_FULL_NAME}{_AT_HOME}"), "[personal]"),
)


def redact(text: str, personal: Sequence[str] = ()) -> str:
    """The text without personal data, fit to be stored and read by staff.

    `personal` are the exact substrings that the reader found; beyond them patterns find payment cards and their security codes,
    e-mail and street addresses, telephone numbers, dates of birth, names after a title or a relation, ZIP codes and other long
    numbers. Order numbers keep their last four; return and case numbers (nine digits), amounts and other dates survive.
    """
    text = redact_cards(text)
    for pattern, marker in _SAID:
        text = pattern.sub(marker, text)
    for part in sorted({each for each in personal if each.strip()}, key=len, reverse=True):
        text = _whole(part).sub(_marker_of(part), text)
    text = _AFTER_CARD.sub(r"\1[number]", _FINDS.sub(_replace, text))
    for pattern, marker in _NAMED:
        text = pattern.sub(marker, text)
    return text


def redact_cards(text: str) -> str:
    """The text without payment card numbers, however they are grouped. What staff write to customers keeps everything else."""
    for pattern in _WRITTEN_CARDS:
        place = 0
        while match := pattern.search(text, place):
            place = match.start() + 1
            if _is_written_card(match[0]):
                text = f"{text[: match.start()]}[card number]{text[match.end() :]}"
    return text


def _is_written_card(found: str) -> bool:
    """An order number is none, and neither are thirteen digits in groups: they are a return number and something else."""
    groups = [len(group) for group in re.findall(r"\d+", found)]
    return groups[-2:] != [7, 7] and (sum(groups) != 13 or len(groups) == 1) and _is_card(_digits(found))


def _is_card(digits: str) -> bool:
    return 13 <= len(digits) <= 19 and _CARDS.fullmatch(digits) is not None and _luhn(digits)


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
    if _is_card(digits):
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
