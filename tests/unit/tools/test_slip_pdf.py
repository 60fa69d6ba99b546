"""The PDF as a printer, a reader and a scanner see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from returnflow.tools.slip import SlipLine, SlipView
from returnflow.tools.slip_pdf import slip_pdf

SLIP = SlipView(
    rma="517302645",
    about=("Walmart order ending 8412",),
    lines=(SlipLine("Brass table lamp", 1, "Reason: arrived damaged"), SlipLine("Blue pillow", 2, "Reason: wrong item")),
    return_by=date(2026, 12, 2),
    send_label="Send it by",
    send_by="Wednesday, December 2",
    steps=(
        "Pack the items above with everything that came along.",
        "Maple Street e-mails you a postage label by Monday, November 23 at noon. Put the slip inside the box.",
        "Stick that postage label on the outside of the box. This slip is not one.",
    ),
    return_address=("Maple Street Returns", "48 Dock Road", "Portland, OR 97209"),
    contact="returns@maplestreet.example",
)


def pages(pdf: bytes) -> list[str]:
    """The text of every page, white space as single spaces."""
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def picture(pdf: bytes, dots_per_inch: int) -> Image.Image:
    """The first page as a label printer would print it."""
    page = pypdfium2.PdfDocument(BytesIO(pdf))[0]
    image: Image.Image = page.render(scale=dots_per_inch / 72).to_pil()
    return image


def test_it_is_one_page_of_four_by_six_inches() -> None:
    """It fits the label printer's paper."""
    document = pypdfium2.PdfDocument(BytesIO(slip_pdf(SLIP)))

    assert [page.get_size() for page in document] == [pytest.approx((288, 432))]


def test_its_text_is_text() -> None:
    """A search and a screen reader find every word of the slip."""
    (text,) = pages(slip_pdf(SLIP))

    lines = (f"{line.quantity} × {line.title}" for line in SLIP.lines)
    for words in (SLIP.heading, SLIP.warning, SLIP.shown, *SLIP.about, *lines, SLIP.send_by, *SLIP.steps, *SLIP.return_address):
        assert words in text


@pytest.mark.parametrize("dots_per_inch", [203, 300])
def test_both_codes_scan_as_printed(dots_per_inch: int) -> None:
    """At the resolution of a label printer both codes read back as the return number."""
    found = {code.format.name: code.text for code in zxingcpp.read_barcodes(picture(slip_pdf(SLIP), dots_per_inch))}

    assert found == {"QRCode": "RF1:517302645", "Code128": "517302645"}


def test_many_items_go_on_with_the_number_on_every_page() -> None:
    """Pages that come apart can be told to belong together, and no item is lost."""
    many = replace(
        SLIP, lines=tuple(SlipLine(f"Thing number {number} with quite a long name", 1, "Reason: wrong item") for number in range(25))
    )

    found = pages(slip_pdf(many))

    assert len(found) > 1
    assert all(SLIP.shown in text for text in found)
    assert all(f"Thing number {number} " in " ".join(found) for number in range(25))
    assert SLIP.send_by in found[0]


@pytest.mark.parametrize(
    "title, printed",
    [
        pytest.param("Crème brûlée dish", "Crème brûlée dish", id="latin"),
        pytest.param("Матрёшка, 5 шт", "Матрёшка, 5 шт", id="cyrillic"),
        pytest.param("Łódź mug", "Łódź mug", id="polish"),
        pytest.param("Tea set 手作り blue", "Tea set ? blue", id="without-a-glyph"),
        pytest.param("Lamp 💡", "Lamp ?", id="emoji"),
        pytest.param("Ａ４ paper", "A4 paper", id="full-width"),
    ],
)
def test_titles_of_other_scripts_stay_readable(title: str, printed: str) -> None:
    """On a machine without fonts: what can be drawn is drawn, the rest is one question mark a run."""
    (text,) = pages(slip_pdf(replace(SLIP, lines=(SlipLine(title, 1, "Reason: wrong item"),))))

    assert f"1 × {printed}" in text
