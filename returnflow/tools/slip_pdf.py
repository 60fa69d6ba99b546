"""The return slip as a PDF of 4 × 6 inches, for a label printer or a corner of a letter page. Draws; `slip` says what.

Imported where a slip is asked for: fpdf2 and its font library take longer to load than the rest of the house.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from importlib.resources import as_file, files

from fpdf import FPDF
from fpdf.fonts import TTFFont

from returnflow.tools.slip import SlipView
from returnflow.tools.slip_codes import bars, qr_matrix

WIDTH, HEIGHT, MARGIN = 101.6, 152.4, 5.0
"""Millimetres."""
_INNER = WIDTH - 2 * MARGIN
_QR_SIDE = 27.0
_BAR_HEIGHT = 10.0
_PLAIN, _WIDE = "helvetica", "wide"


def slip_pdf(slip: SlipView) -> bytes:
    """The slip as a PDF file. Text stays text, so that a screen reader and a search find it."""
    page = _SlipPage(slip)
    page.add_page()
    _head(page, slip)
    _number_and_codes(page, slip)
    page.labelled(slip.send_label, slip.send_by)
    page.section("In the box")
    for line in slip.lines:
        page.keep_together(8)
        page.say(f"{line.quantity} × {line.title}", size=9.5, style="B")
        page.say(line.reason, size=8.5, indent=3)
        page.ln(0.6)
    page.section("What to do")
    for number, step in enumerate(slip.steps, start=1):
        page.numbered(number, step)
    if slip.return_address:
        page.section("Goes back to", room=len(slip.return_address) * 4.2 + 6)
        for row in slip.return_address:
            page.say(row, size=9)
    if slip.contact:
        page.labelled("Questions", slip.contact, size=9, style="")
    return bytes(page.output())


class _SlipPage(FPDF):
    """A page that breaks by itself, says on the next one what it belongs to, and falls back to a wider font."""

    def __init__(self, slip: SlipView) -> None:
        super().__init__(orientation="portrait", unit="mm", format=(WIDTH, HEIGHT))
        self._slip = slip
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, margin=MARGIN)
        self.set_title(slip.title)
        self.set_lang("en-US")
        self.set_creator("ReturnFlow")

    def header(self) -> None:
        """Pages after the first repeat the number, for the case that they come apart."""
        if self.page_no() > 1:
            self.say(f"{self._slip.heading}, page {self.page_no()}: return number {self._slip.shown}", size=9, style="B")
            self.ln(1.5)

    def say(self, text: str, *, size: float, style: str = "", indent: float = 0.0, width: float = _INNER) -> None:
        """One paragraph from the left margin, wrapped."""
        drawn = self.prepared(text, size, style)
        self.set_x(MARGIN + indent)
        self.multi_cell(width - indent, size * 0.43, drawn, align="L", new_x="LMARGIN", new_y="NEXT")

    def section(self, title: str, room: float = 12.0) -> None:
        """A rule and a small title, on a page that has `room` for what follows."""
        self.rule(room)
        self.say(title, size=8)

    def rule(self, room: float = 8.0) -> None:
        """A line across the page."""
        self.keep_together(room)
        self.ln(0.8)
        self.line(MARGIN, self.get_y(), WIDTH - MARGIN, self.get_y())
        self.ln(1.2)

    def labelled(self, label: str, text: str, *, size: float = 12, style: str = "B") -> None:
        """A rule, a small label and its text on one line."""
        self.rule()
        self.set_font(_PLAIN, "", 8)
        self.set_x(MARGIN)
        self.cell(19, size * 0.43, label)
        drawn = self.prepared(text, size, style)
        self.multi_cell(_INNER - 19, size * 0.43, drawn, align="L", new_x="LMARGIN", new_y="NEXT")

    def numbered(self, number: int, text: str) -> None:
        """A step with its number hanging to the left."""
        self.keep_together(8)
        self.set_font(_PLAIN, "B", 9)
        self.set_x(MARGIN)
        self.cell(5, 3.9, f"{number}.")
        drawn = self.prepared(text, 9, "")
        self.multi_cell(_INNER - 5, 3.9, drawn, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(0.7)

    def keep_together(self, height: float) -> None:
        """Start a new page when this many millimetres do not fit on this one."""
        if self.will_page_break(height):
            self.add_page()

    def prepared(self, text: str, size: float, style: str) -> str:
        """Choose the font for this text and give what it can draw of it."""
        if _is_latin(text):
            self.set_font(_PLAIN, style, size)
            return text
        if _WIDE not in self.fonts:
            # DejaVu Sans Mono comes with python-barcode: Greek, Cyrillic and accents on a machine without fonts.
            with as_file(files("barcode") / "fonts" / "DejaVuSansMono.ttf") as path:
                self.add_font(_WIDE, "", path)
        self.set_font(_WIDE, "", size * 0.88)
        font = self.fonts[_WIDE]
        return _drawable(text, font.cmap if isinstance(font, TTFFont) else ())


def _head(page: _SlipPage, slip: SlipView) -> None:
    """White on black across the page: nobody takes this for postage."""
    page.set_fill_color(0)
    page.set_text_color(255)
    page.set_font(_PLAIN, "B", 17)
    page.cell(_INNER, 9, slip.heading, align="C", fill=True, new_x="LMARGIN", new_y="NEXT")
    page.set_font(_PLAIN, "B", 10.5)
    page.cell(_INNER, 6, slip.warning, align="C", fill=True, new_x="LMARGIN", new_y="NEXT")
    page.set_text_color(0)
    page.ln(2)


def _number_and_codes(page: _SlipPage, slip: SlipView) -> None:
    """Number and order on the left, the QR on the right, the bar code below both."""
    top = page.get_y()
    left = _INNER - _QR_SIDE
    page.ln(2)
    page.say("Return number", size=8.5, width=left)
    page.say(slip.shown, size=25, style="B", width=left)
    page.ln(1)
    for text in slip.about:
        page.say(text, size=9, width=left)
    _draw_qr(page, slip.rma, WIDTH - MARGIN - _QR_SIDE, top)
    page.set_y(max(page.get_y(), top + _QR_SIDE) + 0.5)
    _draw_bars(page, slip.rma)


def _draw_qr(page: _SlipPage, rma: str, left: float, top: float) -> None:
    rows = qr_matrix(rma)
    side = _QR_SIDE / len(rows)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                page.rect(left + x * side, top + y * side, side, side, style="F")


def _draw_bars(page: _SlipPage, rma: str) -> None:
    """Across the page, with the quiet zone of ten modules that the symbology asks for on both sides."""
    modules = bars(rma)
    width = _INNER / (len(modules) + 20)
    y = page.get_y()
    for position, dark in enumerate(modules):
        if dark == "1":
            page.rect(MARGIN + (position + 10) * width, y, width, _BAR_HEIGHT, style="F")
    page.set_y(y + _BAR_HEIGHT + 1)


def _is_latin(text: str) -> bool:
    return all(ord(char) < 256 for char in text)


def _drawable(text: str, glyphs: Collection[int]) -> str:
    """The text with what the font lacks taken down to its plain letter, or to one `?` a run."""
    drawn: list[str] = []
    for char in text:
        plain = unicodedata.normalize("NFKD", char)[0]
        fit = next((each for each in (char, plain) if ord(each) in glyphs), None)
        if fit is not None:
            drawn.append(fit)
        elif drawn[-1:] != ["?"]:
            drawn.append("?")
    return "".join(drawn)
