//! Fast Lightweight Online Encryption, as <https://c2sp.org/FLOE> specifies it: AES-256-GCM, HKDF-Expand with
//! SHA-384, a random IV of 256 bits; our segments are 256 KiB ([`SEALED_SEGMENT_LEN`]).
//!
//! FLOE authenticates a stream with random access: a segment opens only in its place, only as the last one if
//! it was sealed as the last one, and only under the key, associated data and header it was sealed with. What it
//! leaves to the caller is to know how many segments there are; `package` does.

use crate::{
    VaultError,
    primitives::{AesKey, NONCE_LEN, TAG_LEN, hkdf_expand_sha384, random},
    secret::SecretKey,
};
use protocol::limits::SEALED_SEGMENT_LEN;
use std::{cell::RefCell, rc::Rc};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

const IV_LEN: usize = 32;
const HEADER_TAG_LEN: usize = 32;
const PARAMETERS_LEN: usize = 10;

/// Length of a header in bytes: parameters, IV, tag.
pub const HEADER_LEN: usize = PARAMETERS_LEN + IV_LEN + HEADER_TAG_LEN;

const LENGTH_FIELD_LEN: usize = 4;

/// How much longer a sealed segment is than its plaintext, in bytes.
pub const SEGMENT_OVERHEAD: usize = LENGTH_FIELD_LEN + NONCE_LEN + TAG_LEN;

/// In the length field of every segment but the last.
const NOT_LAST: u32 = u32::MAX;

const MAX_SEGMENTS: u64 = 1 << 40;

/// Of FLOE's parameters only these may differ; the published vectors use small ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// Sealed length of every segment but the last, in bytes (`ENC_SEG_LEN`).
    segment_len: u32,
    /// log2 of how many segments share a key (`AEAD_ROTATION_MASK`).
    rotation_bits: u32,
}

impl Parameters {
    /// Cuspid's: 256 KiB segments, and the 2^20 segments for each key that the specification sets.
    pub const CUSPID: Self = Self {
        segment_len: SEALED_SEGMENT_LEN as u32,
        rotation_bits: 20,
    };

    /// Plaintext of every segment but the last, in bytes.
    pub const fn plain_len(self) -> usize {
        self.segment_len as usize - SEGMENT_OVERHEAD
    }

    /// `PARAM_ENCODE`: AEAD 0 (AES-256-GCM), KDF 0 (HKDF-Expand with SHA-384), segment length, IV length.
    fn encode(self) -> [u8; PARAMETERS_LEN] {
        let mut out = [0; PARAMETERS_LEN];
        out[2..6].copy_from_slice(&self.segment_len.to_be_bytes());
        out[6..].copy_from_slice(&(IV_LEN as u32).to_be_bytes());
        out
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FloeError {
    #[error("the header has other parameters")]
    Parameters,
    #[error("the header does not go with this key and associated data")]
    Header,
    #[error(
        "segment {0} has the wrong length, or is the last one where it should not be, or the reverse"
    )]
    Length(u64),
    #[error("segment {0} is not authentic")]
    Segment(u64),
    #[error("cryptography is not available: {0}")]
    Unavailable(&'static str),
}

impl From<VaultError> for FloeError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Unavailable { what } => Self::Unavailable(what),
            _ => Self::Unavailable("FLOE"),
        }
    }
}

/// One sealed stream, for sealing and opening its segments in any order.
pub struct Floe {
    parameters: Parameters,
    message_key: Zeroizing<[u8; 48]>,
    iv: [u8; IV_LEN],
    aad: Vec<u8>,
    /// The segment key in use and the first segment it is for.
    segment_key: RefCell<Option<(u64, Rc<AesKey>)>>,
}

impl std::fmt::Debug for Floe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Floe").finish_non_exhaustive()
    }
}

impl Floe {
    /// A new stream with a random IV, and its header.
    ///
    /// # Errors
    /// [`FloeError::Unavailable`].
    pub async fn start(
        parameters: Parameters,
        key: &SecretKey,
        aad: &[u8],
    ) -> Result<([u8; HEADER_LEN], Self), FloeError> {
        Self::start_with_iv(parameters, key, aad, random()?).await
    }

    /// With a given IV, for the frozen vectors.
    pub(crate) async fn start_with_iv(
        parameters: Parameters,
        key: &SecretKey,
        aad: &[u8],
        iv: [u8; IV_LEN],
    ) -> Result<([u8; HEADER_LEN], Self), FloeError> {
        let (tag, floe) = Self::derive(parameters, key, aad, iv).await?;
        let mut header = [0; HEADER_LEN];
        header[..PARAMETERS_LEN].copy_from_slice(&parameters.encode());
        header[PARAMETERS_LEN..PARAMETERS_LEN + IV_LEN].copy_from_slice(&iv);
        header[PARAMETERS_LEN + IV_LEN..].copy_from_slice(&tag);
        Ok((header, floe))
    }

    /// The stream a header begins, to open its segments or to go on sealing. Whoever goes on sealing must give a
    /// segment the plaintext it had before, if it was sealed before: FLOE tells the two apart no more than we do.
    ///
    /// # Errors
    /// [`FloeError::Parameters`], [`FloeError::Header`], [`FloeError::Unavailable`].
    pub async fn resume(
        parameters: Parameters,
        key: &SecretKey,
        aad: &[u8],
        header: &[u8],
    ) -> Result<Self, FloeError> {
        let header: &[u8; HEADER_LEN] = header.try_into().map_err(|_| FloeError::Header)?;
        if header[..PARAMETERS_LEN] != parameters.encode() {
            return Err(FloeError::Parameters);
        }
        let mut iv = [0; IV_LEN];
        iv.copy_from_slice(&header[PARAMETERS_LEN..PARAMETERS_LEN + IV_LEN]);
        let (tag, floe) = Self::derive(parameters, key, aad, iv).await?;
        if bool::from(tag.ct_eq(&header[PARAMETERS_LEN + IV_LEN..])) {
            Ok(floe)
        } else {
            Err(FloeError::Header)
        }
    }

    async fn derive(
        parameters: Parameters,
        key: &SecretKey,
        aad: &[u8],
        iv: [u8; IV_LEN],
    ) -> Result<([u8; HEADER_TAG_LEN], Self), FloeError> {
        let tag = floe_kdf(parameters, key.expose(), &iv, aad, b"HEADER_TAG:").await?;
        let mut header_tag = [0; HEADER_TAG_LEN];
        header_tag.copy_from_slice(&tag[..HEADER_TAG_LEN]);
        let message_key = floe_kdf(parameters, key.expose(), &iv, aad, b"MESSAGE_KEY:").await?;
        let floe = Self {
            parameters,
            message_key,
            iv,
            aad: aad.to_vec(),
            segment_key: RefCell::new(None),
        };
        Ok((header_tag, floe))
    }

    /// `DERIVE_KEY`, and the last one kept: one key serves 256 GiB of our segments.
    async fn key_for(&self, segment: u64) -> Result<Rc<AesKey>, FloeError> {
        let first = segment >> self.parameters.rotation_bits << self.parameters.rotation_bits;
        if let Some((kept, key)) = &*self.segment_key.borrow()
            && *kept == first
        {
            return Ok(Rc::clone(key));
        }
        let purpose = [b"DEK:".as_slice(), &first.to_be_bytes()].concat();
        let derived = floe_kdf(
            self.parameters,
            self.message_key.as_slice(),
            &self.iv,
            &self.aad,
            &purpose,
        )
        .await?;
        let mut bytes = Zeroizing::new([0; 32]);
        bytes.copy_from_slice(&derived[..32]);
        let key = Rc::new(AesKey::import(&bytes).await?);
        *self.segment_key.borrow_mut() = Some((first, Rc::clone(&key)));
        Ok(key)
    }

    /// Appends sealed segment `index` to `out`. Every segment but the last is full.
    ///
    /// # Errors
    /// [`FloeError::Length`] if it isn't, or is too long; [`FloeError::Unavailable`].
    pub async fn seal_segment(
        &self,
        index: u64,
        is_last: bool,
        plaintext: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), FloeError> {
        self.seal_segment_with_nonce(index, is_last, plaintext, &random()?, out)
            .await
    }

    /// With a given nonce, for the frozen vectors.
    pub(crate) async fn seal_segment_with_nonce(
        &self,
        index: u64,
        is_last: bool,
        plaintext: &[u8],
        nonce: &[u8; NONCE_LEN],
        out: &mut Vec<u8>,
    ) -> Result<(), FloeError> {
        let full = self.parameters.plain_len();
        let fits = plaintext.len() == full || (is_last && plaintext.len() < full);
        if !fits || index >= MAX_SEGMENTS - u64::from(!is_last) {
            return Err(FloeError::Length(index));
        }
        let length_field = if is_last {
            (plaintext.len() + SEGMENT_OVERHEAD) as u32
        } else {
            NOT_LAST
        };
        let key = self.key_for(index).await?;
        out.extend(length_field.to_be_bytes());
        out.extend_from_slice(nonce);
        key.seal(nonce, &segment_aad(index, is_last), plaintext, out)
            .await?;
        Ok(())
    }

    /// Appends the plaintext of segment `index` to `out`; nothing unless it is authentic.
    ///
    /// # Errors
    /// [`FloeError::Length`], [`FloeError::Segment`], [`FloeError::Unavailable`].
    pub async fn open_segment(
        &self,
        index: u64,
        is_last: bool,
        sealed: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), FloeError> {
        let full = self.parameters.segment_len as usize;
        let (length_field, rest) = sealed
            .split_first_chunk::<LENGTH_FIELD_LEN>()
            .ok_or(FloeError::Length(index))?;
        let length_field = u32::from_be_bytes(*length_field);
        let fits = if is_last {
            (SEGMENT_OVERHEAD..=full).contains(&sealed.len())
                && length_field as usize == sealed.len()
        } else {
            sealed.len() == full && length_field == NOT_LAST
        };
        if !fits || index >= MAX_SEGMENTS {
            return Err(FloeError::Length(index));
        }
        let (nonce, ciphertext) = rest
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(FloeError::Length(index))?;
        self.key_for(index)
            .await?
            .open(nonce, &segment_aad(index, is_last), ciphertext, out)
            .await
            .map_err(|_| FloeError::Segment(index))
    }
}

/// `FLOE_KDF`; the caller takes the first bytes it needs.
async fn floe_kdf(
    parameters: Parameters,
    key: &[u8],
    iv: &[u8; IV_LEN],
    aad: &[u8],
    purpose: &[u8],
) -> Result<Zeroizing<[u8; 48]>, FloeError> {
    let info = [&parameters.encode(), iv.as_slice(), purpose, aad].concat();
    Ok(hkdf_expand_sha384(key, &info).await?)
}

fn segment_aad(index: u64, is_last: bool) -> [u8; 9] {
    let mut aad = [0; 9];
    aad[..8].copy_from_slice(&index.to_be_bytes());
    aad[8] = u8::from(is_last);
    aad
}

#[cfg(test)]
mod tests;
