"""Plugin objects of a test's own, offered in this process as an installed plugin would."""

from __future__ import annotations

from typing import Any

import pytest

from dlvc_cli.registry.offers import Choice, Offer, Plugin
from dlvc_cli.registry.registry import registry

MADE_UP = Plugin("made-up", "made-up", "1.0", builtin=False)


def offer(monkeypatch: pytest.MonkeyPatch, spec: Any) -> Choice:
    """Offer an object until the test ends; return it with the values that its name alone means."""
    known = registry().offers(spec.kind)
    offers = {**registry()._offers, spec.kind: [*known, Offer(spec, MADE_UP)]}
    monkeypatch.setattr(registry(), "_offers", offers)
    return registry().choose(spec.kind, spec.name)
