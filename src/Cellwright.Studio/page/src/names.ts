const greek: Record<string, string> = {
  alpha: 'α', beta: 'β', gamma: 'γ', Gamma: 'Γ', delta: 'δ', lambda: 'λ', sigma: 'σ', theta: 'θ', tau: 'τ', phi: 'φ', psi: 'ψ', omega: 'ω', mu: 'μ', eta: 'η',
};
const dresses: Record<string, string> = { tilde: '\u0303', hat: '\u0302', bar: '\u0304' };

/** A name such as c_tilde or Gamma_f as its letter and what stands below it. */
export function partsOf(name: string): { letter: string; low: string } {
  const [first = '', ...rest] = name.split('_');
  const dress = dresses[rest[0] ?? ''];
  return { letter: (greek[first] ?? first) + (dress ?? ''), low: (dress ? rest.slice(1) : rest).join(',') };
}
