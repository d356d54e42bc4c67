//! A key under a key.
