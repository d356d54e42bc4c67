//! A file becomes a stream of chunks, the next one read while the last one is sent.

use super::{Blobs, CHUNK_LEN, blocking};
use crate::error::Error;
use actix_web::web::Bytes;
use futures::Stream;
use protocol::{ClinicId, ScanId};
use std::{
    fs::File,
    io::Read,
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::task::{JoinHandle, spawn_blocking};

type Chunk = std::io::Result<(File, Bytes)>;

/// The bytes of a part.
pub struct PartStream {
    reading: Option<JoinHandle<Chunk>>,
    left: u64,
}

impl Blobs {
    /// Opens a part's file, which must have the recorded length.
    ///
    /// # Errors
    /// If it is not there or not whole: half a part is never served.
    pub async fn send(
        &self,
        clinic: ClinicId,
        scan: ScanId,
        file: &str,
        len: u64,
    ) -> Result<PartStream, Error> {
        let path = self.scan_folder(clinic, scan).join(file);
        let file = blocking(move || {
            let file = File::open(path)?;
            match file.metadata()?.len() == len {
                true => Ok(file),
                false => Err(Error::Internal("a part's file is not whole".to_owned())),
            }
        })
        .await?;
        Ok(PartStream {
            reading: (len > 0).then(|| read(file, len)),
            left: len,
        })
    }
}

/// Starts to read the next chunk.
fn read(mut file: File, left: u64) -> JoinHandle<Chunk> {
    spawn_blocking(move || {
        let len = CHUNK_LEN.min(usize::try_from(left).unwrap_or(CHUNK_LEN));
        let mut chunk = Vec::with_capacity(len);
        (&mut file).take(len as u64).read_to_end(&mut chunk)?;
        match chunk.len() == len {
            true => Ok((file, Bytes::from(chunk))),
            false => Err(std::io::ErrorKind::UnexpectedEof.into()),
        }
    })
}

impl Stream for PartStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(reading) = &mut self.reading else {
            return Poll::Ready(None);
        };
        let chunk = ready!(Pin::new(reading).poll(cx));
        self.reading = None;
        let (file, bytes) = match chunk {
            Ok(Ok(chunk)) => chunk,
            Ok(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
            Err(_) => return Poll::Ready(Some(Err(Error::Stopped))),
        };
        self.left -= bytes.len() as u64;
        if self.left > 0 {
            self.reading = Some(read(file, self.left));
        }
        Poll::Ready(Some(Ok(bytes)))
    }
}
