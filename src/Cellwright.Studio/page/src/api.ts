// What the server answers; addresses are relative to the page's own, which holds the token.

export interface Problem { message: string; problem: string; suggestion: string | null; line: number; column: number; start: number; end: number }
export interface Equation { names: string[]; mathml: string; line: number }
export interface NameInfo { name: string; kind: string; shape: string; numbers: string; count: number; isOutput: boolean }
export interface DiagramElement { id: number; kind: 'Input' | 'Previous' | 'Layer' | 'Arithmetic' | 'Function'; label: string; owner: string; names: string[]; parameters: string[]; reads: number[] }
export interface DiagramState { name: string; previous: number; next: number; belt: number[] }
export interface Diagram { elements: DiagramElement[]; states: DiagramState[]; output: number; outputName: string }
export interface CellInfo {
  name: string; title: string; source: string; equations: Equation[]; names: NameInfo[]; parameters: number;
  sizes: Record<string, number>; hasForgetBias: boolean; inputs: number; diagram: Diagram;
}
export interface CellReply { problem: Problem | null; cell: CellInfo | null }
export interface Card { name: string; title: string; adds: string; text: string }
export interface SeriesChoice { names: string[]; rows: number[]; targets: string[]; past: string[]; known: string[]; source: string; step: string }
export interface ModelInfo { id: string; name: string; about: string; kind: 'Text' | 'Series' | 'Memory'; characters: string; series: SeriesChoice | null }
export interface TaskInfo { name: string; title: string; counts: string; usual: number; least: number; most: number; loss: string; criterion: string }
export interface Session { cellName: string; cellText: string; models: ModelInfo[]; tasks: TaskInfo[]; limits: { runCharacters: number; hidden: number; trainingHidden: number; trainingSeconds: number } }
export interface StateFlow { name: string; log10: (number | null)[]; meanFactor: number }
export interface Flow { cell: string; model: string | null; phase: 'Untrained' | 'Before' | 'After'; hasForgetBias: boolean; states: StateFlow[] }
export interface SignalInfo { name: string; width: number; isState: boolean }
export interface LayerInfo { cell: string; equations: Equation[]; signals: SignalInfo[] }
export interface Guess { character: string; probability: number }
export interface RunReply { run: string; characters: string[]; surprise: number[]; guesses: Guess[][]; layers: LayerInfo[] }
export interface Column { name: string; kind: 'Target' | 'Past' | 'Known'; values: (number | null)[] }
export interface SeriesReply {
  run: string; layers: LayerInfo[]; firstRow: number; leastEnd: number; end: number; rows: number; segment: number; steps: number;
  labels: string[]; columns: Column[]; point: number[]; levels: number[]; quantiles: number[][];
}
export interface SequenceReply {
  run: string; layers: LayerInfo[]; steps: number; task: string; right: (boolean | null)[];
  inputs: { name: string; values: number[] }[]; outputs: { name: string; said: number[]; asked: (number | null)[] }[];
}
export interface StepEquation { name: string; value: number; mathml: string; text: string }
export interface FoundUnit { layer: number; signal: string; unit: number; correlation: number }
export interface Gate { name: string; least: number; most: number; shares: number[] }
export interface TrainingLook { flow: StateFlow[]; gates: Gate[]; sample: string; right: number | null; solvedAt: number | null }
export interface TrainingReport {
  step: number; seconds: number; losses: (number | null)[]; norms: number[]; views: TrainingLook[] | null; models: string[] | null; problem: string | null; baseline: number | null;
}
export interface NamedText { name: string; text: string }

const json = { 'Content-Type': 'application/json' };

async function checked(response: Response): Promise<Response> {
  if (response.ok) return response;
  let sentence = `the server answered ${response.status}`;
  try {
    sentence = ((await response.json()) as { error: string }).error;
  } catch {
    // No sentence came with it.
  }
  throw new Error(sentence);
}

async function get<T>(address: string): Promise<T> {
  return (await checked(await fetch(address))).json() as Promise<T>;
}

async function post<T>(address: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return (await checked(await fetch(address, { method: 'POST', headers: json, body: JSON.stringify(body), signal: signal ?? null }))).json() as Promise<T>;
}

export const session = (): Promise<Session> => get('api/session');
export const gallery = (): Promise<Card[]> => get('api/gallery');
export const readCell = (text: string, name: string, hidden: number, signal?: AbortSignal): Promise<CellReply> =>
  post('api/cell', { text, name, input: 16, hidden }, signal);
export const gradients = (cells: NamedText[], models: string[], length: number, forgetBias: number | null, signal?: AbortSignal): Promise<{ flows: Flow[] }> =>
  post('api/gradients', { cells, models, length, forgetBias, hidden: 32 }, signal);
export const run = (body: { text: string; model?: string; cellText?: string; cellName?: string; hidden?: number }): Promise<RunReply> => post('api/run', body);
export const runSeries = (body: { model: string; series: number; target: number; end: number | null }): Promise<SeriesReply> => post('api/series', body);
export const runSequence = (body: { model: string; number: number }): Promise<SequenceReply> => post('api/sequence', body);
export const stepEquations = (body: { run: string; layer: number; step: number; unit: number }, signal?: AbortSignal): Promise<{ equations: StepEquation[] }> =>
  post('api/step', body, signal);
export const find = (body: { run: string; pattern: string }): Promise<{ pattern: number[]; units: FoundUnit[] }> => post('api/find', body);

export async function signal(runId: string, layer: number, name: string): Promise<Float32Array> {
  const response = await checked(await fetch(`api/signal?run=${runId}&layer=${layer}&name=${encodeURIComponent(name)}`));
  return new Float32Array(await response.arrayBuffer());
}

export const finishTraining = async (): Promise<void> => { await checked(await fetch('api/finish', { method: 'POST' })); };

/** Trains, telling of each report as it comes; ends when the server does or the signal is given. */
export async function train(body: { cells: NamedText[]; text: string | null; task: string | null; length: number; hidden: number; seconds: number; learningRate: number }, tell: (report: TrainingReport) => void, abort: AbortSignal): Promise<void> {
  const response = await checked(await fetch('api/train', { method: 'POST', headers: json, body: JSON.stringify(body), signal: abort }));
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) tell(JSON.parse(line) as TrainingReport);
  }
}
