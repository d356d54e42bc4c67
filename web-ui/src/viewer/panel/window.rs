//! The window: what the file offers, what we do, and two numbers.

use super::histogram::WindowHistogram;
use super::tones::TonesControl;
use crate::locale::{t, t_with};
use crate::viewer::ViewerState;
use crate::workspace::Workspace;
use leptos::prelude::*;
use viewer_wasm::intake::DisplayAttributes;
use viewer_wasm::series::SeriesKind;
use viewer_wasm::view::Window;

/// Names and labels of what is offered for every volume, and for every image. The last stands for a window set by hand.
const OF_VOLUMES: [(&str, &str); 5] = [
    ("auto", "viewer.window-auto"),
    ("bone", "viewer.window-bone"),
    ("teeth", "viewer.window-teeth"),
    ("soft-tissue", "viewer.window-soft-tissue"),
    ("custom", "viewer.window-custom"),
];
const OF_IMAGES: [(&str, &str); 3] = [
    ("auto", "viewer.window-auto"),
    ("full", "viewer.window-full"),
    ("custom", "viewer.window-custom"),
];

/// What a series offers.
#[derive(Clone, Default, PartialEq)]
struct Offer {
    flat: bool,
    display: DisplayAttributes,
}

impl Offer {
    /// Tracks.
    fn of(workspace: Workspace) -> Self {
        let Some(scan) = workspace.active_scan() else {
            return Self::default();
        };
        let first = scan.series.instances.first();
        Self {
            flat: scan.series.kind == SeriesKind::Image,
            display: first.map_or_else(DisplayAttributes::default, |instance| {
                instance.attributes.display.clone()
            }),
        }
    }

    /// Names and labels, in the order of the select.
    fn choices(&self) -> Vec<(String, String)> {
        let tables = if self.flat {
            self.display.voi_luts.len()
        } else {
            0
        };
        let mut all = Vec::new();
        for (kind, key, count) in [
            (
                "window-",
                "viewer.window-header",
                self.display.windows.len(),
            ),
            ("table-", "viewer.window-table", tables),
        ] {
            for at in 0..count {
                let label = t_with(key, &[("n", &(at + 1).to_string())]);
                all.push((format!("{kind}{at}"), label));
            }
        }
        let ours: &[_] = if self.flat { &OF_IMAGES } else { &OF_VOLUMES };
        all.extend(
            ours.iter()
                .map(|(name, key)| ((*name).to_owned(), t(key).to_owned())),
        );
        all
    }

    /// The file's window of a name.
    fn window(&self, name: &str) -> Option<Window> {
        let at = name.strip_prefix("window-")?.parse::<usize>().ok()?;
        let [center, width] = *self.display.windows.get(at)?;
        Some(Window::new(center, width))
    }
}

/// Uses the window or table of a name.
fn choose(workspace: Workspace, state: ViewerState, offer: &Offer, name: String) {
    let table = name.strip_prefix("table-").and_then(|at| at.parse().ok());
    if let Some(at) = table {
        workspace.use_voi_table(at);
        return;
    }
    let window = match name.as_str() {
        "full" => workspace.full_window(),
        _ => offer.window(&name),
    };
    let chosen = match window {
        Some(window) => {
            workspace.set_window(window);
            true
        }
        None => workspace.set_window_preset(&name),
    };
    if chosen {
        let gave = workspace.window.get_untracked();
        state.window_choice.set(Some((name, gave)));
    }
}

/// The name of what is used now: the choice made last if it is still what it gave, else what gives the same.
fn in_use(workspace: Workspace, state: ViewerState, offer: &Offer) -> String {
    let window = workspace.window.get();
    if let Some(at) = workspace.voi_table.get() {
        return format!("table-{at}");
    }
    if let Some((name, _)) = state
        .window_choice
        .get()
        .filter(|(_, gave)| *gave == window)
    {
        return name;
    }
    let gives = |name: &str| offer.window(name).or_else(|| Window::preset(name)) == Some(window);
    offer
        .choices()
        .into_iter()
        .map(|(name, _)| name)
        .find(|name| gives(name))
        .unwrap_or_else(|| "custom".to_owned())
}

/// Histogram, the choices of the file and ours, the window in numbers, and what comes after it.
#[component]
pub fn Windows() -> impl IntoView {
    let workspace = Workspace::current();
    let state = ViewerState::current();
    let offer = Memo::new(move |_| Offer::of(workspace));
    let now = Memo::new(move |_| in_use(workspace, state, &offer.get()));
    view! {
        <WindowHistogram />
        <label class="field">
            <span class="field__label">{t("viewer.window-preset")}</span>
            <select
                class="select"
                data-testid="window-preset"
                on:change=move |event| choose(workspace, state, &offer.get_untracked(), event_target_value(&event))
            >
                {move || {
                    offer
                        .get()
                        .choices()
                        .into_iter()
                        .map(|(name, label)| {
                            let value = name.clone();
                            view! {
                                <option value=value selected=move || now.get() == name>
                                    {label}
                                </option>
                            }
                        })
                        .collect_view()
                }}
            </select>
        </label>
        <div class="pair">
            <WindowField label=t("viewer.window-width") read=|window| window.width write=|window, width| Window::new(window.center, width) />
            <WindowField label=t("viewer.window-center") read=|window| window.center write=|window, center| Window::new(center, window.width) />
        </div>
        <TonesControl />
    }
}

/// One number of the window.
#[component]
fn WindowField(
    label: &'static str,
    read: fn(Window) -> f64,
    write: fn(Window, f64) -> Window,
) -> impl IntoView {
    let workspace = Workspace::current();
    let set = move |text: String| {
        if let Ok(number) = text.trim().replace('\u{2212}', "-").parse::<f64>() {
            workspace.set_window(write(workspace.window.get_untracked(), number));
        }
    };
    view! {
        <label class="field">
            <span class="field__label">{label}</span>
            <input
                class="field__input number"
                type="number"
                step="10"
                prop:value=move || format!("{:.0}", read(workspace.window.get()))
                on:change=move |event| set(event_target_value(&event))
            />
        </label>
    }
}
