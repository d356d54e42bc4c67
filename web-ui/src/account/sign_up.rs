//! `/sign-up`: e-mail and password, then the recovery key: shown once, printed, typed back. The server hears of
//! the account only when the key was typed back, so that nobody ends up with one they cannot recover.

use super::form::{
    FaultLine, PasswordField, SubmitButton, TextField, forget_on_change, looks_like_email,
};
use super::keys::{self, NewAccount};
use super::recovery_sheet::{ConfirmRecoveryKey, ShowRecoveryKey};
use super::strength::{StrengthMeter, require_strong};
use super::{Account, SignedIn};
use crate::api::{self, Fault};
use crate::locale::t;
use crate::workspace::Workspace;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;
use std::rc::Rc;

/// Where the page is.
#[derive(Clone)]
enum Step {
    Form,
    /// The keys are made and the recovery key is on screen.
    Show(Rc<NewAccount>),
    /// It is being typed back.
    Confirm(Rc<NewAccount>),
}

#[component]
pub fn SignUpPage() -> impl IntoView {
    let step = RwSignal::new_local(Step::Form);
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let fault = RwSignal::new(None::<Fault>);
    view! {
        <main class="page page--narrow">
            <section class="card">
                {move || match step.get() {
                    Step::Form => {
                        view! { <SignUpForm step email password fault/> }.into_any()
                    }
                    Step::Show(account) => {
                        let key = account.recovery_key.to_groups();
                        view! {
                            <ShowRecoveryKey
                                key
                                email=account.sign_up.email.clone()
                                on_next=move || step.set(Step::Confirm(Rc::clone(&account)))
                            />
                        }
                            .into_any()
                    }
                    Step::Confirm(account) => {
                        view! { <Finish step account password fault/> }.into_any()
                    }
                }}
            </section>
        </main>
    }
}

#[component]
fn SignUpForm(
    step: RwSignal<Step, LocalStorage>,
    email: RwSignal<String>,
    password: RwSignal<String>,
    fault: RwSignal<Option<Fault>>,
) -> impl IntoView {
    let pool = Workspace::current().pool();
    let busy = RwSignal::new(false);
    forget_on_change(fault, &[email, password]);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        fault.set(None);
        if !looks_like_email(&email.get_untracked()) {
            fault.set(Some(Fault::NotAnEmail));
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let outcome = make_keys(pool, &email.get_untracked(), &password.get_untracked()).await;
            let _ = busy.try_set(false);
            match outcome {
                Ok(account) => {
                    let _ = step.try_set(Step::Show(Rc::new(account)));
                }
                Err(error) => {
                    let _ = fault.try_set(Some(error));
                }
            }
        });
    };
    view! {
        <h1>{t("account.sign-up-title")}</h1>
        <p class="soft">{t("account.sign-up-lead")}</p>
        <form class="form" on:submit=submit>
            <TextField
                label=t("account.email")
                value=email
                kind="email"
                autocomplete="username"
                test_id="email"
                hint=t("account.email-hint")
            />
            <PasswordField
                label=t("account.new-password")
                value=password
                autocomplete="new-password"
                test_id="password"
            />
            <StrengthMeter password email=email/>
            <p class="field__hint">{t("account.password-hint")}</p>
            <FaultLine fault/>
            <SubmitButton
                label=Signal::derive(move || {
                    if busy.get() { t("account.making-keys") } else { t("account.sign-up") }
                })
                busy
                test_id="sign-up"
            />
            <p class="row row--spread">
                <a href="/sign-in" data-testid="sign-in">{t("account.sign-in-instead")}</a>
            </p>
        </form>
    }
}

async fn make_keys(
    pool: crate::pool::Pool,
    email: &str,
    password: &str,
) -> Result<NewAccount, Fault> {
    require_strong(pool, password, email).await?;
    keys::new_account(pool, email, password).await
}

#[component]
fn Finish(
    step: RwSignal<Step, LocalStorage>,
    account: Rc<NewAccount>,
    password: RwSignal<String>,
    fault: RwSignal<Option<Fault>>,
) -> impl IntoView {
    let state = Account::current();
    let navigate = use_navigate();
    let busy = RwSignal::new(false);
    fault.set(None);
    let back = Rc::clone(&account);
    let finish = move || {
        busy.set(true);
        fault.set(None);
        let account = Rc::clone(&account);
        let navigate = navigate.clone();
        spawn_local(async move {
            let outcome = api::accounts::sign_up(&account.sign_up).await;
            let _ = busy.try_set(false);
            match outcome {
                Ok(session) => {
                    let _ = password.try_set(String::new());
                    let _ = step.try_set(Step::Form);
                    state.unlocked(SignedIn {
                        session,
                        keys: Rc::clone(&account.keys),
                    });
                    navigate("/", Default::default());
                }
                Err(error) => {
                    // The address is taken: back to the form, with the sentence there.
                    if error.code() == Some(protocol::ErrorCode::AccountExists) {
                        let _ = step.try_set(Step::Form);
                    }
                    let _ = fault.try_set(Some(error.into()));
                }
            }
        });
    };
    let expected = Rc::clone(&back);
    view! {
        <ConfirmRecoveryKey
            is_right=move |typed: &str| {
                vault::RecoveryKey::parse(typed).is_ok_and(|typed| expected.recovery_key.is_same(&typed))
            }
            on_right=finish
            on_back=move || step.set(Step::Show(Rc::clone(&back)))
            busy
            fault
        />
    }
}
