import uPlot from 'uplot';
import { h } from './dom';

export interface Line { name: string; values: (number | null)[]; dash?: boolean; width?: number; colour?: number; alpha?: number }
export interface ChartOptions { height: number; isWhole?: boolean; level?: number; most?: (values: number[]) => number; across: string; up?: (value: number) => string; from?: number; moved?: (index: number) => void }

const whole = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
const font = '12px system-ui, sans-serif';
const ink = (name: string): string => {
  const probe = h('i', { style: `color: var(${name})`, hidden: true });
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
};

/** A chart of lines over one axis, drawn anew when its lines, its width or the theme change. */
export class Chart {
  readonly element: HTMLElement;
  /** Where a line goes across; null for none. */
  level: number | null;
  private plot: uPlot | null = null;
  private x: number[] = [];
  private lines: Line[] = [];
  private width = 0;

  constructor(label: string, private readonly options: ChartOptions) {
    this.level = options.level ?? null;
    this.element = h('div', { class: 'chart', role: 'img', 'aria-label': label, style: `min-height: ${options.height}px` });
    new ResizeObserver(() => { if (Math.abs(this.element.clientWidth - this.width) > 1) this.draw(); }).observe(this.element);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
  }

  set(x: number[], lines: Line[]): void {
    const isSame = this.plot !== null && lines.length === this.lines.length && lines.every((line, i) => line.name === this.lines[i]!.name && line.colour === this.lines[i]!.colour);
    this.x = x;
    this.lines = lines;
    if (isSame) this.plot!.setData([x, ...lines.map((line) => line.values)] as uPlot.AlignedData);
    else this.draw();
  }

  /** Shows the cursor at a point. */
  point(index: number): void {
    // Behind the plot's own update, which waits for the next frame too.
    requestAnimationFrame(() => {
      if (!this.plot || index >= this.x.length) return;
      this.plot.setCursor({ left: this.plot.valToPos(this.x[index]!, 'x'), top: 4 }, false);
      this.plot.setLegend({ idx: index }, false);
    });
  }

  // A line across, such as the factor at which nothing is lost.
  private drawLevel(plot: uPlot): void {
    const { level } = this;
    if (level === null) return;
    const y = plot.valToPos(level, 'y', true);
    if (y < plot.bbox.top || y > plot.bbox.top + plot.bbox.height) return;
    plot.ctx.save();
    plot.ctx.strokeStyle = ink('--faint-ink');
    plot.ctx.lineWidth = devicePixelRatio;
    plot.ctx.beginPath();
    plot.ctx.moveTo(plot.bbox.left, y);
    plot.ctx.lineTo(plot.bbox.left + plot.bbox.width, y);
    plot.ctx.stroke();
    plot.ctx.restore();
  }

  private draw(): void {
    this.plot?.destroy();
    this.plot = null;
    this.width = this.element.clientWidth;
    if (this.width < 60 || this.lines.length === 0) return;
    const { up, from, moved, across, height, most, isWhole } = this.options;
    const line = { stroke: ink('--grid'), width: 1 };
    const axis = { stroke: ink('--faint-ink'), grid: line, ticks: line, font };
    this.plot = new uPlot({
      width: this.width,
      height,
      scales: { x: { time: false }, y: most ? { range: () => [0, most(this.lines.flatMap((each) => each.values.filter((value) => value !== null)))] } : from === undefined ? {} : { range: (_, least, highest) => [Math.min(from, least), highest <= from ? from + 1 : highest * 1.05] } },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 }, ...(moved ? { bind: { mousemove: () => () => null, mousedown: (plot: uPlot) => (event: MouseEvent) => { moved(plot.posToIdx(event.clientX - plot.over.getBoundingClientRect().left)); return null; } } } : {}) },
      hooks: { drawAxes: [(plot: uPlot) => this.drawLevel(plot)] },
      legend: { markers: { width: 2, dash: (_: uPlot, i: number) => (this.lines[i - 1]?.dash ? 'dashed' : 'solid') } },
      axes: [
        { ...axis, label: across, labelFont: font, labelSize: 18, size: 30, ...(across === 'seconds' ? {} : { incrs: whole }) },
        { ...axis, size: 62, ...(isWhole ? { incrs: whole } : {}), ...(up ? { values: (_: uPlot, marks: number[]) => marks.map(up) } : {}) },
      ],
      series: [
        { label: across, value: (_: uPlot, value: number | null) => (value === null ? '' : value.toLocaleString('en')) },
        ...this.lines.map((each, i) => ({
          label: each.name, stroke: ink(`--line-${((each.colour ?? i) % 7) + 1}`), width: each.width ?? 1.7, points: { show: false }, alpha: each.alpha ?? 1, ...(each.dash ? { dash: [5, 4] } : {}),
          value: (_: uPlot, value: number | null) => (value === null ? '' : up ? up(value) : value.toPrecision(4)),
        })),
      ],
    }, [this.x, ...this.lines.map((each) => each.values)] as uPlot.AlignedData, this.element);
  }
}

/** A power of ten, given its exponent. */
export const power = (value: number): string =>
  (Number.isInteger(value) ? `10${String(value).replace('-', '⁻').replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]!)}` : (10 ** value).toExponential(2));
