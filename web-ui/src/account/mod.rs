//! Who is at the browser: sign-up, sign-in, recovery, and the keys that come with them.
//!
//! The password is stretched in a worker and never leaves the browser; the keys it opens live in memory only, so
//! that a reload asks for it again. Nobody who only looks at files ever causes a request from here.
//!
//! - [`state`]: [`Account`], the signal everything else reads
//! - [`keys`]: password and recovery key to session and keys
//! - [`idle`]: signs out a browser that nobody touches
//! - [`menu`]: [`AccountMenu`] for the top bar, [`door`]: the dialog that asks for the password in place
//! - [`sign_in`], [`sign_up`], [`recover`]: the pages; [`recovery_sheet`], [`strength`], [`form`]: their pieces

mod door;
mod form;
mod idle;
mod keys;
mod menu;
mod recover;
mod recovery_sheet;
mod sign_in;
mod sign_up;
mod state;
mod strength;

pub use door::AccountDoor;
pub use menu::AccountMenu;
pub use recover::RecoverPage;
pub use sign_in::SignInPage;
pub use sign_up::SignUpPage;
pub use state::{Account, SignedIn, Standing};

pub(crate) use door::{KeyedPage, SignInBody};
pub(crate) use form::{FaultLine, PasswordField, SubmitButton};
pub(crate) use idle::keep_awake;
pub(crate) use keys::stretch_in_worker;
