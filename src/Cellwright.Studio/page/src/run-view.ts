import type { ModelInfo } from './api';
import { h } from './dom';
import { Explorer } from './explorer';
import { MemorySubject } from './memory-subject';
import { SeriesSubject } from './series-subject';
import type { Studio } from './studio';
import type { Subject } from './subject';
import { TextSubject } from './text-subject';

/** The run: a text, a series or a memory task through a model, unit by unit and step by step. */
export class RunView {
  readonly element = h('section', { class: 'run' });
  private readonly model = h('select', { id: 'run-model', change: () => { this.choose(); void this.run(); } });
  private readonly go = h('button', { class: 'primary', id: 'run-go', click: () => void this.run() }, 'Run');
  private readonly controls = h('div', { class: 'subject' });
  private readonly explorer: Explorer;
  private readonly subjects: Subject[];
  private isNew = true;
  private turn = 0;

  constructor(private readonly studio: Studio) {
    this.explorer = new Explorer(studio);
    this.subjects = [new TextSubject(studio, this.explorer.move, this.explorer.goTo), new SeriesSubject(() => void this.run()), new MemorySubject(() => void this.run())];
    this.element.append(
      h('div', { class: 'lead' }, h('h2', {}, 'What the cell does, step by step'),
        h('p', {}, 'Every gate and state of every unit while a sequence goes through. Click a step, or move with the arrow keys: below stand its equations with the numbers filled in.')),
      h('div', { class: 'panel controls' }, h('div', { class: 'row' }, h('label', { class: 'grow' }, 'Model', this.model), this.go), this.controls),
      this.explorer.element);
    for (const event of ['models', 'cell']) studio.addEventListener(event, () => this.offer(event === 'models'));
    this.element.hidden = true;
    this.offer(true);
  }

  shown(): void {
    if (this.isNew) void this.run();
  }

  private get chosen(): ModelInfo | null { return this.studio.models.find((each) => each.id === this.model.value) ?? null; }

  private get subject(): Subject { return this.subjects.find((each) => each.reads(this.chosen))!; }

  private offer(areNew: boolean): void {
    const before = this.model.value;
    const models = this.studio.models;
    this.model.replaceChildren(
      ...models.map((each) => h('option', { value: each.id }, `${each.name} (${each.about})`)),
      h('option', { value: '' }, `${this.studio.name}, untrained: the cell in the editor`));
    this.model.value = areNew ? (models.at(-1)?.id ?? '') : models.some((each) => each.id === before) ? before : '';
    if (this.model.value !== before || this.model.value === '') this.isNew = true;
    this.choose();
    // A model may come while this is looked at.
    if (areNew && this.isNew && !this.element.hidden) void this.run();
  }

  private choose(): void {
    const { subject } = this;
    subject.offer(this.chosen);
    this.controls.replaceChildren(subject.controls);
  }

  private async run(): Promise<void> {
    this.isNew = false;
    const turn = ++this.turn;
    try {
      const { subject } = this;
      const shown = await subject.run(this.chosen);
      // What was asked for last is what is shown, whichever answer comes last.
      if (turn === this.turn) await this.explorer.show(subject, shown);
    } catch (problem) {
      if (turn === this.turn) this.studio.failed(problem as Error);
    }
  }
}
