import type { CellInfo, CellReply } from './api';
import * as api from './api';
import { draw } from './diagram';
import { h, latest, math, nameOf } from './dom';
import { Editor } from './editor';
import type { Studio } from './studio';

const kinds: Record<string, string> = { Input: 'input', State: 'state', Signal: 'signal', Parameter: 'parameter', DerivedParameter: 'derived parameter', Constant: 'constant', Function: 'function' };

/** The cell: editor, equations, diagram, names, gallery. */
export class CellView {
  readonly element = h('section', { class: 'cell' });
  private readonly editor: Editor;
  private readonly problem = h('div', { class: 'problem', role: 'alert', hidden: true });
  private readonly heading = h('div', { class: 'heading' });
  private readonly equations = h('div', { class: 'equations' });
  private readonly picture = h('div', { class: 'picture', tabindex: 0, role: 'group', 'aria-label': 'Diagram' });
  private readonly table = h('tbody');
  private readonly count = h('p', { class: 'count' });
  private readonly hidden = h('input', { type: 'number', min: 1, max: 512, value: 32, 'aria-label': 'hidden width', change: () => this.check(this.editor.view.state.doc.toString()) });
  private readonly right = h('div', { class: 'understood' });

  constructor(private readonly studio: Studio) {
    const holder = h('div', { class: 'editor' });
    const cards = h('div', { class: 'cards' }, ...studio.gallery.map((card) => h('button', { class: 'card', click: () => { this.editor.text = card.text; } },
      h('strong', {}, card.name), h('span', { class: 'title' }, card.title), h('span', {}, card.adds))));
    this.right.append(
      this.heading,
      h('div', { class: 'panel' }, h('h2', {}, 'Equations'), this.equations),
      h('div', { class: 'panel' }, h('h2', {}, 'One step'), this.picture,
        h('p', { class: 'key' }, h('i', { class: 'key-box' }), 'matrices and a function', h('i', { class: 'key-circle' }), 'elementwise', h('i', { class: 'key-belt' }), 'a state carried on by gates alone')),
      h('div', { class: 'panel' }, h('h2', {}, 'Names and shapes'), h('label', { class: 'inline' }, 'for hidden', this.hidden), this.count,
        h('div', { class: 'scroll' }, h('table', {}, h('thead', {}, h('tr', {}, ...['name', 'is', 'shape', 'numbers', 'count'].map((each) => h('th', { scope: 'col', class: each === 'count' ? 'number' : '' }, each)))), this.table))));
    this.element.append(
      h('div', { class: 'written' }, h('h2', {}, 'Write the step'), holder, this.problem, h('h2', {}, 'Start from a cell of the notes'), cards),
      this.right);
    this.editor = new Editor(holder, studio.text, (text) => this.check(text));
    this.check(studio.text);
  }

  private readonly check = latest(120, async (signal, text: string) => {
    this.show(text, await api.readCell(text, this.studio.session.cellName, Number(this.hidden.value) || 32, signal));
  }, (problem) => this.studio.say(problem.message));

  private show(text: string, reply: CellReply): void {
    this.editor.mark(reply.problem);
    this.problem.hidden = reply.problem === null;
    this.right.classList.toggle('stale', reply.problem !== null);
    if (reply.problem) this.problem.replaceChildren(...spelled(reply.problem.message));
    if (!reply.cell) return;
    this.describe(reply.cell);
    this.studio.understood(text, reply.cell);
  }

  private describe(cell: CellInfo): void {
    const shapeOf = (name: string): string => cell.names.find((each) => each.name === name)?.shape ?? '';
    this.heading.replaceChildren(h('h2', {}, cell.title || cell.name), ...(cell.source ? [h('p', {}, cell.source)] : []));
    this.equations.replaceChildren(...cell.equations.map((equation) => h('div', {
      class: 'equation', 'data-signals': equation.names.join(' '), tabindex: 0,
      mouseenter: () => this.light(equation.names), mouseleave: () => this.light([]), focus: () => this.light(equation.names), blur: () => this.light([]),
    }, math(equation.mathml), h('span', { class: 'shape' }, shapeOf(equation.names[0] ?? '')))));
    const svg = draw(cell.diagram, (owner, parameters) => owner + (parameters.length > 0 ? `: ${parameters.map((each) => `${each} ${shapeOf(each)}`).join(', ')}` : ''));
    for (const part of svg.querySelectorAll<SVGElement>('[data-signal]')) {
      const names = [part.dataset.signal!];
      for (const event of ['mouseenter', 'focus']) part.addEventListener(event, () => this.light(names));
      for (const event of ['mouseleave', 'blur']) part.addEventListener(event, () => this.light([]));
    }
    this.picture.replaceChildren(svg);
    this.table.replaceChildren(...cell.names.map((each) => h('tr', {},
      h('th', { scope: 'row' }, nameOf(each.name)), h('td', {}, (kinds[each.kind] ?? each.kind) + (each.isOutput ? ', the output' : '')),
      h('td', { class: 'mono' }, each.shape), h('td', { class: 'mono' }, each.numbers), h('td', { class: 'number' }, each.kind === 'Parameter' ? each.count.toLocaleString('en') : ''))));
    const sizes = Object.entries(cell.sizes).map(([name, size]) => `${name} ${size}`).join(', ');
    this.count.replaceChildren(h('strong', {}, cell.parameters.toLocaleString('en')), ` parameters for ${sizes}`);
  }

  /** Lights up what belongs to some signals. */
  private light(names: string[]): void {
    this.right.classList.toggle('lit', names.length > 0);
    for (const part of this.picture.querySelectorAll<SVGElement>('[data-signal]')) part.classList.toggle('on', names.includes(part.dataset.signal!));
    for (const row of this.equations.querySelectorAll<HTMLElement>('.equation')) row.classList.toggle('on', row.dataset.signals!.split(' ').some((name) => names.includes(name)));
  }
}

/** A message whose line of equations and caret keep their columns; its sentences may be wrapped. */
function spelled(message: string): HTMLElement[] {
  const lines = message.split('\n');
  const caret = lines.findIndex((line) => /^\s*\^+\s*$/.test(line));
  return lines.map((line, i) => h('div', { class: caret > 0 && (i === caret || i === caret - 1) ? 'place' : 'sentence' }, line || ' '));
}
