//! The end of the log that this browser saw last: a number, a hash and the server's key, under the clinic's random
//! id in local storage.

use protocol::audit::AuditHead;
use protocol::{ClinicId, Fixed};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PinnedHead {
    pub seq: u64,
    pub hash: Fixed<32>,
    pub public_key: Fixed<32>,
}

impl PinnedHead {
    pub fn load(clinic: ClinicId) -> Option<Self> {
        Self::parse(&storage()?.get_item(&key(clinic)).ok()??)
    }

    /// Keeps a head that was checked. A browser without storage remembers nothing, and checks the chain alone.
    pub fn store(clinic: ClinicId, head: &AuditHead) {
        let text = format!(
            "{}:{}:{}",
            head.seq,
            head.hash.to_base64url(),
            head.public_key.to_base64url()
        );
        if let Some(storage) = storage() {
            let _ = storage.set_item(&key(clinic), &text);
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let mut fields = text.split(':');
        Some(Self {
            seq: fields.next()?.parse().ok()?,
            hash: Fixed::from_base64url(fields.next()?).ok()?,
            public_key: Fixed::from_base64url(fields.next()?).ok()?,
        })
    }
}

fn key(clinic: ClinicId) -> String {
    format!("cuspid.audit.{clinic}")
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_reads_back_and_nonsense_does_not() {
        let (hash, public_key) = (Fixed([3; 32]), Fixed([4; 32]));
        let text = format!("12:{}:{}", hash.to_base64url(), public_key.to_base64url());
        assert_eq!(
            PinnedHead::parse(&text),
            Some(PinnedHead {
                seq: 12,
                hash,
                public_key
            })
        );
        assert_eq!(PinnedHead::parse("12:abc:def"), None);
        assert_eq!(PinnedHead::parse(""), None);
    }
}
