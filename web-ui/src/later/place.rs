//! A place that a piece of the chunk fills.

use super::{Later, at_hand, fetch};
use crate::api::Fault;
use crate::locale::t;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What `piece` shows, once the chunk is there; until then that it is loading, or why it is not there, with a button
/// that tries again. `class` is that of the element around those two.
pub(crate) fn place(
    class: &'static str,
    piece: impl Fn(&'static Later) -> AnyView + Send + 'static,
) -> AnyView {
    let found = RwSignal::new(at_hand().map(Ok::<_, Fault>));
    let load = move || {
        found.set(None);
        spawn_local(async move {
            let outcome = fetch().await;
            // The place may be gone by now.
            let _ = found.try_set(Some(outcome));
        });
    };
    if found.with_untracked(Option::is_none) {
        load();
    }
    (move || match found.get() {
        Some(Ok(later)) => piece(later),
        Some(Err(fault)) => view! {
            <div class=class>
                <div class="notice notice--danger" role="alert" data-testid="error">
                    <p class="notice__text">{fault.sentence()}</p>
                    <button type="button" class="button button--small" on:click=move |_| load()>
                        {t("saving.again")}
                    </button>
                </div>
            </div>
        }
        .into_any(),
        None => view! {
            <div class=class>
                <p class="empty" role="status">
                    <span class="spinner" aria-hidden="true"></span>
                    {t("shell.loading")}
                </p>
            </div>
        }
        .into_any(),
    })
    .into_any()
}
