export type Sorting = 'index' | 'activity' | 'change';

/** The order of a signal's units: as they are, the most active first, or by when they change most. */
export function sorted(values: Float32Array, width: number, sorting: Sorting): Uint16Array {
  const order = Uint16Array.from({ length: width }, (_, unit) => unit);
  if (sorting === 'index') return order;
  const steps = values.length / width;
  const key = new Float64Array(width);
  for (let unit = 0; unit < width; unit++) {
    let total = 0;
    let moment = 0;
    let change = 0;
    for (let t = 0; t < steps; t++) {
      const value = values[t * width + unit]!;
      total += Math.abs(value);
      const step = t > 0 ? Math.abs(value - values[(t - 1) * width + unit]!) : 0;
      change += step;
      moment += step * t;
    }
    key[unit] = sorting === 'activity' ? -total : change > 0 ? moment / change : steps;
  }
  return order.sort((a, b) => key[a]! - key[b]!);
}
