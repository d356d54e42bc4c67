//! Inputs and outputs of the vectors of packages: FLOE streams, blobs, documents.

use super::Case;
use super::cases::{failed, require, secret};
use crate::{
    IdentityKey, ScanKey, ScanKeys,
    floe::{Floe, Parameters},
    hex::Hex,
    package::{
        BlobReader, IdentityDocument, Manifest, SEGMENT_PLAIN_LEN, blob_stream_context, sealed_len,
    },
    primitives::sha256,
    secret::SecretKey,
};
use protocol::scan::{Blob, BlobRole};
use protocol::{ScanId, Sealed};
use serde::{Deserialize, Serialize};

/// The plaintext of streams in the vectors: byte `i` is `i mod 251`.
fn stream_plaintext(len: usize) -> Vec<u8> {
    (0..len).map(|at| (at % 251) as u8).collect()
}

/// A long text is frozen by its digest, a short one in full.
#[derive(PartialEq, Serialize, Deserialize)]
pub(super) struct StreamOutput {
    header: Hex,
    sealed_len: u64,
    sealed_sha256: Hex,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    sealed: Option<Hex>,
}

const LONGEST_IN_FULL: usize = 200;

/// Seals the plaintext of `plain_len` bytes; segment `i` has as nonce the twelve bytes of `i` in big-endian.
async fn seal_stream(
    key: &SecretKey,
    aad: &[u8],
    iv: [u8; 32],
    plain_len: usize,
) -> Result<(StreamOutput, Vec<u8>), String> {
    let (header, floe) = Floe::start_with_iv(Parameters::CUSPID, key, aad, iv)
        .await
        .map_err(|error| error.to_string())?;
    let plain = stream_plaintext(plain_len);
    let mut chunks: Vec<&[u8]> = plain.chunks(SEGMENT_PLAIN_LEN as usize).collect();
    if chunks.is_empty() {
        chunks.push(&[]);
    }
    let mut sealed = Vec::new();
    for (index, chunk) in chunks.iter().enumerate() {
        let mut nonce = [0; 12];
        nonce[4..].copy_from_slice(&(index as u64).to_be_bytes());
        let is_last = index + 1 == chunks.len();
        floe.seal_segment_with_nonce(index as u64, is_last, chunk, &nonce, &mut sealed)
            .await
            .map_err(|error| error.to_string())?;
    }
    let output = StreamOutput {
        header: Hex(header.to_vec()),
        sealed_len: sealed.len() as u64,
        sealed_sha256: Hex(sha256(&sealed).await.map_err(failed)?.to_vec()),
        sealed: (sealed.len() <= LONGEST_IN_FULL).then(|| Hex(sealed.clone())),
    };
    require(
        output.sealed_len == sealed_len(plain_len as u64),
        "the stream has another length",
    )?;
    Ok((output, sealed))
}

/// FLOE with our parameters.
#[derive(Serialize, Deserialize)]
pub(super) struct FloeCase {
    pub(super) key: Hex,
    pub(super) associated_data: Hex,
    pub(super) iv: Hex,
    pub(super) plain_len: u64,
}

impl Case for FloeCase {
    type Output = StreamOutput;

    async fn output(&self) -> Result<StreamOutput, String> {
        let (key, aad) = (secret(&self.key)?, &self.associated_data.0);
        let (output, _) = seal_stream(&key, aad, self.iv.fixed()?, self.plain_len as usize).await?;
        Ok(output)
    }
}

/// A blob of a package: its key, its associated data, and FLOE with both.
#[derive(Serialize, Deserialize)]
pub(super) struct BlobCase {
    pub(super) scan_id: Hex,
    pub(super) role: BlobRole,
    /// SK, or IK for the identity.
    pub(super) key: Hex,
    pub(super) iv: Hex,
    pub(super) plain_len: u64,
}

#[derive(PartialEq, Serialize, Deserialize)]
pub(super) struct BlobOutput {
    floe_key: Hex,
    associated_data: Hex,
    stream: StreamOutput,
}

impl Case for BlobCase {
    type Output = BlobOutput;

    async fn output(&self) -> Result<BlobOutput, String> {
        let keys = ScanKeys {
            scan_id: ScanId::from_bytes(self.scan_id.fixed()?),
            scan_key: ScanKey(secret(&self.key)?),
            identity_key: Some(IdentityKey(secret(&self.key)?)),
        };
        let (key, aad) = blob_stream_context(&keys, self.role)
            .await
            .map_err(failed)?;
        let plain_len = self.plain_len as usize;
        let (stream, sealed) = seal_stream(&key, &aad, self.iv.fixed()?, plain_len).await?;
        let blob = Blob {
            role: self.role,
            floe_header: Sealed(stream.header.0.clone()),
            sealed_len: stream.sealed_len,
        };
        let reader = BlobReader::open(&keys, &blob).await.map_err(failed)?;
        let opened = reader.open_whole(&sealed).await.map_err(failed)?;
        require(
            opened == stream_plaintext(plain_len),
            "the blob opens to another text",
        )?;
        Ok(BlobOutput {
            floe_key: Hex(key.expose().to_vec()),
            associated_data: Hex(aad),
            stream,
        })
    }
}

/// The two documents: parsed, and written again as the same bytes.
#[derive(Serialize, Deserialize)]
pub(super) struct DocumentsCase {
    pub(super) scan_id: Hex,
    pub(super) manifest_version: u32,
    pub(super) manifest: String,
    pub(super) identity: Hex,
}

#[derive(PartialEq, Serialize, Deserialize)]
pub(super) struct DocumentsOutput {
    /// Length of each image's pixel data value.
    pixel_lens: Vec<u64>,
    files: Vec<String>,
    heads: Vec<Hex>,
    tails: Vec<Hex>,
}

impl Case for DocumentsCase {
    type Output = DocumentsOutput;

    async fn output(&self) -> Result<DocumentsOutput, String> {
        let scan_id = ScanId::from_bytes(self.scan_id.fixed()?);
        let json = self.manifest.as_bytes();
        let manifest =
            Manifest::from_bytes(scan_id, self.manifest_version, json).map_err(failed)?;
        require(
            manifest.to_bytes().map_err(failed)? == json,
            "the manifest is written differently",
        )?;
        let identity = IdentityDocument::from_bytes(&manifest, &self.identity.0).map_err(failed)?;
        require(
            identity.to_bytes().map_err(failed)? == self.identity.0,
            "the identity document is written differently",
        )?;
        let instances = &identity.instances;
        Ok(DocumentsOutput {
            pixel_lens: manifest.instances.iter().map(|i| i.pixel_len()).collect(),
            files: instances.iter().map(|i| i.file.clone()).collect(),
            heads: instances.iter().map(|i| Hex(i.head.clone())).collect(),
            tails: instances.iter().map(|i| Hex(i.tail.clone())).collect(),
        })
    }
}
