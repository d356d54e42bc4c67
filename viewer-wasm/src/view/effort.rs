//! How much a moving volume rendering leaves out to be drawn within a frame.
//!
//! Fewer steps come first, fewer pixels second. What a frame costs is measured, not computed: it follows what is visible, and
//! the device.

use super::{Rendering, VolumeView};

/// Milliseconds that a frame may take.
pub const FRAME_MS: f64 = 16.0;

/// Step in voxels and pixels per pixel and axis, from the full picture to the coarsest.
const RUNGS: [(f32, f32); 10] = [
    (1.0, 1.0),
    (1.5, 1.0),
    (2.0, 1.0),
    (3.0, 1.0),
    (3.0, 0.75),
    (3.0, 0.5),
    (3.0, 0.35),
    (4.0, 0.35),
    (4.0, 0.25),
    (4.0, 0.18),
];
/// Where nothing was measured yet.
const START: usize = 5;
/// A picture that takes this much more than a frame's time is too slow.
const TOO_SLOW: f64 = 1.2;
/// A finer one is tried if it is expected to take less than this part of a frame's time, ...
const FAST_ENOUGH: f64 = 0.85;
/// ... after as many frames in a row as this, so that the picture does not flicker between two qualities.
const BEFORE_FINER: u32 = 8;
/// Of the mean, one part in so many is the newest frame.
const MEAN_OVER: f64 = 3.0;

/// What one kind of rendering leaves out while the camera moves.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Effort {
    rung: usize,
    /// Of the frames on this rung, the mean of what they took.
    mean_ms: f64,
    frames: u32,
    /// Frames in a row that took too long.
    late: u32,
}

impl Effort {
    const fn on(rung: usize) -> Self {
        Self {
            rung,
            mean_ms: 0.0,
            frames: 0,
            late: 0,
        }
    }

    /// Takes in what a frame took.
    fn note(&mut self, ms: f64) {
        self.mean_ms = if self.frames == 0 {
            ms
        } else {
            self.mean_ms + (ms - self.mean_ms) / MEAN_OVER
        };
        self.frames += 1;
        let too_slow = FRAME_MS * TOO_SLOW;
        self.late = if ms > too_slow { self.late + 1 } else { 0 };
        // One late frame may be another program's fault, two are not.
        if self.late > 1 && self.mean_ms > too_slow {
            let wanted = cost(self.rung) * FRAME_MS / self.mean_ms;
            let last = RUNGS.len() - 1;
            let fitting = (self.rung + 1..last).find(|rung| cost(*rung) <= wanted);
            self.go_to(fitting.unwrap_or(last));
        } else if self.rung > 0 && self.frames >= BEFORE_FINER {
            let expected = self.mean_ms * cost(self.rung - 1) / cost(self.rung);
            if expected < FRAME_MS * FAST_ENOUGH {
                self.go_to(self.rung - 1);
            }
        }
    }

    fn go_to(&mut self, rung: usize) {
        if rung != self.rung {
            *self = Self::on(rung);
        }
    }
}

/// Samples of a rung, as a part of the full picture's.
fn cost(rung: usize) -> f64 {
    let (step, resolution) = RUNGS[rung];
    f64::from(resolution * resolution / step)
}

/// What is known of one kind of rendering.
#[derive(Debug, Clone, Copy)]
struct Known {
    rendering: Rendering,
    effort: Effort,
    /// What the last full picture took, in milliseconds.
    full_ms: Option<f64>,
}

/// What is left out while the camera moves, for each kind of rendering: they cost very different times.
#[derive(Debug, Clone, Default)]
pub struct Efforts(Vec<Known>);

impl Efforts {
    fn known(&self, rendering: Rendering) -> Known {
        let known = self.0.iter().find(|known| known.rendering == rendering);
        known.copied().unwrap_or(Known {
            rendering,
            effort: Effort::on(START),
            full_ms: None,
        })
    }

    fn of(&self, rendering: Rendering) -> Effort {
        self.known(rendering).effort
    }

    fn put(&mut self, known: Known) {
        self.0.retain(|other| other.rendering != known.rendering);
        self.0.push(known);
    }

    /// The view as coarse as it has to be while the camera moves.
    pub fn while_moving(&self, view: &VolumeView) -> VolumeView {
        let (step_voxels, resolution) = RUNGS[self.of(view.rendering).rung];
        VolumeView {
            step_voxels,
            resolution,
            ..*view
        }
    }

    /// Takes in the milliseconds from handing over a picture made by [`while_moving`](Self::while_moving) until the
    /// device had finished it.
    pub fn note(&mut self, rendering: Rendering, ms: f64) {
        let mut known = self.known(rendering);
        known.effort.note(ms);
        self.put(known);
    }

    /// Takes in the milliseconds that the device drew a full picture.
    pub fn note_full(&mut self, rendering: Rendering, ms: f64) {
        let known = self.known(rendering);
        self.put(Known {
            full_ms: Some(ms),
            ..known
        });
    }

    /// What a full picture is expected to take, in milliseconds: as long as the last one or, before any, as coarse ones let
    /// expect; `None` before anything was measured.
    pub fn full_ms(&self, rendering: Rendering) -> Option<f64> {
        let Known {
            effort, full_ms, ..
        } = self.known(rendering);
        full_ms.or_else(|| (effort.frames > 0).then(|| effort.mean_ms / cost(effort.rung)))
    }
}

/// How many rows of a picture are drawn at once while it is refined: as many as take about a given time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    ms_per_row: f64,
}

impl Band {
    /// Milliseconds of one band, so that a hand that moves again waits for no longer.
    pub const MS: f64 = 12.0;
    /// From one band to the next the number of rows grows by this at most: rows at the rim of a picture are cheap.
    const GROWTH: f64 = 2.0;

    /// For a picture of `rows` rows that is expected to take `full_ms`.
    pub fn expecting(full_ms: Option<f64>, rows: u32) -> Self {
        // A sixteenth of the picture where nothing is known.
        let full_ms = full_ms.unwrap_or(16.0 * Self::MS);
        Self {
            ms_per_row: (full_ms / f64::from(rows.max(1))).max(1e-6),
        }
    }

    /// Rows of the next band.
    pub fn rows(&self) -> u32 {
        (Self::MS / self.ms_per_row).clamp(1.0, 65_535.0) as u32
    }

    /// Takes in what a band of `rows` rows took.
    pub fn note(&mut self, rows: u32, ms: f64) {
        let measured = ms / f64::from(rows.max(1));
        self.ms_per_row = measured.max(self.ms_per_row / Self::GROWTH).max(1e-6);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use glam::DVec2;

    const KIND: Rendering = Rendering::Composite;

    /// Frames on a device that takes `fixed` ms for anything and `full` ms for a full picture's samples.
    fn run(efforts: &mut Efforts, frames: usize, fixed: f64, full: f64) -> Vec<usize> {
        let mut rungs = Vec::new();
        for _ in 0..frames {
            let rung = efforts.of(KIND).rung;
            rungs.push(rung);
            efforts.note(KIND, fixed + full * cost(rung));
        }
        rungs
    }

    fn moving(efforts: &Efforts) -> VolumeView {
        let view = VolumeView::fit(&crate::phantom::Phantom::dental(8).geometry(), DVec2::ONE);
        efforts.while_moving(&view)
    }

    #[test]
    fn rungs_leave_out_steps_before_pixels() {
        for pair in RUNGS.windows(2) {
            let ((step, resolution), (coarser, smaller)) = (pair[0], pair[1]);
            assert!(coarser >= step && smaller <= resolution && pair[0] != pair[1]);
        }
        assert!((1..RUNGS.len()).all(|rung| cost(rung) < cost(rung - 1)));
        assert!(RUNGS[..4].iter().all(|(_, resolution)| *resolution == 1.0));
    }

    #[test]
    fn a_fast_device_leaves_nothing_out() {
        let mut efforts = Efforts::default();
        run(&mut efforts, 60, 2.0, 6.0);
        let view = moving(&efforts);
        assert_eq!((view.step_voxels, view.resolution), (1.0, 1.0));
    }

    #[test]
    fn a_slow_device_keeps_to_the_frame_and_stays_there() {
        for full in [100.0, 400.0, 700.0] {
            let mut efforts = Efforts::default();
            let rungs = run(&mut efforts, 80, 3.0, full);
            assert!(
                3.0 + full * cost(rungs[10]) <= FRAME_MS * TOO_SLOW,
                "{full}"
            );
            let last = &rungs[40..];
            assert!(last.iter().all(|rung| *rung == last[0]), "{full}: {last:?}");
        }
    }

    #[test]
    fn one_late_frame_changes_nothing_for_long() {
        let mut efforts = Efforts::default();
        run(&mut efforts, 80, 2.0, 150.0);
        let before = moving(&efforts);
        efforts.note(KIND, 45.0);
        run(&mut efforts, 30, 2.0, 150.0);
        assert_eq!(moving(&efforts), before);
    }

    #[test]
    fn kinds_are_measured_apart() {
        let mut efforts = Efforts::default();
        run(&mut efforts, 40, 2.0, 4000.0);
        assert_eq!(moving(&efforts).resolution, 0.18);
        assert_eq!(efforts.of(Rendering::Maximum), Effort::on(START));
        assert_eq!(efforts.full_ms(Rendering::Maximum), None);
        assert!(efforts.full_ms(KIND).is_some_and(|ms| ms > 1000.0));
        efforts.note_full(KIND, 800.0);
        efforts.note(KIND, 40.0);
        assert_eq!(efforts.full_ms(KIND), Some(800.0));
    }

    #[test]
    fn bands_take_their_time_and_no_more() {
        let mut band = Band::expecting(Some(400.0), 800);
        assert_eq!(band.rows(), 24);
        band.note(24, 2.0);
        assert_eq!(band.rows(), 48, "no faster than twice");
        band.note(48, 48.0);
        assert_eq!(band.rows(), 12);
        assert!(Band::expecting(Some(3.0), 800).rows() >= 800, "all at once");
        assert_eq!(Band::expecting(None, 800).rows(), 50);
        let mut slow = Band::expecting(None, 10);
        slow.note(1, 5000.0);
        assert_eq!(slow.rows(), 1);
    }
}
