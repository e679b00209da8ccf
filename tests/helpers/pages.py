"""What the tests of the interactive page share: pages with hooks, and what they answer."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from helpers.folders import ROOT

__all__ = ["add_hooks", "data_of", "image", "run", "same", "wait"]

HOOKS = ROOT / "tests/reporting/descent/page/page_hooks.js"


def add_hooks(target: Path) -> None:
    """Put the tests' script at the end of the page's, after ``start([...])``."""
    text = target.read_text(encoding="utf-8")
    before, opening, rest = text.rpartition("\nstart([\n")
    rules, closing, after = rest.partition("\n]);\n")
    assert opening and closing and "window.dlvc" not in text
    hooks = re.sub(r"^import [^;]*;\n|^export ", "", HOOKS.read_text(encoding="utf-8"), flags=re.M)
    called = f"\n{hooks}\nconst rules = [\n{rules}\n];\nanswer(start(rules), rules);\n"
    target.write_text(before + called + after, encoding="utf-8")


def run(page: Any) -> dict[str, Any]:
    return page.evaluate("window.dlvc.run()")


def wait(page: Any, condition: str) -> None:
    # Playwright's own waiting evaluates text in the page, which its security policy forbids.
    for _ in range(600):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"never came true: {condition}")


def same(shown: dict[str, Any], walk: Any) -> None:
    """A walk on the page and one of Python agree to the last bit."""
    assert (shown["x"], shown["y"]) == walk.end
    assert (shown["step"], shown["reason"]) == (walk.steps, walk.reason)
    assert (shown["value"], shown["norm"]) == (walk.value, walk.norm)
    assert shown["distance"] == walk.distance


def data_of(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
    assert found is not None
    return json.loads(found[1])


def image(path: Path, dtype: Any, seed: int = 5) -> Path:
    """Write hills as a grayscale image of whole numbers."""
    values = np.random.default_rng(seed).normal(size=(40, 57)).cumsum(0).cumsum(1)
    values = (values - values.min()) / (values.max() - values.min())
    Image.fromarray((values * np.iinfo(dtype).max).astype(dtype)).save(path)
    return path
