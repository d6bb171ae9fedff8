import type { Gate, NamedText, TaskInfo, TrainingReport } from './api';
import * as api from './api';
import { Chart, power } from './chart';
import { h, nameOf } from './dom';
import { sampleText } from './sample-text';
import type { Studio } from './studio';

interface Race { names: string[]; cells: NamedText[]; task: TaskInfo | null; seconds: number[]; losses: (number | null)[][]; norms: (number | null)[][]; looked: number[]; right: number[][]; most: string }

const bits = 'bits a character';

/** Training live: two cells on a small text or a memory task, their losses, gradients and gates as they learn. */
export class TrainingView {
  readonly element = h('section', { class: 'training' });
  private readonly picks: [HTMLSelectElement, HTMLSelectElement];
  private readonly task = h('select', { id: 'train-task', change: () => this.choose() });
  private readonly length = h('input', { id: 'train-length', type: 'number', value: 40 });
  private readonly lengthLabel: HTMLLabelElement;
  private readonly lengthOf = h('span', {});
  private readonly about = h('p', { class: 'where' });
  private readonly text = h('textarea', { id: 'train-text', rows: 5, spellcheck: 'false', 'aria-label': 'Text to train on' }, sampleText());
  private readonly hidden = h('input', { id: 'train-hidden', type: 'number', min: 4, max: 256, value: 48 });
  private readonly seconds = h('input', { id: 'train-seconds', type: 'number', min: 1, max: 300, value: 60 });
  private readonly rate = h('input', { id: 'train-rate', type: 'number', min: 0.0001, max: 1, step: 0.0005, value: 0.005 });
  private readonly go = h('button', { class: 'primary', id: 'train-go', click: () => void (this.abort ? api.finishTraining().catch(this.studio.failed) : this.train()) }, 'Train');
  private readonly state = h('p', { class: 'where', id: 'train-state', role: 'status' }, 'Nothing is trained yet. Training ends with its time, with Stop, when a task is solved, or when this page closes.');
  private readonly lossTitle = h('h2', {}, 'Loss');
  private readonly loss = new Chart('Loss', { height: 250, across: 'seconds', up: (value) => String(Number(value.toPrecision(3))), from: 0 });
  private readonly norms = new Chart('Norm of the parameters’ gradient', { height: 190, across: 'seconds', up: (value) => value.toPrecision(2), from: 0 });
  private readonly right = new Chart('Share of right answers', { height: 190, across: 'seconds', up: (value) => `${Math.round(value * 100)} %`, most: () => 1 });
  private readonly rightPanel: HTMLElement;
  private readonly flow = new Chart('Gradient by lag', { height: 250, across: 'lag in steps', up: power, isWhole: true });
  private readonly insides = h('div', { class: 'insides' });
  private readonly results = h('div', { class: 'results', hidden: true });
  private abort: AbortController | null = null;

  constructor(private readonly studio: Studio) {
    const pick = (id: string, chosen: string, isSecond: boolean): HTMLSelectElement => h('select', { id }, ...(isSecond ? [h('option', { value: '-' }, 'none')] : []), h('option', { value: '' }, 'in the editor'),
      ...studio.gallery.map((card) => h('option', { value: card.name, selected: card.name === chosen }, card.name)));
    this.picks = [pick('train-first', '', false), pick('train-second', 'elman', true)];
    this.task.append(h('option', { value: '' }, 'the text below'), ...studio.session.tasks.map((task) => h('option', { value: task.name }, `${task.name}: ${task.title}`)));
    this.lengthLabel = h('label', { hidden: true }, 'length', this.length, this.lengthOf);
    this.rightPanel = h('div', { class: 'panel' }, h('h2', {}, 'Answers that are right, of sequences it was not trained on'), this.right.element);
    this.element.append(
      h('div', { class: 'lead' }, h('h2', {}, 'Two cells learn the same, side by side'), h('p', {}, 'A small text, or a task that only a memory solves. Edit the equations, come back, train again. What was trained here can be looked into at once in “The run”, and its gradient before and after in “The gradient”.')),
      h('div', { class: 'panel controls' },
        h('div', { class: 'row' }, h('label', { class: 'grow' }, 'Learn', this.task), this.lengthLabel), this.about, this.text,
        h('div', { class: 'row' }, h('label', {}, 'Cell', this.picks[0]), h('label', {}, 'beside', this.picks[1]), h('label', {}, 'hidden', this.hidden), h('label', {}, 'seconds', this.seconds), h('label', {}, 'learning rate', this.rate), this.go), this.state),
      this.results);
    this.results.append(
      h('div', { class: 'pair' }, h('div', { class: 'panel' }, this.lossTitle, this.loss.element),
        h('div', { class: 'panel' }, h('h2', {}, '‖∂L/∂s‖ by lag, now'), this.flow.element)),
      this.insides,
      h('div', { class: 'pair' }, this.rightPanel, h('div', { class: 'panel' }, h('h2', {}, 'Norm of the parameters’ gradient'), this.norms.element)));
    window.addEventListener('pagehide', () => this.abort?.abort());
    this.choose();
  }

  private get chosenTask(): TaskInfo | null { return this.studio.session.tasks.find((each) => each.name === this.task.value) ?? null; }

  private choose(): void {
    const task = this.chosenTask;
    this.text.hidden = task !== null;
    this.lengthLabel.hidden = task === null;
    this.about.hidden = task === null;
    if (!task) return;
    [this.length.min, this.length.max, this.length.value] = [String(task.least), String(task.most), String(task.usual)];
    this.lengthOf.textContent = task.counts;
    this.about.textContent = `Solved when ${task.criterion}.`;
  }

  private async train(): Promise<void> {
    const cells = this.picks.map((pick) => pick.value).filter((value) => value !== '-').map((value) => this.studio.chosen(value));
    const task = this.chosenTask;
    const race: Race = {
      cells, task, names: cells.map((cell, i) => cell.name + (i > 0 && cell.name === cells[0]!.name ? ' (2)' : '')),
      seconds: [], losses: cells.map(() => []), norms: cells.map(() => []), looked: [], right: cells.map(() => []), most: this.seconds.value,
    };
    this.abort = new AbortController();
    this.go.textContent = 'Stop';
    this.state.textContent = 'Compiling…';
    const unit = task ? task.loss : bits;
    this.lossTitle.textContent = `Loss, ${unit}`;
    this.rightPanel.hidden = task === null;
    try {
      const what = { cells, text: task ? null : this.text.value, task: task?.name ?? null, length: Number(this.length.value) };
      await api.train({ ...what, hidden: Number(this.hidden.value), seconds: Number(this.seconds.value), learningRate: Number(this.rate.value) }, (report) => {
        if (report.models !== null) void this.ended(report);
        else this.tell(report, race, unit);
      }, this.abort.signal);
    } catch (problem) {
      this.state.textContent = (problem as Error).message;
    }
    this.abort = null;
    this.go.textContent = 'Train';
  }

  private tell(report: TrainingReport, race: Race, unit: string): void {
    const { names } = race;
    if (this.results.hidden) {
      this.results.hidden = false;
      this.loss.level = null;
    }
    if (this.loss.level !== report.baseline) {
      this.loss.level = report.baseline;
      this.lossTitle.textContent = `Loss, ${unit}${report.baseline === null ? '' : `; the line is what a cell without memory can reach, ${report.baseline.toPrecision(3)}`}`;
    }
    race.seconds.push(report.seconds);
    report.losses.forEach((value, i) => race.losses[i]!.push(value));
    // One that has solved its task takes no more steps.
    report.norms.forEach((value, i) => race.norms[i]!.push(report.losses[i] == null ? null : value));
    const last = names.map((name, i) => `${name} ${race.losses[i]!.findLast((value) => value !== null)?.toPrecision(3) ?? ''}`);
    this.state.textContent = `Step ${report.step.toLocaleString('en')}, ${report.seconds.toFixed(0)} of ${race.most} seconds: ${last.join(', ')} ${unit}`;
    this.loss.set(race.seconds, names.map((name, i) => ({ name, values: race.losses[i]! })));
    this.norms.set(race.seconds, names.map((name, i) => ({ name, values: race.norms[i]!, width: 1.2 })));
    if (report.views) this.look(report, race);
  }

  private async ended(report: TrainingReport): Promise<void> {
    await this.studio.refreshModels();
    this.state.textContent = report.problem ?? `Ended at step ${report.step.toLocaleString('en')}, after ${report.seconds.toFixed(1)} seconds. The models are in “The run” and “The gradient” now.`;
  }

  private look(report: TrainingReport, race: Race): void {
    const views = report.views!;
    const { names, task } = race;
    const length = Math.max(...views.flatMap((view) => view.flow.map((state) => state.log10.length)));
    const lags = Array.from({ length }, (_, i) => i + 1);
    this.flow.set(lags, views.flatMap((view, i) => view.flow.map((state, j) => ({ name: `${names[i]} ${state.name}`, values: lags.map((_, lag) => state.log10[lag] ?? null), colour: i, dash: j > 0 }))));
    if (task) {
      race.looked.push(report.seconds);
      views.forEach((view, i) => race.right[i]!.push(view.right ?? 0));
      this.right.set(race.looked, names.map((name, i) => ({ name, values: race.right[i]! })));
    }
    this.insides.replaceChildren(...views.map((view, i) => h('div', { class: 'panel' }, h('h2', {}, `Inside ${names[i]}`, ...(view.solvedAt === null ? [] : [h('span', { class: 'solved' }, `solved at step ${view.solvedAt.toLocaleString('en')}`)])),
      h('div', { class: 'gates' }, ...view.gates.map(histogram)),
      h('pre', { class: 'sample', 'aria-label': task ? `What ${names[i]} answers now` : `What ${names[i]} writes now` }, view.sample))));
  }
}

function histogram(gate: Gate): HTMLElement {
  const most = Math.max(...gate.shares, 0.001);
  return h('figure', {}, h('div', { class: 'bars', role: 'img', 'aria-label': `How the values of ${gate.name} lie` }, ...gate.shares.map((share) => h('i', { style: `height: ${Math.round((share / most) * 100)}%` }))),
    h('figcaption', {}, h('small', {}, String(gate.least).replace('-', '−')), nameOf(gate.name), h('small', {}, String(gate.most))));
}
