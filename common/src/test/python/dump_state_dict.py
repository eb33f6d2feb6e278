"""Prints a line for every tensor of each state dict named on the command line, as PyTorch reads it:
file, name, dtype, shape, SHA-256 of the values' little-endian float32 bytes."""
import hashlib
import os
import sys

import torch

for path in sys.argv[1:]:
    entries = torch.load(path, map_location='cpu')
    for key in ('state_dict', 'model'):
        if isinstance(entries.get(key), dict):
            entries = entries[key]
            break
    for name, value in entries.items():
        if not isinstance(value, torch.Tensor):
            continue
        name = name[7:] if name.startswith('module.') else name
        floats = value.detach().to(torch.float32).contiguous()
        print(os.path.basename(path), name, str(value.dtype)[6:], list(value.shape),
              hashlib.sha256(floats.numpy().tobytes()).hexdigest(), sep='\t')
