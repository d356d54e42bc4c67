//! FLOE against its published vectors, and against whoever alters a stream.

use super::*;
use crate::hex::unhex;
use pollster::block_on;
use std::path::PathBuf;

/// The key and associated data that all published vectors use.
const KEY: SecretKey = SecretKey::from_bytes([0; 32]);
const AAD: &[u8] = b"This is AAD";

const SMALL: Parameters = Parameters {
    segment_len: 64,
    rotation_bits: 20,
};

/// The published vectors' folder, or `None` with a word about it. With `CI=true` it has to be there.
fn published_vectors() -> Option<PathBuf> {
    let data = std::env::var_os("CUSPID_TEST_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data")),
        PathBuf::from,
    );
    let folder = data.join("vectors/floe");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "no FLOE vectors below CUSPID_TEST_DATA"
    );
    eprintln!("FLOE's published vectors were not checked: CUSPID_TEST_DATA has none");
    None
}

fn parameters_of(name: &str) -> Parameters {
    // The rotation vectors change keys every 4 segments; all others as the specification says.
    let (segment_len, rotation_bits) = match name.split_once('_').map(|(_, rest)| rest) {
        Some("rotation") => (40, 2),
        Some("lastSegAligned" | "lastSegEmpty") => (40, 20),
        Some(rest) if rest.ends_with("GCM256_IV256_4K") => (4096, 20),
        Some(rest) if rest.ends_with("GCM256_IV256_64") => (64, 20),
        Some(rest) if rest.ends_with("rotation") => (40, 2),
        _ => panic!("no parameters for the vector {name}"),
    };
    Parameters {
        segment_len,
        rotation_bits,
    }
}

/// Opens a whole stream; where it ends is where the last segment has to be.
async fn open_all(parameters: Parameters, stream: &[u8]) -> Result<Vec<u8>, FloeError> {
    let (header, body) = stream
        .split_at_checked(HEADER_LEN)
        .ok_or(FloeError::Header)?;
    let floe = Floe::resume(parameters, &KEY, AAD, header).await?;
    let segments: Vec<_> = body.chunks(parameters.segment_len as usize).collect();
    if segments.is_empty() {
        return Err(FloeError::Length(0));
    }
    let mut out = Vec::new();
    for (index, segment) in segments.iter().enumerate() {
        floe.open_segment(index as u64, index + 1 == segments.len(), segment, &mut out)
            .await?;
    }
    Ok(out)
}

async fn seal_all(parameters: Parameters, plaintext: &[u8]) -> Vec<u8> {
    let (header, floe) = Floe::start(parameters, &KEY, AAD).await.unwrap();
    let mut out = header.to_vec();
    let chunks: Vec<_> = plaintext.chunks(parameters.plain_len()).collect();
    for (index, chunk) in chunks.iter().enumerate() {
        floe.seal_segment(index as u64, index + 1 == chunks.len(), chunk, &mut out)
            .await
            .unwrap();
    }
    out
}

#[test]
fn all_published_vectors_open_and_altered_ones_do_not() {
    let Some(folder) = published_vectors() else {
        return;
    };
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            name.strip_suffix("_ct.txt").map(str::to_owned)
        })
        .collect();
    names.sort();
    assert_eq!(names.len(), 17, "{names:?}");
    let read =
        |name: String| unhex(std::fs::read_to_string(folder.join(name)).unwrap().trim()).unwrap();
    for name in names {
        let parameters = parameters_of(&name);
        let sealed = read(format!("{name}_ct.txt"));
        let plain = read(format!("{name}_pt.txt"));
        block_on(async {
            assert_eq!(
                open_all(parameters, &sealed).await.as_ref(),
                Ok(&plain),
                "{name}"
            );
            let step = (sealed.len() / 500).max(1);
            for byte in (0..sealed.len()).step_by(step) {
                let mut altered = sealed.clone();
                altered[byte] ^= 0x10;
                assert!(
                    open_all(parameters, &altered).await.is_err(),
                    "{name}, byte {byte}"
                );
            }
            for len in (0..sealed.len()).step_by(step) {
                let cut = open_all(parameters, &sealed[..len]).await;
                assert!(cut.is_err(), "{name}, cut to {len}");
            }
            let longer = [sealed.as_slice(), &sealed[sealed.len() - 32..]].concat();
            assert!(
                open_all(parameters, &longer).await.is_err(),
                "{name}, longer"
            );
        });
    }
}

#[test]
fn streams_of_all_lengths_come_back() {
    block_on(async {
        for len in 1..140 {
            let plain: Vec<u8> = (0..len).collect();
            let sealed = seal_all(SMALL, &plain).await;
            assert_eq!(open_all(SMALL, &sealed).await, Ok(plain));
        }
    });
}

/// Attacks 2 to 5 on a stream of five segments.
#[test]
fn attacks_2_to_5_on_a_stream_are_refused() {
    block_on(async {
        let plain: Vec<u8> = (0..4 * 32 + 9).collect();
        let sealed = seal_all(SMALL, &plain).await;
        for bit in 0..sealed.len() * 8 {
            let mut altered = sealed.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(open_all(SMALL, &altered).await.is_err(), "bit {bit}");
        }

        let (header, body) = sealed.split_at(HEADER_LEN);
        let segments: Vec<&[u8]> = body.chunks(64).collect();
        let swapped = [
            header,
            segments[1],
            segments[0],
            segments[2],
            segments[3],
            segments[4],
        ];
        assert_eq!(
            open_all(SMALL, &swapped.concat()).await,
            Err(FloeError::Segment(0))
        );

        let truncated = [header, segments[0], segments[1]].concat();
        assert_eq!(
            open_all(SMALL, &truncated).await,
            Err(FloeError::Length(1)),
            "cut at the boundary of a segment"
        );

        // The attacker also makes the new last segment look like one.
        let mut forged = truncated;
        let at = HEADER_LEN + 64;
        forged[at..at + 4].copy_from_slice(&64_u32.to_be_bytes());
        assert_eq!(open_all(SMALL, &forged).await, Err(FloeError::Segment(1)));

        let appended = [sealed.as_slice(), segments[4]].concat();
        assert!(open_all(SMALL, &appended).await.is_err());
        let appended = [
            header,
            segments[0],
            segments[1],
            segments[2],
            segments[3],
            segments[3],
            segments[4],
        ];
        assert_eq!(
            open_all(SMALL, &appended.concat()).await,
            Err(FloeError::Segment(4))
        );
    });
}

#[test]
fn a_header_belongs_to_its_key_its_data_and_its_parameters() {
    block_on(async {
        let (header, _) = Floe::start(SMALL, &KEY, AAD).await.unwrap();
        let other_key = SecretKey::from_bytes([1; 32]);
        let err = |result: Result<Floe, FloeError>| result.err();
        assert_eq!(err(Floe::resume(SMALL, &KEY, AAD, &header).await), None);
        assert_eq!(
            err(Floe::resume(SMALL, &other_key, AAD, &header).await),
            Some(FloeError::Header)
        );
        assert_eq!(
            err(Floe::resume(SMALL, &KEY, b"other", &header).await),
            Some(FloeError::Header)
        );
        assert_eq!(
            err(Floe::resume(Parameters::CUSPID, &KEY, AAD, &header).await),
            Some(FloeError::Parameters)
        );
        assert_eq!(
            err(Floe::resume(SMALL, &KEY, AAD, &header[1..]).await),
            Some(FloeError::Header)
        );
    });
}

#[test]
fn only_the_last_segment_may_be_short_and_none_too_long() {
    block_on(async {
        let (_, floe) = Floe::start(SMALL, &KEY, AAD).await.unwrap();
        let mut out = Vec::new();
        for (is_last, len) in [(false, 31), (false, 33), (true, 33)] {
            let refused = floe.seal_segment(0, is_last, &vec![0; len], &mut out).await;
            assert_eq!(refused, Err(FloeError::Length(0)));
        }
        assert!(out.is_empty());
    });
}
