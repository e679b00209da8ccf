"""The three engines against each other, to the last bit, and the cache of compiled rules."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from helpers.descents import RULED, choose_optimizer, descend_on, noise, rule_of

from dlvc_cli.contract.update_rule import Rule
from dlvc_cli.descent import compiled
from dlvc_cli.descent.walk_state import StepSettings


@pytest.fixture
def without_numba(monkeypatch):
    def refuse(*arguments: Any) -> None:
        raise ImportError("numba")

    return lambda: monkeypatch.setattr(compiled, "CompiledEngine", refuse)


@pytest.mark.parametrize("text", RULED)
def test_alone_compiled_and_in_numpy_a_walk_is_the_same_to_the_last_bit(text, without_numba):
    options: dict[str, Any] = {"optimizer": text, "max_steps": 300, "eps": 0.7}
    kernel = descend_on(noise(), random_starts=12, seed=3, **options)
    alone = [descend_on(noise(), start=(walk.start,), **options)[0] for walk in kernel]
    without_numba()
    batch = descend_on(noise(), warnings_fail=False, random_starts=12, seed=3, **options)

    for walk, single, row in zip(kernel, alone, batch, strict=True):
        assert walk.reason == single.reason == row.reason
        assert np.array_equal(walk.path, single.path)
        assert np.array_equal(walk.path, row.path)
        assert walk.end == tuple(walk.path[-1]) and walk.steps == len(walk.path) - 1
        assert walk.norm == single.norm == row.norm


def test_the_cache_of_compiled_rules_notices_a_change(tmp_path):
    modules = []
    for name, factor in (("first", "1"), ("second", "2"), ("third", "1")):
        file = tmp_path / f"{name}.py"
        file.write_text(
            f"factor = {factor}\n"
            "def update(x, gradient, state, step, lr, settings, xp):\n"
            "    return x - factor * lr * gradient, state\n"
        )
        spec = compiled.importlib.util.spec_from_file_location(name, file)
        loaded = compiled.importlib.util.module_from_spec(spec)
        spec.loader.exec_module(loaded)
        modules.append(compiled._load(Rule(update=loaded.update), tmp_path))
    assert modules[0] is not modules[1] and modules[0] is modules[2]


def test_a_compiled_rule_is_kept_on_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(compiled, "_folder", lambda: tmp_path)
    hits = []
    for _ in range(2):
        rule, step_settings = rule_of(choose_optimizer("adam")), StepSettings(1.0, 1.0, 0.0, 10)
        module = compiled.CompiledEngine(noise(), rule, step_settings)._module
        hits.append(sum(module.advance.stats.cache_hits.values()))
        # As in another process, which has not imported it yet.
        del sys.modules[module.__name__]
    assert hits == [0, 1]
