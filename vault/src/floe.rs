//! FLOE, see c2sp.org/FLOE.
