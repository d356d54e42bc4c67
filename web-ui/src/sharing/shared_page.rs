//! `/s/{id}`: what a recipient sees before the scan, and instead of it when there is none.
//!
//! The viewer lies behind this page the whole time; the page covers it until the scan is open, and covers it again
//! when the link ends under it.

use super::secret::{self, Fragment, take_secret_from_address};
use crate::account::{FaultLine, PasswordField, SubmitButton, stretch_in_worker};
use crate::api::time::local_time;
use crate::api::{self, Fault};
use crate::locale::{t, t_with};
use crate::saving::{PartFetch, SealedScan, pin};
use crate::shell::{Icon, IconName};
use crate::workspace::{ScanSource, SharedBadge, Workspace};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_params_map;
use protocol::share::{LinkFacts, OpenLink, ProbeLink};
use protocol::{ErrorCode, ShareId};
use std::rc::Rc;
use vault::LinkSecret;
use vault::link::{LinkKeys, link_proof};
use wasm_bindgen::{JsCast, prelude::Closure};

/// A link that the server knows.
struct Link {
    id: ShareId,
    secret: LinkSecret,
    facts: LinkFacts,
}

#[derive(Clone)]
enum Stage {
    /// The server is asked what the link is.
    Asking,
    /// It needs a password, or could not be opened just now, for a reason that may pass.
    Door(Rc<Link>, Option<Fault>),
    /// The viewer.
    Open,
    /// There is nothing to see, and why.
    Dead(Fault),
}

#[component]
pub fn SharedPage() -> impl IntoView {
    let params = use_params_map();
    let workspace = Workspace::current();
    let stage = RwSignal::new_local(Stage::Asking);
    let begin = move || {
        let id = params
            .with_untracked(|params| params.get("id"))
            .unwrap_or_default();
        let fragment = secret::take();
        stage.set(Stage::Asking);
        spawn_local(async move {
            let next = match ask(&id, fragment).await {
                Ok(link) if link.facts.kdf.is_some() => Stage::Door(Rc::new(link), None),
                Ok(link) => enter(workspace, Rc::new(link), "", stage).await,
                Err(fault) => Stage::Dead(fault),
            };
            let _ = stage.try_set(next);
        });
    };
    take_secret_from_address();
    begin();
    on_new_fragment(move || {
        workspace.close();
        begin();
    });
    move || match stage.get() {
        Stage::Open => ().into_any(),
        Stage::Asking => view! {
            <main class="page page--narrow shared-cover">
                <p class="empty" role="status">
                    <span class="spinner" aria-hidden="true"></span>
                    {t("sharing.asking")}
                </p>
            </main>
        }
        .into_any(),
        Stage::Door(link, fault) => view! { <Door link trouble=fault stage/> }.into_any(),
        Stage::Dead(fault) => view! { <Dead fault/> }.into_any(),
    }
}

/// Reads the link and asks the server what it is; that does not count as an opening.
async fn ask(id: &str, fragment: Option<Fragment>) -> Result<Link, Fault> {
    let id: ShareId = id
        .parse()
        .map_err(|_| Fault::Vault(vault::VaultError::MalformedLink))?;
    // After a reload the address has no secret any more.
    let fragment = fragment.ok_or(Fault::LinkNeeded)?;
    let secret = LinkSecret::parse_fragment(fragment.text())?;
    let proof = link_proof(id, &secret).await?;
    let facts = api::links::probe(id, &ProbeLink { link_proof: proof }).await?;
    Ok(Link { id, secret, facts })
}

#[component]
fn Door(
    link: Rc<Link>,
    trouble: Option<Fault>,
    stage: RwSignal<Stage, LocalStorage>,
) -> impl IntoView {
    let workspace = Workspace::current();
    let password = RwSignal::new(String::new());
    let fault = RwSignal::new(trouble);
    let busy = RwSignal::new(false);
    let facts = link.facts.clone();
    let needs_password = facts.kdf.is_some();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        fault.set(None);
        let link = Rc::clone(&link);
        spawn_local(async move {
            match enter(workspace, link, &password.get_untracked(), stage).await {
                // The form stays, with what was typed.
                Stage::Door(_, trouble) => {
                    let _ = fault.try_set(trouble);
                    let _ = busy.try_set(false);
                }
                next => {
                    let _ = stage.try_set(next);
                }
            }
        });
    };
    view! {
        <main class="page page--narrow shared-cover">
            <section class="card">
                <Icon name=IconName::Tooth class="icon--large"/>
                <h1>{t("sharing.door-title")}</h1>
                <ul class="stack stack--tight soft shared-facts">
                    <li>
                        {if facts.includes_identity { t("sharing.door-with-identity") } else { t("sharing.door-without-identity") }}
                    </li>
                    <li>{t_with("sharing.door-until", &[("time", &local_time(facts.expires_at))])}</li>
                    <li>{t("sharing.door-encrypted")}</li>
                </ul>
                <form class="form" on:submit=submit>
                    {needs_password
                        .then(|| {
                            view! {
                                <PasswordField
                                    label=t("sharing.door-password")
                                    value=password
                                    autocomplete="off"
                                    test_id="shared-password"
                                />
                                <p class="field__hint">{t("sharing.door-password-hint")}</p>
                            }
                        })}
                    <FaultLine fault/>
                    <SubmitButton
                        label=Signal::derive(move || if busy.get() { t("sharing.opening") } else { t("sharing.open") })
                        busy
                        test_id="shared-open"
                    />
                    <p class="faint">{t("sharing.door-logged")}</p>
                </form>
            </section>
        </main>
    }
}

/// Opens the link; where that leads.
async fn enter(
    workspace: Workspace,
    link: Rc<Link>,
    password: &str,
    stage: RwSignal<Stage, LocalStorage>,
) -> Stage {
    match open(workspace, &link, password, stage).await {
        Ok(()) => Stage::Open,
        Err(fault) if may_try_again(&fault) => Stage::Door(link, Some(fault)),
        Err(fault) => Stage::Dead(fault),
    }
}

/// Another password, or the same in a while, may still open it.
fn may_try_again(fault: &Fault) -> bool {
    match fault {
        Fault::Api(error) => {
            error.is_passing() || error.code() == Some(ErrorCode::WrongLinkPassword)
        }
        Fault::Worker => true,
        _ => false,
    }
}

async fn open(
    workspace: Workspace,
    link: &Link,
    password: &str,
    stage: RwSignal<Stage, LocalStorage>,
) -> Result<(), Fault> {
    let stretched = match &link.facts.kdf {
        Some(kdf) => Some(stretch_in_worker(workspace.pool(), password, kdf).await?),
        None => None,
    };
    let link_keys = LinkKeys::derive(link.id, &link.secret, stretched.as_ref()).await?;
    let request = OpenLink {
        link_proof: link_keys.link_proof,
        auth_key: link_keys.auth_key,
    };
    let opened = api::links::open(link.id, &request).await?;
    let title = t("sharing.this-scan");
    let named = |fault: Fault| fault.about_scan(title);
    pin::check(opened.scan_id, opened.manifest_version).map_err(|error| named(error.into()))?;
    let keys = link_keys
        .unwrap(&opened)
        .await
        .map_err(|error| named(error.into()))?;
    let fetch = PartFetch::Link {
        share: link.id,
        token: opened.token,
    };
    // The link may end under an open scan: revoked, expired, or not what was saved.
    let on_end = move |fault: Fault| {
        workspace.close();
        let _ = stage.try_set(Stage::Dead(fault.about_scan(title)));
    };
    let scan = SealedScan::open(fetch, &keys, &opened.blobs, opened.manifest_version, on_end)
        .await
        .map_err(named)?;
    pin::remember(opened.scan_id, opened.manifest_version);
    let badge = SharedBadge {
        expires_at: opened.expires_at,
        includes_identity: keys.identity_key.is_some(),
    };
    workspace.open_package(scan, ScanSource::Link(badge)).await;
    Ok(())
}

/// One clear page for each way a link can be of no use.
#[component]
fn Dead(fault: Fault) -> impl IntoView {
    let title = match &fault {
        Fault::Api(error) => match error.code() {
            Some(ErrorCode::LinkRevoked) => t("sharing.dead-revoked"),
            Some(ErrorCode::LinkExpired) => t("sharing.dead-expired"),
            Some(ErrorCode::LinkUsedUp) => t("sharing.dead-used-up"),
            Some(ErrorCode::NoSuchLink) => t("sharing.dead-unknown"),
            _ => t("sharing.dead-other"),
        },
        Fault::Vault(vault::VaultError::MalformedLink) => t("sharing.dead-incomplete"),
        Fault::LinkNeeded => t("sharing.dead-needed"),
        Fault::Altered { .. } => t("sharing.dead-altered"),
        _ => t("sharing.dead-other"),
    };
    let advice = match &fault {
        Fault::LinkNeeded | Fault::Vault(vault::VaultError::MalformedLink) => None,
        Fault::Api(error) if error.is_passing() => None,
        _ => Some(t("sharing.dead-advice")),
    };
    view! {
        <main class="page page--narrow shared-cover">
            <section class="card" data-testid="error" role="alert">
                <Icon name=IconName::Link class="icon--large"/>
                <h1>{title}</h1>
                <p>{fault.sentence()}</p>
                {advice.map(|advice| view! { <p class="soft">{advice}</p> })}
            </section>
        </main>
    }
}

/// The same link pasted again changes only what is behind the `#`, which loads nothing by itself.
fn on_new_fragment(then: impl Fn() + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let listener = Closure::<dyn Fn()>::new(move || {
        if take_secret_from_address() {
            then();
        }
    });
    let callback = listener
        .as_ref()
        .unchecked_ref::<js_sys::Function>()
        .clone();
    // A browser that does not tell loses only this convenience.
    let _ = window.add_event_listener_with_callback("hashchange", &callback);
    let listener = StoredValue::new_local(Some((listener, callback)));
    on_cleanup(move || {
        if let (Some(window), Some(Some((_, callback)))) =
            (web_sys::window(), listener.try_update_value(Option::take))
        {
            let _ = window.remove_event_listener_with_callback("hashchange", &callback);
        }
    });
}
