"""Answers a test's questions with the reference implementation, in float64.

    python3 oracle_server.py ORACLE.PY [QUESTIONS]

Reads one JSON object a line on standard input, or in a file, and answers each with one line of JSON. Arrays travel as
raw little-endian float64 files. Questions, by "do":

    images    root, size, limit              reads an ImageFolder; answers names
    make      arch, out                      a torchvision network with plausible weights, saved to out
    load      arch, weights
    judge     images, directory              compares the decisions that the product took with the reference's:
                                             directory/N.bin holds for image N the signs of every ReLU call (bits,
                                             lowest first), then the selections of every max-pool call (int32);
                                             answers counts, and logits in directory/logits.bin
    pullback  images, targets, gate, temperature, pool, compat, own, out
                                             pullbacks (images, targets, 3, H, W); own: with the judged decisions
    neuron    images, layer, channels, position, gate, temperature, pool, own, out
                                             pullbacks (images, channels, 3, H, W) of a ReLU call's pre-activation, its
                                             own gate not applied, at h W + w or for -1 summed over positions; before
                                             each its value
    points    file, size                     takes points (N, 3, size, size), float32, for the images that were read
    ascend    images, targets, originals, gate, temperature, pool, own, alpha, eps, steps, out
                                             projected gradient ascent from each of the images, in the ball around the
                                             float32 original of the same place: before every step all logits, then the
                                             point after it; own: with the judged decisions, for one step
    stability arch, checkpoints, out         gates over checkpoints, of the images that were read: flips (T, T, L, 4),
                                             rho hard, rho sigmoid, path hard hard, path smooth hard (T, T), one behind
                                             the other; labels are the classes of CIFAR-10
    forget                                   lets go of images, network and decisions
    gram      gate, temperature, bias, out   log|K|, sign (N, N), inner products (L, N, N) of the images that were read,
                                             and how many gates of each image lie at rounding level (L, N)
"""
import importlib.util
import json
import os
import sys

import numpy as np
import torch

spec = importlib.util.spec_from_file_location('oracle', sys.argv[1])
oracle = importlib.util.module_from_spec(spec)
spec.loader.exec_module(oracle)
torch.set_num_threads(os.cpu_count())
answers = os.fdopen(os.dup(1), 'w')
sys.stdout = sys.stderr


class Gated(torch.autograd.Function):
    """A ReLU whose backward pass gives the positive part of the gradient where on."""
    @staticmethod
    def forward(ctx, z, on):
        ctx.save_for_backward(on)
        return z.clamp(min=0)

    @staticmethod
    def backward(ctx, g):
        return g * (g > 0) * ctx.saved_tensors[0], None


class Baselines(oracle.Gates):
    """The gates of related work, which the reference leaves out."""
    def gate(self, z, t=None, on=None):
        if self.sigma == 'b-silu':
            s = torch.sigmoid(z)
            return s + (z + 1.67) * s * (1 - s)
        return super().gate(z, t, on)

    def relu(self, z, inplace=False):
        if self.mode != 'excite' or self.sigma not in ('guided', 'deconv'):
            return super().relu(z, inplace)
        on = z > 0
        if self.decisions:
            on = self.decisions[0][self.i]; self.i += 1
        return Gated.apply(z, torch.ones_like(on) if self.sigma == 'deconv' else on)


oracle.Gates = Baselines


class State:
    x = f = None
    decisions = {}


def images(q):
    State.x, _, names = oracle.images(q['root'], q['size'], q['limit'])
    State.names = names
    return {'names': names}


def make(q):
    """Default initialisation would leave BatchNorm without statistics, and plain networks nearly dead."""
    torch.manual_seed(314)
    net = getattr(oracle.models, q['arch'])(weights=None) if not q['arch'].startswith('cifar') else oracle.load(q['arch']).backbone
    norms = [m for m in net.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    with torch.no_grad():
        for norm in norms:
            norm.weight.uniform_(0.2, 0.6), norm.bias.normal_(0, 0.1)       # as trained networks have it
            norm.momentum = None        # running statistics are those of all images seen
        for m in net.modules():         # residual branches as loud as their inputs let rounding errors grow with depth
            if isinstance(m, oracle.models.resnet.Bottleneck):
                m.bn3.weight.mul_(0.25)
        if not norms:
            for m in net.modules():
                if isinstance(m, (torch.nn.Conv2d, torch.nn.Linear)):
                    torch.nn.init.kaiming_normal_(m.weight), m.bias.normal_(0, 0.1)
        oracle.FromPixels(net.train())(State.x)
    torch.save(net.state_dict(), q['out'])
    return load({'arch': q['arch'], 'weights': q['out']})


def load(q):
    State.f = oracle.load(q['arch'], q['weights']).double()
    State.decisions = {}
    return {}


def one(i):
    return State.x[i:i + 1].double()


def judge(q):
    gates = differing = windows = selected = 0
    worst, odd, logits = 0.0, [], []
    for i in q['images']:
        y, (zs, pools) = oracle.preactivations(State.f, one(i))
        logits.append(y.numpy())
        data = np.fromfile(os.path.join(q['directory'], f'{i}.bin'), np.uint8)
        at, signs, selections, same = 0, [], [], True
        for z in zs:
            size = (z.numel() + 7) // 8
            sign = torch.from_numpy(np.unpackbits(data[at:at + size], bitorder='little')[:z.numel()].astype(bool)).view(z.shape)
            at += size
            other = sign != (z > 0)
            if other.any():
                worst, same = max(worst, (z[other].abs().max() / z.pow(2).mean().sqrt()).item()), False
            gates += z.numel()
            differing += int(other.sum())
            signs.append(sign)
        for pool in pools:
            own = torch.from_numpy(data[at:at + 4 * pool.numel()].view('<i4').astype(np.int64)).view(pool.shape)
            at += 4 * pool.numel()
            windows += pool.numel()
            selected += int((own != pool).sum())
            same &= torch.equal(own, pool)
            selections.append(own)
        assert at == len(data), f'{at} bytes of decisions expected, {len(data)} found'
        State.decisions[i] = signs, selections
        odd += [] if same else [i]
    np.concatenate(logits).tofile(os.path.join(q['directory'], 'logits.bin'))
    return {'gates': gates, 'differing': differing, 'worst': worst, 'windows': windows, 'selected': selected, 'odd': odd}


def decisions(i, compat):
    """Signs of the ReLUs that the reference's gates see, selections, and signs of those that --compat authors leaves hard."""
    signs, selections = State.decisions[i]
    gated = len(signs)
    if compat:                          # ReLU modules only; the functional ones come last (DenseNet), or are all (CIFAR)
        with torch.no_grad(), oracle.Gates('record', compat=True) as g:
            State.f(one(i))
        gated = len(g.z)
    return (signs[:gated], selections), iter(signs[gated:])


def backward_by(signs):
    """A ReLU whose backward pass goes by the next of these signs."""
    def relu(z, inplace=False):
        chosen = z * next(signs).to(z.dtype)
        return (torch.relu(z) - chosen).detach() + chosen
    return relu


def pullback(q):
    result = []
    original = oracle.F.relu
    for i, targets in zip(q['images'], q['targets']):
        x = one(i).requires_grad_(True)
        own, hard = decisions(i, q['compat']) if q['own'] else (None, None)
        if q['own'] and q['compat']:
            oracle.F.relu = backward_by(hard)
        with oracle.Gates('excite', temperature=q['temperature'], sigma=q['gate'], pool=q['pool'], compat=q['compat'], decisions=own):
            y = State.f(x)
            for t in targets:
                result.append(torch.autograd.grad(y[0, t], x, retain_graph=t is not targets[-1])[0].numpy())
        oracle.F.relu = original
    np.concatenate(result).tofile(q['out'])
    return {}


class Tapped(oracle.Gates):
    """Keeps the pre-activations with their graph."""
    def relu(self, z, inplace=False):
        self.taps = getattr(self, 'taps', []) + [z]
        return super().relu(z, inplace)


def neuron(q):
    result = []
    for i in q['images']:
        x = one(i).requires_grad_(True)
        with Tapped('excite', temperature=q['temperature'], sigma=q['gate'], pool=q['pool'],
                    decisions=State.decisions[i] if q['own'] else None) as gates:
            State.f(x)
            z = gates.taps[q['layer']][0]
            for c in q['channels']:
                value = z[c].sum() if q['position'] < 0 else z[c].flatten()[q['position']]
                v, = torch.autograd.grad(value, x, retain_graph=True)
                result += [value.detach().numpy().ravel(), v.numpy().ravel()]
    np.concatenate(result).tofile(q['out'])
    return {}


def points(q):
    State.x = torch.from_numpy(np.fromfile(q['file'], np.float32)).view(-1, 3, q['size'], q['size'])
    State.decisions = {}
    return {}


def ascend(q):
    originals = torch.from_numpy(np.fromfile(q['originals'], np.float32)).view(-1, 1, *State.x.shape[1:]).double()
    assert not q['own'] or q['steps'] == 1
    result = []
    for i, target, original in zip(q['images'], q['targets'], originals):
        x = one(i)
        for _ in range(q['steps']):
            v, y = oracle.pullback(State.f, x, torch.tensor([target]), temperature=q['temperature'], sigma=q['gate'],
                                   pool=q['pool'], decisions=State.decisions[i] if q['own'] else None)
            d = x + q['alpha'] * v / v.norm() - original
            x = (original + d * (q['eps'] / d.norm()).clamp(max=1)).clamp(-1, 1)
            result += [y.numpy().ravel(), x.numpy().ravel()]
    np.concatenate(result).tofile(q['out'])
    return {}


def stability(q):
    labels = oracle.label_index([os.path.dirname(name) for name in State.names], None)
    nets = [oracle.load(q['arch'], c).double() for c in q['checkpoints']]
    flips, rho, path = oracle.stability(nets, State.x.double(), labels)
    parts = flips, rho['hard'], rho['sigmoid'], path['hard_hard'], path['smooth_hard']
    np.concatenate([p.astype(np.float64).ravel() for p in parts]).tofile(q['out'])
    return {'labels': labels.tolist()}


def gram(q):
    logk, sign, layers = oracle.log_gram(State.f, State.x.double(), q['gate'], q['temperature'], q['bias'])
    _, (zs, _) = oracle.preactivations(State.f, State.x.double())
    rms = lambda z: z.flatten(1).pow(2).mean(1, keepdim=True).sqrt()
    close = torch.stack([(z.flatten(1).abs() <= 1e-5 * rms(z)).sum(1).double() for z in zs])
    np.concatenate([p.numpy().ravel() for p in (logk, sign, layers, close)]).tofile(q['out'])
    return {}


def forget(q):
    State.x = State.f = State.names = None
    State.decisions = {}
    return {}


for line in open(sys.argv[2]) if len(sys.argv) > 2 else sys.stdin:
    question = json.loads(line)
    answer = globals()[question['do']](question)
    print(json.dumps(answer), file=answers, flush=True)
