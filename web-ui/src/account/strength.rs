//! How good a password is, judged by zxcvbn in a worker while it is typed.

use crate::api::Fault;
use crate::locale::t;
use crate::pool::{Pool, Priority, Reply, Request};
use crate::workspace::Workspace;
use leptos::prelude::*;
use leptos::task::spawn_local;
use worker::messages::Strength;
use zeroize::Zeroize;

/// The least score, of 0 to 4, that protects an account.
pub(super) const ENOUGH: u8 = 3;

/// `also` are words that an attacker would try first, such as the e-mail.
pub(crate) async fn password_strength(
    pool: Pool,
    password: &str,
    also: Vec<String>,
) -> Result<Strength, Fault> {
    let mut request = Request::PasswordStrength {
        password: password.to_owned(),
        also,
    };
    let answer = pool
        .run(&request, Vec::new(), Vec::new(), Priority::Urgent)
        .await;
    if let Request::PasswordStrength { password, .. } = &mut request {
        password.zeroize();
    }
    match answer?.reply {
        Reply::Strength(strength) => Ok(strength),
        _ => Err(Fault::Worker),
    }
}

/// Refuses what is too weak.
pub(super) async fn require_strong(pool: Pool, password: &str, email: &str) -> Result<(), Fault> {
    let strength = password_strength(pool, password, words_of(email)).await?;
    if strength.score >= ENOUGH {
        Ok(())
    } else {
        Err(Fault::WeakPassword)
    }
}

/// The parts of an address that a guesser starts with.
fn words_of(email: &str) -> Vec<String> {
    std::iter::once(email.to_owned())
        .chain(
            email
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| word.len() > 2)
                .map(str::to_owned),
        )
        .collect()
}

/// Four bars and a word, and what would help.
#[component]
pub(crate) fn StrengthMeter(
    password: RwSignal<String>,
    #[prop(into)] email: Signal<String>,
) -> impl IntoView {
    let pool = Workspace::current().pool();
    let strength = RwSignal::new(None::<Strength>);
    Effect::new(move || {
        let typed = password.get();
        let also = words_of(&email.get());
        if typed.is_empty() {
            strength.set(None);
            return;
        }
        spawn_local(async move {
            let judged = password_strength(pool, &typed, also).await.ok();
            // Only the answer for what stands there now counts.
            if password.try_with_untracked(|now| *now == typed) == Some(true) {
                strength.set(judged);
            }
        });
    });
    let score =
        move || strength.with(|strength| strength.as_ref().map(|strength| strength.score.min(4)));
    let word = move || score().map(|score| t(&format!("account.strength-{score}")));
    let advice = move || {
        strength.with(|strength| {
            let strength = strength
                .as_ref()
                .filter(|strength| strength.score < ENOUGH)?;
            let code = strength.warning.as_ref().or(strength.suggestions.first());
            let key = code
                .map(|code| format!("account.zxcvbn-{code}"))
                .filter(|key| crate::locale::has(key));
            Some(t(key.as_deref().unwrap_or("account.strength-advice")))
        })
    };
    view! {
        <div class="strength-row">
            <div class="strength" data-score=move || score().map(|score| score.to_string()) aria-hidden="true">
                <span class="strength__bar"></span>
                <span class="strength__bar"></span>
                <span class="strength__bar"></span>
                <span class="strength__bar"></span>
            </div>
            <p class="field__hint" aria-live="polite">
                <strong>{word}</strong>
                {move || advice().map(|advice| format!(". {advice}"))}
            </p>
        </div>
    }
}
