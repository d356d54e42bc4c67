//! One save from its first byte to the commit.
//!
//! Coarse volume, frames, identity, manifest, in this order: each is known only when the one before is cut. The
//! plaintext of every blob follows from the files alone, so an earlier try's parts fit in where they are.

use super::coarse::coarse;
use super::content::Content;
use super::cut::cuts;
use super::patience::patiently;
use super::state::{SavePhase, Saving};
use super::summary::Summary;
use super::upload::{Upload, blob_of};
use crate::account::{Account, SignedIn};
use crate::api::{self, Abort, Fault};
use crate::pool::Pool;
use crate::workspace::ActiveScan;
use futures::{StreamExt, TryStreamExt, stream};
use protocol::scan::{BeginScan, BlobHeader, BlobRole, CommitScan, Part, Scan, ScanStatus};
use protocol::{Fixed, ScanId};
use std::rc::Rc;
use vault::ScanKeys;
use vault::package::{
    BlobWriter, Chunk, CoarseVolume, Codec, FORMAT_VERSION, IdentityDocument, InstanceIdentity,
    Manifest, PackagedInstance,
};
use vault::scan::{content_tag, new_scan, open_scan_keys};

/// Of a scan that is saved for the first time, and so far for the last: what is saved does not change.
const MANIFEST_VERSION: u32 = 1;
/// What cuts and packs: an upload begun by a page that packs differently is not gone on with.
const PACKER: &str = concat!("cuspid ", env!("CARGO_PKG_VERSION"), " cut 1");
/// Headers read at once.
const READS_IN_FLIGHT: usize = 4;

/// What every step of a save needs.
pub(crate) struct Run {
    pub saving: Saving,
    pub account: Account,
    pub pool: Pool,
    pub abort: Abort,
}

/// Saves the scan, or finds that it is saved.
pub(crate) async fn run_save(run: Run, scan: Rc<ActiveScan>) -> Result<ScanId, Fault> {
    save(&run, &scan).await
}

async fn save(run: &Run, scan: &ActiveScan) -> Result<ScanId, Fault> {
    let signed_in = run.account.require().await?;
    let content = Content::of(scan);
    let digest = content
        .digest(run.pool, || run.saving.progress(|work| work.done += 1))
        .await?;
    let tag = content_tag(&signed_in.keys, &digest, PACKER).await?;
    let known = patiently(run, async || api::scans::list().await).await?;
    let same = |status| {
        known
            .iter()
            .find(|scan| scan.content_tag == tag && scan.status == status)
    };
    if let Some(saved) = same(ScanStatus::Complete) {
        return Ok(saved.scan_id);
    }
    let begun = match same(ScanStatus::Uploading) {
        Some(unfinished) => go_on(run, &signed_in, unfinished).await?,
        None => begin(run, &signed_in, &content, tag).await?,
    };
    send(run, scan, &content, begun).await
}

/// An upload that the server knows of.
struct Begun {
    record: Scan,
    keys: ScanKeys,
    there: Vec<Part>,
}

async fn go_on(run: &Run, signed_in: &SignedIn, unfinished: &Scan) -> Result<Begun, Fault> {
    let keys = open_scan_keys(&signed_in.keys, unfinished.scan_id, &unfinished.keys).await?;
    let there = patiently(run, async || {
        api::scans::parts(unfinished.scan_id, Some(&run.abort)).await
    })
    .await?;
    Ok(Begun {
        record: unfinished.clone(),
        keys,
        there,
    })
}

async fn begin(
    run: &Run,
    signed_in: &SignedIn,
    content: &Content,
    tag: Fixed<32>,
) -> Result<Begun, Fault> {
    let (keys, wrapped) = new_scan(&signed_in.keys).await?;
    let mut blobs = Vec::new();
    for role in BlobRole::ALL {
        let floe_header = BlobWriter::start(&keys, role).await?.header().clone();
        blobs.push(BlobHeader { role, floe_header });
    }
    let request = BeginScan {
        scan_id: keys.scan_id,
        content_tag: tag,
        keys: wrapped,
        blobs,
        summary: Summary::of(&content.series, content.pixel_len())
            .seal(&keys)
            .await?,
        reserve_bytes: content.upper_bound(),
    };
    let record = patiently(run, async || {
        api::scans::begin(&request, Some(&run.abort)).await
    })
    .await?;
    Ok(Begun {
        record,
        keys,
        there: Vec::new(),
    })
}

async fn send(
    run: &Run,
    scan: &ActiveScan,
    content: &Content,
    begun: Begun,
) -> Result<ScanId, Fault> {
    let scan_id = begun.record.scan_id;
    let total = content.pixel_len();
    run.saving.progress(|work| {
        work.phase = SavePhase::Sending;
        work.done = 0;
        work.total = total.max(1);
        work.kept_parts = begun.there.len() as u32;
    });
    let keys = &begun.keys;
    let mut upload = Upload::new(run, scan_id);
    // Parts that are there are neither sealed nor sent again.
    let writer = async |role| {
        let mut writer =
            BlobWriter::resume(keys, role, &blob_of(&begun.record, role)?.floe_header, 0).await?;
        writer.skip(
            begun
                .there
                .iter()
                .filter(|part| part.role == role)
                .map(|part| part.index),
        );
        Ok::<_, Fault>(writer)
    };

    let small = coarse(&scan.volume.borrow());
    let coarse_volume = match &small {
        Some(small) => Some(CoarseVolume {
            description: serde_json::to_value(small.description).map_err(|_| Fault::Worker)?,
            chunks: vec![Chunk {
                offset: 0,
                stored_len: small.bytes.len() as u64,
                plain_len: small.bytes.len() as u64,
                codec: Codec::Raw,
                sha256: Fixed(vault::primitives::sha256(&small.bytes).await?),
            }],
            len: small.bytes.len() as u64,
        }),
        None => None,
    };
    let small = small.map(|small| small.bytes).unwrap_or_default();
    upload
        .whole(writer(BlobRole::Coarse).await?, BlobRole::Coarse, &small)
        .await?;
    drop(small);

    let (instances, frames_len) =
        send_frames(run, content, &mut upload, writer(BlobRole::Frames).await?).await?;
    run.saving
        .progress(|work| work.phase = SavePhase::Finishing);

    let identity = identity_of(run, content, scan_id).await?.to_bytes()?;
    upload
        .whole(
            writer(BlobRole::Identity).await?,
            BlobRole::Identity,
            &identity,
        )
        .await?;
    let manifest = Manifest {
        format: FORMAT_VERSION,
        scan_id,
        manifest_version: MANIFEST_VERSION,
        instances,
        coarse: coarse_volume,
        frames_len,
        identity_len: identity.len() as u64,
    };
    drop(identity);
    upload
        .whole(
            writer(BlobRole::Geometry).await?,
            BlobRole::Geometry,
            &manifest.to_bytes()?,
        )
        .await?;

    let blob_lens = upload.finish().await?;
    let request = CommitScan {
        manifest_version: MANIFEST_VERSION,
        blob_lens,
    };
    patiently(run, async || {
        api::scans::commit(scan_id, &request, Some(&run.abort)).await
    })
    .await?;
    super::pin::remember(scan_id, MANIFEST_VERSION);
    run.account.refresh().await;
    Ok(scan_id)
}

/// Packs every chunk in the workers, a few ahead, and seals them in order.
async fn send_frames(
    run: &Run,
    content: &Content,
    upload: &mut Upload<'_>,
    mut writer: BlobWriter,
) -> Result<(Vec<PackagedInstance>, u64), Fault> {
    let mut instances = Vec::with_capacity(content.instances().len());
    for (index, instance) in content.instances().iter().enumerate() {
        // Which files belong together is told by a number, since the identifiers that say so are left out.
        let mut attributes = instance.attributes.clone();
        attributes.group.get_or_insert(0);
        instances.push(PackagedInstance {
            attributes: serde_json::to_value(&attributes).map_err(|_| Fault::Worker)?,
            chunks: Vec::with_capacity(cuts(instance).len()),
        });
        debug_assert_eq!(instances.len(), index + 1);
    }
    let plan = content
        .instances()
        .iter()
        .enumerate()
        .flat_map(|(index, instance)| cuts(instance).into_iter().map(move |cut| (index, cut)));
    let mut packed = stream::iter(plan)
        .map(|(index, cut)| async move {
            Ok::<_, Fault>((index, content.chunk(run.pool, index, cut).await?))
        })
        .buffered(run.pool.in_flight());
    let mut offset = 0;
    while let Some((index, chunk)) = packed.try_next().await? {
        if run.abort.is_aborted() {
            return Err(Fault::Cancelled);
        }
        let stored_len = chunk.bytes.len() as u64;
        let mut rest = chunk.bytes.as_slice();
        while let Some(part) = writer.push(&mut rest).await? {
            upload.part(BlobRole::Frames, part).await?;
        }
        instances[index].chunks.push(Chunk {
            offset,
            stored_len,
            plain_len: chunk.plain_len,
            codec: chunk.codec,
            sha256: chunk.sha256,
        });
        offset += stored_len;
        run.saving.progress(|work| work.done += chunk.plain_len);
    }
    upload.last(BlobRole::Frames, writer).await?;
    Ok((instances, offset))
}

/// Names and headers of every file, for the identity blob.
async fn identity_of(
    run: &Run,
    content: &Content,
    scan_id: ScanId,
) -> Result<IdentityDocument, Fault> {
    let instances = stream::iter(content.instances().iter().enumerate())
        .map(|(index, instance)| async move {
            let (head, tail) = content.head_and_tail(run.pool, index).await?;
            Ok::<_, Fault>(InstanceIdentity {
                file: content.names[index].clone(),
                fields: serde_json::to_value(&instance.identity).map_err(|_| Fault::Worker)?,
                deflated: instance.pixels.deflated,
                head,
                tail,
            })
        })
        .buffered(READS_IN_FLIGHT)
        .try_collect()
        .await?;
    Ok(IdentityDocument {
        scan_id,
        manifest_version: MANIFEST_VERSION,
        instances,
    })
}
