"""The network of the preset fast: its first layer whitens, its convolutions start as identities."""

from __future__ import annotations

import torch
from dlvc_models.fastcnn import FastCnn, whiten
from torch.nn.functional import unfold

from dlvc_cli.contract.model_checks import check_initialise_repeats
from dlvc_cli.registry.registry import registry


def images(count: int = 40) -> torch.Tensor:
    """Neighbouring pixels alike, as in photographs."""
    noise = torch.randn(count, 3, 18, 18, generator=torch.Generator().manual_seed(0))
    return torch.nn.functional.avg_pool2d(noise, 3, stride=1) * 3


def test_outputs_of_the_whitening_layer_are_uncorrelated_and_of_variance_1() -> None:
    net, given = FastCnn(2), images()
    whiten(net, given)
    with torch.no_grad():
        net.whiten.bias.zero_()
        out = net.whiten(given).transpose(0, 1).flatten(1).double()
    products = out[:12] @ out[:12].T / out.shape[1]
    patches = unfold(given, 2).transpose(1, 2).reshape(-1, 12).double()
    variances = torch.linalg.eigvalsh(patches.T @ patches / len(patches))
    wanted = (variances / (variances + 5e-4)).diag()
    torch.testing.assert_close(products, wanted, rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(out[12:], -out[:12])


def test_convolutions_begin_with_the_identity_and_norms_have_no_scale_that_learns() -> None:
    net = FastCnn(3, width=8)
    x = torch.randn(1, 24, 5, 5)
    # Fewer channels than come in: each passes one on.
    torch.testing.assert_close(net.block1.conv1(x), x[:, :8])
    torch.testing.assert_close(net.block2.conv1(x[:, :8])[:, :8], x[:, :8])
    fixed = {name for name, p in net.named_parameters() if not p.requires_grad}
    norms = {f"block{b}.norm{n}.weight" for b in (1, 2, 3) for n in (1, 2)}
    assert fixed == {"whiten.weight"} | norms
    assert net(torch.randn(2, 3, 16, 20)).shape == (2, 3)


def test_it_is_initialised_alike_each_time() -> None:
    spec = registry().choose("models", "fastcnn").spec
    assert not list(check_initialise_repeats(spec.initialise, FastCnn(2), images()))
