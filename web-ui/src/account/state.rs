//! Whether somebody is signed in, and the keys in memory.

use super::idle;
use crate::api::{self, ApiError, Fault};
use crate::later;
use futures::channel::oneshot;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::account::Session;
use std::rc::Rc;
use vault::Unlocked;

/// Set in this browser once somebody signed in: without it the page does not even ask whether there is a session.
const KNOWN_HERE: &str = "cuspid.signed-in";

/// A session and the keys that the password opened. Dropping the last of them wipes the keys.
pub struct SignedIn {
    pub session: Session,
    pub keys: Rc<Unlocked>,
}

/// Where the person at this browser stands.
#[derive(Clone)]
pub enum Standing {
    /// The server is being asked whether the cookie still means something.
    Asking,
    SignedOut,
    /// The session lives, but the keys went with a reload: the password opens them again.
    Locked(Rc<Session>),
    Unlocked(Rc<SignedIn>),
}

/// Why somebody finds themselves signed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Nobody touched the page for this many minutes.
    Idle { minutes: u32 },
    /// The server ended the session.
    Ended,
}

type Waiting = Vec<oneshot::Sender<Rc<SignedIn>>>;

/// The account of the app. `Copy`: take it from the context with [`Account::current`].
#[derive(Clone, Copy)]
pub struct Account {
    standing: RwSignal<Standing, LocalStorage>,
    /// The dialog that asks for the password over what is open.
    pub door_open: RwSignal<bool>,
    pub notice: RwSignal<Option<Notice>>,
    /// Seconds until the idle sign-out, once it is near.
    pub idle_warning: RwSignal<Option<u32>>,
    /// The address of the last session, so that it need not be typed again.
    pub last_email: RwSignal<String>,
    waiting: StoredValue<Waiting, LocalStorage>,
}

impl Account {
    /// Creates it, puts it into the context and looks for a live session. Called once by the app's root.
    pub fn provide() -> Self {
        let account = Self {
            standing: RwSignal::new_local(Standing::SignedOut),
            door_open: RwSignal::new(false),
            notice: RwSignal::new(None),
            idle_warning: RwSignal::new(None),
            last_email: RwSignal::new(String::new()),
            waiting: StoredValue::new_local(Vec::new()),
        };
        provide_context(account);
        api::request::on_signed_out(move || account.session_ended());
        idle::watch(account);
        account.look_for_session();
        account
    }

    /// The account of the app, from the context.
    ///
    /// # Panics
    /// Outside the app's component tree.
    pub fn current() -> Self {
        expect_context::<Self>()
    }

    pub fn standing(self) -> Standing {
        self.standing.get()
    }

    pub(super) fn standing_untracked(self) -> Standing {
        self.standing.get_untracked()
    }

    /// The session and keys, without tracking.
    pub fn signed_in(self) -> Option<Rc<SignedIn>> {
        match self.standing.get_untracked() {
            Standing::Unlocked(signed_in) => Some(signed_in),
            _ => None,
        }
    }

    /// Tracks whether the keys are there.
    pub fn is_unlocked(self) -> bool {
        self.standing
            .with(|standing| matches!(standing, Standing::Unlocked(_)))
    }

    /// The keys; asks for the password in a dialog if they are not there, and waits for it.
    ///
    /// # Errors
    /// [`Fault::Locked`] if the person closes the dialog.
    pub async fn require(self) -> Result<Rc<SignedIn>, Fault> {
        if let Some(signed_in) = self.signed_in() {
            return Ok(signed_in);
        }
        let (sender, receiver) = oneshot::channel();
        self.waiting.update_value(|waiting| waiting.push(sender));
        self.door_open.set(true);
        receiver.await.map_err(|_| Fault::Locked)
    }

    /// The dialog was closed: whoever still waits for keys gets none.
    pub(super) fn nobody_came(self) {
        self.waiting.update_value(Vec::clear);
    }

    pub(super) fn unlocked(self, signed_in: SignedIn) {
        remember_here(true);
        self.last_email.set(signed_in.session.email.clone());
        let signed_in = Rc::new(signed_in);
        self.notice.set(None);
        self.idle_warning.set(None);
        self.standing.set(Standing::Unlocked(Rc::clone(&signed_in)));
        for sender in self
            .waiting
            .try_update_value(std::mem::take)
            .unwrap_or_default()
        {
            // A waiter that is gone needs no keys.
            let _ = sender.send(Rc::clone(&signed_in));
        }
        self.door_open.set(false);
    }

    /// Ends the session on the server and wipes the keys, which happens even if the server cannot be reached.
    pub async fn sign_out(self) {
        self.forget_keys();
        self.notice.set(None);
        remember_here(false);
        end_session().await;
    }

    /// Nobody was here for `minutes`.
    pub(super) fn idle_out(self, minutes: u32) {
        self.forget_keys();
        self.notice.set(Some(Notice::Idle { minutes }));
        spawn_local(end_session());
    }

    /// The server says that the session is over.
    fn session_ended(self) {
        if !matches!(
            self.standing.get_untracked(),
            Standing::SignedOut | Standing::Asking
        ) {
            self.forget_keys();
            self.notice.set(Some(Notice::Ended));
        }
    }

    fn forget_keys(self) {
        self.idle_warning.set(None);
        self.standing.set(Standing::SignedOut);
    }

    /// Refreshes what the session says, such as the storage used. Quietly does nothing when it cannot.
    pub async fn refresh(self) {
        let Some(signed_in) = self.signed_in() else {
            return;
        };
        let answer = api::accounts::session().await;
        // Somebody else may have signed in while the answer was under way.
        let is_same = self
            .signed_in()
            .is_some_and(|now| Rc::ptr_eq(&now, &signed_in));
        if let Ok(session) = answer
            && is_same
        {
            let keys = Rc::clone(&signed_in.keys);
            self.standing
                .set(Standing::Unlocked(Rc::new(SignedIn { session, keys })));
        }
    }

    fn look_for_session(self) {
        if !is_known_here() {
            return;
        }
        self.standing.set(Standing::Asking);
        spawn_local(async move {
            let answer = match later::fetch().await {
                Ok(later) => (later.session)().await,
                Err(_) => Err(ApiError::Unreachable),
            };
            // Somebody may have signed in while the answer was under way.
            if !matches!(self.standing.get_untracked(), Standing::Asking) {
                return;
            }
            match answer {
                Ok(session) => {
                    self.last_email.set(session.email.clone());
                    self.standing.set(Standing::Locked(Rc::new(session)));
                }
                Err(error) => {
                    if matches!(error, ApiError::Refused { .. }) {
                        remember_here(false);
                    }
                    self.standing.set(Standing::SignedOut);
                }
            }
        });
    }
}

/// The cookie ends by itself if this does not arrive.
async fn end_session() {
    if let Ok(later) = later::fetch().await {
        let _ = (later.sign_out)().await;
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

fn is_known_here() -> bool {
    storage()
        .and_then(|storage| storage.get_item(KNOWN_HERE).ok().flatten())
        .is_some()
}

/// Keeps that somebody signed in here, but not who. A browser that keeps nothing asks for the password instead.
fn remember_here(known: bool) {
    if let Some(storage) = storage() {
        let _ = if known {
            storage.set_item(KNOWN_HERE, "1")
        } else {
            storage.remove_item(KNOWN_HERE)
        };
    }
}
