import type { Diagram } from './api';
import { s } from './dom';
import { layOut, type Layout, type Placed } from './layout';
import { partsOf } from './names';

const columnWidth = 62;
const rowHeight = 58;
const left = 74;
const top = 34;
const turn = 9;

// Inputs stand left of the body, so the first column of elements begins it.
const x = (column: number): number => left + (column - 0.5) * columnWidth;
const y = (row: number): number => top + row * rowHeight;

function label(name: string, attributes: Record<string, string | number>, time = ''): SVGTextElement {
  const { letter, low } = partsOf(name);
  const below = [low, time].filter((each) => each !== '').join(',');
  return s('text', attributes, s('tspan', {}, letter), ...(below ? [s('tspan', { dy: 4, 'font-size': '0.7em' }, below)] : []));
}

/** Draws a step of the cell. Everything carries the signal it is part of in data-signal. */
export function draw(diagram: Diagram, describe: (owner: string, parameters: string[]) => string): SVGSVGElement {
  const layout = layOut(diagram);
  const right = x(layout.columns - 1) + 18;
  const width = right + 70;
  const height = y(layout.rows - 1) + 40;
  const wires = s('g', {});
  const marks = s('g', {});
  drawBelts(diagram, layout, right, wires);
  for (const placed of layout.placed.values()) {
    drawWires(placed, layout, right, wires);
    marks.append(drawElement(placed, describe));
  }
  for (const leaf of layout.leaves) {
    marks.append(s('g', { 'data-signal': leaf.name }, label(leaf.name, { x: right + 28, y: y(leaf.row) + 5, class: 'end' }, 't'),
      ...(leaf.isOutput ? [s('text', { x: right + 28, y: y(leaf.row) + 21, class: 'note' }, 'output')] : [])));
  }
  return s('svg', { viewBox: `0 0 ${width} ${height}`, width, height, style: `min-width: ${Math.min(width, Math.max(480, Math.round(width * 0.6)))}px`, class: 'diagram', role: 'img', 'aria-label': 'Diagram of one step of the cell' },
    s('rect', { x: left - 26, y: 8, width: right - left + 34, height: height - 16, rx: 14, class: 'body' }), wires, marks);
}

// One line from t−1 to t.
function drawBelts(diagram: Diagram, layout: Layout, right: number, wires: SVGGElement): void {
  for (const state of diagram.states.filter((each) => each.belt.length > 0)) {
    const row = y(layout.placed.get(state.belt[0]!)!.row);
    wires.append(s('path', { d: `M${left - 42} ${row}H${right + 20}`, class: 'belt', 'data-signal': state.name }), arrow(right, row, state.name, 'belt-end'));
  }
}

const arrow = (right: number, at: number, name: string, style: string): SVGPathElement =>
  s('path', { d: `M${right + 14} ${at - 5}l8 5l-8 5`, class: style, 'data-signal': name });

function drawWires(placed: Placed, layout: Layout, right: number, wires: SVGGElement): void {
  const name = placed.element.names[0] ?? (placed.element.owner || placed.element.label);
  const isOnBelt = placed.row < layout.belts;
  const from = placed.element.reads.length === 0 ? left - 42 : x(placed.column);
  const fromY = y(placed.row);
  const leaves = placed.last === layout.columns - 1;
  const farthest = Math.max(0, ...placed.readers.map((id) => layout.placed.get(id)!.column));
  let reach = leaves ? right + 22 : 0;
  for (const reader of placed.readers.map((id) => layout.placed.get(id)!)) {
    if (reader.row === placed.row) {
      reach = Math.max(reach, x(reader.column));
      continue;
    }
    // Values that meet in one element from one side come in side by side.
    const isBelow = placed.row > reader.row;
    const others = reader.element.reads.map((id) => layout.placed.get(id)!).filter((each) => each.row !== reader.row && (each.row > reader.row) === isBelow).sort((a, b) => a.row - b.row);
    const corner = x(reader.column) + (others.indexOf(placed) - (others.length - 1) / 2) * 11;
    const down = isBelow ? -1 : 1;
    const target = y(reader.row) - down * (reader.element.kind === 'Arithmetic' ? 13 : 16);
    wires.append(s('path', { class: 'wire', 'data-signal': name, d: `M${corner - turn} ${fromY}Q${corner} ${fromY} ${corner} ${fromY + down * turn}V${target}` }));
    if (leaves || isOnBelt || reader.column < farthest) wires.append(s('circle', { cx: corner - turn, cy: fromY, r: 2.2, class: 'joint', 'data-signal': name }));
    reach = Math.max(reach, corner - turn);
  }
  if (isOnBelt || reach <= from) return;
  wires.append(s('path', { class: 'wire', 'data-signal': name, d: `M${from} ${fromY}H${reach}` }));
  if (leaves) wires.append(arrow(right, fromY, name, 'wire'));
}

function drawElement(placed: Placed, describe: (owner: string, parameters: string[]) => string): SVGGElement {
  const { element } = placed;
  const [cx, cy] = [x(placed.column), y(placed.row)];
  const group = s('g', { class: `element ${element.kind.toLowerCase()}`, 'data-signal': element.owner || element.label });
  if (element.kind === 'Input' || element.kind === 'Previous') {
    group.append(label(element.label, { x: left - 48, y: cy + 5, class: 'end', 'text-anchor': 'end' }, element.kind === 'Input' ? 't' : 't−1'));
    return group;
  }
  group.setAttribute('tabindex', '0');
  group.setAttribute('aria-label', describe(element.owner, element.parameters));
  group.append(s('title', {}, describe(element.owner, element.parameters)));
  const isCircle = element.kind === 'Arithmetic';
  group.append(
    isCircle ? s('circle', { cx, cy, r: 13 }) : s('rect', { x: cx - 22, y: cy - 16, width: 44, height: 32, rx: element.kind === 'Layer' ? 4 : 16 }),
    s('text', { x: cx, y: cy + (isCircle ? 5.5 : 5), 'text-anchor': 'middle', class: isCircle && element.label.length === 1 ? 'sign' : isCircle ? 'small' : '' }, element.label || 'W·'));
  if (element.names.length > 0) group.append(label(element.names[0]!, { x: cx + (isCircle ? 12 : 25), y: cy - 8, class: 'value' }));
  return group;
}
