"""A real Chromium for tests: the project's own copy, else the machine's."""

from __future__ import annotations

import os
import pwd
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")


def executable() -> Path:
    """The browser below the project's cache, else on PATH. Its absence fails the test."""
    cached = sorted(cache().glob("chromium*/**/chromium"))
    runnable = [each for each in cached if each.is_file() and os.access(each, os.X_OK)]
    if runnable:
        return runnable[-1]
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise RuntimeError("there is no Chromium: run `make test`, which gets one, or install it")
    return Path(found)


def cache() -> Path:
    """The project's cache folder."""
    home = os.environ.get("HOME") or pwd.getpwuid(os.getuid()).pw_dir
    return Path(os.environ.get("XDG_CACHE_HOME") or Path(home) / ".cache") / "claimline"


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """A running browser; ended with the test."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(
            executable_path=executable(), args=list(FLAGS), headless=True
        )
        try:
            yield running
        finally:
            await running.close()
