//! A modal dialog; on a phone it is a sheet at the bottom.

use super::{Icon, IconName};
use crate::locale::t;
use leptos::html;
use leptos::prelude::*;

/// Shows its children in a modal `<dialog>` while `open` is true. Escape, the close button and a press beside the
/// dialog set it to false. The browser keeps the focus inside and gives it back.
#[component]
pub fn Dialog(
    #[prop(into)] open: RwSignal<bool>,
    /// The heading; also the dialog's name for assistive technology.
    #[prop(into)]
    title: Signal<String>,
    /// Wider, for lists.
    #[prop(optional)]
    wide: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = element.get() {
            match (open.get(), dialog.open()) {
                // Fails only if it is shown already or out of the page; either way there is nothing to do.
                (true, false) => drop(dialog.show_modal()),
                (false, true) => dialog.close(),
                _ => {}
            }
        }
    });
    let on_backdrop = move |event: leptos::ev::MouseEvent| {
        // The dialog itself is hit only outside its contents.
        let on_dialog = event.target().is_some_and(|target| {
            element
                .get_untracked()
                .is_some_and(|dialog| target == dialog.into())
        });
        if on_dialog {
            open.set(false);
        }
    };
    view! {
        <dialog
            node_ref=element
            class="dialog"
            class:dialog--wide=wide
            aria-label=move || title.get()
            on:close=move |_| open.set(false)
            on:click=on_backdrop
        >
            <Show when=move || open.get()>
                <div>
                    <div class="dialog__head">
                        <h2>{move || title.get()}</h2>
                        <button
                            type="button"
                            class="icon-button"
                            aria-label=t("shell.close")
                            on:click=move |_| open.set(false)
                        >
                            <Icon name=IconName::Close />
                        </button>
                    </div>
                    {children()}
                </div>
            </Show>
        </dialog>
    }
}
