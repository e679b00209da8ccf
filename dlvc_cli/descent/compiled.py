"""The engine of many walks: the kernel and a rule, compiled by numba, in parallel over the starts.

numba's cache on disk never holds a function that was passed as an argument, and doesn't notice that
one which was imported has changed. So kernel and rule are written into a module of their own, named
by a hash of its source: compiled once, found by every later process, and never out of date.
"""

from __future__ import annotations

import atexit
import hashlib
import importlib.util
import inspect
import itertools
import math
import shutil
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from pickle import UnpicklingError
from types import ModuleType
from typing import Any

import numpy as np

from dlvc_cli.contract.update_rule import Rule
from dlvc_cli.descent import kernel
from dlvc_cli.descent.single import stay
from dlvc_cli.descent.surface import Surface
from dlvc_cli.descent.walk_state import StepSettings, WalkState
from dlvc_cli.errors import RunError, SpecError
from dlvc_cli.files import replace_file

__all__ = ["CompiledEngine"]


class CompiledEngine:
    """Walks many points over a sampled surface.

    Raises:
        Exception: numba is not there or cannot compile the rule; NumPy can then do the work.
    """

    def __init__(self, surface: Surface, rule: Rule, step_settings: StepSettings) -> None:
        self._values = np.ascontiguousarray(surface.values).ravel()
        self._size = (surface.columns, surface.rows)
        self._step_settings = step_settings
        self._rule_settings = tuple(map(float, rule.settings))
        self._count = rule.state
        try:
            self._compile(rule, _folder())
        except (OSError, EOFError, UnicodeError, UnpicklingError, RunError):
            # What is in the cache is damaged, or it has no room.
            self._compile(rule, _own_folder())

    def _compile(self, rule: Rule, folder: Path) -> None:
        """Compile now, so that a rule that can't be is found before any work is done."""
        self._module = _load(rule, folder)
        self._rule_state = np.empty((0, 2, rule.state))
        self.advance(WalkState(np.ones((2, 2)), most_kept=2), 0)
        self._rule_state = np.empty((0, 2, rule.state))

    def advance(self, walk_state: WalkState, limit: int) -> None:
        if not len(self._rule_state):
            self._rule_state = np.zeros((len(walk_state), 2, self._count))
        before = walk_state.steps.copy()
        active = np.flatnonzero(walk_state.reasons == kernel.RUNNING)
        kept = limit if walk_state.kept is not None else 0
        paths = np.empty((len(walk_state), 2 * kept))
        self._module.advance(
            self._values,
            *self._size,
            active,
            walk_state.positions,
            self._rule_state,
            walk_state.steps,
            walk_state.reasons,
            walk_state.norms,
            limit,
            *self._step_settings,
            self._rule_settings,
            paths,
        )
        if walk_state.kept is not None:
            for index in active:
                taken = walk_state.steps[index] - before[index]
                walk_state.kept[index].add(paths[index, : 2 * taken].reshape(-1, 2))


_COMPILE = "numba.njit(error_model='numpy')"
# Numba's cache keeps this function with all that it calls.
_DRIVER = """
@numba.njit(parallel=True, cache=True, error_model="numpy")
def advance(
    values, columns, rows, active, positions, rule_state, steps, reasons, norms,
    limit, lr, eps, stop, max_steps, rule_settings, paths,
):
    for k in numba.prange(len(active)):
        i = active[k]
        x, y, state_x, state_y, step, reason, norm = walk(
            values, columns, rows, positions[i, 0], positions[i, 1],
            ({read_x}), ({read_y}), steps[i], limit, lr, eps, stop, max_steps, rule_settings,
            paths[i],
        )
        positions[i, 0] = x
        positions[i, 1] = y
        steps[i] = step
        reasons[i] = reason
        norms[i] = norm
{write}
"""


def _load(rule: Rule, folder: Path) -> ModuleType:
    """Import the module of a rule; it is written where it isn't there yet."""
    source = _source(rule)
    name = "dlvc_kernel_" + hashlib.sha256(source.encode()).hexdigest()[:20]
    file = folder / f"{name}.py"
    loaded = sys.modules.get(name)
    if loaded is not None and loaded.__file__ == str(file):
        return loaded
    if not file.exists() or file.read_text(encoding="utf-8") != source:
        with replace_file(file) as handle:
            handle.write(source.encode())
    found = importlib.util.spec_from_file_location(name, file)
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    sys.modules[name] = module
    return module


@cache
def _folder() -> Path:
    """The user's cache folder, or where that can't be written one of this process."""
    from platformdirs import user_cache_path

    try:
        folder = user_cache_path("dlvc") / "kernels"
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return _own_folder()


@cache
def _own_folder() -> Path:
    """A folder that is gone when this process ends."""
    temporary = Path(tempfile.mkdtemp(prefix="dlvc-kernels-"))
    atexit.register(shutil.rmtree, temporary, ignore_errors=True)
    return temporary


def _source(rule: Rule) -> str:
    look_ahead = rule.look_ahead or stay
    written: dict[str, str] = {}
    for name, text in itertools.chain(_names(rule.update), _names(look_ahead)):
        if written.setdefault(name, text) != text:
            raise SpecError(f"two modules mean different things by {name}")
    reasons = {name: getattr(kernel, name) for name in kernel.__all__ if name.isupper()}
    count = range(rule.state)
    driver = _DRIVER.format(
        read_x="".join(f"rule_state[i, 0, {k}], " for k in count),
        read_y="".join(f"rule_state[i, 1, {k}], " for k in count),
        write="\n".join(
            f"        rule_state[i, {axis}, {k}] = {name}[{k}]"
            for axis, name in enumerate(("state_x", "state_y"))
            for k in count
        ),
    )
    # In a scope of its own, where the rule's names cannot clash with the kernel's.
    rule_scope = [
        "def rule():",
        *(textwrap.indent(text, "    ") for text in written.values()),
        f"    return {rule.update.__name__}, {look_ahead.__name__}",
    ]
    parts = [
        "from __future__ import annotations\nimport math\nimport numba",
        *(f"{name} = {value}" for name, value in reasons.items()),
        "\n\n".join(rule_scope),
        _compiled(kernel.height),
        _compiled(kernel.slope),
        inspect.getsource(kernel.make_walk),
        f"walk = {_COMPILE}(make_walk(*rule()))",
        driver,
    ]
    return "\n\n".join(parts) + "\n"


def _names(function: Callable[..., Any]) -> Iterator[tuple[str, str]]:
    """What a rule's function needs, by name and as source: numbers and functions before itself."""
    for name, value in inspect.getclosurevars(function).globals.items():
        if value is math or value is np:
            yield name, f"import {value.__name__} as {name}"
        elif isinstance(value, bool | int):
            yield name, f"{name} = {value!r}"
        elif isinstance(value, float):
            # float("inf") where repr would give a name.
            yield name, f'{name} = float("{float(value)!r}")'
        elif inspect.isfunction(value) and value is not function:
            yield from _names(value)
            if name != value.__name__:
                yield name, f"{name} = {value.__name__}"
        elif value is not Any and value is not function:
            raise SpecError(f"{function.__name__} uses {name}, which is no number or function")
    yield function.__name__, _compiled(function)


def _compiled(function: Callable[..., Any]) -> str:
    if inspect.getclosurevars(function).nonlocals or function.__name__ == "<lambda>":
        raise SpecError(f"{function.__name__} must be a function that a module defines with def")
    return f"@{_COMPILE}\n{inspect.getsource(function)}"
