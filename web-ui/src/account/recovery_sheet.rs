//! The recovery key on screen and on paper, and typed back.

use super::form::{FaultLine, SubmitButton};
use crate::api::Fault;
use crate::locale::t;
use leptos::prelude::*;

/// Shows the key once, with a button that prints the sheet (the print style sheet leaves only it).
#[component]
pub(super) fn ShowRecoveryKey(
    key: String,
    email: String,
    on_next: impl Fn() + 'static,
) -> impl IntoView {
    let print = move |_| {
        if let Some(window) = web_sys::window() {
            // A browser that cannot print says so itself; the key can be written down.
            let _ = window.print();
        }
    };
    view! {
        <h1>{t("account.recovery-title")}</h1>
        <p class="soft">{t("account.recovery-lead")}</p>
        <div class="recovery-sheet">
            <p class="recovery-sheet-title">{t("account.recovery-sheet-title")}</p>
            <p class="recovery-sheet-for">{email}</p>
            <output class="recovery-key" data-testid="recovery-key">{key}</output>
            <p class="recovery-sheet-note">{t("account.recovery-sheet-note")}</p>
        </div>
        <p class="notice notice--warn">{t("account.recovery-warning")}</p>
        <div class="form__foot">
            <button type="button" class="button" on:click=print>
                {t("account.print")}
            </button>
            <button type="button" class="button button--primary" data-testid="sign-up" on:click=move |_| on_next()>
                {t("account.recovery-kept")}
            </button>
        </div>
    }
}

/// Asks for the key once more, so that a sheet that never left the printer is noticed now.
#[component]
pub(super) fn ConfirmRecoveryKey(
    is_right: impl Fn(&str) -> bool + 'static,
    on_right: impl Fn() + 'static,
    on_back: impl Fn() + 'static,
    busy: RwSignal<bool>,
    fault: RwSignal<Option<Fault>>,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let wrong = RwSignal::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let right = typed.with_untracked(|typed| is_right(typed));
        wrong.set(!right);
        if right {
            on_right();
        }
    };
    view! {
        <h1>{t("account.confirm-title")}</h1>
        <p class="soft">{t("account.confirm-lead")}</p>
        <form class="form" on:submit=submit>
            <label class="field">
                <span class="field__label">{t("account.recovery-key")}</span>
                <input
                    class="field__input recovery-key-typed"
                    type="text"
                    autocomplete="off"
                    autocapitalize="characters"
                    spellcheck="false"
                    data-testid="recovery-key"
                    bind:value=typed
                    on:input=move |_| wrong.set(false)
                />
            </label>
            <Show when=move || wrong.get()>
                <p class="notice notice--danger" role="alert" data-testid="error">{t("account.confirm-wrong")}</p>
            </Show>
            <FaultLine fault/>
            <SubmitButton label=Signal::derive(|| t("account.finish")) busy test_id="sign-up"/>
            <p>
                <button type="button" class="link-button" on:click=move |_| on_back()>
                    {t("account.show-again")}
                </button>
            </p>
        </form>
    }
}
