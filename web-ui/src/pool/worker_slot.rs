//! One worker and the tasks it has.

use super::queue::Task;
use super::{Done, TaskError, module};
use js_sys::{Array, ArrayBuffer, Object, Reflect};
use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};
use worker::messages::{Reply, TaskFailure, WAITS_FOR_MODULE, field};

/// What a worker told the page.
pub(super) enum Event {
    Ready,
    Reply {
        task: u64,
        outcome: Result<Done, TaskError>,
    },
    /// An uncaught error: a panic traps the module, which is then of no use.
    Died,
}

pub(super) struct Slot {
    /// Counts up with each worker started, so that a late event of a replaced one is not taken for another's.
    pub serial: u32,
    worker: Worker,
    ready: bool,
    /// In the order they were given, which is the order they are worked on.
    tasks: VecDeque<Task>,
    /// When the first of `tasks` was begun.
    begun_at: f64,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

thread_local! {
    static NEXT_SERIAL: Cell<u32> = const { Cell::new(1) };
}

impl Slot {
    /// Starts a worker from the script that the page names; `None` when the browser refuses.
    pub fn start(on_event: impl Fn(u32, Event) + 'static) -> Option<Self> {
        let serial = NEXT_SERIAL.replace(NEXT_SERIAL.get() + 1);
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(WAITS_FOR_MODULE);
        let script = named_by_page("meta[name=cuspid-worker]")?;
        let worker = Worker::new_with_options(&script, &options).ok()?;
        module::send_to(&worker);
        let on_event = Rc::new(on_event);
        let tell = Rc::clone(&on_event);
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            tell(serial, read_message(&message.data()));
        });
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |error: ErrorEvent| {
            // The pool reports it as the failure of a task, so it is not an error of the page as well.
            error.prevent_default();
            on_event(serial, Event::Died);
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self {
            serial,
            worker,
            ready: false,
            tasks: VecDeque::new(),
            begun_at: 0.0,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    pub fn set_ready(&mut self) {
        self.ready = true;
    }

    pub fn is_ready(&self) -> bool {
        self.ready
    }

    pub fn tasks(&self) -> usize {
        self.tasks.len()
    }

    /// Sends a task; one that cannot be sent fails at once.
    pub fn give(&mut self, task: Task) {
        let message = Object::new();
        let blobs: Array = task.blobs.iter().collect();
        let buffers: Array = task.buffers.iter().collect();
        let sent = set(&message, field::ID, &JsValue::from_f64(task.id as f64))
            .and_then(|()| set(&message, field::BODY, &JsValue::from_str(&task.json)))
            .and_then(|()| set(&message, field::BLOBS, &blobs))
            .and_then(|()| set(&message, field::BUFFERS, &buffers))
            .and_then(|()| self.worker.post_message_with_transfer(&message, &buffers));
        if sent.is_err() {
            let _ = task.done.send(Err(TaskError::BadMessage));
            return;
        }
        if self.tasks.is_empty() {
            self.begun_at = now_ms();
        }
        self.tasks.push_back(task);
    }

    /// Takes a finished task out.
    pub fn take(&mut self, id: u64) -> Option<Task> {
        let at = self.tasks.iter().position(|task| task.id == id)?;
        self.begun_at = now_ms();
        self.tasks.remove(at)
    }

    pub fn is_late(&self, limit_ms: f64) -> bool {
        !self.tasks.is_empty() && now_ms() - self.begun_at > limit_ms
    }

    /// Ends the worker; the first of its tasks is the one it was working on.
    pub fn stop(self) -> VecDeque<Task> {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
        self.tasks
    }
}

/// The address in a `<meta name="..." content="...">`: it carries a hash, so only the page knows it.
pub(super) fn named_by_page(selector: &str) -> Option<String> {
    web_sys::window()?
        .document()?
        .query_selector(selector)
        .ok()??
        .get_attribute("content")
}

fn set(object: &Object, name: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(object, &JsValue::from_str(name), value).map(drop)
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

fn read_message(data: &JsValue) -> Event {
    let Some(task) = get(data, field::ID).as_f64() else {
        return Event::Ready;
    };
    let outcome = get(data, field::BODY)
        .as_string()
        .and_then(|body| serde_json::from_str::<Result<Reply, TaskFailure>>(&body).ok())
        .map_or(Err(TaskError::BadMessage), |result| {
            result.map_err(TaskError::Failed)
        })
        .map(|reply| Done {
            reply,
            buffers: get(data, field::BUFFERS)
                .dyn_into::<Array>()
                .map(|buffers| {
                    buffers
                        .iter()
                        .filter_map(|buffer| buffer.dyn_into::<ArrayBuffer>().ok())
                        .collect()
                })
                .unwrap_or_default(),
        });
    Event::Reply {
        task: task as u64,
        outcome,
    }
}

fn now_ms() -> f64 {
    crate::loading::pace::now_ms()
}
