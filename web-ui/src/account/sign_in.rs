//! `/sign-in`, and the form that the door shows as well.

use super::form::{FaultLine, PasswordField, SubmitButton, TextField, forget_on_change};
use super::{Account, Standing, keys};
use crate::api::Fault;
use crate::locale::t;
use crate::workspace::Workspace;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::{components::A, hooks::use_navigate};

#[component]
pub fn SignInPage() -> impl IntoView {
    let navigate = use_navigate();
    view! {
        <main class="page page--narrow">
            <section class="card">
                <h1>{t("account.sign-in-title")}</h1>
                <SignInNotice/>
                <SignInForm on_done=move || navigate("/", Default::default())/>
            </section>
        </main>
    }
}

/// Why somebody who was signed in is asked again.
#[component]
pub(super) fn SignInNotice() -> impl IntoView {
    let account = Account::current();
    move || {
        let notice = account.notice.get()?;
        let text = match notice {
            super::state::Notice::Idle { minutes } => {
                crate::locale::t_with("account.notice-idle", &[("minutes", &minutes.to_string())])
            }
            super::state::Notice::Ended => t("account.notice-ended").to_owned(),
        };
        Some(view! { <p class="notice" role="status">{text}</p> })
    }
}

/// E-mail and password; only the password where the session is alive and only its keys are gone.
#[component]
pub(super) fn SignInForm(on_done: impl Fn() + Clone + 'static) -> impl IntoView {
    let account = Account::current();
    let pool = Workspace::current().pool();
    let email = RwSignal::new(account.last_email.get_untracked());
    let password = RwSignal::new(String::new());
    let fault = RwSignal::new(None::<Fault>);
    let busy = RwSignal::new(false);
    forget_on_change(fault, &[password]);
    // The answer about a live session may come after the form is there.
    Effect::new(move || {
        let last = account.last_email.get();
        if !last.is_empty() && email.with_untracked(String::is_empty) {
            email.set(last);
        }
    });
    let locked = move || match account.standing() {
        Standing::Locked(session) => Some(session),
        _ => None,
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        fault.set(None);
        let session = untrack(locked);
        let on_done = on_done.clone();
        spawn_local(async move {
            let typed = password.get_untracked();
            let outcome = match session {
                Some(session) => keys::unlock(pool, &session, &typed).await,
                None => keys::sign_in(pool, &email.get_untracked(), &typed).await,
            };
            // The form may be gone by now: `try_` throughout.
            let _ = busy.try_set(false);
            match outcome {
                Ok(signed_in) => {
                    let _ = password.try_set(String::new());
                    account.unlocked(signed_in);
                    on_done();
                }
                Err(error) => {
                    let _ = fault.try_set(Some(error));
                }
            }
        });
    };
    view! {
        <form class="form" on:submit=submit>
            {move || match locked() {
                Some(session) => {
                    view! {
                        <p class="soft">{t("account.locked-lead")}</p>
                        <p class="row row--spread">
                            <span>{session.email.clone()}</span>
                            <button
                                type="button"
                                class="link-button"
                                on:click=move |_| spawn_local(account.sign_out())
                            >
                                {t("account.somebody-else")}
                            </button>
                        </p>
                    }
                        .into_any()
                }
                None => {
                    view! {
                        <TextField
                            label=t("account.email")
                            value=email
                            kind="email"
                            autocomplete="username"
                            test_id="email"
                        />
                    }
                        .into_any()
                }
            }}
            <PasswordField
                label=t("account.password")
                value=password
                autocomplete="current-password"
                test_id="password"
            />
            <FaultLine fault/>
            <SubmitButton
                label=Signal::derive(move || {
                    if locked().is_some() { t("account.unlock") } else { t("account.sign-in") }
                })
                busy
                test_id="sign-in"
            />
            <p class="row row--spread">
                <A href="/recover">{t("account.lost-password")}</A>
                <Show when=move || locked().is_none()>
                    <a href="/sign-up" data-testid="sign-up">{t("account.sign-up-instead")}</a>
                </Show>
            </p>
        </form>
    }
}
