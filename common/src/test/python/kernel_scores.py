"""Scores of a normalised kernel matrix in numpy: kernel_scores.py FILE N CLASSES COMPONENTS.

FILE holds little-endian doubles: K (N x N), logits (N x CLASSES), labels (N; negative: none).
Prints one line for each score, its name first.
"""
import sys

import numpy as np


def centred(k):
    h = np.eye(len(k)) - 1 / len(k)
    return h @ k @ h


def alignment(k, l):
    k, l = centred(k), centred(l)
    return (k * l).sum() / np.sqrt((k * k).sum() * (l * l).sum())


def label_alignment(k, labels):
    known = labels >= 0
    y = labels[known]
    return alignment(k[np.ix_(known, known)], (y[:, None] == y[None]).astype(float))


def median(k):
    return np.median(k[np.triu_indices(len(k), 1)])


def spectrum(k, components):
    values, vectors = np.linalg.eigh(centred(k))
    values, vectors = values[::-1][:components], vectors[:, ::-1][:, :components]
    peaks = np.abs(vectors).argmax(0)
    vectors = vectors * np.sign(vectors[peaks, np.arange(components)])
    return values, vectors * np.sqrt(np.maximum(values, 0))


def ridge(k, logits):
    fit, judge = np.arange(0, len(k), 2), np.arange(1, len(k), 2)
    choose, train = fit[::5], np.setdiff1d(fit, fit[::5])

    def predicted(on, of, r):
        mean = logits[on].mean(0)
        a = np.linalg.solve(k[np.ix_(on, on)] + r * np.eye(len(on)), logits[on] - mean)
        return k[np.ix_(of, on)] @ a + mean

    ridges = 10 ** (np.arange(-16, 7) / 2)
    errors = [((predicted(train, choose, r) - logits[choose]) ** 2).sum() for r in ridges]
    r = ridges[int(np.argmin(errors))]
    p, y = predicted(fit, judge, r), logits[judge]
    return r, 1 - ((y - p) ** 2).sum() / ((y - y.mean(0)) ** 2).sum(), (p.argmax(1) == y.argmax(1)).mean()


def neighbours(k, candidates=None):
    """Positions by row, the most similar first, equal ones by position."""
    order = []
    for i, row in enumerate(k):
        others = [j for j in range(len(k)) if j != i and (candidates is None or candidates[j])]
        order.append(sorted(others, key=lambda j: (-row[j], j)))
    return order


def accuracy(k, labels, votes):
    known = labels >= 0
    right = []
    for i, order in enumerate(neighbours(k, known)):
        if known[i]:
            near = [int(labels[j]) for j in order[:votes]]
            if len(near) < votes:
                return None
            most = max(near.count(y) for y in near)
            right.append(next(y for y in near if near.count(y) == most) == labels[i])
    return float(np.mean(right)) if right else None


def main():
    n, classes, components = map(int, sys.argv[2:])
    data = np.fromfile(sys.argv[1], "<f8")
    k = data[: n * n].reshape(n, n)
    logits = data[n * n : n * (n + classes)].reshape(n, classes)
    labels = data[n * (n + classes) :]
    values, scores = spectrum(k, components)
    print("median", repr(float(median(k))))
    print("alignment_label", repr(float(label_alignment(k, labels))))
    print("alignment_logit", repr(float(alignment(k, logits @ logits.T))))
    print("ridge", *map(repr, map(float, ridge(k, logits))))
    print("knn", *(accuracy(k, labels, votes) for votes in (1, 5, 20)))
    print("eigenvalues", *map(repr, map(float, values)))
    print("scores", *map(repr, map(float, scores.ravel())))


if __name__ == "__main__":
    main()
