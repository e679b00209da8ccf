"""An optimiser's rule in JavaScript, translated from its own Python.

Python's meaning is kept: the order of operations, chains of comparisons, what ``and`` and ``or``
give, the sign of ``//`` and ``%``. So results are the same to the last bit where only + - * / and
square roots occur (and squares, which NumPy and numba compute as products); ``exp``, ``log`` and
other powers may differ in the last bit, as they do between machines. Whole numbers are exact below
2^53. As for a batch in Python, division by 0 gives infinity and ends the walk.
"""

from __future__ import annotations

import math

from dlvc_cli.contract.update_rule import Rule
from dlvc_cli.reporting.descent.page.translation.functions import Functions
from dlvc_cli.reporting.descent.page.translation.values import (
    NUMBER,
    THING,
    Untranslatable,
    Value,
)

__all__ = ["Untranslatable", "rule_script"]


def rule_script(rule: Rule) -> str:
    """JavaScript for a rule's functions: an expression, ``{update, lookAhead, state}``.

    ``update(x, gradient, state, step, lr, settings)`` gives ``[x, state]``, and
    ``lookAhead(x, state, settings)`` is null where the rule has none. Nothing in it comes from
    texts or comments of the source, so that nothing can end the element that holds it.

    Raises:
        Untranslatable: the rule does something that has no translation here.
    """
    try:
        return _script(rule)
    except Untranslatable:
        raise
    except Exception as error:
        # A plugin's objects may be anything, nested a thousand times.
        raise Untranslatable(f"cannot be read ({type(error).__name__})") from error


def _script(rule: Rule) -> str:
    functions = Functions()
    x, gradient, step, lr = map(Value, ("x", "gradient", "step", "lr"))
    state = Value("state", (NUMBER,) * rule.state, called="the state")
    settings = Value("settings", (NUMBER,) * len(rule.settings), called="the settings")
    xp = Value(kind=THING, thing=math, called="xp")
    update = functions.call(rule.update, [x, gradient, state, step, lr, settings, xp])
    if update.kind != (NUMBER, state.kind):
        raise Untranslatable(f"returns something else than x and a state of {rule.state}")
    look_ahead = "null"
    if rule.look_ahead is not None:
        ahead = functions.call(rule.look_ahead, [x, state, settings])
        if ahead.kind != NUMBER:
            raise Untranslatable("looks ahead to something else than a number")
        look_ahead = f"(x, state, settings) => {ahead.code}"
    lines = [
        "(() => {",
        *functions.written,
        "return {",
        f"  update: (x, gradient, state, step, lr, settings) => {update.code},",
        f"  lookAhead: {look_ahead},",
        f"  state: {rule.state},",
        "};",
        "})()",
    ]
    return "\n".join(lines)
