//! What the chunk offers. The page calls nothing else in it, and only through this table.

use crate::account::{RecoverPage, SignInBody, SignInPage, SignUpPage};
use crate::api::{ApiError, Fault, accounts};
use crate::audit::AuditPage;
use crate::compare::{self, Beside, CompareLayout};
use crate::saving::{Run, ScansPage, run_save};
use crate::sharing::{LinksPage, Sender, ShareBody, SharedPage, share_now};
use crate::workspace::{ActiveScan, ShareMade, ShareOptions, UiProblem, Workspace};
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use protocol::ScanId;
use protocol::account::Session;
use std::rc::Rc;

/// The pages of the chunk.
#[derive(Clone, Copy)]
pub(crate) enum Page {
    Shared,
    SignIn,
    SignUp,
    Recover,
    Scans,
    Links,
    Audit,
}

/// The functions of the chunk.
pub(crate) struct Later {
    pub page: fn(Page) -> AnyView,
    /// What the dialog that asks for the password holds.
    pub sign_in: fn() -> AnyView,
    /// What the dialog that shares holds; the signal closes it.
    pub share: fn(RwSignal<bool>) -> AnyView,
    pub save: fn(Run, Rc<ActiveScan>) -> LocalBoxFuture<'static, Result<ScanId, Fault>>,
    /// Saves and shares, for a script.
    pub share_now: fn(Sender, ShareOptions) -> LocalBoxFuture<'static, Result<ShareMade, Fault>>,
    /// The layout that shows another scan beside the open one.
    pub compare_layout: fn() -> AnyView,
    /// Compares as a script wants it.
    pub compare: fn(Workspace, Beside) -> LocalBoxFuture<'static, Result<(), UiProblem>>,
    /// Asks the server for the session of the cookie.
    pub session: fn() -> LocalBoxFuture<'static, Result<Session, ApiError>>,
    /// Ends the session on the server.
    pub sign_out: fn() -> LocalBoxFuture<'static, Result<(), ApiError>>,
}

pub(super) static LATER: Later = Later {
    page,
    sign_in: || view! { <SignInBody/> }.into_any(),
    share: |open| view! { <ShareBody open/> }.into_any(),
    save: |run, scan| run_save(run, scan).boxed_local(),
    share_now: |sender, options| share_now(sender, options).boxed_local(),
    compare_layout: || view! { <CompareLayout/> }.into_any(),
    compare: |first, beside| compare::compare(first, beside).boxed_local(),
    session: || accounts::session().boxed_local(),
    sign_out: || accounts::sign_out().boxed_local(),
};

fn page(page: Page) -> AnyView {
    match page {
        Page::Shared => view! { <SharedPage/> }.into_any(),
        Page::SignIn => view! { <SignInPage/> }.into_any(),
        Page::SignUp => view! { <SignUpPage/> }.into_any(),
        Page::Recover => view! { <RecoverPage/> }.into_any(),
        Page::Scans => view! { <ScansPage/> }.into_any(),
        Page::Links => view! { <LinksPage/> }.into_any(),
        Page::Audit => view! { <AuditPage/> }.into_any(),
    }
}
