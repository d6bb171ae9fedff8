import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState, RangeSetBuilder } from '@codemirror/state';
import { Decoration, EditorView, keymap, lineNumbers, ViewPlugin, type DecorationSet, type ViewUpdate } from '@codemirror/view';
import type { Problem } from './api';

const words: [RegExp, string][] = [
  [/#.*/g, 'tok-comment'],
  [/"[^"]*"/g, 'tok-string'],
  [/^\s*(cell|source|input|output|width|init|state|param|matrix|blocks)\b/gm, 'tok-word'],
  [/\b(tanh|sigmoid|relu|softmax|exp|log|sqrt|abs|norm|mean|sum)\b|σ/g, 'tok-function'],
  [/\[\s*t\s*-\s*1\s*\]/g, 'tok-time'],
];

function decorate(view: EditorView): DecorationSet {
  const text = view.state.doc.toString();
  const marks: [number, number, string][] = [];
  for (const [pattern, style] of words) {
    for (const match of text.matchAll(pattern)) {
      const from = match.index;
      const to = from + match[0].length;
      if (!marks.some(([a, b]) => from < b && to > a)) marks.push([from, to, style]);
    }
  }
  const builder = new RangeSetBuilder<Decoration>();
  marks.sort((a, b) => a[0] - b[0]).forEach(([from, to, style]) => builder.add(from, to, Decoration.mark({ class: style })));
  return builder.finish();
}

const colours = ViewPlugin.fromClass(class {
  decorations: DecorationSet;
  constructor(view: EditorView) { this.decorations = decorate(view); }
  update(update: ViewUpdate): void { if (update.docChanged) this.decorations = decorate(update.view); }
}, { decorations: (plugin) => plugin.decorations });

/** The editor of equations. */
export class Editor {
  readonly view: EditorView;

  constructor(parent: HTMLElement, text: string, changed: (text: string) => void) {
    this.view = new EditorView({
      parent,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(), history(), lintGutter(), colours, EditorView.lineWrapping,
          keymap.of([...defaultKeymap, ...historyKeymap]),
          EditorView.contentAttributes.of({ 'aria-label': 'Equations of the cell', spellcheck: 'false', autocorrect: 'off', autocapitalize: 'off' }),
          EditorView.updateListener.of((update) => { if (update.docChanged) changed(update.state.doc.toString()); }),
        ],
      }),
    });
  }

  set text(value: string) {
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: value } });
  }

  /** Marks what is wrong, or that nothing is. */
  mark(problem: Problem | null): void {
    const length = this.view.state.doc.length;
    const from = Math.min(problem?.start ?? 0, length);
    const to = Math.min(Math.max(problem?.end ?? 0, from), length);
    this.view.dispatch(setDiagnostics(this.view.state, problem && problem.line > 0
      ? [{ from, to, severity: 'error', message: problem.problem + (problem.suggestion ? `. ${problem.suggestion}` : '') }]
      : []));
  }
}
