//! `/recover`: the printed recovery key and a new password.

use super::Account;
use super::form::{FaultLine, PasswordField, SubmitButton, TextField, forget_on_change};
use super::keys;
use super::strength::{StrengthMeter, require_strong};
use crate::api::Fault;
use crate::locale::t;
use crate::workspace::Workspace;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;

#[component]
pub fn RecoverPage() -> impl IntoView {
    let account = Account::current();
    let pool = Workspace::current().pool();
    let navigate = use_navigate();
    let email = RwSignal::new(account.last_email.get_untracked());
    let recovery_key = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let fault = RwSignal::new(None::<Fault>);
    let busy = RwSignal::new(false);
    forget_on_change(fault, &[email, recovery_key, password]);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        fault.set(None);
        let navigate = navigate.clone();
        spawn_local(async move {
            let (email, key, new) = (
                email.get_untracked(),
                recovery_key.get_untracked(),
                password.get_untracked(),
            );
            let outcome = async {
                require_strong(pool, &new, &email).await?;
                keys::recover(pool, &email, &key, &new).await
            }
            .await;
            let _ = busy.try_set(false);
            match outcome {
                Ok(signed_in) => {
                    let _ = recovery_key.try_set(String::new());
                    let _ = password.try_set(String::new());
                    account.unlocked(signed_in);
                    navigate("/", Default::default());
                }
                Err(error) => {
                    let _ = fault.try_set(Some(error));
                }
            }
        });
    };
    view! {
        <main class="page page--narrow">
            <section class="card">
                <h1>{t("account.recover-title")}</h1>
                <p class="soft">{t("account.recover-lead")}</p>
                <form class="form" on:submit=submit>
                    <TextField
                        label=t("account.email")
                        value=email
                        kind="email"
                        autocomplete="username"
                        test_id="email"
                    />
                    <TextField
                        label=t("account.recovery-key")
                        value=recovery_key
                        kind="text"
                        autocomplete="off"
                        test_id="recovery-key"
                        hint=t("account.recovery-key-hint")
                        class="recovery-key-typed"
                    />
                    <PasswordField
                        label=t("account.new-password")
                        value=password
                        autocomplete="new-password"
                        test_id="password"
                    />
                    <StrengthMeter password email=email/>
                    <FaultLine fault/>
                    <SubmitButton label=Signal::derive(|| t("account.set-password")) busy test_id="sign-in"/>
                    <p class="row row--spread">
                        <a href="/sign-in">{t("account.sign-in-instead")}</a>
                    </p>
                </form>
            </section>
        </main>
    }
}
