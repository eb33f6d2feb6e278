#!/usr/bin/env python3
"""What Pillow and torchvision make of image files: the reference of curtain.images.PillowTest.

    pillow_pixels.py hash ROOT NAME...  per file under ROOT and named transform: path, transform, width, height, SHA-256
                                      of the uint8 pixels (C, H, W), or `error` and the exception where Pillow raises
    pillow_pixels.py formats DIR      writes GIF, BMP, WebP, TIFF and PNM of many kinds into DIR
    pillow_pixels.py lossy ROOT DIR   writes the first photos of ROOT, and pictures of odd sizes, as lossy WebP into DIR, some cut or damaged
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


def hash_tree(root, *names):
    for folder, _, files in os.walk(root):
        for name in files:
            path = os.path.join(folder, name)
            for transform in names:
                try:
                    im = Image.open(path).convert('RGB')
                    pixels = TRANSFORMS[transform](im).numpy().tobytes()
                    row = (*im.size, hashlib.sha256(pixels).hexdigest())
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


def encoded(image, format, **options):
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def jpeg(array, mode=None, **options):
    return encoded(Image.fromarray(array, mode), 'JPEG', **options)


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
    put('junk_between.jpg', half[:20] + b'junk' + half[20:])
    put('zero_between.jpg', half[:20] + b'\xff\0' + half[20:])
    put('restart_behind.jpg', half[:-2] + b'\xff\xd0\xff\xd1' + half[-2:])
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
    put('crc_idat.png', png(c, 8, 2, wrong=True)); put('crc_idats.png', png(c, 8, 2, idat_size=50, wrong=True))
    put('crc_interlaced.png', png(c, 8, 2, True, wrong=True)); put('crc_iend.png', whole[:-1] + bytes([whole[-1] ^ 1]))
    put('crc_text.png', png(c, 8, 2, before=chunk(b'tEXt', b'a\0b', True)))
    put('crc_unknown.png', png(c, 8, 2, before=chunk(b'abCd', b'ab', True)))
    put('crc_palette.png', png(g // 16, 8, 3, before=chunk(b'PLTE', bytes(range(48)), True)))
    z = zlib.compress(filtered([bytes(line) for line in c.reshape(20, -1)], 3)); head = png(c, 8, 2)[:33]
    put('adler.png', head + chunk(b'IDAT', z[:-1] + bytes([z[-1] ^ 1])) + chunk(b'IEND', b''))
    put('adler_cut.png', head + chunk(b'IDAT', z[:-4]) + chunk(b'IEND', b''))
    put('adler_more.png', head + chunk(b'IDAT', z + b'more') + chunk(b'IEND', b''))
    for marker in (0xE0, 0xE1, 0xED, 0xEE, 0xEF, 0xFE):
        for n in (0, 1, 2):
            put(f'empty_{marker:x}_{n}.jpg', half[:2] + struct.pack('>BBH', 255, marker, n) + half[2:])
    put('empty_before_scan.jpg', half[:segments(half)[-1][1]] + b'\xff\xe2\0\0' + half[segments(half)[-1][1]:])
    put('empty_junk.jpg', half[:20] + b'\xff\xe1\0\0Exif\0\0' + half[20:])
    put('empty_dqt.jpg', half[:20] + b'\xff\xdb\0\0' + half[20:])
    put('cut_stream.png', png(c, 8, 2, cut=60))
    put('flip.png', whole[:5000] + bytes([whole[5000] ^ 255]) + whole[5001:])
    # not for us
    put('empty.jpg', b''); put('text.JPEG', b'Not an image, a text.\n')


# ---------------------------------------------------------------- formats other than JPEG and PNG
class Pictures:
    """Pictures of one size in the modes of Pillow; `size` is how names of files call it."""

    def __init__(self, w, h):
        self.size = f'{w}x{h}'
        self.rgb = Image.fromarray(picture(w, h))
        self.rgba = Image.fromarray(picture(w, h, 4), 'RGBA')
        self.cmyk = Image.fromarray(picture(w, h, 4), 'CMYK')
        self.grey16 = Image.fromarray(picture(w, h)[:, :, 0].astype('u2') * 7 - 100)
        self.grey = self.rgb.convert('L')
        self.grey_alpha = self.rgba.convert('LA')
        self.bilevel = self.rgb.convert('1')
        self.colours37, self.colours11, self.colours2 = (self.rgb.quantize(n) for n in (37, 11, 2))
        self.indexed = {'L': self.grey, 'P': self.colours37, 'P4': self.colours11, 'P1': self.colours2, '1': self.bilevel}


def profile(space):
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(space)).tobytes()


def gifs(put, p):
    for mode, im in p.indexed.items():
        put(f'gif_{mode}_{p.size}.gif', encoded(im, 'GIF'))
        put(f'gif_flat_{mode}_{p.size}.gif', encoded(im, 'GIF', interlace=0))
    im, others = p.colours37, [p.colours11.rotate(90), p.colours2]
    put(f'gif_transparent_{p.size}.gif', encoded(im, 'GIF', transparency=3))
    put(f'gif_animated_{p.size}.gif', encoded(im, 'GIF', save_all=True, append_images=others, duration=100, loop=0))


def odd_gifs(put, p):
    """Pictures smaller and larger than the screen (GIF89a, sections 18 and 20), and files that are cut."""
    flat = encoded(p.colours37, 'GIF', interlace=0)
    w, h = p.colours37.size

    def with_screen(width, height):
        return flat[:6] + struct.pack('<HH', width, height) + flat[10:]
    larger = with_screen(w + 9, h + 4)
    at = larger.index(b',\0\0\0\0') + 1
    put(f'gif_screen_{p.size}.gif', larger)
    put(f'gif_offset_{p.size}.gif', larger[:at] + struct.pack('<HH', 4, 2) + larger[at + 4:])
    put(f'gif_smallscreen_{p.size}.gif', with_screen(2, 2))
    put(f'gif_cut_{p.size}.gif', flat[:len(flat) * 2 // 3])
    put(f'gif_notrailer_{p.size}.gif', flat[:-1])
    put(f'gif_cut2_{p.size}.gif', flat[:-2])
    put(f'named_gif_{p.size}.jpg', flat)


def bmps(put, p):
    for mode, im in {**p.indexed, 'RGB': p.rgb, 'RGBA': p.rgba}.items():
        put(f'bmp_{mode}_{p.size}.bmp', encoded(im, 'BMP'))


def bmp(w, h, bits, data, compression=0, colours=0, table=b''):
    """h: below 0 where rows go from top to bottom; table: the masks of bit fields or the palette."""
    start = 14 + 40 + len(table)
    head = struct.pack('<IHHI', start + len(data), 0, 0, start)
    info = struct.pack('<IiiHHIIiiII', 40, w, h, 1, bits, compression, len(data), 2835, 2835, colours, 0)
    return b'BM' + head + info + table + data


def run_lengths(rows):
    """BMP's RLE8 without stored runs: pairs of a count and a value, and a mark behind each row and at the end."""
    out = bytearray()
    for row in rows:
        at = 0
        while at < len(row):
            n = 1
            while at + n < len(row) and n < 255 and row[at + n] == row[at]:
                n += 1
            out += bytes([n, row[at]])
            at += n
        out += b'\0\0'
    return bytes(out) + b'\0\1'


def odd_bmps(put, a):
    h, w, _ = a.shape
    r, g, b = np.moveaxis(a.astype(int), 2, 0)

    def rows(values, dtype):
        """From bottom to top, each row padded to a multiple of four bytes."""
        lines = [line.tobytes() for line in values[::-1].astype(dtype)]
        return b''.join(line + bytes(-len(line) % 4) for line in lines)

    def fields(*masks):
        return {'compression': 3, 'table': struct.pack('<III', *masks)}
    five = rows(r >> 3 << 10 | g >> 3 << 5 | b >> 3, '<u2')
    six = rows(r >> 3 << 11 | g >> 2 << 5 | b >> 3, '<u2')
    put(f'bmp_555_{w}x{h}.bmp', bmp(w, h, 16, five))
    put(f'bmp_565_{w}x{h}.bmp', bmp(w, h, 16, six, **fields(0xF800, 0x7E0, 0x1F)))
    xrgb = 0x55 << 24 | r << 16 | g << 8 | b
    bottom_up = bmp(w, h, 32, rows(xrgb, '<u4'))
    put(f'bmp_32_{w}x{h}.bmp', bottom_up)
    put(f'bmp_cut_{w}x{h}.bmp', bottom_up[:-50])
    put(f'bmp_topdown_{w}x{h}.bmp', bmp(w, -h, 32, rows(xrgb[::-1], '<u4')))
    put(f'bmp_32fields_{w}x{h}.bmp', bmp(w, h, 32, rows(xrgb, '<u4'), **fields(0xFF0000, 0xFF00, 0xFF)))
    rgbx = rows(r << 24 | g << 16 | b << 8, '<u4')
    put(f'bmp_32xbgr_{w}x{h}.bmp', bmp(w, h, 32, rgbx, **fields(0xFF000000, 0xFF0000, 0xFF00)))
    palette = rng.integers(0, 256, 256, dtype=np.uint8).tobytes()
    runs = run_lengths((r[::-1] // 4).tolist())
    put(f'bmp_rle8_{w}x{h}.bmp', bmp(w, h, 8, runs, compression=1, colours=64, table=palette))


def webps(put, p):
    few = p.colours2.convert('RGB')
    put(f'webp_RGB_{p.size}.webp', encoded(p.rgb, 'WEBP', lossless=True))
    put(f'webp_RGBA_{p.size}.webp', encoded(p.rgba, 'WEBP', lossless=True))
    put(f'webp_exact_{p.size}.webp', encoded(p.rgba, 'WEBP', lossless=True, exact=True))
    put(f'webp_P_{p.size}.webp', encoded(p.colours37.convert('RGB'), 'WEBP', lossless=True))
    put(f'webp_few_{p.size}.webp', encoded(few, 'WEBP', lossless=True, quality=100, method=6))
    others = [p.rgb.rotate(180)]
    put(f'webp_animated_{p.size}.webp', encoded(p.rgb, 'WEBP', lossless=True, save_all=True, append_images=others))
    put(f'lossy_{p.size}.webp', encoded(p.rgb, 'WEBP', quality=80))
    put(f'lossy_alpha_{p.size}.webp', encoded(p.rgba, 'WEBP', quality=80))


def odd_webps(put, p):
    lossless, lossy = encoded(p.rgb, 'WEBP', lossless=True), encoded(p.rgb, 'WEBP')
    put(f'webp_cut_lossless_{p.size}.webp', lossless[:len(lossless) * 2 // 3])
    put(f'webp_cut_lossy_{p.size}.webp', lossy[:len(lossy) * 2 // 3])
    put(f'webp_trail_lossless_{p.size}.webp', lossless + b'abc')
    put(f'webp_trail_lossy_{p.size}.webp', lossy + b'abc')
    put(f'webp_icc_{p.size}.webp', encoded(p.rgb, 'WEBP', lossless=True, icc_profile=profile('LAB')))
    put(f'named_webp_{p.size}.png', lossless)


def tiffs(put, p):
    images = {'RGB': p.rgb, 'RGBA': p.rgba, 'L': p.grey, 'LA': p.grey_alpha, 'P': p.colours37, '1': p.bilevel,
              'CMYK': p.cmyk, 'I16': p.grey16}
    for mode, im in images.items():
        put(f'tiff_raw_{mode}_{p.size}.tif', encoded(im, 'TIFF'))
        for compression in ('tiff_lzw', 'tiff_adobe_deflate', 'packbits'):
            put(f'tiff_{compression}_{mode}_{p.size}.tif', encoded(im, 'TIFF', compression=compression))
    for compression in ('group3', 'group4', 'tiff_ccitt'):
        put(f'tiff_{compression}_{p.size}.tif', encoded(p.bilevel, 'TIFF', compression=compression))
    predictor, orientation = 317, 274
    put(f'tiff_predictor_{p.size}.tif', encoded(p.rgb, 'TIFF', compression='tiff_lzw', tiffinfo={predictor: 2}))
    for turned in range(1, 9):
        put(f'tiff_turned{turned}_{p.size}.tif', encoded(p.rgb, 'TIFF', tiffinfo={orientation: turned}))
    put(f'tiff_pages_{p.size}.tif', encoded(p.rgb, 'TIFF', save_all=True, append_images=[p.grey]))
    put(f'tiff_jpeg_{p.size}.tif', encoded(p.rgb, 'TIFF', compression='jpeg'))


def tiff(samples, order, planar=1, photometric=None, extra=2):
    """samples (H, W, bands) of 8 or 16 bits, not compressed; order: `<` or `>`; planar: 2 for one strip a band;
    photometric: by default RGB from three bands on, else black is 0; extra: what a fourth band is (TIFF 6.0, section 18)."""
    h, w, bands = samples.shape
    size = samples.dtype.itemsize
    data = (samples if planar == 1 else np.moveaxis(samples, 2, 0)).astype(f'{order}u{size}').tobytes()
    strips = bands if planar == 2 else 1
    strip = len(data) // strips
    if photometric is None:
        photometric = 2 if bands >= 3 else 1
    short, long = (3, 'H'), (4, 'I')
    fields = [
        (256, long, [w]), (257, long, [h]), (258, short, [8 * size] * bands), (259, short, [1]), (262, short, [photometric]),
        (273, long, [8 + i * strip for i in range(strips)]), (277, short, [bands]), (278, long, [h]),
        (279, long, [strip] * strips), (284, short, [planar])]
    if bands == 4:
        fields.append((338, short, [extra]))
    entries = b''
    for tag, (kind, letter), values in fields:
        value = struct.pack(order + letter * len(values), *values)
        if len(value) > 4:
            data, value = data + value, struct.pack(order + 'I', 8 + len(data))
        entries += struct.pack(order + 'HHI', tag, kind, len(values)) + value.ljust(4, b'\0')
    data += bytes(len(data) % 2)
    head = (b'II*\0' if order == '<' else b'MM\0*') + struct.pack(order + 'I', 8 + len(data))
    return head + data + struct.pack(order + 'H', len(fields)) + entries + bytes(4)


def odd_tiffs(put, p, a):
    a16 = a.astype('u2') * 257 - 5
    four, four16 = (np.concatenate([samples, samples[:, :, :1]], 2) for samples in (a, a16))
    put(f'tiff_rgb16_{p.size}.tif', tiff(a16, '<'))
    put(f'tiff_rgb16be_{p.size}.tif', tiff(a16, '>'))
    put(f'tiff_rgba16_{p.size}.tif', tiff(four16, '<'))
    put(f'tiff_grey16be_{p.size}.tif', tiff(a16[:, :, :1], '>'))
    put(f'tiff_planar_{p.size}.tif', tiff(a, '<', planar=2))
    put(f'tiff_white_{p.size}.tif', tiff(a[:, :, :1], '<', photometric=0))
    for extra in (0, 1):
        put(f'tiff_extra{extra}_{p.size}.tif', tiff(four, '<', extra=extra))
    put(f'tiff_icc_{p.size}.tif', encoded(p.rgb, 'TIFF', icc_profile=profile('sRGB')))
    whole = encoded(p.rgb, 'TIFF', compression='tiff_lzw')
    put(f'tiff_cut_{p.size}.tif', whole[:len(whole) // 2])


def pnms(put, p):
    for name, im in (('ppm', p.rgb), ('pgm', p.grey), ('pbm', p.bilevel)):
        put(f'{name}_{p.size}.{name}', encoded(im, 'PPM'))


def odd_pnms(put, a):
    """Binary and plain, of several largest values, with comments and blanks where the format allows them."""
    h, w, _ = a.shape
    for most in (1, 3, 100, 254, 256, 1000, 65535):
        colours = a.astype(int) * most // 255
        greys = colours[:, :, 0]
        dtype = '>u2' if most > 255 else 'u1'
        put(f'ppm_max{most}_{w}x{h}.ppm', f'P6\n# c\n{w} {h}\n{most}\n'.encode() + colours.astype(dtype).tobytes())
        put(f'pgm_max{most}_{w}x{h}.pgm', f'P5 {w} {h} {most}\n'.encode() + greys.astype(dtype).tobytes())
        put(f'plain_max{most}_{w}x{h}.ppm', f'P3\n{w} {h}\n{most}\n{" ".join(map(str, colours.ravel()))}\n'.encode())
        put(f'plaing_max{most}_{w}x{h}.pgm', f'P2\n{w}#x\n {h}\n{most}\n{" ".join(map(str, greys.ravel()))}'.encode())
    bits = '\n'.join(''.join('1' if v > 100 else '0' for v in line) for line in a[:, :, 0])
    put(f'plain_{w}x{h}.pbm', f'P1\n{w} {h}\n{bits}'.encode())
    put(f'ppm_cut_{w}x{h}.ppm', f'P6 {w} {h} 255\n'.encode() + a.tobytes()[:-5])


def formats(folder):
    def put(name, data):
        with open(os.path.join(folder, name), 'wb') as f:
            f.write(data)
    os.makedirs(folder, exist_ok=True)
    for w, h in ((1, 1), (7, 5), (61, 83), (300, 211)):
        p = Pictures(w, h)
        for files in (gifs, bmps, webps, tiffs, pnms):
            files(put, p)
        if w > 1:
            a = picture(w, h)
            odd_gifs(put, p)
            odd_bmps(put, a)
            odd_webps(put, p)
            odd_tiffs(put, p, a)
            odd_pnms(put, a)


def webp(im, **options):
    return encoded(im, 'WEBP', **options)


def sized(data):
    """The WebP with the lengths that a whole one of its size has."""
    return data[:4] + struct.pack('<I', len(data) - 8) + data[8:16] + struct.pack('<I', len(data) - 20) + data[20:]


def animated_webps(put, kind, im):
    """A first frame on its canvas, on a larger one, off its corner, outside, and where nothing is said to move."""
    w, h = im.size
    name = f'{kind}_{w}x{h}'
    data = webp(im, quality=70, save_all=True, append_images=[im.rotate(180)])
    canvas, frame = data.index(b'VP8X'), data.index(b'ANMF')
    put(f'animated_{name}', data)
    more = bytearray(data)
    more[canvas + 12:canvas + 15] = struct.pack('<I', w + 9)[:3]
    more[canvas + 15:canvas + 18] = struct.pack('<I', h + 7)[:3]
    put(f'canvas_{name}', bytes(more))
    more[frame + 8], more[frame + 11] = 2, 1
    put(f'offset_{name}', bytes(more))
    more[frame + 8] = 9
    put(f'outside_{name}', bytes(more))
    still = bytearray(data)
    still[canvas + 8] &= ~2
    put(f'unanimated_{name}', bytes(still))


def lossy_pictures(put, w, h):
    rgb, rgba = Image.fromarray(picture(w, h)), Image.fromarray(picture(w, h, 4), 'RGBA')
    noise = Image.fromarray(rng.integers(0, 256, (h, w, 3), dtype=np.uint8))
    for quality in (0, 30, 80, 95, 100):
        for method in range(7):
            put(f'picture_{w}x{h}_{quality}_{method}', webp(rgb, quality=quality, method=method))
        put(f'noise_{w}x{h}_{quality}', webp(noise, quality=quality))
        put(f'alpha_{w}x{h}_{quality}', webp(rgba, quality=quality))
    put(f'trail_{w}x{h}', webp(rgb, quality=60) + b'abc')
    if w >= 16:
        animated_webps(put, 'RGB', rgb)
        animated_webps(put, 'RGBA', rgba)
        still = bytearray(webp(rgba))
        still[still.index(b'VP8X') + 12] += 1
        put(f'mismatch_{w}x{h}', bytes(still))


def lossy(root, folder):
    def put(name, data):
        with open(os.path.join(folder, name + '.webp'), 'wb') as f:
            f.write(data)
    os.makedirs(folder, exist_ok=True)
    photos = sorted(os.path.join(at, name) for at, _, names in os.walk(root) for name in names)
    for number, photo in enumerate(photos[:5]):
        for quality in (30, 80, 100):
            put(f'photo_{number}_{quality}', webp(Image.open(photo).convert('RGB'), quality=quality))
    for w, h in ((1, 1), (7, 5), (16, 16), (17, 33), (301, 203)):
        lossy_pictures(put, w, h)
    small = webp(Image.fromarray(picture(7, 5)), quality=50)
    for length in range(20, len(small)):
        put(f'cut_{length}', sized(small[:length]))
        put(f'short_{length}', small[:length])
    # damage turns on what Pillow's writer has not: the simple filter, other partitions and segments, sharpness
    seeds = [webp(Image.fromarray(picture(33, 17)), quality=quality, method=method) for quality in (20, 70, 95) for method in (0, 4)]
    for number in range(500):
        data = bytearray(seeds[number % len(seeds)])
        for _ in range(int(rng.integers(1, 4))):
            data[int(rng.integers(30, len(data) if number % 2 else 60))] = int(rng.integers(0, 256))
        put(f'damaged_{number}', bytes(data))


if __name__ == '__main__':
    {'hash': hash_tree, 'lossy': lossy, 'make': make, 'formats': formats}[sys.argv[1]](*sys.argv[2:])
