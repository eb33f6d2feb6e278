"""The reference's calibration, and the ranks of quantiles that Curtain found, in float64.

    python3 calibration.py ORACLE.PY ARCH WEIGHTS IMAGES SIZE LIMIT QUANTILES PULLED [UNIT FACTOR TARGET OUT]...

Images are a folder's first LIMIT. Prints a line for each layer and channel (-1: the layer): layer, channel, count,
mean, std, and, where QUANTILES has its values (lines: layer, channel, then seven numbers, or any with as many shares
behind them), the largest error of their ranks, else 0. For each UNIT writes the pullbacks of the first PULLED images'
logit TARGET at T = FACTOR std to OUT, raw float64.
"""
import importlib.util
import sys

import numpy as np
import torch

spec = importlib.util.spec_from_file_location('oracle', sys.argv[1])
oracle = importlib.util.module_from_spec(spec)
spec.loader.exec_module(oracle)
arch, weights, root, size, limit, quantiles = sys.argv[2:8]
x, _, _ = oracle.images(root, int(size), int(limit))
x, f = x.double(), oracle.load(arch, weights).double()
measured = oracle.calibration(f, x)

some = x[:int(sys.argv[8])]
for at in range(9, len(sys.argv), 4):
    unit, factor, target, out = sys.argv[at], float(sys.argv[at + 1]), int(sys.argv[at + 2]), sys.argv[at + 3]
    stds = [c.clip(1e-3 * s) if unit == 'channel-std' else np.full(len(c), s) for _, s, _, c in measured]
    temperature = [torch.tensor(factor * s).view(1, -1, 1, 1) for s in stds]
    v, _ = oracle.pullback(f, some, torch.full((len(some),), target), temperature=temperature)
    v.numpy().tofile(out)

found = {}
for line in open(quantiles):
    numbers = line.split()
    found[int(numbers[0]), int(numbers[1])] = np.array([float(n) for n in numbers[2:]])
SHARES = np.array([.01, .05, .25, .5, .75, .95, .99])
_, (zs, _) = oracle.preactivations(f, x)


def rank_error(values, own):
    if own is None:
        return 0.
    own, shares = (own, SHARES) if len(own) == 7 else np.split(own, 2)
    values = np.sort(values.astype(np.float32))         # as Curtain computes them
    slack = 1e-5 * values.std()                          # what float32 may be off by
    below, up_to = np.searchsorted(values, own - slack, 'left'), np.searchsorted(values, own + slack, 'right')
    return np.maximum(below - shares * len(values), shares * len(values) - up_to).max() / len(values)


for l, (z, (mean, std, means, stds)) in enumerate(zip(zs, measured)):
    z = z.transpose(0, 1).flatten(1).numpy()
    print(l, -1, z.size, repr(float(mean)), repr(float(std)), rank_error(z.ravel(), found.get((l, -1))))
    for c in range(len(z)):
        print(l, c, z.shape[1], repr(float(means[c])), repr(float(stds[c])), rank_error(z[c], found.get((l, c))))
