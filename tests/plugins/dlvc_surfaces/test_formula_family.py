"""A formula in quotes does all that a named surface does; a name is still a name."""

from __future__ import annotations

import numpy as np
import pytest
from dlvc_surfaces.formula_family import find, knows
from PIL import Image

import dlvc_cli as dlvc
from dlvc_cli.reporting.descent.page.typesetting.mathml import formula_markup


def test_what_is_meant_as_a_formula_be_it_right_or_wrong() -> None:
    for text in ("x", "x**2", "sn(y)", "a*b", "x-1", "xy", "X/Y", "x1 - x2", "2^3", "(3"):
        assert knows(text), text
    for text in ("fold:x", "formul:x*y", "a/fold:x+y"):
        assert not knows(text), text
    for text in ("beal", "three-hump-camle", "beale:form=textbok", "3", "-lr", "cat", "examples"):
        assert not knows(text), text


def test_a_spec_says_the_formula_as_people_write_it() -> None:
    spec = find("x**2 + 3*y**2")
    assert spec.summary == spec.build().text == "x^2 + 3 y^2"
    assert spec.domain == (-5, 5)


def test_values_are_scaled_and_the_slope_is_exact() -> None:
    options = {"domain": (-1, 3), "grid": 41, "start": (30, 5), "lr": 2.0, "max_steps": 1}
    descent = dlvc.descend("x**2 + 3*y**2", exact=True, **options)
    ticks = np.linspace(-1, 3, 41)
    values = ticks[None] ** 2 + 3 * ticks[:, None] ** 2
    np.testing.assert_allclose(descent.surface.values, values / 36, atol=1e-15)
    # At x = 2, y = -0.5 the slope is (4, -3); a grid unit is 0.1.
    assert descent.end == pytest.approx((30 - 2 * 0.4 / 36, 5 + 2 * 0.3 / 36), rel=1e-12)
    assert descent.surface.frame is not None and descent.surface.frame.formula.text == "x^2 + 3 y^2"


def test_with_and_without_the_prefix_it_is_the_same_surface() -> None:
    options = {"grid": 20, "max_steps": 3}
    bare, prefixed = (dlvc.descend(t, **options) for t in ("-x*y", "formula:-x*y"))
    np.testing.assert_array_equal(bare.surface.values, prefixed.surface.values)
    assert bare.surface.values.min() == 0 and bare.surface.values.max() == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "log(x)",
            r"surface log\(x\) is not finite .* -5 and 5: it is nan at x = -5, y = -5, and at",
        ),
        ("1/x", "it is (inf|nan) at x = 0, y = -5, and at 21 of 441 points. Try another --domain"),
        ("x**441", "values too far apart"),
        ("0*x", "constant here"),
    ],
)
def test_what_cannot_be_descended_on_says_where(text: str, said: str) -> None:
    with pytest.raises(dlvc.BadOption, match=said):
        dlvc.descend(text, grid=21)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("1/x", "x = 0, y = -5"),
        ("1/(x - 0.123)", r"x = 0\.123, y = "),
        ("1/(x**2 + y**2)", "x = 0, y = 0"),
        ("tan(y)", r"y = (-4\.71239|-?1\.5708|4\.71239),"),
        ("abs(x - 1/3)**-0.5", r"x = 0\.333333,"),
    ],
)
def test_a_pole_between_samples_is_refused(text: str, place: str) -> None:
    with pytest.raises(dlvc.BadOption, match=f"has a pole by .*{place}.* between two samples"):
        dlvc.descend(text, grid=100)


@pytest.mark.parametrize(
    "text",
    ["sin(x)/x", "1/(x**2 + 1e-4)", "exp(-1e3*(x - 0.12)**2)", "x/abs(x)*y", "abs(x)", "exp(x)"],
)
def test_a_peak_a_step_and_a_gap_are_no_poles(text: str) -> None:
    assert dlvc.descend(text, grid=100, max_steps=1).surface.values.max() == 1


def test_a_peak_without_a_slope_is_refused_with_exact() -> None:
    with pytest.raises(dlvc.PluginError, match=r"sqrt\(x\*\*2\) has no finite gradient at 10,5"):
        dlvc.descend("sqrt(x**2)", grid=21, start=(10, 5), exact=True)


def test_a_file_of_that_name_is_meant_where_there_is_one(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Image.fromarray(np.arange(90, dtype=np.uint8).reshape(9, 10)).save("x*y", "PNG")
    assert dlvc.descend("x*y", max_steps=1).surface.columns == 10
    assert dlvc.descend("formula:x*y", grid=5, max_steps=1).surface.columns == 5
    with pytest.raises(dlvc.UsageError, match=r"There is no file x\*y\.png"):
        dlvc.descend("x*y.png")
    with pytest.raises(dlvc.UnknownName, match="no surface called"):
        dlvc.descend("a" * 300)
    with pytest.raises(dlvc.UnknownName, match="no surface called"):
        dlvc.descend("~nobody/terrain")


def test_a_formula_on_the_command_line(dlvc) -> None:
    words = ("--domain", "-3,3", "--grid", "60", "--optimizer", "gd,adam", "--max-steps", "50")
    outputs = ("--out", "w.png", "--out", "w.html", "--save", "w.csv")
    first = dlvc.json("gd", "-cos(x)*exp(-y^2)", *words, *outputs)
    assert first["surface"] == "-cos(x)*exp(-y^2)" and first["domain"] == [-3, 3]
    assert first["command"].startswith("dlvc gd '-cos(x)*exp(-y^2)' ")
    page = (dlvc.folder / "w.html").read_text()
    assert formula_markup("-cos(x) exp(-y^2)") in page and (dlvc.folder / "w.csv").exists()

    few = dlvc("gd", "x**2 + y**2", "--basins", "5", "--grid", "41", "--sweep", "lr=1,10")
    assert "x and y go from -5 to 5, unless --domain says otherwise" in few.stderr
    assert "Lowest on the grid: 0.00000 at 20,20 (x = 0, y = 0)" in few.stdout

    assert "Did you mean sin" in dlvc("gd", "sn(x)", code=2).stderr
    assert "Did you mean beale?" in dlvc("gd", "beal", code=2).stderr
    assert "no surface called '-lr'" in dlvc("gd", "-lr", code=2).stderr
