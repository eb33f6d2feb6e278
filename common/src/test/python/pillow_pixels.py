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
def tiff(a,order,planar=1,photometric=None,extra=None):
    h,w,b=a.shape; bits=a.dtype.itemsize*8
    data=(a if planar==1 else np.moveaxis(a,2,0)).astype(order+('u2' if bits==16 else 'u1')).tobytes()
    S=order+'H'; L=order+'I'
    tags=[]; extrabytes=b''; base=8
    off=8+len(data)
    blob=struct.pack(order+'H'*b,*[bits]*b)
    n=b if planar==2 else 1
    each=len(data)//n
    offs=struct.pack(order+'I'*n,*[8+i*each for i in range(n)]); cnts=struct.pack(order+'I'*n,*[each]*n)
    def tag(t,ty,c,v): return (t,ty,c,v)
    p=photometric if photometric is not None else (2 if b>=3 else 1)
    def val(ty,c,v,blobs):
        if isinstance(v,bytes):
            if len(v)<=4: return v.ljust(4,b'\0')
            o=off+sum(map(len,blobs)); blobs.append(v); return struct.pack(order+'I',o)
        return struct.pack(order+('HH' if ty==3 else 'I'),*([v,0] if ty==3 else [v]))
    t=[(256,4,1,w),(257,4,1,h),(258,3,b,blob),(259,3,1,1),(262,3,1,p),(273,4,n,offs),(277,3,1,b),(278,4,1,h),(279,4,n,cnts),(284,3,1,planar)]
    if b==4 : t.append((338,3,1,2 if extra is None else extra))
    blobs=[]; ent=b''
    for tg,ty,c,v in t: ent+=struct.pack(order+'HHI',tg,ty,c)+val(ty,c,v,blobs)
    bl=b''.join(blobs); ifd=off+len(bl); ifd+=ifd&1
    return (b'II*\0' if order=='<' else b'MM\0*')+struct.pack(order+'I',ifd)+data+bl+b'\0'*((off+len(bl))&1)+struct.pack(order+'H',len(t))+ent+bytes(4)


def formats(folder):
    os.makedirs(folder,exist_ok=True)
    def put(name,data): open(os.path.join(folder,name),'wb').write(data)
    def save(name,im,fmt,**o):
        b=io.BytesIO(); im.save(b,fmt,**o); put(name,b.getvalue()); return b.getvalue()
    for w,h in ((1,1),(7,5),(61,83),(300,211)):
        rgb=Image.fromarray(picture(w,h)); rgba=Image.fromarray(picture(w,h,4),'RGBA'); l=rgb.convert('L'); la=rgba.convert('LA')
        p=rgb.quantize(37); p4=rgb.quantize(11); p1=rgb.quantize(2); one=rgb.convert('1'); cmyk=Image.fromarray(picture(w,h,4),'CMYK')
        i16=Image.fromarray((picture(w,h)[:,:,0].astype('u2')*7-100).astype('u2'))
        n=f'{w}x{h}'
        for im,m in ((l,'L'),(p,'P'),(p4,'P4'),(p1,'P1'),(one,'1')):
            save(f'gif_{m}_{n}.gif',im,'GIF'); save(f'gif_flat_{m}_{n}.gif',im,'GIF',interlace=0)
            save(f'bmp_{m}_{n}.bmp',im,'BMP')
        save(f'gif_transparent_{n}.gif',p,'GIF',transparency=3)
        save(f'gif_animated_{n}.gif',p,'GIF',save_all=True,append_images=[p4.rotate(90),p1],duration=100,loop=0)
        save(f'bmp_RGB_{n}.bmp',rgb,'BMP'); save(f'bmp_RGBA_{n}.bmp',rgba,'BMP')
        save(f'webp_RGB_{n}.webp',rgb,'WEBP',lossless=True); save(f'webp_RGBA_{n}.webp',rgba,'WEBP',lossless=True); save(f'webp_exact_{n}.webp',rgba,'WEBP',lossless=True,exact=True)
        save(f'webp_P_{n}.webp',p.convert('RGB'),'WEBP',lossless=True); save(f'webp_few_{n}.webp',p1.convert('RGB'),'WEBP',lossless=True,quality=100,method=6)
        save(f'lossy_{n}.webp',rgb,'WEBP',quality=80); save(f'lossy_alpha_{n}.webp',rgba,'WEBP',quality=80)
        save(f'webp_animated_{n}.webp',rgb,'WEBP',lossless=True,save_all=True,append_images=[rgb.rotate(180)])
        for c in ('raw','tiff_lzw','tiff_adobe_deflate','packbits'):
            for im,m in ((rgb,'RGB'),(rgba,'RGBA'),(l,'L'),(la,'LA'),(p,'P'),(one,'1'),(cmyk,'CMYK'),(i16,'I16')):
                try: save(f'tiff_{c}_{m}_{n}.tif',im,'TIFF',compression=None if c=='raw' else c)
                except Exception as e: print(c,m,e)
        for c in ('group3','group4','tiff_ccitt'): save(f'tiff_{c}_{n}.tif',one,'TIFF',compression=c)
        save(f'tiff_predictor_{n}.tif',rgb,'TIFF',compression='tiff_lzw',tiffinfo={317:2})
        for o in range(1,9): save(f'tiff_turned{o}_{n}.tif',rgb,'TIFF',tiffinfo={274:o})
        save(f'tiff_pages_{n}.tif',rgb,'TIFF',save_all=True,append_images=[l])
        save(f'tiff_jpeg_{n}.tif',rgb,'TIFF',compression='jpeg')
        save(f'ppm_{n}.ppm',rgb,'PPM'); save(f'pgm_{n}.pgm',l,'PPM'); save(f'pbm_{n}.pbm',one,'PPM')
        if w>1:
            a=picture(w,h)
            for most in (1,3,100,254,256,1000,65535):
                v=(a.astype(int)*most//255)
                t='>u2' if most>255 else 'u1'
                put(f'ppm_max{most}_{n}.ppm',f'P6\n# c\n{w} {h}\n{most}\n'.encode()+v.astype(t).tobytes())
                put(f'pgm_max{most}_{n}.pgm',f'P5 {w} {h} {most}\n'.encode()+v[:,:,0].astype(t).tobytes())
                put(f'plain_max{most}_{n}.ppm',f'P3\n{w} {h}\n{most}\n'.encode()+' '.join(map(str,v.ravel())).encode()+b'\n')
                put(f'plaing_max{most}_{n}.pgm',f'P2\n{w}#x\n {h}\n{most}\n'.encode()+' '.join(map(str,v[:,:,0].ravel())).encode())
            put(f'plain_{n}.pbm',f'P1\n{w} {h}\n'.encode()+b'\n'.join(b''.join(b'01'[int(x)>100:][:1] for x in r) for r in a[:,:,0]))
            tiff16=a.astype('u2')*257-5
            put(f'tiff_rgb16_{n}.tif',tiff(tiff16,'<'));put(f'tiff_rgb16be_{n}.tif',tiff(tiff16,'>'))
            put(f'tiff_grey16be_{n}.tif',tiff(tiff16[:,:,:1],'>')); put(f'tiff_planar_{n}.tif',tiff(a,'<',planar=2))
            put(f'tiff_white_{n}.tif',tiff(a[:,:,:1],'<',photometric=0))
            put(f'tiff_rgba16_{n}.tif',tiff(np.concatenate([tiff16,tiff16[:,:,:1]],2),'<'))
            put(f'tiff_extra0_{n}.tif',tiff(np.concatenate([a,a[:,:,:1]],2),'<',extra=0)); put(f'tiff_extra1_{n}.tif',tiff(np.concatenate([a,a[:,:,:1]],2),'<',extra=1))
            # BMP by hand
            def bmp(bits,data,comp=0,masks=b'',height=None,colors=0,pal=b'',hs=40):
                head=struct.pack('<IiiHHIIiiII',40,w,h if height is None else height,1,bits,comp,len(data),2835,2835,colors,0)+masks+pal
                return b'BM'+struct.pack('<IHHI',14+len(head)+len(data),0,0,14+len(head))+head+data
            def rows16(v):
                r=v.astype('<u2'); pad=(-w*2)%4
                return b''.join(x.tobytes()+bytes(pad) for x in r[::-1])
            v=a.astype(int); v555=(v[:,:,0]>>3)<<10|(v[:,:,1]>>3)<<5|v[:,:,2]>>3; v565=(v[:,:,0]>>3)<<11|(v[:,:,1]>>2)<<5|v[:,:,2]>>3
            put(f'bmp_555_{n}.bmp',bmp(16,rows16(v555))); put(f'bmp_565_{n}.bmp',bmp(16,rows16(v565),3,struct.pack('<III',0xF800,0x7E0,0x1F)))
            v32=(v[:,:,0]<<16|v[:,:,1]<<8|v[:,:,2]|0x55<<24).astype('<u4')
            put(f'bmp_32_{n}.bmp',bmp(32,v32[::-1].tobytes())); put(f'bmp_32fields_{n}.bmp',bmp(32,v32[::-1].tobytes(),3,struct.pack('<III',0xff0000,0xff00,0xff)))
            v32b=(v[:,:,0]<<24|v[:,:,1]<<16|v[:,:,2]<<8).astype('<u4'); put(f'bmp_32xbgr_{n}.bmp',bmp(32,v32b[::-1].tobytes(),3,struct.pack('<III',0xff000000,0xff0000,0xff00)))
            put(f'bmp_topdown_{n}.bmp',bmp(32,v32.tobytes(),height=-h))
            idx=(a[:,:,0]//4).astype('u1'); pal=rng.integers(0,256,256,dtype=np.uint8).tobytes()
            data=b''
            for r in idx[::-1]:
                i=0
                while i<w:
                    k=1
                    while i+k<w and k<255 and r[i+k]==r[i]: k+=1
                    data+=bytes([k,int(r[i])]); i+=k
                data+=b'\0\0'
            data+=b'\0\1'
            put(f'bmp_rle8_{n}.bmp',bmp(8,data,1,colors=64,pal=pal))
            put(f'bmp_cut_{n}.bmp',bmp(32,v32[::-1].tobytes())[:-50])
            # gif within a screen
            g=save(f'x.gif',p,'GIF',interlace=0); os.remove(os.path.join(folder,'x.gif'))
            big=bytearray(g); big[6:10]=struct.pack('<HH',w+9,h+4); put(f'gif_screen_{n}.gif',bytes(big))
            k=bytes(big).index(b',\0\0\0\0'); big[k+1:k+5]=struct.pack('<HH',4,2); put(f'gif_offset_{n}.gif',bytes(big)); 
            small=bytearray(g); small[6:10]=struct.pack('<HH',2,2); put(f'gif_smallscreen_{n}.gif',bytes(small))
            put(f'gif_cut_{n}.gif',g[:len(g)*2//3]); put(f'gif_notrailer_{n}.gif',g[:-1]); put(f'gif_cut2_{n}.gif',g[:-2])
            wl=save('x.webp',rgb,'WEBP',lossless=True); ws=save('x.webp',rgb,'WEBP'); os.remove(os.path.join(folder,'x.webp'))
            for x,m in ((wl,'lossless'),(ws,'lossy')): put(f'webp_cut_{m}_{n}.webp',x[:len(x)*2//3]); put(f'webp_trail_{m}_{n}.webp',x+b'abc')
            save(f'webp_icc_{n}.webp',rgb,'WEBP',lossless=True,icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile('LAB')).tobytes())
            save(f'tiff_icc_{n}.tif',rgb,'TIFF',icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile('sRGB')).tobytes())
            t=save('x.tif',rgb,'TIFF',compression='tiff_lzw'); os.remove(os.path.join(folder,'x.tif')); put(f'tiff_cut_{n}.tif',t[:len(t)//2])
            put(f'ppm_cut_{n}.ppm',f'P6 {w} {h} 255\n'.encode()+a.tobytes()[:-5])
            put(f'named_gif_{n}.jpg',g); put(f'named_webp_{n}.png',wl)


def lossy(root, folder):
    os.makedirs(folder, exist_ok=True)
    def put(name, data): open(os.path.join(folder, name + '.webp'), 'wb').write(data)
    def webp(im, **options):
        out = io.BytesIO(); im.save(out, 'WEBP', **options); return out.getvalue()
    def sized(data):
        """The file with the lengths that a whole one of its size has."""
        return data[:4] + struct.pack('<I', len(data) - 8) + data[8:16] + struct.pack('<I', len(data) - 20) + data[20:]
    photos = sorted(os.path.join(at, name) for at, _, names in os.walk(root) for name in names)
    for number, photo in enumerate(photos[:5]):
        for quality in (30, 80, 100):
            put(f'photo_{number}_{quality}', webp(Image.open(photo).convert('RGB'), quality=quality))
    for w, h in ((1, 1), (7, 5), (16, 16), (17, 33), (301, 203)):
        rgb, rgba = Image.fromarray(picture(w, h)), Image.fromarray(picture(w, h, 4), 'RGBA')
        noise = Image.fromarray(rng.integers(0, 256, (h, w, 3), dtype=np.uint8))
        n = f'{w}x{h}'
        for quality in (0, 30, 80, 95, 100):
            for method in range(7):
                put(f'picture_{n}_{quality}_{method}', webp(rgb, quality=quality, method=method))
            put(f'noise_{n}_{quality}', webp(noise, quality=quality)); put(f'alpha_{n}_{quality}', webp(rgba, quality=quality))
        put(f'trail_{n}', webp(rgb, quality=60) + b'abc')
        if w < 16:
            continue
        for kind, im in (('RGB', rgb), ('RGBA', rgba)):
            data = webp(im, quality=70, save_all=True, append_images=[im.rotate(180)]); canvas, frame = data.index(b'VP8X'), data.index(b'ANMF')
            put(f'animated_{kind}_{n}', data); more = bytearray(data)
            more[canvas + 12:canvas + 15] = struct.pack('<I', w + 9)[:3]; more[canvas + 15:canvas + 18] = struct.pack('<I', h + 7)[:3]; put(f'canvas_{kind}_{n}', bytes(more))
            more[frame + 8] = 2; more[frame + 11] = 1; put(f'offset_{kind}_{n}', bytes(more))
            more[frame + 8] = 9; put(f'outside_{kind}_{n}', bytes(more))
            still = bytearray(data); still[canvas + 8] &= ~2; put(f'unanimated_{kind}_{n}', bytes(still))
        still = bytearray(webp(rgba)); canvas = still.index(b'VP8X'); still[canvas + 12] += 1; put(f'mismatch_{n}', bytes(still))
    small = webp(Image.fromarray(picture(7, 5)), quality=50)
    for length in range(20, len(small)):
        put(f'cut_{length}', sized(small[:length])); put(f'short_{length}', small[:length])
    # damage turns on what Pillow's writer has not: the simple filter, other partitions and segments, sharpness
    seeds = [webp(Image.fromarray(picture(33, 17)), quality=quality, method=method) for quality in (20, 70, 95) for method in (0, 4)]
    for number in range(500):
        data = bytearray(seeds[number % len(seeds)])
        for _ in range(int(rng.integers(1, 4))):
            data[int(rng.integers(30, len(data) if number % 2 else 60))] = int(rng.integers(0, 256))
        put(f'damaged_{number}', bytes(data))


if __name__ == '__main__':
    {'hash': hash_tree, 'lossy': lossy, 'make': make, 'formats': formats}[sys.argv[1]](*sys.argv[2:])
