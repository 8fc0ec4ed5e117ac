/** Keys that lead to a name also when a letter is wrong: what two names have in common when letters are left out of both. Pure. */

/** Without its section: 民族路2段 is also asked for as 民族路. */
export const withoutSection = (key: string): string =>
  key.replace(/(?<=(?:路|街|大道|道))(?:\d{1,2}|[东西南北中])段$/u, '');

/** Without the part of the way that it names: 中山南路 is a part of 中山路. */
export const withoutPart = (key: string): string => key.replace(/(?<=..)[东西南北中](?=(?:路|街|大道|道)$)/u, '');

const without = (key: string, i: number): string => key.slice(0, i) + key.slice(i + 1);

/** A key longer than this is only found as it stands, or by one letter. */
const TWO_LETTERS = { from: 6, to: 9 };
const ONE_LETTER = { from: 3, to: 24 };

/**
 * The key and what is left of it without one letter, from six letters on also without two. Two keys with an entry in common differ
 * in at most one letter (two, where both are long enough) that is wrong, missing, too many or swapped with its neighbour.
 */
export function spellings(key: string): Set<string> {
  const out = new Set([key]);
  if (key.length < ONE_LETTER.from || key.length > ONE_LETTER.to) return out;
  for (let i = 0; i < key.length; i++) {
    const one = without(key, i);
    out.add(one);
    if (key.length >= TWO_LETTERS.from && key.length <= TWO_LETTERS.to)
      for (let j = i; j < one.length; j++) out.add(without(one, j));
  }
  return out;
}

/** How many letters two keys differ in: wrong, missing, too many, swapped; a wrong digit counts double. Above `most`: Infinity. */
export function difference(a: string, b: string, most = 2): number {
  if (Math.abs(a.length - b.length) > most) return Infinity;
  const digit = (ch: string | undefined): boolean => ch !== undefined && ch >= '0' && ch <= '9';
  const cost = (ch: string | undefined): number => (digit(ch) ? 2 : 1);
  let before: number[] = [];
  let last: number[] = [0];
  for (const ch of b) last.push(last.at(-1)! + cost(ch));
  for (let i = 1; i <= a.length; i++) {
    const row = [last[0]! + cost(a[i - 1])];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const change = same ? 0 : Math.max(cost(a[i - 1]), cost(b[j - 1]));
      let best = Math.min(last[j - 1]! + change, last[j]! + cost(a[i - 1]), row[j - 1]! + cost(b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, before[j - 2]! + Math.max(cost(a[i - 1]), cost(a[i - 2])));
      row.push(best);
    }
    before = last;
    last = row;
  }
  const d = last[b.length]!;
  return d <= most ? d : Infinity;
}

/** Key of a crossing of two ways. */
export const crossingKey = (a: string, b: string): string => (a < b ? `${a}×${b}` : `${b}×${a}`);

/** Everything that leads to a name in `gazetteer_key`. */
export function keysOf(kind: string, key: string, divisions: readonly string[] = []): string[] {
  if (kind === 'crossing') return [];
  const out = spellings(key);
  const bare = withoutSection(key);
  if (bare !== key) out.add(bare);
  if (kind === 'district' || kind === 'street') {
    const stem = key.replace(/(?:街道|社区|[区县市镇乡里村])$/u, '');
    if (stem.length >= 2) out.add(stem);
  }
  if (kind === 'landmark')
    for (const d of divisions) if (key.startsWith(d) && key.length - d.length >= 2) out.add(key.slice(d.length));
  return [...out];
}
