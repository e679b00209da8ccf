"""Opens descents' pages in a headless browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.pages import add_hooks

from dlvc_cli.reporting.descent.page.write import write_page


@pytest.fixture
def look(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Open a descent's page; it may neither ask for anything nor complain."""
    contexts, unwanted, wanted = [], [], []

    def complain(text: str) -> None:
        # Without a graphics card the browser reads back what WebGL draws, and tells of that.
        if "GPU stall due to ReadPixels" not in text:
            unwanted.append(text)

    def open_page(descent: Any, *, address: str = "", **screen: Any) -> Any:
        target = tmp_path / f"walk {len(contexts)}.html"
        write_page(descent, target)
        add_hooks(target)
        wanted.append(target.as_uri())
        context = browser.new_context(viewport={"width": 1280, "height": 800}, **screen)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complain(message.text))
        page.on("pageerror", lambda error: unwanted.append(str(error)))
        page.on("request", lambda request: unwanted.append(request.url.partition("#")[0]))
        page.goto(wanted[-1] + address)
        assert page.evaluate("window.dlvc.ready")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert unwanted == wanted
