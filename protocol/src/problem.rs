//! Errors of the API, as `application/problem+json` (RFC 9457). The browser has a sentence for each code; the
//! server's `title` is for scripts and logs and never carries patient data, an address or an id.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Always `about:blank`: the code tells the kind.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    pub code: ErrorCode,
    /// Seconds to wait before trying again, with 429 and 503.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub retry_after: Option<u32>,
}

macro_rules! codes {
    ($($code:ident = $status:literal, $name:literal, $title:literal;)*) => {
        /// Each error, once. The number is its HTTP status.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum ErrorCode {
            $(#[doc = $title] #[serde(rename = $name)] $code,)*
        }

        impl ErrorCode {
            pub const ALL: &[Self] = &[$(Self::$code,)*];

            pub const fn status(self) -> u16 {
                match self { $(Self::$code => $status,)* }
            }

            /// The kebab-case name on the wire; also the key of the sentence in the locale tables.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$code => $name,)* }
            }

            pub const fn title(self) -> &'static str {
                match self { $(Self::$code => $title,)* }
            }
        }
    };
}

codes! {
    BadRequest = 400, "bad-request", "The request is not of the expected form";
    DigestMismatch = 400, "digest-mismatch", "The body does not match its length or digest";
    SignedOut = 401, "signed-out", "There is no session, or it has ended";
    WrongCredentials = 401, "wrong-credentials", "The address and the password do not go together";
    CrossSite = 403, "cross-site", "The request comes from another site";
    WrongLinkPassword = 403, "wrong-link-password", "The password of the link is wrong";
    Forbidden = 403, "forbidden", "The role does not allow this";
    NotFound = 404, "not-found", "There is nothing here";
    NoSuchLink = 404, "no-such-link", "There is no such link";
    MethodNotAllowed = 405, "method-not-allowed", "The method is not allowed here";
    TooSlow = 408, "too-slow", "The body arrived too slowly";
    AccountExists = 409, "account-exists", "There is an account with this address";
    ScanExists = 409, "scan-exists", "A scan with this id holds something else";
    PartDiffers = 409, "part-differs", "The part is there with other bytes";
    PartsMissing = 409, "parts-missing", "Parts of the scan are missing";
    LinkRevoked = 410, "link-revoked", "The link was revoked";
    LinkExpired = 410, "link-expired", "The link has expired";
    LinkUsedUp = 410, "link-used-up", "The link was opened as often as it may be";
    LengthRequired = 411, "length-required", "The length of the body is missing";
    PartTooLarge = 413, "part-too-large", "The part is larger than a part may be";
    QuotaExceeded = 413, "quota-exceeded", "The clinic's storage is full";
    TooManyAttempts = 429, "too-many-attempts", "Too many attempts";
    Internal = 500, "internal", "The server failed";
    Unavailable = 503, "unavailable", "The server is busy";
    StorageFull = 507, "storage-full", "The server's disk is full";
}

impl Problem {
    pub fn new(code: ErrorCode) -> Self {
        Self {
            kind: "about:blank".to_owned(),
            title: code.title().to_owned(),
            status: code.status(),
            code,
            retry_after: None,
        }
    }
}
