// Figures of several runs.

/** The median of those that are numbers; null where none is. */
export function median(values) {
  const known = values.filter((n) => Number.isFinite(n)).sort((a, b) => a - b);
  if (known.length === 0) return null;
  return (known[(known.length - 1) >> 1] + known[known.length >> 1]) / 2;
}
