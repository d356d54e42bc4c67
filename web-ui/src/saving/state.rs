//! What is being saved, and how far it is.

use super::pipeline::Run;
use crate::account::Account;
use crate::api::{Abort, Fault};
use crate::later;
use crate::workspace::{ActiveScan, ScanSource, Workspace};
use futures::FutureExt;
use leptos::prelude::*;
use protocol::ScanId;
use std::rc::Rc;
use viewer_wasm::series::Series;

/// What the save is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SavePhase {
    /// The files are read once, to find an upload that was begun earlier.
    Looking,
    /// Pixels are packed, sealed and sent.
    Sending,
    /// Headers and manifest, then the server is told that all is there.
    Finishing,
}

/// Why nothing moves at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// No network, or no server. Tried again by itself.
    Server,
    /// The session ended: the password is asked for.
    Password,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    pub phase: SavePhase,
    /// Files while looking, then bytes of pixels.
    pub done: u64,
    pub total: u64,
    /// Sealed bytes that the server has acknowledged in this run, and how many parts they are.
    pub sent_bytes: u64,
    pub sent_parts: u32,
    /// Parts that were there from an earlier try.
    pub kept_parts: u32,
    pub waiting: Option<Waiting>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum SaveState {
    Idle,
    Working(Work),
    Failed(Fault),
}

/// The save of the app; one at a time. `Copy`: take it from the context with [`Saving::current`].
#[derive(Clone, Copy)]
pub struct Saving {
    pub state: RwSignal<SaveState>,
    abort: StoredValue<Option<Abort>, LocalStorage>,
    /// Series of this page that were saved, with their scans.
    saved: RwSignal<Vec<(Rc<Series>, ScanId)>, LocalStorage>,
}

impl Saving {
    /// Creates it, puts it into the context and offers `saveScan()` to scripts. Called once by the app's root, after
    /// the workspace and the account.
    pub fn provide() -> Self {
        let saving = Self {
            state: RwSignal::new(SaveState::Idle),
            abort: StoredValue::new_local(None),
            saved: RwSignal::new_local(Vec::new()),
        };
        provide_context(saving);
        let (workspace, account) = (Workspace::current(), Account::current());
        workspace.set_save_hook(Rc::new(move || {
            async move {
                let id = saving
                    .save(workspace, account)
                    .await
                    .map_err(Fault::into_problem)?;
                Ok(id.to_string())
            }
            .boxed_local()
        }));
        saving
    }

    /// The save of the app, from the context.
    ///
    /// # Panics
    /// Outside the app's component tree.
    pub fn current() -> Self {
        expect_context::<Self>()
    }

    /// The scan that the series on screen is saved as, if it is. Tracks.
    pub fn saved_id(self, workspace: Workspace) -> Option<ScanId> {
        if let Some(ScanSource::Saved(id)) = workspace.source.get() {
            return Some(id);
        }
        let scan = workspace.active_scan()?;
        self.saved.with(|saved| {
            saved
                .iter()
                .find(|(series, _)| Rc::ptr_eq(series, &scan.series))
                .map(|(_, id)| *id)
        })
    }

    /// Saves the series on screen; at once if it is saved. Asks for the password where it is needed.
    ///
    /// # Errors
    /// [`Fault`]; the scan stays open, and the next save goes on where this one stopped.
    pub async fn save(self, workspace: Workspace, account: Account) -> Result<ScanId, Fault> {
        if let Some(id) = untrack(|| self.saved_id(workspace)) {
            return Ok(id);
        }
        let scan = ready_scan(workspace)?;
        if matches!(self.state.get_untracked(), SaveState::Working(_)) {
            return Err(Fault::Busy);
        }
        let abort = Abort::new().ok_or(Fault::Worker)?;
        self.abort.set_value(Some(abort.clone()));
        self.state.set(SaveState::Working(Work {
            phase: SavePhase::Looking,
            done: 0,
            total: scan.series.instances.len() as u64,
            sent_bytes: 0,
            sent_parts: 0,
            kept_parts: 0,
            waiting: None,
        }));
        let run = Run {
            saving: self,
            account,
            pool: workspace.pool(),
            abort,
        };
        let outcome = match later::fetch().await {
            Ok(later) => (later.save)(run, Rc::clone(&scan)).await,
            Err(fault) => Err(fault),
        };
        self.abort.set_value(None);
        match outcome {
            Ok(id) => {
                self.state.set(SaveState::Idle);
                self.saved
                    .update(|saved| saved.push((Rc::clone(&scan.series), id)));
                let is_all = untrack(|| workspace.series.with(Vec::len)) == 1;
                if is_all && untrack(|| is_on_screen(workspace, &scan)) {
                    workspace.source.set(Some(ScanSource::Saved(id)));
                }
                Ok(id)
            }
            Err(Fault::Cancelled | Fault::Api(crate::api::ApiError::Aborted)) => {
                self.state.set(SaveState::Idle);
                Err(Fault::Cancelled)
            }
            Err(fault) => {
                self.state.set(SaveState::Failed(fault.clone()));
                Err(fault)
            }
        }
    }

    /// Calls the save off. What the server has stays there, so that saving again goes on from it.
    pub fn cancel(self) {
        if let Some(abort) = self.abort.get_value() {
            abort.abort();
        }
    }

    /// Forgets that a scan is saved, because it was deleted.
    pub(super) fn forget(self, id: ScanId) {
        self.saved
            .update(|saved| saved.retain(|(_, saved)| *saved != id));
    }

    pub(super) fn progress(self, change: impl FnOnce(&mut Work)) {
        crate::account::keep_awake();
        // The save may have been replaced by its failure already.
        let _ = self.state.try_update(|state| {
            if let SaveState::Working(work) = state {
                change(work);
            }
        });
    }
}

/// The series on screen, once it can be saved.
fn ready_scan(workspace: Workspace) -> Result<Rc<ActiveScan>, Fault> {
    untrack(|| {
        if workspace.read_only() {
            return Err(Fault::ReadOnly);
        }
        let scan = workspace.active_scan().ok_or(Fault::NothingOpen)?;
        if scan.is_settled() {
            Ok(scan)
        } else {
            Err(Fault::NotReady)
        }
    })
}

fn is_on_screen(workspace: Workspace, scan: &Rc<ActiveScan>) -> bool {
    workspace
        .active_scan()
        .is_some_and(|active| Rc::ptr_eq(&active.series, &scan.series))
}
