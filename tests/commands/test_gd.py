"""``dlvc gd`` as users call it: a real process, its output, and its errors."""

from __future__ import annotations

import contextlib
import csv
import fcntl
import math
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios

import numpy as np
import pytest
from helpers.events import first_screen
from helpers.folders import SURFACES
from PIL import Image

SMALL = ("--grid", "60")


def save(path, values, mode=None):
    Image.fromarray(np.asarray(values), mode).save(path)
    return path


def slope16(path):
    """A 16-bit bowl of 50 x 40 pixels, lowest at column 30, row 10."""
    row, column = np.mgrid[0:40, 0:50]
    values = (column - 30) ** 2 + (row - 10) ** 2
    return save(path, (values / values.max() * 65535).astype(np.uint16))


def test_json_has_the_walks_and_their_paths(dlvc):
    result = dlvc.json("gd", "schaffer", "--nesterov", "--start", "300,350", "--start", "20,30")
    assert result["surface"] == "schaffer"
    assert [walk["start"] for walk in result["walks"]] == [[300, 350], [20, 30]]
    for walk in result["walks"]:
        assert walk["path"][0] == walk["start"] and walk["path"][-1] == walk["end"]
        assert len(walk["path"]) == walk["steps"] + 1
        assert walk["reason"] in {"gradient", "max_steps", "left_surface", "no_progress"}
        assert walk["settings"] == {"momentum": 0.9, "nesterov": True}
        assert 0 <= walk["value"] <= 1 and walk["lr"] == 10 and walk["eps"] == 1


def test_paths_come_with_up_to_100_walks(dlvc):
    for count, kept in ((100, True), (101, False)):
        words = ("--random-starts", count, "--max-steps", "3")
        walks = dlvc.json("gd", "madsen", *words)["walks"]
        assert len(walks) == count
        assert all((walk["path"] is not None) == kept for walk in walks)


def test_the_command_makes_it_again(dlvc):
    words = ("--start=10.5,20", "--optimizer", "adam,nesterov", "--lr", "0.5", "--domain", "-2,2")
    first = dlvc.json("gd", "madsen", *words, *SMALL)
    again = dlvc.json(*first["command"].split()[1:])
    assert first["walks"] == again["walks"] and "-2,2" in first["command"]


def test_the_command_keeps_every_digit(dlvc):
    words = ("--lr", "12.3456789", "--stop", "1.23456789e-5", "--domain=-1.23456789,2")
    first = dlvc.json("gd", "madsen", *words, *SMALL)
    again = dlvc.json(*first["command"].split()[1:])
    assert first["walks"] == again["walks"]


def test_what_was_written_after_a_torch_optimiser_is_told(dlvc):
    names = "torch:Adam:betas=0.8/0.99,torch:Adam"
    walks = dlvc.json("gd", "madsen", "--optimizer", names, "--max-steps", "3", *SMALL)["walks"]
    assert [walk["optimizer"] for walk in walks] == names.split(",")
    assert walks[0]["end"] != walks[1]["end"]


@pytest.mark.parametrize("name", ["adam:beta1=1", "adam:beta2=1", "momentum:1", "rmsprop:alpha=1"])
def test_a_decay_of_1_is_refused(dlvc, name):
    assert "must be below 1" in dlvc("gd", "madsen", "--optimizer", name, code=2).stderr


def test_the_table_names_what_stopped_each(dlvc):
    done = dlvc("gd", "madsen", "--optimizer", "gd,momentum,nesterov,adam", *SMALL)
    for word in ("gd lr 10", "adam lr 1", "gradient", "distance", "column,row"):
        assert word in done.stdout
    assert "madsen: 4 walks on 60 x 60 points" in done.stderr


def test_quiet_leaves_the_result(dlvc):
    done = dlvc("gd", "madsen", "--quiet", *SMALL)
    assert not done.stderr and "steps" in done.stdout


def test_a_sweep_tries_all_combinations(dlvc):
    words = ("--sweep", "lr=1,5,10,20", "--sweep", "beta=0,0.5,0.9")
    walks = dlvc.json("gd", "madsen", *words, *SMALL)["walks"]
    seen = [(walk["lr"], walk["settings"]["momentum"]) for walk in walks]
    assert seen == [(lr, beta) for lr in (1, 5, 10, 20) for beta in (0, 0.5, 0.9)]
    table = dlvc("gd", "madsen", *words, *SMALL).stdout
    assert "lr 20 beta 0.9" in table
    # An optimiser's own parameters can be swept too.
    alphas = dlvc.json("gd", "madsen", "--optimizer", "rmsprop", "--sweep", "alpha=0.5,0.99")
    assert [walk["settings"]["alpha"] for walk in alphas["walks"]] == [0.5, 0.99]


def test_basins_say_which_share_reaches_the_minimum(dlvc):
    done = dlvc("gd", "himmelblau", "--basins", "12", "--grid", "80", "--lr", "30")
    assert "144" in done.stdout and "reach a global minimum" in done.stdout


def test_basins_as_json_say_which_minimum_each_reaches(dlvc):
    words = ("gd", "himmelblau", "--basins", "12", "--grid", "80", "--lr", "30")
    result = dlvc.json(*words)
    (trial,) = result["trials"]
    assert trial["walks"] == 144 == sum(minimum["walks"] for minimum in trial["minima"])
    assert trial["reach_global"] == sum(walk["distance"] <= 0.4 for walk in result["walks"])
    assert sum(trial["reasons"].values()) == 144
    for number, minimum in enumerate(trial["minima"]):
        assert minimum["walks"] == sum(walk["minimum"] == number for walk in result["walks"])


def test_csv_holds_every_position(dlvc):
    dlvc("gd", "madsen", "--save", "path.csv", "--max-steps", "5", *SMALL)
    rows = list(csv.DictReader((dlvc.folder / "path.csv").open()))
    walk = dlvc.json("gd", "madsen", "--max-steps", "5", *SMALL)["walks"][0]
    assert [[float(row["x1"]), float(row["x2"])] for row in rows] == walk["path"]
    assert float(rows[-1]["value"]) == walk["value"] and rows[-1]["step"] == "5"


def test_a_damaged_or_closed_cache_of_kernels_does_no_harm(dlvc, tmp_path):
    words = ("gd", "madsen", "--random-starts", "3", "--max-steps", "5", *SMALL)
    first = dlvc(*words)
    kernels = list((tmp_path / "cache").rglob("*.nbi"))
    assert kernels
    for file in kernels:
        file.write_bytes(b"junk")
    for cache in (tmp_path / "cache", "/proc/nowhere"):
        again = dlvc(*words, XDG_CACHE_HOME=str(cache))
        assert again.stdout == first.stdout and "Warning" not in again.stderr


def test_exact_walks_on_the_formula(dlvc):
    words = ("gd", "madsen", "--start", "500,300", "--lr", "100", "--max-steps", "50")
    exact, sampled = (dlvc.json(*words, *more)["walks"][0] for more in (["--exact"], []))
    assert exact["end"] != sampled["end"]
    assert exact["end"] == pytest.approx(sampled["end"], abs=0.01)


@pytest.mark.parametrize("depth", [8, 16])
def test_an_image_is_a_surface(dlvc, depth):
    values = np.array([[0, 1, 2], [3, 4, 5], [6, 7, 8]])
    scale = 1 if depth == 8 else 256
    file = save(dlvc.folder / "s.png", (values * scale).astype(f"uint{depth}"))
    words = ("gd", file, "--start", "1.5,1.25", "--lr", "0.001", "--max-steps", "1")
    result = dlvc.json(*words, "--eps", "0.5")
    walk, full = result["walks"][0], 2**depth - 1
    # Here heights are (3 row + column) / full, in all places.
    slope = np.array([1, 3]) * scale / full
    assert walk["end"] == pytest.approx((np.array([1.5, 1.25]) - 0.001 * slope).tolist())
    assert walk["value"] == pytest.approx((3 * walk["end"][1] + walk["end"][0]) * scale / full)


def test_columns_come_first(dlvc):
    walk = dlvc.json("gd", slope16(dlvc.folder / "bowl.png"), "--start", "45,35", "--stop", "1e-4")
    assert walk["walks"][0]["end"] == pytest.approx([30, 10], abs=0.5)


def test_the_course_s_image_as_a_surface(dlvc):
    file = SURFACES / "schaffern4.png"
    if not file.exists():
        pytest.skip("the course's images of surfaces are not beside the checkout")
    result = dlvc.json("gd", file, "--start", "400,500", "--max-steps", "100")
    assert result["size"] == [1000, 1000] and result["lowest"]["at"] == [4, 1]
    assert result["lowest"]["value"] == pytest.approx(0.501, abs=5e-4)


def broken(path, keep):
    whole = slope16(path).read_bytes()
    path.write_bytes(whole[: int(len(whole) * keep)])


BAD_IMAGES = {
    "floats": lambda path: Image.fromarray(np.eye(9, dtype=np.float32) * 9).save(path, "TIFF"),
    "constant": lambda path: save(path, np.full((9, 9), 7, np.uint8)),
    "pixel": lambda path: save(path, np.zeros((1, 1), np.uint8)),
    "row": lambda path: save(path, np.arange(9, dtype=np.uint8)[None]),
    "empty": lambda path: path.touch(),
    "cut": lambda path: broken(path, 0.6),
    "header": lambda path: broken(path, 0.01),
    "text": lambda path: path.write_text("no image"),
}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("floats", "holds values from 0 to 9, not 0 to 1"),
        ("constant", "same value everywhere"),
        ("pixel", "1 x 1 pixels"),
        ("row", "9 x 1 pixels"),
        ("empty", "is empty"),
        ("cut", "is damaged"),
        ("header", "is damaged"),
        ("text", "is no image file"),
    ],
)
def test_a_bad_image_gets_a_clear_error(dlvc, kind, text):
    BAD_IMAGES[kind](dlvc.folder / "bad.png")
    done = dlvc("gd", "bad.png", code=1)
    assert text in done.stderr and "bad.png" in done.stderr and not done.stdout


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("nothing", "no surface called 'nothing'"),
        ("schafer", "Did you mean schaffer"),
        ("missing.png", "There is no file missing.png"),
        (".", "is a folder"),
        ("schaffer --start 1000,5", "off the surface"),
        ("schaffer --start 5,-0.1", "off the surface"),
        ("schaffer --start nan,5", "column and a row"),
        ("schaffer --start 5", "two numbers"),
        ("schaffer --start 5,6,7", "two numbers"),
        ("schaffer --eps 0", "at least 1e-06"),
        ("schaffer --eps -1", "at least 1e-06"),
        ("schaffer --eps 700", "too wide"),
        ("schaffer --lr 0", "above 0"),
        ("schaffer --lr nan", "finite number"),
        ("schaffer --beta 1.5", "0 to 1"),
        ("schaffer --max-steps 0", "at least 1"),
        ("schaffer --domain 5,-5", "the lower first"),
        ("schaffer --basins 5 --start 1,1", "exclude"),
        ("schaffer --basins 5 --random-starts 5", "exclude"),
        ("schaffer --optimizer nothing", "no optimizer called"),
        ("schaffer --optimizer ,", "takes a name"),
        ("schaffer --optimizer adam --beta 0.9", "has no momentum"),
        ("schaffer --optimizer adam --nesterov", "has no nesterov"),
        ("schaffer --optimizer momentum:0.5 --beta 0.9", "exclude"),
        ("schaffer --sweep lr", "--sweep takes"),
        ("schaffer --sweep lr=1,1", "twice"),
        ("schaffer --sweep lr=1 --lr 2", "exclude"),
        ("schaffer --sweep size=1", "has none"),
        ("schaffer --sweep beta=2", "0 to 1"),
        ("schaffer --sweep beta=0,0.5 --sweep momentum=0.9", "beta is given twice"),
        ("schaffer --beta 0.5 --sweep momentum=0,0.9", "exclude"),
        ("schaffer --nesterov --sweep nesterov=yes,no", "exclude"),
        ("schaffer --sweep lr=1,1.0", "twice"),
        ("schaffer --optimizer gd,gd", "twice"),
        ("schaffer --exact --eps 2", "no --eps"),
        ("schaffer --json --quiet", "exclude"),
        ("schaffer --out walk.txt", "must end in"),
        ("schaffer --basins 20 --out walk.gif", "at most 100 walks"),
        ("schaffer --speed nan", "--speed takes"),
        ("schaffer --domain 0,inf", "the lower first"),
        ("schaffer --out nowhere/walk.png", "no folder"),
        ("schaffer --save walk.png", "must end in .csv"),
        ("schaffer --optimizer torch:LBFGS", "again and again"),
    ],
)
def test_wrong_use_is_said_before_anything_is_done(dlvc, words, text):
    done = dlvc("gd", *words.split(), code=2)
    assert text in " ".join(done.stderr.split())
    assert not done.stdout and not list(dlvc.folder.iterdir())


def test_the_surface_itself_is_never_written_over(dlvc):
    file = slope16(dlvc.folder / "bowl.png")
    before = file.read_bytes()
    assert "is the surface itself" in dlvc("gd", "bowl.png", "--out", "bowl.png", code=2).stderr
    assert file.read_bytes() == before


def test_an_image_has_no_formula(dlvc):
    slope16(dlvc.folder / "bowl.png")
    for option in ("--exact", "--domain=-1,1", "--grid=50"):
        assert "no formula" in dlvc("gd", "bowl.png", option, code=2).stderr


PLUGIN = """
from dlvc_cli import (
    Formula, LearningRates, OptimizerSpec, Param, Rule, SurfaceSpec, hookimpl
)

def bowl():
    return Formula(function=lambda x, y, xp: x**2 + 2 * y**2, text="x^2 + 2 y^2", minima=((0, 0),))

@hookimpl
def dlvc_surfaces():
    return [
        SurfaceSpec(name="bowl2", summary="A bowl.", factory=bowl, source="here", domain=(-1, 1)),
        SurfaceSpec(name="hole", summary="Not finite.", factory="strange_modules:hole",
                    source="here", domain=(-1, 1)),
        SurfaceSpec(name="flat", summary="Constant.", factory="strange_modules:flat",
                    source="here", domain=(-1, 1)),
        SurfaceSpec(name="scalar", summary="Wrong shape.", factory="strange_modules:scalar",
                    source="here", domain=(-1, 1)),
        SurfaceSpec(name="needs", summary="Required.", factory="strange_modules:needs",
                    source="here", domain=(-1, 1), params=(Param("k", float),)),
        SurfaceSpec(name="triple", summary="Junk.", factory="strange_modules:triple",
                    source="here", domain=(-1, 1)),
        SurfaceSpec(name="saddle", summary="Another.", factory=bowl, source="here", domain=(-1, 1)),
        SurfaceSpec(name="fails", summary="Raises.", factory="strange_modules:fails",
                    source="here", domain=(-1, 1)),
        SurfaceSpec(name="bare", summary="A function alone.", factory="strange_modules:bare",
                    source="here", domain=(-1, 1)),
    ]

@hookimpl
def dlvc_optimizers():
    rates = LearningRates(0.1, 0.1, 2.0)
    kinds = {"sign": "sign", "torch-only": None, "uncompiled": "uncompiled", "bent": "bent",
             "raises": "raises", "seven": "seven", "missing": "missing"}
    return [
        OptimizerSpec(name=name, summary="An optimiser.", factory="strange_modules:sgd",
                      learning_rates=rates, rule=rule and f"strange_modules:{rule}")
        for name, rule in kinds.items()
    ]
"""
MODULES = {
    "strange_modules": """
from torch.optim import SGD
from dlvc_cli import Formula, Rule

SHARE = 0.5

def hole(): return Formula(function=lambda x, y, xp: 1 / (x - x) + y, text="1/x")
def flat(): return Formula(function=lambda x, y, xp: x * 0 + 1, text="1")
def scalar(): return Formula(function=lambda x, y, xp: 1.0, text="1")
def fails(): return Formula(function=lambda x, y, xp: x.nonsense(), text="1")
def bare(): return lambda x, y, xp: x**2 + y**2
def triple():
    return Formula(function=lambda x, y, xp: x**2, text="x^2", minima=((1, 2, 3),))

def sgd(parameters, *, lr, weight_decay): return SGD(parameters, lr=lr)

def half(gradient):
    return SHARE * gradient

def update(x, gradient, state, step, lr, settings, xp):
    return x - lr * half(gradient) / xp.sqrt(abs(gradient) + 1e-9), state

def sign(): return Rule(update=update)

def dictionary(x, gradient, state, step, lr, settings, xp):
    return x - lr * gradient * {"a": 1, 2: "b"}["a"], state

def uncompiled(): return Rule(update=dictionary)

import other_constants
from other_constants import shared as alias

def bending(x, gradient, state, step, lr, settings, xp):
    return x - lr * other_constants.FACTOR * alias(gradient), state

def bent(): return Rule(update=bending)

def boom(x, gradient, state, step, lr, settings, xp):
    raise RuntimeError("boom")

def raises(): return Rule(update=boom)
def seven(): return 7
def needs(k):
    function = lambda x, y, xp: k * x**2 + y**2
    return Formula(function=function, text=f"{k:g} x^2 + y^2", minima=((0, 0),))
""",
    "other_constants": "FACTOR = 2.0\ndef shared(gradient):\n    return gradient\n",
}


class TestStrangers:
    """A plugin's surface and optimiser are peers of the built-in ones."""

    @pytest.fixture(autouse=True)
    def plugin(self, make_plugin):
        make_plugin("strange", PLUGIN, **MODULES)

    def test_its_rule_walks_alone_and_compiled_alike(self, dlvc):
        words = ("gd", "bowl2", "--optimizer", "sign", "--grid", "50", "--max-steps", "20")
        many = dlvc.json(*words, "--random-starts", "3")["walks"]
        for walk in many:
            start = ",".join(map(repr, walk["start"]))
            assert dlvc.json(*words, f"--start={start}")["walks"][0]["path"] == walk["path"]

    def test_an_optimiser_without_a_rule_goes_through_torch(self, dlvc):
        words = ("gd", "bowl2", "--grid", "50", "--max-steps", "30", "--lr", "2")
        ends = [
            dlvc.json(*words, "--optimizer", name)["walks"][0]["end"]
            for name in ("torch-only", "gd")
        ]
        assert ends[0] == pytest.approx(ends[1], rel=1e-9)

    def test_a_rule_that_cannot_be_compiled_is_walked_all_the_same(self, dlvc):
        words = ("gd", "bowl2", "--grid", "50", "--max-steps", "30", "--random-starts", "4")
        odd = dlvc(*words, "--optimizer", "uncompiled", "--lr", "10", "--json")
        assert "uncompiled cannot be compiled" in odd.stderr
        plain = dlvc.json(*words, "--optimizer", "gd")
        assert f'"end": {plain["walks"][3]["end"]}' in odd.stdout

    def test_a_constant_of_another_module_is_never_baked_in(self, dlvc, tmp_path):
        words = ("gd", "bowl2", "--grid", "50", "--max-steps", "3", "--optimizer", "bent")
        ends = []
        for factor in ("2.0", "3.0"):
            source = f"FACTOR = {factor}\ndef shared(gradient):\n    return gradient\n"
            (tmp_path / "site" / "other_constants.py").write_text(source)
            alone = dlvc.json(*words, "--start=5,5")["walks"][0]
            many = dlvc.json(*words, "--start=5,5", "--start=9,9")["walks"][0]
            assert alone["path"] == many["path"]
            ends.append(alone["end"])
        assert ends[0] != ends[1]

    @pytest.mark.parametrize("starts", [1, 3])
    @pytest.mark.parametrize(
        ("name", "text"),
        [("raises", "boom"), ("seven", "no dlvc_cli.Rule"), ("missing", "AttributeError")],
    )
    def test_a_rule_that_fails_names_its_plugin(self, dlvc, name, text, starts):
        words = ("gd", "bowl2", "--grid", "50", "--optimizer", name, "--random-starts", starts)
        done = dlvc(*words, code=1)
        assert "strange" in done.stderr and text in done.stderr and "fault" not in done.stderr

    def test_a_surface_with_a_required_parameter_is_listed_and_shown(self, dlvc):
        assert "needs" in dlvc("list", "surfaces").stdout
        assert dlvc.json("show", "needs:k=3")[0]["formula"] == "3 x^2 + y^2"
        assert "needs k" in dlvc("gd", "needs", code=2).stderr

    def test_a_name_that_a_built_in_has_is_said_to_be_it(self, dlvc):
        done = dlvc("gd", "saddle", "--max-steps", "5")
        assert "saddle is the built-in one; strange/saddle would be the other" in done.stderr

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("triple", "not pairs"),
            ("hole", "not finite everywhere"),
            ("flat", "constant here"),
            ("scalar", "gives values of shape ()"),
            ("fails", "AttributeError"),
            ("bare", "must return a dlvc_cli.Formula, not function"),
        ],
    )
    def test_a_surface_that_breaks_the_contract_is_named(self, dlvc, name, text):
        done = dlvc("gd", name, code=1)
        assert text in done.stderr and "strange" in done.stderr

    def test_it_is_shown(self, dlvc):
        shown = dlvc.json("show", "bowl2")[0]
        assert shown["plugin"] == "strange" and shown["minima"] == [[0, 0]]


def test_show_tells_of_the_formula_and_of_the_grid(dlvc):
    shown = dlvc.json("show", "schaffer")[0]
    assert shown["domain"] == [-50, 50] and shown["start"] == [300, 350]
    assert shown["lowest_at"] == [[4, 1]]
    assert shown["lowest_of_the_grid"] == pytest.approx(0.501, abs=5e-4)
    assert shown["number_of_minima"] == 8 and shown["local_minima_of_the_grid"] > 80_000
    typed = dlvc.json("show", "x**2 + 3*y")[0]
    assert typed["number_of_minima"] is None and typed["of_these_at_the_border"] == 1
    assert "number of minima" not in dlvc("show", "x**2 + 3*y").stdout
    textbook = dlvc.json("show", "beale:form=textbook")[0]
    assert textbook["minima"] == [pytest.approx([3, 0.5])]
    assert math.dist(textbook["minima_in_grid_units"][0], textbook["lowest_at"][0]) < 1


def in_a_terminal(dlvc, *words, columns=80, rows=24, **variables):
    """Run in a pseudo-terminal of that size; returns exit code and all that was written."""
    leader, follower = pty.openpty()
    environment = dlvc.environment | {"TERM": "xterm-256color", "COLUMNS": str(columns)}
    environment |= {"LINES": str(rows)} | variables
    process = subprocess.Popen(
        [sys.executable, "-m", "dlvc_cli", *words],
        cwd=dlvc.folder,
        env=environment,
        stdin=follower,
        stdout=follower,
        stderr=follower,
    )
    os.close(follower)
    written = b""
    while True:
        try:
            chunk = os.read(leader, 65536)
        except OSError:
            break
        if not chunk:
            break
        written += chunk
    os.close(leader)
    return process.wait(timeout=60), re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", written.decode())


@pytest.mark.parametrize("colour", [True, False])
def test_the_live_view_shows_map_and_numbers(dlvc, colour):
    if colour:
        dlvc.environment.pop("NO_COLOR")
    code, text = in_a_terminal(dlvc, "gd", "beale", "--nesterov", "--speed", "40", *SMALL)
    assert code == 0
    assert "step" in text and "gradient" in text and "╭─ beale" in text
    assert ("▀" in text) == colour
    assert any(0x2800 < ord(letter) < 0x2900 for letter in text)


def test_a_terminal_that_is_resized_keeps_nothing_of_what_was_drawn(dlvc):
    leader, follower = pty.openpty()
    environment = dlvc.environment | {"TERM": "xterm-256color"}
    del environment["COLUMNS"]
    process = subprocess.Popen(
        [sys.executable, "-m", "dlvc_cli", "gd", "beale", "--speed", "5", *SMALL],
        cwd=dlvc.folder,
        env=environment,
        stdin=follower,
        stdout=follower,
        stderr=follower,
    )
    sizes, written = iter(((24, 80), (12, 40), (50, 120), (30, 60))), b""
    frames = 1
    with contextlib.suppress(OSError):
        resize(follower, *next(sizes))
        while process.poll() is None or select.select([leader], [], [], 0.2)[0]:
            if select.select([leader], [], [], 0.2)[0]:
                written += os.read(leader, 65536)
            if written.count(b" beale ") > 3 * frames:
                frames += 1
                resize(follower, *next(sizes, (30, 60)))
    os.close(follower)
    os.close(leader)
    first = first_screen(written.decode())
    assert frames > 4
    assert first.count("╭") == first.count("╰") == 1 and first.startswith("╭")
    panel, _, rest = first.partition("╯")
    assert {len(row) for row in f"{panel}╯".splitlines()} == {60}
    assert max(map(len, rest.splitlines())) <= 60


def resize(terminal, rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def test_the_live_view_of_many_starts_counts_them(dlvc):
    words = ("gd", "madsen", "--random-starts", "300", "--max-steps", "2000", *SMALL)
    code, text = in_a_terminal(dlvc, *words)
    assert code == 0 and "300 walks have ended" in text
