"""Measures of pullbacks the slow and obvious way, in float64 (spec 6), as JSON: the fixtures of MeasureKernelTest.

    python3 measures.py SHARED cifar_resnet20 > ../resources/curtain/measures/measures-cifar_resnet20.json
    python3 measures.py SHARED squeezenet1_1 > ../resources/curtain/measures/measures-squeezenet1_1.json

SHARED is the folder with reference/oracle.py, images and weights. Masks: the left part of an image, columns below 3/8 W.
"""
import copy, hashlib, json, math, sys
import numpy as np
import torch

shared, arch = sys.argv[1:3]
sys.path.insert(0, shared + '/reference')
import oracle

SEED, T = 314, 0.3
CIFAR = arch.startswith('cifar')
WEIGHTS = shared + '/data/weights/' + ('cifar10-resnet20.th' if CIFAR else 'squeezenet1_1-imagenet.pth')
IMAGES = shared + '/data/' + ('cifar10-sample/test' if CIFAR else 'imagenet-sample/val')
COUNT, CLASSES = (5, 2) if CIFAR else (1, 1)


class Random:
    """java.util.Random, seeded by a text."""
    def __init__(self, text):
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], 'big')
        self.seed, self.next_gaussian = (seed ^ 0x5DEECE66D) & (2 ** 48 - 1), None

    def next(self, bits):
        self.seed = (self.seed * 0x5DEECE66D + 0xB) & (2 ** 48 - 1)
        r = self.seed >> (48 - bits)
        return r - 2 ** bits if r >= 2 ** (bits - 1) else r

    def next_int(self, bound):
        r = self.next(31) & (2 ** 31 - 1)
        if bound & -bound == bound:
            return (bound * r) >> 31
        while True:
            v = r % bound
            if r - v + bound - 1 < 2 ** 31:
                return v
            r = self.next(31) & (2 ** 31 - 1)

    def next_double(self):
        return (((self.next(26) & (2 ** 26 - 1)) << 27) + (self.next(27) & (2 ** 27 - 1))) * 2.0 ** -53

    def gaussian(self):
        if self.next_gaussian is not None:
            g, self.next_gaussian = self.next_gaussian, None
            return g
        while True:
            a, b = 2 * self.next_double() - 1, 2 * self.next_double() - 1
            s = a * a + b * b
            if 0 < s < 1:
                m = math.sqrt(-2 * math.log(s) / s)
                self.next_gaussian = b * m
                return a * m


def noise(shape, std, text):
    random = Random(text)
    return std * np.array([random.gaussian() for _ in range(int(np.prod(shape)))]).reshape(shape)


def permuted(weight, text):
    random, values = Random(text), weight.flatten().tolist()
    for i in range(len(values) - 1, 0, -1):
        j = random.next_int(i + 1)
        values[i], values[j] = values[j], values[i]
    return torch.tensor(values, dtype=weight.dtype).view(weight.shape)


def blur(x):
    h = x.shape[-1]
    sigma = h / 20
    radius = math.ceil(3 * sigma)
    kernel = np.exp(-np.arange(-radius, radius + 1) ** 2 / (2 * sigma ** 2))
    kernel /= kernel.sum()
    pad = np.pad(x, ((0, 0), (radius, radius), (radius, radius)), mode='reflect')
    rows = sum(k * pad[:, i:i + h, :] for i, k in enumerate(kernel))
    return sum(k * rows[:, :, i:i + h] for i, k in enumerate(kernel))


def randomised(f, k):
    g = copy.deepcopy(f)
    maps = [m for m in g.modules() if isinstance(m, (torch.nn.Conv2d, torch.nn.Linear))]
    for i in range(len(maps) - {'1': 1, 'half': len(maps) // 2, 'all': len(maps)}[k], len(maps)):
        maps[i].weight.data = permuted(maps[i].weight.data, f'{SEED}/randomisation/{i}')
    return g


def gradient(f, x, c, **gates):
    v, _ = oracle.pullback(f, torch.from_numpy(x)[None], torch.tensor([c]), **gates)
    return v[0].numpy()


def direction(name, f, x, c, image):
    hard = dict(sigma='hard', pool='hard')
    if name == 'pullback':
        return gradient(f, x, c, temperature=T)
    if name == 'gradient':
        return gradient(f, x, c, **hard)
    if name == 'smoothgrad':
        return np.mean([gradient(f, x + noise(x.shape, .3, f'{SEED}/{image}/smoothgrad/{r}'), c, **hard) for r in range(16)], 0)
    b = blur(x)
    return np.mean([gradient(f, b + (s + .5) / 32 * (x - b), c, **hard) for s in range(32)], 0) * (x - b)


def cos(v, w):
    return float((v * w).sum() / math.sqrt((v * v).sum() * (w * w).sum()))


def probabilities(f, xs, c):
    with torch.no_grad():
        return f(torch.from_numpy(np.stack(xs))).softmax(1)[:, c].numpy()


def measures(f, random, name, x, c, two, image):
    v = direction(name, f, x, c, image)
    n, h, w = v.size, *v.shape[1:]
    out = {'noise_stability': np.mean([cos(v, direction(name, f, x + noise(x.shape, .05, f'{SEED}/{image}/{r}'), c, image)) for r in range(4)])}
    rank = np.argsort(-np.abs(v if name == 'integrated_gradients' else v * x).sum(0).ravel(), kind='stable')
    b = blur(x)
    for measure, start, end in (('insertion', b, x), ('deletion', x, b)):
        points = []
        for k in range(33):
            on = np.zeros(h * w, bool)
            on[rank[:round(k * h * w / 32)]] = True
            points.append(np.where(on.reshape(1, h, w), end, start))
        p = probabilities(f, points, c)
        out[measure] = np.trapz(p, np.linspace(0, 1, 33))
    a = np.sort(np.abs(v).ravel())
    out['sparsity'] = ((2 * np.arange(1, n + 1) - n - 1) * a).sum() / (n * a.sum())
    out['target_specificity'] = 1 - cos(*[direction(name, f, x, t, image) for t in two])
    for k, g in random.items():
        out['randomisation:' + k] = cos(v, direction(name, g, x, c, image))
    inside, magnitude = np.tile(np.arange(w) < 3 * w // 8, (h, 1)), np.abs(v).sum(0)
    out['localisation'] = magnitude[inside].sum() / magnitude.sum()
    out['pointing_game'] = float(inside.ravel()[magnitude.argmax()])
    return {k: float(x) for k, x in out.items()}


f = oracle.load(arch, WEIGHTS).double()
random = {k: randomised(f, k) for k in ('1', 'half', 'all')}
xs, _, names = oracle.images(IMAGES, 32 if CIFAR else 224, COUNT)
directions = ['pullback', 'gradient'] + (['smoothgrad', 'integrated_gradients'] if CIFAR else [])
rows = []
for x, image in zip(xs.double().numpy(), names):
    two = f(torch.from_numpy(x)[None]).topk(2)[1][0].tolist()
    for c in two[:CLASSES]:
        rows.append({'image_id': image, 'target': c, **{d: measures(f, random, d, x, c, two, image) for d in directions}})
print(json.dumps(rows, indent=1))
