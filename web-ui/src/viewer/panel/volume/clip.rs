//! What is cut away: a box, and free planes. The handles in the picture do the same.

use crate::locale::{t, t_with};
use crate::shell::{Icon, IconName};
use crate::viewer::space::{FACES, Face};
use crate::viewer::{ViewerState, words};
use crate::workspace::{Mode, Tool, Workspace};
use leptos::prelude::*;
use viewer_wasm::view::clip::CLIP_PLANES;
use viewer_wasm::view::{Clip, ClipPlane, ViewId};

#[component]
pub fn Clipping() -> impl IntoView {
    let workspace = Workspace::current();
    let state = ViewerState::current();
    let clips = Memo::new(move |_| workspace.volume_view.with(|view| view.clip != Clip::NONE));
    let crops = move || workspace.tool.get() == Tool::Crop;
    let press_crop = move || {
        if crops() {
            workspace.tool.set(Tool::Crosshair);
            return;
        }
        workspace.tool.set(Tool::Crop);
        state.sheet.set(None);
        // The tool draws on planes.
        if !ViewId::PLANES
            .into_iter()
            .any(|id| untrack(|| workspace.is_visible(id)))
        {
            workspace.mode.set(Mode::Mpr);
            workspace
                .maximised
                .set(state.phone.get_untracked().then_some(ViewId::Axial));
        }
    };
    view! {
        <div class="row row--spread">
            <label class="choice">
                <input type="checkbox" data-testid="clip-box" bind:checked=state.clip_box />
                <span class="choice__text">{t("volume.clip-box")}</span>
            </label>
            <button
                type="button"
                class="button button--small"
                data-testid="clip-reset"
                disabled=move || !clips.get()
                on:click=move |_| workspace.reset_clip()
            >
                <Icon name=IconName::Reset class="icon--small" />
                {t("viewer.reset")}
            </button>
        </div>
        <Show when=move || state.clip_box.get()>
            <div class="faces">{FACES.map(|face| view! { <FaceSlider face /> }).collect_view()}</div>
        </Show>
        <div class="clip-actions">
            <button
                type="button"
                class="button button--small"
                data-testid="tool-crop"
                aria-pressed=move || crops().to_string()
                title=t("volume.crop-title")
                on:click=move |_| press_crop()
            >
                <Icon name=IconName::Crop class="icon--small" />
                {t("volume.crop")}
            </button>
            <AddPlane />
        </div>
        {(0..CLIP_PLANES).map(|place| view! { <PlaneRow place /> }).collect_view()}
    }
}

/// How much is cut away from one side.
#[component]
fn FaceSlider(face: Face) -> impl IntoView {
    let workspace = Workspace::current();
    let cut = Memo::new(move |_| workspace.volume_view.with(|view| face.cut(&view.clip)));
    let label = move || {
        workspace
            .geometry()
            .map(|geometry| words::from_side(face.letter(&geometry)))
    };
    let text = move || {
        let geometry = workspace.geometry()?;
        let mm = cut.get() * geometry.extent_mm()[face.axis];
        Some(words::distance(mm, geometry.spacing_known, 0))
    };
    let changing = RwSignal::new(false);
    view! {
        <label class="field">
            <span class="field__label field__label--spread">
                {label}
                <span class="number">{text}</span>
            </span>
            <input
                class="slider"
                type="range"
                min="0"
                max="1"
                step="0.01"
                data-testid=format!("clip-slider-{}", face.name())
                prop:value=move || cut.get().to_string()
                on:input=move |event| {
                    if let Ok(cut) = event_target_value(&event).parse::<f64>() {
                        if !changing.get_untracked() {
                            changing.set(true);
                            workspace.keep_look();
                        }
                        let share = if face.upper { 1.0 - cut } else { cut };
                        workspace.set_clip_face(face.axis, face.upper, share);
                    }
                }
                on:change=move |_| changing.set(false)
            />
        </label>
    }
}

#[component]
fn AddPlane() -> impl IntoView {
    let workspace = Workspace::current();
    let full = Memo::new(move |_| {
        workspace
            .volume_view
            .with(|view| view.clip.planes.iter().all(Option::is_some))
    });
    view! {
        <button
            type="button"
            class="button button--small"
            data-testid="clip-plane-add"
            title=t("volume.plane-add-title")
            disabled=move || full.get()
            on:click=move |_| {
                workspace.add_clip_plane();
            }
        >
            <Icon name=IconName::Plus class="icon--small" />
            {t("volume.plane-add")}
        </button>
    }
}

/// A free plane: how deep it cuts, the other side, the present direction, away with it.
#[component]
fn PlaneRow(place: usize) -> impl IntoView {
    let workspace = Workspace::current();
    let plane = Memo::new(move |_| workspace.volume_view.with(|view| view.clip.planes[place]));
    let there = Memo::new(move |_| plane.get().is_some());
    let number = (place + 1).to_string();
    let name = t_with("volume.plane", &[("n", &number)]);
    let reach = move || {
        workspace
            .geometry()
            .map_or(1.0, |geometry| 0.5 * geometry.diagonal_mm())
    };
    // Along the normal, from the middle of the volume; more is deeper.
    let depth = move || {
        let (plane, geometry) = (plane.get()?, workspace.geometry()?);
        Some((geometry.center_mm() - plane.point_mm).dot(plane.normal))
    };
    let put_depth = move |wanted: f64| {
        let (Some(plane), Some(now)) = (untrack(|| plane.get()), untrack(depth)) else {
            return;
        };
        workspace.set_clip_plane(
            place,
            ClipPlane {
                point_mm: plane.point_mm + plane.normal * (now - wanted),
                ..plane
            },
        );
    };
    let changing = RwSignal::new(false);
    let name = StoredValue::new(name);
    let button =
        move |icon: IconName, key: &'static str, testid: &'static str, press: Callback<()>| {
            let label = t_with(key, &[("plane", &name.get_value())]);
            view! {
                <button
                    type="button"
                    class="icon-button icon-button--small"
                    aria-label=label.clone()
                    title=label
                    data-testid=format!("{testid}-{place}")
                    on:click=move |_| press.run(())
                >
                    <Icon name=icon class="icon--small" />
                </button>
            }
        };
    view! {
        <Show when=move || there.get()>
            <div class="plane-row">
                <label class="field">
                    <span class="field__label">{name.get_value()}</span>
                    <input
                        class="slider"
                        type="range"
                        min=move || (-reach()).round().to_string()
                        max=move || reach().round().to_string()
                        step="0.5"
                        data-testid=format!("clip-plane-depth-{place}")
                        prop:value=move || depth().unwrap_or(0.0).to_string()
                        on:input=move |event| {
                            if let Ok(wanted) = event_target_value(&event).parse::<f64>() {
                                if !changing.get_untracked() {
                                    changing.set(true);
                                    workspace.keep_look();
                                }
                                put_depth(wanted);
                            }
                        }
                        on:change=move |_| changing.set(false)
                    />
                </label>
                {button(
                    IconName::Mirror,
                    "volume.plane-flip",
                    "clip-plane-flip",
                    Callback::new(move |()| workspace.flip_clip_plane(place)),
                )}
                {button(
                    IconName::Eye,
                    "volume.plane-face",
                    "clip-plane-face",
                    Callback::new(move |()| workspace.turn_clip_plane_to_viewer(place)),
                )}
                {button(
                    IconName::Trash,
                    "volume.plane-remove",
                    "clip-plane-remove",
                    Callback::new(move |()| workspace.remove_clip_plane(place)),
                )}
            </div>
        </Show>
    }
}
