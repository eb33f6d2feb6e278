"""kernel.json of random images in numpy: kernel_of_gram.py FILE N LAYERS WIDTH CLASSES BIAS COMPONENTS.

FILE holds little-endian doubles: pixels (N x WIDTH), gates (LAYERS x N x WIDTH), features (N x WIDTH),
logits (N x CLASSES), labels (N; negative: none). Prints JSON.
"""
import json
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../../../common/src/test/python"))
import kernel_scores as scores


def normalised(k):
    d = np.sqrt(np.diag(k))
    scale = np.outer(d, d)
    return np.divide(k, scale, out=np.zeros_like(k), where=scale > 0)


def main():
    n, layers, width, classes, bias, components = map(int, sys.argv[2:])
    data = np.fromfile(sys.argv[1], "<f8")
    sizes = [n * width, layers * n * width, n * width, n * classes, n]
    pixels, gates, features, logits, labels = np.split(data, np.cumsum(sizes)[:-1])
    pixels, features = pixels.reshape(n, width), features.reshape(n, width)
    gates, logits = gates.reshape(layers, n, width), logits.reshape(n, classes)
    raw = [g @ g.T + bias for g in gates]
    pixel = pixels @ pixels.T + bias
    k = [normalised(r) for r in raw]
    product = normalised(pixel * np.prod(raw, 0))
    kernels = {
        "product": product,
        "tempered:gates:p=1/L": np.exp((sum(k) - layers) / layers),
        "tempered:all:p=4/L:1-2": normalised(pixel) * np.exp(4 / 2 * (k[1] + k[2] - 2)),
        "tempered:all:p=0.5": normalised(pixel) * np.exp(0.5 * (sum(k) - layers)),
        "layer:1": k[1],
        "pixel": normalised(pixel),
        "feature": normalised(features @ features.T + bias),
        "paths": product,
    }
    out = {}
    for name, kernel in kernels.items():
        ridge, r_squared, agreement = scores.ridge(kernel, logits)
        values, components_of = scores.spectrum(kernel, components)
        out[name] = {
            "knn_accuracy": {str(v): scores.accuracy(kernel, labels, v) for v in (1, 5, 20)},
            "alignment_label": scores.label_alignment(kernel, labels),
            "alignment_logit": scores.alignment(kernel, logits @ logits.T),
            "alignments": {o: scores.alignment(kernel, kernels[o]) for o in kernels if o != name},
            "ridge": ridge,
            "r_squared": r_squared,
            "argmax_agreement": agreement,
            "median_off_diagonal": scores.median(kernel),
            "eigenvalues": values.tolist(),
            "components": components_of.tolist(),
            "similarity": kernel.tolist(),
        }
    print(json.dumps(out))


if __name__ == "__main__":
    main()
