//! Whether a log is one unbroken chain that goes on from what this browser has seen.

use super::head_pin::PinnedHead;
use js_sys::{Array, Object, Reflect, Uint8Array};
use protocol::ClinicId;
use protocol::audit::{AuditEvent, AuditHead, event_bytes, head_bytes, person_bytes};
use vault::VaultError;
use vault::primitives::sha256;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// What checking found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    /// Every event that was fetched belongs into the chain, and the chain goes on from the pinned head.
    Whole,
    /// An event was altered, left out or put in.
    Broken { seq: u64 },
    /// Who or where of an event is not what was recorded.
    PersonAltered { seq: u64 },
    /// The log ends before the event this browser saw last, or that event is another one now.
    NotAContinuation { seen_seq: u64 },
}

/// Whether the server's signature of the head holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signature {
    Holds,
    Fails,
    /// This browser has no Ed25519.
    Unchecked,
    /// It holds, but by another key than the one seen before.
    OtherKey,
}

/// Checks events, newest first and without gaps, against the head and what was seen before.
pub(super) async fn check(
    clinic: ClinicId,
    events: &[AuditEvent],
    head: &AuditHead,
    seen: Option<&PinnedHead>,
) -> Result<Finding, VaultError> {
    let newest = events.first().map_or(0, |event| event.seq);
    if newest != head.seq || events.first().is_some_and(|event| event.hash != head.hash) {
        return Ok(Finding::Broken { seq: head.seq });
    }
    for (at, event) in events.iter().enumerate() {
        let previous = match events.get(at + 1) {
            Some(previous) if previous.seq + 1 == event.seq => Some(previous.hash.0),
            Some(_) => return Ok(Finding::Broken { seq: event.seq }),
            None if event.seq == 1 => Some([0; 32]),
            // The event before is not fetched; its hash is taken as it is.
            None => None,
        };
        if let Some(previous) = previous
            && link(clinic, event, &previous).await? != event.hash.0
        {
            return Ok(Finding::Broken { seq: event.seq });
        }
        if let Some(salt) = event.salt {
            let person = person_bytes(&salt.0, event.actor.as_deref(), &event.address);
            if sha256(&person).await? != event.commitment.0 {
                return Ok(Finding::PersonAltered { seq: event.seq });
            }
        }
    }
    Ok(match seen {
        Some(seen) if !continues(events, head, seen) => {
            Finding::NotAContinuation { seen_seq: seen.seq }
        }
        _ => Finding::Whole,
    })
}

async fn link(
    clinic: ClinicId,
    event: &AuditEvent,
    previous: &[u8; 32],
) -> Result<[u8; 32], VaultError> {
    let mut bytes = previous.to_vec();
    bytes.extend(event_bytes(
        clinic,
        event.seq,
        event.at,
        event.action,
        event.object.as_deref(),
        &event.commitment.0,
    ));
    sha256(&bytes).await
}

/// The event that was the last one then must still be there, the same. What lies before the fetched events was
/// not asked for; the page fetches down to the pinned one.
fn continues(events: &[AuditEvent], head: &AuditHead, seen: &PinnedHead) -> bool {
    if seen.seq == 0 {
        return true;
    }
    head.seq >= seen.seq
        && events
            .iter()
            .any(|event| event.seq == seen.seq && event.hash == seen.hash)
}

/// Checks the signature of the head by WebCrypto.
pub(super) async fn check_signature(
    clinic: ClinicId,
    head: &AuditHead,
    seen: Option<&PinnedHead>,
) -> Signature {
    match verify(clinic, head).await {
        None => Signature::Unchecked,
        Some(false) => Signature::Fails,
        Some(true) if seen.is_some_and(|seen| seen.public_key != head.public_key) => {
            Signature::OtherKey
        }
        Some(true) => Signature::Holds,
    }
}

/// `None` where the browser has no Ed25519.
async fn verify(clinic: ClinicId, head: &AuditHead) -> Option<bool> {
    let subtle = web_sys::window()?.crypto().ok()?.subtle();
    let algorithm = Object::new();
    Reflect::set(
        &algorithm,
        &JsValue::from_str("name"),
        &JsValue::from_str("Ed25519"),
    )
    .ok()?;
    let public_key = Uint8Array::from(head.public_key.0.as_slice());
    let usages = Array::of1(&JsValue::from_str("verify"));
    let key = subtle
        .import_key_with_object("raw", &public_key, &algorithm, false, &usages)
        .ok()?;
    let key: web_sys::CryptoKey = JsFuture::from(key).await.ok()?.dyn_into().ok()?;
    let signature = Uint8Array::from(head.signature.0.as_slice());
    let signed = Uint8Array::from(head_bytes(clinic, head.seq, &head.hash.0).as_slice());
    let holds = subtle
        .verify_with_object_and_buffer_source_and_buffer_source(
            &algorithm, &key, &signature, &signed,
        )
        .ok()?;
    JsFuture::from(holds).await.ok()?.as_bool()
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::executor::block_on;
    use protocol::Fixed;
    use protocol::audit::AuditAction;

    const CLINIC: ClinicId = ClinicId::from_bytes([7; 16]);

    /// A log of `n` events, newest first, with the head.
    fn log(n: u64) -> (Vec<AuditEvent>, AuditHead) {
        let mut previous = [0; 32];
        let mut events = Vec::new();
        for seq in 1..=n {
            let salt = [seq as u8; 16];
            let commitment = block_on(sha256(&person_bytes(
                &salt,
                Some("a@b.example"),
                "127.0.0.1",
            )))
            .unwrap_or_default();
            let mut event = AuditEvent {
                seq,
                at: seq as i64,
                actor: Some("a@b.example".to_owned()),
                action: AuditAction::ScanOpened,
                object: Some("x".to_owned()),
                address: "127.0.0.1".to_owned(),
                commitment: Fixed(commitment),
                salt: Some(Fixed(salt)),
                hash: Fixed([0; 32]),
            };
            previous = block_on(link(CLINIC, &event, &previous)).unwrap_or_default();
            event.hash = Fixed(previous);
            events.insert(0, event);
        }
        let head = AuditHead {
            seq: n,
            hash: Fixed(previous),
            signature: Fixed([0; 64]),
            public_key: Fixed([0; 32]),
        };
        (events, head)
    }

    fn pin(event: &AuditEvent) -> PinnedHead {
        PinnedHead {
            seq: event.seq,
            hash: event.hash,
            public_key: Fixed([0; 32]),
        }
    }

    fn found(
        events: &[AuditEvent],
        head: &AuditHead,
        seen: Option<&PinnedHead>,
    ) -> Option<Finding> {
        block_on(check(CLINIC, events, head, seen)).ok()
    }

    #[test]
    fn a_whole_log_passes_and_goes_on_from_what_was_seen() {
        let (events, head) = log(5);
        assert_eq!(found(&events, &head, None), Some(Finding::Whole));
        assert_eq!(
            found(&events, &head, Some(&pin(&events[2]))),
            Some(Finding::Whole)
        );
        assert_eq!(found(&events[..3], &head, None), Some(Finding::Whole));
    }

    #[test]
    fn an_edit_a_gap_and_a_false_person_are_found() {
        let (mut events, head) = log(5);
        events[2].at += 1;
        assert_eq!(
            found(&events, &head, None),
            Some(Finding::Broken { seq: 3 })
        );
        let (mut events, head) = log(5);
        events.remove(2);
        assert_eq!(
            found(&events, &head, None),
            Some(Finding::Broken { seq: 4 })
        );
        let (mut events, head) = log(5);
        events[1].actor = Some("c@d.example".to_owned());
        assert_eq!(
            found(&events, &head, None),
            Some(Finding::PersonAltered { seq: 4 })
        );
    }

    #[test]
    fn a_cut_tail_and_a_fork_are_found() {
        let (events, _) = log(5);
        let seen = pin(&events[0]);
        let (shorter, head) = log(4);
        assert_eq!(
            found(&shorter, &head, Some(&seen)),
            Some(Finding::NotAContinuation { seen_seq: 5 })
        );
        let (mut fork, _) = log(6);
        let other = PinnedHead {
            hash: Fixed([1; 32]),
            ..seen
        };
        let head = AuditHead {
            seq: 6,
            hash: fork[0].hash,
            signature: Fixed([0; 64]),
            public_key: Fixed([0; 32]),
        };
        assert_eq!(
            found(&fork, &head, Some(&other)),
            Some(Finding::NotAContinuation { seen_seq: 5 })
        );
        fork.remove(0);
        assert_eq!(found(&fork, &head, None), Some(Finding::Broken { seq: 6 }));
    }
}
