import type { AmiEvent } from './parse.ts';
import type { AmiState, Out } from './state.ts';

/** Longer than any path of a switch; what is longer is no file of ours. */
const FILE_AT_MOST = 500;

/**
 * The switch records a leg, names the file, or stopped (MixMonitor). Told as it came: which of two recordings of one leg ended
 * it does not say, so beginnings and ends are paired where they are read (domain/recordings/spans.ts).
 */
export function recordingTold(state: AmiState, e: Extract<AmiEvent, { type: 'recording' }>, out: Out): void {
  const call = state.legs.get(e.uniqueid)?.call ?? e.linkedid;
  if (!state.calls.has(call)) return;
  const file = e.file === null || e.file.length > FILE_AT_MOST ? null : e.file;
  if (e.state === 'named' && file === null) return;
  out.tell(e.at, call, { kind: 'call.recording', body: { leg: e.uniqueid, state: e.state, file } });
}
