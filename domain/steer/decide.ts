import type { QueueRow, SeatLiveRow, SeatRow, VisitRow } from '../floor/rows.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { ReadTables } from '../tables.ts';
import { MINUTE, type Instant } from '../time.ts';
import {
  COMMAND,
  isAboutCall,
  isAboutCaller,
  isAboutMember,
  isAboutNumber,
  isEnded,
  isTransfer,
  needsPhone,
  needsReason,
  type FloorCommandRow,
  type SteerKind,
  type SteerWish,
} from './rows.ts';

export type SteerRefusal =
  | 'seat-missing'
  | 'seat-offline'
  | 'seat-static'
  | 'own-seat'
  | 'own-phone'
  | 'no-conversation'
  | 'call-changed'
  | 'caller-gone'
  | 'phone-invalid'
  | 'number-invalid'
  | 'reason-needed'
  | 'text-needed'
  | 'priority-invalid'
  | 'penalty-invalid'
  | 'not-member'
  | 'no-prompt'
  | 'recording-already'
  | 'not-recording'
  | 'command-pending'
  | 'no-hand'
  | 'no-recorder'
  | 'switch-away';

export const MAX_STEER_REASON = 200;
export const MAX_MESSAGE = 300;
export const MAX_PRIORITY = 20;
export const MAX_PENALTY = 100;

/** What the house can do: which accounts of the switch it was given. */
export interface SteerMeans {
  readonly hand: boolean;
  readonly recorder: boolean;
  /** An extension that tells a caller why his call ends. */
  readonly prompt: boolean;
}

/** What a desk sends: of the fields below only those that the kind needs. */
export type SteerInput = { readonly kind: SteerKind } & Partial<
  Record<'seat' | 'call' | 'visit' | 'queue' | 'phone' | 'to' | 'reason' | 'text', string | null>
> & { readonly priority?: number | null; readonly penalty?: number | null };

/** Longer than any command takes: one that nobody carries out must not bar the next. */
const UNDER_WAY_MS = MINUTE;
/** A consultation lasts as long as seat and target talk. */
const CONSULT_MS = 10 * MINUTE;
const PHONE = /^\d{2,8}$/;
const NUMBER = /^[\d*#]{2,15}$/;
const DIALLED = /^\d{2,15}$/;
/** One line without control characters: what follows a line break would be another header to the switch. */
const line = (text: string | null | undefined, max: number): string =>
  (text ?? '')
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .trim()
    .slice(0, max);

/**
 * May this be asked of the switch now? Rights are asked before (access.ts); this looks at the floor as it is told.
 * The hand looks again at the switch itself before it acts.
 * @returns the whole wish with every field filled or null, or the refusal
 */
export function decideSteer(
  floor: ReadTables,
  input: SteerInput,
  means: SteerMeans,
  now: Instant,
): Result<SteerWish, SteerRefusal> {
  const { kind } = input;
  if (!means.hand) return refuse('no-hand', 'no account of the switch for actions');
  if ((kind === 'record' || kind === 'stop-recording') && !means.recorder)
    return refuse('no-recorder', 'no account of the switch for recording');
  if (kind === 'end-with-prompt' && !means.prompt) return refuse('no-prompt', 'no extension for a prompt');
  if (floor.get<{ state: string }>('link', 'asterisk')?.state !== 'live')
    return refuse('switch-away', 'the switch is not heard');
  const reason = line(input.reason, MAX_STEER_REASON);
  if (needsReason(kind) && reason === '') return refuse('reason-needed', `${kind} needs a reason`);
  const target = targetOf(floor, input);
  if (!target.ok) return target;
  if (needsPhone(kind)) {
    if (!PHONE.test(input.phone ?? '')) return refuse('phone-invalid', 'an extension has 2 to 8 digits');
    if (input.phone === target.value.seat) return refuse('own-seat', `${input.phone} is the seat itself`);
  }
  const to = toOf(input, target.value.seat);
  if (!to.ok) return to;
  const text = line(input.text, MAX_MESSAGE);
  if (kind === 'message' && text === '') return refuse('text-needed', 'a message has a text');
  const priority = input.priority ?? null;
  if (kind === 'set-priority' && !(Number.isInteger(priority) && priority! >= 0 && priority! <= MAX_PRIORITY))
    return refuse('priority-invalid', `0 to ${MAX_PRIORITY}`);
  const penalty = input.penalty ?? null;
  if (kind === 'set-penalty' && !(Number.isInteger(penalty) && penalty! >= 0 && penalty! <= MAX_PENALTY))
    return refuse('penalty-invalid', `0 to ${MAX_PENALTY}`);
  const phone = needsPhone(kind) ? input.phone! : null;
  const busy = pending(floor, kind, { ...target.value, phone }, now);
  if (busy) return refuse('command-pending', busy.id);
  return accept({
    kind,
    ...target.value,
    phone,
    to: to.value,
    reason: reason === '' ? null : reason,
    text: kind === 'message' ? text : null,
    priority: kind === 'set-priority' ? priority : null,
    penalty: kind === 'set-penalty' ? penalty : null,
  });
}

/** The number that a kind needs, or null. */
function toOf({ kind, to, phone }: SteerInput, seat: string | null): Result<string | null, SteerRefusal> {
  if (!isTransfer(kind) && kind !== 'dial') return accept(null);
  if (!(kind === 'dial' ? DIALLED : NUMBER).test(to ?? ''))
    return refuse('number-invalid', 'a number has 2 to 15 digits');
  if (kind === 'dial' && to === phone) return refuse('own-phone', `${to} is the own extension`);
  if (to === seat) return refuse('own-seat', `${to} is the seat itself`);
  return accept(to!);
}

type Target = Pick<SteerWish, 'seat' | 'call' | 'visit' | 'queue'>;

function targetOf(floor: ReadTables, input: SteerInput): Result<Target, SteerRefusal> {
  if (isAboutNumber(input.kind)) return accept({ seat: null, call: input.call || null, visit: null, queue: null });
  return isAboutCaller(input.kind) ? callerOf(floor, input) : seatOf(floor, input);
}

function seatOf(floor: ReadTables, { kind, seat, call, queue }: SteerInput): Result<Target, SteerRefusal> {
  const row = seat ? floor.get<SeatRow>('seat', seat) : undefined;
  if (!row) return refuse('seat-missing', `there is no seat ${seat ?? ''}`);
  if (row.memberships.length === 0) return refuse('seat-offline', `seat ${row.id} is signed out`);
  if (kind === 'sign-out' && !row.memberships.some((m) => m.kind === 'dynamic'))
    return refuse('seat-static', `seat ${row.id} is a fixed member of its queues`);
  if (isAboutMember(kind)) {
    if (!row.memberships.some((m) => m.queue === queue)) return refuse('not-member', `${row.id} is not in ${queue}`);
    return accept({ seat: row.id, call: null, visit: null, queue: queue! });
  }
  const live = floor.get<SeatLiveRow>('seatLive', row.id);
  if (!isAboutCall(kind)) return accept({ seat: row.id, call: null, visit: null, queue: null });
  if (!live || live.line !== 'in-call' || live.call === null)
    return refuse('no-conversation', `seat ${row.id} is in no call`);
  if (call && live.call !== call) return refuse('call-changed', `seat ${row.id} is in another call`);
  const recording = isRecording(floor, live.call);
  if (kind === 'record' && recording) return refuse('recording-already', row.id);
  if (kind === 'stop-recording' && !recording) return refuse('not-recording', row.id);
  return accept({ seat: row.id, call: live.call, visit: null, queue: live.queue });
}

function callerOf(floor: ReadTables, { visit }: SteerInput): Result<Target, SteerRefusal> {
  const row = visit ? floor.get<VisitRow>('visit', visit) : undefined;
  if (!row || row.state !== 'waiting' || !floor.get<QueueRow>('queue', row.queue))
    return refuse('caller-gone', 'that caller does not wait any more');
  return accept({ seat: null, call: row.call, visit: row.id, queue: row.queue });
}

/** Was a recording of this call begun by a supervisor and not ended? */
export function isRecording(floor: ReadTables, call: string): boolean {
  let last: FloorCommandRow | null = null;
  for (const c of floor.all<FloorCommandRow>(COMMAND).values())
    if (
      c.call === call &&
      c.state === 'confirmed' &&
      (c.kind === 'record' || c.kind === 'stop-recording') &&
      (!last || Number(c.id) > Number(last.id))
    )
      last = c;
  return last?.kind === 'record';
}

/** The same wish on the same target that is under way: a second press, or a second supervisor. A telephone dials one number at a time. */
function pending(
  floor: ReadTables,
  kind: SteerKind,
  { seat, visit, queue, phone }: Target & { readonly phone: string | null },
  now: Instant,
): FloorCommandRow | undefined {
  const lasts = kind === 'transfer-attended' ? CONSULT_MS : UNDER_WAY_MS;
  for (const c of floor.all<FloorCommandRow>(COMMAND).values())
    if (
      c.kind === kind &&
      c.seat === seat &&
      c.visit === visit &&
      (!isAboutNumber(kind) || c.phone === phone) &&
      (!isAboutMember(kind) || c.queue === queue) &&
      !isEnded(c.state) &&
      now - c.askedAt < lasts
    )
      return c;
  return undefined;
}
