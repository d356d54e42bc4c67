//! Accounts and sessions: `/api/v1/accounts`, `/api/v1/session`, `/api/v1/recovery`.
//!
//! The password never leaves the browser. Argon2id of it gives an *auth key*, which proves knowledge of the
//! password to the server (kept there only as a hash), and a *wrapping key*, which the server never sees.

use crate::{AccountId, ClinicId, Fixed, Sealed};
use serde::{Deserialize, Serialize};

/// How the browser stretches the password. The version fixes memory, passes and lanes; a client refuses a
/// version it does not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordKdf {
    pub version: u8,
    pub salt: Fixed<16>,
}

/// The key-derivation version of new accounts, which is also what an unknown address is answered with.
pub const PASSWORD_KDF_VERSION: u8 = 1;

/// `POST /api/v1/accounts`: a person and their clinic of one. 201 with [`Session`] and the session cookie;
/// 409 `account-exists`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignUp {
    /// Used as a name only; nothing is ever sent to it. Trimmed and lower-cased by the browser.
    pub email: String,
    pub account_id: AccountId,
    pub clinic_id: ClinicId,
    pub kdf: PasswordKdf,
    /// Proof of the password. The server keeps a hash.
    pub auth_key: Fixed<32>,
    /// Proof of the recovery key. The server keeps a hash.
    pub recovery_auth_key: Fixed<32>,
    pub keys: WrappedAccountKeys,
    pub clinic_keys: WrappedClinicKeys,
}

/// The person's key MK, wrapped twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrappedAccountKeys {
    pub mk_by_password: Sealed,
    pub mk_by_recovery: Sealed,
}

/// The clinic's keys, wrapped by MK. The identity key is absent for a role that may not see who a patient is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrappedClinicKeys {
    pub version: u32,
    pub scan_key: Sealed,
    pub identity_key: Option<Sealed>,
}

/// `POST /api/v1/session/kdf`: 200 with [`PasswordKdf`] for any address, known or not (an unknown one gets a
/// salt that is always the same for it).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KdfRequest {
    pub email: String,
}

/// `POST /api/v1/session`: 200 with [`Session`] and the cookie; 401 `wrong-credentials`; 429 `too-many-attempts`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignIn {
    pub email: String,
    pub auth_key: Fixed<32>,
}

/// The answer to a sign-up, a sign-in and `GET /api/v1/session`. `DELETE /api/v1/session` signs out (204).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub account_id: AccountId,
    pub email: String,
    pub clinic_id: ClinicId,
    pub role: Role,
    pub kdf: PasswordKdf,
    /// MK wrapped by the password's key.
    pub mk_by_password: Sealed,
    pub clinic_keys: WrappedClinicKeys,
    /// Seconds without a request after which the session ends.
    pub idle_seconds: u32,
    /// Bytes the clinic stores, and may store.
    pub storage_used: u64,
    pub storage_limit: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Owner,
}

/// `POST /api/v1/recovery`: 200 with [`RecoveryKeys`]; 401 `wrong-credentials`, also for an unknown address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecoveryRequest {
    pub email: String,
    pub recovery_auth_key: Fixed<32>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecoveryKeys {
    pub account_id: AccountId,
    pub mk_by_recovery: Sealed,
}

/// `PUT /api/v1/recovery`: sets a new password by proof of the recovery key; ends every other session.
/// 200 with [`Session`] and the cookie; 401 `wrong-credentials`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecoverySetPassword {
    pub email: String,
    pub recovery_auth_key: Fixed<32>,
    pub kdf: PasswordKdf,
    pub auth_key: Fixed<32>,
    pub mk_by_password: Sealed,
}
