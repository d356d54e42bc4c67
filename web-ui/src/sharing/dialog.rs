//! What the dialog that shares holds: how long, with what password, with or without the name.

use super::qr::QrView;
use super::share::{Choice, DEFAULT_HOURS, save_and_share};
use crate::account::{Account, FaultLine, PasswordField, SubmitButton};
use crate::api::{Fault, deliver};
use crate::locale::t;
use crate::saving::{SaveState, Saving, SavingStatus};
use crate::shell::{Icon, IconName};
use crate::workspace::{ShareMade, ShareOptions, Workspace};
use js_sys::Date;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::limits::MAX_SHARE_HOURS;

/// Lifetimes on offer, in hours; `date` is the other choice.
const LIFETIMES: [(u32, &str); 4] = [
    (1, "sharing.hours-1"),
    (24, "sharing.hours-24"),
    (72, "sharing.hours-72"),
    (720, "sharing.days-30"),
];

/// What the dialog holds: the form, then the link.
#[component]
pub(crate) fn ShareBody(open: RwSignal<bool>) -> impl IntoView {
    let made = RwSignal::new(None::<ShareMade>);
    move || match made.get() {
        None => view! { <ShareForm made/> }.into_any(),
        Some(link) => view! { <ShareResult link open/> }.into_any(),
    }
}

#[component]
fn ShareForm(made: RwSignal<Option<ShareMade>>) -> impl IntoView {
    let (workspace, account, saving) =
        (Workspace::current(), Account::current(), Saving::current());
    let expiry = RwSignal::new(DEFAULT_HOURS.to_string());
    let until = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let include_identity = RwSignal::new(false);
    let max_opens = RwSignal::new(String::new());
    let note = RwSignal::new(String::new());
    let fault = RwSignal::new(None::<Fault>);
    let busy = RwSignal::new(false);
    let is_saved = move || saving.saved_id(workspace).is_some();
    let is_saving = move || {
        saving
            .state
            .with(|state| matches!(state, SaveState::Working(_)))
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let Some(hours) =
            chosen_hours(&expiry.get_untracked(), &until.get_untracked(), Date::now())
        else {
            fault.set(Some(Fault::BadDate));
            return;
        };
        let choice = Choice {
            options: ShareOptions {
                expires_hours: Some(hours),
                password: Some(password.get_untracked()).filter(|password| !password.is_empty()),
                include_identity: include_identity.get_untracked(),
                max_opens: max_opens
                    .get_untracked()
                    .trim()
                    .parse()
                    .ok()
                    .filter(|opens| *opens > 0),
            },
            note: note.get_untracked(),
        };
        busy.set(true);
        fault.set(None);
        spawn_local(async move {
            let outcome = save_and_share(workspace, account, saving, choice).await;
            let _ = busy.try_set(false);
            deliver(outcome, made, fault);
        });
    };
    let tomorrow = local_date(Date::now() + 24.0 * 3_600_000.0);
    let last_day = local_date(Date::now() + f64::from(MAX_SHARE_HOURS - 24) * 3_600_000.0);
    view! {
        <form class="dialog__body" on:submit=submit>
            <label class="field">
                <span class="field__label">{t("sharing.expiry")}</span>
                <select class="select" data-testid="share-expiry" bind:value=expiry>
                    {LIFETIMES
                        .iter()
                        .map(|(hours, key)| {
                            view! {
                                <option value=hours.to_string() selected=*hours == DEFAULT_HOURS>
                                    {t(key)}
                                </option>
                            }
                        })
                        .collect_view()}
                    <option value="date">{t("sharing.until-date")}</option>
                </select>
            </label>
            <Show when=move || expiry.get() == "date">
                <label class="field">
                    <span class="field__label">{t("sharing.last-day")}</span>
                    <input
                        class="field__input"
                        type="date"
                        min=tomorrow.clone()
                        max=last_day.clone()
                        data-testid="share-expiry-date"
                        bind:value=until
                    />
                </label>
            </Show>
            <label class="choice">
                <input type="checkbox" data-testid="share-include-identity" bind:checked=include_identity/>
                <span class="choice__text">
                    <span class="choice__title">{t("sharing.include-identity")}</span>
                    <span class="choice__hint">
                        {move || {
                            if include_identity.get() { t("sharing.identity-in") } else { t("sharing.identity-out") }
                        }}
                    </span>
                </span>
            </label>
            <PasswordField
                label=t("sharing.password")
                value=password
                autocomplete="new-password"
                test_id="share-password"
            />
            <label class="field">
                <span class="field__label">{t("sharing.max-opens")}</span>
                <input
                    class="field__input"
                    type="number"
                    inputmode="numeric"
                    min="1"
                    max="10000"
                    placeholder=t("sharing.no-limit")
                    data-testid="share-max-opens"
                    bind:value=max_opens
                />
            </label>
            <label class="field">
                <span class="field__label">{t("sharing.note")}</span>
                <input class="field__input" type="text" maxlength="200" autocomplete="off" data-testid="share-note" bind:value=note/>
                <span class="field__hint">{t("sharing.note-hint")}</span>
            </label>
            <Show when=move || !is_saved()>
                <p class="soft">{t("sharing.saves-first")}</p>
            </Show>
            // The strip behind the dialog cannot be seen from here.
            <Show when=is_saving>
                <SavingStatus/>
            </Show>
            <FaultLine fault/>
            <SubmitButton label=Signal::derive(|| t("sharing.create")) busy test_id="share-create"/>
        </form>
    }
}

#[component]
fn ShareResult(link: ShareMade, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <div class="dialog__body">
            <p>{t("sharing.made")}</p>
            <div class="share-result">
                <a class="code-box" href=link.url.clone() target="_blank" rel="noopener noreferrer" data-testid="share-link">
                    {link.url.clone()}
                </a>
                <CopyButton text=link.url.clone() primary=true/>
            </div>
            <figure class="share-qr">
                <QrView text=link.url label=t("sharing.qr-label")/>
                <figcaption class="faint">{t("sharing.qr-hint")}</figcaption>
            </figure>
            <p class="soft">{t("sharing.made-note")}</p>
        </div>
        <div class="dialog__foot">
            <a class="button button--quiet" href="/links">{t("sharing.all-links")}</a>
            <button type="button" class="button" on:click=move |_| open.set(false)>
                {t("sharing.done")}
            </button>
        </div>
    }
}

/// Puts a link on the clipboard and says so.
#[component]
pub(super) fn CopyButton(text: String, #[prop(optional)] primary: bool) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = move |_| {
        let Some(window) = web_sys::window() else {
            return;
        };
        let promise = window.navigator().clipboard().write_text(&text);
        spawn_local(async move {
            if wasm_bindgen_futures::JsFuture::from(promise).await.is_ok() {
                let _ = copied.try_set(true);
                crate::loading::pace::sleep(2500).await;
                let _ = copied.try_set(false);
            }
        });
    };
    view! {
        <button
            type="button"
            class=if primary { "button button--primary" } else { "button button--small" }
            data-testid="share-copy"
            on:click=copy
        >
            {move || if copied.get() { view! { <Icon name=IconName::Check/> } } else { view! { <Icon name=IconName::Copy/> } }}
            <span aria-live="polite">{move || if copied.get() { t("sharing.copied") } else { t("sharing.copy") }}</span>
        </button>
    }
}

/// Hours from now: those of the list, or until the end of the chosen day. `None` for no day, or one too far off or past.
fn chosen_hours(expiry: &str, until: &str, now_ms: f64) -> Option<u32> {
    if expiry != "date" {
        return expiry.parse().ok();
    }
    let mut numbers = until.split('-').map(|number| number.parse::<u32>().ok());
    let (year, month, day) = (numbers.next()??, numbers.next()??, numbers.next()??);
    // Midnight after that day, in the sender's time zone.
    let end = Date::new_with_year_month_day(year, month as i32 - 1, day as i32 + 1).get_time();
    hours_until(end, now_ms)
}

fn hours_until(end_ms: f64, now_ms: f64) -> Option<u32> {
    let hours = ((end_ms - now_ms) / 3_600_000.0).ceil();
    (hours >= 1.0 && hours <= f64::from(MAX_SHARE_HOURS)).then_some(hours as u32)
}

fn local_date(at_ms: f64) -> String {
    crate::api::time::local_time((at_ms / 1000.0) as i64)
        .chars()
        .take(10)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes() {
        assert_eq!(chosen_hours("72", "", 0.0), Some(72));
        assert_eq!(chosen_hours("date", "", 0.0), None);
        assert_eq!(hours_until(3_600_000.0 * 1.5, 0.0), Some(2));
        assert_eq!(hours_until(0.0, 1.0), None);
        assert_eq!(hours_until(3_600_000.0 * 24.0 * 400.0, 0.0), None);
    }
}
