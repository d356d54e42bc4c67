//! The phantom's files, in every transfer syntax, through the whole reading path; and the same files as `dicom-object`
//! and `dicom-pixeldata` read them, which share nothing with our walker and codecs but the JPEG decoder.

use dicom_pixeldata::PixelDecoder;
use viewer_wasm::codec::{self, Samples};
use viewer_wasm::intake::{self, Instance};
use viewer_wasm::phantom::Phantom;
use viewer_wasm::phantom::dicom::{TransferSyntax, file_of_slice};
use viewer_wasm::series::{Series, Unit, assemble};
use viewer_wasm::volume::{Volume, slice_from_samples};

const SIZE: usize = 24;

fn files(phantom: &Phantom, syntax: TransferSyntax) -> Vec<Vec<u8>> {
    (0..SIZE)
        .map(|k| file_of_slice(phantom, k, syntax).expect("written"))
        .collect()
}

fn read(files: &[Vec<u8>]) -> Series {
    let instances: Vec<Instance> = files
        .iter()
        .enumerate()
        .map(|(k, bytes)| intake::read_instance(bytes, &k.to_string()).expect("a sound file"))
        .collect();
    let mut assembly = assemble(instances);
    assert_eq!((assembly.series.len(), assembly.rejected.len()), (1, 0));
    assembly.series.remove(0)
}

#[test]
fn every_syntax_gives_the_phantom_back() {
    let phantom = Phantom::dental(SIZE);
    for syntax in TransferSyntax::ALL {
        let files = files(&phantom, syntax);
        let series = read(&files);
        let mut volume = Volume::new(&series);
        for slice in &series.slices {
            let instance = &series.instances[slice.instance];
            let bytes = &files[instance.file.parse::<usize>().expect("a number")];
            let samples = codec::read_frame(bytes, instance, slice.frame).expect("pixels");
            let (values, clipped) =
                slice_from_samples(samples, "MONOCHROME2", 1, series.value_type);
            assert!(!clipped);
            volume.insert(slice.index, values.into());
        }
        assert!(volume.is_complete());
        assert_eq!(series.warnings, [], "{syntax:?}");
        assert_eq!(series.unit, Unit::Gv);
        let (ours, theirs) = (series.geometry, phantom.geometry());
        assert_eq!(ours.dims, theirs.dims);
        for (a, b) in ours.spacing_mm.iter().zip(theirs.spacing_mm) {
            assert!((a - b).abs() < 1e-6);
        }
        for k in [0, SIZE / 2, SIZE - 1] {
            for (index, value) in phantom.slice(k).into_iter().enumerate() {
                let found = volume.value_at(index % SIZE, index / SIZE, k);
                assert_eq!(
                    found,
                    Some(f64::from(value)),
                    "{syntax:?}, slice {k}, {index}"
                );
            }
        }
    }
}

#[test]
fn dicom_rs_reads_the_same_values() {
    let phantom = Phantom::dental(SIZE);
    let mut compared = 0;
    for syntax in TransferSyntax::ALL {
        // These two are not in the build of dicom-pixeldata, or come out of it as 8-bit.
        if matches!(
            syntax,
            TransferSyntax::JpegLs | TransferSyntax::JpegLossless
        ) {
            continue;
        }
        let bytes = file_of_slice(&phantom, SIZE / 2, syntax).expect("written");
        let instance = intake::read_instance(&bytes, "x").expect("a sound file");
        let object = dicom_object::OpenFileOptions::new()
            .read_preamble(dicom_object::file::ReadPreamble::Always)
            .from_reader(bytes.as_slice())
            .expect("dicom-object reads it");
        let theirs = object
            .decode_pixel_data()
            .expect("dicom-pixeldata decodes it");
        let theirs: Vec<u16> = theirs
            .data()
            .as_chunks::<2>()
            .0
            .iter()
            .map(|raw| u16::from_le_bytes(*raw))
            .collect();
        let ours = codec::read_frame(&bytes, &instance, 0).expect("pixels");
        assert_eq!(ours, Samples::U16(theirs), "{syntax:?}");
        compared += 1;
    }
    assert_eq!(compared, 5);
}

#[test]
fn pixels_pack_smaller_and_come_back() {
    let phantom = Phantom::dental(64);
    let bytes: Vec<u8> = phantom
        .slice(30)
        .into_iter()
        .flat_map(i16::to_le_bytes)
        .collect();
    let packed = codec::pack::pack(&bytes, 64, 2);
    println!("{} of {} bytes", packed.len(), bytes.len());
    assert!(packed.len() < bytes.len());
    assert_eq!(codec::pack::unpack(&packed, bytes.len()), Ok(bytes));
}
