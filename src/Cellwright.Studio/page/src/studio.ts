import type { Card, CellInfo, ModelInfo, NamedText, Session } from './api';
import * as api from './api';
import { byId } from './dom';

/** What the views share: the cell in the editor, the gallery, the models. */
export class Studio extends EventTarget {
  text: string;
  name: string;
  cell: CellInfo | null = null;
  models: ModelInfo[];

  constructor(readonly session: Session, readonly gallery: Card[]) {
    super();
    this.text = session.cellText;
    this.name = session.cellName;
    this.models = session.models;
  }

  /** The cell in the editor was understood. */
  understood(text: string, cell: CellInfo): void {
    this.text = text;
    this.cell = cell;
    this.name = cell.name;
    this.dispatchEvent(new Event('cell'));
  }

  /** Asks which models there are now. */
  async refreshModels(): Promise<void> {
    this.models = (await api.session()).models;
    this.dispatchEvent(new Event('models'));
  }

  /** A cell by its choice in a list: the editor's, or one of the gallery. */
  chosen(value: string): NamedText {
    const card = this.gallery.find((each) => each.name === value);
    return card ? { name: card.name, text: card.text } : { name: this.name, text: this.text };
  }

  /** One sentence at the bottom of the page, for a while. */
  readonly say = (sentence: string): void => {
    const notice = byId('notice');
    notice.textContent = sentence;
    notice.classList.add('on');
    window.setTimeout(() => notice.textContent === sentence && notice.classList.remove('on'), 6000);
  };

  readonly failed = (problem: Error): void => this.say(problem.message);
}
