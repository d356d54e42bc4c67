//! What is learnt of the samples seen so far, by context (T.87 A.2.1, A.6 and A.7.2).

use super::parameters::Parameters;

/// Golomb parameters above this do not come from sound data.
const LARGEST_K: u32 = 16;

/// A context of the regular mode.
#[derive(Clone, Copy)]
pub(super) struct Context {
    /// A: sum of the errors' magnitudes.
    sum: u32,
    /// B: sum of the errors, for the bias.
    bias: i32,
    /// C: correction of the prediction.
    pub correction: i32,
    /// N: how many samples.
    count: u32,
}

/// A context of the run interruption.
#[derive(Clone, Copy)]
pub(super) struct RunContext {
    sum: u32,
    count: u32,
    /// Nn: how many errors were negative.
    negative: u32,
    /// RItype: 1 if the run's value and the one above are alike.
    kind: u32,
}

fn first_sum(parameters: &Parameters) -> u32 {
    ((parameters.range as u32 + 32) / 64).max(2)
}

/// The least `k` with `count << k >= sum`.
#[inline]
fn golomb_parameter(sum: u32, count: u32) -> u32 {
    let k = count.leading_zeros().saturating_sub(sum.leading_zeros());
    (k + u32::from(count << k < sum)).min(LARGEST_K)
}

impl Context {
    pub fn new(parameters: &Parameters) -> Self {
        Self {
            sum: first_sum(parameters),
            bias: 0,
            correction: 0,
            count: 1,
        }
    }

    #[inline]
    pub fn golomb_parameter(&self) -> u32 {
        golomb_parameter(self.sum, self.count)
    }

    /// Whether lossless errors with `k` = 0 are coded the other way round (T.87 A.5.2).
    #[inline]
    pub fn leans_down(&self) -> bool {
        2 * self.bias <= -(self.count as i32)
    }

    /// Learns from an error (T.87 A.6). `step` is twice NEAR and 1.
    #[inline]
    pub fn learn(&mut self, error: i32, step: i32, reset: u32) {
        self.sum = self.sum.wrapping_add(error.unsigned_abs());
        self.bias = self.bias.wrapping_add(error.wrapping_mul(step));
        if self.count == reset {
            self.sum >>= 1;
            self.bias >>= 1;
            self.count >>= 1;
        }
        self.count += 1;
        let count = self.count as i32;
        // Without a branch, since there is nothing to predict: the bias moves towards zero by one count at most.
        let is_low = i32::from(self.bias <= -count);
        let is_high = i32::from(self.bias > 0);
        let moved = self.bias.wrapping_add((is_low - is_high) * count);
        self.bias = moved.clamp(1 - count, 0);
        self.correction = (self.correction + is_high - is_low).clamp(-128, 127);
    }
}

impl RunContext {
    pub fn new(parameters: &Parameters, kind: u32) -> Self {
        Self {
            sum: first_sum(parameters),
            count: 1,
            negative: 0,
            kind,
        }
    }

    pub fn golomb_parameter(&self) -> u32 {
        golomb_parameter(
            self.sum.wrapping_add((self.count >> 1) * self.kind),
            self.count,
        )
    }

    /// The error that a code stands for (T.87 A.7.2.2), learning from it.
    pub fn error(&mut self, code: u32, k: u32, reset: u32) -> i32 {
        let mapped = code + self.kind;
        let odd = mapped & 1;
        let magnitude = ((mapped + odd) / 2) as i32;
        let negative = u32::from(k != 0 || 2 * self.negative >= self.count) == odd;
        let error = if negative { -magnitude } else { magnitude };
        if error < 0 {
            self.negative += 1;
        }
        self.sum = self.sum.wrapping_add((code + 1 - self.kind) >> 1);
        if self.count == reset {
            self.sum >>= 1;
            self.count >>= 1;
            self.negative >>= 1;
        }
        self.count += 1;
        error
    }
}

#[cfg(test)]
mod tests {
    use super::golomb_parameter;

    #[test]
    fn golomb_parameters_are_the_least_that_reach() {
        for count in 1..70u32 {
            for sum in 0..5000u32 {
                let k = (0..).find(|k| count << k >= sum).unwrap();
                assert_eq!(golomb_parameter(sum, count), k.min(16), "{sum} {count}");
            }
        }
    }
}
