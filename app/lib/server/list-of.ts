import { error, type RequestEvent } from '@sveltejs/kit';
import { readCases, readVisits } from '#lib/rows/filter.ts';
import type { CaseFilter, VisitFilter } from '#store/row-lists.ts';

export type ListOf =
  { readonly list: 'visits'; readonly filter: VisitFilter } | { readonly list: 'cases'; readonly filter: CaseFilter };

/** Which list, with which filter, an address names; 404 for no list of ours, 400 for a filter that cannot be read. */
export function listOf(event: RequestEvent): ListOf {
  const { searchParams } = event.url;
  const list = event.params.list;
  if (list === 'visits') {
    const filter = readVisits(searchParams);
    return filter ? { list, filter } : error(400, { message: 'the filter of this address cannot be read' });
  }
  if (list === 'cases') {
    const filter = readCases(searchParams);
    return filter ? { list, filter } : error(400, { message: 'the filter of this address cannot be read' });
  }
  error(404, { message: `there is no list ${list ?? ''}` });
}
