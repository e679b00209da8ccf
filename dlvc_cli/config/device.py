"""What ``--device`` takes, as far as can be told without torch."""

from __future__ import annotations

import re

from dlvc_cli.contract.suggestions import did_you_mean, near
from dlvc_cli.errors import BadOption

__all__ = ["check_device", "no_such_device"]

# The types that torch.device takes; which of them are here, only torch can tell.
_TYPES = frozenset(
    "cpu cuda fpga hip hpu ideep ipu lazy maia meta mkldnn mps mtia opencl opengl privateuseone ve "
    "vulkan xla xpu".split()
)
_FORM = re.compile("([a-z]+)(?::(0|[1-9][0-9]{0,2}))?")
# torch takes greater numbers for others: cuda:256 for cuda:0.
_LAST = 127
_USUAL = ("auto", "cpu", "cuda", "mps")
# What people call them.
_CALLED = {"gpu": "cuda", "nvidia": "cuda", "rocm": "cuda", "metal": "mps"}


def check_device(text: str) -> None:
    """Refuse a word that is a device nowhere.

    Raises:
        BadOption: ``text`` is neither ``auto`` nor a type of torch's, perhaps with a number.
    """
    parts = _FORM.fullmatch(text)
    known = parts is not None and parts[1] in _TYPES and int(parts[2] or 0) <= _LAST
    if text != "auto" and not known:
        raise no_such_device(text)


def no_such_device(text: str) -> BadOption:
    """Return the error for a word that is no device; says which may be meant."""
    parts = re.match("([^0-9:]*)[: ]*([0-9]*)", text)
    assert parts is not None, "all of it may be empty"
    kind, number = parts[1].strip().lower(), parts[2]
    meant = [_CALLED[kind]] if kind in _CALLED else near(kind, _USUAL, 1)
    if 0 < len(number) < 4 and int(number) <= _LAST and meant == ["cuda"]:
        meant = [f"cuda:{int(number)}"]
    return BadOption(
        f"--device: there is no {text!r}.{did_you_mean(meant)} Use auto, cpu, cuda (a GPU), cuda:1 "
        "or mps."
    )
