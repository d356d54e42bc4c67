//! Sizes both sides must agree on.

/// Plain text in one FLOE segment, in bytes, is fixed by the vault; a sealed segment has this length. The last
/// of a blob may be shorter.
pub const SEALED_SEGMENT_LEN: u64 = 256 * 1024;

/// A part of a blob: 32 sealed segments (8 MiB). Every part but the last has exactly this length. The blob's
/// FLOE header is not in a part: it travels in the scan's record.
pub const PART_LEN: u64 = 32 * SEALED_SEGMENT_LEN;

/// Largest wrapped key or sealed envelope in a JSON body, in bytes.
pub const MAX_SEALED_LEN: usize = 16 * 1024;

/// Largest JSON body, in bytes.
pub const MAX_JSON_LEN: usize = 256 * 1024;

/// Largest sealed blob of one scan, in bytes (64 GiB).
pub const MAX_BLOB_LEN: u64 = 64 * 1024 * 1024 * 1024;

/// Longest life of a link, in hours (366 days).
pub const MAX_SHARE_HOURS: u32 = 366 * 24;
