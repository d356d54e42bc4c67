//! A key under a key: `version 1 || nonce (12) || AES-256-GCM(key) || tag (16)`, 61 bytes.
//!
//! The associated data names the place of the wrap (what key it holds, for which clinic and object, in which
//! version, under which key), so that a server cannot serve one wrap in the place of another.

use crate::{
    VaultError,
    primitives::{AesKey, NONCE_LEN, TAG_LEN, context, random},
    secret::SecretKey,
};
use protocol::{ClinicId, Sealed};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const LEN: usize = 1 + NONCE_LEN + 32 + TAG_LEN;

/// The kind of key that a wrap holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Purpose {
    #[serde(rename = "master-key")]
    Master,
    #[serde(rename = "clinic-scan-key")]
    ClinicScan,
    #[serde(rename = "clinic-identity-key")]
    ClinicIdentity,
    #[serde(rename = "scan-key")]
    Scan,
    #[serde(rename = "identity-key")]
    Identity,
}

impl Purpose {
    #[cfg(test)]
    pub(crate) const ALL: [Self; 5] = [
        Self::Master,
        Self::ClinicScan,
        Self::ClinicIdentity,
        Self::Scan,
        Self::Identity,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Master => "master-key",
            Self::ClinicScan => "clinic-scan-key",
            Self::ClinicIdentity => "clinic-identity-key",
            Self::Scan => "scan-key",
            Self::Identity => "identity-key",
        }
    }
}

/// The kind of key that wraps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum WrappedBy {
    Password,
    Recovery,
    MasterKey,
    ClinicScanKey,
    ClinicIdentityKey,
    Link,
}

impl WrappedBy {
    #[cfg(test)]
    pub(crate) const ALL: [Self; 6] = [
        Self::Password,
        Self::Recovery,
        Self::MasterKey,
        Self::ClinicScanKey,
        Self::ClinicIdentityKey,
        Self::Link,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Recovery => "recovery",
            Self::MasterKey => "master-key",
            Self::ClinicScanKey => "clinic-scan-key",
            Self::ClinicIdentityKey => "clinic-identity-key",
            Self::Link => "link",
        }
    }
}

/// Where a wrap belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) purpose: Purpose,
    /// The clinic whose key is wrapped; zero for a person's key and under a link, whose holder knows no clinic.
    pub(crate) clinic: ClinicId,
    /// The account, clinic or scan whose key is wrapped.
    pub(crate) object: [u8; 16],
    /// Version of the clinic's keys; zero where there is none.
    pub(crate) key_version: u32,
    pub(crate) wrapped_by: WrappedBy,
    /// The account, clinic or share whose key wraps.
    pub(crate) wrapper: [u8; 16],
}

/// Stands for "no clinic" in a [`Place`].
pub(crate) const NO_CLINIC: ClinicId = ClinicId::from_bytes([0; 16]);

impl Place {
    pub(crate) fn associated_data(&self) -> Vec<u8> {
        context(&[
            b"cuspid wrap v1",
            self.purpose.name().as_bytes(),
            self.clinic.as_bytes(),
            &self.object,
            &self.key_version.to_be_bytes(),
            self.wrapped_by.name().as_bytes(),
            &self.wrapper,
        ])
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnwrapError {
    UnknownVersion(u8),
    DoesNotOpen,
}

impl UnwrapError {
    /// An unknown version says so; anything else is what the caller makes of it.
    pub(crate) fn or(self, otherwise: impl Into<VaultError>) -> VaultError {
        match self {
            Self::UnknownVersion(version) => VaultError::UnknownVersion {
                what: "wrapped key",
                version: version.into(),
            },
            Self::DoesNotOpen => otherwise.into(),
        }
    }
}

async fn cipher(wrapping: &SecretKey) -> Result<AesKey, VaultError> {
    let key = wrapping
        .derive(&context(&[b"cuspid wrapping key v1"]))
        .await?;
    AesKey::import(key.expose()).await
}

pub(crate) async fn wrap(
    key: &SecretKey,
    place: &Place,
    wrapping: &SecretKey,
) -> Result<Sealed, VaultError> {
    wrap_with_nonce(key, place, wrapping, &random()?).await
}

/// With a given nonce, for the frozen vectors.
pub(crate) async fn wrap_with_nonce(
    key: &SecretKey,
    place: &Place,
    wrapping: &SecretKey,
    nonce: &[u8; NONCE_LEN],
) -> Result<Sealed, VaultError> {
    let mut out = Vec::with_capacity(LEN);
    out.push(VERSION);
    out.extend_from_slice(nonce);
    cipher(wrapping)
        .await?
        .seal(nonce, &place.associated_data(), key.expose(), &mut out)
        .await?;
    Ok(Sealed(out))
}

pub(crate) async fn unwrap(
    sealed: &Sealed,
    place: &Place,
    wrapping: &SecretKey,
) -> Result<SecretKey, UnwrapError> {
    let (version, rest) = sealed.0.split_first().ok_or(UnwrapError::DoesNotOpen)?;
    if *version != VERSION {
        return Err(UnwrapError::UnknownVersion(*version));
    }
    let (nonce, ciphertext) = rest
        .split_first_chunk::<NONCE_LEN>()
        .ok_or(UnwrapError::DoesNotOpen)?;
    // Reserved whole, so that no reallocation leaves a copy of the key behind.
    let mut key = Zeroizing::new(Vec::with_capacity(ciphertext.len()));
    cipher(wrapping)
        .await
        .map_err(|_| UnwrapError::DoesNotOpen)?
        .open(nonce, &place.associated_data(), ciphertext, &mut key)
        .await
        .map_err(|_| UnwrapError::DoesNotOpen)?;
    let key: [u8; 32] = key
        .as_slice()
        .try_into()
        .map_err(|_| UnwrapError::DoesNotOpen)?;
    Ok(SecretKey::from_bytes(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pollster::block_on;

    const PLACE: Place = Place {
        purpose: Purpose::Scan,
        clinic: ClinicId::from_bytes([1; 16]),
        object: [2; 16],
        key_version: 1,
        wrapped_by: WrappedBy::ClinicScanKey,
        wrapper: [1; 16],
    };

    fn secret(byte: u8) -> SecretKey {
        SecretKey::from_bytes([byte; 32])
    }

    #[test]
    fn a_wrap_opens_in_its_place() {
        block_on(async {
            let sealed = wrap(&secret(3), &PLACE, &secret(4)).await.unwrap();
            assert_eq!(sealed.0.len(), LEN);
            let key = unwrap(&sealed, &PLACE, &secret(4)).await.unwrap();
            assert_eq!(key.expose(), &[3; 32]);
            let again = wrap(&secret(3), &PLACE, &secret(4)).await.unwrap();
            assert_ne!(sealed, again, "the nonce is random");
        });
    }

    /// Attack 7, for every field of the place: a wrap that is served elsewhere does not open.
    #[test]
    fn attack_7_a_wrap_opens_nowhere_else() {
        block_on(async {
            let sealed = wrap(&secret(3), &PLACE, &secret(4)).await.unwrap();
            let mut places = vec![
                Place {
                    clinic: ClinicId::from_bytes([9; 16]),
                    ..PLACE
                },
                Place {
                    object: [9; 16],
                    ..PLACE
                },
                Place {
                    key_version: 2,
                    ..PLACE
                },
                Place {
                    wrapper: [9; 16],
                    ..PLACE
                },
            ];
            places.extend(
                Purpose::ALL
                    .into_iter()
                    .filter(|purpose| *purpose != PLACE.purpose)
                    .map(|purpose| Place { purpose, ..PLACE }),
            );
            places.extend(
                WrappedBy::ALL
                    .into_iter()
                    .filter(|by| *by != PLACE.wrapped_by)
                    .map(|wrapped_by| Place {
                        wrapped_by,
                        ..PLACE
                    }),
            );
            assert_eq!(places.len(), 4 + 4 + 5);
            for place in places {
                let refused = unwrap(&sealed, &place, &secret(4)).await;
                assert_eq!(refused.err(), Some(UnwrapError::DoesNotOpen), "{place:?}");
            }
            let refused = unwrap(&sealed, &PLACE, &secret(5)).await;
            assert_eq!(refused.err(), Some(UnwrapError::DoesNotOpen));
        });
    }

    /// Attack 9 for wraps, and every flipped bit.
    #[test]
    fn attack_9_unknown_versions_and_altered_bytes_are_refused() {
        block_on(async {
            let sealed = wrap(&secret(3), &PLACE, &secret(4)).await.unwrap();
            for bit in 0..sealed.0.len() * 8 {
                let mut altered = sealed.clone();
                altered.0[bit / 8] ^= 1 << (bit % 8);
                let refused = unwrap(&altered, &PLACE, &secret(4)).await.err();
                let expected = if bit < 8 {
                    UnwrapError::UnknownVersion(altered.0[0])
                } else {
                    UnwrapError::DoesNotOpen
                };
                assert_eq!(refused, Some(expected));
            }
            for len in 0..sealed.0.len() {
                let cut = Sealed(sealed.0[..len].to_vec());
                assert!(unwrap(&cut, &PLACE, &secret(4)).await.is_err());
            }
        });
    }
}
