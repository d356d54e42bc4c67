//! Links: what the 32 bytes F in the fragment derive. `S = F`, or with a password `HKDF(salt = F,
//! Argon2id(password))`. The share's id is bound to everything, so that nothing of one link is of use for another.

use crate::{
    IdentityKey, LinkSecret, ScanKey, ScanKeys, Stretched, VaultError,
    primitives::{context, hkdf_sha256},
    secret::SecretKey,
    wrap::{NO_CLINIC, Place, Purpose, WrappedBy, unwrap, wrap},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use protocol::share::OpenedLink;
use protocol::{Fixed, ScanId, Sealed, ShareId};
use zeroize::Zeroizing;

/// Characters of base64url without padding that 32 bytes take.
const SECRET_CHARS: usize = 43;

impl LinkSecret {
    /// # Errors
    /// [`VaultError::Unavailable`].
    pub fn generate() -> Result<Self, VaultError> {
        SecretKey::generate().map(Self)
    }

    /// `#v1.` and 43 characters of base64url, to be put behind `/s/{ShareId}`.
    pub fn to_fragment(&self) -> String {
        format!("#v1.{}", URL_SAFE_NO_PAD.encode(self.0.expose()))
    }

    /// Parses `location.hash`, with or without its `#`. Nothing is decoded that was percent-encoded, and only
    /// the one canonical spelling is accepted.
    ///
    /// # Errors
    /// [`VaultError::MalformedLink`], [`VaultError::UnknownVersion`].
    pub fn parse_fragment(fragment: &str) -> Result<Self, VaultError> {
        let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
        let (version, secret) = fragment
            .strip_prefix('v')
            .and_then(|rest| rest.split_once('.'))
            .ok_or(VaultError::MalformedLink)?;
        if version != "1" {
            return Err(match version.parse() {
                Ok(version) if !matches!(version, 0 | 1) => VaultError::UnknownVersion {
                    what: "link",
                    version,
                },
                _ => VaultError::MalformedLink,
            });
        }
        if secret.len() != SECRET_CHARS {
            return Err(VaultError::MalformedLink);
        }
        let mut bytes = Zeroizing::new([0; 32]);
        match URL_SAFE_NO_PAD.decode_slice(secret, bytes.as_mut_slice()) {
            Ok(32) => Ok(Self(SecretKey::from_bytes(*bytes))),
            _ => Err(VaultError::MalformedLink),
        }
    }
}

/// What a link's secret, and its password if it has one, derive.
#[derive(Debug)]
pub struct LinkKeys {
    pub share_id: ShareId,
    /// Shows the server that the link is held at all.
    pub link_proof: Fixed<32>,
    /// Shows the server that the password, too, is known.
    pub auth_key: Fixed<32>,
    pub(crate) wrapping_key: SecretKey,
}

/// SK, and IK if the sender includes the identity, wrapped for a link: `CreateShare::{scan_key, identity_key}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedLinkKeys {
    pub scan_key: Sealed,
    pub identity_key: Option<Sealed>,
}

fn label(name: &str, share_id: ShareId) -> Vec<u8> {
    context(&[name.as_bytes(), share_id.as_bytes()])
}

/// The proof alone, for `ProbeLink`, before it is known whether there is a password.
///
/// # Errors
/// [`VaultError::Unavailable`].
pub async fn link_proof(share_id: ShareId, secret: &LinkSecret) -> Result<Fixed<32>, VaultError> {
    let proof = secret
        .0
        .derive(&label("cuspid link proof v1", share_id))
        .await?;
    Ok(Fixed(*proof.expose()))
}

impl LinkKeys {
    /// `password` is the stretched password of a link that has one.
    ///
    /// # Errors
    /// [`VaultError::Unavailable`].
    pub async fn derive(
        share_id: ShareId,
        secret: &LinkSecret,
        password: Option<&Stretched>,
    ) -> Result<Self, VaultError> {
        let with_password = match password {
            Some(stretched) => {
                let info = label("cuspid link password v1", share_id);
                let root = hkdf_sha256(secret.0.expose(), &stretched.0, &info).await?;
                Some(SecretKey::from_bytes(*root))
            }
            None => None,
        };
        let root = with_password.as_ref().unwrap_or(&secret.0);
        let auth_key = root.derive(&label("cuspid link auth v1", share_id)).await?;
        Ok(Self {
            share_id,
            link_proof: link_proof(share_id, secret).await?,
            auth_key: Fixed(*auth_key.expose()),
            wrapping_key: root.derive(&label("cuspid link wrap v1", share_id)).await?,
        })
    }

    const fn place(&self, purpose: Purpose, scan: ScanId) -> Place {
        Place {
            purpose,
            clinic: NO_CLINIC,
            object: *scan.as_bytes(),
            key_version: 0,
            wrapped_by: WrappedBy::Link,
            wrapper: *self.share_id.as_bytes(),
        }
    }

    /// # Errors
    /// [`VaultError::NoIdentityKey`] if the identity is asked for and not held, [`VaultError::Unavailable`].
    pub async fn wrap(
        &self,
        keys: &ScanKeys,
        with_identity: bool,
    ) -> Result<WrappedLinkKeys, VaultError> {
        let seal = async |key, purpose| {
            wrap(key, &self.place(purpose, keys.scan_id), &self.wrapping_key).await
        };
        Ok(WrappedLinkKeys {
            scan_key: seal(&keys.scan_key.0, Purpose::Scan).await?,
            identity_key: if with_identity {
                Some(seal(&keys.identity_key()?.0, Purpose::Identity).await?)
            } else {
                None
            },
        })
    }

    /// # Errors
    /// [`VaultError::LinkDoesNotOpen`], [`VaultError::UnknownVersion`].
    pub async fn unwrap(&self, opened: &OpenedLink) -> Result<ScanKeys, VaultError> {
        let open = async |sealed, purpose| {
            let place = self.place(purpose, opened.scan_id);
            unwrap(sealed, &place, &self.wrapping_key)
                .await
                .map_err(|error| error.or(VaultError::LinkDoesNotOpen))
        };
        Ok(ScanKeys {
            scan_id: opened.scan_id,
            scan_key: ScanKey(open(&opened.scan_key, Purpose::Scan).await?),
            identity_key: match &opened.identity_key {
                Some(sealed) => Some(IdentityKey(open(sealed, Purpose::Identity).await?)),
                None => None,
            },
        })
    }
}

#[cfg(test)]
mod tests;
