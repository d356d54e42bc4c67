//! The root: what every part finds in the context, and which page an address shows.
//!
//! The viewer is not a page of its own: it stays in the document while the account pages are shown, so that an
//! open scan, a running save and the GPU's copy of the volume survive a look at the list of scans.

use crate::account::{Account, AccountDoor};
use crate::later::{self, Page};
use crate::locale::{t, t_with};
use crate::pool::Pool;
use crate::saving::Saving;
use crate::sharing;
use crate::shell::{ErrorBanner, TopBar};
use crate::viewer::{ViewerRoom, ViewerState};
use crate::workspace::Workspace;
use leptos::prelude::*;
use leptos_router::components::{A, Route, Router, Routes};
use leptos_router::hooks::use_location;
use leptos_router::path;

/// Puts the app into the page's body. A link's secret leaves the address bar before anything else happens.
pub fn mount() {
    sharing::take_secret_from_address();
    leptos::mount::mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    let pool = Pool::start();
    provide_context(pool);
    let workspace = Workspace::new(pool);
    provide_context(workspace);
    provide_context(ViewerState::new());
    view! {
        <Router>
            <Rooms />
        </Router>
    }
}

#[component]
fn Rooms() -> impl IntoView {
    Account::provide();
    Saving::provide();
    sharing::offer_to_scripts();
    crate::scripting::provide(Workspace::current());
    let path = use_location().pathname;
    let viewer_shown = Memo::new(move |_| path.with(|path| is_viewer(path)));
    Effect::new(move || document().set_title(&path.with(|path| title(path))));
    view! {
        <div class="app" class:app-viewer=move || viewer_shown.get()>
            <TopBar in_viewer=viewer_shown />
            <ErrorBanner />
            <ViewerRoom shown=viewer_shown />
            <Routes fallback=NotFound>
                <Route path=path!("/") view=|| () />
                <Route path=path!("/s/:id") view=|| page(Page::Shared) />
                <Route path=path!("/sign-in") view=|| page(Page::SignIn) />
                <Route path=path!("/sign-up") view=|| page(Page::SignUp) />
                <Route path=path!("/recover") view=|| page(Page::Recover) />
                <Route path=path!("/scans") view=|| page(Page::Scans) />
                <Route path=path!("/links") view=|| page(Page::Links) />
                <Route path=path!("/audit") view=|| page(Page::Audit) />
            </Routes>
            <AccountDoor />
        </div>
    }
}

/// A page of the later part.
fn page(page: Page) -> AnyView {
    let class = match page {
        Page::Shared => "page page--narrow shared-cover",
        _ => "page",
    };
    later::place(class, move |later| (later.page)(page))
}

/// What the browser's tab says: the page, never whose scan is open.
fn title(path: &str) -> String {
    let page = match path {
        "/" => return t("shell.name").to_owned(),
        "/sign-in" => t("account.sign-in-title"),
        "/sign-up" => t("account.sign-up-title"),
        "/recover" => t("account.recover-title"),
        "/scans" => t("saving.scans-title"),
        "/links" => t("sharing.links-title"),
        "/audit" => t("audit.title"),
        link if link.starts_with("/s/") => t("sharing.page-title"),
        _ => t("shell.not-found-title"),
    };
    t_with("shell.title", &[("page", page), ("name", t("shell.name"))])
}

/// Whether an address shows the viewer: the start page, and a link.
fn is_viewer(path: &str) -> bool {
    path == "/" || path.starts_with("/s/")
}

#[component]
fn NotFound() -> impl IntoView {
    view! {
        <main class="page page--narrow">
            <section class="card">
                <h1>{t("shell.not-found-title")}</h1>
                <p class="soft">{t("shell.not-found-text")}</p>
                <A href="/" attr:class="button button--primary">{t("shell.to-viewer")}</A>
            </section>
        </main>
    }
}

#[cfg(test)]
mod tests {
    use super::{is_viewer, title};

    #[test]
    fn titles() {
        assert_eq!(title("/"), "Cuspid");
        assert_eq!(title("/links"), "Links · Cuspid");
        assert_eq!(title("/s/abcdef"), "Shared scan · Cuspid");
    }

    #[test]
    fn viewer_addresses() {
        assert!(is_viewer("/") && is_viewer("/s/abc"));
        assert!(!is_viewer("/scans") && !is_viewer("/sign-in"));
    }
}
