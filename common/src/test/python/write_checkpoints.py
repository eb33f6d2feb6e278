"""Writes checkpoints of many kinds with torch.save into the directory named on the command line."""
import collections
import os
import sys

import torch

torch.manual_seed(314)
base = torch.randn(6, 8)
flat = torch.arange(1000, dtype=torch.float32)
tied = torch.randn(3, 5)
special = torch.tensor([0., -0., 1., float('inf'), -float('inf'), 65504., 1e-7, 6e-8, 3.14159, -2.5e-5])

net = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(16, 5))
optimizer = torch.optim.Adam(net.parameters())
net(torch.randn(2, 3, 4, 4)).sum().backward()
optimizer.step()

files = {
    'state_dict': net.state_dict(),      # an OrderedDict with _metadata
    'plain': dict(net.state_dict()),
    'parameters': collections.OrderedDict(net.named_parameters()),
    'training': {'epoch': 3, 'best': 91.25, 'history': [0.5, 0.25, None, True], 'note': 'é', 'seen': {1, 2}, 'huge': 1 << 90,
                 'state_dict': collections.OrderedDict(('module.' + k, v) for k, v in net.state_dict().items()),
                 'optimizer': optimizer.state_dict()},
    'under_model': {'model': net.state_dict(), 'epoch': (1, 2, (3, 'x'))},
    'dtypes': {str(d)[6:]: special.to(d) for d in (torch.float64, torch.float32, torch.float16, torch.bfloat16)},
    'integers': {str(d)[6:]: torch.tensor([0, 1, 2, 100, 127]).to(d) for d in (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool)},
    'large_integers': {'a': torch.tensor([2 ** 62 + 12345, -2 ** 53 - 1, 16777217]), 'b': torch.tensor([-128, 127], dtype=torch.int8),
                       'c': torch.tensor([255, 128], dtype=torch.uint8), 'd': torch.tensor([16777219, -2 ** 31], dtype=torch.int32)},
    'views': {'base': base, 'transposed': base.t(), 'rows': base[2:4], 'columns': base[:, 1:7:3], 'one': base[3, 4], 'tied': tied, 'tied_again': tied,
              'permuted': torch.randn(2, 3, 4, 5).permute(3, 1, 0, 2), 'expanded': torch.randn(4, 1, 2).expand(4, 3, 2),
              'tail': flat[900:], 'middle': flat[10:20], 'channels_last': torch.randn(2, 3, 4, 4).to(memory_format=torch.channels_last)},
    'odd_shapes': {'scalar': torch.tensor(2.5), 'empty': torch.zeros(0), 'empty_too': torch.zeros(3, 0, 2), 'count': torch.tensor(7), 'ones': torch.ones(1, 1, 1)},
    'large': {'weight': torch.randn(700, 1000), 'half': torch.randn(1000, 901).half()},     # more than one buffer
    'random_halves': {'half': torch.randint(-2 ** 15, 2 ** 15, (4096,), dtype=torch.int16).view(torch.float16).nan_to_num(7.)},
}
for name, content in files.items():
    for protocol in (2, 4):
        for kind, zipped in (('zip', True), ('legacy', False)):
            path = os.path.join(sys.argv[1], f'{name}.{kind}{protocol}.pth')
            torch.save(content, path, pickle_protocol=protocol, _use_new_zipfile_serialization=zipped)
