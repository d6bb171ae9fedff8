// Lays a diagram out like a score: every element has a column of its own, in an order in which it stands behind what it
// reads; its value runs along a row to the last element that reads it, and turns up or down into each. Rows that two values
// would share at one place are kept apart, so nothing overlaps. A state's belt is the straight row on top.
import type { Diagram, DiagramElement } from './api';

export interface Placed { element: DiagramElement; column: number; row: number; last: number; readers: number[] }
export interface Leaf { id: number; name: string; row: number; isOutput: boolean }
export interface Layout { placed: Map<number, Placed>; columns: number; rows: number; belts: number; leaves: Leaf[] }

/** Elements in an order in which those that belong together stand together. */
function order(diagram: Diagram): number[] {
  const result: number[] = [];
  const seen = new Set<number>();
  const visit = (id: number): void => {
    const element = diagram.elements[id]!;
    if (seen.has(id) || element.reads.length === 0) return;
    seen.add(id);
    element.reads.forEach(visit);
    result.push(id);
  };
  for (const state of diagram.states) for (const id of state.belt) visit(id);
  for (const element of diagram.elements) visit(element.id);
  return result;
}

export function layOut(diagram: Diagram): Layout {
  const sequence = order(diagram);
  const sources = diagram.elements.filter((element) => element.reads.length === 0);
  const column = new Map<number, number>(sources.map((element) => [element.id, 0]));
  sequence.forEach((id, i) => column.set(id, i + 1));
  const end = sequence.length + 1;
  const readers = new Map<number, number[]>(diagram.elements.map((element) => [element.id, []]));
  for (const element of diagram.elements) for (const read of element.reads) readers.get(read)!.push(element.id);

  // What leaves on the right: states and the output.
  const leaving = new Map<number, { name: string; isOutput: boolean }>();
  for (const state of diagram.states) if (state.next >= 0) leaving.set(state.next, { name: state.name, isOutput: state.next === diagram.output });
  if (!leaving.has(diagram.output)) leaving.set(diagram.output, { name: diagram.outputName, isOutput: true });

  const taken: [number, number][][] = [];
  const isFree = (row: number, from: number, to: number): boolean => (taken[row] ?? []).every(([a, b]) => to < a || from > b);
  const take = (row: number, from: number, to: number): void => { (taken[row] ??= []).push([from, to]); };
  const rows = new Map<number, number>();

  let belts = 0;
  for (const state of diagram.states.filter((each) => each.belt.length > 0)) {
    const row = belts++;
    take(row, 0, end);
    if (!rows.has(state.previous)) rows.set(state.previous, row);
    for (const id of state.belt) if (!rows.has(id)) rows.set(id, row);
  }
  const first = belts;
  const lastOf = (id: number): number =>
    leaving.has(id) ? end : Math.max(column.get(id)!, ...readers.get(id)!.map((reader) => column.get(reader)!));

  // Arithmetic close to the belt, boxes with matrices below it; what is placed last has the first choice of rows.
  for (const id of [...sequence].reverse()) {
    if (rows.has(id)) continue;
    let row = diagram.elements[id]!.kind === 'Layer' ? first + 1 : first;
    while (!isFree(row, column.get(id)!, lastOf(id))) row++;
    take(row, column.get(id)!, lastOf(id));
    rows.set(id, row);
  }
  let bottom = Math.max(first, ...[...rows.values()].map((row) => row + 1));
  for (const element of [...sources].sort((a, b) => Number(a.kind === 'Input') - Number(b.kind === 'Input'))) {
    if (!rows.has(element.id)) rows.set(element.id, bottom++);
  }

  const placed = new Map<number, Placed>();
  for (const element of diagram.elements) {
    placed.set(element.id, { element, column: column.get(element.id)!, row: rows.get(element.id)!, last: lastOf(element.id), readers: readers.get(element.id)! });
  }
  return { placed, columns: end + 1, rows: bottom, belts, leaves: [...leaving].map(([id, what]) => ({ id, row: rows.get(id)!, ...what })) };
}
