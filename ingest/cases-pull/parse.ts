import type { CaseRecord } from '#domain/cases/case.ts';
import type { CasePull } from '#domain/cases/pull-config.ts';
import type { LngLat } from '#domain/city/rows.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import type { Instant } from '#domain/time.ts';
import { parseRow } from '../cases-import/parse.ts';
import { textAt } from '../cases-import/read.ts';

export interface Page {
  readonly records: readonly CaseRecord[];
  /** Ids whose last word on this page is that they were taken back. */
  readonly withdrawn: readonly string[];
  readonly refused: readonly { readonly raw: string; readonly code: string; readonly reason: string }[];
  /** Items on the page, good or bad. */
  readonly items: number;
  /** Where the next page begins; null: the source does not say, stay here. */
  readonly next: string | null;
}

export type PageRefusal = 'not-json' | 'no-items' | 'too-many';

/** A page larger than what was asked for is a mistake of the source; so many it may still be. */
const MOST_ITEMS = 500;

/** What one answer of a case system holds. Pure and total: a bad item is told beside the good ones, never instead of them. */
export function parsePage(
  body: Uint8Array,
  pull: CasePull,
  toWgs84: (at: LngLat) => LngLat,
  now: Instant,
): Result<Page, PageRefusal> {
  let answer: unknown;
  try {
    answer = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (e) {
    return refuse('not-json', (e as Error).message.slice(0, 200));
  }
  const items = pull.items === '' ? answer : valueAt(answer, pull.items);
  if (!Array.isArray(items)) return refuse('no-items', `no list at “${pull.items}”`);
  if (items.length > MOST_ITEMS) return refuse('too-many', `${items.length} items on a page, at most ${MOST_ITEMS}`);
  const records: CaseRecord[] = [];
  const refused: { raw: string; code: string; reason: string }[] = [];
  const withdrawn = new Set<string>();
  for (const item of items as readonly unknown[]) {
    const meaning = parseRow(pull.mapping, (path) => textAt(item, path), toWgs84, now);
    if (!meaning.ok) refused.push({ raw: JSON.stringify(item) ?? 'null', code: meaning.code, reason: meaning.reason });
    else if (meaning.value.kind === 'withdrawn') withdrawn.add(meaning.value.externalId);
    else {
      records.push(meaning.value.record);
      withdrawn.delete(meaning.value.record.externalId);
    }
  }
  return accept({
    records,
    withdrawn: [...withdrawn],
    refused,
    items: items.length,
    next: textAt(answer, pull.next) ?? null,
  });
}

function valueAt(value: unknown, path: string): unknown {
  let at: unknown = value;
  for (const part of path.split('.')) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<string, unknown>)[part];
  }
  return at;
}
