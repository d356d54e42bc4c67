//! The digest of a body, on a thread beside the one that writes it: together they would take longer than the network.

use crate::{crypto, error::Error};
use actix_web::web::Bytes;
use ring::digest;
use tokio::task::JoinHandle;

/// SHA-256 of the bytes so far.
pub struct Hash(digest::Context);

/// A hash whose last bytes may not be in it yet.
pub struct Hashing(JoinHandle<Hash>);

impl Hash {
    pub fn new() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }

    /// Begins to append.
    pub fn update(mut self, chunks: Vec<Bytes>) -> Hashing {
        Hashing(tokio::task::spawn_blocking(move || {
            for chunk in &chunks {
                self.0.update(chunk);
            }
            self
        }))
    }

    pub fn finish(self) -> [u8; 32] {
        crypto::finish(self.0)
    }
}

impl Hashing {
    /// # Errors
    /// [`Error::Stopped`].
    pub async fn done(self) -> Result<Hash, Error> {
        self.0.await.map_err(|_| Error::Stopped)
    }
}
