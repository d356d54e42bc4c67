//! Inputs and outputs of the vectors.

use super::Case;
use crate::{
    IdentityKey, LinkSecret, RecoveryKey, ScanKey, ScanKeys, Stretched, VaultError, envelope,
    floe::{Floe, Parameters},
    hex::Hex,
    link::LinkKeys,
    package::{
        BlobReader, IdentityDocument, Manifest, SEGMENT_PLAIN_LEN, blob_stream_context, sealed_len,
    },
    password::stretch_password,
    primitives::sha256,
    scan::content_tag_under,
    secret::SecretKey,
    wrap::{Place, Purpose, WrappedBy, unwrap, wrap_with_nonce},
};
use protocol::account::PasswordKdf;
use protocol::scan::{Blob, BlobRole};
use protocol::{ClinicId, Fixed, ScanId, Sealed, ShareId};
use serde::{Deserialize, Serialize};

fn failed(error: VaultError) -> String {
    error.to_string()
}

fn secret(bytes: &Hex) -> Result<SecretKey, String> {
    bytes.fixed().map(SecretKey::from_bytes)
}

fn require(holds: bool, what: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what.to_owned()) }
}

#[derive(Serialize, Deserialize)]
pub(super) struct PasswordCase {
    pub(super) version: u8,
    pub(super) password: String,
    pub(super) salt: Hex,
}

#[derive(PartialEq, Serialize, Deserialize)]
pub(super) struct PasswordOutput {
    stretched: Hex,
    account_auth_key: Hex,
    account_wrapping_key: Hex,
}

impl Case for PasswordCase {
    type Output = PasswordOutput;

    async fn output(&self) -> Result<PasswordOutput, String> {
        let kdf = PasswordKdf {
            version: self.version,
            salt: Fixed(self.salt.fixed()?),
        };
        let stretched = stretch_password(&self.password, &kdf).map_err(failed)?;
        let wrapping_key = stretched.wrapping_key().await.map_err(failed)?;
        Ok(PasswordOutput {
            account_auth_key: Hex(stretched.auth_key().await.map_err(failed)?.0.to_vec()),
            account_wrapping_key: Hex(wrapping_key.expose().to_vec()),
            stretched: Hex(stretched.0.to_vec()),
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct RecoveryCase {
    pub(super) key: Hex,
}

#[derive(PartialEq, Serialize, Deserialize)]
pub(super) struct RecoveryOutput {
    groups: String,
    auth_key: Hex,
    wrapping_key: Hex,
}

impl Case for RecoveryCase {
    type Output = RecoveryOutput;

    async fn output(&self) -> Result<RecoveryOutput, String> {
        let key = RecoveryKey(self.key.fixed()?);
        let groups = key.to_groups();
        let typed = RecoveryKey::parse(&groups).map_err(failed)?;
        require(typed.is_same(&key), "the groups read back differently")?;
        let wrapping_key = key.wrapping_key().await.map_err(failed)?;
        Ok(RecoveryOutput {
            groups,
            auth_key: Hex(key.auth_key().await.map_err(failed)?.0.to_vec()),
            wrapping_key: Hex(wrapping_key.expose().to_vec()),
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct WrapCase {
    pub(super) purpose: Purpose,
    pub(super) clinic: Hex,
    pub(super) object: Hex,
    pub(super) key_version: u32,
    pub(super) wrapped_by: WrappedBy,
    pub(super) wrapper: Hex,
    pub(super) key: Hex,
    pub(super) wrapping_key: Hex,
    pub(super) nonce: Hex,
}

#[derive(PartialEq, Serialize, Deserialize)]
pub(super) struct WrapOutput {
    associated_data: Hex,
    sealed: Hex,
}

impl Case for WrapCase {
    type Output = WrapOutput;

    async fn output(&self) -> Result<WrapOutput, String> {
        let place = Place {
            purpose: self.purpose,
            clinic: ClinicId::from_bytes(self.clinic.fixed()?),
            object: self.object.fixed()?,
            key_version: self.key_version,
            wrapped_by: self.wrapped_by,
            wrapper: self.wrapper.fixed()?,
        };
        let (key, wrapping) = (secret(&self.key)?, secret(&self.wrapping_key)?);
        let sealed = wrap_with_nonce(&key, &place, &wrapping, &self.nonce.fixed()?)
            .await
            .map_err(failed)?;
        let opened = unwrap(&sealed, &place, &wrapping)
            .await
            .map_err(|_| "the wrap does not open".to_owned())?;
        require(
            opened.expose() == key.expose(),
            "the wrap opens to another key",
        )?;
        Ok(WrapOutput {
            associated_data: Hex(place.associated_data()),
            sealed: Hex(sealed.0),
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct EnvelopeCase {
    pub(super) kind: String,
    pub(super) object: Hex,
    pub(super) key: Hex,
    pub(super) text: String,
    pub(super) nonce: Hex,
}

#[derive(PartialEq, Serialize, Deserialize)]
pub(super) struct EnvelopeOutput {
    sealed: Hex,
}

impl Case for EnvelopeCase {
    type Output = EnvelopeOutput;

    async fn output(&self) -> Result<EnvelopeOutput, String> {
        let (key, object) = (secret(&self.key)?, self.object.fixed()?);
        let (kind, text) = (self.kind.as_str(), self.text.as_bytes());
        let nonce = self.nonce.fixed()?;
        let sealed = envelope::seal_with_nonce(&key, kind, &object, text, &nonce)
            .await
            .map_err(failed)?;
        let opened = envelope::open(&key, kind, &object, &sealed)
            .await
            .map_err(failed)?;
        require(opened == text, "the envelope opens to another text")?;
        Ok(EnvelopeOutput {
            sealed: Hex(sealed.0),
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct ContentTagCase {
    pub(super) clinic_identity_key: Hex,
    pub(super) packer: String,
    pub(super) content_digest: Hex,
}

#[derive(PartialEq, Serialize, Deserialize)]
pub(super) struct ContentTagOutput {
    content_tag: Hex,
}

impl Case for ContentTagCase {
    type Output = ContentTagOutput;

    async fn output(&self) -> Result<ContentTagOutput, String> {
        let key = secret(&self.clinic_identity_key)?;
        let digest = self.content_digest.fixed()?;
        let tag = content_tag_under(&key, &digest, &self.packer)
            .await
            .map_err(failed)?;
        Ok(ContentTagOutput {
            content_tag: Hex(tag.0.to_vec()),
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct LinkCase {
    pub(super) share_id: Hex,
    pub(super) fragment: String,
    /// Argon2id of the link's password.
    pub(super) stretched_password: Option<Hex>,
}

#[derive(PartialEq, Serialize, Deserialize)]
pub(super) struct LinkOutput {
    link_proof: Hex,
    pub(super) auth_key: Hex,
    wrapping_key: Hex,
}

impl Case for LinkCase {
    type Output = LinkOutput;

    async fn output(&self) -> Result<LinkOutput, String> {
        let share_id = ShareId::from_bytes(self.share_id.fixed()?);
        let secret = LinkSecret::parse_fragment(&self.fragment).map_err(failed)?;
        require(
            secret.to_fragment() == self.fragment,
            "the fragment reads back differently",
        )?;
        let password = match &self.stretched_password {
            Some(bytes) => Some(Stretched::from_bytes(bytes.fixed()?)),
            None => None,
        };
        let keys = LinkKeys::derive(share_id, &secret, password.as_ref())
            .await
            .map_err(failed)?;
        Ok(LinkOutput {
            link_proof: Hex(keys.link_proof.0.to_vec()),
            auth_key: Hex(keys.auth_key.0.to_vec()),
            wrapping_key: Hex(keys.wrapping_key.expose().to_vec()),
        })
    }
}

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
