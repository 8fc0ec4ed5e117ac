import { onHalfHour } from '../reports/grain.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { Instant } from '../time.ts';
import type { Thresholds, ThresholdVersion } from './thresholds.ts';

/** What reports count by and people set: thresholds, sizes of trunks, teams of seats, homes of teams; each a version in force from an instant on. */

/** Channels that a trunk carries at once, from an instant on (I-29). */
export interface TrunkSize {
  readonly trunk: string;
  readonly from: Instant;
  readonly channels: number;
}

/** The team that a seat belongs to from a half-hour of the city on; '' = none. */
export interface TeamVersion {
  readonly seat: string;
  readonly team: string;
  readonly from: Instant;
}

/** The department and the provider that a team belongs to from a half-hour of the city on; '' = none. */
export interface TeamHome {
  readonly team: string;
  readonly department: string;
  readonly provider: string;
  readonly from: Instant;
}

/** Seats that one command may put into a team. */
export const SEATS_AT_ONCE = 1000;
const NAME_AT_MOST = 60;
const CHANNELS_AT_MOST = 100_000;
const SECONDS_AT_MOST = 3600;

const isName = (text: string): boolean => text.trim() === text && text.length > 0 && text.length <= NAME_AT_MOST;
export const isInstant = (t: Instant): boolean => Number.isInteger(t) && Math.abs(t) < 8.64e15;

export type ThresholdRefusal =
  'threshold-seconds' | 'threshold-edges' | 'threshold-limits' | 'threshold-goal' | 'threshold-rating' | 'version-from';

/** Seconds are whole, 0 to 3600; edges of buckets are above 0 and grow, and “too long” is no less than “long”. */
export function checkThresholds({ queue, from, values: t }: ThresholdVersion): Result<Thresholds, ThresholdRefusal> {
  if (!isInstant(from) || queue.length > NAME_AT_MOST) return refuse('version-from', String(from));
  const limits = [
    [t.waitLongS, t.waitOverlongS],
    [t.talkLongS, t.talkOverlongS],
    [t.wrapLongS, t.wrapOverlongS],
  ] as const;
  const seconds = [t.connectS, t.serviceLevelS, t.shortAbandonS, t.edge1S, t.edge2S, t.edge3S, ...limits.flat()];
  const bad = seconds.find((s) => !(Number.isInteger(s) && s >= 0 && s <= SECONDS_AT_MOST));
  if (bad !== undefined) return refuse('threshold-seconds', String(bad));
  if (!(0 < t.edge1S && t.edge1S < t.edge2S && t.edge2S < t.edge3S))
    return refuse('threshold-edges', `${t.edge1S}, ${t.edge2S}, ${t.edge3S}`);
  const crossed = limits.find(([long, overlong]) => long > overlong);
  if (crossed) return refuse('threshold-limits', crossed.join(', '));
  if (!(Number.isInteger(t.goalPercent) && t.goalPercent >= 1 && t.goalPercent <= 100))
    return refuse('threshold-goal', String(t.goalPercent));
  if (!(Math.abs(t.satisfiedFrom) <= 100)) return refuse('threshold-rating', String(t.satisfiedFrom));
  return accept(t);
}

export function checkTrunkSize(s: TrunkSize): Result<TrunkSize, 'trunk-invalid' | 'channels-invalid' | 'version-from'> {
  if (!isName(s.trunk)) return refuse('trunk-invalid', s.trunk);
  if (!(Number.isInteger(s.channels) && s.channels > 0 && s.channels <= CHANNELS_AT_MOST))
    return refuse('channels-invalid', String(s.channels));
  return isInstant(s.from) ? accept(s) : refuse('version-from', String(s.from));
}

/** A team begins with a half-hour: that is what figures are kept by. */
export function checkTeam(
  t: { seats: readonly string[]; team: string; from: Instant },
  zone: string,
): Result<null, 'seats-invalid' | 'team-invalid' | 'team-from'> {
  const seats = t.seats.length > 0 && t.seats.length <= SEATS_AT_ONCE && t.seats.every(isName);
  if (!seats) return refuse('seats-invalid', '');
  if (t.team !== '' && !isName(t.team)) return refuse('team-invalid', t.team);
  if (!isInstant(t.from) || !onHalfHour(t.from, zone)) return refuse('team-from', '');
  return accept(null);
}

/** It begins with a half-hour as a team does. */
export function checkHome(
  h: TeamHome,
  zone: string,
): Result<null, 'team-missing' | 'department-invalid' | 'provider-invalid' | 'team-from'> {
  if (!isName(h.team)) return refuse('team-missing', h.team);
  if (h.department !== '' && !isName(h.department)) return refuse('department-invalid', h.department);
  if (h.provider !== '' && !isName(h.provider)) return refuse('provider-invalid', h.provider);
  if (!isInstant(h.from) || !onHalfHour(h.from, zone)) return refuse('team-from', '');
  return accept(null);
}
