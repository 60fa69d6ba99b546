"""Return slips by signed link. A bad, an expired and an unknown link look alike, and so does one to a return that is off."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from returnflow.errors import NotFound
from returnflow.retail.model import ReturnStatus
from returnflow.tools.slip import SlipView, slip_view
from returnflow.web.describe import Described, describe
from returnflow.web.edge import services

blueprint = Blueprint("slips", __name__)
_OFF = frozenset({ReturnStatus.CANCELLED, ReturnStatus.REJECTED, ReturnStatus.EXPIRED})
"""Nobody may send a parcel for a return that is here."""
_LINK = {"t": "the signature, from `state.return.slip`"}


@blueprint.get("/returns/<rma>/slip.html")
@describe(Described("The slip as a page", "link", {200: "text/html"}, problems=(NotFound,), query=_LINK))
def page(rma: str) -> str:
    return render_template("slip.html", slip=_slip(rma))


@blueprint.get("/returns/<rma>/slip.pdf")
@describe(Described("The slip as a PDF of 4 × 6 inches", "link", {200: "application/pdf"}, problems=(NotFound,), query=_LINK))
def pdf(rma: str) -> Response:
    slip = _slip(rma)
    from returnflow.tools.slip_pdf import slip_pdf  # its fonts and libraries cost half a second and are only needed here

    response = Response(slip_pdf(slip), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="return-{rma}.pdf"'
    return response


def _slip(rma: str) -> SlipView:
    """The slip behind this link. Raises NotFound."""
    if not services().slip_links.check(rma, request.args.get("t", "")):
        raise NotFound
    with services().database.begin(write=False) as work:
        stored = work.returns.get(rma)
    policy = services().policies.get(stored.store) if stored else None
    if stored is None or policy is None or stored.status in _OFF:
        raise NotFound
    catalogue = services().catalogue
    return slip_view(stored, shop=catalogue.shop, policy=policy, reasons=catalogue.shared.reasons)
