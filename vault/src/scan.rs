//! The keys of one scan: SK under CK, IK under CIK.

use crate::{
    IdentityKey, ScanKey, Tampering, Unlocked, VaultError,
    error::TamperKind,
    package::FORMAT_VERSION,
    primitives::{context, random},
    secret::SecretKey,
    wrap::{Place, Purpose, WrappedBy, unwrap, wrap},
};
use protocol::scan::WrappedScanKeys;
use protocol::{ClinicId, Fixed, ScanId};

/// The opened keys of one scan, from an account or from a link.
#[derive(Debug)]
pub struct ScanKeys {
    pub scan_id: ScanId,
    pub scan_key: ScanKey,
    /// Absent for a link without the identity.
    pub identity_key: Option<IdentityKey>,
}

impl ScanKeys {
    /// # Errors
    /// [`VaultError::NoIdentityKey`].
    pub fn identity_key(&self) -> Result<&IdentityKey, VaultError> {
        self.identity_key.as_ref().ok_or(VaultError::NoIdentityKey)
    }
}

fn place(purpose: Purpose, clinic: ClinicId, scan: ScanId, key_version: u32) -> Place {
    Place {
        purpose,
        clinic,
        object: *scan.as_bytes(),
        key_version,
        wrapped_by: if purpose == Purpose::Identity {
            WrappedBy::ClinicIdentityKey
        } else {
            WrappedBy::ClinicScanKey
        },
        wrapper: *clinic.as_bytes(),
    }
}

/// A new scan id, its keys, and their wraps for `BeginScan`.
///
/// # Errors
/// [`VaultError::NoIdentityKey`], [`VaultError::Unavailable`].
pub async fn new_scan(unlocked: &Unlocked) -> Result<(ScanKeys, WrappedScanKeys), VaultError> {
    let clinic_identity_key = &unlocked.identity_key()?.0;
    let version = unlocked.clinic_key_version;
    let scan_id = ScanId::from_bytes(random()?);
    let (scan_key, identity_key) = (SecretKey::generate()?, SecretKey::generate()?);
    let place = |purpose| place(purpose, unlocked.clinic_id, scan_id, version);
    let wrapped = WrappedScanKeys {
        clinic_key_version: version,
        scan_key: wrap(&scan_key, &place(Purpose::Scan), &unlocked.scan_key.0).await?,
        identity_key: wrap(
            &identity_key,
            &place(Purpose::Identity),
            clinic_identity_key,
        )
        .await?,
    };
    let keys = ScanKeys {
        scan_id,
        scan_key: ScanKey(scan_key),
        identity_key: Some(IdentityKey(identity_key)),
    };
    Ok((keys, wrapped))
}

/// Opens what [`new_scan`] wrapped. Without the clinic's identity key the scan's is left closed.
///
/// # Errors
/// [`VaultError::Tampered`] with [`TamperKind::Keys`], [`VaultError::UnknownVersion`].
pub async fn open_scan_keys(
    unlocked: &Unlocked,
    scan_id: ScanId,
    keys: &WrappedScanKeys,
) -> Result<ScanKeys, VaultError> {
    let place = |purpose| {
        place(
            purpose,
            unlocked.clinic_id,
            scan_id,
            keys.clinic_key_version,
        )
    };
    let open = async |sealed, purpose, wrapping| {
        let tampered = Tampering {
            scan_id,
            kind: TamperKind::Keys,
        };
        unwrap(sealed, &place(purpose), wrapping)
            .await
            .map_err(|error| error.or(tampered))
    };
    let scan_key = open(&keys.scan_key, Purpose::Scan, &unlocked.scan_key.0).await?;
    let identity_key = match &unlocked.identity_key {
        Some(clinic) => Some(open(&keys.identity_key, Purpose::Identity, &clinic.0).await?),
        None => None,
    };
    Ok(ScanKeys {
        scan_id,
        scan_key: ScanKey(scan_key),
        identity_key: identity_key.map(IdentityKey),
    })
}

/// `BeginScan::content_tag`: a pseudonym of the content's digest under the clinic's identity key, by which a
/// browser finds its own unfinished upload again. `packer` names what made the stored bytes of the content (codec
/// and build): an upload may only be gone on with by the same, since a changed one could pack differently.
///
/// # Errors
/// [`VaultError::NoIdentityKey`], [`VaultError::Unavailable`].
pub async fn content_tag(
    unlocked: &Unlocked,
    content_digest: &[u8; 32],
    packer: &str,
) -> Result<Fixed<32>, VaultError> {
    content_tag_under(&unlocked.identity_key()?.0, content_digest, packer).await
}

pub(crate) async fn content_tag_under(
    clinic_identity_key: &SecretKey,
    content_digest: &[u8; 32],
    packer: &str,
) -> Result<Fixed<32>, VaultError> {
    let info = context(&[
        b"cuspid content tag v1",
        &[FORMAT_VERSION],
        packer.as_bytes(),
        content_digest,
    ]);
    let tag = clinic_identity_key.derive(&info).await?;
    Ok(Fixed(*tag.expose()))
}

/// 128 random bits for an id made in the browser, such as a `ShareId`.
///
/// # Errors
/// [`VaultError::Unavailable`].
pub fn random_id() -> Result<[u8; 16], VaultError> {
    random()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{ClinicIdentityKey, ClinicScanKey, MasterKey};
    use pollster::block_on;
    use protocol::AccountId;

    pub(crate) fn unlocked() -> Unlocked {
        let secret = |byte| SecretKey::from_bytes([byte; 32]);
        Unlocked {
            account_id: AccountId::from_bytes([1; 16]),
            clinic_id: ClinicId::from_bytes([2; 16]),
            clinic_key_version: 1,
            master_key: MasterKey(secret(3)),
            scan_key: ClinicScanKey(secret(4)),
            identity_key: Some(ClinicIdentityKey(secret(5))),
        }
    }

    const fn tampered(scan_id: ScanId) -> Option<VaultError> {
        Some(VaultError::Tampered(Tampering {
            scan_id,
            kind: TamperKind::Keys,
        }))
    }

    #[test]
    fn a_scan_s_keys_open_with_the_clinic_s() {
        block_on(async {
            let (keys, wrapped) = new_scan(&unlocked()).await.unwrap();
            let opened = open_scan_keys(&unlocked(), keys.scan_id, &wrapped)
                .await
                .unwrap();
            assert_eq!(opened.scan_key.0.expose(), keys.scan_key.0.expose());
            let identity = |keys: &ScanKeys| *keys.identity_key().unwrap().0.expose();
            assert_eq!(identity(&opened), identity(&keys));

            let mut reader = unlocked();
            reader.identity_key = None;
            let opened = open_scan_keys(&reader, keys.scan_id, &wrapped)
                .await
                .unwrap();
            assert!(
                opened.identity_key.is_none(),
                "de-identified by cryptography"
            );
            assert_eq!(
                new_scan(&reader).await.err(),
                Some(VaultError::NoIdentityKey)
            );
        });
    }

    #[test]
    fn attack_7_wrapped_keys_of_two_scans_cannot_be_swapped() {
        block_on(async {
            let (a, wrapped_a) = new_scan(&unlocked()).await.unwrap();
            let (b, wrapped_b) = new_scan(&unlocked()).await.unwrap();
            let refused = open_scan_keys(&unlocked(), a.scan_id, &wrapped_b)
                .await
                .err();
            assert_eq!(refused, tampered(a.scan_id));

            let mut crossed = wrapped_b.clone();
            crossed.identity_key = wrapped_a.identity_key.clone();
            let refused = open_scan_keys(&unlocked(), b.scan_id, &crossed).await.err();
            assert_eq!(refused, tampered(b.scan_id));

            let mut traded = wrapped_a.clone();
            std::mem::swap(&mut traded.identity_key, &mut traded.scan_key);
            let refused = open_scan_keys(&unlocked(), a.scan_id, &traded).await.err();
            assert_eq!(refused, tampered(a.scan_id));

            let mut newer = wrapped_a;
            newer.scan_key.0[0] = 9;
            let refused = open_scan_keys(&unlocked(), a.scan_id, &newer).await.err();
            assert!(matches!(
                refused,
                Some(VaultError::UnknownVersion { version: 9, .. })
            ));
        });
    }

    #[test]
    fn a_content_tag_depends_on_the_clinic_the_content_and_the_packer() {
        block_on(async {
            let mut other = unlocked();
            other.identity_key = Some(ClinicIdentityKey(SecretKey::from_bytes([9; 32])));
            let tag = content_tag(&unlocked(), &[1; 32], "packed-v1")
                .await
                .unwrap();
            assert_eq!(
                tag,
                content_tag(&unlocked(), &[1; 32], "packed-v1")
                    .await
                    .unwrap()
            );
            assert_ne!(
                tag,
                content_tag(&unlocked(), &[2; 32], "packed-v1")
                    .await
                    .unwrap()
            );
            assert_ne!(
                tag,
                content_tag(&unlocked(), &[1; 32], "raw").await.unwrap()
            );
            assert_ne!(
                tag,
                content_tag(&other, &[1; 32], "packed-v1").await.unwrap()
            );
        });
    }
}
