//! Stretching a password, of an account or of a link: Argon2id (RFC 9106).

use crate::{
    VaultError,
    primitives::{context, hkdf_sha256, random},
    secret::SecretKey,
};
use argon2::{Algorithm, Argon2, Params, Version};
use protocol::{Fixed, account::PasswordKdf};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The only version there is: Argon2id, version 0x13 of the algorithm, 64 MiB, 3 passes, 1 lane, 32 bytes out.
pub const KDF_VERSION: u8 = 1;

const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 1;

/// Argon2id of a password: the root of an account's auth and wrapping keys, or half of a link's.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Stretched(pub(crate) [u8; 32]);

impl std::fmt::Debug for Stretched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Stretched {
    /// For the way from the worker to the page. The caller wipes its copy.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// For the way from the worker to the page, and only that.
    pub const fn to_bytes(&self) -> [u8; 32] {
        self.0
    }

    /// The proof of an account's password, for `SignIn::auth_key`. It tells nothing about the wrapping key.
    ///
    /// # Errors
    /// [`VaultError::Unavailable`].
    pub async fn auth_key(&self) -> Result<Fixed<32>, VaultError> {
        hkdf_sha256(b"", &self.0, &context(&[b"cuspid account auth v1"]))
            .await
            .map(|key| Fixed(*key))
    }

    /// What wraps MK.
    pub(crate) async fn wrapping_key(&self) -> Result<SecretKey, VaultError> {
        hkdf_sha256(b"", &self.0, &context(&[b"cuspid account wrap v1"]))
            .await
            .map(|key| SecretKey::from_bytes(*key))
    }
}

/// A fresh salt with the current version.
///
/// # Errors
/// [`VaultError::Unavailable`] without a source of random bytes.
pub fn new_kdf() -> Result<PasswordKdf, VaultError> {
    Ok(PasswordKdf {
        version: KDF_VERSION,
        salt: Fixed(random()?),
    })
}

/// The version byte fixes every parameter, so a server can't talk a client into weaker ones.
pub(crate) const fn check_kdf(kdf: &PasswordKdf) -> Result<(), VaultError> {
    if kdf.version == KDF_VERSION {
        Ok(())
    } else {
        Err(VaultError::UnknownVersion {
            what: "password stretching",
            version: kdf.version as u32,
        })
    }
}

/// Blocks for some tenths of a second and takes 64 MiB: call it in a worker. The password's bytes are its
/// UTF-8 after Unicode normalisation form C, which is the caller's to apply (`String.prototype.normalize`).
///
/// # Errors
/// [`VaultError::UnknownVersion`] for any parameters but those of version 1, [`VaultError::Unavailable`] if
/// there is no memory for them.
pub fn stretch_password(password: &str, kdf: &PasswordKdf) -> Result<Stretched, VaultError> {
    check_kdf(kdf)?;
    let unavailable = |_| VaultError::Unavailable { what: "Argon2id" };
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(32)).map_err(unavailable)?;
    let mut stretched = Stretched([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), &kdf.salt.0, &mut stretched.0)
        .map_err(unavailable)?;
    Ok(stretched)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Attack 9: a server that answers another version, which could stand for weaker parameters.
    #[test]
    fn attack_9_other_parameters_are_refused() {
        for version in [0, 2, 255] {
            let kdf = PasswordKdf {
                version,
                salt: Fixed([1; 16]),
            };
            let refused = stretch_password("password", &kdf);
            assert!(
                matches!(refused, Err(VaultError::UnknownVersion { version: v, .. }) if v == u32::from(version))
            );
        }
    }

    #[test]
    fn salts_differ() {
        assert_ne!(new_kdf().unwrap().salt, new_kdf().unwrap().salt);
    }
}
