//! Inputs and outputs of the vectors of keys, wraps and links.

use super::Case;
use crate::{
    LinkSecret, RecoveryKey, Stretched, VaultError, envelope,
    hex::Hex,
    link::LinkKeys,
    password::stretch_password,
    scan::content_tag_under,
    secret::SecretKey,
    wrap::{Place, Purpose, WrappedBy, unwrap, wrap_with_nonce},
};
use protocol::account::PasswordKdf;
use protocol::{ClinicId, Fixed, ShareId};
use serde::{Deserialize, Serialize};

pub(super) fn failed(error: VaultError) -> String {
    error.to_string()
}

pub(super) fn secret(bytes: &Hex) -> Result<SecretKey, String> {
    bytes.fixed().map(SecretKey::from_bytes)
}

pub(super) fn require(holds: bool, what: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what.to_owned()) }
}

#[derive(Serialize, Deserialize)]
pub(super) struct PasswordCase {
    pub(super) version: u8,
    pub(super) password: String,
    pub(super) salt: Hex,
}

#[derive(PartialEq, Serialize, Deserialize)]
pub(super) struct PasswordOutput {
    stretched: Hex,
    account_auth_key: Hex,
    account_wrapping_key: Hex,
}

impl Case for PasswordCase {
    type Output = PasswordOutput;

    async fn output(&self) -> Result<PasswordOutput, String> {
        let kdf = PasswordKdf {
            version: self.version,
            salt: Fixed(self.salt.fixed()?),
        };
        let stretched = stretch_password(&self.password, &kdf).map_err(failed)?;
        let wrapping_key = stretched.wrapping_key().await.map_err(failed)?;
        Ok(PasswordOutput {
            account_auth_key: Hex(stretched.auth_key().await.map_err(failed)?.0.to_vec()),
            account_wrapping_key: Hex(wrapping_key.expose().to_vec()),
            stretched: Hex(stretched.0.to_vec()),
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct RecoveryCase {
    pub(super) key: Hex,
}

#[derive(PartialEq, Serialize, Deserialize)]
pub(super) struct RecoveryOutput {
    groups: String,
    auth_key: Hex,
    wrapping_key: Hex,
}

impl Case for RecoveryCase {
    type Output = RecoveryOutput;

    async fn output(&self) -> Result<RecoveryOutput, String> {
        let key = RecoveryKey(self.key.fixed()?);
        let groups = key.to_groups();
        let typed = RecoveryKey::parse(&groups).map_err(failed)?;
        require(typed.is_same(&key), "the groups read back differently")?;
        let wrapping_key = key.wrapping_key().await.map_err(failed)?;
        Ok(RecoveryOutput {
            groups,
            auth_key: Hex(key.auth_key().await.map_err(failed)?.0.to_vec()),
            wrapping_key: Hex(wrapping_key.expose().to_vec()),
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct WrapCase {
    pub(super) purpose: Purpose,
    pub(super) clinic: Hex,
    pub(super) object: Hex,
    pub(super) key_version: u32,
    pub(super) wrapped_by: WrappedBy,
    pub(super) wrapper: Hex,
    pub(super) key: Hex,
    pub(super) wrapping_key: Hex,
    pub(super) nonce: Hex,
}

#[derive(PartialEq, Serialize, Deserialize)]
pub(super) struct WrapOutput {
    associated_data: Hex,
    sealed: Hex,
}

impl Case for WrapCase {
    type Output = WrapOutput;

    async fn output(&self) -> Result<WrapOutput, String> {
        let place = Place {
            purpose: self.purpose,
            clinic: ClinicId::from_bytes(self.clinic.fixed()?),
            object: self.object.fixed()?,
            key_version: self.key_version,
            wrapped_by: self.wrapped_by,
            wrapper: self.wrapper.fixed()?,
        };
        let (key, wrapping) = (secret(&self.key)?, secret(&self.wrapping_key)?);
        let sealed = wrap_with_nonce(&key, &place, &wrapping, &self.nonce.fixed()?)
            .await
            .map_err(failed)?;
        let opened = unwrap(&sealed, &place, &wrapping)
            .await
            .map_err(|_| "the wrap does not open".to_owned())?;
        require(
            opened.expose() == key.expose(),
            "the wrap opens to another key",
        )?;
        Ok(WrapOutput {
            associated_data: Hex(place.associated_data()),
            sealed: Hex(sealed.0),
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct EnvelopeCase {
    pub(super) kind: String,
    pub(super) object: Hex,
    pub(super) key: Hex,
    pub(super) text: String,
    pub(super) nonce: Hex,
}

#[derive(PartialEq, Serialize, Deserialize)]
pub(super) struct EnvelopeOutput {
    sealed: Hex,
}

impl Case for EnvelopeCase {
    type Output = EnvelopeOutput;

    async fn output(&self) -> Result<EnvelopeOutput, String> {
        let (key, object) = (secret(&self.key)?, self.object.fixed()?);
        let (kind, text) = (self.kind.as_str(), self.text.as_bytes());
        let nonce = self.nonce.fixed()?;
        let sealed = envelope::seal_with_nonce(&key, kind, &object, text, &nonce)
            .await
            .map_err(failed)?;
        let opened = envelope::open(&key, kind, &object, &sealed)
            .await
            .map_err(failed)?;
        require(opened == text, "the envelope opens to another text")?;
        Ok(EnvelopeOutput {
            sealed: Hex(sealed.0),
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct ContentTagCase {
    pub(super) clinic_identity_key: Hex,
    pub(super) packer: String,
    pub(super) content_digest: Hex,
}

#[derive(PartialEq, Serialize, Deserialize)]
pub(super) struct ContentTagOutput {
    content_tag: Hex,
}

impl Case for ContentTagCase {
    type Output = ContentTagOutput;

    async fn output(&self) -> Result<ContentTagOutput, String> {
        let key = secret(&self.clinic_identity_key)?;
        let digest = self.content_digest.fixed()?;
        let tag = content_tag_under(&key, &digest, &self.packer)
            .await
            .map_err(failed)?;
        Ok(ContentTagOutput {
            content_tag: Hex(tag.0.to_vec()),
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct LinkCase {
    pub(super) share_id: Hex,
    pub(super) fragment: String,
    /// Argon2id of the link's password.
    pub(super) stretched_password: Option<Hex>,
}

#[derive(PartialEq, Serialize, Deserialize)]
pub(super) struct LinkOutput {
    link_proof: Hex,
    pub(super) auth_key: Hex,
    wrapping_key: Hex,
}

impl Case for LinkCase {
    type Output = LinkOutput;

    async fn output(&self) -> Result<LinkOutput, String> {
        let share_id = ShareId::from_bytes(self.share_id.fixed()?);
        let secret = LinkSecret::parse_fragment(&self.fragment).map_err(failed)?;
        require(
            secret.to_fragment() == self.fragment,
            "the fragment reads back differently",
        )?;
        let password = match &self.stretched_password {
            Some(bytes) => Some(Stretched::from_bytes(bytes.fixed()?)),
            None => None,
        };
        let keys = LinkKeys::derive(share_id, &secret, password.as_ref())
            .await
            .map_err(failed)?;
        Ok(LinkOutput {
            link_proof: Hex(keys.link_proof.0.to_vec()),
            auth_key: Hex(keys.auth_key.0.to_vec()),
            wrapping_key: Hex(keys.wrapping_key.expose().to_vec()),
        })
    }
}
