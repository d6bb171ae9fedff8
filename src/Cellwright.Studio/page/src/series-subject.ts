import type { ModelInfo, SeriesReply } from './api';
import * as api from './api';
import { h } from './dom';
import type { Shown, Subject } from './subject';
import type { Fan, Track } from './track';

/** A series through a forecaster: what was observed, the forecast and its intervals, the inputs. */
export class SeriesSubject implements Subject {
  readonly find = { label: 'Which units track', patterns: [] as string[] };
  readonly head = h('div', { class: 'series-head' });
  private readonly series = h('select', { id: 'series-name', change: () => this.again() });
  private readonly target = h('select', { id: 'series-target', change: () => this.again() });
  private readonly end = h('input', { id: 'series-end', type: 'range', min: 1, max: 1, value: 1, 'aria-label': 'Rows that are known', change: () => this.again(), input: () => this.tell() });
  private readonly endText = h('output', { class: 'end-text' });
  private readonly seriesLabel = h('label', {}, 'Series', this.series);
  private readonly targetLabel = h('label', {}, 'Target', this.target);
  readonly controls = h('div', { class: 'row series-controls' }, this.seriesLabel, this.targetLabel, h('label', { class: 'grow' }, 'Forecast from', this.end), this.endText);
  private model = '';
  private shownSeries = -1;

  constructor(private readonly again: () => void) {}

  reads(model: ModelInfo | null): boolean { return model?.kind === 'Series'; }

  offer(model: ModelInfo | null): void {
    const choice = model?.series;
    if (!choice || model.id === this.model) return;
    this.model = model.id;
    this.series.replaceChildren(...choice.names.map((name, i) => h('option', { value: i }, name || 'the only one')));
    this.target.replaceChildren(...choice.targets.map((name, i) => h('option', { value: i }, name)));
    this.seriesLabel.hidden = choice.names.length < 2;
    this.targetLabel.hidden = choice.targets.length < 2;
    const events = [...choice.past, ...choice.known];
    this.find.patterns = [...events.map((name) => `since ${name}`), ...events.map((name) => `last ${name}`), ...events, ...choice.targets, 'row'];
    this.shownSeries = -1;
  }

  async run(model: ModelInfo | null): Promise<Shown> {
    const series = Number(this.series.value);
    const isOther = series !== this.shownSeries;
    const reply = await api.runSeries({ model: model!.id, series, target: Number(this.target.value), end: isOther ? null : Number(this.end.value) });
    if (isOther) {
      this.end.min = String(reply.leastEnd);
      this.end.max = String(reply.rows);
      this.shownSeries = series;
    }
    this.end.value = String(reply.end);
    this.end.disabled = reply.leastEnd >= reply.rows;
    this.tell();
    const target = this.target.selectedOptions[0]?.textContent ?? '';
    this.head.replaceChildren(...this.legend(reply, target));
    return {
      run: reply.run,
      layers: reply.layers,
      axis: { steps: reply.steps, segment: reply.segment, ahead: reply.point.length, labels: reply.labels },
      tracks: this.tracks(reply, target),
      bands: [],
      reads: (step) => [h('strong', {}, this.span(reply, step)), `: ${reply.columns.map((column) => `${column.name} ${this.values(column.values, reply, step)}`).join(', ')}`],
      said: () => [],
    };
  }

  private tell(): void {
    const rows = Number(this.end.max) - Number(this.end.value);
    this.endText.textContent = rows === 0 ? 'the last row' : `row ${Number(this.end.value).toLocaleString('en')}; ${rows.toLocaleString('en')} came after it`;
  }

  private tracks(reply: SeriesReply, target: string): Track[] {
    const own = reply.columns.find((column) => column.name === target && column.kind === 'Target')!;
    const known = reply.end - reply.firstRow;
    const ahead = (values: number[]): (number | null)[] => [...Array.from<null>({ length: known }).fill(null), ...values];
    const fans: Fan[] = [];
    for (let i = 0; i < Math.floor(reply.levels.length / 2); i++) {
      const [low, high] = [reply.levels[i]!, reply.levels[reply.levels.length - 1 - i]!];
      fans.push({ name: `${Math.round((high - low) * 100)} %`, low: ahead(reply.quantiles[i]!), high: ahead(reply.quantiles[reply.levels.length - 1 - i]!), colour: 1, alpha: 0.16 + 0.12 * i });
    }
    const joined = ahead(reply.point);
    if (known > 0 && own.values[known - 1] != null) joined[known - 1] = own.values[known - 1]!;
    return [
      { name: target, height: 130, fans, lines: [{ name: target, values: own.values, colour: 0, width: 1.6 }, { name: 'forecast', values: joined, colour: 1, width: 2.2 }] },
      ...reply.columns.filter((column) => column !== own).slice(0, 5).map((column, i): Track => ({
        name: column.name, height: 34, lines: [{ name: column.name, values: column.values, colour: 2 + (i % 5), isStepped: column.kind !== 'Target' }],
      })),
    ];
  }

  private legend(reply: SeriesReply, target: string): Node[] {
    const key = (style: string, text: string): Node => h('span', { class: 'key-pair' }, h('i', { class: style }), text);
    const levels = reply.levels.length > 1 ? reply.levels.slice(0, Math.floor(reply.levels.length / 2)).map((low, i) => `${Math.round((reply.levels[reply.levels.length - 1 - i]! - low) * 100)} %`).join(' and ') : '';
    return [
      key('key-observed', `${target}, observed`), key('key-forecast', 'forecast'), ...(levels ? [key('key-fan', `its ${levels} intervals`)] : []),
      h('span', { class: 'key-text' }, `${reply.point.length} rows ahead${reply.segment > 1 ? `; a step reads ${reply.segment} rows` : ''}`),
    ];
  }

  private span(reply: SeriesReply, step: number): string {
    const [from, to] = [reply.labels[step * reply.segment] ?? '', reply.labels[(step + 1) * reply.segment - 1] ?? ''];
    return reply.segment === 1 ? from : `${from} to ${to}`;
  }

  private values(values: (number | null)[], reply: SeriesReply, step: number): string {
    const shown = values.slice(step * reply.segment, (step + 1) * reply.segment).map((value) => (value === null ? 'missing' : String(Number(value.toPrecision(5))).replace('-', '−')));
    return shown.length > 4 ? `${shown[0]} … ${shown.at(-1)}` : shown.join(' ');
  }
}
