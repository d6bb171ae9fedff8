/** A signal over time: a row for each unit, a column for each step. What is plain has no units that the cursor could be on. */
export interface Band { name: string; width: number; values: Float32Array; order: Uint16Array; isPlain?: boolean }

const darkness = matchMedia('(prefers-color-scheme: dark)');

/** Blends from blue over the panel to orange; 256 colours on each side of 0. */
function palette(): Uint32Array {
  const isDark = darkness.matches;
  const middle = isDark ? [27, 31, 40] : [253, 253, 251];
  const ends = isDark ? [[90, 165, 255], [255, 150, 70]] : [[20, 90, 170], [190, 70, 10]];
  const colours = new Uint32Array(511);
  for (let i = 0; i < 511; i++) {
    const share = Math.abs(i - 255) / 255;
    const [r, g, b] = middle.map((from, channel) => Math.round(from + (ends[i < 255 ? 0 : 1]![channel]! - from) * share));
    colours[i] = (255 << 24) | (b! << 16) | (g! << 8) | r!;
  }
  return colours;
}

/** A band as a bitmap of one pixel a value, so that scrolling only copies the part in sight. */
export function paint(band: Band, steps: number): HTMLCanvasElement {
  const bitmap = document.createElement('canvas');
  bitmap.width = steps;
  bitmap.height = band.width;
  const context = bitmap.getContext('2d')!;
  const image = context.createImageData(steps, band.width);
  const pixels = new Uint32Array(image.data.buffer);
  const colours = palette();
  let most = 1;
  for (const value of band.values) most = Math.max(most, Math.abs(value));
  for (let row = 0; row < band.width; row++) {
    const unit = band.order[row]!;
    for (let t = 0; t < steps; t++) pixels[row * steps + t] = colours[255 + Math.round((band.values[t * band.width + unit]! / most) * 255)]!;
  }
  context.putImageData(image, 0, 0);
  return bitmap;
}
