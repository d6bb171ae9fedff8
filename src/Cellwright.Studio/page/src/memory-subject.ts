import type { ModelInfo, SequenceReply } from './api';
import * as api from './api';
import { h } from './dom';
import type { Band } from './heat-band';
import type { Shown, Subject } from './subject';
import type { Track } from './track';

// More numbers a step than this are a heat map, not lines.
const mostLines = 3;

/** A sequence of a memory task through a model that was trained on it. */
export class MemorySubject implements Subject {
  readonly find = { label: 'Which units track', patterns: [] as string[] };
  readonly head = h('div', { class: 'series-head' });
  private readonly number = h('input', { id: 'sequence-number', type: 'number', min: 0, max: 1000000, value: 0, change: () => this.again() });
  readonly controls = h('div', { class: 'row' }, h('label', {}, 'Sequence', this.number), h('button', { id: 'sequence-next', click: () => { this.number.value = String(Number(this.number.value) + 1); this.again(); } }, 'Another'));

  constructor(private readonly again: () => void) {}

  reads(model: ModelInfo | null): boolean { return model?.kind === 'Memory'; }

  offer(): void {}

  async run(model: ModelInfo | null): Promise<Shown> {
    const reply = await api.runSequence({ model: model!.id, number: Number(this.number.value) });
    this.find.patterns = [...reply.inputs.filter((input) => new Set(input.values).size < 4).map((input) => `since ${input.name}`), ...reply.inputs.map((input) => input.name), 'row'];
    const judged = reply.right.flatMap((right, step) => (right === null ? [] : [{ right, step }]));
    const wrong = judged.filter((each) => !each.right).length;
    const asLines = reply.outputs.length <= mostLines;
    this.head.replaceChildren(
      h('strong', { class: wrong === 0 ? 'right' : 'wrong' }, wrong === 0 ? '✓ right' : judged.length === 1 ? '✗ wrong' : `✗ wrong at ${wrong} of ${judged.length} steps`),
      h('span', {}, asLines && reply.outputs.length === 1 ? `said ${reply.outputs[0]!.said[judged.at(-1)!.step]!.toFixed(3)}, asked ${reply.outputs[0]!.asked[judged.at(-1)!.step]!.toFixed(3)}` : 'what is said stands above what was asked'));
    return {
      run: reply.run,
      layers: reply.layers,
      axis: { steps: reply.steps, segment: 1, ahead: 0, labels: labels(reply) },
      tracks: [
        ...(reply.inputs.length <= mostLines ? reply.inputs.map((input, i): Track => ({ name: input.name, height: 44, lines: [{ name: input.name, values: input.values, colour: 2 + i, isStepped: true }] })) : []),
        ...(asLines ? reply.outputs.map((output): Track => ({
          name: `said ${output.name}`, height: 60,
          lines: [{ name: 'said', values: output.said, colour: 1, width: 2 }, { name: 'asked', values: output.asked, colour: 0, isStepped: true, width: 4 }],
        })) : []),
      ],
      bands: [
        ...(reply.inputs.length <= mostLines ? [] : [band('x', reply.inputs.map((input) => input.values), reply.steps)]),
        ...(asLines ? [] : [band('said', reply.outputs.map((output) => output.said), reply.steps), band('asked', reply.outputs.map((output) => output.asked), reply.steps)]),
      ],
      reads: (step) => [h('strong', {}, read(reply, step)), ...(reply.right[step] == null ? [] : [`; its answer is ${reply.right[step] ? 'right' : 'wrong'}`])],
      said: (step) => [h('span', {}, 'It says:'), ...reply.outputs.map((output) => h('span', { class: 'guess', style: `--p: ${Math.round(Math.max(0, Math.min(1, output.said[step]!)) * 100)}%` }, `${output.name} ${output.said[step]!.toFixed(3)}`)),
        ...(reply.right[step] == null ? ['; nothing is asked at this step'] : [`; asked: ${asked(reply, step)}`])],
    };
  }
}

const isSymbolic = (reply: SequenceReply): boolean => reply.inputs.length > 2;

/** Of symbols the one that is set; of numbers all. */
function read(reply: SequenceReply, step: number): string {
  return isSymbolic(reply) ? (reply.inputs.find((input) => input.values[step] === 1)?.name ?? '') : reply.inputs.map((input) => `${input.name} ${Number(input.values[step]!.toPrecision(4))}`).join(', ');
}

const asked = (reply: SequenceReply, step: number): string =>
  (reply.outputs.length === 1 ? String(reply.outputs[0]!.asked[step]!.toFixed(3)) : reply.outputs.filter((output) => output.asked[step] === 1).map((output) => output.name).join(' or '));

function labels(reply: SequenceReply): string[] {
  return Array.from({ length: reply.steps }, (_, step) => {
    const name = isSymbolic(reply) ? read(reply, step) : String(step + 1);
    return name === 'blank' ? '·' : name === 'begin' ? '›' : name;
  });
}

function band(name: string, columns: (number | null)[][], steps: number): Band {
  const values = new Float32Array(steps * columns.length);
  columns.forEach((column, i) => column.forEach((value, step) => { values[step * columns.length + i] = value ?? 0; }));
  return { name, width: columns.length, values, order: Uint16Array.from({ length: columns.length }, (_, i) => i), isPlain: true };
}
