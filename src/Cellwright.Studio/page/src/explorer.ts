import type { LayerInfo, SignalInfo } from './api';
import * as api from './api';
import { Chart } from './chart';
import { format, h, latest, math, nameOf } from './dom';
import type { Band } from './heat-band';
import { sorted, type Sorting } from './sorting';
import type { Studio } from './studio';
import type { Shown, Subject } from './subject';
import { Timeline } from './timeline';

// More steps than this are shown as a stretch around the cursor.
const mostSteps = 400;

/** Looks into a run: every signal over time, one unit's lines, one step's equations, and the units that follow a pattern. */
export class Explorer {
  readonly element = h('div', { class: 'results', hidden: true });
  private readonly layerPick = h('select', { id: 'run-layer', change: () => void this.load().catch(this.studio.failed) });
  private readonly signalPick = h('select', { id: 'run-signal', change: () => this.point(this.step, this.signalPick.value, this.unit) });
  private readonly unitPick = h('input', { id: 'run-unit', type: 'number', min: 0, value: 0, change: () => this.point(this.step, this.signal, Number(this.unitPick.value)) });
  private readonly sorting = h('select', { id: 'run-sorting', change: () => this.paint() }, h('option', { value: 'index' }, 'in order'), h('option', { value: 'activity' }, 'by activity'), h('option', { value: 'change' }, 'by when they change'));
  private readonly timeline = new Timeline((step, signal, unit) => this.point(step, signal, unit));
  private readonly lines = new Chart('The chosen unit over time', { height: 230, across: 'step', moved: (index) => this.point(this.stretch + index, this.signal, this.unit) });
  private readonly slider = h('input', { id: 'run-step', type: 'range', min: 0, max: 0, value: 0, 'aria-label': 'Step', input: () => this.point(Number(this.slider.value), this.signal, this.unit) });
  private readonly where = h('p', { class: 'where' });
  private readonly equations = h('div', { class: 'filled' });
  private readonly said = h('div', { class: 'guesses' });
  private readonly head = h('div', { class: 'head' });
  private readonly pattern = h('input', { id: 'run-pattern', type: 'text', list: 'patterns' });
  private readonly patterns = h('datalist', { id: 'patterns' });
  private readonly patternLabel = h('span', {});
  private readonly found = h('div', { class: 'found' });
  private subject: Subject | null = null;
  private shown: Shown | null = null;
  private values = new Map<string, Float32Array>();
  private step = 0;
  private stretch = 0;
  private signal = '';
  private unit = 0;

  constructor(private readonly studio: Studio) {
    this.element.append(
      h('div', { class: 'panel' },
        h('div', { class: 'row' }, h('h2', { class: 'grow' }, 'Every signal over time'),
          h('label', {}, 'Layer', this.layerPick), h('label', {}, 'Signal', this.signalPick), h('label', {}, 'Unit', this.unitPick), h('label', {}, 'Units', this.sorting)),
        this.head,
        this.timeline.element,
        h('p', { class: 'scale' }, h('span', {}, '−1'), h('i', {}), h('span', {}, '+1, or the largest of the signal')),
        h('form', { class: 'row find', submit: (event: Event) => { event.preventDefault(); void this.find(); } },
          h('label', { class: 'grow' }, this.patternLabel, this.pattern), h('button', { type: 'submit' }, 'Find'), this.patterns),
        this.found),
      h('div', { class: 'panel' }, h('h2', {}, 'One unit: its gates and its state'), this.lines.element, this.slider),
      h('div', { class: 'panel' }, h('h2', {}, 'One step, with its numbers'), this.where, this.equations, this.said));
  }

  async show(subject: Subject, shown: Shown): Promise<void> {
    const isOther = subject !== this.subject;
    this.subject = subject;
    this.shown = shown;
    this.head.replaceChildren(...(subject.head ? [subject.head] : []));
    this.layerPick.replaceChildren(...shown.layers.map((layer, i) => h('option', { value: i }, `${i}: ${layer.cell}`)));
    this.slider.max = String(shown.axis.steps - 1);
    this.patternLabel.textContent = subject.find.label;
    this.patterns.replaceChildren(...subject.find.patterns.map((value) => h('option', { value })));
    if (isOther) {
      this.pattern.value = subject.find.patterns[0] ?? '';
      this.step = shown.axis.ahead > 0 ? shown.axis.steps - 1 : 0;
    }
    this.element.hidden = false;
    await this.load();
    if (isOther && shown.axis.ahead > 0) this.timeline.scrollToEnd();
  }

  /** Moves the cursor by some steps. */
  readonly move = (by: number): void => this.point(this.step + by, this.signal, this.unit);

  /** Puts the cursor on a step. */
  readonly goTo = (step: number): void => this.point(step, this.signal, this.unit);

  private get layer(): LayerInfo { return this.shown!.layers[Number(this.layerPick.value)]!; }

  private get lead(): SignalInfo { return this.layer.signals.find((each) => each.isState) ?? this.layer.signals[0]!; }

  private async load(): Promise<void> {
    const { shown } = this;
    const layer = this.layerPick.value;
    const { signals } = this.layer;
    const values = await Promise.all(signals.map((each) => api.signal(shown!.run, Number(layer), each.name)));
    // Another run, or another layer, may have been asked for meanwhile.
    if (shown !== this.shown || layer !== this.layerPick.value) return;
    this.values = new Map(signals.map((each, i) => [each.name, values[i]!]));
    this.signalPick.replaceChildren(...signals.map((each) => h('option', { value: each.name }, each.name + (each.isState ? ' (state)' : ''))));
    if (!this.values.has(this.signal)) this.signal = this.lead.name;
    this.found.replaceChildren();
    this.paint();
    this.point(this.step, this.signal, this.unit);
  }

  private paint(): void {
    const { lead, layer } = this;
    const sorting = this.sorting.value as Sorting;
    const order = sorted(this.values.get(lead.name)!, lead.width, sorting);
    // One order for all signals of a width, so that a unit's gates and state stand in one place.
    const bands: Band[] = layer.signals.map(({ name, width }) => {
      const values = this.values.get(name)!;
      return { name, width, values, order: width === lead.width ? order : sorted(values, width, sorting) };
    });
    this.timeline.set(this.shown!.axis, this.shown!.tracks, [...this.shown!.bands, ...bands]);
  }

  private unitOf(signal: SignalInfo): number[] {
    const values = this.values.get(signal.name)!;
    return Array.from({ length: this.shown!.axis.steps }, (_, t) => values[t * signal.width + this.unit]!);
  }

  /** Puts the cursor on a step, a signal and a unit. */
  private point(step: number, signal: string, unit: number): void {
    if (!this.shown || !this.subject) return;
    const { signals } = this.layer;
    const { steps } = this.shown.axis;
    // A band of what went in or came out is no signal: the cursor keeps the one it has.
    const info = signals.find((each) => each.name === signal) ?? signals.find((each) => each.name === this.signal) ?? signals[0]!;
    this.step = Math.max(0, Math.min(steps - 1, step));
    this.signal = info.name;
    this.unit = Math.max(0, Math.min(info.width - 1, Math.trunc(info.name === signal ? unit : this.unit) || 0));
    this.signalPick.value = this.signal;
    this.unitPick.value = String(this.unit);
    this.unitPick.max = String(info.width - 1);
    this.slider.value = String(this.step);
    this.subject.colour?.(this.unitOf(info), this.step);
    this.timeline.point(this.step, this.signal, this.unit);
    const length = Math.min(steps, mostSteps);
    if (this.step < this.stretch || this.step >= this.stretch + length || steps <= length) this.stretch = Math.max(0, Math.min(steps - length, this.step - Math.floor(length / 2)));
    const first = this.stretch;
    this.lines.set(Array.from({ length }, (_, i) => first + i + 1), signals.filter((each) => this.unit < each.width).map((each) => ({ name: each.name, width: each.isState ? 2.6 : 1.3, values: this.unitOf(each).slice(first, first + length) })));
    this.lines.point(this.step - first);
    this.fill();
  }

  private readonly fill = latest(30, async (abort) => {
    const { shown, layer, step, unit } = this;
    if (!shown) return;
    const { equations } = await api.stepEquations({ run: shown.run, layer: Number(this.layerPick.value), step, unit }, abort);
    this.where.replaceChildren('Step ', h('strong', {}, String(step + 1)), ' reads ', ...shown.reads(step).slice(0, 1), `, unit ${unit}`, ...shown.reads(step).slice(1), '. A matrix product is one number, its value at this unit.');
    this.equations.replaceChildren(...equations.map((equation) => {
      const symbolic = layer.equations.find((each) => each.names.includes(equation.name));
      return h('div', { class: 'step-equation' }, h('div', {}, symbolic ? math(symbolic.mathml) : nameOf(equation.name)),
        h('div', { class: 'numbers' }, '= ', math(equation.mathml), ' = ', h('strong', { 'data-value': equation.name }, format(equation.value))));
    }));
    this.said.replaceChildren(...shown.said(step));
  }, (problem) => this.studio.say(problem.message));

  private async find(): Promise<void> {
    try {
      const { units } = await api.find({ run: this.shown!.run, pattern: this.pattern.value });
      this.found.replaceChildren(...(units.length === 0 ? [h('p', {}, 'No unit follows it: the pattern is the same in every step of this run.')] : units.map((each) => h('button', {
        class: each.correlation >= 0 ? 'plus' : 'minus', style: `--p: ${Math.round(Math.abs(each.correlation) * 100)}%`, click: () => void this.visit(each.layer, each.signal, each.unit),
      }, nameOf(each.signal), ` ${each.unit}`, h('em', {}, each.correlation.toFixed(2).replace('-', '−'))))));
    } catch (problem) {
      this.studio.failed(problem as Error);
    }
  }

  private async visit(layer: number, signal: string, unit: number): Promise<void> {
    if (layer !== Number(this.layerPick.value)) {
      this.layerPick.value = String(layer);
      await this.load();
    }
    this.point(this.step, signal, unit);
  }
}
