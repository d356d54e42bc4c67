//! What was written, read by others' readers.

use super::*;
use dicom_object::FileDicomObject;
use dicom_object::mem::InMemDicomObject;

fn parsed(bytes: &[u8]) -> Result<FileDicomObject<InMemDicomObject>, String> {
    // This reader skips the preamble only when it reads a file by name.
    dicom_object::from_reader(&bytes[128..]).map_err(|error| format!("{error:?}"))
}

fn first_fragment(object: &InMemDicomObject) -> Result<Vec<u8>, String> {
    let data = object.element_by_name("PixelData");
    data.map_err(|error| error.to_string())?
        .fragments()
        .and_then(|fragments| fragments.first())
        .cloned()
        .ok_or_else(|| "no fragment".to_owned())
}

#[test]
fn another_reader_finds_what_was_written() -> Result<(), String> {
    let phantom = Phantom::dental(48);
    let geometry = phantom.geometry();
    for syntax in TransferSyntax::ALL {
        let bytes = file_of_slice(&phantom, 20, syntax).map_err(|error| error.to_string())?;
        let object = parsed(&bytes).map_err(|error| format!("{}: {error}", syntax.name()))?;
        assert_eq!(
            object.meta().transfer_syntax().trim_end_matches('\0'),
            syntax.uid()
        );
        let text = |name: &str| {
            object
                .element_by_name(name)
                .map_err(|error| error.to_string())
                .and_then(|element| element.to_str().map_err(|error| error.to_string()))
                .map(|text| text.trim().to_owned())
        };
        assert_eq!(text("PatientName")?, "Phantom^Dental");
        assert_eq!(text("Rows")?, "48");
        let position: Vec<f64> = text("ImagePositionPatient")?
            .split('\\')
            .filter_map(|part| part.parse().ok())
            .collect();
        let expected = geometry.origin_mm[2] + 20.0 * geometry.spacing_mm[2];
        assert!((position[2] - expected).abs() < 1e-6, "{position:?}");
    }
    Ok(())
}

#[test]
fn every_transfer_syntax_holds_the_same_pixels() -> Result<(), String> {
    use dicom_pixeldata::PixelDecoder;
    let phantom = Phantom::dental(50);
    let expected: Vec<u16> = phantom
        .slice(22)
        .iter()
        .map(|v| (v - INTERCEPT) as u16)
        .collect();
    for syntax in TransferSyntax::ALL {
        let bytes = file_of_slice(&phantom, 22, syntax).map_err(|error| error.to_string())?;
        let object = parsed(&bytes)?;
        let decoded: Vec<u16> = match syntax {
            // dicom-pixeldata is built without this codec.
            TransferSyntax::JpegLs => {
                let decoded = jpegls::decode(&first_fragment(&object)?, 50, 50);
                decoded.map_err(|error| format!("{error:?}"))?.0
            }
            TransferSyntax::JpegLossless => {
                let fragment = first_fragment(&object)?;
                let mut decoder = jpeg_decoder::Decoder::new(fragment.as_slice());
                let bytes = decoder.decode().map_err(|error| error.to_string())?;
                bytes
                    .as_chunks::<2>()
                    .0
                    .iter()
                    .map(|pair| u16::from_ne_bytes(*pair))
                    .collect()
            }
            _ => {
                let pixels = object
                    .decode_pixel_data()
                    .map_err(|error| format!("{error:?}"))?;
                pixels
                    .data()
                    .as_chunks::<2>()
                    .0
                    .iter()
                    .map(|p| u16::from_ne_bytes(*p))
                    .collect()
            }
        };
        assert!(decoded == expected, "{}", syntax.name());
    }
    Ok(())
}
