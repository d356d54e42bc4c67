//! The fuzz targets without a fuzzer, see `fuzzing::corpus`.

use viewer_fuzz::TARGETS;

fuzzing::corpora!(
    TARGETS;
    header,
    series,
    native,
    rle,
    deflated,
    jpeg,
    jpeg_lossless,
    jpegls,
    j2k,
    htj2k,
    jxl,
    fragments,
    pack,
    zip,
);
