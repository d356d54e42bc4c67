//! Who is signed in, for the top bar.

use super::{Account, Standing};
use crate::locale::t;
use crate::workspace::{ScanSource, Workspace};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;

const PAGES_WITH_FORM: [&str; 6] = [
    "/sign-in", "/sign-up", "/recover", "/scans", "/links", "/audit",
];

/// Sign-in and sign-up links, or the address and the way out. Leaves the room to the form where one is shown.
#[component]
pub fn AccountMenu() -> impl IntoView {
    let account = Account::current();
    let path = use_location().pathname;
    // These pages show the form themselves to somebody without keys.
    let form_is_shown = move || {
        account.door_open.get() || path.with(|path| PAGES_WITH_FORM.contains(&path.as_str()))
    };
    // Who came by a link is not asked to become somebody.
    let is_guest = move || path.with(|path| path.starts_with("/s/"));
    move || match account.standing() {
        Standing::Asking => view! { <span class="account-menu"></span> }.into_any(),
        Standing::SignedOut => view! {
            <Show when=move || !form_is_shown() && !is_guest()>
                <nav class="account-menu" aria-label=t("account.menu")>
                    <a class="button button--quiet" href="/sign-in" data-testid="sign-in">
                        {t("account.sign-in")}
                    </a>
                    <a class="button" href="/sign-up" data-testid="sign-up">
                        {t("account.sign-up")}
                    </a>
                </nav>
            </Show>
        }
        .into_any(),
        Standing::Locked(session) => view! {
            <nav class="account-menu" aria-label=t("account.menu")>
                <Show when=move || !form_is_shown()>
                    <button
                        type="button"
                        class="button"
                        data-testid="sign-in"
                        on:click=move |_| account.door_open.set(true)
                    >
                        {t("account.unlock")}
                    </button>
                </Show>
                <SignOut email=session.email.clone()/>
            </nav>
        }
        .into_any(),
        Standing::Unlocked(signed_in) => view! {
            <nav class="account-menu" aria-label=t("account.menu")>
                <SignOut email=signed_in.session.email.clone()/>
            </nav>
        }
        .into_any(),
    }
}

#[component]
fn SignOut(email: String) -> impl IntoView {
    let (account, workspace) = (Account::current(), Workspace::current());
    view! {
        <span class="account-email" title=email.clone()>{email.clone()}</span>
        <button
            type="button"
            class="button button--quiet"
            data-testid="sign-out"
            on:click=move |_| {
                // Who signs out leaves nothing of the clinic's on screen; files of this computer stay.
                if matches!(workspace.source.get_untracked(), Some(ScanSource::Saved(_))) {
                    workspace.close();
                }
                spawn_local(account.sign_out());
            }
        >
            {t("account.sign-out")}
        </button>
    }
}
