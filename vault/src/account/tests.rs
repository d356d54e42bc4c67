//! A person signs up, comes back, loses the password; a server that answers what it should not.

use super::*;
use pollster::block_on;
use protocol::account::Role;
use protocol::{Fixed, Sealed};

fn kdf(salt: u8) -> PasswordKdf {
    PasswordKdf {
        version: 1,
        salt: Fixed([salt; 16]),
    }
}

/// What the server would answer at sign-in.
fn session(sign_up: &SignUp) -> Session {
    Session {
        account_id: sign_up.account_id,
        email: sign_up.email.clone(),
        clinic_id: sign_up.clinic_id,
        role: Role::Owner,
        kdf: sign_up.kdf.clone(),
        mk_by_password: sign_up.keys.mk_by_password.clone(),
        clinic_keys: sign_up.clinic_keys.clone(),
        idle_seconds: 900,
        storage_used: 0,
        storage_limit: 0,
    }
}

fn same(a: &Unlocked, b: &Unlocked) -> bool {
    let identity = |unlocked: &Unlocked| *unlocked.identity_key().unwrap().0.expose();
    a.master_key.0.expose() == b.master_key.0.expose()
        && a.scan_key.0.expose() == b.scan_key.0.expose()
        && identity(a) == identity(b)
}

#[test]
fn the_password_opens_what_sign_up_made_and_no_other_does() {
    block_on(async {
        let stretched = crate::stretch_password("correct horse", &kdf(1)).unwrap();
        let (sign_up, unlocked, _) = sign_up(" Ada@Example.ORG ", kdf(1), &stretched)
            .await
            .unwrap();
        assert_eq!(sign_up.email, "ada@example.org");

        let again = crate::stretch_password("correct horse", &kdf(1)).unwrap();
        assert_eq!(again.auth_key().await.unwrap(), sign_up.auth_key);
        assert!(same(
            &unlock(&session(&sign_up), &again).await.unwrap(),
            &unlocked
        ));

        let wrong = crate::stretch_password("correct horsf", &kdf(1)).unwrap();
        let refused = unlock(&session(&sign_up), &wrong).await.err();
        assert_eq!(refused, Some(VaultError::WrongPassword));
    });
}

#[test]
fn the_recovery_key_sets_a_new_password() {
    block_on(async {
        let (sign_up, unlocked, recovery) =
            sign_up("a@b", kdf(1), &Stretched([1; 32])).await.unwrap();
        let keys = RecoveryKeys {
            account_id: sign_up.account_id,
            mk_by_recovery: sign_up.keys.mk_by_recovery.clone(),
        };
        let typed = RecoveryKey::parse(&recovery.to_groups()).unwrap();
        assert_eq!(typed.auth_key().await.unwrap(), sign_up.recovery_auth_key);

        let new = Stretched([2; 32]);
        let set = recover("a@b", &typed, &keys, kdf(2), &new).await.unwrap();
        assert_eq!(set.recovery_auth_key, sign_up.recovery_auth_key);
        assert_eq!(set.auth_key, new.auth_key().await.unwrap());
        let mut after = session(&sign_up);
        after.kdf = set.kdf;
        after.mk_by_password = set.mk_by_password;
        assert!(same(&unlock(&after, &new).await.unwrap(), &unlocked));
        let old = unlock(&after, &Stretched([1; 32])).await.err();
        assert_eq!(old, Some(VaultError::WrongPassword));

        let other = RecoveryKey::generate().unwrap();
        let refused = recover("a@b", &other, &keys, kdf(2), &new).await.err();
        assert_eq!(refused, Some(VaultError::WrongRecoveryKey));
    });
}

#[test]
fn no_proof_shows_a_key() {
    block_on(async {
        let stretched = Stretched([1; 32]);
        let (sign_up, unlocked, recovery) = sign_up("a@b", kdf(1), &stretched).await.unwrap();
        let sent = serde_json::to_string(&sign_up).unwrap();
        let secrets = [
            *stretched.wrapping_key().await.unwrap().expose(),
            *recovery.wrapping_key().await.unwrap().expose(),
            *unlocked.master_key.0.expose(),
            *unlocked.scan_key.0.expose(),
            *unlocked.identity_key().unwrap().0.expose(),
            stretched.0,
        ];
        for secret in secrets {
            assert!(!sent.contains(&Fixed(secret).to_base64url()));
        }
        assert_ne!(sign_up.auth_key, sign_up.recovery_auth_key);
    });
}

/// Attack 7 for a clinic's keys, attack 9 for the parameters.
#[test]
fn attacks_7_and_9_on_an_account_are_refused() {
    block_on(async {
        let stretched = Stretched([1; 32]);
        let (sign_up, _, _) = sign_up("a@b", kdf(1), &stretched).await.unwrap();
        let good = session(&sign_up);

        let mut swapped = good.clone();
        swapped.clinic_keys.identity_key = Some(good.clinic_keys.scan_key.clone());
        swapped.clinic_keys.scan_key = good.clinic_keys.identity_key.clone().unwrap();
        let mut older = good.clone();
        older.clinic_keys.version = 2;
        let mut other_clinic = good.clone();
        other_clinic.clinic_id = ClinicId::from_bytes([9; 16]);
        for altered in [swapped, older, other_clinic] {
            let refused = unlock(&altered, &stretched).await.err();
            assert_eq!(refused, Some(VaultError::ClinicKeysDoNotOpen));
        }

        let mut recovery_for_password = good.clone();
        recovery_for_password.mk_by_password = sign_up.keys.mk_by_recovery.clone();
        let refused = unlock(&recovery_for_password, &stretched).await.err();
        assert_eq!(refused, Some(VaultError::WrongPassword));

        let mut newer_wrap = good.clone();
        newer_wrap.mk_by_password.0[0] = 2;
        let refused = unlock(&newer_wrap, &stretched).await.err();
        assert!(matches!(
            refused,
            Some(VaultError::UnknownVersion { version: 2, .. })
        ));

        let mut weaker = good.clone();
        weaker.kdf.version = 0;
        let refused = unlock(&weaker, &stretched).await.err();
        assert!(matches!(
            refused,
            Some(VaultError::UnknownVersion { version: 0, .. })
        ));

        let mut empty = good;
        empty.clinic_keys.scan_key = Sealed(Vec::new());
        let refused = unlock(&empty, &stretched).await.err();
        assert_eq!(refused, Some(VaultError::ClinicKeysDoNotOpen));
    });
}
