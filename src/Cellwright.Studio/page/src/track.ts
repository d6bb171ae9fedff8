/** Lines over the same time as the heat maps below them, a value for each row of the axis; null where there is none. */
export interface Track { name: string; height: number; lines: TrackLine[]; fans?: Fan[]; note?: string }
export interface TrackLine { name: string; values: (number | null)[]; colour: number; width?: number; dash?: boolean; isStepped?: boolean }
export interface Fan { name: string; low: (number | null)[]; high: (number | null)[]; colour: number; alpha: number }

export interface Scale { least: number; most: number }

/** The range of all that a track draws, with a little room. */
export function scaleOf(track: Track): Scale {
  let [least, most] = [Infinity, -Infinity];
  for (const values of [...track.lines.map((line) => line.values), ...(track.fans ?? []).flatMap((fan) => [fan.low, fan.high])]) {
    for (const value of values) {
      if (value === null) continue;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  }
  if (least > most) return { least: 0, most: 1 };
  const room = most > least ? (most - least) * 0.06 : Math.max(1, Math.abs(most)) * 0.5;
  return { least: least - room, most: most + room };
}

/** Draws the rows from first to limit of a track; x gives the left edge of a row. */
export function drawTrack(context: CanvasRenderingContext2D, track: Track, scale: Scale, top: number, x: (row: number) => number, first: number, limit: number, ink: (line: number) => string): void {
  const half = (x(1) - x(0)) / 2;
  const y = (value: number): number => top + track.height - ((value - scale.least) / (scale.most - scale.least)) * track.height;
  const begin = Math.max(0, first - 1);
  for (const fan of track.fans ?? []) {
    context.fillStyle = ink(fan.colour);
    context.globalAlpha = fan.alpha;
    context.beginPath();
    let isOpen = false;
    for (let row = begin; row <= limit; row++) {
      const high = fan.high[row] ?? null;
      if (high === null) continue;
      if (isOpen) context.lineTo(x(row) + half, y(high));
      else context.moveTo(x(row) + half, y(high));
      isOpen = true;
    }
    for (let row = limit; row >= begin; row--) {
      const low = fan.low[row] ?? null;
      if (low !== null) context.lineTo(x(row) + half, y(low));
    }
    context.fill();
    context.globalAlpha = 1;
  }
  for (const line of track.lines) {
    context.strokeStyle = ink(line.colour);
    context.lineWidth = line.width ?? 1.5;
    context.setLineDash(line.dash ? [4, 3] : []);
    context.lineJoin = 'round';
    context.beginPath();
    let last: number | null = null;
    for (let row = begin; row <= limit; row++) {
      const value = line.values[row] ?? null;
      if (value === null) {
        last = null;
        continue;
      }
      if (line.isStepped) {
        if (last === null) context.moveTo(x(row), y(value));
        else context.lineTo(x(row), y(value));
        context.lineTo(x(row + 1), y(value));
      } else if (last === null) context.moveTo(x(row) + half, y(value));
      else context.lineTo(x(row) + half, y(value));
      last = value;
    }
    context.stroke();
  }
  context.setLineDash([]);
}
