import type { Tables } from '../tables.ts';
import { cityDay, type CityDay, type Instant } from '../time.ts';
import { countFloor } from './counting.ts';
import type { EndedIn, FloorFactBody } from './facts.ts';
import type { CallDirection, CallRow } from './rows.ts';

type CallFact = Extract<FloorFactBody, { kind: `call.${string}` }>;
const ENDED_IN: Partial<Record<EndedIn, 'endedInIvr' | 'blocked' | 'blacklisted' | 'voicemail'>> = {
  ivr: 'endedInIvr',
  blocked: 'blocked',
  blacklisted: 'blacklisted',
  voicemail: 'voicemail',
};
const BY_DIRECTION = { in: 'inbound', out: 'outbound', internal: 'internal' } as const;

export function withCall(tables: Tables, id: string, change: Partial<CallRow>): void {
  const row = tables.get<CallRow>('call', id);
  if (row) tables.put<CallRow>('call', id, { ...row, ...change });
}

function countDirection(tables: Tables, day: CityDay, direction: CallDirection, by: 1 | -1): void {
  const field = BY_DIRECTION[direction];
  countFloor(tables, day, (d) => ({ [field]: d[field] + by }));
}

/** A telephone call from its first channel to its last, and today's totals of calls. */
export function foldCall(tables: Tables, fact: CallFact, id: string, at: Instant, zone: string): void {
  switch (fact.kind) {
    case 'call.started': {
      if (tables.get('call', id)) return;
      const row: CallRow = {
        id,
        ...fact.body,
        startedAt: at,
        stage: 'setup',
        reached: 'setup',
        step: null,
        queue: null,
        seat: null,
      };
      tables.put<CallRow>('call', id, row);
      return countDirection(tables, cityDay(at, zone), fact.body.direction, 1);
    }
    case 'call.routed': {
      const row = tables.get<CallRow>('call', id);
      if (!row) return;
      tables.put<CallRow>('call', id, { ...row, ...fact.body });
      if (row.direction === fact.body.direction) return;
      const day = cityDay(row.startedAt, zone);
      countDirection(tables, day, row.direction, -1);
      return countDirection(tables, day, fact.body.direction, 1);
    }
    case 'call.stepped':
      return withCall(tables, id, { step: fact.body.step, stage: 'ivr', reached: fact.body.reached });
    case 'call.rated':
      return countFloor(tables, cityDay(at, zone), (d) => ({
        ratings: d.ratings + 1,
        ratingSum: d.ratingSum + fact.body.score,
      }));
    case 'call.ended': {
      tables.delete('call', id);
      const { direction, endedIn, outcome, startedAt } = fact.body;
      const field = ENDED_IN[endedIn];
      return countFloor(tables, cityDay(startedAt, zone), (d) => ({
        ...(direction === 'in' && outcome === 'ended' && field ? { [field]: d[field] + 1 } : {}),
        ...(outcome === 'lost' || outcome === 'unknown' ? { [outcome]: d[outcome] + 1 } : {}),
      }));
    }
    case 'call.moved':
    case 'call.conferred':
    case 'call.consulted':
    case 'call.recording':
      return;
  }
}
