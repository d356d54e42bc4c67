//! A picture file of a view: its button, and the dialog that asks how large and with what.

use super::{ViewerState, words};
use crate::loading::pace::{error_text, sleep};
use crate::locale::{t, t_with};
use crate::shell::{Dialog, Icon, IconName};
use crate::stage::{export::size_px, snapshot::snapshot};
use crate::workspace::{Mode, UiProblem, Workspace};
use futures::future::{AbortHandle, Abortable};
use leptos::prelude::*;
use leptos::task::spawn_local;
use viewer_wasm::view::ViewId;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, HtmlElement, Url};

/// Sizes on offer, in pixels of the picture for each of the screen's.
const SCALES: [u32; 3] = [1, 2, 4];
/// A file's address is kept for this long after its download was begun.
const KEPT_MS: i32 = 60_000;

/// Opens the dialog for the view that has the focus, else for the one that is alone, else for the first.
pub fn ask(workspace: Workspace, state: ViewerState) {
    let focused = document()
        .active_element()
        .and_then(|element| element.closest(".view-cell").ok().flatten())
        .and_then(|cell| cell.get_attribute("data-testid"))
        .and_then(|name| ViewId::from_name(name.strip_prefix("view-")?));
    let alone = match workspace.mode.get_untracked() {
        Mode::Image => Some(ViewId::Image),
        Mode::Volume => Some(ViewId::Volume),
        Mode::Grid => Some(ViewId::Grid),
        Mode::Compare => Some(workspace.compare.plane.get_untracked()),
        Mode::Mpr => workspace.maximised.get_untracked(),
    };
    state
        .export_view
        .set(alone.or(focused).unwrap_or(ViewId::Axial));
    state.export_open.set(true);
}

/// A view's button for it.
#[component]
pub fn ExportButton(id: ViewId) -> impl IntoView {
    let state = ViewerState::current();
    let side = if Workspace::current().is_second {
        "compare-"
    } else {
        ""
    };
    let label = t_with("viewer.export-view", &[("view", words::view_name(id))]);
    view! {
        <button
            type="button"
            class="icon-button icon-button--small view-export"
            aria-label=label.clone()
            title=label
            data-testid=format!("{side}export-{}", id.name())
            // The view must not take the press for a gesture.
            on:pointerdown=|event| event.stop_propagation()
            on:dblclick=|event| event.stop_propagation()
            on:click=move |_| {
                state.export_view.set(id);
                state.export_open.set(true);
            }
        >
            <Icon name=IconName::Download class="icon--small" />
        </button>
    }
}

#[component]
pub fn ExportDialog() -> impl IntoView {
    let state = ViewerState::current();
    let title = Signal::derive(move || {
        let view = words::view_name(state.export_view.get());
        t_with("viewer.export-view", &[("view", view)])
    });
    view! {
        <Dialog open=state.export_open title>
            <ExportForm />
        </Dialog>
    }
}

/// What became of a picture that was asked for.
#[derive(Clone, Debug, PartialEq)]
enum Making {
    Not,
    /// How much is there, 0 to 1.
    Drawn(f64),
    Failed(UiProblem),
}

#[component]
fn ExportForm() -> impl IntoView {
    let workspace = Workspace::current();
    let state = ViewerState::current();
    let (scale, overlay) = (RwSignal::new(2), RwSignal::new(true));
    let making = RwSignal::new(Making::Not);
    let running = StoredValue::new(None::<AbortHandle>);
    // Closed, the dialog wants no picture any more.
    on_cleanup(move || {
        if let Some(running) = running.get_value() {
            running.abort();
        }
    });
    let view = state.export_view.get_untracked();
    let size = move || {
        let (width, height) = size_px(workspace, view, scale.get()).unwrap_or_default();
        let [width, height] = [width, height].map(|side| side.to_string());
        t_with(
            "viewer.export-size",
            &[("width", &width), ("height", &height)],
        )
    };
    let names_somebody = move || {
        overlay.get()
            && workspace.overlay_visible.get()
            && workspace.patient_visible.get()
            && workspace.has_identity()
            && workspace.series.with(|series| {
                series
                    .iter()
                    .any(|entry| words::names_somebody(&entry.patient))
            })
    };
    let save = move |_: leptos::ev::MouseEvent| {
        let (scale, overlay) = (scale.get_untracked(), overlay.get_untracked());
        making.set(Making::Drawn(0.0));
        let work = async move {
            let tell = move |drawn| making.set(Making::Drawn(drawn));
            let made = snapshot(workspace, view, overlay, scale, &tell).await;
            match made.and_then(|picture| download(&picture, &file_name(view, scale))) {
                Ok(()) => state.export_open.set(false),
                Err(problem) => making.set(Making::Failed(problem)),
            }
        };
        let (handle, registration) = AbortHandle::new_pair();
        running.set_value(Some(handle));
        spawn_local(async move {
            // Aborted is closed: nobody waits for an answer.
            let _ = Abortable::new(work, registration).await;
        });
    };
    let drawn = move || match making.get() {
        Making::Drawn(drawn) => Some((drawn * 100.0).round()),
        _ => None,
    };
    view! {
        <div class="dialog__body">
            <div class="field">
                <span class="field__label field__label--spread">
                    {t("viewer.export-scale")}
                    <span class="number">{size}</span>
                </span>
                <div class="segments segments--wide" role="group" aria-label=t("viewer.export-scale")>
                    {SCALES
                        .into_iter()
                        .map(|this| {
                            view! {
                                <button
                                    type="button"
                                    class="segment"
                                    aria-pressed=move || (scale.get() == this).to_string()
                                    data-testid=format!("export-scale-{this}")
                                    on:click=move |_| scale.set(this)
                                >
                                    {format!("{this}×")}
                                </button>
                            }
                        })
                        .collect_view()}
                </div>
            </div>
            <label class="choice">
                <input type="checkbox" data-testid="export-overlay" bind:checked=overlay />
                <span class="choice__text">
                    <span class="choice__title">{t("viewer.export-overlay")}</span>
                    <span class="choice__hint">{t("viewer.export-overlay-hint")}</span>
                </span>
            </label>
            <Show when=names_somebody>
                <div class="notice notice--warn">
                    <p class="notice__text">{t("viewer.export-names")}</p>
                </div>
            </Show>
            <Show when=move || drawn().is_some()>
                <div
                    class="meter"
                    role="progressbar"
                    aria-label=t("viewer.export-drawing")
                    aria-valuemin="0"
                    aria-valuemax="100"
                    aria-valuenow=move || drawn().unwrap_or_default().to_string()
                >
                    <div class="meter__fill" style:width=move || format!("{}%", drawn().unwrap_or_default())></div>
                </div>
            </Show>
            {move || match making.get() {
                Making::Failed(problem) => {
                    let text = t(&format!("errors.{}", problem.code));
                    Some(
                        view! {
                            <div class="notice notice--danger" role="alert">
                                <p class="notice__text">{text}</p>
                            </div>
                        },
                    )
                }
                _ => None,
            }}
        </div>
        <div class="dialog__foot">
            <button type="button" class="button button--quiet" on:click=move |_| state.export_open.set(false)>
                {t("viewer.export-cancel")}
            </button>
            <button
                type="button"
                class="button button--primary"
                data-testid="export-save"
                disabled=move || drawn().is_some()
                on:click=save
            >
                <Icon name=IconName::Download />
                {t("viewer.export-save")}
            </button>
        </div>
    }
}

/// Says nothing about the patient: which view, and how many times its size.
fn file_name(view: ViewId, scale: u32) -> String {
    match scale {
        1 => format!("cuspid-{}.png", view.name()),
        _ => format!("cuspid-{}-{scale}x.png", view.name()),
    }
}

/// Hands a file to the browser's downloads.
fn download(file: &Blob, name: &str) -> Result<(), UiProblem> {
    let failed = |error: JsValue| UiProblem::with_detail("draw-failed", error_text(&error));
    let url = Url::create_object_url_with_blob(file).map_err(failed)?;
    let link: HtmlElement = document()
        .create_element("a")
        .map_err(failed)?
        .unchecked_into();
    link.set_attribute("href", &url).map_err(failed)?;
    link.set_attribute("download", name).map_err(failed)?;
    link.click();
    spawn_local(async move {
        sleep(KEPT_MS).await;
        // Only fails for an address that is none.
        let _ = Url::revoke_object_url(&url);
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_say_what_is_shown() {
        assert_eq!(file_name(ViewId::Axial, 1), "cuspid-axial.png");
        assert_eq!(file_name(ViewId::Volume, 4), "cuspid-volume-4x.png");
    }
}
