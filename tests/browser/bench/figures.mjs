// Figures of several runs.

/** The median of those that are numbers; null where none is. */
export function median(values) {
  const known = sorted(values);
  if (known.length === 0) return null;
  return (known[(known.length - 1) >> 1] + known[known.length >> 1]) / 2;
}

/** Below which this part of those that are numbers lies; null where none is. */
export function quantile(values, part) {
  const known = sorted(values);
  return known[Math.min(known.length - 1, Math.floor(part * known.length))] ?? null;
}

function sorted(values) {
  return values.filter((n) => Number.isFinite(n)).sort((a, b) => a - b);
}
