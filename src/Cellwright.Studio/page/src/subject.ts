import type { LayerInfo, ModelInfo } from './api';
import type { Band } from './heat-band';
import type { Axis } from './timeline';
import type { Track } from './track';

/** Something that ran through a model, as the explorer shows it. */
export interface Shown {
  run: string;
  layers: LayerInfo[];
  axis: Axis;
  tracks: Track[];
  /** Heat maps above those of the signals, of what is wider than lines can show. */
  bands: Band[];
  /** What a step read, behind "Step 7 reads". */
  reads(step: number): (Node | string)[];
  /** What the model said at a step. */
  said(step: number): (Node | string)[];
}

/** One kind of thing that a model reads: its controls, what is drawn of it above the signals, and how it is run. */
export interface Subject {
  readonly controls: HTMLElement;
  /** Shown above the signals; null for nothing. */
  readonly head: HTMLElement | null;
  /** What the search for units is called and begins with, and what else it offers. */
  readonly find: { label: string; patterns: string[] };
  /** Whether the models of a kind are its own. */
  reads(model: ModelInfo | null): boolean;
  /** Prepares the controls for a model. */
  offer(model: ModelInfo | null): void;
  run(model: ModelInfo | null): Promise<Shown>;
  /** The chosen unit's values, and where the cursor is. */
  colour?(values: number[], step: number): void;
}
