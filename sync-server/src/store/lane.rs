//! Threads that own database connections and do one job after the other, so that no request's thread ever
//! waits for the disk and no two writers ever meet.

use crate::error::Error;
use rusqlite::Connection;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// As many threads as connections, fed from one queue. They end when the lane is dropped.
pub(super) struct Lane {
    jobs: mpsc::Sender<Job>,
}

impl Lane {
    pub(super) fn start(name: &str, connections: Vec<Connection>) -> Result<Self, Error> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        for mut connection in connections {
            let queue = Arc::clone(&queue);
            thread::Builder::new()
                .name(name.to_owned())
                .spawn(move || {
                    while let Some(job) = next(&queue) {
                        // A job that panics has rolled back by unwinding; the lane goes on.
                        if catch_unwind(AssertUnwindSafe(|| job(&mut connection))).is_err() {
                            tracing::error!("a database job panicked");
                        }
                    }
                })?;
        }
        Ok(Self { jobs })
    }

    /// Runs `work` on a connection of the lane. It runs to its end even if the caller stops waiting.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, result) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let _ = answer.send(work(connection));
        });
        self.jobs.send(job).map_err(|_| Error::Stopped)?;
        result.await.map_err(|_| Error::Stopped)?
    }
}

fn next(queue: &Mutex<mpsc::Receiver<Job>>) -> Option<Job> {
    queue
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .recv()
        .ok()
}
