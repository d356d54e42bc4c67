//! The list of measurements.

use crate::locale::{t, t_with};
use crate::shell::{Icon, IconName};
use crate::viewer::rail::{MEASURING, tool_label};
use crate::viewer::{ViewerState, words};
use crate::workspace::{Measurement, Workspace};
use glam::DVec3;
use leptos::prelude::*;

#[component]
pub fn MeasurementsPanel() -> impl IntoView {
    let workspace = Workspace::current();
    let state = ViewerState::current();
    let none = Memo::new(move |_| workspace.measurements.with(Vec::is_empty));
    view! {
        <section class="panel-section" aria-labelledby="panel-measurements">
            <div class="row row--spread">
                <h2 class="panel-title" id="panel-measurements">{t("viewer.measurements")}</h2>
                <Show when=move || !none.get()>
                    <button
                        type="button"
                        class="button button--small button--quiet"
                        on:click=move |_| workspace.clear_measurements()
                    >
                        {t("viewer.clear-measurements")}
                    </button>
                </Show>
            </div>
            <Show when=move || none.get()>
                <p class="faint">{t("viewer.no-measurements")}</p>
                <div class="measuring-tools">
                    {MEASURING
                        .into_iter()
                        .map(|(tool, icon, _)| {
                            view! {
                                <button
                                    type="button"
                                    class="button button--small"
                                    on:click=move |_| {
                                        workspace.tool.set(tool);
                                        state.sheet.set(None);
                                    }
                                >
                                    <Icon name=icon class="icon--small" />
                                    {tool_label(tool)}
                                </button>
                            }
                        })
                        .collect_view()}
                </div>
            </Show>
            <ul class="measurement-list" data-testid="measurement-list">
                {move || {
                    workspace.measurements.get().into_iter().map(|measurement| view! { <Entry measurement /> }).collect_view()
                }}
            </ul>
        </section>
    }
}

#[component]
fn Entry(measurement: Measurement) -> impl IntoView {
    let workspace = Workspace::current();
    let state = ViewerState::current();
    let Measurement { id, view, shape } = measurement;
    let name = words::shape_name(&shape);
    let value = move || words::measured(workspace.measured(&shape));
    let go = move |_| {
        state.selected.set(Some(id));
        workspace.set_crosshair(middle(&shape.points_mm()));
    };
    view! {
        <li class="measurement" class:measurement-selected=move || state.selected.get() == Some(id)>
            <button type="button" class="measurement-go" on:click=go>
                <span class="measurement-value number">{value}</span>
                <span class="measurement-what">
                    {t_with("viewer.measurement-where", &[("what", name), ("view", words::view_name(view))])}
                </span>
            </button>
            <button
                type="button"
                class="icon-button icon-button--small"
                aria-label=move || t_with("viewer.delete-measurement", &[("what", name), ("value", &value())])
                on:click=move |_| workspace.remove_measurement(id)
            >
                <Icon name=IconName::Trash class="icon--small" />
            </button>
        </li>
    }
}

/// The middle of some points; the origin for none.
fn middle(points: &[DVec3]) -> DVec3 {
    points.iter().sum::<DVec3>() / points.len().max(1) as f64
}
