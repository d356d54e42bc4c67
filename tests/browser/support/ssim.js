// Structural similarity (Wang et al. 2004) of two RGBA pictures: mean over 8×8 windows of their luma.

const WINDOW = 8;
const STEP = 4;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

function luma({ width, height, data }) {
  const out = new Float64Array(width * height);
  for (let n = 0; n < out.length; n++) {
    out[n] = 0.299 * data[n * 4] + 0.587 * data[n * 4 + 1] + 0.114 * data[n * 4 + 2];
  }
  return out;
}

/** 1 for equal pictures. The pictures have the same size. */
export function ssim(left, right) {
  if (left.width !== right.width || left.height !== right.height) {
    throw new Error(`sizes differ: ${left.width}×${left.height}, ${right.width}×${right.height}`);
  }
  const [a, b] = [luma(left), luma(right)];
  const { width, height } = left;
  const count = WINDOW * WINDOW;
  let [total, windows] = [0, 0];
  for (let y = 0; y + WINDOW <= height; y += STEP) {
    for (let x = 0; x + WINDOW <= width; x += STEP) {
      let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
      for (let j = y; j < y + WINDOW; j++) {
        for (let i = x; i < x + WINDOW; i++) {
          const [p, q] = [a[j * width + i], b[j * width + i]];
          sumA += p;
          sumB += q;
          squaresA += p * p;
          squaresB += q * q;
          products += p * q;
        }
      }
      const [meanA, meanB] = [sumA / count, sumB / count];
      const varianceA = squaresA / count - meanA * meanA;
      const varianceB = squaresB / count - meanB * meanB;
      const covariance = products / count - meanA * meanB;
      total += ((2 * meanA * meanB + C1) * (2 * covariance + C2))
        / ((meanA ** 2 + meanB ** 2 + C1) * (varianceA + varianceB + C2));
      windows += 1;
    }
  }
  return total / windows;
}
