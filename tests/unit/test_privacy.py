"""Keys, seals, digests, masks and redaction."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnflow.privacy import (
    SealBroken,
    Sealer,
    derive_key,
    digest,
    mask_email,
    mask_order_number,
    mask_phone,
    redact,
    redact_cards,
    redact_mapping,
)

KEY, OTHER = b"k" * 32, b"o" * 32


class TestKeys:
    """`derive_key` and `digest`."""

    def test_each_purpose_has_a_key_of_its_own(self) -> None:
        """32 bytes, the same every time, different for another purpose or secret."""
        keys = {derive_key(secret, purpose) for secret in ("a", "b") for purpose in ("seal", "slip")}

        assert len(keys) == 4
        assert {len(key) for key in keys} == {32}
        assert derive_key("a", "seal") in keys

    def test_the_derivation_never_changes(self) -> None:
        """A known value: another one would close everything that is sealed out there."""
        assert derive_key("secret", "seal").hex() == "f346860ba9da6c2e3ce012314322698acc89a7dec125831f1619a5a78bcb09ac"

    def test_parts_of_a_digest_do_not_run_together(self) -> None:
        """Where one part ends matters, and so does the key."""
        made = {digest(KEY, "ab", "c"), digest(KEY, "a", "bc"), digest(KEY, "abc"), digest(OTHER, "ab", "c")}

        assert len(made) == 4
        assert digest(KEY, "ab", "c") in made
        assert all(len(each) == 64 for each in made)


class TestSealer:
    """AES-GCM at rest."""

    @given(plain=st.binary(max_size=200), binding=st.text(max_size=20))
    def test_what_is_sealed_opens_again(self, plain: bytes, binding: str) -> None:
        """Whatever it is; twice the same looks different."""
        sealer = Sealer([KEY])
        sealed = sealer.seal(plain, binding)

        assert sealer.open(sealed, binding) == plain
        assert sealer.seal(plain, binding) != sealed

    @given(place=st.integers(0, 40), bit=st.integers(0, 7))
    def test_any_flipped_bit_breaks_the_seal(self, place: int, bit: int) -> None:
        """Version, nonce, text or tag."""
        sealed = bytearray(Sealer([KEY]).seal(b"04101, Reyes"))
        sealed[place] ^= 1 << bit

        with pytest.raises(SealBroken):
            Sealer([KEY]).open(bytes(sealed))

    def test_a_replaced_key_still_opens(self) -> None:
        """The first key seals, the others open."""
        old = Sealer([OTHER]).seal(b"x", "row 1")
        both = Sealer([KEY, OTHER])

        assert both.open(old, "row 1") == b"x"
        assert Sealer([KEY]).open(both.seal(b"y")) == b"y"

    @pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x02" + b"0" * 40, b"\x01" + b"0" * 40])
    def test_garbage_does_not_open(self, sealed: bytes) -> None:
        """Short, of another version or made up."""
        with pytest.raises(SealBroken):
            Sealer([KEY]).open(sealed)

    def test_another_place_does_not_open(self) -> None:
        """A sealed value copied into another row stays closed."""
        with pytest.raises(SealBroken):
            Sealer([KEY]).open(Sealer([KEY]).seal(b"x", "row 1"), "row 2")

    def test_a_key_is_needed(self) -> None:
        """An empty list would seal nothing."""
        with pytest.raises(ValueError, match="at least one key"):
            Sealer([])


class TestMasks:
    """What may be shown."""

    @pytest.mark.parametrize("number", ["114-7781203-5569108", "11477812035569108", "…9108"])
    def test_an_order_number_keeps_four(self, number: str) -> None:
        """However it is written, also when it is masked already."""
        assert mask_order_number(number) == "…9108"

    @pytest.mark.parametrize(
        "number, expected", [("+1 (207) 555-0188", "•••-•••-0188"), ("2075550188", "•••-•••-0188"), ("0188", "•••"), ("", "•••")]
    )
    def test_a_phone_keeps_four(self, number: str, expected: str) -> None:
        """Unless that would be nearly all of it."""
        assert mask_phone(number) == expected

    @pytest.mark.parametrize(
        "address, expected", [("jane@gmail.com", "j•••@g•••"), (" x@y ", "x•••@y•••"), ("jane", "•••"), ("@", "•••@•••")]
    )
    def test_an_email_keeps_two_letters(self, address: str, expected: str) -> None:
        """One on each side."""
        assert mask_email(address) == expected


REDACTED = [
    ("my card is 4111 1111 1111 1111 thanks", "my card is [card number] thanks"),
    ("4111-1111-1111-1111", "[card number]"),
    ("5555555555554444 and 378282246310005", "[card number] and [card number]"),
    ("card4111111111111111", "card[card number]"),
    ("order 114-7781203-5569108 please", "order …9108 please"),
    ("11477812035569108", "…9108"),
    ("D01-7781203-5569108", "…9108"),
    ("2000123-45678901", "…8901"),
    ("1 1 4 7 7 8 1 2 0 3 5 5 6 9 1 0 8", "…9108"),
    ("jane.doe+x@gmail.com wrote", "[email] wrote"),
    ("(207) 555-0188, 207.555.0188 or +1 207 555 0188", "[phone], [phone] or [phone]"),
    ("2075550188", "[phone]"),
    ("555-0188", "[phone]"),
    ("zip 04101, also 04101-1234", "zip [number], also [number]"),
    ("zip04101 and 04101Reyes", "zip[number] and [number]Reyes"),
    ("0 4 1 0 1", "[number]"),
    ("04101/Reyes", "[number]/Reyes"),
    ("my number is 123-45-6789", "my number is [number]"),
    ("1234567890123456789", "[number]"),
    ("4111_1111_1111_1111", "[card number]"),
    ("4111 1111 and then 1111 1111", "[card number]"),
    ("411111/1111111111 or 3782,822463,10005", "[card number] or [card number]"),
    ("4.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1", "[card number]"),
    ("page 1234 4111 1111 1111 1111 123", "page 1234 [card number] [number]"),
    ("my cvv is 123, ok", "my cvv is [number], ok"),
    ("CVC: 9876", "CVC: [number]"),
    ("the security code on the card is 1 2 3", "the security code on the card is [number]"),
    ("security code one two three", "security code [number]"),
    ("123 is the cvv", "[number] is the cvv"),
    ("my birthday is March 3rd, 1985 thanks", "my birthday is [date] thanks"),
    ("born on 03/14/1985", "born on [date]"),
    ("born in 1985", "born in [date]"),
    ("born the 3rd of March 1985", "born the [date]"),
    ("born March third nineteen eighty five", "born [date]"),
    ("date of birth: 1985-03-14", "date of birth: [date]"),
    ("at 12 Elm Street", "at [address]"),
    ("send it to 12 elm street please", "send it to [address] please"),
    ("48 Dock Road Apt 4", "[address]"),
    ("48 Dock Road, Apt. 4B, Portland, ME 04101", "[address] [number]"),
    ("221B Baker St, 5 Kings Way, PO Box 123", "[address], [address], [address]"),
    ("Dr. Angela Merkowitz-Smythe wrote, Mrs. O'Brien too", "Dr. [personal] wrote, Mrs. [personal] too"),
    ("my son Timothy Brandt has it", "my son [personal] has it"),
    ("my older sister's name is Zoë", "my older sister's name is [personal]"),
    ("my wife, Anna, and her son Ben", "my wife, [personal], and her son [personal]"),
    ("for Maria Gonzalez at 12 Elm Street", "for [personal] at [address]"),
    ("it is for Maria Gonzalez at", "it is for [personal] at"),
]
KEPT = [
    "return 482 913 077 or 482913077",
    "case 609-148-251",
    "4 8 2, 9 1 3, 0 7 7",
    "$64.94, $1,234.50, 64.94 and $ 5",
    "$12345",
    "by 2026-11-29, on 11/21/2026 or 11-21-26",
    "at 2026-11-21T23:14:05Z",
    "November 21 2026, 2 of 10",
    "within 30 days, 3 to 5 business days",
    "RF-7K2Q 9f04101c",
    "…9108",
    "",
    "return 482913077, 64.94, 2026-11-29",
    "return 482 913 077: Maple Street e-mails you a label",
    "On November 21 Maple Street sent it; I bought 2 at Maple Street",
    "a refund for Maple Street at the counter",
    "it was a birthday gift, delivered November 3",
    "it arrived on November 3, 2026, for my birthday present",
    "born in Maine",
    "Brass table lamp, Trail running shoes, size 10, 14 inch laptop",
    "money for Aria Headphones at $59.99, for Brass Lamp at Walmart",
    "Dr. Martens boots, Mr. Coffee machine",
    "my wife I think, my husband Amazon, my son. The lamp broke",
    "my son opened the Nova smartphone, 64 GB",
    "1 hard drive, 3 black court shoes, 2 days by road",
    "the security code did not work, the security camera does 1080p",
]
STAFF_WRITE = "Call 207-555-0100 or mail help@maple.example. 1Z999AA10123456784, 9400111899223100001234, 9400 1118 9922 3100 0012 34."


class TestRedact:
    """Text fit to be stored."""

    @pytest.mark.parametrize("text, expected", REDACTED)
    def test_personal_numbers_go(self, text: str, expected: str) -> None:
        """Cards, addresses, telephones, ZIP codes, long numbers; an order number keeps four."""
        assert redact(text) == expected

    @pytest.mark.parametrize("text", KEPT)
    def test_what_staff_need_stays(self, text: str) -> None:
        """Return and case numbers, amounts, dates."""
        assert redact(text) == text

    @pytest.mark.parametrize("text", [expected for _, expected in REDACTED])
    def test_redacting_twice_is_redacting_once(self, text: str) -> None:
        """Markers are not redacted."""
        assert redact(text) == text

    def test_what_the_reader_found_goes(self) -> None:
        """Exact parts, longest first, however they are cased; short ones only as words of their own."""
        said = "I'm Al Garcia-Lopez, also garcia-lopez, one one four seven, 04101"

        assert redact(said, ["Al", "Garcia-Lopez", "Garcia", "one one four seven", "04101"]) == (
            "I'm [personal] [personal], also [personal], [personal], [number]"
        )

    @pytest.mark.parametrize(
        "part, marker",
        [
            ("114-7781203-5569108", "…9108"),
            ("jane@x.com", "[email]"),
            ("04101 Reyes", "[number]"),
            ("12", "[number]"),
            ("Reyes", "[personal]"),
        ],
    )
    def test_a_found_part_gets_the_marker_of_its_kind(self, part: str, marker: str) -> None:
        """By pattern where one fits."""
        assert redact(f"it is {part}!", [part, " "]) == f"it is {marker}!"

    @given(before=st.text("abc ,.?", max_size=8), zip_code=st.from_regex(r"[0-9]{5}", fullmatch=True), after=st.text("abc ,?", max_size=8))
    def test_no_zip_gets_through(self, before: str, zip_code: str, after: str) -> None:
        """Whatever stands around it."""
        assert zip_code not in redact(f"{before} {zip_code} {after}")

    @given(
        body=st.from_regex(r"4[0-9]{14}", fullmatch=True),
        gap=st.sampled_from(["", " ", "-", "_", "/", ",", ":", ".", " and ", " - "]),
        around=st.sampled_from([("", ""), ("card ", "."), ("visa:", ", ok"), ("(", ")")]),
    )
    def test_no_card_gets_through(self, body: str, gap: str, around: tuple[str, str]) -> None:
        """Grouped or not, whatever stands around it; not even its last four stay."""
        number = body + _check_digit(body)
        written = gap.join(number[start : start + 4] for start in range(0, 16, 4))

        assert redact(f"{around[0]}{written}{around[1]}") == f"{around[0]}[card number]{around[1]}"

    @given(
        body=st.from_regex(r"4[0-9]{14}", fullmatch=True),
        gap=st.sampled_from(["", " ", "-", "_"]),
        size=st.integers(1, 16),
        around=st.sampled_from(["{}", "{} 123", "card{}x", "{}, 12/27"]),
    )
    def test_staff_cannot_send_a_card(self, body: str, gap: str, size: int, around: str) -> None:
        """Not even by mistake, in groups of whatever size."""
        number = body + _check_digit(body)
        groups = gap.join(number[start : start + size] for start in range(0, 16, size))
        sent = redact_cards(around.format(groups))

        assert sent == around.format("[card number]") or size > 8 or 16 % size

    def test_staff_may_write_numbers_and_addresses_of_the_shop(self) -> None:
        """Telephone, e-mail and tracking numbers are why they write."""
        assert redact_cards(STAFF_WRITE) == STAFF_WRITE
        assert all(redact_cards(text) == text for text in KEPT)

    @given(st.text(max_size=60))
    def test_any_text_can_be_redacted(self, text: str) -> None:
        """It never raises, and a second time changes nothing."""
        assert redact(redact(text)) == redact(text)


class TestRedactMapping:
    """Log events."""

    def test_keys_decide(self) -> None:
        """Secrets and personal values go by their key, ids stay, the rest is redacted as text."""
        event: dict[str, Any] = {
            "event": "turn answered for 04101",
            "Authorization": "Bearer abc",
            "staff_token": "t",
            "X-Api-Key": "k",
            "order_number": "11477812035569108",
            "customer": {"last_name": "Reyes", "zip": 4101, "phones": ["2075550188"]},
            "session_id": "12345678-abc",
            "rma": "482913077",
            "took_ms": 12345.6,
            "status": 200,
            "ok": True,
            "text": None,
            "error": ValueError("jane@x.com"),
        }

        assert redact_mapping(event) == {
            "event": "turn answered for [number]",
            "Authorization": "[secret]",
            "staff_token": "[secret]",
            "X-Api-Key": "[secret]",
            "order_number": "…9108",
            "customer": {"last_name": "[personal]", "zip": "[personal]", "phones": ["[phone]"]},
            "session_id": "12345678-abc",
            "rma": "482913077",
            "took_ms": 12345.6,
            "status": 200,
            "ok": True,
            "text": None,
            "error": "[email]",
        }

    def test_what_is_nested_without_end_is_cut(self) -> None:
        """A log line never fails."""
        endless: dict[str, Any] = {}
        endless["again"] = endless

        assert "[personal]" in str(redact_mapping(endless))


def _check_digit(body: str) -> str:
    """The Luhn digit of a card number, by doubling from the right."""
    doubled = [int(letter) * (2 if place % 2 == 0 else 1) for place, letter in enumerate(reversed(body))]
    return str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)
