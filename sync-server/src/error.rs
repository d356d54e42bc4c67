//! Every way a request can fail, and the one map from there to `application/problem+json`.

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use protocol::{ErrorCode, Problem};
use std::io;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request is refused for a reason that the caller may know.
    #[error("refused: {}", .0.name())]
    Refused(ErrorCode),
    /// The same, and what is left of the request's body is not worth reading: the connection ends.
    #[error("refused and closed: {}", .0.name())]
    Closed(ErrorCode),
    /// Refused for so many seconds.
    #[error("too many attempts")]
    Wait(u32),
    #[error("the disk is full")]
    StorageFull,
    #[error("file: {0}")]
    File(io::Error),
    #[error("database: {0}")]
    Database(String),
    /// The part of the server that should have answered has ended.
    #[error("stopped")]
    Stopped,
    #[error("{0}")]
    Internal(String),
}

impl Error {
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Refused(code) | Self::Closed(code) => *code,
            Self::Wait(_) => ErrorCode::TooManyAttempts,
            Self::StorageFull => ErrorCode::StorageFull,
            Self::Stopped => ErrorCode::Unavailable,
            Self::File(_) | Self::Database(_) | Self::Internal(_) => ErrorCode::Internal,
        }
    }
}

impl From<ErrorCode> for Error {
    fn from(code: ErrorCode) -> Self {
        Self::Refused(code)
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::StorageFull,
            _ => Self::File(error),
        }
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        match self {
            Self::File(_) | Self::Database(_) | Self::Internal(_) | Self::Stopped => {
                tracing::error!("{self}");
            }
            Self::StorageFull => tracing::warn!("{self}"),
            Self::Refused(_) | Self::Closed(_) | Self::Wait(_) => {}
        }
        let mut problem = Problem::new(self.code());
        problem.retry_after = match self {
            Self::Wait(seconds) => Some(*seconds),
            Self::Stopped => Some(5),
            _ => None,
        };
        let mut response = HttpResponse::build(self.status_code());
        if let Some(seconds) = problem.retry_after {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if matches!(self, Self::Closed(_)) {
            response.force_close();
        }
        response
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .content_type("application/problem+json")
            .body(serde_json::to_vec(&problem).unwrap_or_default())
    }
}
