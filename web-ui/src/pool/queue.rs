//! Tasks that wait for a worker.

use super::{Done, TaskError};
use futures::channel::oneshot;
use js_sys::ArrayBuffer;
use std::collections::VecDeque;

/// Which task goes first; within a priority, the one that came first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Somebody is looking at the place where the result will be.
    Urgent,
    Normal,
    /// Thumbnails and the like.
    Background,
}

pub(super) struct Task {
    pub id: u64,
    /// The [`worker::messages::Request`], as JSON.
    pub json: String,
    pub blobs: Vec<web_sys::Blob>,
    pub buffers: Vec<ArrayBuffer>,
    pub priority: Priority,
    pub done: oneshot::Sender<Result<Done, TaskError>>,
}

#[derive(Default)]
pub(super) struct Queue {
    urgent: VecDeque<Task>,
    normal: VecDeque<Task>,
    background: VecDeque<Task>,
}

impl Queue {
    pub fn push(&mut self, task: Task) {
        match task.priority {
            Priority::Urgent => self.urgent.push_back(task),
            Priority::Normal => self.normal.push_back(task),
            Priority::Background => self.background.push_back(task),
        }
    }

    /// The next task that somebody still waits for.
    pub fn pop(&mut self) -> Option<Task> {
        for line in [&mut self.urgent, &mut self.normal, &mut self.background] {
            while let Some(task) = line.pop_front() {
                if !task.done.is_canceled() {
                    return Some(task);
                }
            }
        }
        None
    }

    pub fn fail_all(&mut self, error: TaskError) {
        while let Some(task) = self.pop() {
            let _ = task.done.send(Err(error.clone()));
        }
    }
}
