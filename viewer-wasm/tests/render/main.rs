//! Pictures against the plain CPU reference, on a real (software) graphics device.
//!
//! Where there is no device the tests say so in one line; with `CUSPID_REQUIRE_GPU=1` that is a failure.
//!
//! - [`planes`], [`grids`], [`presets`], [`looks`], [`tones`]: what each view looks like
//! - [`places`], [`rays`]: where things are in the volume rendering, and what its rays do
//! - [`loading`], [`rest`], [`detail`], [`fold`], [`refusals`]: in mid-load, in parts, from afar, in pieces, not at all
//! - [`drawing`], [`stage`], [`scans`]: what these draw with, and what
#![cfg(feature = "render")]

mod detail;
mod drawing;
mod fold;
mod grids;
mod loading;
mod looks;
mod places;
mod planes;
mod presets;
mod rays;
mod refusals;
mod rest;
mod scans;
mod stage;
mod tones;
