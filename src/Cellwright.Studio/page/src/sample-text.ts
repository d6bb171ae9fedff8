// A text small enough to be learned while one watches, with what units can be seen to track: quotes, brackets, lines.
const people = ['the smith', 'a sailor', 'the judge', 'her sister', 'an old man', 'the baker'];
const verbs = ['said', 'asked', 'wrote', 'thought'];
const things = ['the boat is late', 'bread is on the table', 'we walk at noon', 'the gate was open', 'no one came', 'the river is high'];
const asides = ['as it was cold', 'at last', 'for the third time', 'to no one', 'and then again'];

export function sampleText(lines = 420): string {
  let state = 1;
  const pick = (from: string[]): string => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return from[Math.floor((state / 2 ** 32) * from.length)]!;
  };
  return Array.from({ length: lines }, () => {
    const [who, verb, what] = [pick(people), pick(verbs), pick(things)];
    const form = pick(['quote', 'aside', 'plain']);
    return form === 'quote' ? `${who} ${verb} "${what}".` : form === 'aside' ? `${who} (${pick(asides)}) ${verb} "${what}".` : `${what}, ${who} ${verb} (${pick(asides)}).`;
  }).join('\n');
}

/** What is run at first. */
export const sentence = 'a sailor (as it was cold) said "the gate was open".\nthe boat is late, her sister wrote (at last).';
