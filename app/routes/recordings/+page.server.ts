import { maskNumber } from '#domain/floor/mask.ts';
import { spansOf } from '#domain/recordings/spans.ts';
import { mustMay } from '#lib/server/guard.ts';
import { partsOf, type Parts } from '#lib/server/recordings/find.ts';
import { recordingId } from '#lib/server/recordings/part-of.ts';
import { seesCallers } from '#lib/server/row-lists.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { readForm, searchOf } from '#lib/recordings/search.ts';
import { COUNT_AT_MOST, recordedCalls, recordedCount, type RecordedCall } from '#store/recorded-calls.ts';
import { recordingWords } from '#store/recordings.ts';
import type { PageServerLoad } from './$types';

const PAGE = 50;
/** A search shows people's numbers: nobody leafs through thousands of them. */
const LAST_PAGE = 40;

/** Calls with a conversation, and whether their recordings are there. */
export const load: PageServerLoad = async (event) => {
  const { role } = mustMay(event, 'recording.hear');
  const { zone, queueNames } = settings();
  const now = Date.now();
  const form = readForm(event.url.searchParams, zone, now);
  const search = searchOf(form, zone);
  const asked = Number(event.url.searchParams.get('page') ?? '1');
  const page = Number.isInteger(asked) ? Math.min(Math.max(asked, 1), LAST_PAGE) : 1;
  const query = new URLSearchParams(event.url.searchParams);
  query.delete('page');
  const common = {
    form,
    page,
    pageSize: PAGE,
    lastPage: LAST_PAGE,
    query: query.toString(),
    queueNames,
    countAtMost: COUNT_AT_MOST,
  };
  if (!search) return { ...common, wrong: true, count: 0, rows: [] };
  const [count, calls] = await Promise.all([
    recordedCount(db(), search),
    recordedCalls(db(), search, form.order, (page - 1) * PAGE, PAGE),
  ]);
  const told = await recordingWords(
    db(),
    calls.map((c) => c.call),
  );
  const masked = !seesCallers(role);
  const rows = await Promise.all(
    calls.map(async (c) => {
      const parts = await partsOf({ call: asCall(c), recorded: spansOf(told.get(c.call) ?? []) }, now);
      return {
        ...c,
        caller: masked ? maskNumber(c.caller) : c.caller,
        called: masked ? maskNumber(c.called) : c.called,
        ...stateOf(c.call, parts),
      };
    }),
  );
  return { ...common, wrong: false, count, rows };
};

/** What is asked of a call to find its files. */
const asCall = (c: RecordedCall) => ({
  t_setup: c.setupAt,
  call_id: c.call,
  direction: c.direction,
  trunk: null,
  caller: c.caller,
  called: c.called,
  t_ivr_in: null,
  t_ivr_out: null,
  t_end: c.endAt,
  ended_in: null,
  outcome: null,
  merged_into: null,
  hangup_cause: null,
});

type State = 'ready' | 'recorder' | 'missing' | 'refused' | 'off';
function stateOf(call: string, { off, list }: Parts): { state: State; parts: number; first: string | null } {
  const there = list.filter((p) => p.place !== null);
  const first = there[0] ? recordingId(call, there[0].key) : null;
  if (off) return { state: 'off', parts: 0, first };
  if (there.length > 0)
    return { state: there[0]!.place!.at === 'recorder' ? 'recorder' : 'ready', parts: there.length, first };
  return { state: list.some((p) => p.refused !== 'missing') ? 'refused' : 'missing', parts: 0, first };
}
