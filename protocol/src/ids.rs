//! 128-bit random identifiers, made in the browser so that wraps can be bound to them before the server knows
//! the object. 22 characters of base64url on the wire and in paths.

use crate::bytes::{Fixed, NotFixed};
use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Fixed<16>);

        impl $name {
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Fixed(bytes))
            }

            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0.to_base64url())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotFixed;

            fn from_str(text: &str) -> Result<Self, NotFixed> {
                Fixed::from_base64url(text).map(Self)
            }
        }
    };
}

id!(
    /// A person.
    AccountId
);
id!(
    /// A clinic: the tenant that owns scans and shares.
    ClinicId
);
id!(
    /// A saved scan.
    ScanId
);
id!(
    /// A share: the public part of a link, `/s/{ShareId}`.
    ShareId
);
