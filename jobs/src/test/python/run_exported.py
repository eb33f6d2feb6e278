"""Runs an exported file: run_exported.py FILE.pt PIXELS SIDE TEMPERATURES OUT.

PIXELS: uint8 (N, 3, SIDE, SIDE). OUT, float32: logits (N, C), then the pullbacks (M, N, 2, 3, SIDE, SIDE) of the two
largest logits. Prints the number of ReLU calls, by how much `frozen` with the decisions of x misses the logits, and
autograd's gradients through `forward` those of `gradient`.
"""
import sys

import numpy as np
import torch

file, pixels, side, temperatures, out = sys.argv[1:]
side = int(side)
net = torch.jit.load(file)
x = torch.from_numpy(np.fromfile(pixels, np.uint8).reshape(-1, 3, side, side)).float() / 255 * 2 - 1
with torch.no_grad():
    logits, z = net.preactivations(x)
    targets = logits.topk(2, 1).indices
    t = torch.tensor([float(s) for s in temperatures.split(",")]).view(-1, 1, 1, 1)
    same, pullbacks = net.pullback(x, targets, [t] * len(z))
    frozen = net.frozen(x, [(a > 0).float() for a in z], net.selections(x))
    assert torch.equal(net(x), logits) or (net(x) - logits).abs().max() < 1e-5 * logits.abs().max()
    assert net.features(x).dim() == 2
    gradients = net.gradient(x, targets[:, :1])[1][:, 0]
x.requires_grad_()
(autograd,) = torch.autograd.grad(net(x).gather(1, targets[:, :1]).sum(), x)
print(len(z))
print(((frozen - logits).abs().max() / logits.abs().max()).item())
print(((autograd - gradients).norm() / autograd.norm()).item())
with open(out, "wb") as f:
    f.write(same.contiguous().numpy().astype("<f4").tobytes())
    f.write(pullbacks.contiguous().numpy().astype("<f4").tobytes())
