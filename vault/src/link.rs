//! Links: what the 32 bytes in the fragment derive.

use crate::{LinkSecret, ScanKeys, Stretched, VaultError, secret::SecretKey};
use protocol::share::OpenedLink;
use protocol::{Fixed, Sealed, ShareId};

impl LinkSecret {
    /// # Errors
    /// [`VaultError::Unavailable`].
    pub fn generate() -> Result<Self, VaultError> {
        Err(VaultError::Unavailable { what: "random" })
    }

    /// `#v1.` and 43 characters of base64url.
    pub fn to_fragment(&self) -> String {
        String::new()
    }

    /// Parses `location.hash`, with or without its `#`.
    ///
    /// # Errors
    /// [`VaultError::MalformedLink`], [`VaultError::UnknownVersion`].
    pub fn parse_fragment(_fragment: &str) -> Result<Self, VaultError> {
        Err(VaultError::MalformedLink)
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
    #[expect(dead_code)]
    wrapping_key: SecretKey,
}

/// The proof alone, for `ProbeLink`, before it is known whether there is a password.
///
/// # Errors
/// [`VaultError::Unavailable`].
pub async fn link_proof(_share_id: ShareId, _secret: &LinkSecret) -> Result<Fixed<32>, VaultError> {
    Err(VaultError::Unavailable { what: "link_proof" })
}

/// SK, and IK if the sender includes the identity, wrapped for a link: `CreateShare::{scan_key, identity_key}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedLinkKeys {
    pub scan_key: Sealed,
    pub identity_key: Option<Sealed>,
}

impl LinkKeys {
    /// `password` is the stretched password of a link that has one.
    ///
    /// # Errors
    /// [`VaultError::Unavailable`].
    pub async fn derive(
        _share_id: ShareId,
        _secret: &LinkSecret,
        _password: Option<&Stretched>,
    ) -> Result<Self, VaultError> {
        Err(VaultError::Unavailable { what: "derive" })
    }

    /// # Errors
    /// [`VaultError::NoIdentityKey`] if the identity is asked for and not held.
    pub async fn wrap(
        &self,
        _keys: &ScanKeys,
        _with_identity: bool,
    ) -> Result<WrappedLinkKeys, VaultError> {
        Err(VaultError::Unavailable { what: "wrap" })
    }

    /// # Errors
    /// [`VaultError::LinkDoesNotOpen`], [`VaultError::UnknownVersion`].
    pub async fn unwrap(&self, _opened: &OpenedLink) -> Result<ScanKeys, VaultError> {
        Err(VaultError::Unavailable { what: "unwrap" })
    }
}
