import type { FactDraft } from '#domain/fact.ts';
import { fieldsOf, type AmiFields } from '#ingest/asterisk/fields.ts';
import { parseEvent } from '#ingest/asterisk/parse.ts';
import { listsOf, reconcile, takeReload } from '#ingest/asterisk/reconcile.ts';
import { reduce } from '#ingest/asterisk/reduce.ts';
import { emptyState, type AmiState } from '#ingest/asterisk/state.ts';
import { parseQueuesConf } from '#ingest/asterisk/wrapup.ts';
import type { Lines } from '#scripts/ami-server/server.ts';
import type { Fields, Recording } from './recording.ts';
import { RecordedState } from './recorded-state.ts';

const lower = (f: Fields): AmiFields => fieldsOf(Object.fromEntries(f));
const ofLines = (lines: Lines): AmiFields => fieldsOf(Object.fromEntries(lines.map(([k, v]) => [k, String(v)])));

/**
 * The recording through parser and reducer in one go: no socket, no clock, no database. Lists are answered at the instants
 * at which a live reader would ask: at the start, after each outage, after each reload.
 */
export function foldRecording(r: Recording): { facts: FactDraft[]; state: AmiState; refused: string[] } {
  const { wrapUpS, sharedLastCall } = parseQueuesConf(r.queuesConf);
  const state = emptyState({ wrapUpS: (q) => wrapUpS.get(q) ?? null, sharedLastCall, trunks: [] });
  const recorded = new RecordedState();
  const facts: FactDraft[] = [];
  const refused: string[] = [];
  let asked: 'no' | 'connect' | 'restart' = 'connect';
  const lists = (at: number) =>
    listsOf([...recorded.queueStatus(at), ...recorded.coreShowChannels(at)].map(ofLines), at).lists;
  r.steps.forEach((s, i) => {
    const at = r.epochMs + s.t;
    if (s.kind === 'listed') {
      recorded.listed(s.fields, at);
      // the recording client's lists are all in: ours would be asked now
      if (asked === 'no' || r.steps[i + 1]?.kind === 'listed' || recorded.queues.size === 0) return;
      facts.push(...reconcile(state, lists(at), { from: null, ended: 'lost', restarted: asked === 'restart' }));
      asked = 'no';
      return;
    }
    if (s.kind === 'down') {
      asked = 'restart';
      recorded.reset();
      return;
    }
    if (s.kind === 'up') return;
    recorded.take(s.fields, at);
    // what a switch that starts says before its lists is in the lists
    if (asked !== 'no') return;
    const read = parseEvent(lower(s.fields), at);
    if (!read.ok) refused.push(read.reason);
    else if (read.value) facts.push(...reduce(state, read.value));
    if (s.fields.get('Event') !== 'Reload') return;
    const shown = r.shown.find((x) => x.t >= s.t);
    if (shown) recorded.shown(shown.members, at);
    facts.push(...takeReload(state, lists(at)));
  });
  return { facts, state, refused };
}
