"""The exact path kernel of a trained network as PyTorch computes it, in float64 and without scales.

    python3 path_kernel.py ORACLE.PY ARCHITECTURE WEIGHTS DIRECTORY GATE TEMPERATURE

The network's own modules with all weights 1, biases 1 or 0 and no BatchNorm, averages turned into sums, run on the
product of two images with the gates of both. DIRECTORY holds the product's pixels.bin (N, 3, H, W) in 8 bits,
gates.bin (float32, ReLU calls one behind the other, each (N, C, H, W)) and pools.bin (int64, likewise). Prints for
every pair i <= j, first with constants, then without: log|K| and sign by these gates, then by float64 gates of its own.
"""
import importlib.util
import math
import os
import sys

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

spec = importlib.util.spec_from_file_location('oracle', sys.argv[1])
oracle = importlib.util.module_from_spec(spec)
spec.loader.exec_module(oracle)
arch, weights, directory, gate, temperature = sys.argv[2:7]


class Total(nn.Module):
    """The last linear map of a mean over `positions`: the sum over positions and features, and a constant."""
    def __init__(self, positions, constant):
        super().__init__()
        self.positions, self.constant = positions, constant

    def forward(self, x):
        return (x * self.positions).sum(1, keepdim=True) + self.constant


class Sum(nn.Module):
    def forward(self, x):
        return x.sum((2, 3), keepdim=True)


def unit(constant):
    net = oracle.load(arch).backbone.double()
    for name, module in list(net.named_modules()):
        parent = net.get_submodule(name.rpartition('.')[0])
        if isinstance(module, nn.Conv2d):
            nn.init.ones_(module.weight)
            module.bias = nn.Parameter(torch.full((module.out_channels,), constant, dtype=torch.float64))
        elif isinstance(module, nn.BatchNorm2d):            # each follows a convolution, whose constant is its own
            setattr(parent, name.rpartition('.')[2], nn.Identity())
    if arch.startswith('cifar'):
        net.linear = Total(8 * 8, constant)
    else:
        net.classifier[3] = Sum()
    return net.eval()


def kernel(net, x, gates, pools, i, j):
    layers, calls = iter(gates), iter(pools)

    def relu(z, inplace=False):
        g = next(layers)
        return z * (g[i:i + 1].double() * g[j:j + 1].double())

    def max_pool(x, *_, **__):
        p = next(calls)
        a, b = p[i:i + 1], p[j:j + 1]
        return x.flatten(2).gather(2, a.flatten(2)).view(a.shape) * (a == b)

    original = F.relu, F.max_pool2d
    F.relu, F.max_pool2d = relu, max_pool
    try:
        k = net(x[i:i + 1] * x[j:j + 1]).sum().item()
    finally:
        F.relu, F.max_pool2d = original
    return math.log(abs(k)) if k else -math.inf, (k > 0) - (k < 0)


def read(name, dtype, like):
    data = torch.from_numpy(np.fromfile(os.path.join(directory, name), dtype))
    assert len(data) == sum(t.numel() for t in like), name
    parts = data.split([t.numel() for t in like])
    return [part.view(t.shape) for part, t in zip(parts, like)]


with torch.no_grad():
    f = oracle.load(arch, weights).double()
    side = 32 if arch.startswith('cifar') else 224
    pixels = np.fromfile(os.path.join(directory, 'pixels.bin'), np.uint8).reshape(-1, 3, side, side)
    x = 2 * torch.from_numpy(pixels).double() / 255 - 1
    _, (zs, own_pools) = oracle.preactivations(f, x)
    own_gates = [oracle.Gates('plain', float(temperature), gate).gate(z) for z in zs]
    gates, pools = read('gates.bin', np.float32, zs), read('pools.bin', np.int64, own_pools)
    for constant in 1., 0.:
        net = unit(constant)
        for i in range(len(x)):
            for j in range(i, len(x)):
                print(*kernel(net, x, gates, pools, i, j), *kernel(net, x, own_gates, own_pools, i, j))
