//! The button that saves, and how far the save is.

use super::state::{SavePhase, SaveState, Saving, Waiting, Work};
use crate::account::Account;
use crate::locale::{t, t_with};
use crate::shell::{Icon, IconName};
use crate::workspace::Workspace;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Saves the series on screen. Not there for a scan that came by a link.
#[component]
pub fn SaveButton() -> impl IntoView {
    let (workspace, account, saving) =
        (Workspace::current(), Account::current(), Saving::current());
    let saved = move || saving.saved_id(workspace).is_some();
    let working = move || {
        saving
            .state
            .with(|state| matches!(state, SaveState::Working(_)))
    };
    let nothing_open = move || workspace.active_scan().is_none();
    let still_reading = move || {
        workspace.slices_loaded.track();
        workspace.progress.track();
        workspace
            .active_scan()
            .is_some_and(|scan| !scan.is_settled())
    };
    let save = move |_| {
        spawn_local(async move {
            // Told by `SavingStatus`.
            let _ = saving.save(workspace, account).await;
        });
    };
    view! {
        <Show when=move || !workspace.read_only()>
            <button
                type="button"
                class="button"
                class:button--done=saved
                data-testid="save-scan"
                disabled=move || nothing_open() || still_reading() || saved() || working()
                aria-busy=move || working().to_string()
                title=move || if saved() { t("saving.is-saved") } else { t("saving.save-hint") }
                on:click=save
            >
                {move || {
                    if saved() { view! { <Icon name=IconName::Check/> } } else { view! { <Icon name=IconName::Save/> } }
                }}
                <span class="button-text">
                    {move || {
                        if saved() {
                            t("saving.saved")
                        } else if working() {
                            t("saving.saving")
                        } else {
                            t("saving.save")
                        }
                    }}
                </span>
            </button>
        </Show>
    }
}

/// A strip with the progress of a save, its trouble, and the way to call it off. Empty when nothing is saved.
#[component]
pub fn SavingStatus() -> impl IntoView {
    let (workspace, account, saving) =
        (Workspace::current(), Account::current(), Saving::current());
    let work = Memo::new(move |_| {
        saving.state.with(|state| match state {
            SaveState::Working(work) => Some(*work),
            _ => None,
        })
    });
    let is_working = Memo::new(move |_| work.get().is_some());
    let text = move || work.get().map(|work| sentence(&work));
    let fraction = move || work.get().map_or(0.0, |work| fraction(&work));
    let fault = move || {
        saving.state.with(|state| match state {
            SaveState::Failed(fault) => Some(fault.clone()),
            _ => None,
        })
    };
    view! {
        <Show when=move || is_working.get()>
            <div class="saving-status" role="status" data-testid="saving-status">
                <div class="saving-status-text">
                    <span>{text}</span>
                    <button type="button" class="button button--quiet button--small" on:click=move |_| saving.cancel()>
                        {t("saving.cancel")}
                    </button>
                </div>
                <div
                    class="meter"
                    role="progressbar"
                    aria-label=t("saving.saving")
                    aria-valuemin="0"
                    aria-valuemax="100"
                    aria-valuenow=move || format!("{:.0}", fraction() * 100.0)
                >
                    <div class="meter__fill" style:width=move || format!("{:.1}%", fraction() * 100.0)></div>
                </div>
            </div>
        </Show>
        {move || {
            fault()
                .map(|fault| {
                    view! {
                        <div class="saving-status notice notice--danger" role="alert" data-testid="error">
                            <Icon name=IconName::Warning/>
                            <p class="notice__text">{fault.sentence()}</p>
                            <button
                                type="button"
                                class="button button--small"
                                on:click=move |_| {
                                    spawn_local(async move {
                                        let _ = saving.save(workspace, account).await;
                                    });
                                }
                            >
                                {t("saving.again")}
                            </button>
                            <button
                                type="button"
                                class="icon-button icon-button--small"
                                aria-label=t("account.close")
                                on:click=move |_| saving.state.set(SaveState::Idle)
                            >
                                <Icon name=IconName::Close/>
                            </button>
                        </div>
                    }
                })
        }}
    }
}

fn sentence(work: &Work) -> String {
    match (work.waiting, work.phase) {
        (Some(Waiting::Server), _) => t("saving.waiting-server").to_owned(),
        (Some(Waiting::Password), _) => t("saving.waiting-password").to_owned(),
        (None, SavePhase::Looking) => t_with(
            "saving.looking",
            &[
                ("done", &work.done.to_string()),
                ("total", &work.total.to_string()),
            ],
        ),
        (None, SavePhase::Sending) => t_with(
            if work.kept_parts > 0 {
                "saving.going-on"
            } else {
                "saving.sending"
            },
            &[
                ("percent", &format!("{:.0}", fraction(work) * 100.0)),
                ("sent", &file_size(work.sent_bytes)),
                ("parts", &work.sent_parts.to_string()),
                ("kept", &work.kept_parts.to_string()),
            ],
        ),
        (None, SavePhase::Finishing) => t("saving.finishing").to_owned(),
    }
}

/// Of the whole save: reading the files once is the first tenth of it.
fn fraction(work: &Work) -> f64 {
    let part = if work.total == 0 {
        0.0
    } else {
        (work.done as f64 / work.total as f64).min(1.0)
    };
    match work.phase {
        SavePhase::Looking => part * 0.1,
        SavePhase::Sending => 0.1 + part * 0.85,
        SavePhase::Finishing => 0.97,
    }
}

/// Megabytes (10⁶) or gigabytes (10⁹), as people read them.
pub(super) fn file_size(bytes: u64) -> String {
    let megabytes = bytes as f64 / 1e6;
    match megabytes {
        small if small < 10.0 => format!("{small:.1} MB"),
        medium if medium < 1000.0 => format!("{medium:.0} MB"),
        large => format!("{:.1} GB", large / 1000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_progress() {
        assert_eq!(file_size(1_260_000), "1.3 MB");
        assert_eq!(file_size(125_600_000), "126 MB");
        assert_eq!(file_size(21_474_836_480), "21.5 GB");
        let mut work = Work {
            phase: SavePhase::Sending,
            done: 50,
            total: 100,
            sent_bytes: 0,
            sent_parts: 0,
            kept_parts: 0,
            waiting: None,
        };
        assert!((fraction(&work) - 0.525).abs() < 1e-9);
        work.total = 0;
        assert!(fraction(&work) >= 0.1);
    }
}
