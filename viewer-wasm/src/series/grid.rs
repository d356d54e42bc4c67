//! Slice positions on a regular grid.

/// A slice counts as lying on its grid point if it is off by at most this part of a step ...
pub(super) const ON_POINT_STEPS: f64 = 0.1;

/// ... and by at most this: what rounding of written positions makes. Beyond, the stack is irregular.
pub(super) const ON_POINT_MM: f64 = 0.06;

/// The same for an irregular stack, which gets a grid of its own choice.
pub(super) const ON_FINE_POINT_MM: f64 = 0.02;

/// Up to so many holes, or up to one step in so many, are lost slices; more mean that the scanner stepped differently.
pub(super) const FEW_HOLES: usize = 2;
pub(super) const STEPS_PER_HOLE: usize = 5;

/// So many wider steps in a row mean that the scanner stepped differently.
pub(super) const STEPS_OF_A_CHANGE: usize = 3;

/// In an irregular stack a step so many times as wide as the wider of its neighbours is a gap: nothing is interpolated
/// across it.
pub(super) const GAP_RATIO: f64 = 1.8;

/// An irregular stack's grid has at most so many points for each slice, and in all; always this many are allowed.
pub(super) const POINTS_PER_SLICE: usize = 4;
pub(super) const MOST_POINTS: usize = 1024;
pub(super) const ALWAYS_POINTS: usize = 256;

/// Where a grid with gaps ends: more empty points than this for each slice are no lost slices.
const MOST_HOLES_PER_SLICE: usize = 4;

/// How slices lie along one direction.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Grid {
    pub step_mm: f64,
    /// Where each slice lies, in steps, rising from 0: a whole number where it lies on a point of the grid. The last one
    /// always is.
    pub places: Vec<f64>,
    pub fit: Fit,
}

/// How well the grid fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// Every point has a slice.
    Regular,
    /// A few points have none.
    Gaps,
    /// The steps differ: the grid is finer, and what lies between slices is interpolated.
    Varying,
}

impl Grid {
    /// How many points there are.
    pub fn points(&self) -> usize {
        self.places
            .last()
            .map_or(1, |last| last.round() as usize + 1)
    }

    /// Whether nothing may be shown between slice `n` and the next one.
    pub fn is_gap(&self, n: usize) -> bool {
        let width = |n: usize| Some(self.places.get(n + 1)? - self.places.get(n)?);
        let Some(wide) = width(n) else { return false };
        match self.fit {
            Fit::Regular => false,
            Fit::Gaps => wide > 1.5,
            Fit::Varying => {
                let before = n.checked_sub(1).and_then(width).unwrap_or(0.0);
                let neighbour = before.max(width(n + 1).unwrap_or(0.0));
                neighbour > 0.0 && wide > GAP_RATIO * neighbour
            }
        }
    }
}

/// Finds the grid for rising offsets (mm) of at least two slices, the first of them 0.
pub(super) fn fit(offsets: &[f64]) -> Grid {
    let steps: Vec<f64> = offsets.windows(2).map(|pair| pair[1] - pair[0]).collect();
    if let Some((step_mm, indices)) = snap(offsets, median(&steps)) {
        let wide: Vec<bool> = indices
            .windows(2)
            .map(|pair| pair[1] - pair[0] > 1)
            .collect();
        let holes = wide.iter().filter(|wide| **wide).count();
        let few = holes <= FEW_HOLES.max(steps.len() / STEPS_PER_HOLE);
        let change = wide
            .windows(STEPS_OF_A_CHANGE)
            .any(|run| run.iter().all(|wide| *wide));
        if few && !change {
            return Grid {
                step_mm,
                places: indices.into_iter().map(|k| k as f64).collect(),
                fit: if holes == 0 { Fit::Regular } else { Fit::Gaps },
            };
        }
    }
    finer(offsets, steps.iter().copied().fold(f64::INFINITY, f64::min))
}

/// Grid indices for a step, with the step refined to fit all of them; `None` if a slice lies too far from its point.
fn snap(offsets: &[f64], step: f64) -> Option<(f64, Vec<usize>)> {
    let last = offsets.last()? / step;
    let most = (MOST_HOLES_PER_SLICE * offsets.len()).max(ALWAYS_POINTS);
    if !last.is_finite() || last > most as f64 {
        return None;
    }
    // Each step is rounded by itself: over a long stack the error of a first guess would add up.
    let mut counted = Vec::with_capacity(offsets.len());
    counted.push(0.0);
    for pair in offsets.windows(2) {
        counted.push(counted[counted.len() - 1] + ((pair[1] - pair[0]) / step).round());
    }
    let (product, square) = offsets
        .iter()
        .zip(&counted)
        .fold((0.0, 0.0), |(p, s), (offset, k)| {
            (p + offset * k, s + k * k)
        });
    if square == 0.0 {
        return None;
    }
    let step = product / square;
    let indices: Vec<usize> = offsets
        .iter()
        .map(|offset| (offset / step).round() as usize)
        .collect();
    let tolerance = (ON_POINT_STEPS * step).min(ON_POINT_MM);
    let near = offsets
        .iter()
        .zip(&indices)
        .all(|(offset, k)| (offset - *k as f64 * step).abs() <= tolerance);
    let rising = indices.windows(2).all(|pair| pair[0] < pair[1]);
    (near && rising).then_some((step, indices))
}

/// The coarsest grid on whose points all slices lie, if there is one that is not too large; otherwise one with two
/// points for the least step, on which most slices lie between points.
fn finer(offsets: &[f64], least: f64) -> Grid {
    let slices = offsets.len();
    let total = offsets.last().copied().unwrap_or(0.0);
    let most = (POINTS_PER_SLICE * slices)
        .clamp(ALWAYS_POINTS, MOST_POINTS)
        .max(slices)
        - 1;
    let tolerance = |step: f64| (ON_POINT_STEPS * step).min(ON_FINE_POINT_MM) / step;
    let on_point = |offset: f64, step: f64| {
        let place = offset / step;
        (place - place.round()).abs() <= tolerance(step)
    };
    // A step wider than the least one would have two slices on one point.
    let fewest = ((total / least) * (1.0 - ON_POINT_STEPS)).ceil().max(1.0);
    let fitting = (fewest.min(most as f64 + 1.0) as usize..=most).find(|intervals| {
        let step = total / *intervals as f64;
        offsets.iter().all(|offset| on_point(*offset, step))
            && offsets
                .windows(2)
                .all(|pair| ((pair[1] - pair[0]) / step).round() >= 1.0)
    });
    let intervals = fitting.unwrap_or_else(|| {
        let twice = (2.0 * total / least).ceil();
        (twice.min(most as f64) as usize).max(1)
    });
    let step_mm = total / intervals as f64;
    let mut places: Vec<f64> = Vec::with_capacity(slices);
    for (n, offset) in offsets.iter().enumerate() {
        let place = offset / step_mm;
        let point = place.round();
        // A point has one slice; the last slice has the last point.
        let free = places.last().is_none_or(|last| *last < point)
            && (point < intervals as f64 || n + 1 == slices);
        places.push(if free && on_point(*offset, step_mm) {
            point
        } else {
            let last = places.last().copied().unwrap_or(0.0);
            place.max(last + 1e-6)
        });
    }
    if let Some(last) = places.last_mut() {
        *last = intervals as f64;
    }
    Grid {
        step_mm,
        places,
        fit: Fit::Varying,
    }
}

/// The middle value; the lower of the two middle ones.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    crate::order::sort(&mut sorted, f64::total_cmp);
    sorted
        .get(sorted.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_positions_of_a_long_stack_are_regular() {
        let rounded: Vec<f64> = (0..400)
            .map(|k| (f64::from(k) * 6.25).round() / 10.0)
            .collect();
        assert_eq!(fit(&rounded).fit, Fit::Regular);
        assert!((fit(&rounded).step_mm - 0.625).abs() < 1e-4);
    }

    #[test]
    fn a_gap_stays_a_gap() {
        let grid = fit(&[0.0, 1.2, 2.4, 4.8, 6.0]);
        assert_eq!(grid.places, [0.0, 1.0, 2.0, 4.0, 5.0]);
        assert_eq!(grid.fit, Fit::Gaps);
        assert!((grid.step_mm - 1.2).abs() < 1e-9);
        assert_eq!(
            (0..5).map(|n| grid.is_gap(n)).collect::<Vec<_>>(),
            [false, false, true, false, false]
        );
    }

    #[test]
    fn varying_steps_get_the_coarsest_grid_that_holds_all_slices() {
        let offsets = [0.0, 1.0, 2.0, 4.0, 6.0, 8.0, 9.5, 11.0];
        let grid = fit(&offsets);
        assert_eq!(grid.fit, Fit::Varying);
        assert!((grid.step_mm - 0.5).abs() < 1e-9);
        for (offset, place) in offsets.iter().zip(&grid.places) {
            assert_eq!(place.fract(), 0.0);
            assert!((offset - place * grid.step_mm).abs() < 1e-9);
        }
        assert!((0..7).all(|n| !grid.is_gap(n)));
    }

    #[test]
    fn a_change_of_step_is_no_row_of_lost_slices() {
        let offsets: Vec<f64> = (0..=20).chain([22, 24, 26]).map(f64::from).collect();
        assert_eq!(fit(&offsets).fit, Fit::Varying);
        let lost: Vec<f64> = (0..=20).chain([22, 23, 25, 26]).map(f64::from).collect();
        assert_eq!(fit(&lost).fit, Fit::Gaps);
    }

    #[test]
    fn without_a_common_grid_places_are_true_all_the_same() {
        let offsets = [0.0, 1.0, 2.414, 3.3137, 5.13];
        let grid = fit(&offsets);
        assert_eq!(grid.fit, Fit::Varying);
        assert_eq!(grid.points() as f64 - 1.0, grid.places[4]);
        for (offset, place) in offsets.iter().zip(&grid.places) {
            assert!((offset - place * grid.step_mm).abs() <= ON_FINE_POINT_MM + 1e-9);
        }
    }

    #[test]
    fn jitter_beyond_rounding_is_not_called_regular() {
        let offsets: Vec<f64> = (0..20)
            .map(|k| f64::from(k) * 5.0 + if k % 3 == 1 { 0.3 } else { 0.0 })
            .collect();
        let grid = fit(&offsets);
        assert_eq!(grid.fit, Fit::Varying);
        assert!(grid.points() <= ALWAYS_POINTS);
    }

    #[test]
    fn a_hole_in_an_irregular_stack_is_a_gap() {
        let grid = fit(&[0.0, 1.0, 2.3, 3.4, 9.9, 11.1, 12.0]);
        assert_eq!(grid.fit, Fit::Varying);
        assert_eq!((0..6).filter(|n| grid.is_gap(*n)).collect::<Vec<_>>(), [3]);
    }
}
