//! The scan package's lossless packing.

use viewer_wasm::codec::pack as engine;

/// Most bytes that a hostile packing is unpacked to.
const PLAIN_LEN: u32 = 1 << 20;

/// The first byte says what the rest is: something to pack and unpack again, or something that claims to be packed.
pub fn pack(bytes: &[u8]) {
    let [kind, a, b, c, rest @ ..] = bytes else {
        return;
    };
    if kind % 2 == 0 {
        let (columns, width) = (usize::from(*a), usize::from(b % 4));
        let packed = engine::pack(rest, columns, width);
        assert!(packed.len() <= rest.len() + 20, "packing makes it longer");
        assert_eq!(engine::unpack(&packed, rest.len()).as_deref(), Ok(rest));
        assert!(engine::unpack(&packed, rest.len() + 1 + usize::from(*c)).is_err());
        return;
    }
    let claimed = u32::from_le_bytes([*a, *b, *c, 0]) % PLAIN_LEN;
    if let Ok(plain) = engine::unpack(rest, claimed as usize) {
        assert_eq!(plain.len(), claimed as usize);
    }
}
