//! Where soft tissue is among the values of a scan. Cone-beam scanners' grey values are not calibrated: one has soft tissue at
//! 40, as Hounsfield units do, another at 900.

use super::Histogram;

/// Where soft tissue is in Hounsfield units, between fat and muscle.
pub const SOFT_TISSUE_HU: f64 = 40.0;
/// From air to soft tissue a scan must rise by about as much as Hounsfield units do, or its values are of another scale.
const RISE: (f64, f64) = (700.0, 1300.0);
/// A peak holds at least this share of the values within [`PEAK`] of it.
const LEAST_SHARE: f64 = 0.05;
/// How far values lie from their peak, in values.
const PEAK: f64 = 100.0;

impl Histogram {
    /// How far soft tissue is from where Hounsfield units have it: what is to be added to their values. `None` where the
    /// histogram does not show air and soft tissue as two peaks.
    pub fn tissue_shift(&self) -> Option<f64> {
        let total: u64 = self.counts.iter().sum();
        let width = self.bin_width();
        if total == 0 || width <= 0.0 {
            return None;
        }
        let reach = (PEAK / width).round().max(1.0) as usize;
        let around =
            |bin: usize| bin.saturating_sub(reach)..(bin + reach + 1).min(self.counts.len());
        // Of each bin, the share of the values around it.
        let share = |bin: usize| self.counts[around(bin)].iter().sum::<u64>() as f64 / total as f64;
        let value = |bin: usize| self.low + (bin as f64 + 0.5) * width;
        // The middle of the values around a bin, which a single bin's noise does not move.
        let middle = |bin: usize| {
            let sum: f64 = around(bin)
                .map(|bin| value(bin) * self.counts[bin] as f64)
                .sum();
            sum / (share(bin) * total as f64)
        };
        let highest = |from: f64, to: f64| {
            (0..self.counts.len())
                .filter(|bin| (from..=to).contains(&value(*bin)))
                .map(|bin| (bin, share(bin)))
                .filter(|(_, share)| *share >= LEAST_SHARE)
                .reduce(|a, b| if b.1 > a.1 { b } else { a })
        };
        // Air is the lowest peak: the highest within one peak's reach of the first place with enough values.
        let begins = (0..self.counts.len()).find(|bin| share(*bin) >= LEAST_SHARE)?;
        let (air, _) = highest(value(begins), value(begins) + 2.0 * PEAK)?;
        let air = middle(air);
        let (soft, most) = highest(air + RISE.0, air + RISE.1)?;
        // The slope of a peak that lies outside is none.
        if around(soft).any(|bin| share(bin) > most) {
            return None;
        }
        Some(middle(soft) - SOFT_TISSUE_HU)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phantom::Phantom;

    /// Peaks at values, each with so many in it, in bins of 10 from -1100 to 3000.
    fn peaks(all: &[(f64, u64)]) -> Histogram {
        let mut counts = vec![2; 410];
        for (value, count) in all {
            for (away, part) in [
                (-3.0, 1),
                (-2.0, 2),
                (-1.0, 3),
                (0.0, 4),
                (1.0, 3),
                (2.0, 2),
                (3.0, 1),
            ] {
                counts[((value + 10.0 * away + 1100.0) / 10.0) as usize] += part * count / 16;
            }
        }
        Histogram {
            low: -1100.0,
            high: 3000.0,
            counts,
        }
    }

    #[test]
    fn the_phantom_is_where_hounsfield_units_are() {
        let shift = Phantom::dental(64).volume().histogram(256).tissue_shift();
        assert!(shift.is_some_and(|shift| shift.abs() < 40.0), "{shift:?}");
    }

    #[test]
    fn a_scan_of_other_values_is_followed() {
        let moved = peaks(&[(-100.0, 40_000), (900.0, 30_000), (1900.0, 4_000)]);
        let shift = moved.tissue_shift();
        assert!(
            shift.is_some_and(|shift| (shift - 860.0).abs() < 20.0),
            "{shift:?}"
        );
    }

    #[test]
    fn what_does_not_show_is_not_guessed() {
        assert_eq!(Histogram::default().tissue_shift(), None);
        // No air: a small field of view.
        assert_eq!(
            peaks(&[(100.0, 30_000), (700.0, 9_000)]).tissue_shift(),
            None
        );
        // Another scale.
        assert_eq!(
            peaks(&[(-1000.0, 30_000), (-500.0, 30_000)]).tissue_shift(),
            None
        );
    }
}
