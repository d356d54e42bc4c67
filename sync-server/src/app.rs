//! What every handler can reach.

use crate::{
    assets::Assets,
    blobs::Blobs,
    config::Config,
    crypto::{ServerKey, random},
    error::Error,
    rate::RateLimits,
    store::{Lifetimes, Store},
};
use protocol::Fixed;
use std::{fs, sync::Arc};

/// The server's parts, shared by all its threads.
pub struct Cuspid {
    pub config: Config,
    pub store: Store,
    pub blobs: Blobs,
    pub assets: Assets,
    pub rates: RateLimits,
    /// Held as long as the server runs: two servers on one folder would sweep each other's files.
    _lock: fs::File,
}

impl Cuspid {
    /// Opens the data folder; makes it when it is not there, for its owner alone.
    ///
    /// # Errors
    /// If another server uses it, or something in it cannot be read or written.
    pub fn open(config: Config) -> Result<Self, Error> {
        make_private_folder(&config.data)?;
        let lock = fs::File::create(config.data.join("lock"))?;
        lock.try_lock()
            .map_err(|_| Error::Internal("another server uses this data folder".to_owned()))?;
        let key = Arc::new(ServerKey::load_or_make(&config.data)?);
        Ok(Self {
            store: Store::open(&config.data, key)?,
            blobs: Blobs::open(&config.data, config.keep_free)?,
            assets: match &config.ui {
                Some(folder) => Assets::from_folder(folder)?,
                None => Assets::embedded(),
            },
            rates: RateLimits::default(),
            config,
            _lock: lock,
        })
    }

    pub fn lifetimes(&self) -> Lifetimes {
        Lifetimes {
            idle_seconds: self.config.session_idle_seconds,
            max_seconds: self.config.session_max_seconds,
            quota: self.config.clinic_quota,
        }
    }

    /// A random token.
    ///
    /// # Errors
    /// If the operating system has no random numbers.
    pub fn token() -> Result<Fixed<32>, Error> {
        random().map(Fixed)
    }
}

fn make_private_folder(path: &std::path::Path) -> Result<(), Error> {
    use std::os::unix::fs::DirBuilderExt;
    if !path.is_dir() {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)?;
    }
    Ok(())
}
