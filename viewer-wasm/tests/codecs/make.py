"""Makes the compressed frames of this folder from a picture that `pictures.rs` draws as well.

Needs Python packages numpy, imagecodecs (which has libjxl) and pyjpegls, and the programs opj_compress, opj_decompress
(OpenJPEG), ojph_compress (OpenJPH), cjpeg and djpeg (libjpeg-turbo), cjxl (libjxl). Files are written beside this
script; `.raw` is what the reference decoder makes of a lossy frame, 16-bit little-endian samples.
"""

import pathlib
import subprocess
import tempfile

import imagecodecs
import jpeg_ls
import numpy

HERE = pathlib.Path(__file__).parent
COLUMNS, ROWS = 61, 43


def picture(bits, colours=1, signed=False):
    """Curves, a flat patch and noise, `bits` deep."""
    image = numpy.zeros((ROWS, COLUMNS, colours), numpy.int64)
    for y in range(ROWS):
        for x in range(COLUMNS):
            for c in range(colours):
                u, v = x + 3 * c, y + 5 * c
                value = ((u * u * 3 + v * v * 5 + u * v * 7) // 16) << bits >> 8
                value += ((u * 73 + v * 151) ^ (u * v * 31)) & ((1 << bits >> 5) - 1)
                if 8 <= x < 30 and 6 <= y < 18:
                    value = (3 << bits) // 4 + c
                image[y, x, c] = value % (1 << bits)
    if signed:
        image -= 1 << (bits - 1)
    kind = ("i" if signed else "u") + ("1" if bits <= 8 else "2")
    image = image.astype(kind)
    return image[..., 0] if colours == 1 else image


def write(name, data):
    (HERE / name).write_bytes(bytes(data))
    print(name, len(data))


def raw(name, image):
    write(name, numpy.asarray(image).astype("<u2").tobytes())


def pgm(path, image, bits):
    head = b"P5" if image.ndim == 2 else b"P6"
    data = image.astype(">u2" if bits > 8 else "u1").tobytes()
    path.write_bytes(head + b"\n%d %d\n%d\n" % (COLUMNS, ROWS, (1 << bits) - 1) + data)


def run(program, *arguments):
    subprocess.run([program, *map(str, arguments)], check=True, capture_output=True)


def jpeg_ls_frames():
    for bits in (8, 12, 16):
        write(f"grey{bits}.jls", jpeg_ls.encode_array(picture(bits), lossy_error=0))
    write("near3.jls", jpeg_ls.encode_array(picture(8), lossy_error=3))
    raw("near3.raw", imagecodecs.jpegls_decode((HERE / "near3.jls").read_bytes()))
    for mode in (0, 1, 2):
        image = picture(8, 3)
        if mode == 0:
            image = image.transpose(2, 0, 1)
        image = numpy.ascontiguousarray(image)
        write(f"colour-ilv{mode}.jls", jpeg_ls.encode_array(image, lossy_error=0, interleave_mode=mode))


def jpeg_frames(folder):
    source = folder / "in.ppm"
    options = {
        "colour-420-restart.jpg": ["-sample", "2x2", "-restart", "1"],
        "colour-422-progressive.jpg": ["-sample", "2x1", "-progressive"],
        "grey-progressive.jpg": ["-grayscale", "-progressive", "-restart", "2B"],
    }
    pgm(source, picture(8, 3), 8)
    for name, arguments in options.items():
        run("cjpeg", "-quality", 85, *arguments, "-outfile", HERE / name, source)
        data = (HERE / name).read_bytes()
        print(name, len(data))
        colour = 3 if "colour" in name else 1
        decoded = imagecodecs.jpeg8_decode(data, colorspace="YCBCR" if colour == 3 else "GRAYSCALE",
                                           outcolorspace="YCBCR" if colour == 3 else "GRAYSCALE")
        raw(name.replace(".jpg", ".raw"), decoded)
    for bits in (8, 12, 16):
        write(f"lossless{bits}.jpg", imagecodecs.ljpeg_encode(picture(bits), bitspersample=bits))
    data = imagecodecs.jpeg_encode(picture(12), level=85, bitspersample=12)
    write("grey12.jpg", data)
    raw("grey12.raw", imagecodecs.jpeg_decode(data))


def jpeg_2000_frames(folder):
    grey, colour = folder / "grey.pgm", folder / "colour.ppm"
    pgm(grey, picture(12), 12)
    pgm(colour, picture(8, 3), 8)
    frames = {
        "grey12.j2k": (grey, []),
        "tiles.j2k": (grey, ["-t", "32,20", "-T", "0,0", "-n", "3", "-TP", "R"]),
        "precincts-rpcl.j2k": (grey, ["-p", "RPCL", "-c", "[32,16],[16,16]", "-b", "8,8", "-n", "4"]),
        "layers-pcrl.j2k": (colour, ["-p", "PCRL", "-r", "20,5,1", "-c", "[32,32]", "-b", "16,16"]),
        "layers-cprl.j2k": (colour, ["-p", "CPRL", "-r", "10,1", "-SOP", "-EPH", "-b", "16,8"]),
        "layers-rlcp.j2k": (colour, ["-p", "RLCP", "-r", "10,1", "-mct", "0"]),
        "bypass.j2k": (grey, ["-M", "1", "-b", "16,16"]),
        "all-styles.j2k": (grey, ["-M", "63", "-b", "16,16"]),
        "causal.j2k": (grey, ["-M", "42"]),
        "offset.j2k": (grey, ["-d", "5,3", "-t", "30,22", "-T", "3,1", "-n", "3"]),
        "one-resolution.j2k": (grey, ["-n", "1"]),
        "lossy.j2k": (grey, ["-I", "-r", "4"]),
        "lossy-colour.j2k": (colour, ["-I", "-r", "6"]),
    }
    for name, (source, arguments) in frames.items():
        run("opj_compress", "-i", source, "-o", HERE / name, *arguments)
        print(name, (HERE / name).stat().st_size)
        if "lossy" in name:
            raw(name.replace(".j2k", ".raw"), imagecodecs.jpeg2k_decode((HERE / name).read_bytes()))
    write("signed.j2k", imagecodecs.jpeg2k_encode(picture(16, signed=True), codecformat="j2k", reversible=True, level=0))


def high_throughput_frames(folder):
    grey, colour = folder / "grey.pgm", folder / "colour.ppm"
    frames = {
        "grey12.jph": (grey, ["-reversible", "true"]),
        "colour.jph": (colour, ["-reversible", "true", "-colour_trans", "true"]),
        "small-blocks.jph": (grey, ["-reversible", "true", "-block_size", "{8,16}", "-prog_order", "RPCL",
                                    "-precincts", "{32,32},{16,16}"]),
        "tiles.jph": (colour, ["-reversible", "true", "-tile_size", "{32,20}"]),
        "fast-lossy.jph": (grey, ["-qstep", "0.002"]),
    }
    for name, (source, arguments) in frames.items():
        coded = folder / "out.j2c"
        run("ojph_compress", "-i", source, "-o", coded, *arguments)
        write(name, coded.read_bytes())
        if "lossy" in name:
            raw(name.replace(".jph", ".raw"), imagecodecs.htj2k_decode(coded.read_bytes()))


def jpeg_xl_frames(folder):
    lossless = {
        "grey8.jxl": (picture(8), {"bitspersample": 8}),
        "grey12.jxl": (picture(12), {"bitspersample": 12}),
        "grey16.jxl": (picture(16), {"bitspersample": 16}),
        "grey12-in-16.jxl": (picture(12), {"bitspersample": 16, "effort": 9}),
        "colour.jxl": (picture(8, 3), {}),
        "container.jxl": (picture(12), {"bitspersample": 12, "usecontainer": True}),
    }
    for name, (image, options) in lossless.items():
        write(name, imagecodecs.jpegxl_encode(image, lossless=True, **options))
    source = folder / "grey.pgm"
    pgm(source, picture(16), 16)
    run("cjxl", source, HERE / "squeezed.jxl", "-d", 0, "-R", 1, "-g", 0)
    lossy = {
        "lossy-grey.jxl": imagecodecs.jpegxl_encode(picture(16), distance=1.0, bitspersample=16),
        "lossy-rgb.jxl": imagecodecs.jpegxl_encode(picture(8, 3), distance=1.0),
        "of-jpeg.jxl": imagecodecs.jpegxl_encode_jpeg((HERE / "grey-progressive.jpg").read_bytes()),
        "of-colour-jpeg.jxl": imagecodecs.jpegxl_encode_jpeg((HERE / "colour-422-progressive.jpg").read_bytes()),
    }
    for name, data in lossy.items():
        write(name, data)
        raw(name.replace(".jxl", ".raw"), imagecodecs.jpegxl_decode(data))


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    jpeg_ls_frames()
    jpeg_frames(folder)
    jpeg_2000_frames(folder)
    high_throughput_frames(folder)
    jpeg_xl_frames(folder)
