//! The fuzz targets without a fuzzer, see `fuzzing::corpus`; and that their seeds are what they should be.

use vault_fuzz::TARGETS;

fuzzing::corpora!(TARGETS; link, wraps, blob, documents, answers);

/// Seeds that nothing accepts would make every property hold.
#[test]
fn seeds_open() {
    vault_fuzz::seeds::check();
}
