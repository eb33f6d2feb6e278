"""Colours float32 pictures (N, 3, H, W) as torchvision does: make_grid.py VALUES HEIGHT WIDTH OUT.

OUT: uint8 (N, 3, H, W): make_grid(normalize=True, scale_each=True) and what save_image makes of it, picture by picture.
"""
import sys

import numpy as np
import torch
from torchvision.utils import make_grid

values, height, width, out = sys.argv[1:]
v = torch.from_numpy(np.fromfile(values, "<f4").reshape(-1, 3, int(height), int(width)))
# One picture at a time comes back without a border.
scaled = torch.stack([make_grid(p, normalize=True, scale_each=True, padding=0) for p in v])
scaled.mul(255).add_(0.5).clamp_(0, 255).to(torch.uint8).numpy().tofile(out)
