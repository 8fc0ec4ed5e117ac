import type { CallRow, SeatLiveRow, SeatRow } from '#domain/floor/rows.ts';
import type { PauseReasons, SeatState } from '#domain/floor/view.ts';
import { decideSteer, type SteerInput, type SteerMeans, type SteerRefusal } from '#domain/steer/decide.ts';
import {
  EXPIRES_AFTER_MS,
  isAboutCall,
  isAboutCaller,
  isAboutMember,
  isAboutNumber,
  isTransfer,
  needsPhone,
  needsReason,
  STEER_KINDS,
  type FloorCommandRow,
  type SteerKind,
  type SteerState,
} from '#domain/steer/rows.ts';
import type { ReadTables } from '#domain/tables.ts';
import { SECOND, type Instant } from '#domain/time.ts';
import { foldText } from '#domain/text-fold.ts';
import type { MarkName } from '#lib/ui/marks.ts';
import { tileView } from '#lib/wall/floor/seats.ts';

/** What a menu of actions is about. */
export type SteerTarget =
  | { readonly seat: string; readonly call: string | null; readonly visit: null }
  | { readonly seat: null; readonly call: null; readonly visit: string }
  /** A number: with the call that is called back, where it is one. */
  | { readonly seat: null; readonly call: string | null; readonly visit: null };

export interface MenuItem {
  readonly kind: SteerKind;
  /** Why it cannot be asked now; null: it can. */
  readonly refused: SteerRefusal | null;
}
export interface MenuGroup {
  readonly group: 'call' | 'seat' | 'caller';
  readonly items: readonly MenuItem[];
}

/** Values that every rule takes, so that a menu asks only whether the target allows it. */
const FILLED = { phone: '00', to: '00', reason: '-', text: '-', priority: 0 } as const;

/** The actions for a target, each with the same rule that the server will ask; of starting and ending a recording the one that fits. */
export function menuFor(
  floor: ReadTables,
  target: SteerTarget,
  may: readonly SteerKind[],
  means: SteerMeans,
  now: Instant,
): MenuGroup[] {
  const item = (kind: SteerKind): MenuItem => {
    const input: SteerInput = { kind, ...target, ...FILLED };
    const r = decideSteer(floor, input, means, now);
    return { kind, refused: r.ok ? null : r.code };
  };
  const of = (group: MenuGroup['group'], wanted: (k: SteerKind) => boolean): MenuGroup => ({
    group,
    items: STEER_KINDS.filter((k) => may.includes(k) && wanted(k))
      .map(item)
      .filter((i) => i.refused !== 'recording-already' && !(i.kind === 'stop-recording' && i.refused !== null)),
  });
  const groups =
    target.visit !== null
      ? [of('caller', isAboutCaller)]
      : [
          of('call', isAboutCall),
          of('seat', (k) => !isAboutCall(k) && !isAboutCaller(k) && !isAboutNumber(k) && !isAboutMember(k)),
        ];
  return groups.filter((g) => g.items.length > 0);
}

/** Kinds that end or move something for somebody else: asked once more before they are sent. */
const CONFIRMED: ReadonlySet<SteerKind> = new Set(['take-over', 'sign-out', 'cut-off', 'end-with-prompt', 'withdraw']);
export const needsConfirming = (kind: SteerKind): boolean => CONFIRMED.has(kind);

/** Does a dialog open for this kind? Listening begins at once when the telephone is known. */
export function needsDialog(kind: SteerKind, phone: string | null): boolean {
  if (needsReason(kind) || CONFIRMED.has(kind)) return true;
  if (isTransfer(kind) || kind === 'message' || kind === 'set-priority' || kind === 'dial') return true;
  return needsPhone(kind) && phone === null;
}

/** A wish that nobody took in time: the hand is not there. */
const IGNORED_AFTER = EXPIRES_AFTER_MS + 5 * SECOND;

export type ShownState = SteerState | 'ignored';
export function shownState(c: FloorCommandRow, now: Instant): ShownState {
  return c.state === 'asked' && now - c.askedAt > IGNORED_AFTER ? 'ignored' : c.state;
}

export const STATE_MARK: Readonly<Record<ShownState, MarkName>> = {
  asked: 'behind',
  sent: 'behind',
  confirmed: 'good',
  refused: 'bad',
  failed: 'bad',
  unheard: 'unknown',
  ignored: 'bad',
};

/** How long a row shows what was last done to it. */
const SHOWN_MS = 10 * 60 * SECOND;

/** The newest command of each seat that its row still shows. */
export function lastOfSeats(
  commands: ReadonlyMap<string, FloorCommandRow>,
  now: Instant,
): ReadonlyMap<string, FloorCommandRow> {
  const out = new Map<string, FloorCommandRow>();
  for (const c of commands.values()) {
    if (c.seat === null || now - c.changedAt > SHOWN_MS) continue;
    const have = out.get(c.seat);
    if (!have || Number(c.id) > Number(have.id)) out.set(c.seat, c);
  }
  return out;
}

/** Newest first. */
export const newestFirst = (commands: ReadonlyMap<string, FloorCommandRow>): FloorCommandRow[] =>
  [...commands.values()].sort((a, b) => Number(b.id) - Number(a.id));

/** The other side of a seat's call: the caller's number, or the number that was dialled; '' when it is not known. */
export function otherSide(live: SeatLiveRow | undefined, calls: ReadonlyMap<string, CallRow>): string {
  const call = live?.call ? calls.get(live.call) : undefined;
  if (!call) return '';
  return call.direction === 'in' ? call.caller : call.called;
}

/** Does a seat match what was typed (number, name, queue) and the chosen state? */
export function matches(
  seat: SeatRow,
  state: SeatState,
  typed: string,
  chosen: SeatState | null,
  nameOf: (queue: string) => string,
): boolean {
  if (chosen !== null && state !== chosen) return false;
  const wanted = foldText(typed.trim());
  if (wanted === '') return true;
  return [seat.id, seat.name, ...seat.memberships.flatMap((m) => [m.queue, nameOf(m.queue)])].some((t) =>
    foldText(t).includes(wanted),
  );
}

/** A row of the seat table: everything but how long, so that it is the same object while only time passes. */
export interface SeatLine {
  readonly seat: SeatRow;
  readonly live: SeatLiveRow | undefined;
  readonly state: SeatState;
  readonly holding: boolean;
  readonly reason: string;
  readonly partlyPaused: boolean;
  readonly queue: string | null;
}

/** Gives the same line for a seat of which nothing changed: a table of 200 seats then redraws each second its times alone. */
export class SeatLines {
  readonly #lines = new Map<string, SeatLine>();

  of(seat: SeatRow, live: SeatLiveRow | undefined, now: Instant, reasons: PauseReasons): SeatLine {
    const { state, holding, reason, partlyPaused, queue } = tileView(live, now, reasons);
    const have = this.#lines.get(seat.id);
    if (have && have.seat === seat && have.live === live && have.state === state) return have;
    const line = { seat, live, state, holding, reason, partlyPaused, queue };
    this.#lines.set(seat.id, line);
    return line;
  }
}
