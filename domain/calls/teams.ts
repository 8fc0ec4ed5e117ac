import type { SeatStateRecord } from '../floor/records.ts';
import type { Instant } from '../time.ts';
import type { TeamHome, TeamVersion } from './settings.ts';

/** Where a row's seat belongs in the half-hour in which the row counts; '' = to none. */
export interface OfTeam {
  readonly team: string;
  /** Of that team at that time. */
  readonly department: string;
  readonly provider: string;
}
export interface StateOfTeam extends SeatStateRecord, OfTeam {
  /** True: the seat came to another place in this state, and this is not where the state began. */
  readonly continued?: boolean;
}

/** Every version of every seat and of every team, in any order. */
export interface Teams {
  readonly seats: readonly TeamVersion[];
  readonly homes: readonly TeamHome[];
}
export const NO_TEAMS: Teams = { seats: [], homes: [] };

export interface TeamLookup {
  at: (seat: string | null, t: Instant) => OfTeam;
  /** A state in pieces, where the seat changed its team or the team its department or provider. */
  split: (s: SeatStateRecord) => StateOfTeam[];
}

const byKey = <V extends { readonly from: Instant }>(list: readonly V[], key: (v: V) => string): Map<string, V[]> =>
  Map.groupBy(
    list.toSorted((a, b) => a.from - b.from),
    key,
  );

/** Teams of seats, and their departments and providers, as they were. */
export function teamLookup({ seats, homes }: Teams): TeamLookup {
  const bySeat = byKey(seats, (v) => v.seat);
  const byTeam = byKey(homes, (v) => v.team);
  const at = (seat: string | null, t: Instant): OfTeam => {
    const own = seat === null ? undefined : bySeat.get(seat)?.findLast((v) => v.from <= t);
    const home = own && byTeam.get(own.team)?.findLast((v) => v.from <= t);
    return { team: own?.team ?? '', department: home?.department ?? '', provider: home?.provider ?? '' };
  };
  const changes = (seat: string): Instant[] => {
    const own = bySeat.get(seat) ?? [];
    const of = own.flatMap((v, i) =>
      (byTeam.get(v.team) ?? []).filter((h) => h.from > v.from && h.from < (own[i + 1]?.from ?? Infinity)),
    );
    return [...own, ...of].map((v) => v.from).sort((a, b) => a - b);
  };
  return {
    at,
    split: (s) => {
      const cuts = changes(s.seat_no).filter((t) => t > s.t_from && t < s.t_to);
      return [s.t_from, ...cuts].map((t_from, i) => ({
        ...s,
        t_from,
        t_to: cuts[i] ?? s.t_to,
        ...at(s.seat_no, t_from),
        ...(i > 0 ? { continued: true } : {}),
      }));
    },
  };
}
