#!/usr/bin/env python3
"""What Pillow and torchvision make of image files: the reference of curtain.images.PillowTest.

    pillow_pixels.py hash ROOT        per file under ROOT and transform: path, transform, width, height, SHA-256 of the
                                      uint8 pixels (C, H, W), or `error` and the exception where Pillow raises
    pillow_pixels.py make DIR         writes odd images of many kinds into DIR (seeded; nothing is downloaded)

Runs on Debian's python3-pil (9.4) and python3-torchvision (0.14).
"""
import hashlib, io, os, struct, sys, warnings, zlib
import numpy as np
from PIL import Image, ImageCms
from torchvision import transforms as T

Image.MAX_IMAGE_PIXELS = None
warnings.simplefilter('ignore')
TRANSFORMS = {
    'none': T.PILToTensor(),
    'imagenet': T.Compose([T.Resize(256), T.CenterCrop(224), T.PILToTensor()]),
    'square': lambda im: (T.Compose([T.Resize((224, 224)), T.PILToTensor()]) if im.width == im.height else TRANSFORMS['imagenet'])(im),
}


def hash_tree(root):
    for folder, _, files in os.walk(root):
        for name in files:
            path = os.path.join(folder, name)
            for transform, apply in TRANSFORMS.items():
                try:
                    im = Image.open(path)
                    size = im.size
                    pixels = apply(im.convert('RGB')).numpy().tobytes()
                    row = (*size, hashlib.sha256(pixels).hexdigest())
                except Exception as e:
                    row = (0, 0, 'error ' + str(e).replace('\n', ' ').replace('\t', ' '))
                print(os.path.relpath(path, root), transform, *row, sep='\t')


# ---------------------------------------------------------------- odd files
rng = np.random.default_rng(314)


def picture(w, h, bands=3):
    """Smooth colours with edges and some noise: every code path of a JPEG coder gets work."""
    y, x = np.mgrid[0:h, 0:w]
    planes = [127 + 90 * np.sin(x / (5 + 3 * c) + c) * np.cos(y / (7 + 2 * c)) + 60 * ((x // 9 + y // 11 + c) % 2) for c in range(bands)]
    p = np.stack(planes, -1) + rng.normal(0, 12, (h, w, bands))
    return np.clip(p, 0, 255).astype(np.uint8)


def chunk(kind, data, wrong=False):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data) ^ wrong)


def filtered(rows, unit):
    """Rows of bytes with filters 0 to 4 in turn (PNG, section 9)."""
    out, above = b'', bytes(len(rows[0]))
    for n, row in enumerate(rows):
        kind, line = n % 5, bytearray()
        for i, v in enumerate(row):
            a, b, c = (row[i - unit] if i >= unit else 0), above[i], (above[i - unit] if i >= unit else 0)
            p = a + b - c
            paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            line.append((v - [0, a, b, (a + b) >> 1, paeth][kind]) & 255)
        out, above = out + bytes([kind]) + bytes(line), row
    return out


def png(samples, depth, kind, interlace=False, before=b'', idat_size=None, wrong=False, cut=0):
    """samples (H, W, bands) of `depth` bits; kind: PNG's colour type; before: chunks in front of IDAT."""
    h, w, bands = samples.shape
    data = b''
    for x0, y0, dx, dy in ([(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)] if interlace else [(0, 0, 1, 1)]):
        part = samples[y0::dy, x0::dx]
        if not part.size:
            continue
        rows = []
        for line in part.reshape(part.shape[0], -1):
            bits = ''.join(format(int(v), f'0{depth}b') for v in line)
            bits += '0' * (-len(bits) % 8)
            rows.append(bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8)))
        data += filtered(rows, max(1, bands * depth // 8))
    z = zlib.compress(data)
    z = z[:len(z) - cut]
    parts = [z] if not idat_size else [z[i:i + idat_size] for i in range(0, len(z), idat_size)] + [b'']
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', w, h, depth, kind, 0, 0, interlace)) + before
            + b''.join(chunk(b'IDAT', p, wrong) for p in parts) + chunk(b'IEND', b''))


def jpeg(array, mode=None, **options):
    out = io.BytesIO()
    Image.fromarray(array, mode).save(out, 'JPEG', **options)
    return out.getvalue()


def segments(data):
    """(marker, start, end) of the segments before the first scan's data."""
    at, out = 2, []
    while data[at + 1] != 0xDA:
        n = 2 + struct.unpack('>H', data[at + 2:at + 4])[0]
        out.append((data[at + 1], at, at + n)); at += n
    return out + [(0xDA, at, at + 2 + struct.unpack('>H', data[at + 2:at + 4])[0])]


def without_app(data, insert=b''):
    body = b''.join(data[a:b] for m, a, b in segments(data)[:-1] if not 0xE0 <= m <= 0xEF)
    return data[:2] + insert + body + data[segments(data)[-1][1]:]


def renamed(data, names):
    data = bytearray(data)
    for marker, a, _ in segments(bytes(data)):
        for i, name in enumerate(names):
            if marker in (0xC0, 0xC2):
                data[a + 10 + 3 * i] = name
            if marker == 0xDA:
                data[a + 5 + 2 * i] = name
    return bytes(data)


def adobe(transform):
    return b'\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00' + bytes([transform])


def make(folder):
    def put(name, data):
        with open(os.path.join(folder, name), 'wb') as f:
            f.write(data)
    os.makedirs(folder, exist_ok=True)
    sizes = [(1, 1), (2, 2), (3, 1), (7, 5), (17, 33), (64, 48), (97, 300), (3000, 10), (10, 3000), (256, 256), (256, 300), (224, 224), (509, 511), (1200, 40)]
    for w, h in sizes:
        a = picture(w, h)
        for s in (0, 1, 2):
            put(f'jpeg_s{s}_{w}x{h}.jpg', jpeg(a, subsampling=s, quality=85))
            put(f'progressive_s{s}_{w}x{h}.jpg', jpeg(a, subsampling=s, quality=70, progressive=True))
        put(f'grey_{w}x{h}.jpg', jpeg(a[:, :, 0]))
        put(f'cmyk_{w}x{h}.jpg', jpeg(picture(w, h, 4), 'CMYK', quality=90))
    a = picture(61, 83)
    for q in (1, 5, 30, 100):
        put(f'quality_{q}.jpg', jpeg(a, quality=q))
    put('optimised.jpg', jpeg(a, optimize=True))
    base, four = jpeg(a, subsampling=0), jpeg(picture(61, 83, 4), 'CMYK')
    half = jpeg(a, subsampling=2)
    put('rgb_adobe.jpg', without_app(base, adobe(0)))
    put('rgb_named.jpg', renamed(without_app(base), b'RGB'))
    put('ycc_named_rgb_but_jfif.jpg', renamed(base, b'RGB'))
    put('ycc_adobe.jpg', without_app(half, adobe(1)))
    put('ycc_adobe_strange.jpg', without_app(half, adobe(7)))
    put('ycc_bare.jpg', without_app(half))
    put('ycc_bare_444.jpg', without_app(base))
    put('ycc_bare_odd_ids.jpg', renamed(without_app(base), bytes([0, 1, 2])))
    put('ycc_bare_odd_ids_half.jpg', renamed(without_app(half), bytes([5, 9, 2])))
    put('ycck.jpg', without_app(four, adobe(2)))
    put('cmyk_bare.jpg', without_app(four))
    put('ycck_progressive.jpg', without_app(jpeg(picture(61, 83, 4), 'CMYK', progressive=True), adobe(2)))
    put('cmyk_half.jpg', jpeg(picture(61, 83, 4), 'CMYK', subsampling=2))
    put('comment.jpg', half[:2] + b'\xff\xfe\x00\x09Hello \xff\xd9'[:11] + half[2:])
    exif = Image.Exif(); exif[0x112] = 6
    put('exif_rotated.jpg', jpeg(a, exif=exif))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile('sRGB')).tobytes()
    put('icc.jpg', jpeg(a, icc_profile=profile)); put('icc_grey.jpg', jpeg(a[:, :, 1], icc_profile=profile))
    put('fill_bytes.jpg', half[:2] + b'\xff\xff\xff' + half[2:])
    # ends
    put('end_garbage.jpg', half + b'garbage' * 50); put('end_zeros.jpg', half + bytes(600))
    put('end_second_image.jpg', half + jpeg(picture(20, 20)))
    put('cut_half.jpg', half[:len(half) // 2]); put('cut_eoi.jpg', half[:-2]); put('cut_one.jpg', half[:-1])
    put('cut_header.jpg', half[:100]); put('cut_sof.jpg', half[:2])
    big = jpeg(picture(500, 400), progressive=True)
    for f in (10, 50, 90):
        put(f'cut_progressive_{f}.jpg', big[:len(big) * f // 100])
    put('cut_progressive_eoi.jpg', big[:-2])
    # PNG
    for kind, bands, depths in ((0, 1, (1, 2, 4, 8)), (2, 3, (8, 16)), (4, 2, (8, 16)), (6, 4, (8, 16)), (3, 1, (1, 2, 4, 8))):
        for depth in depths:
            for w, h in ((1, 1), (5, 3), (37, 29), (8, 8)):
                s = (picture(w, h, bands).astype(int) * 257 ^ rng.integers(0, 128, (h, w, bands))) >> (16 - depth)
                plte = chunk(b'PLTE', rng.integers(0, 256, 3 << depth, dtype=np.uint8).tobytes()) if kind == 3 else b''
                for interlace in (False, True):
                    put(f'type{kind}_{depth}_{w}x{h}_{int(interlace)}.png', png(s, depth, kind, interlace, plte, idat_size=50))
                if kind == 3:
                    put(f'trns{kind}_{depth}_{w}x{h}.png', png(s, depth, kind, False, plte + chunk(b'tRNS', bytes(range(1 << depth)))))
    g, c = picture(20, 20, 1), picture(20, 20)
    put('trns_grey.png', png(g, 8, 0, before=chunk(b'tRNS', struct.pack('>H', int(g[0, 0, 0])))))
    put('trns_rgb.png', png(c, 8, 2, before=chunk(b'tRNS', struct.pack('>HHH', *map(int, c[0, 0])))))
    put('gamma.png', png(c, 8, 2, before=chunk(b'gAMA', struct.pack('>I', 100000))))
    put('suggested_palette.png', png(c, 8, 2, before=chunk(b'PLTE', bytes(30))))
    put('short_palette.png', png(g // 16, 8, 3, before=chunk(b'PLTE', bytes(range(21)))))
    put('no_palette.png', png(g // 16, 8, 3))
    put('named.JPEG', png(c, 8, 2)); put('named.png', base)
    for kind, mode in (('RGBA', 'RGBA'), ('LA', 'LA'), ('P', 'P'), ('1', '1')):
        im = Image.fromarray(picture(300, 290, 4), 'RGBA').convert(mode) if mode != 'P' else Image.fromarray(picture(300, 290)).quantize(40)
        out = io.BytesIO(); im.save(out, 'PNG'); put(f'pillow_{kind}.png', out.getvalue())
    out = io.BytesIO(); Image.fromarray(picture(600, 400)).save(out, 'PNG'); put('pillow_RGB.png', out.getvalue())
    whole = out.getvalue()
    put('cut_half.png', whole[:len(whole) // 2]); put('cut_header.png', whole[:30])
    put('crc_ihdr.png', whole[:29] + bytes([whole[29] ^ 1]) + whole[30:])
    put('cut_stream.png', png(c, 8, 2, cut=60))
    put('flip.png', whole[:5000] + bytes([whole[5000] ^ 255]) + whole[5001:])
    # not for us
    put('empty.jpg', b''); put('text.JPEG', b'Not an image, a text.\n')


if __name__ == '__main__':
    {'hash': hash_tree, 'make': make}[sys.argv[1]](sys.argv[2])
