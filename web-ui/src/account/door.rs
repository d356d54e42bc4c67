//! Asking for the password in place: a dialog over what is open, a card on a page that needs the keys, and the
//! warning before an idle sign-out.

use super::sign_in::{SignInForm, SignInNotice};
use super::{Account, Standing};
use crate::later;
use crate::locale::{t, t_with};
use crate::shell::Dialog;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Rendered once by the app's root.
#[component]
pub fn AccountDoor() -> impl IntoView {
    let account = Account::current();
    let title = Signal::derive(move || door_title(account).to_owned());
    // A link in the form, to recovery or sign-up, leads away from the dialog as well.
    let path = use_location().pathname;
    Effect::new(move || {
        path.track();
        account.door_open.set(false);
    });
    // Closed without an answer: whoever waits for the keys is told.
    Effect::new(move || {
        if !account.door_open.get() {
            account.nobody_came();
        }
    });
    view! {
        <Dialog open=account.door_open title>
            {later::place("dialog__body", |later| (later.sign_in)())}
        </Dialog>
        {move || {
            account
                .idle_warning
                .get()
                .map(|seconds| {
                    view! {
                        <div class="toast" role="alert">
                            {t_with("account.idle-warning", &[("seconds", &seconds.to_string())])}
                        </div>
                    }
                })
        }}
    }
}

/// What the dialog holds.
#[component]
pub(crate) fn SignInBody() -> impl IntoView {
    view! {
        <div class="dialog__body">
            <p class="soft">{t("account.door-lead")}</p>
            <SignInNotice/>
            <SignInForm on_done=|| ()/>
        </div>
    }
}

/// What is asked of somebody without keys.
fn door_title(account: Account) -> &'static str {
    match account.standing() {
        Standing::Locked(_) => t("account.unlock-title"),
        _ => t("account.door-title"),
    }
}

/// A page that shows nothing but its head without the keys.
#[component]
pub(crate) fn KeyedPage(
    title: &'static str,
    intro: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let account = Account::current();
    view! {
        <main class="page">
            <header class="page__head">
                <div>
                    <h1 class="page__title">{title}</h1>
                    <p class="page__intro">{intro}</p>
                </div>
            </header>
            <Show when=move || account.is_unlocked() fallback=|| view! { <UnlockPrompt/> }>
                {children()}
            </Show>
        </main>
    }
}

#[component]
fn UnlockPrompt() -> impl IntoView {
    let account = Account::current();
    let title = move || door_title(account);
    view! {
        <Show
            when=move || !matches!(account.standing(), Standing::Asking)
            fallback=|| view! { <p class="empty" role="status"><span class="spinner" aria-hidden="true"></span></p> }
        >
            <section class="card unlock-card">
                <h2>{title}</h2>
                <SignInNotice/>
                <SignInForm on_done=|| ()/>
            </section>
        </Show>
    }
}
