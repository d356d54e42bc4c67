//! A plain pool of Web Workers: one for each core, at most eight.
//!
//! Files travel to a worker as handles and results come back as transferred buffers, so the page holds no second
//! copy of anything. A worker has at most two tasks, so that it is never idle while the page is busy and never
//! holds more than a slice or two. A task that panics or takes too long costs its worker, which is replaced, and
//! fails by itself: the others go on.
//!
//! - [`worker_slot`]: one worker and the tasks it has
//! - `module`: what they run, compiled once
//! - [`queue`]: what waits, by priority

mod module;
mod queue;
mod worker_slot;

pub use queue::Priority;
pub use worker::messages::{Reply, Request};

use futures::channel::oneshot;
use js_sys::ArrayBuffer;
use leptos::prelude::*;
use queue::{Queue, Task};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen_futures::spawn_local;
use worker::messages::TaskFailure;
use worker_slot::{Event, Slot};

/// More workers than this add memory, not speed: the page's thread is then the limit.
const MAX_WORKERS: usize = 8;
/// Tasks a worker has at once: one it works on and one that waits in its inbox.
const TASKS_PER_WORKER: usize = 2;
/// Workers that may fail to start, one after the other, before the pool gives up.
const MAX_FAILED_STARTS: u32 = 4;
/// How long one task may take, in milliseconds.
const TIME_LIMIT_MS: f64 = 30_000.0;

/// Why a task has no result.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TaskError {
    /// The task answered with an error of its own.
    #[error("{0}")]
    Failed(TaskFailure),
    /// The worker died under the task: a panic in a codec, or no memory.
    #[error("the worker that did it stopped")]
    WorkerDied,
    /// The worker died under another task, and this one's buffers went with it: worth another try.
    #[error("its worker stopped under another task")]
    Bystander,
    /// Took longer than the limit; its worker was replaced.
    #[error("it took too long")]
    TimedOut,
    /// Dropped from the queue.
    #[error("cancelled")]
    Cancelled,
    /// No worker could be started.
    #[error("no worker could be started")]
    NoWorkers,
    /// A message could not be read or sent.
    #[error("a message between the page and its worker was not understood")]
    BadMessage,
}

/// What a task gave.
pub struct Done {
    pub reply: Reply,
    /// Transferred: nothing else holds them.
    pub buffers: Vec<ArrayBuffer>,
}

/// The workers of the app. `Copy`; below the app's root owner.
#[derive(Clone, Copy)]
pub struct Pool(StoredValue<Rc<PoolCore>, LocalStorage>);

impl Pool {
    /// Starts one worker for each core.
    pub fn start() -> Self {
        let core = Rc::new_cyclic(|this| PoolCore {
            this: this.clone(),
            slots: RefCell::new(Vec::new()),
            queue: RefCell::new(Queue::default()),
            next_task: Cell::new(1),
            failed_starts: Cell::new(0),
            watching: Cell::new(false),
        });
        core.fill();
        Self(StoredValue::new_local(core))
    }

    /// Runs a task in the next free worker. Dropping the future takes the task out of the queue.
    ///
    /// `blobs` are shared handles; `buffers` are transferred, so the page no longer has them afterwards.
    ///
    /// # Errors
    /// [`TaskError`].
    pub async fn run(
        &self,
        request: &Request,
        blobs: Vec<web_sys::Blob>,
        buffers: Vec<ArrayBuffer>,
        priority: Priority,
    ) -> Result<Done, TaskError> {
        let json = serde_json::to_string(request).map_err(|_| TaskError::BadMessage)?;
        let (sender, receiver) = oneshot::channel();
        // The future keeps nothing of the pool borrowed, so it may outlive a redraw.
        self.0
            .with_value(|core| core.submit(json, blobs, buffers, priority, sender));
        receiver.await.unwrap_or(Err(TaskError::Cancelled))
    }

    /// How many workers there are.
    pub fn workers(&self) -> usize {
        self.0.with_value(|core| core.slots.borrow().len().max(1))
    }

    /// How many tasks keep every worker busy: submit no more than this at once, so that results don't pile up.
    pub fn in_flight(&self) -> usize {
        self.workers() * TASKS_PER_WORKER
    }
}

struct PoolCore {
    this: Weak<Self>,
    slots: RefCell<Vec<Slot>>,
    queue: RefCell<Queue>,
    next_task: Cell<u64>,
    failed_starts: Cell<u32>,
    watching: Cell<bool>,
}

impl PoolCore {
    fn submit(
        &self,
        json: String,
        blobs: Vec<web_sys::Blob>,
        buffers: Vec<ArrayBuffer>,
        priority: Priority,
        done: oneshot::Sender<Result<Done, TaskError>>,
    ) {
        let id = self.next_task.replace(self.next_task.get() + 1);
        self.queue.borrow_mut().push(Task {
            id,
            json,
            blobs,
            buffers,
            priority,
            done,
        });
        if self.slots.borrow().is_empty() {
            self.failed_starts.set(0);
            self.fill();
        }
        self.dispatch();
    }

    /// Starts workers until there is one for each core.
    fn fill(&self) {
        let cores =
            web_sys::window().map_or(2.0, |window| window.navigator().hardware_concurrency());
        let wanted = (cores as usize).clamp(1, MAX_WORKERS);
        while self.slots.borrow().len() < wanted && self.failed_starts.get() < MAX_FAILED_STARTS {
            let Some(slot) = self.start_worker() else {
                self.failed_starts.set(self.failed_starts.get() + 1);
                continue;
            };
            self.slots.borrow_mut().push(slot);
        }
        if self.slots.borrow().is_empty() {
            self.queue.borrow_mut().fail_all(TaskError::NoWorkers);
        }
    }

    fn start_worker(&self) -> Option<Slot> {
        let this = self.this.clone();
        Slot::start(move |serial, event| {
            if let Some(core) = this.upgrade() {
                core.on_event(serial, event);
            }
        })
    }

    fn on_event(&self, serial: u32, event: Event) {
        match event {
            Event::Ready => {
                self.failed_starts.set(0);
                self.with_slot(serial, Slot::set_ready);
            }
            Event::Reply { task, outcome } => {
                // Argon2id leaves 64 MiB behind, with what it made of the password.
                let spent = matches!(
                    &outcome,
                    Ok(Done {
                        reply: Reply::Stretched(_),
                        ..
                    })
                );
                if let Some(task) = self.with_slot(serial, |slot| slot.take(task)).flatten() {
                    // A receiver that is gone does not want the result.
                    let _ = task.done.send(outcome);
                }
                if spent {
                    self.replace(serial, None);
                }
            }
            Event::Died => self.replace(serial, Some(TaskError::WorkerDied)),
        }
        self.dispatch();
    }

    fn with_slot<T>(&self, serial: u32, act: impl FnOnce(&mut Slot) -> T) -> Option<T> {
        self.slots
            .borrow_mut()
            .iter_mut()
            .find(|slot| slot.serial == serial)
            .map(act)
    }

    /// Ends a worker and starts another. With an error, what it worked on fails with it; what waited in its inbox
    /// goes back to the queue, unless its buffers went with the worker.
    fn replace(&self, serial: u32, error: Option<TaskError>) {
        let slot = {
            let mut slots = self.slots.borrow_mut();
            slots
                .iter()
                .position(|slot| slot.serial == serial)
                .map(|at| slots.remove(at))
        };
        let Some(slot) = slot else { return };
        if !slot.is_ready() {
            self.failed_starts.set(self.failed_starts.get() + 1);
        }
        let mut tasks = slot.stop();
        if let Some(error) = error
            && let Some(culprit) = tasks.pop_front()
        {
            let _ = culprit.done.send(Err(error));
        }
        for innocent in tasks {
            if innocent.buffers.is_empty() {
                self.queue.borrow_mut().push(innocent);
            } else {
                let _ = innocent.done.send(Err(TaskError::Bystander));
            }
        }
        self.fill();
    }

    /// Hands waiting tasks to workers that have room.
    fn dispatch(&self) {
        let mut slots = self.slots.borrow_mut();
        // First one task for each worker, then the second.
        for room in 1..=TASKS_PER_WORKER {
            for slot in slots
                .iter_mut()
                .filter(|slot| slot.is_ready() && slot.tasks() < room)
            {
                let Some(task) = self.queue.borrow_mut().pop() else {
                    return;
                };
                slot.give(task);
                self.watch();
            }
        }
    }

    /// Looks once a second whether a task is over its time, as long as any runs.
    fn watch(&self) {
        if self.watching.replace(true) {
            return;
        }
        let this = self.this.clone();
        spawn_local(async move {
            loop {
                crate::loading::pace::sleep(1000).await;
                let Some(core) = this.upgrade() else { return };
                let late = core
                    .slots
                    .borrow()
                    .iter()
                    .find(|slot| slot.is_late(TIME_LIMIT_MS))
                    .map(|slot| slot.serial);
                if let Some(serial) = late {
                    core.replace(serial, Some(TaskError::TimedOut));
                    core.dispatch();
                }
                if core.slots.borrow().iter().all(|slot| slot.tasks() == 0) {
                    core.watching.set(false);
                    return;
                }
            }
        });
    }
}
