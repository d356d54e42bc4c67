//! Pieces of forms: labelled fields, the password field with its eye, the button that spins, the sentence that
//! says what went wrong.

use crate::api::Fault;
use crate::locale::t;
use leptos::prelude::*;

/// A labelled text field.
#[component]
pub(crate) fn TextField(
    label: &'static str,
    value: RwSignal<String>,
    /// `email`, `text`, ...
    kind: &'static str,
    autocomplete: &'static str,
    test_id: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(optional)] autofocus: bool,
    /// A further class of the input.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    view! {
        <label class="field">
            <span class="field__label">{label}</span>
            <input
                class=format!("field__input {class}")
                type=kind
                autocomplete=autocomplete
                autocapitalize="off"
                spellcheck="false"
                autofocus=autofocus
                data-testid=test_id
                bind:value=value
            />
            {hint.map(|hint| view! { <span class="field__hint">{hint}</span> })}
        </label>
    }
}

/// A password, hidden unless the person asks to see it.
#[component]
pub(crate) fn PasswordField(
    label: &'static str,
    value: RwSignal<String>,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    test_id: &'static str,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    view! {
        <label class="field">
            <span class="field__label">{label}</span>
            <span class="field__with-action">
                <input
                    class="field__input"
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    autocapitalize="off"
                    spellcheck="false"
                    autofocus=autofocus
                    data-testid=test_id
                    bind:value=value
                />
                <button
                    type="button"
                    class="button button--quiet button--small"
                    aria-pressed=move || shown.get().to_string()
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {move || if shown.get() { t("account.hide-password") } else { t("account.show-password") }}
                </button>
            </span>
        </label>
    }
}

/// The button that sends a form; spins and rests while it works.
#[component]
pub(crate) fn SubmitButton(
    #[prop(into)] label: Signal<&'static str>,
    #[prop(into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    test_id: &'static str,
) -> impl IntoView {
    view! {
        <button
            type="submit"
            class="button button--primary button--wide"
            disabled=move || busy.get() || disabled.get()
            aria-busy=move || busy.get().to_string()
            data-testid=test_id
        >
            <Show when=move || busy.get()>
                <span class="spinner" aria-hidden="true"></span>
            </Show>
            {label}
        </button>
    }
}

/// Takes back what was said about a form once somebody goes on typing in it.
pub(super) fn forget_on_change(fault: RwSignal<Option<Fault>>, fields: &[RwSignal<String>]) {
    let fields = fields.to_vec();
    Effect::new(move |begun: Option<()>| {
        for field in &fields {
            field.track();
        }
        // The first run is not a change.
        if begun.is_some() && fault.with_untracked(Option::is_some) {
            fault.set(None);
        }
    });
}

/// What went wrong, read out by screen readers when it appears.
#[component]
pub(crate) fn FaultLine(fault: RwSignal<Option<Fault>>) -> impl IntoView {
    move || {
        fault.get().map(|fault| {
            view! {
                <p class="notice notice--danger" role="alert" data-testid="error">
                    {fault.sentence()}
                </p>
            }
        })
    }
}

/// Enough of a check to catch a slip; the address is a name and is never written to.
pub(super) fn looks_like_email(text: &str) -> bool {
    let text = text.trim();
    matches!(text.split_once('@'), Some((name, host)) if !name.is_empty() && host.len() > 2
        && host.contains('.') && !host.starts_with('.') && !host.ends_with('.'))
        && !text.contains(char::is_whitespace)
        && text.len() <= 254
}

#[cfg(test)]
mod tests {
    use super::looks_like_email;

    #[test]
    fn addresses_and_slips() {
        assert!(looks_like_email(" ana@clinic.example "));
        assert!(looks_like_email("a.b+c@sub.clinic.example"));
        for slip in [
            "",
            "ana",
            "ana@",
            "@clinic.example",
            "ana@clinic",
            "a b@clinic.example",
            "ana@.example",
        ] {
            assert!(!looks_like_email(slip), "{slip}");
        }
    }
}
