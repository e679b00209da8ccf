"""Which parts of a network learn, how fast, and in which mode the others run."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from dlvc_cli.config.train import TrainConfig
from dlvc_cli.contract.specs import ModelSpec
from dlvc_cli.errors import BadOption, PluginError, cause_of, out_of_memory
from dlvc_cli.registry.offers import Choice, guarded

__all__ = ["Learning", "split_network", "what_learns"]


@dataclass(frozen=True)
class Learning:
    """What of a network learns.

    Attributes:
        network: the whole.
        parts: its (features, head) where it comes pretrained; training then runs the two after
            each other if the features are ``frozen``.
        frozen: all features are.
        frozen_modules: modules that stay in evaluation mode in training.
        wrapped: what training calls in the place of ``trained``; None for that itself.
    """

    network: nn.Module
    parts: tuple[nn.Module, nn.Module] | None = None
    frozen: bool = False
    frozen_modules: frozenset[nn.Module] = field(default_factory=frozenset)
    wrapped: nn.Module | None = None

    @property
    def trained(self) -> nn.Module:
        """What training calls with gradients: the head where the features are frozen, else all."""
        return self.parts[1] if self.frozen and self.parts else self.network

    def train_mode(self) -> None:
        """Switch on what only training does (dropout, statistics), but not in frozen modules."""
        for module in self._run():
            module.train()
        for module in self.frozen_modules:
            module.training = False

    def eval_mode(self) -> None:
        """Switch all of that off."""
        self.network.eval()
        for module in self._run():
            module.eval()

    def outputs(self, inputs: Tensor) -> Tensor | tuple[Tensor, ...]:
        """Call the network as training does: a frozen part without gradients.

        Args:
            inputs: normalised images (N, 3, H, W).
        """
        return self.trained_outputs(self.features(inputs) if self.frozen else inputs)

    def trained_outputs(self, inputs: Tensor) -> Tensor | tuple[Tensor, ...]:
        """Call what is trained.

        Args:
            inputs: what the frozen part makes of images, if there is one; else images.
        """
        return (self.wrapped or self.trained)(inputs)

    @property
    def head_alone(self) -> bool:
        """Whether nothing but the head is trained."""
        if self.parts is None:
            return False
        head = {id(p) for p in self.parts[1].parameters()}
        return all(id(p) in head for p in self.network.parameters() if p.requires_grad)

    @torch.no_grad()
    def features(self, inputs: Tensor) -> Tensor:
        """What the frozen part makes of normalised images (N, 3, H, W)."""
        assert self.parts is not None, "only a network of two parts has frozen features"
        return self.parts[0](inputs)

    def head(self, features: Tensor) -> Tensor:
        """What the head makes of features."""
        assert self.parts is not None, "only a network of two parts has a head"
        return self.parts[1](features)

    def compile(self, captured: bool = False) -> None:
        """Compile what is run, in place (torch.compile).

        Args:
            captured: as CUDA graphs, for which a small network's step need not wait for Python.
        """
        for module in {self.network, *self._run(), *([self.wrapped] if self.wrapped else [])}:
            module.compile(mode="reduce-overhead" if captured else None)

    def _run(self) -> tuple[nn.Module, ...]:
        return self.parts if self.frozen and self.parts else (self.network,)


def split_network(model: Choice, network: nn.Module) -> tuple[nn.Module, nn.Module]:
    """Return a network's (features, head), which share its tensors.

    Raises:
        DlvcError: the model can't be taken apart.
    """
    spec: ModelSpec = model.spec
    parts = guarded(model.offer, spec.split, network)
    if not (
        isinstance(parts, tuple)
        and len(parts) == 2
        and all(isinstance(part, nn.Module) for part in parts)
    ):
        raise PluginError(f"The split of {model.offer.name} must return two modules.")
    features, head = parts
    if {id(p) for p in features.parameters()} & {id(p) for p in head.parameters()}:
        raise PluginError(f"The head of {model.offer.name} shares parameters with its features.")
    if not any(True for _ in head.parameters()):
        raise PluginError(f"The head of {model.offer.name} has no parameters to train.")
    return features, head


def what_learns(config: TrainConfig, model: Choice, network: nn.Module) -> Learning:
    """Freeze what the options ask for; from scratch, everything learns.

    Raises:
        DlvcError: the model can't be taken apart, or has no such layer.
    """
    if not config.transfers:
        return Learning(network)
    parts = split_network(model, network)
    head = set(parts[1].modules())
    if config.feature_extract:
        frozen = {m for part in (network, parts[0]) for m in part.modules()} - head
        _freeze(network, keep=parts[1].parameters())
    elif config.freeze_until is not None:
        frozen = _modules_before(config.freeze_until, model, network) - head
        frozen -= _auxiliary(network, *parts)
        _freeze(network, keep=(p for m in network.modules() if m not in frozen for p in _own(m)))
    else:
        frozen = set()
    pretrained = {m for part in (network, *parts) for m in part.modules()} - head
    norms = {m for m in pretrained if isinstance(m, _BatchNorm)}
    # A module stays in evaluation mode only if all that it holds is frozen.
    evaluated = {m for m in frozen if frozen.issuperset(m.modules())}
    evaluated = evaluated - norms if config.frozen_bn == "train" else evaluated | norms
    return Learning(network, parts, config.feature_extract, frozenset(evaluated))


def _auxiliary(network: nn.Module, *parts: nn.Module) -> set[nn.Module]:
    """The modules of an auxiliary head: it is in neither part, and as new as the head."""
    known = {id(p) for part in parts for p in part.parameters()}
    tops = [
        module
        for module in network.modules()
        if any(True for _ in module.parameters())
        and not any(id(p) in known for p in module.parameters())
    ]
    return {module for top in tops for module in top.modules()}


def _own(module: nn.Module) -> Iterable[nn.Parameter]:
    return module.parameters(recurse=False)


def _freeze(network: nn.Module, keep: Iterable[nn.Parameter]) -> None:
    kept = {id(p) for p in keep}
    for parameter in network.parameters():
        # What the model itself keeps fixed stays so.
        parameter.requires_grad_(parameter.requires_grad and id(parameter) in kept)


def _modules_before(layer: str, model: Choice, network: nn.Module) -> set[nn.Module]:
    """The modules that are first called before ``layer`` is, in the order of a forward pass.

    A module that isn't called itself (its parent uses its parameters) goes with its parent.
    """
    modules = dict(network.named_modules())
    if layer not in modules or not layer:
        raise BadOption(_no_layer(layer, model, network))
    order = _call_order(network, model)
    if modules[layer] not in order:
        raise BadOption(
            f"--freeze-until {layer}: {model.offer.name} never calls this layer itself."
        )
    limit = order[modules[layer]]
    position: dict[str, int] = {}
    before = set()
    for name, module in modules.items():
        parent = position.get(name.rpartition(".")[0], 0)
        position[name] = order.get(module, parent)
        if position[name] < limit:
            before.add(module)
    return before


def _call_order(network: nn.Module, model: Choice) -> dict[nn.Module, int]:
    """When each module is first called."""
    order: dict[nn.Module, int] = {}

    def note(module: nn.Module, inputs: object) -> None:
        order.setdefault(module, len(order))

    handles = [module.register_forward_pre_hook(note) for module in network.modules()]
    size = model.spec.input_size
    network.eval()
    try:
        with torch.no_grad():
            network(torch.zeros(1, 3, size, size))
    except Exception as error:
        if out_of_memory(error):
            raise
        raise PluginError(
            f"{model.offer.described} fails on an image of its own size, {size} pixels: "
            f"{cause_of(error)}."
        ) from error
    finally:
        for handle in handles:
            handle.remove()
    return order


def _no_layer(layer: str, model: Choice, network: nn.Module) -> str:
    names = [name for name, _ in network.named_modules() if name]
    close = difflib.get_close_matches(layer, names, 3)
    shown = close or [name for name, _ in network.named_children()]
    hint = "Did you mean " if close else "It has "
    return (
        f"--freeze-until: {model.offer.name} has no layer called {layer!r}. "
        f"{hint}{', '.join(shown)}{'?' if close else ', and those inside of them.'}"
    )
