import type { Truth } from './truth.ts';

/** What of a truth file is compared, by path, and under which kind of figure. `*`: each queue, seat or sample. */
export const COMPARED: Readonly<Record<string, string>> = {
  'config.queues.*': 'queue configuration',
  'disturbances.queueLogRestartMs': 'restarts',
  'totals.*': 'totals',
  'queues.*': 'queues',
  'agents.*': 'seats',
  celBridgeSecondsByExt: 'seconds in a bridge',
  'cdr.inboundCalls': 'totals',
  'cdr.byUserfield': 'calls by where they ended',
  queueLogHistogram: 'events of the queue log',
  'samples.seats': 'seat states',
  'samples.queues.*.waiting': 'waiting at an instant',
  'samples.queues.*.waits': 'waits at an instant',
  'samples.queues.*.completed': 'counts since the start',
  'samples.queues.*.abandoned': 'counts since the start',
  'samples.queues.*.members.* penalty, dynamic, paused, pausedReason': 'members at an instant',
};

/** What is not, and why. */
export const NOT_COMPARED: Readonly<Record<string, string>> = {
  'trace, note, epochMs, asterisk, seatDefinition': 'what the file is',
  'config.shared_lastcall': 'a setting; it decides the seat states, which are compared',
  'disturbances.reload*, restart*': 'what the driver did; its effect is in members, restarts and figures',
  'cdr.rows, cdr.dispositions':
    'one row per leg or fork: no count of calls (npm run reconcile compares them leg by leg)',
  'cdr.byUserfield queue:…':
    'the switch joins the user fields of both legs of a row; visits by queue are compared from its queue log',
  celHistogram: 'how many events were logged, which is no figure of the floor',
  'queueLogHistogram PAUSEALL, UNPAUSEALL, PENALTY, RINGCANCELED, CONFIGRELOAD':
    'the manager interface tells no such event, or tells it per queue (PAUSE, UNPAUSE)',
  seatHistogram: 'the sum of the samples’ seat states',
  'samples.channels': 'includes announcers, spies and halves of Local channels, which are no calls of the floor',
  'samples.queues.*.holdtime, talktime':
    'running averages of the switch (three parts old, one part new) since its start; the sums are compared',
  'samples.queues.*.members.* inCall':
    'the switch itself forgets it at a reload; seats in a call are compared as seat states',
  'samples.queues.*.members.* pausedSecs': 'the switch forgets it at a reload; pausedSeconds of each seat are compared',
  'samples.queues.*.members.* status, seat': 'what the seat states were made of',
  'samples.queues.*.members.* calls, lastCallSecs, loginSecs':
    'counters of the switch since its start, a reload or a sign-in; answered calls and wrap-up are compared instead',
};

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  '': [
    'trace', 'note', 'epochMs', 'asterisk', 'config', 'disturbances', 'totals', 'queues', 'agents', 'celBridgeSecondsByExt', 'cdr',
    'queueLogHistogram', 'celHistogram', 'seatDefinition', 'seatHistogram', 'samples',
  ],
  config: ['queues', 'shared_lastcall'],
  disturbances: ['reloadAtMs', 'reloadChange', 'restartKind', 'restartAtMs', 'queueLogRestartMs'],
  cdr: ['rows', 'inboundCalls', 'byUserfield', 'dispositions'],
  sample: ['t', 't1', 'down', 'seats', 'queues', 'channels', 'partlyPaused', 'onHold'],
  sampleQueue: ['waiting', 'holdtime', 'talktime', 'completed', 'abandoned', 'waits', 'members'],
  member: [
    'name', 'interface', 'penalty', 'dynamic', 'inCall', 'status', 'paused', 'pausedReason', 'pausedSecs', 'calls', 'lastCallSecs',
    'loginSecs', 'seat',
  ],
}; // prettier-ignore

/** Keys of a truth file that nobody has said anything about: a new one must not pass unseen. */
export function unknownKeys(truth: Truth): string[] {
  const out = new Set<string>();
  const look = (of: string, path: string, value: unknown): void => {
    for (const key of Object.keys(value ?? {})) if (!KNOWN[of]!.includes(key)) out.add(path + key);
  };
  look('', '', truth);
  look('config', 'config.', truth.config);
  look('disturbances', 'disturbances.', truth.disturbances);
  look('cdr', 'cdr.', truth.cdr);
  for (const s of truth.samples) {
    look('sample', 'samples.', s);
    for (const q of Object.values(s.queues ?? {})) {
      look('sampleQueue', 'samples.queues.*.', q);
      for (const m of q.members ?? []) look('member', 'samples.queues.*.members.', m);
    }
  }
  return [...out];
}
