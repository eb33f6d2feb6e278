"""Draws what a figure shows from the reference's arrays and compares, cell by cell.

    figure_cells.py ORACLE.PY ARCH WEIGHTS IMAGES FIGURES

IMAGES: an ImageFolder; FIGURES: an output of `curtain figures` in style rgb, its cells as large as the network's
input. Prints for each cell: image_id, target (empty: the input), gate, temperature, and the mean absolute difference
of its pixels, in units of 8 bits, from float64 autograd drawn by torchvision's make_grid and save_image.
"""
import csv
import importlib.util
import os
import sys

import numpy as np
import torch
from PIL import Image
from torchvision.utils import make_grid

reference, arch, weights, images, figures = sys.argv[1:]
spec = importlib.util.spec_from_file_location("oracle", reference)
oracle = importlib.util.module_from_spec(spec)
spec.loader.exec_module(oracle)

f = oracle.load(arch, weights).double()
x, _, names = oracle.images(images, 32 if arch.startswith("cifar") else 224, None)
x = x.double()
pages, arrays = {}, {}


def pullback(image, target, gate, pool, temperature):
    key = target, gate, pool, temperature
    if (image, key) not in arrays:
        arrays.clear()
        v, _ = oracle.pullback(f, x[image : image + 1], torch.tensor([target]), sigma=gate, pool=pool, temperature=temperature)
        arrays[image, key] = v[0]
    return arrays[image, key]


with open(os.path.join(figures, "figures.csv"), encoding="utf-8", newline="") as table:
    for cell in csv.DictReader(table):
        page = pages.setdefault(cell["page"], None)
        if page is None:
            page = pages[cell["page"]] = np.asarray(Image.open(os.path.join(figures, f"figure-{int(cell['page']):04d}.png")).convert("RGB"))
        at = [int(cell[k]) for k in ("x", "y", "width", "height")]
        drawn = page[at[1] : at[1] + at[3], at[0] : at[0] + at[2]]
        image = names.index(cell["image_id"])
        if cell["target"]:
            v = pullback(image, int(cell["target"]), cell["gate"], cell["pool"], float(cell["temperature"] or "nan"))
            grid = make_grid(v, normalize=True, scale_each=True, padding=0)
        else:
            grid = (x[image] + 1) / 2
        expected = grid.mul(255).add_(0.5).clamp_(0, 255).to(torch.uint8).permute(1, 2, 0).numpy()
        assert expected.shape == drawn.shape, f"{drawn.shape} pixels drawn, {expected.shape} expected"
        difference = np.abs(drawn.astype(int) - expected.astype(int)).mean()
        print(cell["image_id"], cell["target"], cell["gate"], cell["temperature"], difference, sep="\t")
