"""The two codes on a return slip: a QR holding `RF1:<rma>` and a Code 128 of the number. Neither holds anything personal."""

from __future__ import annotations

import segno
from barcode.charsets import code128

QUIET_MODULES = 4


def qr_matrix(rma: str) -> tuple[tuple[bool, ...], ...]:
    """Rows of dark modules, the quiet zone of four modules included."""
    symbol = segno.make(f"RF1:{rma}", error="m", micro=False)
    return tuple(tuple(bool(module) for module in row) for row in symbol.matrix_iter(border=QUIET_MODULES))


def bars(rma: str) -> str:
    """Code 128 of nine digits as a string of modules, `1` dark, without a quiet zone.

    Pairs of digits in set C, the ninth in set B. Only the library's tables are used: its own encoder (0.16.1) takes a first
    pair "99" for a change of set and leaves it out, so that one number in ninety would scan as another.
    """
    pairs = [int(rma[start : start + 2]) for start in range(0, 8, 2)]
    codes = [code128.START_CODES["C"], *pairs, code128.C["TO_B"], code128.B[rma[8]]]
    check = sum(max(place, 1) * code for place, code in enumerate(codes)) % 103
    return "".join(str(code128.CODES[code]) for code in (*codes, check)) + f"{code128.STOP}11"


def qr_svg(rma: str) -> str:
    """The QR as an SVG without styles, so that a strict content policy lets it through."""
    rows = qr_matrix(rma)
    path = "".join(
        f"M{start} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for start, length in _runs("".join("01"[dark] for dark in row))
    )
    return _svg(len(rows), len(rows), path, f"QR code of return number {' '.join(rma)}")


def barcode_svg(rma: str) -> str:
    """The Code 128 as an SVG without styles, ten modules of quiet zone on each side."""
    modules = f"{'0' * 10}{bars(rma)}{'0' * 10}"
    path = "".join(f"M{start} 0h{length}v24h-{length}z" for start, length in _runs(modules))
    return _svg(len(modules), 24, path, f"Bar code of return number {' '.join(rma)}")


def _runs(modules: str) -> list[tuple[int, int]]:
    """(start, length) of every run of dark modules."""
    runs: list[tuple[int, int]] = []
    for position, module in enumerate(modules):
        if module != "1":
            continue
        if runs and sum(runs[-1]) == position:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((position, 1))
    return runs


def _svg(width: int, height: int, path: str, label: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{label}" '
        f'preserveAspectRatio="xMinYMid" shape-rendering="crispEdges">'
        f'<rect width="{width}" height="{height}" fill="#fff"/><path fill="#000" d="{path}"/></svg>'
    )
