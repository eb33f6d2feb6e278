#!/usr/bin/env python3
"""Writes masks of many sizes into DIR, and prints what Pillow's NEAREST makes of them: the reference of MasksTest.

    nearest_masks.py DIR      per mask and transform: name, transform, width, height, SHA-256 of a byte 0 or 1 per pixel

Runs on Debian's python3-pil (9.4) and python3-torchvision (0.14).
"""
import hashlib, os, sys
import numpy as np
from PIL import Image
from torchvision import transforms as T

N = T.InterpolationMode.NEAREST
IMAGENET = T.Compose([T.Resize(256, N), T.CenterCrop(224)])
TRANSFORMS = {'imagenet': IMAGENET, 'square': lambda im: T.Resize((224, 224), N)(im) if im.width == im.height else IMAGENET(im)}
rng = np.random.default_rng(314)
for i, (w, h) in enumerate([(256, 256), (300, 400), (257, 391), (1001, 333), (640, 480), (100, 100), (37, 41), (224, 224), (511, 1023)]):
    inside = rng.random((h, w)) < .4
    mode = i % 4
    if mode == 0:                           # grey
        im = Image.fromarray(np.where(inside, rng.integers(1, 256, (h, w)), 0).astype(np.uint8))
    elif mode == 1:                         # colours, of which one is not 0
        rgb = np.zeros((h, w, 3), np.uint8)
        rgb[..., i % 3] = inside * 7
        im = Image.fromarray(rgb)
    elif mode == 2:                         # a palette whose first colour is black, as VOC has it
        im = Image.fromarray(inside.astype(np.uint8), 'P')
        im.putpalette([0, 0, 0, 128, 0, 0])
    else:                                   # 1 bit
        im = Image.fromarray(inside)
    name = f'mask{i}.png'
    im.save(os.path.join(sys.argv[1], name))
    for transform, apply in TRANSFORMS.items():
        out = np.array(apply(Image.fromarray(inside.astype(np.uint8))))
        print(name, transform, w, h, hashlib.sha256(out.tobytes()).hexdigest(), sep='\t')
