//! The keys of the seeds, always the same ones. They come out of a link, since the vault makes no key of given bytes: SK is
//! 70 71 72 ... as in `vault/vectors/blob.json`, IK 20 21 22 ... as in `envelope.json`, the link that of `link.json`.

use std::sync::OnceLock;

use pollster::block_on;
use protocol::share::OpenedLink;
use protocol::{Fixed, ScanId, Sealed, ShareId};
use vault::link::LinkKeys;
use vault::{LinkSecret, ScanKeys};

/// The fragment of the link.
pub const FRAGMENT: &str = "#v1.QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8";

/// SK under the link's key.
pub const SCAN_KEY: [u8; 61] = [
    0x01, 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xc1, 0xcf, 0x38,
    0x2c, 0xb9, 0xcb, 0x37, 0x40, 0x85, 0x60, 0x84, 0xf0, 0xb2, 0xe1, 0x93, 0xed, 0x53, 0xe2, 0x1a,
    0x1a, 0x53, 0xd1, 0xcb, 0x49, 0x84, 0x07, 0x9a, 0xae, 0xb5, 0x92, 0x0c, 0x2b, 0xea, 0xcc, 0xcd,
    0xc8, 0xbd, 0xe6, 0xc2, 0x1a, 0x83, 0x40, 0xfb, 0x4c, 0x26, 0xd0, 0x21, 0x36,
];

/// IK under the link's key.
pub const IDENTITY_KEY: [u8; 61] = [
    0x01, 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0x91, 0x9f, 0x68,
    0x7c, 0xe9, 0x9b, 0x67, 0x10, 0xd5, 0x30, 0xd4, 0xa0, 0xe2, 0xb1, 0xc3, 0xbd, 0xe3, 0x52, 0xaa,
    0xaa, 0xe3, 0x61, 0x7b, 0xf9, 0x34, 0xb7, 0x2a, 0x1e, 0x05, 0x22, 0xbc, 0x9b, 0xa3, 0x11, 0x2f,
    0x65, 0x81, 0xda, 0x7b, 0x61, 0xa6, 0x5f, 0xa7, 0x91, 0x63, 0x0e, 0x37, 0x0e,
];

/// Bytes that count up from `first`, as ids in the vectors do.
fn counting<const N: usize>(first: u8) -> [u8; N] {
    std::array::from_fn(|at| first.wrapping_add(at as u8))
}

/// The scan of the seeds.
pub fn scan_id() -> ScanId {
    ScanId::from_bytes(counting(3))
}

/// What a server answers to whoever opens the link.
pub fn opened(scan_key: &[u8], identity_key: Option<&[u8]>) -> OpenedLink {
    OpenedLink {
        scan_id: scan_id(),
        scan_key: Sealed(scan_key.to_vec()),
        identity_key: identity_key.map(|wrap| Sealed(wrap.to_vec())),
        manifest_version: 1,
        blobs: Vec::new(),
        token: Fixed([0; 32]),
        expires_at: 0,
    }
}

/// What the link derives.
///
/// # Panics
/// If the vault no longer reads its own version 1.
pub fn link() -> &'static LinkKeys {
    static LINK: OnceLock<LinkKeys> = OnceLock::new();
    LINK.get_or_init(|| {
        let secret = LinkSecret::parse_fragment(FRAGMENT).expect("the fragment");
        let share = ShareId::from_bytes(counting(4));
        block_on(LinkKeys::derive(share, &secret, None)).expect("the link's keys")
    })
}

/// The keys of the scan.
///
/// # Panics
/// As [`link`].
pub fn scan() -> &'static ScanKeys {
    static KEYS: OnceLock<ScanKeys> = OnceLock::new();
    KEYS.get_or_init(|| {
        let opened = opened(&SCAN_KEY, Some(&IDENTITY_KEY));
        block_on(link().unwrap(&opened)).expect("the scan's keys")
    })
}
