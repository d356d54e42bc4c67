//! What the tools of this room share.
//!
//! - [`scan`]: a folder of files as a volume

pub mod scan;
