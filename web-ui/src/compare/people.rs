//! Two scans of different people are no comparison of one: nobody should take them for that by mistake.

use crate::loading;
use crate::locale::{t, t_with};
use crate::shell::{Icon, IconName};
use crate::viewer::{birth_date, patient_name};
use crate::workspace::Workspace;
use leptos::prelude::*;

/// Over the second side, until somebody says that it is meant so.
#[component]
pub(super) fn PeopleQuestion(first: Workspace, second: Workspace) -> impl IntoView {
    let names = move || {
        t_with(
            "compare.people-text",
            &[("first", &who(first)), ("second", &who(second))],
        )
    };
    view! {
        <div class="compare-veil" role="alertdialog" aria-labelledby="compare-people" data-testid="compare-people">
            <div class="compare-card compare-card--danger">
                <h2 id="compare-people">
                    <Icon name=IconName::Warning />
                    {t("compare.people")}
                </h2>
                <p>{names}</p>
                <p class="soft">{t("compare.people-why")}</p>
                <div class="row">
                    <button
                        type="button"
                        class="button button--primary"
                        data-testid="compare-people-back"
                        on:click=move |_| loading::close(second)
                    >
                        {t("compare.people-back")}
                    </button>
                    <button
                        type="button"
                        class="button"
                        data-testid="compare-people-accept"
                        on:click=move |_| first.compare.accepted.set(true)
                    >
                        {t("compare.people-accept")}
                    </button>
                </div>
            </div>
        </div>
    }
}

/// Name and birth date of the person whose scan is on a side, as far as they are known and may be seen. Tracks.
fn who(ws: Workspace) -> String {
    let unnamed = || t("open.patient-unnamed").to_owned();
    if !ws.patient_visible.get() || !ws.has_identity() {
        return unnamed();
    }
    let open = ws.active.get();
    ws.series.with(|list| {
        let Some(entry) = list.iter().find(|entry| Some(entry.id) == open) else {
            return unnamed();
        };
        let name = patient_name(&entry.patient).unwrap_or_else(unnamed);
        match birth_date(&entry.patient) {
            Some(born) => t_with("compare.person-born", &[("name", &name), ("born", &born)]),
            None => name,
        }
    })
}
