//! Parameters of a JPEG-LS scan: presets and what is derived from them (T.87 C.2.4.1.1 and A.2.1).

use super::super::DecodeError;

/// Preset coding parameters as an LSE segment gives them; 0 stands for the default.
#[derive(Clone, Copy, Default)]
pub(super) struct Presets {
    max: u32,
    thresholds: [u32; 3],
    reset: u32,
}

/// What a scan is decoded with. All of it is checked: no arithmetic with it overflows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameters {
    /// MAXVAL: the greatest sample value.
    pub max: i32,
    /// NEAR: by how much a decoded value may be off; 0 is lossless.
    pub near: i32,
    /// T1 to T3.
    pub thresholds: [i32; 3],
    /// RESET: how many samples a context counts before it forgets half.
    pub reset: u32,
    /// RANGE: how many different prediction errors there are.
    pub range: i32,
    /// _qbpp_: bits of a prediction error.
    pub error_bits: u32,
    /// LIMIT: bits of the longest code.
    pub limit: u32,
}

impl Presets {
    /// Reads an LSE segment.
    pub fn read(segment: &[u8], precision: u8) -> Result<Self, DecodeError> {
        let &[1, m1, m0, a1, a0, b1, b0, c1, c0, r1, r0] = segment else {
            return Err(DecodeError::UnsupportedImage(
                "JPEG-LS with mapping tables".to_owned(),
            ));
        };
        let [max, t1, t2, t3, reset] = [[m1, m0], [a1, a0], [b1, b0], [c1, c0], [r1, r0]]
            .map(|raw| u32::from(u16::from_be_bytes(raw)));
        let top = (1u32 << precision) - 1;
        let most = if max == 0 { top } else { max };
        let rising = |a: u32, b: u32| a == 0 || b == 0 || a <= b;
        let sound = most <= top
            && [t1, t2, t3].iter().all(|t| *t <= most)
            && rising(t1, t2)
            && rising(t2, t3)
            && (reset == 0 || (3..=most.max(255)).contains(&reset));
        if !sound {
            return Err(DecodeError::Corrupt("the JPEG-LS parameters".to_owned()));
        }
        Ok(Self {
            max,
            thresholds: [t1, t2, t3],
            reset,
        })
    }
}

impl Parameters {
    /// For samples of `precision` bits, 2 to 16.
    pub fn new(precision: u8, near: u8, presets: &Presets) -> Result<Self, DecodeError> {
        let max = match presets.max {
            0 => (1i32 << precision) - 1,
            max => max as i32,
        };
        let near = i32::from(near);
        if near > max / 2 {
            return Err(DecodeError::Corrupt("the JPEG-LS scan header".to_owned()));
        }
        let step = 2 * near + 1;
        let range = (max + 2 * near) / step + 1;
        let bits = |count: i32| 32 - (count - 1).leading_zeros();
        let sample_bits = bits(max + 1).max(2);
        let [t1, t2, t3] = presets.thresholds.map(|t| t as i32);
        let default = default_thresholds(max, near);
        let or = |t: i32, default: i32| if t == 0 { default } else { t };
        Ok(Self {
            max,
            near,
            thresholds: [or(t1, default[0]), or(t2, default[1]), or(t3, default[2])],
            reset: if presets.reset == 0 {
                64
            } else {
                presets.reset
            },
            range,
            error_bits: bits(range),
            limit: 2 * (sample_bits + sample_bits.max(8)),
        })
    }

    /// Whether values are exact and wrap at a power of two: nearly all files, and the fastest path.
    pub fn is_plain(&self) -> bool {
        self.near == 0 && (self.max + 1).count_ones() == 1
    }

    /// The region of a gradient (T.87 A.3.3), for all gradients from `-max` to `max`.
    pub fn regions(&self) -> Vec<i8> {
        let [t1, t2, t3] = self.thresholds;
        let mut regions = vec![0; 2 * self.max as usize + 1];
        // In whole stretches: one for each of the gradients would take as long as a small image.
        let (below, above) = regions.split_at_mut(self.max as usize);
        let mut start = self.near + 1;
        for (region, next) in (1i8..).zip([start, t1, t2, t3]) {
            // Presets may come in any order; the first that holds counts.
            start = start.max(next).min(self.max + 1);
            above[start as usize..].fill(region);
            below[..(self.max + 1 - start) as usize].fill(-region);
        }
        regions
    }
}

/// Default thresholds (T.87 C.2.4.1.1.1).
fn default_thresholds(max: i32, near: i32) -> [i32; 3] {
    let or_least = |value: i32, least: i32| {
        if value > max || value < least {
            least
        } else {
            value
        }
    };
    let plain = if max >= 128 {
        let factor = (max.min(4095) + 128) / 256;
        [factor + 2, 4 * factor + 3, 17 * factor + 4]
    } else {
        let factor = 256 / (max + 1);
        [
            (3 / factor).max(2),
            (7 / factor).max(3),
            (21 / factor).max(4),
        ]
    };
    let t1 = or_least(plain[0] + 3 * near, near + 1);
    let t2 = or_least(plain[1] + 5 * near, t1);
    let t3 = or_least(plain[2] + 7 * near, t2);
    [t1, t2, t3]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_those_of_the_standard() {
        // T.87 table C.3 and, for 12 bits, its formula.
        assert_eq!(default_thresholds(255, 0), [3, 7, 21]);
        assert_eq!(default_thresholds(4095, 0), [18, 67, 276]);
        assert_eq!(default_thresholds(65_535, 0), [18, 67, 276]);
        assert_eq!(default_thresholds(255, 3), [12, 22, 42]);
        let parameters = Parameters::new(8, 0, &Presets::default()).unwrap();
        assert_eq!(
            (parameters.range, parameters.error_bits, parameters.limit),
            (256, 8, 32)
        );
        let near = Parameters::new(8, 3, &Presets::default()).unwrap();
        assert_eq!((near.range, near.error_bits), (38, 6));
    }

    #[test]
    fn regions_mirror() {
        let parameters = Parameters::new(8, 0, &Presets::default()).unwrap();
        let regions = parameters.regions();
        let of = |gradient: i32| regions[(gradient + 255) as usize];
        assert_eq!(
            [0, 1, 2, 3, 6, 7, 20, 21, 255].map(of),
            [0, 1, 1, 2, 2, 3, 3, 4, 4]
        );
        assert_eq!([-1, -3, -7, -21, -255].map(of), [-1, -2, -3, -4, -4]);
    }

    #[test]
    fn parameters_that_lie_are_refused() {
        let sound = [1, 0x0F, 0xFF, 0, 18, 0, 67, 1, 20, 0, 64];
        assert!(Presets::read(&sound, 12).is_ok());
        // Mapping tables, a maximum beyond 12 bits, T1 above T2, and a reset below 3 and above the maximum.
        for (place, value) in [(0, 2), (1, 0x1F), (3, 0x01), (10, 1), (9, 0xFF)] {
            let mut lying = sound;
            lying[place] = value;
            assert!(Presets::read(&lying, 12).is_err(), "{place}");
        }
        assert!(Parameters::new(8, 128, &Presets::default()).is_err());
    }
}
