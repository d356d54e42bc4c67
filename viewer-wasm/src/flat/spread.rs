//! Images of fractions, or of more than 16 bits: spread over the values that a slice can keep.

use crate::codec::Samples;
use crate::series::{Rescale, ValueType};

/// The samples of one frame as whole values of 16 bits, and how those become the samples again; `None` of samples that fit
/// as they are. What is no number counts as the least that is there.
pub fn spread(samples: &Samples, value_type: ValueType) -> Option<(Samples, Rescale)> {
    if !matches!(
        samples,
        Samples::F32(_) | Samples::F64(_) | Samples::U32(_) | Samples::I32(_)
    ) {
        return None;
    }
    let (least, most) = value_type.range();
    let (least, most) = (f64::from(least), f64::from(most));
    let (mut low, mut high, mut whole) = (f64::INFINITY, f64::NEG_INFINITY, true);
    samples.for_each(|value| {
        if value.is_finite() {
            low = low.min(value);
            high = high.max(value);
            whole &= value.fract() == 0.0;
        }
    });
    if low > high || whole && low >= least && high <= most {
        return None;
    }
    // Whole values that span few enough keep their steps.
    let slope = if whole && high - low <= most - least {
        1.0
    } else {
        ((high - low) / (most - least)).max(f64::MIN_POSITIVE)
    };
    let rescale = Rescale {
        slope,
        intercept: low - least * slope,
    };
    let mut kept = Vec::with_capacity(samples.len());
    samples.for_each(|value| {
        let step = ((value - low) / slope + least).round().clamp(least, most);
        kept.push(if step.is_nan() { least } else { step } as i32);
    });
    Some((Samples::I32(kept), rescale))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(samples: Samples, value_type: ValueType) -> Vec<f64> {
        let (kept, rescale) = spread(&samples, value_type).expect("does not fit");
        let mut values = Vec::new();
        kept.for_each(|kept| values.push(rescale.apply(kept)));
        values
    }

    #[test]
    fn fractions_come_back_within_a_step() {
        let samples = vec![0.0, 0.25, 0.5, 1.0];
        for (found, value) in again(Samples::F64(samples.clone()), ValueType::I16)
            .into_iter()
            .zip(samples)
        {
            assert!(
                (found - value).abs() <= 0.5 / 65_535.0,
                "{found} for {value}"
            );
        }
        let odd = again(Samples::F32(vec![2.5, f32::NAN, 3.5]), ValueType::I16);
        assert_eq!((odd[0], odd[1], odd[2].round()), (2.5, 2.5, 4.0));
    }

    #[test]
    fn whole_values_keep_their_steps_where_they_can() {
        let far = vec![1_000_000, 1_000_001, 1_065_535];
        let found = again(Samples::U32(far.clone()), ValueType::U16);
        assert_eq!(found, far.into_iter().map(f64::from).collect::<Vec<_>>());
        assert!(spread(&Samples::U32(vec![0, 65_535]), ValueType::U16).is_none());
        assert!(spread(&Samples::F32(vec![1.0, 2.0]), ValueType::I16).is_none());
        assert!(spread(&Samples::U16(vec![65_535]), ValueType::U16).is_none());
    }
}
