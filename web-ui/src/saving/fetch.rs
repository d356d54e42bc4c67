//! The parts of a sealed scan, from the clinic's own routes or through a link, with a little patience.

use crate::api::{self, Abort, ApiError, Fault};
use crate::loading::pace;
use futures::FutureExt;
use futures::future::{LocalBoxFuture, Shared};
use js_sys::{ArrayBuffer, Uint8Array};
use protocol::scan::BlobRole;
use protocol::{Fixed, ScanId, ShareId};
use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use vault::package::BlobReader;

/// Tries of one part before the scan is given up.
const TRIES: u32 = 6;
/// Sealed parts kept while their slices are asked for out of order, in bytes.
const KEEP_BYTES: u64 = 256 * 1024 * 1024;

/// Where parts come from.
#[derive(Clone, Copy)]
pub(crate) enum PartFetch {
    Owner(ScanId),
    Link { share: ShareId, token: Fixed<32> },
}

impl PartFetch {
    async fn once(
        self,
        role: BlobRole,
        index: u32,
        abort: &Abort,
    ) -> Result<ArrayBuffer, ApiError> {
        match self {
            Self::Owner(id) => api::scans::get_part(id, role, index, Some(abort)).await,
            Self::Link { share, token } => {
                api::links::get_part(share, token, role, index, Some(abort)).await
            }
        }
    }

    /// One part, sealed as it is.
    async fn part(
        self,
        role: BlobRole,
        index: u32,
        abort: &Abort,
    ) -> Result<ArrayBuffer, ApiError> {
        let mut wait_ms = 500;
        for _ in 1..TRIES {
            match self.once(role, index, abort).await {
                Err(error) if error.is_passing() => {}
                outcome => return outcome,
            }
            pace::sleep(wait_ms).await;
            wait_ms *= 2;
        }
        self.once(role, index, abort).await
    }

    /// The plaintext of a small blob.
    pub async fn whole(
        self,
        role: BlobRole,
        reader: &BlobReader,
        abort: &Abort,
    ) -> Result<Vec<u8>, Fault> {
        let mut plaintext = Vec::new();
        for index in 0..reader.parts() {
            let part = self.part(role, index, abort).await?;
            plaintext.extend(
                reader
                    .open_part(index, &Uint8Array::new(&part).to_vec())
                    .await?,
            );
        }
        Ok(plaintext)
    }
}

type Fetched = Shared<LocalBoxFuture<'static, Result<ArrayBuffer, ApiError>>>;

/// Parts of one blob, each fetched once however many slices ask for it at the same time, and kept until memory is
/// short. They stay sealed, and outside the module's memory.
pub(super) struct PartCache {
    fetch: PartFetch,
    role: BlobRole,
    abort: Abort,
    kept: RefCell<HashMap<u32, Fetched>>,
    /// Oldest first.
    order: RefCell<VecDeque<u32>>,
    part_len: u64,
}

impl PartCache {
    pub fn new(fetch: PartFetch, role: BlobRole, abort: Abort) -> Self {
        Self {
            fetch,
            role,
            abort,
            kept: RefCell::default(),
            order: RefCell::default(),
            part_len: protocol::limits::PART_LEN,
        }
    }

    pub async fn part(self: &Rc<Self>, index: u32) -> Result<ArrayBuffer, ApiError> {
        let fetched = self.kept.borrow().get(&index).cloned();
        let fetched = fetched.unwrap_or_else(|| self.begin(index));
        let outcome = fetched.await;
        if outcome.is_err() {
            self.kept.borrow_mut().remove(&index);
        }
        outcome
    }

    fn begin(self: &Rc<Self>, index: u32) -> Fetched {
        let this = Rc::clone(self);
        let fetched = async move { this.fetch.part(this.role, index, &this.abort).await }
            .boxed_local()
            .shared();
        let (mut kept, mut order) = (self.kept.borrow_mut(), self.order.borrow_mut());
        kept.insert(index, fetched.clone());
        order.retain(|kept| *kept != index);
        order.push_back(index);
        while order.len() as u64 * self.part_len > KEEP_BYTES {
            if let Some(oldest) = order.pop_front() {
                kept.remove(&oldest);
            }
        }
        fetched
    }

    pub fn abort(&self) {
        self.abort.abort();
        self.kept.borrow_mut().clear();
    }
}
