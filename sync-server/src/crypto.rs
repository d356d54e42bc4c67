//! What the server knows of cryptography: hashes, random tokens, its own signing key. Nothing here can open
//! what a browser sealed.

use crate::error::Error;
use ring::{
    digest, hmac,
    rand::{SecureRandom, SystemRandom},
    signature::{Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::Path};
use subtle::ConstantTimeEq;

const KEY_FILE: &str = "server.key";

/// SHA-256 of all pieces, one after the other.
pub fn sha256(pieces: &[&[u8]]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    for piece in pieces {
        context.update(piece);
    }
    finish(context)
}

/// The digest of a SHA-256 context.
pub fn finish(context: digest::Context) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// # Errors
/// [`Error::Internal`] if the operating system has no random numbers.
pub fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Error::Internal("no random numbers".to_owned()))?;
    Ok(bytes)
}

/// What is kept of a secret with 256 bits of entropy, or of one that the browser has stretched: a hash that says
/// what it is of, so that none can stand in for another.
pub fn hash_of_secret(purpose: &str, secret: &[u8; 32]) -> [u8; 32] {
    sha256(&[b"cuspid ", purpose.as_bytes(), b" v1", secret])
}

/// Compares without telling by its time where two values differ.
pub fn same(a: &[u8; 32], b: &[u8; 32]) -> bool {
    a.ct_eq(b).into()
}

/// The server's own secrets, in `server.key` of the data folder (mode 0600): the seed of the key that signs audit
/// heads, and the key from which unknown addresses get their salt.
pub struct ServerKey {
    signing: Ed25519KeyPair,
    decoy: hmac::Key,
}

impl ServerKey {
    /// Reads the key file, or makes it when there is none.
    ///
    /// # Errors
    /// If it cannot be read or written, or is not 64 bytes long.
    pub fn load_or_make(data: &Path) -> Result<Self, Error> {
        let path = data.join(KEY_FILE);
        if !path.try_exists()? {
            let fresh = data.join("server.key.new");
            let _ = fs::remove_file(&fresh);
            let mut file = fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&fresh)?;
            file.write_all(&random::<64>()?)?;
            file.sync_all()?;
            fs::rename(&fresh, &path)?;
            fs::File::open(data)?.sync_all()?;
        }
        Self::load(data)
    }

    /// # Errors
    /// If the key file is not there or is not 64 bytes long.
    pub fn load(data: &Path) -> Result<Self, Error> {
        let bytes = fs::read(data.join(KEY_FILE))?;
        let wrong = || Error::Internal(format!("{KEY_FILE} is not a server key"));
        if bytes.len() != 64 {
            return Err(wrong());
        }
        Ok(Self {
            signing: Ed25519KeyPair::from_seed_unchecked(&bytes[..32]).map_err(|_| wrong())?,
            decoy: hmac::Key::new(hmac::HMAC_SHA256, &bytes[32..]),
        })
    }

    /// Ed25519 signature of `message`.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        let mut signature = [0; 64];
        signature.copy_from_slice(self.signing.sign(message).as_ref());
        signature
    }

    pub fn is_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ring::signature::ED25519, self.public_key())
            .verify(message, signature)
            .is_ok()
    }

    pub fn public_key(&self) -> [u8; 32] {
        let mut key = [0; 32];
        key.copy_from_slice(self.signing.public_key().as_ref());
        key
    }

    /// The salt of an address without an account: always the same for it, and like any other.
    pub fn decoy_salt(&self, email: &str) -> [u8; 16] {
        let tag = hmac::sign(&self.decoy, email.as_bytes());
        let mut salt = [0; 16];
        salt.copy_from_slice(&tag.as_ref()[..16]);
        salt
    }
}
