//! True colours: the colour files of the shared test data against what pydicom 3.0 makes of them.

#[path = "support/data.rs"]
mod data;

use viewer_wasm::codec;
use viewer_wasm::flat::rgb_from_samples;
use viewer_wasm::intake::read_instance;
use viewer_wasm::series::{SeriesKind, WarningCode, assemble};

type Rgb = [u8; 3];

/// Of the first frame of each file: the colours at (row, column) = (r/7, c/5), (r/2, c/2), (5r/7, c/3), (r-2, 4c/5) of r
/// rows and c columns, and the mean of red, green and blue. Made with pydicom's `pixel_array` (which converts YBR) and
/// `apply_color_lut`, scaled to 8 bits.
const EXPECTED: [(&str, [Rgb; 4], [f64; 3]); 28] = [
    (
        "transfer-syntax/explicit-be/ExplVR_BigEnd.dcm",
        [[255, 255, 0], [255, 255, 0], [255, 255, 0], [255, 255, 0]],
        [250.96, 248.05, 15.72],
    ),
    (
        "transfer-syntax/explicit-be/SC_rgb_small_odd_big_endian.dcm",
        [
            [166, 141, 52],
            [63, 87, 176],
            [158, 158, 158],
            [63, 87, 176],
        ],
        [129.00, 128.67, 128.67],
    ),
    (
        "transfer-syntax/explicit-le/SC_rgb_small_odd.dcm",
        [
            [166, 141, 52],
            [63, 87, 176],
            [158, 158, 158],
            [63, 87, 176],
        ],
        [129.00, 128.67, 128.67],
    ),
    (
        "transfer-syntax/explicit-le/SC_ybr_full_422_uncompressed.dcm",
        [
            [251, 128, 130],
            [125, 130, 255],
            [64, 64, 64],
            [255, 255, 255],
        ],
        [127.72, 127.65, 127.83],
    ),
    (
        "transfer-syntax/explicit-le/TestPattern_Palette_16.dcm",
        [
            [88, 166, 142],
            [161, 161, 161],
            [51, 51, 51],
            [255, 255, 255],
        ],
        [119.96, 119.90, 115.23],
    ),
    (
        "transfer-syntax/explicit-le/color-pl.dcm",
        [[40, 40, 40], [184, 16, 16], [80, 80, 80], [16, 16, 16]],
        [40.75, 38.53, 48.70],
    ),
    (
        "transfer-syntax/htj2k/HTJ2KLossless_08_RGB.dcm",
        [
            [165, 130, 67],
            [168, 136, 79],
            [141, 104, 43],
            [255, 251, 243],
        ],
        [166.30, 132.62, 82.39],
    ),
    (
        "transfer-syntax/htj2k/HTJ2K_08_RGB.dcm",
        [
            [165, 130, 66],
            [168, 135, 78],
            [141, 105, 44],
            [255, 251, 243],
        ],
        [166.29, 132.62, 82.40],
    ),
    (
        "transfer-syntax/jpeg-baseline/SC_jpeg_no_color_transform.dcm",
        [
            [244, 244, 244],
            [244, 244, 244],
            [244, 244, 244],
            [244, 244, 244],
        ],
        [243.98, 243.98, 243.96],
    ),
    (
        "transfer-syntax/jpeg-baseline/SC_rgb_dcmtk_+eb+cr.dcm",
        [
            [255, 128, 128],
            [129, 129, 255],
            [64, 64, 64],
            [255, 255, 255],
        ],
        [127.75, 127.72, 127.75],
    ),
    (
        "transfer-syntax/jpeg-baseline/SC_rgb_dcmtk_+eb+cy+np.dcm",
        [
            [252, 128, 130],
            [128, 124, 255],
            [64, 64, 64],
            [255, 255, 255],
        ],
        [127.51, 127.72, 127.41],
    ),
    (
        "transfer-syntax/jpeg-baseline/SC_rgb_dcmtk_+eb+cy+s4.dcm",
        [
            [251, 128, 130],
            [125, 130, 255],
            [64, 64, 64],
            [255, 255, 255],
        ],
        [127.72, 127.65, 127.83],
    ),
    (
        "transfer-syntax/jpeg-baseline/SC_rgb_jpeg_dcmtk.dcm",
        [
            [251, 128, 130],
            [125, 130, 255],
            [64, 64, 64],
            [255, 255, 255],
        ],
        [127.72, 127.65, 127.83],
    ),
    (
        "transfer-syntax/jpeg-baseline/SC_rgb_small_odd_jpeg.dcm",
        [
            [165, 142, 49],
            [62, 87, 179],
            [159, 158, 154],
            [62, 87, 179],
        ],
        [128.67, 129.00, 127.33],
    ),
    (
        "transfer-syntax/jpeg-baseline/TestPattern_JPEG-Baseline_YBR422.dcm",
        [
            [87, 167, 142],
            [165, 165, 165],
            [51, 51, 51],
            [255, 255, 255],
        ],
        [120.01, 119.93, 115.32],
    ),
    (
        "transfer-syntax/jpeg-baseline/examples_ybr_color.dcm",
        [[0, 0, 0], [7, 7, 7], [33, 33, 33], [30, 39, 48]],
        [9.21, 9.53, 9.67],
    ),
    (
        "transfer-syntax/jpeg-lossless-sv1/SC_rgb_jpeg_gdcm.dcm",
        [
            [255, 128, 128],
            [128, 128, 255],
            [64, 64, 64],
            [255, 255, 255],
        ],
        [127.70, 127.70, 127.70],
    ),
    (
        "transfer-syntax/jpeg-lossless-sv1/TestPattern_JPEG-Lossless_RGB.dcm",
        [
            [88, 166, 142],
            [163, 163, 163],
            [51, 51, 51],
            [255, 255, 255],
        ],
        [119.96, 119.90, 115.26],
    ),
    (
        "transfer-syntax/jpeg-ls-lossless/JLSL_RGB_ILV0.dcm",
        [[56, 54, 39], [136, 188, 73], [132, 85, 123], [11, 88, 166]],
        [159.98, 139.77, 141.26],
    ),
    (
        "transfer-syntax/jpeg-ls-lossless/JLSL_RGB_ILV1.dcm",
        [[56, 54, 39], [136, 188, 73], [132, 85, 123], [11, 88, 166]],
        [159.98, 139.77, 141.26],
    ),
    (
        "transfer-syntax/jpeg-ls-lossless/JLSL_RGB_ILV2.dcm",
        [[56, 54, 39], [136, 188, 73], [132, 85, 123], [11, 88, 166]],
        [159.98, 139.77, 141.26],
    ),
    (
        "transfer-syntax/jpeg-ls-near/JLSN_RGB_ILV0.dcm",
        [[56, 52, 39], [134, 190, 76], [131, 84, 124], [11, 89, 167]],
        [159.78, 139.71, 141.18],
    ),
    (
        "transfer-syntax/jpeg-ls-near/SC_rgb_jls_lossy_line.dcm",
        [
            [255, 130, 130],
            [130, 130, 255],
            [65, 65, 65],
            [255, 255, 255],
        ],
        [128.00, 128.00, 128.00],
    ),
    (
        "transfer-syntax/jpeg-ls-near/SC_rgb_jls_lossy_sample.dcm",
        [
            [255, 130, 130],
            [130, 130, 255],
            [65, 65, 65],
            [255, 255, 255],
        ],
        [128.00, 128.00, 128.00],
    ),
    (
        "transfer-syntax/jpeg2000-lossless/GDCMJ2K_TextGBR.dcm",
        [
            [128, 128, 128],
            [128, 128, 128],
            [0, 0, 255],
            [128, 128, 128],
        ],
        [122.54, 126.42, 124.35],
    ),
    (
        "transfer-syntax/jpeg2000-lossy/SC_rgb_gdcm_KY.dcm",
        [
            [255, 128, 128],
            [128, 128, 255],
            [64, 64, 64],
            [255, 255, 255],
        ],
        [127.70, 127.70, 127.70],
    ),
    (
        "transfer-syntax/rle/SC_rgb_rle_16bit_2frame.dcm",
        [
            [255, 128, 128],
            [128, 128, 255],
            [64, 64, 64],
            [255, 255, 255],
        ],
        [127.70, 127.70, 127.70],
    ),
    (
        "transfer-syntax/rle/SC_rgb_rle_32bit.dcm",
        [
            [255, 128, 128],
            [128, 128, 255],
            [64, 64, 64],
            [255, 255, 255],
        ],
        [127.70, 127.70, 127.70],
    ),
];

/// Lossy decoders differ in the last place, and more where colours are subsampled.
fn tolerances(path: &str) -> (i32, f64) {
    if path.contains("jpeg-baseline") || path.contains("lossy") || path.contains("HTJ2K_08") {
        (6, 0.75)
    } else {
        (1, 0.25)
    }
}

#[test]
fn colours_are_those_of_another_reader() {
    let Some(root) = data::folder() else {
        return;
    };
    let mut wrong = Vec::new();
    for (path, points, mean) in EXPECTED {
        let bytes = std::fs::read(root.join(path)).expect("the file is there");
        let bytes = bytes.as_slice();
        let instance = read_instance(&bytes, path).expect("an image");
        let image = &instance.attributes;
        let samples = codec::read_frame(&bytes, &instance, 0).expect("decoded");
        let Some(rgb) = rgb_from_samples(&samples, image) else {
            wrong.push(format!("{path}: no colours"));
            continue;
        };
        let pixels = rgb.as_chunks::<3>().0;
        let (rows, columns) = (image.rows as usize, image.columns as usize);
        let (most, most_mean) = tolerances(path);
        let places = [
            (rows / 7, columns / 5),
            (rows / 2, columns / 2),
            (rows * 5 / 7, columns / 3),
            (rows - 2, columns * 4 / 5),
        ];
        for ((row, column), expected) in places.into_iter().zip(points) {
            let found = pixels[row * columns + column];
            let off = (0..3).any(|n| (i32::from(found[n]) - i32::from(expected[n])).abs() > most);
            if off {
                wrong.push(format!(
                    "{path} ({row}, {column}): {found:?} instead of {expected:?}"
                ));
            }
        }
        for n in 0..3 {
            let sum: f64 = pixels.iter().map(|pixel| f64::from(pixel[n])).sum();
            let found = sum / pixels.len() as f64;
            if (found - mean[n]).abs() > most_mean {
                wrong.push(format!(
                    "{path}: mean {n} is {found:.2} instead of {}",
                    mean[n]
                ));
            }
        }
        let assembly = assemble(vec![instance]);
        let series = &assembly.series[0];
        let warned = series
            .warnings
            .iter()
            .any(|warning| warning.code == WarningCode::UnsupportedPhotometric);
        if series.kind != SeriesKind::Image || warned {
            wrong.push(format!("{path}: {:?}, warned: {warned}", series.kind));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
