import * as api from './api';
import { Chart, power, type Line } from './chart';
import { h, latest } from './dom';
import type { Studio } from './studio';

const most = 5;

/** The gradient: ‖∂L/∂s‖ by lag for several cells side by side, and the factor of each step. */
export class GradientView {
  readonly element = h('section', { class: 'gradient' });
  private readonly picks: HTMLElement;
  private readonly own = h('input', { type: 'checkbox', id: 'own-bias', checked: true, change: () => this.measure() });
  private readonly bias = h('input', { type: 'range', id: 'forget-bias', min: -2, max: 8, step: 0.25, value: 1, 'aria-label': 'Forget bias', input: () => { this.own.checked = false; this.measure(); } });
  private readonly biasText = h('output', { class: 'bias' });
  private readonly length = h('select', { 'aria-label': 'Steps', change: () => this.measure() }, ...[50, 100, 200, 400].map((each) => h('option', { value: each, selected: each === 200 }, String(each))));
  private readonly flow = new Chart('Gradient norm by lag, as a share of the first', { height: 340, across: 'lag in steps', up: power });
  private readonly factors = new Chart('The factor of each step', { height: 200, across: 'lag in steps', up: (value) => value.toFixed(2) });
  private readonly table = h('tbody');
  private isNew = true;

  constructor(private readonly studio: Studio) {
    const choices: [string, string][] = [['', 'in the editor'], ...studio.gallery.map((card): [string, string] => [card.name, card.name])];
    this.picks = h('fieldset', { class: 'picks' }, h('legend', {}, `Cells, up to ${most}`), ...choices.map(([value, title]) => h('label', {},
      h('input', { type: 'checkbox', value, checked: value === 'elman' || value === 'lstm', change: () => this.measure() }), title)));
    this.element.append(
      h('div', { class: 'lead' }, h('h2', {}, 'Where the gradient vanishes, where it explodes, where memory carries it'),
        h('p', {}, 'A loss at the last step, sent back through an untrained cell: the norm of its gradient by each state so many steps earlier, as a share of the norm at the last one. Parameters are drawn as the cell says; the input is normal noise, 16 wide; hidden 32.')),
      h('div', { class: 'panel controls' }, this.picks,
        h('div', { class: 'row' }, h('label', { class: 'grow' }, 'Forget bias', this.bias), this.biasText, h('label', {}, this.own, 'as each cell says'), h('label', {}, 'Steps', this.length))),
      h('div', { class: 'panel' }, h('h2', {}, '‖∂L/∂s‖ by lag'), this.flow.element),
      h('div', { class: 'panel' }, h('h2', {}, 'The factor of each step; their product is the curve above'), this.factors.element),
      h('div', { class: 'panel scroll' }, h('table', { id: 'flow-table' }, h('thead', {}, h('tr', {}, ...['cell', 'state', 'mean factor a step', 'left at the last lag'].map((each, i) => h('th', { scope: 'col', class: i > 1 ? 'number' : '' }, each)))), this.table)));
    studio.addEventListener('cell', () => { if (this.element.hidden) this.isNew = true; else this.measure(); });
  }

  shown(): void {
    if (this.isNew) this.measure();
    this.isNew = false;
  }

  private readonly measure = latest(50, async (signal) => {
    const boxes = [...this.picks.querySelectorAll<HTMLInputElement>('input')];
    const chosen = boxes.filter((box) => box.checked).slice(0, most);
    boxes.forEach((box) => { box.disabled = chosen.length >= most && !box.checked; });
    const bias = this.own.checked ? null : Number(this.bias.value);
    this.biasText.textContent = bias === null ? '' : `${String(bias).replace('-', '−')}, so σ = ${(1 / (1 + Math.exp(-bias))).toFixed(3)}`;
    if (chosen.length === 0) return;
    const { flows } = await api.gradients(chosen.map((box) => this.studio.chosen(box.value)), [], Number(this.length.value), bias, signal);
    const lags = flows[0]!.states[0]!.log10.map((_, i) => i + 1);
    const lines: Line[] = flows.flatMap((flow, i) => flow.states.map((state, j) => ({ name: `${flow.cell} ${state.name}`, values: state.log10, colour: i, dash: j > 0 })));
    this.flow.set(lags, lines);
    this.factors.set(lags.slice(1), lines.map((line) => ({ ...line, width: 1.2, values: line.values.slice(1).map((value, i) => (value === null || line.values[i] === null ? null : 10 ** (value - line.values[i]!))) })));
    this.table.replaceChildren(...flows.flatMap((flow) => flow.states.map((state) => {
      const last = state.log10.at(-1) ?? null;
      return h('tr', { 'data-flow': `${flow.cell} ${state.name}`, 'data-log': last ?? '' }, h('th', { scope: 'row' }, flow.cell), h('td', {}, state.name),
        h('td', { class: 'number' }, `× ${state.meanFactor.toFixed(3)}`), h('td', { class: 'number' }, last === null ? '0' : (10 ** last).toExponential(2)));
    })));
  }, (problem) => this.studio.say(problem.message));
}
