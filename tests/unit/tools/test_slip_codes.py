"""The codes on the slip, read back by a reader that did not draw them."""

from __future__ import annotations

import zxingcpp
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from returnflow.retail.rma import new_rma
from returnflow.tools.slip_codes import barcode_svg, bars, qr_matrix, qr_svg

NUMBERS = st.integers(10_000_000, 99_999_999).map(lambda body: new_rma(lambda low, high: body))
SCALE = 6


def decoded(image: Image.Image) -> list[tuple[str, str]]:
    """What a code reader finds: (format, text)."""
    return [(code.format.name, code.text) for code in zxingcpp.read_barcodes(image)]


@given(rma=NUMBERS)
def test_the_qr_reads_back_with_its_prefix(rma: str) -> None:
    """Every number comes back as RF1:<number>, with the quiet zone that is drawn."""
    rows = qr_matrix(rma)
    image = Image.new("L", (len(rows), len(rows)), 255)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            image.putpixel((x, y), 0 if dark else 255)

    assert decoded(image.resize((len(rows) * SCALE, len(rows) * SCALE), Image.Resampling.NEAREST)) == [("QRCode", f"RF1:{rma}")]


@given(rma=NUMBERS)
@example(rma="990000001")
def test_the_bar_code_reads_back(rma: str) -> None:
    """Every number comes back from its Code 128, also one that starts with 99, the code for "set C"."""
    modules = f"{'0' * 10}{bars(rma)}{'0' * 10}"
    image = Image.new("L", (len(modules) * 3, 60), 255)
    draw = ImageDraw.Draw(image)
    for position, dark in enumerate(modules):
        if dark == "1":
            draw.rectangle((position * 3, 0, position * 3 + 2, 60), fill=0)

    assert decoded(image) == [("Code128", rma)]


def test_the_svgs_have_a_name_and_no_style() -> None:
    """A screen reader says what they are, and a strict content policy lets them through."""
    for svg in (qr_svg("482913077"), barcode_svg("482913077")):
        assert 'role="img"' in svg
        assert "return number 4 8 2 9 1 3 0 7 7" in svg
        assert "style" not in svg
