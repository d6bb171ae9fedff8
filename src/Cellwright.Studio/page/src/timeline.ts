import { h } from './dom';
import { paint, type Band } from './heat-band';
import { partsOf } from './names';
import { drawTrack, scaleOf, type Scale, type Track } from './track';

/** One time axis: how many rows a step reads, how many rows follow the last step, and what each row is called. */
export interface Axis { steps: number; segment: number; ahead: number; labels: string[] }

const gap = 10;
const axisHeight = 24;
const darkness = matchMedia('(prefers-color-scheme: dark)');
const serif = 'Georgia, "Times New Roman", serif';

/**
 * Lines on top that stay, and below them a heat map of every signal, over one time axis. A band is drawn once into a bitmap;
 * scrolling only copies the part in sight, so its cost does not grow with the number of steps.
 */
export class Timeline {
  readonly element = h('div', { class: 'heat', tabindex: 0, role: 'application', 'aria-label': 'Heat map of all signals over time; arrow keys move the cursor by step and unit' });
  private readonly canvas = h('canvas');
  private readonly spacer = h('div', { class: 'spacer' });
  private readonly tip = h('div', { class: 'tip', hidden: true });
  private readonly context = this.canvas.getContext('2d', { alpha: false })!;
  private axis: Axis = { steps: 0, segment: 1, ahead: 0, labels: [] };
  private tracks: { track: Track; scale: Scale; top: number }[] = [];
  private bands: Band[] = [];
  private tops: number[] = [];
  private rowsOf: Uint16Array[] = [];
  private bitmaps: HTMLCanvasElement[] = [];
  private colours = { panel: '', ink: '', faint: '', accent: '', lines: [] as string[] };
  private width = 0;
  private gutter = 92;
  private rowWidth = 6;
  private unitHeight = 4;
  private pinned = 0;
  private labelEvery = 1;
  private areLabelsLong = false;
  private step = 0;
  private signal = '';
  private unit = 0;
  private isDirty = false;

  constructor(private readonly picked: (step: number, signal: string, unit: number) => void) {
    this.element.append(h('div', { class: 'frame' }, this.canvas), this.spacer, this.tip);
    this.element.addEventListener('scroll', () => this.invalidate(), { passive: true });
    new ResizeObserver(() => {
      if (this.element.clientWidth === this.width) this.resize();
      else this.again();
    }).observe(this.element);
    darkness.addEventListener('change', () => this.again());
    this.canvas.addEventListener('pointermove', (event) => this.hover(event));
    this.canvas.addEventListener('pointerleave', () => { this.tip.hidden = true; });
    this.canvas.addEventListener('pointerdown', (event) => {
      const { step, band, unit } = this.hit(event);
      if (step >= 0) this.picked(Math.min(step, this.axis.steps - 1), band?.name ?? this.signal, unit ?? this.unit);
    });
    this.element.addEventListener('keydown', (event) => this.key(event));
  }

  set(axis: Axis, tracks: Track[], bands: Band[]): void {
    this.axis = axis;
    this.bands = bands;
    const rows = this.rows;
    this.width = this.element.clientWidth;
    this.gutter = this.width < 600 ? 52 : 92;
    this.rowWidth = Math.max(rows > 600 ? 3 : 5, Math.min(48, Math.floor((this.width - this.gutter - 8) / Math.max(1, rows))));
    let top = axisHeight;
    this.tracks = tracks.map((track) => {
      const placed = { track, scale: scaleOf(track), top };
      top += track.height + gap;
      return placed;
    });
    this.pinned = top;
    this.unitHeight = Math.max(2, Math.min(9, Math.floor(130 / Math.max(1, ...bands.map((band) => band.width)))));
    this.tops = bands.map((band) => {
      const own = top;
      top += band.width * this.unitHeight + gap;
      return own;
    });
    this.rowsOf = bands.map((band) => {
      const rowOf = new Uint16Array(band.width);
      band.order.forEach((unit, row) => { rowOf[unit] = row; });
      return rowOf;
    });
    this.readColours();
    this.context.font = '11px system-ui, sans-serif';
    const widest = Math.max(0, ...axis.labels.slice(0, 50).map((label) => this.context.measureText(label).width));
    this.areLabelsLong = axis.labels.some((label) => label.length > 3);
    this.labelEvery = Math.max(1, Math.ceil((widest + (this.areLabelsLong ? 24 : 3)) / this.rowWidth));
    this.bitmaps = bands.map((band) => paint(band, axis.steps));
    this.spacer.style.width = `${this.gutter + rows * this.rowWidth + 6}px`;
    this.spacer.style.height = `${top}px`;
    this.element.style.height = `min(${top + 16}px, max(70vh, 420px))`;
    this.resize();
  }

  /** Puts the cursor somewhere, in sight. */
  point(step: number, signal: string, unit: number): void {
    [this.step, this.signal, this.unit] = [step, signal, unit];
    const at = step * this.columnWidth;
    const seen = this.element.clientWidth - this.gutter - 20;
    if (at < this.element.scrollLeft || at > this.element.scrollLeft + seen) this.element.scrollLeft = Math.max(0, at - seen / 2);
    this.invalidate();
  }

  /** Shows the last rows. */
  scrollToEnd(): void { this.element.scrollLeft = this.element.scrollWidth; }

  private again(): void { this.set(this.axis, this.tracks.map((each) => each.track), this.bands); }

  private get rows(): number { return this.axis.steps * this.axis.segment + this.axis.ahead; }

  private get columnWidth(): number { return this.rowWidth * this.axis.segment; }

  private readColours(): void {
    const style = getComputedStyle(this.element);
    const probe = h('i', { hidden: true });
    this.element.append(probe);
    const lines = Array.from({ length: 7 }, (_, i) => {
      probe.style.color = `var(--line-${i + 1})`;
      return getComputedStyle(probe).color;
    });
    probe.remove();
    this.colours = { panel: style.getPropertyValue('background-color'), ink: style.color, faint: style.getPropertyValue('border-left-color'), accent: style.getPropertyValue('outline-color'), lines };
  }

  private resize(): void {
    const ratio = devicePixelRatio || 1;
    const [width, height] = [this.element.clientWidth, this.element.clientHeight];
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    this.invalidate();
  }

  private invalidate(): void {
    if (this.isDirty) return;
    this.isDirty = true;
    requestAnimationFrame(() => {
      this.isDirty = false;
      this.draw();
    });
  }

  private draw(): void {
    const { context, element, colours, axis } = this;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [this.canvas.width / ratio, this.canvas.height / ratio];
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = colours.panel;
    context.fillRect(0, 0, width, height);
    context.imageSmoothingEnabled = false;
    const x = (row: number): number => this.gutter + row * this.rowWidth - element.scrollLeft;
    this.clip(this.gutter, this.pinned - gap / 2, width, height);
    this.drawBands(element.scrollTop, x, width, height);
    context.restore();
    this.drawBandNames(element.scrollTop, height);
    const first = Math.max(0, Math.floor(element.scrollLeft / this.rowWidth));
    const limit = Math.min(this.rows, first + Math.ceil((width - this.gutter) / this.rowWidth) + 1);
    this.clip(this.gutter, 0, width, height);
    if (axis.ahead > 0) {
      context.fillStyle = colours.ink;
      context.globalAlpha = 0.05;
      context.fillRect(x(this.rows - axis.ahead), 0, axis.ahead * this.rowWidth, height);
      context.globalAlpha = 1;
    }
    this.drawAxis(first, limit, x);
    for (const { track, scale, top } of this.tracks) drawTrack(context, track, scale, top, x, first, limit, (line) => colours.lines[line % 7]!);
    context.strokeStyle = colours.ink;
    context.lineWidth = 1;
    context.strokeRect(x(this.step * axis.segment) - 0.5, axisHeight - 4, this.columnWidth + 1, height + 2);
    context.restore();
    this.drawTrackNames();
  }

  private clip(left: number, top: number, right: number, bottom: number): void {
    this.context.save();
    this.context.beginPath();
    this.context.rect(left, top, right - left, bottom - top);
    this.context.clip();
  }

  private drawBands(scrollY: number, x: (row: number) => number, width: number, height: number): void {
    const { context, colours, axis } = this;
    const first = Math.max(0, Math.floor(this.element.scrollLeft / this.columnWidth));
    const count = Math.min(axis.steps - first, Math.ceil((width - this.gutter) / this.columnWidth) + 1);
    if (count <= 0) return;
    const left = x(first * axis.segment);
    this.bands.forEach((band, i) => {
      const y = this.tops[i]! - scrollY;
      const tall = band.width * this.unitHeight;
      if (y + tall < this.pinned || y > height) return;
      // Only the units in sight.
      const above = Math.max(0, Math.floor((this.pinned - gap - y) / this.unitHeight));
      const units = Math.min(band.width - above, Math.ceil((height - y) / this.unitHeight) - above + 1);
      context.drawImage(this.bitmaps[i]!, first, above, count, units, left, y + above * this.unitHeight, count * this.columnWidth, units * this.unitHeight);
      if (this.unit >= band.width || band.isPlain) return;
      const isChosen = band.name === this.signal;
      context.strokeStyle = isChosen ? colours.accent : colours.faint;
      context.lineWidth = isChosen ? 2 : 1;
      context.strokeRect(this.gutter - 4, y + this.rowsOf[i]![this.unit]! * this.unitHeight - 0.5, left + count * this.columnWidth - this.gutter + 6, this.unitHeight + 1);
    });
  }

  private drawBandNames(scrollY: number, height: number): void {
    this.clip(0, this.pinned - gap / 2, this.gutter, height);
    this.bands.forEach((band, i) => {
      const { letter, low } = partsOf(band.name);
      const y = Math.max(this.pinned, this.tops[i]! - scrollY);
      if (y > this.tops[i]! - scrollY + band.width * this.unitHeight - 12) return;
      this.context.fillStyle = this.colours.ink;
      this.context.textBaseline = 'top';
      this.context.textAlign = 'left';
      this.context.font = `italic 17px ${serif}`;
      this.context.fillText(letter, 10, y);
      const after = 11 + this.context.measureText(letter).width;
      this.context.font = `italic 12px ${serif}`;
      this.context.fillText(low, after, y + 8);
    });
    this.context.restore();
  }

  private drawAxis(first: number, limit: number, x: (row: number) => number): void {
    const { context, colours, axis } = this;
    context.fillStyle = colours.faint;
    context.textBaseline = 'middle';
    context.font = '11px system-ui, sans-serif';
    const { areLabelsLong } = this;
    context.textAlign = areLabelsLong ? 'left' : 'center';
    for (let row = first - (first % this.labelEvery); row < limit; row += this.labelEvery) {
      context.fillText(axis.labels[row] ?? '', x(row) + (areLabelsLong ? 3 : this.rowWidth / 2), axisHeight / 2 - 2);
      if (areLabelsLong) context.fillRect(x(row), 3, 1, axisHeight - 8);
    }
  }

  private drawTrackNames(): void {
    const { context, colours } = this;
    for (const { track, scale, top } of this.tracks) {
      context.textBaseline = 'top';
      context.textAlign = 'left';
      context.fillStyle = colours.ink;
      context.font = '12px system-ui, sans-serif';
      context.fillText(fitted(context, track.name, this.gutter - 8), 4, top + (track.height > 60 ? 16 : track.height / 2 - 7));
      context.fillStyle = colours.faint;
      context.font = '10px system-ui, sans-serif';
      if (track.height < 60) continue;
      context.fillText(short(scale.most), 4, top);
      context.fillText(short(scale.least), 4, top + track.height - 11);
    }
  }

  private hit(event: PointerEvent): { row: number; step: number; band: Band | null; unit: number | null; track: Track | null } {
    const box = this.canvas.getBoundingClientRect();
    const at = event.clientX - box.left;
    const row = at < this.gutter ? -1 : Math.floor((at - this.gutter + this.element.scrollLeft) / this.rowWidth);
    const none = { row: -1, step: -1, band: null, unit: null, track: null };
    if (row < 0 || row >= this.rows) return none;
    const step = Math.floor(row / this.axis.segment);
    const y = event.clientY - box.top;
    if (y < this.pinned - gap / 2) return { ...none, row, step, track: this.tracks.find(({ top, track }) => y >= top && y < top + track.height)?.track ?? null };
    const below = y + this.element.scrollTop;
    const i = this.bands.findIndex((band, index) => below >= this.tops[index]! && below < this.tops[index]! + band.width * this.unitHeight);
    if (i < 0 || step >= this.axis.steps) return none;
    const band = this.bands[i]!;
    return { row, step, band, unit: band.order[Math.floor((below - this.tops[i]!) / this.unitHeight)]!, track: null };
  }

  private hover(event: PointerEvent): void {
    const { row, step, band, unit, track } = this.hit(event);
    this.tip.hidden = band === null && track === null;
    if (this.tip.hidden) return;
    const when = this.axis.labels[row] && this.axis.labels[row]!.length > 2 ? this.axis.labels[row]! : `step ${step + 1}`;
    this.tip.textContent = band
      ? `${band.name}, unit ${unit}, ${when}: ${band.values[step * band.width + unit!]!.toPrecision(4)}`
      : `${when}: ${track!.lines.flatMap((line) => (line.values[row] == null ? [] : [`${line.name} ${short(line.values[row]!)}`])).concat((track!.fans ?? []).flatMap((fan) => (fan.low[row] == null ? [] : [`${fan.name} ${short(fan.low[row]!)} to ${short(fan.high[row]!)}`]))).join(', ') || 'none'}`;
    const box = this.element.getBoundingClientRect();
    const x = Math.max(0, Math.min(event.clientX - box.left + 14, box.width - this.tip.offsetWidth - 20)) + this.element.scrollLeft;
    this.tip.style.transform = `translate(${x}px, ${Math.min(event.clientY - box.top + 16, box.height - 40) + this.element.scrollTop}px)`;
  }

  private key(event: KeyboardEvent): void {
    const index = Math.max(0, this.bands.findIndex((each) => each.name === this.signal));
    const band = this.bands[index];
    const { steps } = this.axis;
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], PageUp: [-10, 0], PageDown: [10, 0], Home: [-steps, 0], End: [steps, 0],
    };
    const move = moves[event.key];
    if (!move || !band) return;
    event.preventDefault();
    const row = this.rowsOf[index]![this.unit] ?? 0;
    this.picked(Math.max(0, Math.min(steps - 1, this.step + move[0])), band.name, band.order[Math.max(0, Math.min(band.width - 1, row + move[1]))]!);
  }
}

const short = (value: number): string => String(Number(value.toPrecision(4))).replace('-', '−');

function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  let result = text;
  while (result.length > 2 && context.measureText(result).width > width) result = `${result.slice(0, -2)}…`;
  return result;
}
