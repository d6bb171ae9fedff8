import { partsOf } from './names';

type Attributes = Record<string, string | number | boolean | ((event: never) => void)>;

const svgNamespace = 'http://www.w3.org/2000/svg';

function fill(element: Element, attributes: Attributes, children: (Node | string)[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value as EventListener);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children);
}

/** An HTML element; functions among the attributes listen to the event of their name. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}

/** An SVG element. */
export function s<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: (Node | string)[]): SVGElementTagNameMap[K] {
  const element = document.createElementNS(svgNamespace, tag);
  fill(element, attributes, children);
  return element;
}

/** MathML that our own printer made. */
export function math(mathml: string): HTMLElement {
  const span = h('span', { class: 'math' });
  span.innerHTML = mathml;
  return span;
}

/** A name as people read it. */
export function nameOf(name: string): HTMLElement {
  const { letter, low } = partsOf(name);
  return h('span', { class: 'name' }, letter, ...(low ? [h('sub', {}, low)] : []));
}

export function byId<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

/** Waits until nothing has come for a while, then does the last; what was under way is aborted. */
export function latest<A extends unknown[]>(wait: number, action: (signal: AbortSignal, ...values: A) => Promise<void>, failed: (problem: Error) => void): (...values: A) => void {
  let timer = 0;
  let controller = new AbortController();
  return (...values) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      controller.abort();
      controller = new AbortController();
      const mine = controller;
      action(mine.signal, ...values).catch((problem: Error) => {
        if (!mine.signal.aborted) failed(problem);
      });
    }, wait);
  };
}

/** A number to six digits. */
export const format = (value: number): string =>
  (value === 0 ? '0' : Math.abs(value) >= 1e-4 && Math.abs(value) < 1e5 ? String(Number(value.toPrecision(6))) : value.toPrecision(6).replace(/\.?0+e/, 'e')).replace(/-/g, '−');
