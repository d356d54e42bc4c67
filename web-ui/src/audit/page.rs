//! `/audit`: the events in plain words, and whether the log can be believed.

use super::chain::{Finding, Signature, check, check_signature};
use super::head_pin::PinnedHead;
use crate::account::{Account, FaultLine, KeyedPage};
use crate::api::time::local_time;
use crate::api::{self, Fault};
use crate::locale::{t, t_with};
use crate::shell::{Icon, IconName};
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::audit::{AuditAction, AuditEvent};

/// Events fetched at a time.
const PAGE_LEN: u32 = 100;
/// Pages fetched at most to reach the event seen last; more has happened only after a very long absence.
const MAX_PAGES: usize = 50;

#[derive(Clone, PartialEq)]
struct Log {
    /// Newest first.
    events: Vec<AuditEvent>,
    finding: Finding,
    signature: Signature,
}

#[component]
pub fn AuditPage() -> impl IntoView {
    view! {
        <KeyedPage title=t("audit.title") intro=t("audit.intro")>
            <AuditTable/>
        </KeyedPage>
    }
}

#[component]
fn AuditTable() -> impl IntoView {
    let account = Account::current();
    let log = RwSignal::new(None::<Log>);
    let fault = RwSignal::new(None::<Fault>);
    let busy = RwSignal::new(false);
    let load = move |at_least: usize| {
        busy.set(true);
        spawn_local(async move {
            let outcome = fetch(account, at_least).await;
            let _ = busy.try_set(false);
            api::deliver(outcome, log, fault);
        });
    };
    Effect::new(move || load(PAGE_LEN as usize));
    let has_older = move || {
        log.with(|log| {
            log.as_ref()
                .and_then(|log| log.events.last())
                .is_some_and(|oldest| oldest.seq > 1)
        })
    };
    let shown = move || log.with(|log| log.as_ref().map_or(0, |log| log.events.len()));
    view! {
        <FaultLine fault/>
        {move || log.with(|log| log.as_ref().map(|log| view! { <Verdict finding=log.finding.clone() signature=log.signature/> }))}
        // Nothing in it takes the focus, and on a phone it scrolls sideways: the keyboard has to reach it itself.
        <div class="table-wrap" data-testid="audit-list" role="region" tabindex="0" aria-label=t("audit.title")>
            <table class="table">
                <thead>
                    <tr>
                        <th>{t("audit.col-when")}</th>
                        <th>{t("audit.col-who")}</th>
                        <th>{t("audit.col-what")}</th>
                        <th>{t("audit.col-object")}</th>
                        <th>{t("audit.col-where")}</th>
                    </tr>
                </thead>
                <tbody>
                    {move || {
                        log.with(|log| {
                            log.as_ref()
                                .map(|log| log.events.iter().map(|event| view! { <Line event=event.clone()/> }).collect_view())
                        })
                    }}
                </tbody>
            </table>
        </div>
        <Show when=has_older>
            <button
                type="button"
                class="button"
                disabled=move || busy.get()
                on:click=move |_| load(shown() + PAGE_LEN as usize)
            >
                {t("audit.older")}
            </button>
        </Show>
    }
}

#[component]
fn Line(event: AuditEvent) -> impl IntoView {
    let who = match (&event.actor, event.salt) {
        (Some(actor), _) => actor.clone(),
        (None, Some(_)) => t("audit.link-holder").to_owned(),
        (None, None) => t("audit.erased").to_owned(),
    };
    let object = event.object.clone().unwrap_or_default();
    // The whole id says little; its beginning tells two apart.
    let short: String = object.chars().take(8).collect();
    view! {
        <tr data-action=event.action.name()>
            <td data-label=t("audit.col-when") class="table__number">{local_time(event.at)}</td>
            <td data-label=t("audit.col-who")>{who}</td>
            <td data-label=t("audit.col-what")>{t(action_key(event.action))}</td>
            <td data-label=t("audit.col-object") class="mono soft" title=object>{short}</td>
            <td data-label=t("audit.col-where") class="mono soft">{event.address}</td>
        </tr>
    }
}

/// What was checked, and what it found.
#[component]
fn Verdict(finding: Finding, signature: Signature) -> impl IntoView {
    let alarm = match &finding {
        Finding::Whole => None,
        Finding::Broken { seq } => Some(t_with("audit.broken", &[("seq", &seq.to_string())])),
        Finding::PersonAltered { seq } => {
            Some(t_with("audit.person-altered", &[("seq", &seq.to_string())]))
        }
        Finding::NotAContinuation { seen_seq } => Some(t_with(
            "audit.not-a-continuation",
            &[("seq", &seen_seq.to_string())],
        )),
    };
    if let Some(alarm) = alarm {
        return view! {
            <p class="notice notice--danger" role="alert" data-testid="error">
                <Icon name=IconName::Warning/>
                <span class="notice__text">{alarm}</span>
            </p>
        }
        .into_any();
    }
    let (class, icon, text) = match signature {
        Signature::Holds => (
            "notice notice--good",
            IconName::Shield,
            t("audit.whole-signed"),
        ),
        Signature::Unchecked => ("notice", IconName::Info, t("audit.whole-unsigned")),
        Signature::Fails => (
            "notice notice--danger",
            IconName::Warning,
            t("audit.signature-fails"),
        ),
        Signature::OtherKey => (
            "notice notice--warn",
            IconName::Warning,
            t("audit.other-key"),
        ),
    };
    view! {
        <p class=class role="status" data-testid="audit-verdict">
            <Icon name=icon/>
            <span class="notice__text">{text}</span>
        </p>
    }
    .into_any()
}

/// Fetches at least so many events, and down to the one this browser saw last, and checks them. A log that passes
/// is what the next one must go on from.
async fn fetch(account: Account, at_least: usize) -> Result<Log, Fault> {
    let signed_in = account.require().await?;
    let clinic = signed_in.session.clinic_id;
    let seen = PinnedHead::load(clinic);
    let first = api::audit::page(None, PAGE_LEN).await?;
    let (mut events, head) = (first.events, first.head);
    for _ in 1..MAX_PAGES {
        let Some(oldest) = events.last().map(|event| event.seq) else {
            break;
        };
        let reached = seen.as_ref().is_none_or(|seen| oldest <= seen.seq.max(1));
        if oldest <= 1 || (reached && events.len() >= at_least) {
            break;
        }
        let older = api::audit::page(Some(oldest), PAGE_LEN).await?.events;
        if older.is_empty() {
            break;
        }
        events.extend(older);
    }
    let finding = check(clinic, &events, &head, seen.as_ref()).await?;
    let signature = check_signature(clinic, &head, seen.as_ref()).await;
    if finding == Finding::Whole && matches!(signature, Signature::Holds | Signature::Unchecked) {
        PinnedHead::store(clinic, &head);
    }
    Ok(Log {
        events,
        finding,
        signature,
    })
}

fn action_key(action: AuditAction) -> &'static str {
    match action {
        AuditAction::SignedUp => "audit.signed-up",
        AuditAction::SignedIn => "audit.signed-in",
        AuditAction::SignInFailed => "audit.sign-in-failed",
        AuditAction::SignedOut => "audit.signed-out",
        AuditAction::PasswordRecovered => "audit.password-recovered",
        AuditAction::ScanUploadBegun => "audit.scan-upload-begun",
        AuditAction::ScanSaved => "audit.scan-saved",
        AuditAction::ScanOpened => "audit.scan-opened",
        AuditAction::ScanDeleted => "audit.scan-deleted",
        AuditAction::ShareCreated => "audit.share-created",
        AuditAction::ShareRevoked => "audit.share-revoked",
        AuditAction::LinkOpened => "audit.link-opened",
        AuditAction::LinkPasswordWrong => "audit.link-password-wrong",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_its_words() {
        for action in AuditAction::ALL {
            assert_eq!(action_key(action), format!("audit.{}", action.name()));
            assert!(crate::locale::has(action_key(action)), "{}", action.name());
        }
    }
}
