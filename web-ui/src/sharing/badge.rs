//! What the scan on screen is, for somebody who came by a link.

use crate::api::time::local_time;
use crate::locale::{t, t_with};
use crate::shell::{Icon, IconName};
use crate::workspace::{ScanSource, Workspace};
use leptos::prelude::*;

/// Read-only, until when, and whether it says who the patient is. Nothing for a scan that is not shared.
#[component]
pub fn SharedBadgeView() -> impl IntoView {
    let workspace = Workspace::current();
    move || {
        let Some(ScanSource::Link(badge)) = workspace.source.get() else {
            return None;
        };
        let who = if badge.includes_identity {
            t("sharing.badge-with-identity")
        } else {
            t("sharing.badge-without-identity")
        };
        let until = t_with(
            "sharing.badge-until",
            &[("time", &local_time(badge.expires_at))],
        );
        Some(view! {
            <div class="shared-badge" data-testid="shared-badge" title=t("sharing.badge-hint")>
                <Icon name=IconName::Link class="icon--small"/>
                <span class="shared-badge-text">
                    <strong>{t("sharing.badge-read-only")}</strong>
                    <span>{who}</span>
                    <span>{until}</span>
                </span>
            </div>
        })
    }
}
