//! Anything that can go wrong between a button and its result, and the sentence that says it.

use super::ApiError;
use crate::locale::{t, t_with};
use crate::pool::TaskError;
use crate::workspace::UiProblem;
use leptos::prelude::*;
use vault::{TamperKind, VaultError};

/// Puts what came, or why nothing did, where a page shows it. The page may be gone by now.
pub fn deliver<T: Send + Sync + 'static>(
    outcome: Result<T, Fault>,
    into: RwSignal<Option<T>>,
    fault: RwSignal<Option<Fault>>,
) {
    // What does not fit into a signal that is gone is dropped with it.
    match outcome {
        Ok(came) => drop(into.try_set(Some(came))),
        Err(error) => drop(fault.try_set(Some(error))),
    }
}

/// What went wrong, as a value that pages show and scripts get.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    #[error(transparent)]
    Api(#[from] ApiError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A worker died or did not understand.
    #[error("a background task failed")]
    Worker,
    /// The browser can no longer read a file of the scan.
    #[error("a file can no longer be read")]
    FileGone { file: String },
    /// What the server has of this scan is not what was saved.
    #[error("the scan was altered")]
    Altered { scan: String, rolled_back: bool },
    /// The keys are not in memory, and the person did not give the password.
    #[error("locked")]
    Locked,
    /// Recovery key and e-mail do not go together.
    #[error("the recovery key is not this account's")]
    WrongRecovery,
    #[error("the password is too weak")]
    WeakPassword,
    #[error("not an e-mail address")]
    NotAnEmail,
    /// Nothing is open.
    #[error("nothing is open")]
    NothingOpen,
    /// The scan is still being read.
    #[error("the scan is not complete yet")]
    NotReady,
    /// The scan came by a link.
    #[error("read-only")]
    ReadOnly,
    /// The day is past, too far off, or none.
    #[error("not a day a link can live to")]
    BadDate,
    /// The secret of the link is no longer in the address.
    #[error("the link's secret is gone")]
    LinkNeeded,
    /// The part of the page that this needs could not be fetched.
    #[error("a part of the page is missing")]
    PartMissing,
    /// Another save is going on.
    #[error("another save is going on")]
    Busy,
    #[error("called off")]
    Cancelled,
}

impl From<TaskError> for Fault {
    fn from(error: TaskError) -> Self {
        match error {
            TaskError::Cancelled => Self::Cancelled,
            _ => Self::Worker,
        }
    }
}

impl Fault {
    /// The key in the `errors` locale table.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Api(error) => error.key(),
            Self::Vault(error) => vault_key(error),
            Self::Worker => "worker-failed",
            Self::FileGone { .. } => "files-gone",
            Self::Altered {
                rolled_back: true, ..
            } => "rolled-back",
            Self::Altered { .. } => "tampered",
            Self::Locked => "locked",
            Self::WrongRecovery => "wrong-recovery",
            Self::WeakPassword => "weak-password",
            Self::NotAnEmail => "not-an-email",
            Self::NothingOpen => "nothing-open",
            Self::NotReady => "not-ready",
            Self::ReadOnly => "read-only",
            Self::BadDate => "bad-date",
            Self::LinkNeeded => "link-needed",
            Self::PartMissing => "part-missing",
            Self::Busy => "busy",
            Self::Cancelled => "aborted",
        }
    }

    /// One sentence for the person in front of the screen.
    pub fn sentence(&self) -> String {
        let key = format!("errors.{}", self.key());
        match self {
            Self::FileGone { file } => t_with(&key, &[("file", file)]),
            Self::Altered { scan, .. } => t_with(&key, &[("scan", scan)]),
            Self::Api(ApiError::Refused {
                retry_after: Some(seconds),
                ..
            }) if *seconds >= 60 => {
                let minutes = seconds.div_ceil(60).to_string();
                format!(
                    "{} {}",
                    t(&key),
                    t_with("errors.try-again-in-minutes", &[("minutes", &minutes)])
                )
            }
            Self::Vault(VaultError::Tampered(tampering)) => {
                t_with(&key, &[("scan", &tampering.scan_id.to_string())])
            }
            _ => t(&key).to_owned(),
        }
    }

    /// Says which scan an integrity failure is about, by the name its owner knows it under.
    pub fn about_scan(self, name: &str) -> Self {
        match self {
            Self::Vault(VaultError::Tampered(tampering)) => Self::Altered {
                scan: name.to_owned(),
                rolled_back: matches!(tampering.kind, TamperKind::RolledBack { .. }),
            },
            other => other,
        }
    }

    /// The same for the banner over the viewer and for scripts.
    pub fn into_problem(self) -> UiProblem {
        let code = self.key();
        match self {
            Self::FileGone { file } => UiProblem::with_detail(code, file),
            Self::Altered { scan, .. } => UiProblem::with_detail(code, scan),
            _ => UiProblem::new(code),
        }
    }
}

fn vault_key(error: &VaultError) -> &'static str {
    match error {
        VaultError::WrongPassword => "wrong-credentials",
        VaultError::WrongRecoveryKey => "wrong-recovery",
        VaultError::MistypedRecoveryKey => "recovery-key-spelling",
        VaultError::ClinicKeysDoNotOpen | VaultError::EnvelopeDoesNotOpen => "keys-do-not-open",
        VaultError::NoIdentityKey => "forbidden",
        VaultError::MalformedLink => "malformed-link",
        VaultError::LinkDoesNotOpen => "link-does-not-open",
        VaultError::UnknownVersion { .. } => "unknown-version",
        VaultError::Tampered(tampering) => match tampering.kind {
            TamperKind::RolledBack { .. } => "rolled-back",
            _ => "tampered",
        },
        VaultError::OutOfRange { .. } | VaultError::NotPackable { .. } => "unknown",
        VaultError::Unavailable { .. } => "no-crypto",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::ErrorCode;

    #[test]
    fn every_error_of_the_api_has_a_sentence() {
        for code in ErrorCode::ALL {
            let key = format!("errors.{}", code.name());
            assert!(crate::locale::has(&key), "{key}");
            assert!(t(&key).len() > 20 && t(&key).ends_with('.'), "{key}");
        }
        for error in [ApiError::Unreachable, ApiError::Aborted, ApiError::Garbled] {
            assert!(
                crate::locale::has(&format!("errors.{}", error.key())),
                "{error:?}"
            );
        }
    }

    #[test]
    fn every_other_fault_has_a_sentence() {
        let name = String::new;
        let faults = [
            Fault::Worker,
            Fault::FileGone { file: name() },
            Fault::Altered {
                scan: name(),
                rolled_back: false,
            },
            Fault::Altered {
                scan: name(),
                rolled_back: true,
            },
            Fault::Locked,
            Fault::WrongRecovery,
            Fault::WeakPassword,
            Fault::NotAnEmail,
            Fault::NothingOpen,
            Fault::NotReady,
            Fault::ReadOnly,
            Fault::BadDate,
            Fault::LinkNeeded,
            Fault::PartMissing,
            Fault::Busy,
            Fault::Cancelled,
            VaultError::WrongPassword.into(),
            VaultError::WrongRecoveryKey.into(),
            VaultError::MistypedRecoveryKey.into(),
            VaultError::ClinicKeysDoNotOpen.into(),
            VaultError::NoIdentityKey.into(),
            VaultError::MalformedLink.into(),
            VaultError::LinkDoesNotOpen.into(),
            VaultError::UnknownVersion {
                what: "",
                version: 9,
            }
            .into(),
            VaultError::Unavailable { what: "" }.into(),
        ];
        for fault in faults {
            assert!(
                crate::locale::has(&format!("errors.{}", fault.key())),
                "{fault:?}"
            );
            assert!(!fault.sentence().contains('{'), "{fault:?}");
        }
    }

    #[test]
    fn an_integrity_failure_names_the_scan() {
        let tampering = vault::Tampering {
            scan_id: protocol::ScanId::from_bytes([1; 16]),
            kind: TamperKind::Keys,
        };
        let fault = Fault::from(VaultError::Tampered(tampering)).about_scan("Moreau, Jaw");
        assert!(fault.sentence().contains("“Moreau, Jaw”"));
    }

    #[test]
    fn a_long_wait_is_told_in_minutes() {
        let busy = ApiError::Refused {
            code: ErrorCode::TooManyAttempts,
            retry_after: Some(1801),
        };
        assert!(Fault::Api(busy).sentence().contains("31 min"));
    }
}
