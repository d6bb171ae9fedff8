import { h } from './dom';
import { partsOf } from './names';

export interface Band { name: string; width: number; values: Float32Array; order: Uint16Array }

const nameWidth = 52;
const gap = 10;
const darkness = matchMedia('(prefers-color-scheme: dark)');

/**
 * All signals over time: a band for each, a row for each unit, a column for each step. Each band is drawn once into a bitmap
 * of one pixel a value; scrolling only copies the part in sight, so its cost does not grow with the number of steps.
 */
export class HeatMap {
  readonly element = h('div', { class: 'heat', tabindex: 0, role: 'application', 'aria-label': 'Heat map of all signals; arrow keys move the cursor by step and unit' });
  private readonly canvas = h('canvas');
  private readonly spacer = h('div', { class: 'spacer' });
  private readonly tip = h('div', { class: 'tip', hidden: true });
  private readonly context = this.canvas.getContext('2d')!;
  private bands: Band[] = [];
  private tops: number[] = [];
  private rows: Uint16Array[] = [];
  private bitmaps: HTMLCanvasElement[] = [];
  private colours = { panel: '', ink: '', faint: '', accent: '' };
  private steps = 0;
  private columnWidth = 6;
  private rowHeight = 4;
  private step = 0;
  private signal = '';
  private unit = 0;
  private isDirty = false;

  constructor(private readonly picked: (step: number, signal: string, unit: number) => void) {
    this.element.append(h('div', { class: 'frame' }, this.canvas), this.spacer, this.tip);
    this.element.addEventListener('scroll', () => this.invalidate(), { passive: true });
    new ResizeObserver(() => this.resize()).observe(this.element);
    darkness.addEventListener('change', () => this.set(this.bands, this.steps));
    this.canvas.addEventListener('pointermove', (event) => this.hover(event));
    this.canvas.addEventListener('pointerleave', () => { this.tip.hidden = true; });
    this.canvas.addEventListener('pointerdown', (event) => {
      const hit = this.hit(event);
      if (hit) this.picked(hit.step, hit.band.name, hit.unit);
    });
    this.element.addEventListener('keydown', (event) => this.key(event));
  }

  set(bands: Band[], steps: number): void {
    this.bands = bands;
    this.steps = steps;
    this.columnWidth = steps > 600 ? 3 : steps > 200 ? 5 : steps > 80 ? 9 : 14;
    this.rowHeight = Math.max(2, Math.min(9, Math.floor(130 / Math.max(1, ...bands.map((band) => band.width)))));
    this.tops = [];
    let top = 4;
    for (const band of bands) {
      this.tops.push(top);
      top += band.width * this.rowHeight + gap;
    }
    this.rows = bands.map((band) => {
      const rows = new Uint16Array(band.width);
      band.order.forEach((unit, row) => { rows[unit] = row; });
      return rows;
    });
    const style = getComputedStyle(this.element);
    this.colours = { panel: style.getPropertyValue('background-color'), ink: style.color, faint: style.getPropertyValue('border-left-color'), accent: style.getPropertyValue('outline-color') };
    this.bitmaps = bands.map((band) => this.paint(band));
    this.spacer.style.width = `${nameWidth + steps * this.columnWidth + 6}px`;
    this.spacer.style.height = `${top}px`;
    this.resize();
  }

  /** Puts the cursor somewhere, in sight. */
  point(step: number, signal: string, unit: number): void {
    [this.step, this.signal, this.unit] = [step, signal, unit];
    const at = step * this.columnWidth;
    const seen = this.element.clientWidth - nameWidth - 20;
    if (at < this.element.scrollLeft || at > this.element.scrollLeft + seen) this.element.scrollLeft = Math.max(0, at - seen / 2);
    this.invalidate();
  }

  private paint(band: Band): HTMLCanvasElement {
    const bitmap = h('canvas', { width: this.steps, height: band.width });
    const context = bitmap.getContext('2d')!;
    const image = context.createImageData(this.steps, band.width);
    const isDark = darkness.matches;
    const middle = isDark ? [27, 31, 40] : [253, 253, 251];
    const positive = isDark ? [255, 150, 70] : [190, 70, 10];
    const negative = isDark ? [90, 165, 255] : [20, 90, 170];
    let most = 1;
    for (const value of band.values) most = Math.max(most, Math.abs(value));
    const pixels = image.data;
    for (let row = 0; row < band.width; row++) {
      const unit = band.order[row]!;
      for (let t = 0; t < this.steps; t++) {
        const value = band.values[t * band.width + unit]! / most;
        const end = value >= 0 ? positive : negative;
        const share = Math.abs(value);
        const i = (row * this.steps + t) * 4;
        pixels[i] = middle[0]! + (end[0]! - middle[0]!) * share;
        pixels[i + 1] = middle[1]! + (end[1]! - middle[1]!) * share;
        pixels[i + 2] = middle[2]! + (end[2]! - middle[2]!) * share;
        pixels[i + 3] = 255;
      }
    }
    context.putImageData(image, 0, 0);
    return bitmap;
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
    const { context, element, colours } = this;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [this.canvas.width / ratio, this.canvas.height / ratio];
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = colours.panel;
    context.fillRect(0, 0, width, height);
    context.imageSmoothingEnabled = false;
    const [scrollX, scrollY] = [element.scrollLeft, element.scrollTop];
    const first = Math.max(0, Math.floor(scrollX / this.columnWidth));
    const count = Math.min(this.steps - first, Math.ceil((width - nameWidth) / this.columnWidth) + 1);
    if (count <= 0) return;
    context.save();
    context.beginPath();
    context.rect(nameWidth, 0, width - nameWidth, height);
    context.clip();
    const x = nameWidth + first * this.columnWidth - scrollX;
    this.bands.forEach((band, i) => {
      const y = this.tops[i]! - scrollY;
      const tall = band.width * this.rowHeight;
      if (y + tall < 0 || y > height) return;
      context.drawImage(this.bitmaps[i]!, first, 0, count, band.width, x, y, count * this.columnWidth, tall);
      if (this.unit >= band.width) return;
      const isChosen = band.name === this.signal;
      context.strokeStyle = isChosen ? colours.accent : colours.faint;
      context.lineWidth = isChosen ? 2 : 1;
      context.strokeRect(nameWidth - 4, y + this.rows[i]![this.unit]! * this.rowHeight - 0.5, x + count * this.columnWidth - nameWidth + 6, this.rowHeight + 1);
    });
    context.strokeStyle = colours.ink;
    context.lineWidth = 1;
    context.strokeRect(nameWidth + this.step * this.columnWidth - scrollX - 0.5, -1, this.columnWidth + 1, height + 2);
    context.restore();
    context.fillStyle = colours.ink;
    context.textBaseline = 'top';
    this.bands.forEach((band, i) => {
      const { letter, low } = partsOf(band.name);
      const y = Math.max(2, this.tops[i]! - scrollY);
      if (y > this.tops[i]! - scrollY + band.width * this.rowHeight - 12) return;
      context.font = 'italic 17px Georgia, "Times New Roman", serif';
      context.fillText(letter, 10, y);
      const after = 11 + context.measureText(letter).width;
      context.font = 'italic 12px Georgia, "Times New Roman", serif';
      context.fillText(low, after, y + 8);
    });
  }

  private hit(event: PointerEvent): { step: number; band: Band; unit: number } | null {
    const box = this.canvas.getBoundingClientRect();
    const step = Math.floor((event.clientX - box.left - nameWidth + this.element.scrollLeft) / this.columnWidth);
    const y = event.clientY - box.top + this.element.scrollTop;
    const i = this.bands.findIndex((band, index) => y >= this.tops[index]! && y < this.tops[index]! + band.width * this.rowHeight);
    if (i < 0 || step < 0 || step >= this.steps || event.clientX - box.left < nameWidth) return null;
    const band = this.bands[i]!;
    return { step, band, unit: band.order[Math.floor((y - this.tops[i]!) / this.rowHeight)]! };
  }

  private hover(event: PointerEvent): void {
    const hit = this.hit(event);
    this.tip.hidden = hit === null;
    if (!hit) return;
    const box = this.element.getBoundingClientRect();
    this.tip.textContent = `${hit.band.name}, unit ${hit.unit}, step ${hit.step + 1}: ${hit.band.values[hit.step * hit.band.width + hit.unit]!.toPrecision(4)}`;
    const x = Math.max(0, Math.min(event.clientX - box.left + 14, box.width - 230)) + this.element.scrollLeft;
    this.tip.style.transform = `translate(${x}px, ${Math.min(event.clientY - box.top + 16, box.height - 40) + this.element.scrollTop}px)`;
  }

  private key(event: KeyboardEvent): void {
    const index = Math.max(0, this.bands.findIndex((each) => each.name === this.signal));
    const band = this.bands[index];
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], PageUp: [-10, 0], PageDown: [10, 0], Home: [-this.steps, 0], End: [this.steps, 0],
    };
    const move = moves[event.key];
    if (!move || !band) return;
    event.preventDefault();
    const row = this.rows[index]![this.unit] ?? 0;
    this.picked(Math.max(0, Math.min(this.steps - 1, this.step + move[0])), band.name, band.order[Math.max(0, Math.min(band.width - 1, row + move[1]))]!);
  }
}
