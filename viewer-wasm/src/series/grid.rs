//! Slice positions on a regular grid.

/// A position may lie this part of a step beside its grid point: what rounding of written positions makes.
const GRID_TOLERANCE: f64 = 0.1;

/// A grid may have so many points for each slice, and always this many in all.
const MOST_POINTS: usize = 4;
const ALWAYS_POINTS: usize = 256;

fn most_points(slices: usize) -> f64 {
    (MOST_POINTS * slices).max(ALWAYS_POINTS) as f64
}

/// How slices lie along one direction.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Grid {
    pub step_mm: f64,
    /// Grid index of each slice, rising from 0.
    pub indices: Vec<usize>,
    pub fit: Fit,
}

/// How well the grid fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// Every point has a slice.
    Regular,
    /// A few points have none.
    Gaps,
    /// The steps differ, but all slices lie on points of a finer grid.
    Varying,
    /// No grid fits: slices lie up to half a step beside their points.
    None,
}

/// Finds the grid for rising offsets of at least two slices, the first of them 0.
pub(super) fn fit(offsets: &[f64]) -> Grid {
    let steps: Vec<f64> = offsets.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let median = median(&steps);
    let least = steps.iter().copied().fold(f64::INFINITY, f64::min);
    for (step, candidate) in [median, least, least / 2.0, least / 3.0]
        .into_iter()
        .enumerate()
    {
        let Some((step_mm, indices)) = snap(offsets, candidate) else {
            continue;
        };
        let gaps = indices
            .windows(2)
            .filter(|pair| pair[1] - pair[0] > 1)
            .count();
        // A few holes are lost slices; many mean that the scanner stepped differently.
        let few = gaps <= 2.max(steps.len() / 5);
        let fit = match (gaps, step) {
            (0, _) => Fit::Regular,
            (_, 0) if few => Fit::Gaps,
            _ => Fit::Varying,
        };
        return Grid {
            step_mm,
            indices,
            fit,
        };
    }
    coarse(offsets, least)
}

/// Grid indices for a step, with the step refined to fit all of them; `None` if a slice lies too far from its point.
fn snap(offsets: &[f64], step: f64) -> Option<(f64, Vec<usize>)> {
    let last = offsets.last()? / step;
    if !last.is_finite() || last > most_points(offsets.len()) {
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
    let nearest = |step: f64| -> Vec<usize> {
        offsets
            .iter()
            .map(|offset| (offset / step).round() as usize)
            .collect()
    };
    let indices = nearest(step);
    let near = offsets
        .iter()
        .zip(&indices)
        .all(|(offset, k)| (offset - *k as f64 * step).abs() <= GRID_TOLERANCE * step);
    let rising = indices.windows(2).all(|pair| pair[0] < pair[1]);
    (near && rising).then_some((step, indices))
}

/// The finest grid that is not too large; slices go to the nearest point that is free.
fn coarse(offsets: &[f64], least: f64) -> Grid {
    let total = offsets.last().copied().unwrap_or(0.0);
    let step_mm = least.max(total / most_points(offsets.len()));
    // So that first and last slice lie exactly on their points.
    let step_mm = total / (total / step_mm).round().max(1.0);
    let mut indices: Vec<usize> = Vec::with_capacity(offsets.len());
    for offset in offsets {
        let nearest = (offset / step_mm).round() as usize;
        indices.push(indices.last().map_or(nearest, |last| nearest.max(last + 1)));
    }
    // Where slices crowd, room for all of them is made below the last point.
    let mut free = (total / step_mm).round() as usize;
    for index in indices.iter_mut().rev() {
        *index = (*index).min(free);
        free = index.saturating_sub(1);
    }
    Grid {
        step_mm,
        indices,
        fit: Fit::None,
    }
}

/// The middle value; the lower of the two middle ones.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
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
        assert_eq!(grid.indices, [0, 1, 2, 4, 5]);
        assert_eq!(grid.fit, Fit::Gaps);
        assert!((grid.step_mm - 1.2).abs() < 1e-9);
    }

    #[test]
    fn varying_steps_keep_their_places() {
        let grid = fit(&[0.0, 1.0, 2.0, 4.0, 6.0, 8.0, 9.5, 11.0]);
        assert_eq!(grid.fit, Fit::Varying);
        for (offset, index) in [0.0, 1.0, 2.0, 4.0, 6.0, 8.0, 9.5, 11.0]
            .iter()
            .zip(&grid.indices)
        {
            assert!((offset - *index as f64 * grid.step_mm).abs() < 1e-9);
        }
    }

    #[test]
    fn without_a_grid_slices_keep_their_order() {
        let grid = fit(&[0.0, 1.0, 2.414, 2.6, 7.13]);
        assert_eq!(grid.fit, Fit::None);
        assert_eq!(
            (grid.indices[4] as f64 * grid.step_mm * 100.0).round(),
            713.0
        );
        assert!(grid.indices.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
