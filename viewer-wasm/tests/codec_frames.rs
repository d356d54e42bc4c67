//! Frames of our own making, compressed by other programs (`codecs/make.py`), against the picture that they were made
//! from; and the same frames damaged in many ways, which must cost an error at most.

use std::path::Path;
use std::time::{Duration, Instant};

use viewer_wasm::codec::{self, DecodeError, PixelValue, Samples};
use viewer_wasm::intake::ImageAttributes;

const COLUMNS: u32 = 61;
const ROWS: u32 = 43;

const JPEG_BASELINE: &str = "1.2.840.10008.1.2.4.50";
const JPEG_EXTENDED: &str = "1.2.840.10008.1.2.4.51";
const JPEG_PROGRESSION: &str = "1.2.840.10008.1.2.4.55";
const JPEG_LOSSLESS: &str = "1.2.840.10008.1.2.4.57";
const JPEG_LS: &str = "1.2.840.10008.1.2.4.80";
const JPEG_LS_NEAR: &str = "1.2.840.10008.1.2.4.81";
const JPEG_2000_LOSSLESS: &str = "1.2.840.10008.1.2.4.90";
const JPEG_2000: &str = "1.2.840.10008.1.2.4.91";
const HTJ2K_LOSSLESS: &str = "1.2.840.10008.1.2.4.201";
const HTJ2K: &str = "1.2.840.10008.1.2.4.203";
const JPEG_XL_LOSSLESS: &str = "1.2.840.10008.1.2.4.110";
const JPEG_XL_FROM_JPEG: &str = "1.2.840.10008.1.2.4.111";
const JPEG_XL: &str = "1.2.840.10008.1.2.4.112";

/// File, transfer syntax, bits, colours.
const LOSSLESS: [(&str, &str, u16, u16); 31] = [
    ("lossless8.jpg", JPEG_LOSSLESS, 8, 1),
    ("lossless12.jpg", JPEG_LOSSLESS, 12, 1),
    ("lossless16.jpg", JPEG_LOSSLESS, 16, 1),
    ("grey8.jls", JPEG_LS, 8, 1),
    ("grey12.jls", JPEG_LS, 12, 1),
    ("grey16.jls", JPEG_LS, 16, 1),
    ("colour-ilv0.jls", JPEG_LS, 8, 3),
    ("colour-ilv1.jls", JPEG_LS, 8, 3),
    ("colour-ilv2.jls", JPEG_LS, 8, 3),
    ("grey12.j2k", JPEG_2000_LOSSLESS, 12, 1),
    ("tiles.j2k", JPEG_2000_LOSSLESS, 12, 1),
    ("precincts-rpcl.j2k", JPEG_2000_LOSSLESS, 12, 1),
    ("layers-pcrl.j2k", JPEG_2000_LOSSLESS, 8, 3),
    ("layers-cprl.j2k", JPEG_2000_LOSSLESS, 8, 3),
    ("layers-rlcp.j2k", JPEG_2000_LOSSLESS, 8, 3),
    ("bypass.j2k", JPEG_2000_LOSSLESS, 12, 1),
    ("all-styles.j2k", JPEG_2000_LOSSLESS, 12, 1),
    ("causal.j2k", JPEG_2000_LOSSLESS, 12, 1),
    ("offset.j2k", JPEG_2000_LOSSLESS, 12, 1),
    ("one-resolution.j2k", JPEG_2000_LOSSLESS, 12, 1),
    ("grey12.jph", HTJ2K_LOSSLESS, 12, 1),
    ("colour.jph", HTJ2K_LOSSLESS, 8, 3),
    ("small-blocks.jph", HTJ2K_LOSSLESS, 12, 1),
    ("tiles.jph", HTJ2K_LOSSLESS, 8, 3),
    ("grey8.jxl", JPEG_XL_LOSSLESS, 8, 1),
    ("grey12.jxl", JPEG_XL_LOSSLESS, 12, 1),
    ("grey16.jxl", JPEG_XL_LOSSLESS, 16, 1),
    ("grey12-in-16.jxl", JPEG_XL_LOSSLESS, 12, 1),
    ("colour.jxl", JPEG_XL_LOSSLESS, 8, 3),
    ("container.jxl", JPEG_XL, 12, 1),
    ("squeezed.jxl", JPEG_XL, 16, 1),
];

/// The same, and by how much correct decoders differ; what the reference decoder makes of them is in a `.raw` file.
const LOSSY: [(&str, &str, u16, u16, i32); 12] = [
    ("near3.jls", JPEG_LS_NEAR, 8, 1, 0),
    ("grey12.jpg", JPEG_EXTENDED, 12, 1, 0),
    ("grey-progressive.jpg", JPEG_PROGRESSION, 8, 1, 0),
    ("colour-422-progressive.jpg", JPEG_PROGRESSION, 8, 3, 0),
    ("colour-420-restart.jpg", JPEG_BASELINE, 8, 3, 0),
    ("lossy.j2k", JPEG_2000, 12, 1, 1),
    ("lossy-colour.j2k", JPEG_2000, 8, 3, 1),
    ("fast-lossy.jph", HTJ2K, 12, 1, 1),
    ("lossy-grey.jxl", JPEG_XL, 16, 1, 1),
    ("lossy-rgb.jxl", JPEG_XL, 8, 3, 1),
    ("of-jpeg.jxl", JPEG_XL_FROM_JPEG, 8, 1, 1),
    ("of-colour-jpeg.jxl", JPEG_XL_FROM_JPEG, 8, 3, 1),
];

/// No frame of this size takes as long, however it is damaged.
const SLOW: Duration = Duration::from_secs(2);

fn file(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/codecs");
    std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn description(syntax: &str, bits: u16, colours: u16) -> ImageAttributes {
    ImageAttributes {
        transfer_syntax: syntax.to_owned(),
        rows: ROWS,
        columns: COLUMNS,
        frames: 1,
        samples_per_pixel: colours,
        photometric: if colours == 1 { "MONOCHROME2" } else { "RGB" }.to_owned(),
        bits_allocated: if bits > 8 { 16 } else { 8 },
        bits_stored: bits,
        high_bit: bits - 1,
        ..ImageAttributes::default()
    }
}

/// Pixel data of these fragments, behind an empty offset table.
fn pixel_data(fragments: &[&[u8]]) -> Vec<u8> {
    let mut value = Vec::new();
    for item in [&[][..]].iter().chain(fragments) {
        value.extend([0xFE, 0xFF, 0x00, 0xE0]);
        value.extend((item.len() as u32).to_le_bytes());
        value.extend(*item);
    }
    value
}

/// Decodes a frame as the one fragment behind an empty offset table.
fn decoded(attributes: &ImageAttributes, frame: &[u8]) -> Result<Samples, DecodeError> {
    let value = pixel_data(&[frame]);
    let value = PixelValue {
        bytes: &value,
        encapsulated: true,
    };
    codec::decode_frame(attributes, &value, 0)
}

/// The picture that `make.py` draws.
fn picture(bits: u16, colours: u16) -> Vec<i32> {
    let mut values = Vec::new();
    for y in 0..ROWS {
        for x in 0..COLUMNS {
            for c in 0..u32::from(colours) {
                let (u, v) = (u64::from(x + 3 * c), u64::from(y + 5 * c));
                let mut value = ((u * u * 3 + v * v * 5 + u * v * 7) / 16) << bits >> 8;
                value += ((u * 73 + v * 151) ^ (u * v * 31)) & ((1 << bits >> 5) - 1);
                if (8..30).contains(&x) && (6..18).contains(&y) {
                    value = (3 << bits) / 4 + u64::from(c);
                }
                values.push((value % (1 << bits)) as i32);
            }
        }
    }
    values
}

fn values(samples: &Samples) -> Vec<i32> {
    let mut values = Vec::new();
    samples.for_each(|value| values.push(value as i32));
    values
}

#[test]
fn lossless_frames_are_the_picture() {
    for (name, syntax, bits, colours) in LOSSLESS {
        let samples = decoded(&description(syntax, bits, colours), &file(name))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(values(&samples) == picture(bits, colours), "{name}");
    }
    let mut signed = description(JPEG_2000_LOSSLESS, 16, 1);
    signed.signed = true;
    let samples = decoded(&signed, &file("signed.j2k")).unwrap();
    let expected: Vec<i32> = picture(16, 1).iter().map(|value| value - 0x8000).collect();
    assert!(values(&samples) == expected, "signed.j2k");
}

#[test]
fn lossy_frames_are_as_the_reference_decoder_has_them() {
    let mut wrong = Vec::new();
    for (name, syntax, bits, colours, tolerance) in LOSSY {
        let samples = decoded(&description(syntax, bits, colours), &file(name))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let stem = name.rsplit_once('.').expect("an extension").0;
        let raw = file(&format!("{stem}.raw"));
        let reference = raw.as_chunks::<2>().0.iter();
        let furthest = values(&samples)
            .iter()
            .zip(reference)
            .map(|(ours, raw)| (ours - i32::from(u16::from_le_bytes(*raw))).abs())
            .max();
        println!("{name}: differs by {furthest:?}");
        if samples.len() * 2 != raw.len() || furthest.is_none_or(|most| most > tolerance) {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn frames_in_several_fragments_are_told_apart_without_offsets() {
    for (name, syntax) in [
        ("grey12.j2k", JPEG_2000_LOSSLESS),
        ("grey12.jls", JPEG_LS),
        ("grey12.jxl", JPEG_XL_LOSSLESS),
        ("container.jxl", JPEG_XL),
    ] {
        let frame = file(name);
        let (start, rest) = frame.split_at(frame.len() / 2);
        let value = pixel_data(&[start, rest, start, rest]);
        let attributes = ImageAttributes {
            frames: 2,
            ..description(syntax, 12, 1)
        };
        for index in 0..2 {
            let value = PixelValue {
                bytes: &value,
                encapsulated: true,
            };
            let samples = codec::decode_frame(&attributes, &value, index)
                .unwrap_or_else(|error| panic!("{name}, frame {index}: {error}"));
            assert!(values(&samples) == picture(12, 1), "{name}, frame {index}");
        }
    }
}

/// What is not there, other sizes, other depths.
#[test]
fn frames_that_lie_are_refused() {
    for (name, syntax, bits, colours) in LOSSLESS {
        let (frame, sound) = (file(name), description(syntax, bits, colours));
        let mut taller = sound.clone();
        taller.rows += 1;
        let mut narrower = sound.clone();
        narrower.columns -= 1;
        let mut coloured = sound.clone();
        coloured.samples_per_pixel = 4 - colours;
        for lying in [taller, narrower, coloured] {
            assert!(decoded(&lying, &frame).is_err(), "{name}");
        }
        for part in [0, 1, 2, 10, 40, frame.len() / 2] {
            assert!(decoded(&sound, &frame[..part]).is_err(), "{name} {part}");
        }
    }
}

#[test]
fn damaged_frames_cost_an_error_at_most() {
    let frames =
        LOSSLESS
            .iter()
            .map(|(name, syntax, bits, colours)| (*name, description(syntax, *bits, *colours)))
            .chain(LOSSY.iter().map(|(name, syntax, bits, colours, _)| {
                (*name, description(syntax, *bits, *colours))
            }));
    // More for a longer search: `CUSPID_DAMAGES=100000`.
    let damages: u32 = std::env::var("CUSPID_DAMAGES")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(150);
    let mut seed = 1u64;
    let mut random = |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below.max(1)
    };
    let mut slowest = (Duration::ZERO, "");
    for (name, attributes) in frames {
        let sound = file(name);
        for _ in 0..damages {
            let mut frame = sound.clone();
            for _ in 0..=random(4) {
                // Headers matter most.
                let reach = if random(2) == 0 { 160 } else { frame.len() };
                let at = random(reach.min(frame.len()));
                match random(8) {
                    0 => frame.truncate(at),
                    1 => {
                        let end = (at + random(20)).min(frame.len());
                        frame.drain(at..end);
                    }
                    2 => {
                        let part: Vec<u8> = frame[at..(at + random(20)).min(frame.len())].to_vec();
                        frame.splice(at..at, part);
                    }
                    3 => frame[at] = 0xFF,
                    4 => frame[at] = 0,
                    5 => frame[at] = frame[at].wrapping_add(1),
                    _ => frame[at] = random(256) as u8,
                }
                if frame.is_empty() {
                    break;
                }
            }
            let started = Instant::now();
            let outcome = decoded(&attributes, &frame);
            let mut took = started.elapsed();
            if took > SLOW {
                // The machine may have been busy; a frame that is slow is so again.
                let started = Instant::now();
                let _ = decoded(&attributes, &frame);
                took = took.min(started.elapsed());
            }
            slowest = slowest.max((took, name));
            // A decoder that panics is caught, and says this.
            let gave_up = outcome.is_err_and(|error| error.to_string().contains("gave up"));
            if gave_up {
                let kept = std::env::temp_dir().join(format!("cuspid-damaged-{name}"));
                std::fs::write(&kept, &frame).expect("a temporary file");
                panic!("{name}: the decoder panics, kept as {}", kept.display());
            }
        }
    }
    println!("slowest: {slowest:?}");
    assert!(slowest.0 < SLOW, "{slowest:?}");
}

/// The table of the documentation says of each syntax what the code does, and has all of those tested here.
#[test]
fn the_documented_syntaxes_are_those_that_are_read() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/SYNTAXES.md");
    let text = std::fs::read_to_string(path).expect("the documentation");
    let mut documented = Vec::new();
    for line in text.lines().filter(|line| line.starts_with("| 1.2.")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let (uid, read) = (cells[1], cells[3]);
        assert_eq!(codec::is_supported(uid), read == "yes", "{uid}");
        documented.push(uid);
    }
    let tested = LOSSLESS.iter().map(|(_, syntax, ..)| *syntax);
    for uid in tested.chain(LOSSY.iter().map(|(_, syntax, ..)| *syntax)) {
        assert!(documented.contains(&uid), "{uid}");
    }
    assert!(documented.len() >= 24);
}
