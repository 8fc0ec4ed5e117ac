import { ms, summary } from '../bench/bench.ts';
import { OF_THE_MAP, type Comparison, type Kind } from './compare.ts';

/** What a comparison with Valhalla found, in words. */

export const percent = (x: number, of: number): string => (of === 0 ? '–' : `${((100 * x) / of).toFixed(1)} %`);

/** Pairs within 2 %, of those where the two agree about the map. */
export const onSameRoads = (c: Comparison): [number, number] => [
  c.kinds.agree ?? 0,
  c.asked - OF_THE_MAP.reduce((sum, k) => sum + (c.kinds[k] ?? 0), 0),
];
/** Every pair stands in one line, so that they add up. */
export function* tellComparison(what: string, c: Comparison): Generator<string> {
  const [same, alike] = onSameRoads(c);
  yield (
    `${what}: ${percent(c.within, c.asked)} of ${c.asked} within 2 %; where both have the same roads ${percent(same, alike)} of ${alike}; ` +
    `its way by our ${what === 'times' ? 'speeds' : 'metres'}: ${percent(c.equal, c.priced)} of ${c.priced} within 2 % of ours; p50 ours ${ms(summary(c.ourMs).p50)}, Valhalla ${ms(summary(c.theirMs).p50)}`
  );
  for (const [kind, n] of byCount(c.kinds)) {
    const details = byCount(c.details).filter(([d]) => d.startsWith(`${kind}: `));
    const why = details.map(([d, m]) => `${d.slice(kind.length + 2)} ${m}`).join('; ');
    yield `  ${String(n).padStart(5)}  ${kind.padEnd(13)} ${MEANS[kind as Kind]}${why ? ` (${why})` : ''}`;
  }
}
const byCount = (counts: Readonly<Partial<Record<string, number>>>): [string, number][] =>
  Object.entries(counts).map(([k, n]): [string, number] => [k, n ?? 0]).sort((a, b) => b[1] - a[1]); // prettier-ignore
const MEANS: Readonly<Record<Kind, string>> = {
  agree: 'within 2 %',
  none: 'neither finds a way',
  'same-way': 'the same way, other speeds',
  'equal-way': 'another way, within 2 % by our weights',
  'its-costs': 'could take our way, another is better by its costs',
  'not-through': 'keeps roads of our way for who has business there',
  'its-search': 'our way is better by its own costs: its search passed over it',
  snapping: 'begins or ends on another road or side',
  'its-roads': 'takes a road that is none of ours',
  'its-turns': 'turns where our cars may not',
  'our-roads': 'may not take our way',
  'only-ours': 'finds no way',
  contradiction: 'its way is better than ours by our weights',
};
