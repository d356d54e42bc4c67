//! The bar at the top of every page.

use super::{Icon, IconName};
use crate::account::{Account, AccountMenu, Standing};
use crate::locale::t;
use crate::viewer::ViewerActions;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_location;

/// The name and the tooth.
#[component]
pub fn Brand() -> impl IntoView {
    view! {
        <A href="/" attr:class="brand" attr:aria-label=t("shell.home")>
            <Icon name=IconName::Tooth />
            <span class="brand-name">{t("shell.name")}</span>
        </A>
    }
}

/// Logo, the actions of the viewer, the pages of a person who is signed in, and the account. On a phone
/// everything after the actions is behind a button.
#[component]
pub fn TopBar(
    /// Whether the viewer is shown, and with it its actions.
    in_viewer: Memo<bool>,
) -> impl IntoView {
    let account = Account::current();
    let has_account = move || {
        matches!(
            account.standing(),
            Standing::Unlocked(_) | Standing::Locked(_)
        )
    };
    let more_open = RwSignal::new(false);
    let path = use_location().pathname;
    // Without an account the menu holds the way in, which is offered on the viewer's page alone.
    let has_more = Memo::new(move |_| has_account() || path.with(|path| path == "/"));
    Effect::new(move || {
        path.track();
        more_open.set(false);
    });
    view! {
        <header class="top-bar">
            <Brand />
            <div class="top-bar-actions">
                <Show when=move || in_viewer.get()>
                    <ViewerActions />
                </Show>
            </div>
            <button
                type="button"
                class="icon-button top-bar-more-button"
                hidden=move || !has_more.get()
                aria-label=t("shell.menu")
                aria-expanded=move || more_open.get().to_string()
                on:click=move |_| more_open.update(|open| *open = !*open)
            >
                <Icon name=IconName::Menu />
            </button>
            <div class="top-bar-more" class:top-bar-more-open=move || more_open.get()>
                <Show when=has_account>
                    <nav class="top-bar-pages" aria-label=t("shell.pages")>
                        <A href="/" attr:class="top-bar-link">{t("shell.viewer")}</A>
                        <A href="/scans" attr:class="top-bar-link">{t("shell.scans")}</A>
                        <A href="/links" attr:class="top-bar-link">{t("shell.links")}</A>
                        <A href="/audit" attr:class="top-bar-link">{t("shell.audit")}</A>
                    </nav>
                </Show>
                <AccountMenu />
            </div>
        </header>
    }
}
