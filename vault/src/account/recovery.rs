//! The printed recovery key: 160 random bits and a checksum of 20, in nine groups of four characters of
//! Crockford's base32 (no I, L, O, U).

use crate::{
    RecoveryKey, VaultError,
    primitives::{context, hkdf_sha256, random},
    secret::SecretKey,
};
use protocol::Fixed;
use subtle::ConstantTimeEq;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const KEY_CHARS: usize = 32;
const CHECK_CHARS: usize = 4;
const GROUP: usize = 4;

/// The value of a typed character: case does not matter, O reads as 0, I and L as 1.
fn value_of(character: char) -> Option<u8> {
    let upper = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let at = ALPHABET
        .iter()
        .position(|&letter| char::from(letter) == upper)?;
    u8::try_from(at).ok()
}

/// The largest prime below 2^20. As in Crockford's own scheme the checksum is the number that the characters
/// spell modulo a prime, so that one wrong character or two swapped neighbours always show, and anything else
/// escapes once in a million.
const CHECK_PRIME: u32 = (1 << 20) - 3;

fn checksum(values: &[u8; KEY_CHARS]) -> [u8; CHECK_CHARS] {
    let number = values.iter().fold(0, |number, value| {
        (number * 32 + u32::from(*value)) % CHECK_PRIME
    });
    [15, 10, 5, 0].map(|shift| (number >> shift) as u8 & 31)
}

impl RecoveryKey {
    pub(crate) fn generate() -> Result<Self, VaultError> {
        random().map(Self)
    }

    /// Nine groups of four characters with dashes between them, to be printed.
    pub fn to_groups(&self) -> String {
        let mut values = [0; KEY_CHARS];
        for (bytes, out) in self.0.chunks(5).zip(values.chunks_mut(8)) {
            let bits = bytes
                .iter()
                .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            for (at, value) in out.iter_mut().enumerate() {
                *value = (bits >> (35 - 5 * at)) as u8 & 31;
            }
        }
        let mut text = String::with_capacity((KEY_CHARS + CHECK_CHARS) * 5 / 4);
        for (at, value) in values.iter().chain(&checksum(&values)).enumerate() {
            if at > 0 && at % GROUP == 0 {
                text.push('-');
            }
            text.push(char::from(ALPHABET[usize::from(*value)]));
        }
        text
    }

    /// Tolerates case, spaces and dashes anywhere, O for 0, and I or L for 1.
    ///
    /// # Errors
    /// [`VaultError::MistypedRecoveryKey`].
    pub fn parse(typed: &str) -> Result<Self, VaultError> {
        let values: Vec<u8> = typed
            .chars()
            .filter(|character| !character.is_whitespace() && !"-–—".contains(*character))
            .map(value_of)
            .collect::<Option<_>>()
            .ok_or(VaultError::MistypedRecoveryKey)?;
        let (values, check) = values
            .split_first_chunk::<KEY_CHARS>()
            .ok_or(VaultError::MistypedRecoveryKey)?;
        if checksum(values) != check {
            return Err(VaultError::MistypedRecoveryKey);
        }
        let mut key = Self([0; 20]);
        for (out, values) in key.0.chunks_mut(5).zip(values.chunks(8)) {
            let bits = values
                .iter()
                .fold(0_u64, |bits, value| bits << 5 | u64::from(*value));
            out.copy_from_slice(&bits.to_be_bytes()[3..]);
        }
        Ok(key)
    }

    /// Whether a key typed back is this one, in constant time.
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// The proof for `RecoveryRequest::recovery_auth_key`.
    ///
    /// # Errors
    /// [`VaultError::Unavailable`].
    pub async fn auth_key(&self) -> Result<Fixed<32>, VaultError> {
        hkdf_sha256(b"", &self.0, &context(&[b"cuspid recovery auth v1"]))
            .await
            .map(|key| Fixed(*key))
    }

    pub(crate) async fn wrapping_key(&self) -> Result<SecretKey, VaultError> {
        hkdf_sha256(b"", &self.0, &context(&[b"cuspid recovery wrap v1"]))
            .await
            .map(|key| SecretKey::from_bytes(*key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> RecoveryKey {
        RecoveryKey(std::array::from_fn(|at| at as u8 * 13 + 1))
    }

    #[test]
    fn a_key_is_read_back_however_it_is_typed() {
        let text = key().to_groups();
        assert_eq!(text.len(), 9 * 4 + 8);
        let sloppy = text
            .to_lowercase()
            .replace('-', " ")
            .replace('0', "o")
            .replace('1', "l");
        for typed in [
            text.clone(),
            sloppy,
            text.replace('-', ""),
            format!("  {text}\n"),
        ] {
            assert!(
                RecoveryKey::parse(&typed).unwrap().is_same(&key()),
                "{typed}"
            );
        }
    }

    #[test]
    fn a_wrong_character_a_swap_or_a_missing_one_is_noticed() {
        let text = key().to_groups().replace('-', "");
        for at in 0..text.len() {
            for letter in ALPHABET {
                let mut bytes = text.clone().into_bytes();
                bytes[at] = *letter;
                let typed = String::from_utf8(bytes).unwrap();
                assert_eq!(RecoveryKey::parse(&typed).is_ok(), typed == text, "{typed}");
            }
        }
        for at in 0..KEY_CHARS - 1 {
            let mut bytes = text.clone().into_bytes();
            bytes.swap(at, at + 1);
            let typed = String::from_utf8(bytes).unwrap();
            assert_eq!(RecoveryKey::parse(&typed).is_ok(), typed == text, "{typed}");
        }
        for wrong in [
            "",
            "0",
            &text[1..],
            &format!("{text}0"),
            &text.replace(&text[..1], "U"),
        ] {
            assert_eq!(
                RecoveryKey::parse(wrong).err(),
                Some(VaultError::MistypedRecoveryKey)
            );
        }
    }
}
