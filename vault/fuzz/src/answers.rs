//! The server's answers, as JSON: read, written and read again they stay what they are.

use protocol::account::{PasswordKdf, RecoveryKeys, Session};
use protocol::audit::{AuditHead, AuditPage};
use protocol::problem::Problem;
use protocol::scan::{PartList, Scan, ScanList};
use protocol::share::{LinkFacts, OpenedLink, ShareList};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// One for each type that the page reads.
const READERS: [fn(&str); 11] = [
    read::<OpenedLink>,
    read::<LinkFacts>,
    read::<Scan>,
    read::<ScanList>,
    read::<PartList>,
    read::<ShareList>,
    read::<Session>,
    read::<PasswordKdf>,
    read::<RecoveryKeys>,
    read::<AuditPage>,
    read::<AuditHead>,
];

/// The first byte says which answer the rest should be. A refusal (`problem+json`) may come in place of any.
pub fn answers(bytes: &[u8]) {
    let [kind, rest @ ..] = bytes else {
        return;
    };
    let text = String::from_utf8_lossy(rest);
    READERS[usize::from(*kind) % READERS.len()](&text);
    read::<Problem>(&text);
}

fn read<T: Serialize + DeserializeOwned>(text: &str) {
    let Ok(answer) = serde_json::from_str::<T>(text) else {
        return;
    };
    let written = serde_json::to_string(&answer).expect("an answer can be written");
    let again: T = serde_json::from_str(&written).expect("and read again");
    let twice = serde_json::to_string(&again).expect("and written again");
    assert_eq!(written, twice);
}
