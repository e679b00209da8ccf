"""States as plain values: what comes back as it was, and what is refused by name."""

from __future__ import annotations

import io
from collections import OrderedDict, defaultdict, deque, namedtuple
from enum import IntEnum, StrEnum
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from dlvc_cli import PluginError
from dlvc_cli.training.plain_state import from_plain, same_state, to_plain


def through_a_file(value):
    file = io.BytesIO()
    torch.save(to_plain(value, "it"), file)
    file.seek(0)
    return from_plain(torch.load(file, weights_only=True))


class Level(IntEnum):
    HIGH = 3


class Word(StrEnum):
    YES = "y"


class Metres(float):
    pass


@pytest.mark.parametrize(
    ("value", "back"),
    [
        (Level.HIGH, 3),
        (Word.YES, "y"),
        (Metres(2.5), 2.5),
        (OrderedDict(a=1), {"a": 1}),
        ({np.int64(4): True}, {4: True}),
        ((1, [2.5, {"a": None}], {3}, b"b", 1j), (1, [2.5, {"a": None}], {3}, b"b", 1j)),
        (2**80, 2**80),
        (torch.float16, torch.float16),
    ],
)
def test_plain_values_come_back_as_they_are_and_subclasses_as_what_they_hold(value, back):
    found = through_a_file(value)
    assert found == back and type(found) is type(back)


@pytest.mark.parametrize("kind", "float16 float32 float64 int8 int64 uint16 bool complex64".split())
def test_numbers_and_arrays_of_numpy_stay_what_they_are(kind):
    number = np.dtype(kind).type(1)
    array = np.array([[0, 1], [1, 0]], kind)[:, ::-1]
    found = through_a_file({"number": number, "array": array, "none": np.zeros((), kind)})
    assert type(found["number"]) is type(number) and found["number"] == number
    for name, expected in (("array", array), ("none", np.zeros((), kind))):
        assert found[name].dtype == expected.dtype and found[name].shape == expected.shape
        assert (found[name] == expected).all()


def test_tensors_come_back_to_the_last_bit():
    values = {
        "number": torch.tensor(2.5),
        "half": torch.tensor([1.5, float("nan")], dtype=torch.bfloat16),
        "made": torch.ones(2, requires_grad=True) * 2,
        "parameter": torch.nn.Parameter(torch.ones(3)),
    }
    assert same_state(to_plain(through_a_file(values), "it"), to_plain(values, "it"))


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"past": deque([1])}, r"collections\.deque in its state, at \['past'\]"),
        ([1, namedtuple("Pair", "a b")(1, 2)], r"Pair in its state, at \[1\]"),
        (defaultdict(int), "defaultdict"),
        (SimpleNamespace(a=1), "SimpleNamespace"),
        (torch.Generator(), "Generator"),
        (len, "builtin_function"),
        ({"mask": torch.eye(3).to_sparse()}, r"sparse or quantized tensor .* at \['mask'\]"),
        (torch.eye(3).to_sparse_csr(), "sparse_csr"),
        (np.array(["a"]), "numpy <U1"),
        (np.array([None]), "numpy object"),
        (np.datetime64("2026-01-01"), "numpy datetime64"),
        ({(np.float32(1),): 1}, "tuple"),
    ],
)
def test_what_a_checkpoint_cannot_hold_is_refused_by_its_type(value, named):
    with pytest.raises(PluginError, match=f"^optimizer x of plugin y has a .*{named}"):
        to_plain(value, "optimizer x of plugin y")


def test_a_state_that_holds_itself_is_refused():
    value = []
    value.append(value)
    with pytest.raises(PluginError, match="holds itself"):
        to_plain(value, "it")


def test_states_differ_by_value_type_and_shape():
    one = {"a": [torch.zeros(2), 1, float("nan")]}
    assert same_state(one, {"a": [torch.zeros(2), 1, float("nan")]})
    for other in (
        {"a": [torch.zeros(2), 1.0, float("nan")]},
        {"a": [torch.zeros(2).double(), 1, float("nan")]},
        {"a": [torch.zeros(1, 2), 1, float("nan")]},
        {"a": [torch.tensor([0, 1.0]), 1, float("nan")]},
        {"a": [torch.zeros(2), 1]},
        {"b": [torch.zeros(2), 1, float("nan")]},
    ):
        assert not same_state(one, other)
