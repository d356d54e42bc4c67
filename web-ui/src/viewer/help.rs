//! What the keyboard and the mouse do.

use super::ViewerState;
use super::rail::{CROP_KEY, MEASURING, MOVING, tool_label};
use crate::locale::t;
use crate::shell::Dialog;
use crate::workspace::Tool;
use leptos::prelude::*;

#[component]
pub fn ShortcutHelp() -> impl IntoView {
    let state = ViewerState::current();
    view! {
        <Dialog open=state.help_open title=Signal::derive(|| t("viewer.keys").to_owned()) wide=true>
            <div class="dialog__body keys">
                <section class="stack stack--tight">
                    <h3>{t("viewer.keys-tools")}</h3>
                    <dl class="key-list">
                        {MOVING
                            .iter()
                            .chain(&MEASURING)
                            .map(|(tool, _, key)| view! { <Key keys=key.to_uppercase() text=tool_label(*tool) /> })
                            .collect_view()}
                        <Key keys=CROP_KEY.to_uppercase() text=tool_label(Tool::Crop) />
                    </dl>
                </section>
                <section class="stack stack--tight">
                    <h3>{t("viewer.keys-views")}</h3>
                    <dl class="key-list">
                        <Key keys="1 2 3 4" text=t("viewer.key-maximise") />
                        <Key keys="↑ ↓" text=t("viewer.key-scroll") />
                        <Key keys="PgUp PgDn" text=t("viewer.key-scroll-ten") />
                        <Key keys="+ −" text=t("viewer.key-zoom") />
                        <Key keys="0" text=t("viewer.key-fit") />
                        <Key keys="Shift A" text=t("volume.key-look") />
                        <Key keys="R" text=t("viewer.reset") />
                        <Key keys="I" text=t("viewer.invert") />
                        <Key keys="E" text=t("viewer.export") />
                        <Key keys="X" text=t("viewer.key-crosshair") />
                        <Key keys="M" text=t("viewer.key-mode") />
                        <Key keys="K" text=t("viewer.key-interpolation") />
                        <Key keys=", ." text=t("viewer.key-turn") />
                        <Key keys="U" text=t("viewer.upright") />
                        <Key keys="Space" text=t("viewer.key-play") />
                        <Key keys="O" text=t("viewer.key-overlay") />
                        <Key keys="N" text=t("viewer.key-patient") />
                    </dl>
                </section>
                <section class="stack stack--tight">
                    <h3>{t("viewer.measurements")}</h3>
                    <dl class="key-list">
                        <Key keys="Ctrl Z" text=t("viewer.undo") />
                        <Key keys="Ctrl Y" text=t("viewer.redo") />
                        <Key keys="Del" text=t("viewer.key-delete") />
                        <Key keys="Esc" text=t("viewer.key-escape") />
                    </dl>
                </section>
                <section class="stack stack--tight">
                    <h3>{t("viewer.keys-mouse")}</h3>
                    <ul class="soft mouse-list">
                        <li>{t("viewer.mouse-wheel")}</li>
                        <li>{t("viewer.mouse-right")}</li>
                        <li>{t("viewer.mouse-shift")}</li>
                        <li>{t("viewer.mouse-ctrl")}</li>
                        <li>{t("viewer.mouse-double")}</li>
                        <li>{t("viewer.mouse-turn")}</li>
                        <li>{t("viewer.touch")}</li>
                    </ul>
                </section>
            </div>
        </Dialog>
    }
}

#[component]
fn Key(#[prop(into)] keys: String, text: &'static str) -> impl IntoView {
    let keys = keys
        .split(' ')
        .map(|key| view! { <kbd class="kbd">{key.to_owned()}</kbd> })
        .collect_view();
    view! {
        <div class="key-row">
            <dt class="key-keys">{keys}</dt>
            <dd class="soft">{text}</dd>
        </div>
    }
}
