import type { ModelInfo } from './api';
import * as api from './api';
import { h } from './dom';
import { sentence } from './sample-text';
import type { Studio } from './studio';
import type { Shown, Subject } from './subject';

/** A text, character by character. */
export class TextSubject implements Subject {
  readonly find = { label: 'Which units track', patterns: ['inside quotes', 'inside ( )', 'line position', 'word position', 'since \\n', '/[A-Z]/', 'e'] };
  readonly head = h('div', { class: 'coloured', tabindex: 0, role: 'group', 'aria-label': 'The text, coloured by the chosen unit; arrow keys move the cursor' });
  private readonly text = h('textarea', { id: 'run-text', rows: 3, spellcheck: 'false', 'aria-label': 'Text to run' }, sentence);
  private readonly hidden = h('input', { id: 'run-hidden', type: 'number', min: 1, max: 512, value: 32 });
  private readonly hiddenLabel = h('label', { class: 'run-hidden' }, 'hidden', this.hidden);
  readonly controls = h('div', { class: 'row top' }, this.text, this.hiddenLabel);
  private spans: HTMLElement[] = [];

  constructor(private readonly studio: Studio, move: (by: number) => void, private readonly goTo: (step: number) => void) {
    this.head.addEventListener('keydown', (event) => {
      const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
      if (by !== 0) move(by);
    });
  }

  reads(model: ModelInfo | null): boolean { return model === null || model.kind === 'Text'; }

  offer(model: ModelInfo | null): void {
    this.hiddenLabel.hidden = model !== null;
    // A model may not know every character of the first text.
    if (model && this.text.value === sentence) this.text.value = [...sentence].filter((each) => model.characters.includes(each)).join('') || model.characters.slice(0, 40);
  }

  async run(model: ModelInfo | null): Promise<Shown> {
    const text = this.text.value;
    const reply = await api.run(model ? { text, model: model.id } : { text, cellText: this.studio.text, cellName: this.studio.name, hidden: Number(this.hidden.value) });
    this.spans = reply.characters.map((character, t) => h('span', { click: () => this.goTo(t) }, character === '\n' ? '↵\n' : character));
    this.head.replaceChildren(...this.spans);
    return {
      run: reply.run,
      layers: reply.layers,
      axis: { steps: reply.characters.length, segment: 1, ahead: 0, labels: reply.characters.map((character) => (character === '\n' ? '↵' : character === ' ' ? '·' : character)) },
      tracks: [],
      bands: [],
      reads: (step) => [h('strong', {}, JSON.stringify(reply.characters[step])), ...(step > 0 ? [`; this character came with a surprise of ${reply.surprise[step]!.toFixed(2)} bits`] : [])],
      said: (step) => [h('span', {}, 'What comes next, it thinks:'),
        ...reply.guesses[step]!.map((guess) => h('span', { class: 'guess', style: `--p: ${Math.round(guess.probability * 100)}%` }, `${JSON.stringify(guess.character)} ${(guess.probability * 100).toFixed(0)} %`))],
    };
  }

  colour(values: number[], step: number): void {
    const most = Math.max(1, ...values.map(Math.abs));
    this.spans.forEach((span, t) => {
      const value = values[t]! / most;
      span.style.setProperty('--v', `${Math.round(Math.abs(value) * 80)}%`);
      span.className = `${value >= 0 ? 'plus' : 'minus'}${t === step ? ' now' : ''}`;
    });
  }
}
