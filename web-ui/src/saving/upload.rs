//! Parts on their way to the server: at most two at a time, each tried until it is there.

use super::patience::patiently;
use super::pipeline::Run;
use crate::api::{self, ApiError, Fault};
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use js_sys::Uint8Array;
use protocol::scan::{Blob, BlobLen, BlobRole, Scan};
use protocol::{ErrorCode, ScanId};
use std::collections::VecDeque;
use vault::VaultError;
use vault::package::{BlobWriter, SealedPart};

/// One part travels while the next is sealed.
const IN_FLIGHT: usize = 2;

/// The parts of one scan.
pub(super) struct Upload<'a> {
    run: &'a Run,
    scan_id: ScanId,
    under_way: VecDeque<LocalBoxFuture<'a, Result<(), Fault>>>,
    lens: Vec<BlobLen>,
}

impl<'a> Upload<'a> {
    pub fn new(run: &'a Run, scan_id: ScanId) -> Self {
        Self {
            run,
            scan_id,
            under_way: VecDeque::new(),
            lens: Vec::new(),
        }
    }

    /// A blob that is in memory as a whole.
    pub async fn whole(
        &mut self,
        mut writer: BlobWriter,
        role: BlobRole,
        plaintext: &[u8],
    ) -> Result<(), Fault> {
        let mut rest = plaintext;
        while let Some(part) = writer.push(&mut rest).await? {
            self.part(role, part).await?;
        }
        self.last(role, writer).await
    }

    /// The end of a blob.
    pub async fn last(&mut self, role: BlobRole, writer: BlobWriter) -> Result<(), Fault> {
        let finished = writer.finish().await?;
        if let Some(part) = finished.last_part {
            self.part(role, part).await?;
        }
        self.lens.push(BlobLen {
            role,
            sealed_len: finished.sealed_len,
        });
        Ok(())
    }

    /// Sends a part; waits while two are under way.
    pub async fn part(&mut self, role: BlobRole, part: SealedPart) -> Result<(), Fault> {
        if self.under_way.len() >= IN_FLIGHT {
            self.oldest().await?;
        }
        // A copy outside the module's memory, so that the next part can be sealed in the place of this one.
        let bytes = Uint8Array::from(part.bytes.as_slice());
        let (run, scan_id) = (self.run, self.scan_id);
        let mut sending =
            async move { send(run, scan_id, role, part.index, bytes, part.sha256.0).await }
                .boxed_local();
        // Polled once, so that the request leaves now and not when somebody waits for it.
        if let Some(outcome) = (&mut sending).now_or_never() {
            return outcome;
        }
        self.under_way.push_back(sending);
        Ok(())
    }

    /// Waits for what is under way; the sealed length of every blob.
    pub async fn finish(mut self) -> Result<Vec<BlobLen>, Fault> {
        while !self.under_way.is_empty() {
            self.oldest().await?;
        }
        viewer_wasm::order::sort(&mut self.lens, |a, b| a.role.cmp(&b.role));
        Ok(self.lens)
    }

    async fn oldest(&mut self) -> Result<(), Fault> {
        match self.under_way.pop_front() {
            Some(sending) => sending.await,
            None => Ok(()),
        }
    }
}

async fn send(
    run: &Run,
    scan_id: ScanId,
    role: BlobRole,
    index: u32,
    bytes: Uint8Array,
    sha256: [u8; 32],
) -> Result<(), Fault> {
    let len = u64::from(bytes.length());
    patiently(run, async || {
        let outcome =
            api::scans::put_part(scan_id, role, index, &bytes, &sha256, Some(&run.abort)).await;
        match outcome {
            Err(error) if error.code() == Some(ErrorCode::PartDiffers) => {
                is_there(run, scan_id, role, index, len).await
            }
            other => other,
        }
    })
    .await?;
    run.saving.progress(|work| {
        work.sent_bytes += len;
        work.sent_parts += 1;
    });
    Ok(())
}

/// Another try of the same save, in another tab perhaps, sealed the same plaintext first. Its part is as good: same
/// keys, same content, other nonces.
async fn is_there(
    run: &Run,
    scan_id: ScanId,
    role: BlobRole,
    index: u32,
    len: u64,
) -> Result<(), ApiError> {
    let parts = api::scans::parts(scan_id, Some(&run.abort)).await?;
    match parts
        .iter()
        .find(|part| part.role == role && part.index == index)
    {
        Some(part) if part.len == len => Ok(()),
        _ => Err(ApiError::Refused {
            code: ErrorCode::PartDiffers,
            retry_after: None,
        }),
    }
}

/// The blob of a role in a scan's record.
pub(super) fn blob_of(record: &Scan, role: BlobRole) -> Result<&Blob, Fault> {
    record
        .blobs
        .iter()
        .find(|blob| blob.role == role)
        .ok_or(Fault::Vault(VaultError::OutOfRange { what: "blob" }))
}
