//! Secrets. None of these types is `Clone` or `Serialize`; all print as `***` and are wiped when dropped.

use zeroize::{Zeroize, ZeroizeOnDrop};

/// 256 bits, uniformly random or derived. Only a key-derivation or cipher function should look inside.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SecretKey([u8; 32]);

impl SecretKey {
    pub(crate) const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn expose(&self) -> &[u8; 32] {
        &self.0
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
