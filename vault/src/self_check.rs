//! The frozen vectors of `vault/vectors`, each an input and the output it must give for ever. A change of one is
//! a new version of the format.
//!
//! The page offers [`self_check()`] to browser tests, so that WebCrypto is held against the same vectors as
//! RustCrypto; a second reader of the format can be held against them too.

mod cases;
#[cfg(test)]
mod freeze;
mod package_cases;

use cases::{ContentTagCase, EnvelopeCase, LinkCase, PasswordCase, RecoveryCase, WrapCase};
use package_cases::{BlobCase, DocumentsCase, FloeCase};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What a vector is about: from an input to an output.
trait Case: Serialize + DeserializeOwned {
    type Output: PartialEq + Serialize + DeserializeOwned;

    /// Makes the output, and opens again what it sealed.
    async fn output(&self) -> Result<Self::Output, String>;
}

#[derive(Serialize, Deserialize)]
struct Vector<I, O> {
    input: I,
    output: O,
}

async fn check<C: Case>(file: &str, json: &str) -> Result<(), String> {
    let vectors: Vec<Vector<C, C::Output>> =
        serde_json::from_str(json).map_err(|error| format!("{file}.json: {error}"))?;
    if vectors.is_empty() {
        return Err(format!("{file}.json: no vectors"));
    }
    for (index, vector) in vectors.iter().enumerate() {
        let output = vector.input.output().await;
        match output {
            Ok(output) if output == vector.output => {}
            Ok(_) => return Err(format!("{file}.json, vector {index}: another output")),
            Err(error) => return Err(format!("{file}.json, vector {index}: {error}")),
        }
    }
    Ok(())
}

/// Runs the frozen vectors through the backend this crate was compiled with. Takes about a second, and blocks
/// for some tenths of it (Argon2id).
///
/// # Errors
/// The file and number of the first vector that gives another output.
pub async fn self_check() -> Result<(), String> {
    check::<PasswordCase>("password", include_str!("../vectors/password.json")).await?;
    check::<RecoveryCase>("recovery", include_str!("../vectors/recovery.json")).await?;
    check::<WrapCase>("wrap", include_str!("../vectors/wrap.json")).await?;
    check::<EnvelopeCase>("envelope", include_str!("../vectors/envelope.json")).await?;
    check::<ContentTagCase>("content-tag", include_str!("../vectors/content-tag.json")).await?;
    check::<LinkCase>("link", include_str!("../vectors/link.json")).await?;
    check::<FloeCase>("floe", include_str!("../vectors/floe.json")).await?;
    check::<BlobCase>("blob", include_str!("../vectors/blob.json")).await?;
    check::<DocumentsCase>("documents", include_str!("../vectors/documents.json")).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frozen_vectors_hold() {
        assert_eq!(pollster::block_on(self_check()), Ok(()));
    }

    #[test]
    fn an_altered_vector_is_noticed() {
        let json = include_str!("../vectors/link.json");
        let mut vectors: Vec<Vector<LinkCase, <LinkCase as Case>::Output>> =
            serde_json::from_str(json).unwrap();
        vectors[0].output.auth_key.0[0] ^= 1;
        let json = serde_json::to_string(&vectors).unwrap();
        let checked = pollster::block_on(check::<LinkCase>("link", &json));
        assert_eq!(
            checked,
            Err("link.json, vector 0: another output".to_owned())
        );
    }
}
