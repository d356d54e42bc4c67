//! The stage and its cells, as components of the viewer's layout.

use super::gestures::Hands;
use super::{ToolEvent, keyboard};
use crate::workspace::Workspace;
use leptos::html::Div;
use leptos::prelude::*;
use viewer_wasm::view::ViewId;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, ResizeObserver};

/// One canvas behind its children. Place it once; [`ViewCell`]s anywhere below it are windows on that canvas.
///
/// The element has the class `stage`; give it a size and `position: relative`.
#[component]
pub fn Stage(children: Children) -> impl IntoView {
    let ws = Workspace::current();
    let host = NodeRef::<Div>::new();
    on_element(host, move |element| {
        ws.surface.enter(element.clone());
        observe_size(&element, ws);
        on_cleanup_with(element, move |element| ws.surface.leave(element));
    });
    view! { <div class="stage" node_ref=host>{children()}</div> }
}

/// A window on the canvas for one view: takes its rectangle, its gestures and its keys. Children are drawn over it.
///
/// Classes `view-cell` and `view-{name}`, `data-testid="view-{name}"`, of a second scan `compare-{name}`. Pointer events on children are the
/// cell's too, unless they stop them.
#[component]
pub fn ViewCell(
    id: ViewId,
    /// What a screen reader calls the view.
    #[prop(into, optional)]
    label: Signal<String>,
    /// Gets the pointer while a drawing tool is chosen (planes only).
    #[prop(into, optional)]
    on_tool: Option<Callback<(ViewId, ToolEvent)>>,
    children: Children,
) -> impl IntoView {
    let ws = Workspace::current();
    let cell = NodeRef::<Div>::new();
    let hands = StoredValue::new_local(Hands::new(ws, id, on_tool));
    on_element(cell, move |element| {
        // Panning and zooming are the cell's, not the page's. Set here because a style attribute is not allowed.
        let _ = HtmlElement::style(&element).set_property("touch-action", "none");
        observe_size(&element, ws);
        ws.surface.set_cell(id, Some(element.clone()));
        on_cleanup_with(element, move |_| ws.surface.set_cell(id, None));
    });
    let with_hands = move |act: &dyn Fn(&mut Hands)| {
        hands.try_update_value(|hands| act(hands));
    };
    view! {
        <div
            class=format!("view-cell view-{}", id.name())
            data-testid=format!("{}-{}", if ws.is_second { "compare" } else { "view" }, id.name())
            role="group"
            aria-label=move || label.get()
            tabindex="0"
            node_ref=cell
            on:pointerdown=move |event| with_hands(&|hands| hands.pointer_down(&event))
            on:pointermove=move |event| with_hands(&|hands| hands.pointer_move(&event))
            on:pointerup=move |event| with_hands(&|hands| hands.pointer_up(&event))
            on:pointercancel=move |event| with_hands(&|hands| hands.pointer_lost(&event))
            on:lostpointercapture=move |event| with_hands(&|hands| hands.pointer_lost(&event))
            on:wheel=move |event| with_hands(&|hands| hands.wheel(&event))
            on:dblclick=move |event| with_hands(&|hands| hands.double_click(&event))
            on:contextmenu=move |event| event.prevent_default()
            on:focus=move |_| {
                if ws.plane(id).is_some() {
                    ws.active_view.set(id);
                }
            }
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    with_hands(&|hands| hands.cancel());
                }
                keyboard::on_key(ws, id, &event);
            }
        >
            {children()}
        </div>
    }
}

/// Calls once the element is in the page.
fn on_element(node: NodeRef<Div>, act: impl Fn(HtmlElement) + 'static) {
    Effect::new(move |done: Option<bool>| {
        if done == Some(true) {
            return true;
        }
        let Some(element) = node.get() else {
            return false;
        };
        let element: &HtmlElement = element.as_ref();
        act(element.clone());
        true
    });
}

/// Runs when the component goes away.
fn on_cleanup_with(element: HtmlElement, act: impl Fn(&HtmlElement) + 'static) {
    let element = send_wrapper::SendWrapper::new((element, act));
    on_cleanup(move || {
        let (element, act) = element.take();
        act(&element);
    });
}

/// Measures the cells again whenever the element changes size.
fn observe_size(element: &HtmlElement, ws: Workspace) {
    let on_resize = Closure::<dyn FnMut()>::new(move || ws.surface.layout_changed());
    if let Ok(observer) = ResizeObserver::new(on_resize.as_ref().unchecked_ref()) {
        observer.observe(element);
        let kept = send_wrapper::SendWrapper::new((observer, on_resize));
        on_cleanup(move || kept.0.disconnect());
    }
}
