//! What can go wrong between the page and the server.

use protocol::ErrorCode;

/// Why a request has no usable answer. Carries nothing of what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The server answered with a problem of the API.
    #[error("refused: {}", code.name())]
    Refused {
        code: ErrorCode,
        /// Seconds to wait before trying again, where the server says so.
        retry_after: Option<u32>,
    },
    /// There was no answer: no network, no server, or a gateway in front of a server that is gone.
    #[error("no answer")]
    Unreachable,
    /// The page called the request off.
    #[error("called off")]
    Aborted,
    /// There was an answer, but not one of this API's.
    #[error("not an answer of this API")]
    Garbled,
}

impl ApiError {
    /// The code, if the server refused with one.
    pub fn code(self) -> Option<ErrorCode> {
        match self {
            Self::Refused { code, .. } => Some(code),
            _ => None,
        }
    }

    /// Whether the same request may well succeed later, with nothing changed: the server is gone or busy.
    pub fn is_passing(self) -> bool {
        match self {
            Self::Unreachable => true,
            Self::Refused { code, .. } => matches!(
                code,
                ErrorCode::Unavailable
                    | ErrorCode::TooSlow
                    | ErrorCode::Internal
                    | ErrorCode::TooManyAttempts
            ),
            Self::Aborted | Self::Garbled => false,
        }
    }

    /// The key of the sentence in the `errors` locale table.
    pub fn key(self) -> &'static str {
        match self {
            Self::Refused { code, .. } => code.name(),
            Self::Unreachable => "unreachable",
            Self::Aborted => "aborted",
            Self::Garbled => "garbled",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trouble_of_the_moment_is_retried() {
        let refused = |code| ApiError::Refused {
            code,
            retry_after: None,
        };
        assert!(ApiError::Unreachable.is_passing());
        assert!(refused(ErrorCode::Unavailable).is_passing());
        assert!(!refused(ErrorCode::StorageFull).is_passing());
        assert!(!refused(ErrorCode::QuotaExceeded).is_passing());
        assert!(!refused(ErrorCode::SignedOut).is_passing());
        assert!(!ApiError::Aborted.is_passing());
    }
}
