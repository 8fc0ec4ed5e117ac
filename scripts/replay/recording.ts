import { readMaybeGz } from './truth.ts';

/** A recording of the manager interface (ami.jsonl): what the switch sent, when, and when it was away. */
export interface Recording {
  readonly epochMs: number;
  readonly steps: readonly Step[];
  /** Milliseconds since epochMs. */
  readonly from: number;
  readonly to: number;
  /** What `queue show` of the switch said, oldest first: membership that changes without an event. */
  readonly shown: readonly { readonly t: number; readonly members: readonly ShownMember[] }[];
  readonly queuesConf: string;
}

export type Step = { readonly t: number } & (
  | { readonly kind: 'packet'; readonly bytes: Buffer; readonly fields: Fields }
  /** A packet of a list that the recording client asked for: it tells the state, and is not sent again. */
  | { readonly kind: 'listed'; readonly fields: Fields }
  | { readonly kind: 'up' }
  | { readonly kind: 'down' }
);

/** Header → value, names as they are; of a repeated header the first. */
export type Fields = ReadonlyMap<string, string>;

export interface ShownMember {
  readonly queue: string;
  readonly name: string;
  readonly interface: string;
  readonly stateInterface: string;
  readonly penalty: number;
  readonly dynamic: boolean;
  /** '' when not paused, or when the switch does not know why. */
  readonly pausedReason: string;
}

export function fieldsOfText(text: string): Fields {
  const out = new Map<string, string>();
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0 && !out.has(line.slice(0, colon))) out.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return out;
}

interface Line {
  t: number;
  raw?: string;
  enc?: string;
  meta?: string;
  epochMs?: number;
}

/**
 * Reads DIR/ami.jsonl[.gz] (or ami-full), samples.json[.gz] and queues.conf.
 * @param full every event class, for load
 * @throws with the line number where a line is no JSON
 */
export function readRecording(dir: string, full = false): Recording {
  const text = readMaybeGz(dir, full ? 'ami-full.jsonl' : 'ami.jsonl');
  if (text === null) throw new Error(`${dir} has no ${full ? 'ami-full' : 'ami'}.jsonl(.gz)`);
  const steps: Step[] = [];
  let epochMs: number | undefined;
  text.split('\n').forEach((row, i) => {
    if (row.trim() === '') return;
    let line: Line;
    try {
      line = JSON.parse(row) as Line;
    } catch (e) {
      throw new Error(`${dir}: line ${i + 1} is no JSON`, { cause: e });
    }
    epochMs ??= line.epochMs;
    const step = stepOf(line);
    if (step) steps.push(step);
  });
  if (epochMs === undefined) throw new Error(`${dir}: the first line has no epochMs`);
  const packets = steps.filter((s) => s.kind === 'packet');
  if (packets.length === 0) throw new Error(`${dir}: no packet`);
  return {
    epochMs,
    steps,
    from: steps[0]!.t,
    to: packets.at(-1)!.t,
    shown: shownOf(readMaybeGz(dir, 'samples.json')),
    queuesConf: readMaybeGz(dir, 'queues.conf') ?? '',
  };
}

function stepOf(line: Line): Step | null {
  if (line.meta === 'connected') return { t: line.t, kind: 'up' };
  if (line.meta === 'closed') return { t: line.t, kind: 'down' };
  if (line.raw === undefined) return null;
  const fields = fieldsOfText(line.raw.replace(/^(\r\n)+/, ''));
  if (line.raw.includes('Asterisk Call Manager/') && fields.size === 0) return null;
  // what answered an action of the recording client goes to no other
  if (fields.has('ActionID') && !fields.has('Timestamp')) return { t: line.t, kind: 'listed', fields };
  if (fields.get('Event') === 'FullyBooted' && !fields.has('Timestamp')) return null;
  const bytes = Buffer.from(`${line.raw}\r\n\r\n`, line.enc === 'latin1' ? 'latin1' : 'utf8');
  return { t: line.t, kind: 'packet', bytes, fields };
}

const MEMBER = /^ {6}(\S+)(?: \((\S+?)(?: from (\S+?))?\))? (?:with penalty (\d+) )?\(ringinuse \w+\)(.*)$/;

function shownOf(text: string | null): Recording['shown'] {
  if (text === null) return [];
  const { samples } = JSON.parse(text) as { samples: { t: number; queueShow?: string }[] };
  return samples
    .filter((s) => / has \d+ calls/.test(s.queueShow ?? ''))
    .map((s) => {
      let queue = '';
      const members: ShownMember[] = [];
      for (const line of s.queueShow!.replace(/\x1b\[[0-9;]*m/g, '').split('\n')) {
        queue = /^(\S+) has \d+ calls/.exec(line)?.[1] ?? queue;
        const m = MEMBER.exec(line);
        if (!m) continue;
        const iface = m[2] ?? m[1]!;
        members.push({
          queue,
          name: m[1]!,
          interface: iface,
          stateInterface: m[3] ?? iface,
          penalty: Number(m[4] ?? 0),
          dynamic: m[5]!.includes('(dynamic)'),
          pausedReason: /\(paused:(.*?) was \d+ secs ago\)/.exec(m[5]!)?.[1] ?? '',
        });
      }
      return { t: s.t, members };
    });
}
