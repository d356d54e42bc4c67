//! What the owner keeps of a link, sealed under the clinic's identity key: a note to self, and the link's fragment so
//! that it can be copied again.

use crate::account::SignedIn;
use crate::api::Fault;
use protocol::{Sealed, ShareId};
use serde::{Deserialize, Serialize};
use vault::{VaultError, envelope};

/// Longest note, in characters.
pub(super) const LONGEST: usize = 500;

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct OwnerNote {
    pub text: String,
    /// `#v1....`
    pub fragment: String,
}

impl OwnerNote {
    pub async fn seal(&self, signed_in: &SignedIn, id: ShareId) -> Result<Sealed, Fault> {
        let key = signed_in
            .keys
            .identity_key
            .as_ref()
            .ok_or(VaultError::NoIdentityKey)?;
        let json = serde_json::to_vec(self).map_err(|_| Fault::Worker)?;
        Ok(envelope::seal_note(key, id, &json).await?)
    }

    pub async fn open(signed_in: &SignedIn, id: ShareId, sealed: &Sealed) -> Result<Self, Fault> {
        let key = signed_in
            .keys
            .identity_key
            .as_ref()
            .ok_or(VaultError::NoIdentityKey)?;
        let json = envelope::open_note(key, id, sealed).await?;
        crate::json::from_bytes(&json).map_err(|_| VaultError::EnvelopeDoesNotOpen.into())
    }
}
