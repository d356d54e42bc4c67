//! Bodies of requests. A handler gets the body unread and asks for it after it knows who is asking.

use crate::{
    app::Cuspid,
    blobs::{Hash, Incoming, Synced},
    crypto::same,
    error::Error,
};
use actix_web::{
    FromRequest, HttpRequest,
    http::header,
    web::{BytesMut, Payload},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures::{
    StreamExt,
    future::{Ready, ready},
};
use protocol::{ErrorCode, Fixed, limits::MAX_JSON_LEN};
use serde::de::DeserializeOwned;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// Time for a JSON body to arrive.
const JSON_TIME: Duration = Duration::from_secs(15);
/// A refused body is read so long, so that the client sees the answer instead of a closed connection.
const DRAIN_TIME: Duration = Duration::from_secs(5);
/// ... and so far.
const DRAIN_LEN: u64 = 4 * protocol::limits::PART_LEN;
/// Bytes that are handed to the disk and to the digest at once.
const BATCH_LEN: usize = 1024 * 1024;

/// The body of a request, still on its way.
pub struct Body {
    payload: Payload,
    content_type: Option<String>,
    content_length: Option<u64>,
    content_digest: Option<String>,
}

impl FromRequest for Body {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut actix_web::dev::Payload) -> Self::Future {
        let text = |name: &str| {
            let value = request.headers().get(name)?;
            Some(value.to_str().ok()?.trim().to_owned())
        };
        ready(
            Payload::from_request(request, payload)
                .into_inner()
                .map(|payload| Self {
                    payload,
                    content_type: text(header::CONTENT_TYPE.as_str()),
                    content_length: text(header::CONTENT_LENGTH.as_str())
                        .and_then(|len| len.parse().ok()),
                    content_digest: text("content-digest"),
                }),
        )
    }
}

impl Body {
    /// Reads a JSON body of at most [`MAX_JSON_LEN`] bytes.
    ///
    /// # Errors
    /// `bad-request` if it is not JSON of the expected form; `too-slow`.
    pub async fn json<T: DeserializeOwned>(mut self) -> Result<T, Error> {
        let is_json = self.content_type.as_deref().is_some_and(|value| {
            let kind = value.split(';').next().unwrap_or_default().trim();
            kind.eq_ignore_ascii_case("application/json")
        });
        if !is_json {
            return Err(self.refuse(ErrorCode::BadRequest).await);
        }
        if self
            .content_length
            .is_some_and(|len| len > MAX_JSON_LEN as u64)
        {
            return Err(self.refuse(ErrorCode::BadRequest).await);
        }
        let mut bytes = BytesMut::new();
        let collected = timeout(JSON_TIME, async {
            while let Some(chunk) = self.payload.next().await {
                let chunk = chunk.map_err(|_| ErrorCode::BadRequest)?;
                if bytes.len() + chunk.len() > MAX_JSON_LEN {
                    return Err(ErrorCode::BadRequest);
                }
                bytes.extend_from_slice(&chunk);
            }
            Ok(())
        })
        .await;
        match collected {
            Ok(Ok(())) => serde_json::from_slice(&bytes).map_err(|_| ErrorCode::BadRequest.into()),
            Ok(Err(code)) => Err(Error::Closed(code)),
            Err(_) => Err(Error::Closed(ErrorCode::TooSlow)),
        }
    }

    /// The announced length, which a part must have.
    pub fn content_length(&self) -> Option<u64> {
        self.content_length
    }

    /// The `sha-256` of `Content-Digest` (RFC 9530), which a part must have.
    pub fn sha256(&self) -> Option<Fixed<32>> {
        let digest = self.content_digest.as_deref()?;
        let encoded = digest
            .split(',')
            .filter_map(|item| item.trim().split_once('='))
            .find(|(name, _)| *name == "sha-256")?
            .1;
        let encoded = encoded.strip_prefix(':')?.strip_suffix(':')?;
        let bytes = STANDARD.decode(encoded).ok()?;
        bytes.try_into().ok().map(Fixed)
    }

    /// Reads what a refused client still sends, within bounds, then answers the error to give.
    pub async fn refuse(mut self, code: ErrorCode) -> Error {
        match self.content_length {
            Some(len) if len <= DRAIN_LEN => {}
            _ => return Error::Closed(code),
        }
        let drained = timeout(DRAIN_TIME, async {
            while let Some(chunk) = self.payload.next().await {
                if chunk.is_err() {
                    return false;
                }
            }
            true
        })
        .await;
        match drained {
            Ok(true) => Error::Refused(code),
            _ => Error::Closed(code),
        }
    }

    /// Streams a body of `len` bytes into a file and syncs it. The next batch arrives while the last one is written and,
    /// on another thread, hashed.
    ///
    /// # Errors
    /// `too-slow`, `digest-mismatch` if it is not `len` bytes with this digest; what the disk says.
    pub async fn receive(
        mut self,
        cuspid: &Cuspid,
        incoming: Incoming,
        len: u64,
        sha256: Fixed<32>,
    ) -> Result<Synced, Error> {
        let grace = Duration::from_secs(u64::from(cuspid.config.upload_grace_seconds));
        let floor = cuspid.config.upload_floor.max(1) as f64;
        let mut start = Instant::now();
        let (mut received, mut batch, mut batch_len) = (0, Vec::new(), 0);
        let mut disk = incoming.write(Vec::new());
        let mut hash = Hash::new().update(Vec::new());
        loop {
            let deadline = start + grace + Duration::from_secs_f64(received as f64 / floor);
            let chunk = match timeout_at(deadline, self.payload.next()).await {
                Ok(Some(Ok(chunk))) => chunk,
                Ok(None) => break,
                Ok(Some(Err(_))) => return Err(Error::Closed(ErrorCode::DigestMismatch)),
                Err(_) => return Err(Error::Closed(ErrorCode::TooSlow)),
            };
            received += chunk.len() as u64;
            batch_len += chunk.len();
            batch.push(chunk);
            if received > len {
                return Err(Error::Closed(ErrorCode::DigestMismatch));
            }
            if batch_len >= BATCH_LEN {
                let waiting = Instant::now();
                let batch = std::mem::take(&mut batch);
                hash = hash.done().await?.update(batch.clone());
                disk = disk.done().await?.write(batch);
                batch_len = 0;
                // The client is not to blame for a slow disk.
                start += waiting.elapsed();
            }
        }
        // The processor has little to do during the sync: time for the rest of the digest.
        let hash = hash.done().await?.update(batch.clone());
        let synced = disk.done().await?.write_last(batch).done().await?;
        let hash = hash.done().await?.finish();
        match synced.len() == len && same(&hash, &sha256.0) {
            true => Ok(synced),
            false => Err(ErrorCode::DigestMismatch.into()),
        }
    }
}
