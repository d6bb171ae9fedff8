import type { Flow } from './api';
import * as api from './api';
import { Chart, power, type Line } from './chart';
import { h, latest } from './dom';
import type { Studio } from './studio';

const most = 5;
/** The top of the factors' axis: above nearly all of them, since a single one may be far out. */
const usual = (values: number[]): number => Math.max(1.25, 1.15 * ([...values].sort((a, b) => a - b)[Math.floor(values.length * 0.985)] ?? 1));

const phases = { Untrained: '', Before: 'before training', After: 'after training' };

/** The gradient: ‖∂L/∂s‖ by lag side by side, for cells before training and models before and after it, and the factor of each step. */
export class GradientView {
  readonly element = h('section', { class: 'gradient' });
  private readonly cells: HTMLElement;
  private readonly models = h('fieldset', { class: 'picks', id: 'flow-models' });
  private readonly own = h('input', { type: 'checkbox', id: 'own-bias', checked: true, change: () => this.measure() });
  private readonly bias = h('input', { type: 'range', id: 'forget-bias', min: -2, max: 8, step: 0.25, value: 1, 'aria-label': 'Forget bias', input: () => { this.own.checked = false; this.measure(); } });
  private readonly biasText = h('output', { class: 'bias' });
  private readonly length = h('select', { 'aria-label': 'Steps', change: () => this.measure() }, ...[50, 100, 200, 400].map((each) => h('option', { value: each, selected: each === 200 }, String(each))));
  private readonly flow = new Chart('Gradient norm by lag, as a share of the first', { height: 360, across: 'lag in steps', up: power, isWhole: true });
  private readonly factors = new Chart('The factor of each step', { height: 220, across: 'lag in steps', up: (value) => value.toFixed(2), level: 1, most: usual });
  private readonly table = h('tbody');
  private isNew = true;

  constructor(private readonly studio: Studio) {
    const choices: [string, string][] = [['', 'in the editor'], ...studio.gallery.map((card): [string, string] => [card.name, card.name])];
    this.cells = h('fieldset', { class: 'picks' }, h('legend', {}, `Cells before training, up to ${most}`), ...choices.map(([value, title]) => this.choice(value, title, value === 'elman' || value === 'lstm')));
    this.element.append(
      h('div', { class: 'lead' }, h('h2', {}, 'Where the gradient vanishes, where it explodes, where memory carries it'),
        h('p', {}, 'A loss at the last step is sent back: the norm of its gradient by each state so many steps earlier, as a share of the norm at the last one. A level line remembers; a falling one forgets, by the same factor at every step.')),
      h('div', { class: 'panel controls' }, this.cells,
        h('div', { class: 'row' }, h('label', { class: 'grow' }, 'Forget bias of these cells', this.bias), this.biasText, h('label', {}, this.own, 'as each cell says'), h('label', {}, 'Steps', this.length)),
        this.models),
      h('div', { class: 'panel' }, h('h2', {}, '‖∂L/∂s‖ by lag'), this.flow.element),
      h('div', { class: 'panel' }, h('h2', {}, 'The factor of each step; their product is the curve above'), this.factors.element),
      h('div', { class: 'panel scroll' }, h('table', { id: 'flow-table' }, h('thead', {}, h('tr', {}, ...['cell or model', 'measured', 'state', 'mean factor a step', 'lags', 'left at the last'].map((each, i) => h('th', { scope: 'col', class: i > 2 ? 'number' : '' }, each)))), this.table)),
      h('p', { class: 'lead-note' }, 'Cells: parameters drawn as the cell says, hidden 32, the input normal noise 16 wide. Models: their own input, sizes and layers; before training with first values drawn anew (the same seed for models trained here, else seed 1). The loss is the last output’s component in a random direction.'));
    this.offer();
    studio.addEventListener('cell', () => this.changed());
    studio.addEventListener('models', () => { this.offer(); this.changed(); });
  }

  shown(): void {
    if (this.isNew) this.measure();
    this.isNew = false;
  }

  private choice(value: string, title: string, checked: boolean): HTMLElement {
    return h('label', {}, h('input', { type: 'checkbox', value, checked, change: () => this.measure() }), title);
  }

  private changed(): void {
    if (this.element.hidden) this.isNew = true;
    else this.measure();
  }

  // Models that are new are shown at once; the latest two.
  private offer(): void {
    const known = new Map([...this.models.querySelectorAll('input')].map((box) => [box.value, box.checked]));
    const { models } = this.studio;
    this.models.replaceChildren(h('legend', {}, 'Models, before and after training'),
      ...(models.length === 0 ? [h('span', { class: 'none' }, 'none yet: open one, or train one in “Training”')] : models.map((model, i) => this.choice(model.id, model.name, known.get(model.id) ?? i >= models.length - 2))));
  }

  private checked(parent: HTMLElement): HTMLInputElement[] { return [...parent.querySelectorAll<HTMLInputElement>('input:checked')]; }

  private readonly measure = latest(50, async (signal) => {
    const models = this.checked(this.models).slice(0, most);
    const cells = this.checked(this.cells).slice(0, most - Math.min(models.length, most - 1));
    for (const [parent, count] of [[this.cells, cells.length], [this.models, models.length]] as const) {
      parent.querySelectorAll<HTMLInputElement>('input').forEach((box) => { box.disabled = cells.length + models.length >= most && count > 0 && !box.checked; });
    }
    const bias = this.own.checked ? null : Number(this.bias.value);
    this.biasText.textContent = bias === null ? '' : `${String(bias).replace('-', '−')}, so σ = ${(1 / (1 + Math.exp(-bias))).toFixed(3)}`;
    if (cells.length + models.length === 0) return;
    const { flows } = await api.gradients(cells.map((box) => this.studio.chosen(box.value)), models.map((box) => box.value), Number(this.length.value), bias, signal);
    this.draw(flows);
  }, (problem) => this.studio.say(problem.message));

  // What a legend has room for: without the number of steps, and numbered where that makes two alike.
  private title(model: string, taken: string[]): string {
    const name = (this.studio.models.find((each) => each.id === model)?.name ?? model).replace(/, trained here.*| ?trained here.*/, '').replace(', ', ' ');
    const same = taken.filter((each) => each === name || each.startsWith(`${name} (`)).length;
    return same === 0 ? name : `${name} (${same + 1})`;
  }

  private draw(flows: Flow[]): void {
    const subjects = [...new Set(flows.map((flow) => flow.model ?? `cell ${flow.cell}`))];
    const length = Math.max(...flows.flatMap((flow) => flow.states.map((state) => state.log10.length)));
    const lags = Array.from({ length }, (_, i) => i + 1);
    const titles = new Map<string, string>();
    for (const id of subjects) titles.set(id, this.title(id, [...titles.values()]));
    const lines: Line[] = flows.flatMap((flow) => flow.states.map((state, j) => ({
      name: [flow.model ? titles.get(flow.model)! : flow.cell, state.name, phases[flow.phase]].filter((each) => each !== '').join(' '), values: lags.map((_, i) => state.log10[i] ?? null),
      colour: subjects.indexOf(flow.model ?? `cell ${flow.cell}`), dash: j > 0, width: flow.phase === 'Before' ? 1 : flow.phase === 'After' ? 2.4 : 1.7, alpha: flow.phase === 'Before' ? 0.6 : 1,
    })));
    this.flow.set(lags, lines);
    this.factors.set(lags.slice(1), lines.map((line) => ({ ...line, width: (line.width ?? 1.7) * 0.7, values: line.values.slice(1).map((value, i) => (value === null || line.values[i] == null ? null : 10 ** (value - line.values[i]!))) })));
    this.table.replaceChildren(...flows.flatMap((flow) => flow.states.map((state) => {
      const last = state.log10.at(-1) ?? null;
      const row = [flow.cell, state.name, ...(flow.model ? [flow.phase.toLowerCase()] : [])].join(' ');
      return h('tr', { 'data-flow': row, 'data-log': last ?? '' }, h('th', { scope: 'row' }, flow.cell), h('td', {}, phases[flow.phase] || 'before training, on noise'), h('td', {}, state.name),
        h('td', { class: 'number' }, `× ${state.meanFactor.toFixed(3)}`), h('td', { class: 'number' }, String(state.log10.length)), h('td', { class: 'number' }, last === null ? '0' : (10 ** last).toExponential(2)));
    })));
  }
}
