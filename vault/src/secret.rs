//! Secrets. None of these types is `Clone` or `Serialize`; all print as `***` and are wiped when dropped.

use crate::{
    VaultError,
    primitives::{hkdf_sha256, random},
};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// 256 bits, uniformly random or derived. It is never a cipher's key itself: each use derives its own key.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SecretKey([u8; 32]);

impl SecretKey {
    pub(crate) const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) fn generate() -> Result<Self, VaultError> {
        random().map(Self)
    }

    pub(crate) const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// HKDF-SHA-256 without salt; `info` comes from `primitives::context`.
    pub(crate) async fn derive(&self, info: &[u8]) -> Result<Self, VaultError> {
        Ok(Self(*hkdf_sha256(b"", &self.0, info).await?))
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

macro_rules! key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name(pub(crate) SecretKey);
    };
}

key!(
    /// MK: the person's key. Wraps the keys of their clinics.
    MasterKey
);
key!(
    /// CK: the clinic's scan key. Wraps each scan's SK.
    ClinicScanKey
);
key!(
    /// CIK: the clinic's identity key. Wraps each scan's IK, seals notes, keys content tags.
    ClinicIdentityKey
);
key!(
    /// SK: one scan's key for geometry and pixels.
    ScanKey
);
key!(
    /// IK: one scan's key for names, ids and full headers.
    IdentityKey
);
key!(
    /// F: the secret in a link's fragment.
    LinkSecret
);

/// The printed key that opens an account when the password is lost: 160 random bits.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct RecoveryKey(pub(crate) [u8; 20]);

impl std::fmt::Debug for RecoveryKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_print_as_stars() {
        let key = MasterKey(SecretKey::from_bytes([0x41; 32]));
        assert_eq!(format!("{key:?}"), "MasterKey(***)");
        assert_eq!(format!("{:?}", RecoveryKey([0x41; 20])), "***");
    }
}
