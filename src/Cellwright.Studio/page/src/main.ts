import 'uplot/dist/uPlot.min.css';
import './style.css';
import './views.css';
import * as api from './api';
import { CellView } from './cell-view';
import { byId, h } from './dom';
import { GradientView } from './gradient-view';
import { RunView } from './run-view';
import { Studio } from './studio';
import { TrainingView } from './training-view';

interface View { element: HTMLElement; shown?(): void }

const [session, cards] = await Promise.all([api.session(), api.gallery()]);
const studio = new Studio(session, cards);
const views: [string, string, View][] = [
  ['cell', 'The cell', new CellView(studio)],
  ['run', 'The run', new RunView(studio)],
  ['gradient', 'The gradient', new GradientView(studio)],
  ['training', 'Training', new TrainingView(studio)],
];

const tabs = byId('tabs');
const buttons = views.map(([id, title, view], i) => {
  view.element.id = `view-${id}`;
  view.element.setAttribute('role', 'tabpanel');
  view.element.setAttribute('aria-labelledby', `tab-${id}`);
  byId('views').append(view.element);
  const button = h('button', { role: 'tab', id: `tab-${id}`, 'aria-controls': `view-${id}`, click: () => show(i) }, title);
  tabs.append(button);
  return button;
});

function show(chosen: number): void {
  views.forEach(([id, , view], i) => {
    view.element.hidden = i !== chosen;
    buttons[i]!.setAttribute('aria-selected', String(i === chosen));
    buttons[i]!.tabIndex = i === chosen ? 0 : -1;
    if (i === chosen) {
      history.replaceState(null, '', `#${id}`);
      view.shown?.();
    }
  });
}

tabs.addEventListener('keydown', (event) => {
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (step === 0) return;
  const next = (buttons.indexOf(document.activeElement as HTMLButtonElement) + step + buttons.length) % buttons.length;
  show(next);
  buttons[next]!.focus();
});

show(Math.max(0, views.findIndex(([id]) => location.hash === `#${id}`)));
document.body.classList.add('ready');
performance.mark('ready');
