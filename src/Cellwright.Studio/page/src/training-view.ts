import type { Gate, NamedText, TrainingReport } from './api';
import * as api from './api';
import { Chart, power } from './chart';
import { h, nameOf } from './dom';
import { sampleText } from './sample-text';
import type { Studio } from './studio';

/** Training live: two cells on a small text, their losses, gradients and gates as they learn. */
export class TrainingView {
  readonly element = h('section', { class: 'training' });
  private readonly picks: [HTMLSelectElement, HTMLSelectElement];
  private readonly text = h('textarea', { id: 'train-text', rows: 5, spellcheck: 'false', 'aria-label': 'Text to train on' }, sampleText());
  private readonly hidden = h('input', { id: 'train-hidden', type: 'number', min: 4, max: 256, value: 48 });
  private readonly seconds = h('input', { id: 'train-seconds', type: 'number', min: 1, max: 300, value: 60 });
  private readonly rate = h('input', { type: 'number', min: 0.0001, max: 1, step: 0.0005, value: 0.005 });
  private readonly go = h('button', { class: 'primary', id: 'train-go', click: () => void (this.abort ? api.finishTraining() : this.train()) }, 'Train');
  private readonly state = h('p', { class: 'where', id: 'train-state', role: 'status' }, 'Nothing is trained yet. Training ends with its time, with Stop, or when this page closes.');
  private readonly loss = new Chart('Loss in bits a character', { height: 250, across: 'seconds', up: (value) => value.toFixed(2), from: 0 });
  private readonly norms = new Chart('Norm of the parameters’ gradient', { height: 160, across: 'seconds', up: (value) => value.toPrecision(2), from: 0 });
  private readonly flow = new Chart('Gradient by lag', { height: 250, across: 'lag in steps', up: power });
  private readonly insides = h('div', { class: 'insides' });
  private readonly results = h('div', { class: 'results', hidden: true });
  private abort: AbortController | null = null;

  constructor(private readonly studio: Studio) {
    const choose = (chosen: string, isSecond: boolean): HTMLSelectElement => h('select', {}, ...(isSecond ? [h('option', { value: '-' }, 'none')] : []), h('option', { value: '' }, 'in the editor'),
      ...studio.gallery.map((card) => h('option', { value: card.name, selected: card.name === chosen }, card.name)));
    this.picks = [choose('', false), choose('elman', true)];
    this.element.append(
      h('div', { class: 'lead' }, h('h2', {}, 'Two cells learn the same text, side by side'), h('p', {}, 'Edit the equations, come back, train again. What was trained here can be looked into at once, in “The run”.')),
      h('div', { class: 'panel controls' }, this.text,
        h('div', { class: 'row' }, h('label', {}, 'Cell', this.picks[0]), h('label', {}, 'beside', this.picks[1]), h('label', {}, 'hidden', this.hidden), h('label', {}, 'seconds', this.seconds), h('label', {}, 'learning rate', this.rate), this.go), this.state),
      this.results);
    this.results.append(
      h('div', { class: 'pair' }, h('div', { class: 'panel' }, h('h2', {}, 'Loss, bits a character'), this.loss.element),
        h('div', { class: 'panel' }, h('h2', {}, '‖∂L/∂s‖ by lag, now'), this.flow.element)),
      this.insides,
      h('div', { class: 'panel' }, h('h2', {}, 'Norm of the parameters’ gradient'), this.norms.element));
    window.addEventListener('pagehide', () => this.abort?.abort());
  }

  private async train(): Promise<void> {
    const cells = this.picks.map((pick) => pick.value).filter((value) => value !== '-').map((value) => this.studio.chosen(value));
    const names = cells.map((cell, i) => cell.name + (i > 0 && cell.name === cells[0]!.name ? ' (2)' : ''));
    const seconds: number[] = [];
    const losses: number[][] = cells.map(() => []);
    const norms: number[][] = cells.map(() => []);
    this.abort = new AbortController();
    this.go.textContent = 'Stop';
    this.state.textContent = 'Compiling…';
    try {
      await api.train({ cells, text: this.text.value, hidden: Number(this.hidden.value), seconds: Number(this.seconds.value), learningRate: Number(this.rate.value) }, (report) => {
        if (report.models !== null) {
          void this.ended(report);
          return;
        }
        this.results.hidden = false;
        seconds.push(report.seconds);
        report.losses.forEach((value, i) => losses[i]!.push(value));
        report.norms.forEach((value, i) => norms[i]!.push(value));
        this.state.textContent = `Step ${report.step}, ${report.seconds.toFixed(0)} of ${this.seconds.value} seconds: ${names.map((name, i) => `${name} ${report.losses[i]!.toFixed(2)}`).join(', ')} bits a character`;
        this.loss.set(seconds, names.map((name, i) => ({ name, values: losses[i]! })));
        this.norms.set(seconds, names.map((name, i) => ({ name, values: norms[i]!, width: 1.2 })));
        if (report.views) this.look(report, names, cells);
      }, this.abort.signal);
    } catch (problem) {
      this.state.textContent = (problem as Error).message;
    }
    this.abort = null;
    this.go.textContent = 'Train';
  }

  private async ended(report: TrainingReport): Promise<void> {
    this.state.textContent = report.problem ?? `Ended at step ${report.step}, after ${report.seconds.toFixed(1)} seconds. The models are in “The run” now.`;
    await this.studio.refreshModels();
  }

  private look(report: TrainingReport, names: string[], cells: NamedText[]): void {
    const views = report.views!;
    const length = views[0]!.flow[0]!.log10.length;
    this.flow.set(Array.from({ length }, (_, i) => i + 1), views.flatMap((view, i) => view.flow.map((state, j) => ({ name: `${names[i]} ${state.name}`, values: state.log10, colour: i, dash: j > 0 }))));
    this.insides.replaceChildren(...views.map((view, i) => h('div', { class: 'panel' }, h('h2', {}, `Inside ${names[i]}`),
      h('div', { class: 'gates' }, ...view.gates.map(histogram)), h('pre', { class: 'sample', 'aria-label': `What ${cells[i]!.name} writes now` }, view.sample))));
  }
}

function histogram(gate: Gate): HTMLElement {
  const most = Math.max(...gate.shares, 0.001);
  return h('figure', {}, h('div', { class: 'bars', role: 'img', 'aria-label': `How the values of ${gate.name} lie` }, ...gate.shares.map((share) => h('i', { style: `height: ${Math.round((share / most) * 100)}%` }))),
    h('figcaption', {}, h('small', {}, String(gate.least).replace('-', '−')), nameOf(gate.name), h('small', {}, String(gate.most))));
}
