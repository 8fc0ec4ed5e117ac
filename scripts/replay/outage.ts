import type { Fact } from '#domain/fact.ts';
import { foldFloor } from '#domain/floor/fold.ts';
import type { GapRow, QueueDayRow } from '#domain/floor/rows.ts';
import { floorView } from '#domain/floor/view.ts';
import { Tables } from '#domain/tables.ts';
import { SECOND } from '#domain/time.ts';
import { quietZone } from './compare.ts';
import type { Truth } from './truth.ts';

/** When ingest was killed and started again, by the switch's clock. */
export interface Outage {
  readonly killedAt: number;
  readonly backAt: number;
  /** How fast the switch's clock ran. */
  readonly speed: number;
}

/** The state must be right again this long after ingest is back, by the clock on the wall. */
const RIGHT_WITHIN = 3 * SECOND;

export interface Verdict {
  readonly ok: boolean;
  readonly lines: readonly string[];
  /** Instants at which no seat state is expected to be right. */
  skip(t: number): boolean;
}

/** Whether an outage of ingest is marked, and whether nothing that nobody heard was counted as something else. */
export function judgeOutage(facts: readonly Fact[], truth: Truth, o: Outage): Verdict {
  const zone = quietZone(truth.epochMs);
  const tables = new Tables();
  for (const f of facts) foldFloor(tables, f, zone);
  const lines: string[] = [];
  let ok = true;
  const check = (holds: boolean, line: string): void => {
    ok &&= holds;
    lines.push(`${holds ? 'ok' : 'WRONG'}: ${line}`);
  };
  const s = (t: number): string => `${((t - truth.epochMs) / 1000).toFixed(1)} s`;

  const right = RIGHT_WITHIN * o.speed;
  const gaps = [...tables.all<GapRow>('gap').values()];
  const gap = gaps.find((g) => g.why === 'ingest' && g.to !== null && g.from <= o.backAt && g.to >= o.backAt);
  check(
    gap !== undefined && gap.from <= o.killedAt + SECOND && gap.from >= o.killedAt - 10 * SECOND,
    gap
      ? `ingest was away from ${s(o.killedAt)} to ${s(o.backAt)}; marked as not heard from ${s(gap.from)} to ${s(gap.to!)}`
      : `ingest was away from ${s(o.killedAt)} to ${s(o.backAt)}; no gap is marked`,
  );
  const live = facts.find((f) => f.kind === 'floor.linked' && f.body.state === 'live' && f.at >= o.backAt);
  check(
    live !== undefined && live.at - o.backAt <= right,
    live
      ? `live again ${((live.at - o.backAt) / o.speed / 1000).toFixed(1)} s after ingest was back`
      : 'never live again',
  );
  const view = floorView(tables, { now: truth.epochMs, zone });
  check(
    gap !== undefined && view.gaps.some((g) => g.id === gap.id),
    'every figure of the day is shown with the gap that touches it',
  );
  let unknown = 0;
  for (const [queue, want] of Object.entries(truth.queues)) {
    const d = tables.get<QueueDayRow>('queueDay', queue);
    if (!d) continue;
    unknown += d.unknown + d.talkingUnknown;
    const ended = d.answered + d.abandoned + d.timedOut + d.left + d.lost + d.unknown;
    check(d.offered === ended + d.waiting, `${queue}: ${d.offered} offered = ${ended} ended + ${d.waiting} waiting`);
    check(
      d.abandoned <= (want.abandoned ?? 0) && d.answered <= (want.answered ?? 0),
      `${queue}: ${d.abandoned} abandoned and ${d.answered} answered are no more than the switch says (${want.abandoned}, ${want.answered})`,
    );
  }
  lines.push(`${unknown} visits and conversations ended while nobody listened: shown as unknown`);
  return { ok, lines, skip: (t) => t > o.killedAt - SECOND && t < o.backAt + right };
}
