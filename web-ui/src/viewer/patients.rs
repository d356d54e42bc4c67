//! The question whose scans to open, when a drop holds those of several people.

use crate::locale::{t, t_count};
use crate::shell::Dialog;
use crate::viewer::words;
use crate::workspace::Workspace;
use leptos::prelude::*;
use leptos::task::spawn_local;

#[component]
pub fn PatientQuestion() -> impl IntoView {
    let workspace = Workspace::current();
    let open = workspace.choosing_patient;
    let title = Signal::derive(move || t_count("open.patients", workspace.patients.with(Vec::len)));
    let choices = move || {
        let choice = |patient: crate::loading::PatientFound| {
            let who = words::patient_name(&patient.identity);
            let facts = [
                patient.identity.patient_id,
                patient
                    .identity
                    .patient_birth_date
                    .map(|born| words::date(&born)),
            ];
            let counts = [
                t_count("open.patient-series", patient.series),
                t_count("open.patient-images", patient.slices),
            ];
            view! {
                <button
                    type="button"
                    class="series-entry"
                    on:click=move |_| spawn_local(workspace.choose_patient(patient.number))
                >
                    <span class="series-words">
                        <span class="series-title">{who.unwrap_or_else(|| t("open.patient-unnamed").to_owned())}</span>
                        <span class="series-facts number">
                            {facts.into_iter().flatten().chain(counts).map(|fact| view! { <span>{fact}</span> }).collect_view()}
                        </span>
                    </span>
                </button>
            }
        };
        workspace
            .patients
            .get()
            .into_iter()
            .map(choice)
            .collect_view()
    };
    view! {
        <Dialog open title>
            <div class="dialog__body" data-testid="patients">
                <p>{t("open.patients-text")}</p>
                {choices}
            </div>
        </Dialog>
    }
}
