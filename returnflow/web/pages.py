"""The page that customers see."""

from __future__ import annotations

from flask import Blueprint, render_template

from returnflow import __version__
from returnflow.web.describe import Described, describe
from returnflow.web.edge import services

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
@describe(Described("The page", "none", {200: "text/html"}))
def home() -> str:
    shop, settings = services().catalogue.shop, services().settings
    return render_template(
        "index.html",
        shop_name=shop.name,
        privacy_url=shop.privacy_url,
        keep_text_days=settings.keep_text_days,
        version=__version__,
        voice_platform="browser",
        silence_seconds=" ".join(map(str, services().catalogue.router.silence_seconds)),
        lang="en",
    )
