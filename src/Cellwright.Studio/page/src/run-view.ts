import type { LayerInfo, RunReply, SignalInfo } from './api';
import * as api from './api';
import { Chart } from './chart';
import { format, h, latest, math, nameOf } from './dom';
import { HeatMap, type Band } from './heat-map';
import { sentence } from './sample-text';
import { sorted, type Sorting } from './sorting';
import type { Studio } from './studio';

const patterns = ['inside quotes', 'inside ( )', 'line position', 'word position', 'since \\n', '/[A-Z]/', 'e'];

/** The run: a text through a model, unit by unit and step by step. */
export class RunView {
  readonly element = h('section', { class: 'run' });
  private readonly model = h('select', { id: 'run-model' });
  private readonly text = h('textarea', { id: 'run-text', rows: 3, spellcheck: 'false', 'aria-label': 'Text to run' }, sentence);
  private readonly layerPick = h('select', { id: 'run-layer', change: () => void this.load() });
  private readonly signalPick = h('select', { id: 'run-signal', change: () => this.point(this.step, this.signalPick.value, this.unit) });
  private readonly unitPick = h('input', { id: 'run-unit', type: 'number', min: 0, value: 0, change: () => this.point(this.step, this.signal, Number(this.unitPick.value)) });
  private readonly sorting = h('select', { id: 'run-sorting', change: () => this.paint() }, h('option', { value: 'index' }, 'in order'), h('option', { value: 'activity' }, 'by activity'), h('option', { value: 'change' }, 'by when they change'));
  private readonly coloured = h('div', { class: 'coloured', tabindex: 0, role: 'group', 'aria-label': 'The text, coloured by the chosen unit; arrow keys move the cursor' });
  private readonly heat = new HeatMap((step, signal, unit) => this.point(step, signal, unit));
  private readonly lines = new Chart('The chosen unit over time', { height: 210, across: 'step', moved: (index) => this.point(index, this.signal, this.unit) });
  private readonly slider = h('input', { id: 'run-step', type: 'range', min: 0, max: 0, value: 0, 'aria-label': 'Step', input: () => this.point(Number(this.slider.value), this.signal, this.unit) });
  private readonly where = h('p', { class: 'where' });
  private readonly equations = h('div', { class: 'filled' });
  private readonly guesses = h('div', { class: 'guesses' });
  private readonly pattern = h('input', { id: 'run-pattern', type: 'text', value: 'inside quotes', list: 'patterns' });
  private readonly found = h('div', { class: 'found' });
  private readonly results = h('div', { class: 'results', hidden: true });
  private reply: RunReply | null = null;
  private values = new Map<string, Float32Array>();
  private spans: HTMLElement[] = [];
  private step = 0;
  private signal = '';
  private unit = 0;

  constructor(private readonly studio: Studio) {
    this.element.append(
      h('div', { class: 'panel controls' },
        h('div', { class: 'row' }, h('label', { class: 'grow' }, 'Model', this.model)),
        h('div', { class: 'row top' }, this.text, h('button', { class: 'primary', id: 'run-go', click: () => void this.run() }, 'Run'))),
      this.results);
    this.results.append(
      h('div', { class: 'panel' },
        h('div', { class: 'row' }, h('h2', { class: 'grow' }, 'The text, coloured by a unit'), h('label', {}, 'Layer', this.layerPick), h('label', {}, 'Signal', this.signalPick), h('label', {}, 'Unit', this.unitPick)),
        this.coloured,
        h('form', { class: 'row find', submit: (event: Event) => { event.preventDefault(); void this.find(); } },
          h('label', { class: 'grow' }, 'Which units track', this.pattern), h('button', { type: 'submit' }, 'Find'), h('datalist', { id: 'patterns' }, ...patterns.map((value) => h('option', { value })))),
        this.found),
      h('div', { class: 'panel' }, h('div', { class: 'row' }, h('h2', { class: 'grow' }, 'Every signal over time'), h('label', {}, 'Units', this.sorting)), this.heat.element,
        h('p', { class: 'scale' }, h('span', {}, 'least'), h('i', {}), h('span', {}, 'most, 0 in the middle'))),
      h('div', { class: 'panel' }, h('h2', {}, 'One unit: its gates and its state'), this.lines.element, this.slider),
      h('div', { class: 'panel' }, h('h2', {}, 'One step, with its numbers'), this.where, this.equations, this.guesses));
    for (const event of ['models', 'cell']) studio.addEventListener(event, () => this.offer(event === 'models'));
    this.offer(true);
    this.coloured.addEventListener('keydown', (event) => {
      const move = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
      if (move !== 0) this.point(this.step + move, this.signal, this.unit);
    });
  }

  private offer(areNew: boolean): void {
    const chosen = this.model.value;
    const models = this.studio.models;
    this.model.replaceChildren(
      ...models.map((each) => h('option', { value: each.id }, `${each.name} (${each.about})`)),
      h('option', { value: '' }, `${this.studio.name}, untrained: the cell in the editor`));
    this.model.value = areNew ? (models.at(-1)?.id ?? '') : models.some((each) => each.id === chosen) ? chosen : '';
  }

  private get layer(): LayerInfo { return this.reply!.layers[Number(this.layerPick.value)]!; }

  private async run(): Promise<void> {
    try {
      const text = this.text.value;
      this.reply = await api.run(this.model.value ? { text, model: this.model.value } : { text, cellText: this.studio.text, cellName: this.studio.name });
      const { characters, layers } = this.reply;
      this.layerPick.replaceChildren(...layers.map((layer, i) => h('option', { value: i }, `${i}: ${layer.cell}`)));
      this.slider.max = String(characters.length - 1);
      this.spans = characters.map((character, t) => h('span', { click: () => this.point(t, this.signal, this.unit) }, character === '\n' ? '↵\n' : character));
      this.coloured.replaceChildren(...this.spans);
      this.results.hidden = false;
      await this.load();
    } catch (problem) {
      this.studio.failed(problem as Error);
    }
  }

  private async load(): Promise<void> {
    const { signals } = this.layer;
    const values = await Promise.all(signals.map((each) => api.signal(this.reply!.run, Number(this.layerPick.value), each.name)));
    this.values = new Map(signals.map((each, i) => [each.name, values[i]!]));
    this.signalPick.replaceChildren(...signals.map((each) => h('option', { value: each.name }, each.name + (each.isState ? ' (state)' : ''))));
    if (!this.values.has(this.signal)) this.signal = this.lead.name;
    this.found.replaceChildren();
    this.paint();
    this.point(this.step, this.signal, this.unit);
  }

  private get lead(): SignalInfo { return this.layer.signals.find((each) => each.isState) ?? this.layer.signals[0]!; }

  private paint(): void {
    const { lead, layer } = this;
    const sorting = this.sorting.value as Sorting;
    const order = sorted(this.values.get(lead.name)!, lead.width, sorting);
    // One order for all signals of a width, so that a unit's gates and state stand in one place.
    const bands: Band[] = layer.signals.map(({ name, width }) => {
      const values = this.values.get(name)!;
      return { name, width, values, order: width === lead.width ? order : sorted(values, width, sorting) };
    });
    this.heat.set(bands, this.reply!.characters.length);
  }

  /** Puts the cursor on a step, a signal and a unit. */
  private point(step: number, signal: string, unit: number): void {
    if (!this.reply) return;
    const { signals } = this.layer;
    const info = signals.find((each) => each.name === signal) ?? signals[0]!;
    this.step = Math.max(0, Math.min(this.spans.length - 1, step));
    this.signal = info.name;
    this.unit = Math.max(0, Math.min(info.width - 1, Math.trunc(unit) || 0));
    this.signalPick.value = this.signal;
    this.unitPick.value = String(this.unit);
    this.unitPick.max = String(info.width - 1);
    this.slider.value = String(this.step);
    this.colour(info.width);
    this.heat.point(this.step, this.signal, this.unit);
    this.lines.set(this.spans.map((_, i) => i + 1), signals.filter((each) => this.unit < each.width).map((each) => {
      const values = this.values.get(each.name)!;
      return { name: each.name, width: each.isState ? 2.6 : 1.3, values: this.spans.map((_, t) => values[t * each.width + this.unit]!) };
    }));
    this.lines.point(this.step);
    this.fill();
  }

  private colour(width: number): void {
    const values = this.values.get(this.signal)!;
    let most = 1;
    for (let t = 0; t < this.spans.length; t++) most = Math.max(most, Math.abs(values[t * width + this.unit]!));
    this.spans.forEach((span, t) => {
      const value = values[t * width + this.unit]! / most;
      span.style.setProperty('--v', `${Math.round(Math.abs(value) * 80)}%`);
      span.className = `${value >= 0 ? 'plus' : 'minus'}${t === this.step ? ' now' : ''}`;
    });
  }

  private readonly fill = latest(30, async (abort) => {
    const { reply, layer, step, unit } = this;
    if (!reply) return;
    const { equations } = await api.stepEquations({ run: reply.run, layer: Number(this.layerPick.value), step, unit }, abort);
    this.where.replaceChildren('Step ', h('strong', {}, String(step + 1)), ' reads ', h('strong', {}, JSON.stringify(reply.characters[step])), `, unit ${unit}`,
      ...(step > 0 ? [`; this character came with a surprise of ${reply.surprise[step]!.toFixed(2)} bits`] : []), '. A matrix product is one number, its value at this unit.');
    this.equations.replaceChildren(...equations.map((equation) => {
      const symbolic = layer.equations.find((each) => each.names.includes(equation.name));
      return h('div', { class: 'step-equation' }, h('div', {}, symbolic ? math(symbolic.mathml) : nameOf(equation.name)),
        h('div', { class: 'numbers' }, '= ', math(equation.mathml), ' = ', h('strong', { 'data-value': equation.name }, format(equation.value))));
    }));
    this.guesses.replaceChildren(h('span', {}, 'What comes next, it thinks:'),
      ...reply.guesses[step]!.map((guess) => h('span', { class: 'guess', style: `--p: ${Math.round(guess.probability * 100)}%` }, `${JSON.stringify(guess.character)} ${(guess.probability * 100).toFixed(0)} %`)));
  }, (problem) => this.studio.say(problem.message));

  private async find(): Promise<void> {
    try {
      const { units } = await api.find({ run: this.reply!.run, pattern: this.pattern.value });
      this.found.replaceChildren(...(units.length === 0 ? [h('p', {}, 'No unit follows it: the pattern is the same in every place of this text.')] : units.map((each) => h('button', {
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
