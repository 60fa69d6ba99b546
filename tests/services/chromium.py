"""The system's Chromium, driven by Playwright and kept away from every network but loopback."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.services.parts import PartMissing, find_program

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_FOLDERS = (Path("/Applications/Chromium.app/Contents/MacOS"), Path("/Applications/Google Chrome.app/Contents/MacOS"))
MAC_NAMES = ("Chromium", "Google Chrome")
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)


def find_chromium() -> Path:
    """The browser's program. Raises PartMissing when there is none."""
    found = find_program(NAMES) or find_program(MAC_NAMES, MAC_FOLDERS)
    if found is None:
        raise PartMissing("no chromium on the PATH; install Chromium or Chrome (Debian: chromium)")
    return found


@contextmanager
def chromium(program: Path) -> Iterator[Browser]:
    """A running browser."""
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        try:
            yield browser
        finally:
            browser.close()
