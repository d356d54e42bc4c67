//! Answers are read at some speed, or the connection ends: a reader that stops would hold its memory for ever.
//!
//! While the client takes nothing, nobody asks a body for more of it, so a body cannot end its own connection. Its
//! socket can, and a task with a clock does that.

use crate::{config::Config, error::Error};
use actix_web::{
    HttpRequest,
    rt::{self, net::TcpStream, task::JoinHandle},
    web::Bytes,
};
use futures::Stream;
use rustix::net::sockopt;
use std::{
    any::Any,
    cell::Cell,
    net::Shutdown,
    os::fd::AsFd,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, sleep_until};

/// A second handle of a connection's socket.
struct Socket(Rc<std::net::TcpStream>);

/// Times of grace after which the kernel ends a connection whose client takes nothing at all of what was sent. That
/// holds for every answer, and for the rest of a part that only waits in buffers.
const GRACES_WITHOUT_PROGRESS: u32 = 3;

/// Called for each connection: keeps its socket within reach of the handlers, and sets the kernel's limit.
pub fn on_connect(config: &Config, io: &dyn Any, data: &mut actix_web::dev::Extensions) {
    let Some(stream) = io.downcast_ref::<TcpStream>() else {
        return;
    };
    let limit = config
        .download_grace_seconds
        .saturating_mul(GRACES_WITHOUT_PROGRESS * 1000);
    let _ = sockopt::set_tcp_user_timeout(stream, limit.min(i32::MAX as u32));
    if let Ok(handle) = stream.as_fd().try_clone_to_owned() {
        data.insert(Socket(Rc::new(handle.into())));
    }
}

/// A body whose reader may not fall more than the grace behind the floor.
pub struct Paced<S> {
    stream: S,
    taken: Rc<Cell<u64>>,
    clock: JoinHandle<()>,
}

impl<S> Drop for Paced<S> {
    fn drop(&mut self) {
        self.clock.abort();
    }
}

impl<S> Paced<S> {
    /// Starts the clock.
    ///
    /// # Errors
    /// If the socket of the request is out of reach: an answer that cannot be cut off is not begun.
    pub fn new(config: &Config, request: &HttpRequest, stream: S) -> Result<Self, Error> {
        let socket = request
            .conn_data::<Socket>()
            .ok_or_else(|| Error::Internal("a connection without a second handle".to_owned()))?;
        let socket = Rc::clone(&socket.0);
        let taken = Rc::new(Cell::new(0));
        let so_far = Rc::clone(&taken);
        let grace = Duration::from_secs(u64::from(config.download_grace_seconds));
        let (floor, start) = (config.download_floor.max(1) as f64, Instant::now());
        let clock = rt::spawn(async move {
            loop {
                // What waits in buffers counts as taken, so no reader faster than the floor is ever cut off.
                let deadline = start + grace + Duration::from_secs_f64(so_far.get() as f64 / floor);
                if deadline <= Instant::now() {
                    break;
                }
                sleep_until(deadline).await;
            }
            tracing::info!("a download slower than the floor was cut off");
            // With a reset, or the kernel would go on to offer what it has buffered.
            let _ = sockopt::set_socket_linger(&*socket, Some(Duration::ZERO));
            let _ = socket.shutdown(Shutdown::Both);
        });
        Ok(Self {
            stream,
            taken,
            clock,
        })
    }
}

impl<S: Stream<Item = Result<Bytes, Error>> + Unpin> Stream for Paced<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let polled = Pin::new(&mut self.stream).poll_next(cx);
        if let Poll::Ready(Some(Ok(chunk))) = &polled {
            self.taken.set(self.taken.get() + chunk.len() as u64);
        }
        polled
    }
}
