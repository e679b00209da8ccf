"""Memory that runs out is told from faults, by whoever says it."""

from __future__ import annotations

import errno
import mmap
from collections.abc import Callable

import numpy as np
import pytest
import torch

from dlvc_cli.errors import DataError, PluginError, out_of_memory


def raised(call: Callable[[], object]) -> Exception:
    with pytest.raises(Exception) as caught:
        call()
    return caught.value


def test_what_libraries_raise_is_known():
    for call in (
        lambda: torch.empty(10**15),
        lambda: np.empty(10**15),
        lambda: bytes(10**15),
        lambda: mmap.mmap(-1, 10**15),
    ):
        assert out_of_memory(raised(call))


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB."),
        RuntimeError("CUDA error: out of memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        RuntimeError("MPS backend out of memory (MPS allocated: 18.1 GB)"),
        RuntimeError("unable to mmap 400 bytes from file <a.pth>: Cannot allocate memory (12)"),
        RuntimeError("std::bad_alloc"),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
    ],
)
def test_other_words_for_it_are_known(error):
    assert out_of_memory(error)
    wrapped = PluginError("x of plugin y failed")
    wrapped.__cause__ = error
    assert out_of_memory(wrapped)


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("mat1 and mat2 shapes cannot be multiplied"),
        OSError(errno.ENOSPC, "No space left on device"),
        ImportError("libgomp.so.1: cannot allocate memory in static TLS block"),
        DataError("folder/out of memory.jpg is damaged"),
    ],
)
def test_other_errors_are_not_taken_for_it(error):
    assert not out_of_memory(error)


def test_memory_that_runs_out_in_a_plugin_is_not_its_fault(dlvc, make_plugin):
    make_plugin(
        "hungry",
        """
        from dlvc_cli import Formula, ModelSpec, SurfaceSpec, hookimpl

        def fill(*_, **__):
            import torch
            return torch.empty(10**15)

        def build(num_classes):
            import torch
            net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.LazyLinear(num_classes))
            net.forward = fill
            return net

        @hookimpl
        def dlvc_models():
            return [ModelSpec(name="hungry", summary="Much.", factory=build, input_size=32,
                              split=lambda net: (net[0], net[1]))]

        @hookimpl
        def dlvc_surfaces():
            formula = lambda: Formula(function=fill, text="x", minima=((0, 0),))
            return [SurfaceSpec(name="hungry", summary="Much.", source="", domain=(-1, 1),
                                factory=formula)]
        """,
    )
    for words, advice in ((("gd", "hungry"), "Take fewer starts"), (TRAIN, "smaller --batch-size")):
        failed = dlvc(*words, code=1)
        assert "error: Memory ran out." in failed.stderr and advice in failed.stderr
        assert "hungry of plugin" not in failed.stderr and "fault" not in failed.stderr


TRAIN = ("train", "hungry", "--data", "toy-pets", "--max-steps", "1", "--quiet")
