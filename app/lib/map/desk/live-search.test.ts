import { expect, test } from 'vitest';
import type { CaseRow } from '#domain/cases/rows.ts';
import type { VehicleSignal } from '#domain/city/rows.ts';
import type { IncidentRow } from '#domain/incidents/rows.ts';
import { foldText } from '#domain/text-fold.ts';
import { liveHits, ordered, type Hit } from './live-search.ts';

const from = {
  incidents: new Map([['20261122-0007', { title: '医院停电', place: null, at: [118, 31] } as unknown as IncidentRow]]),
  cases: new Map([
    ['26112200772', { title: '医院门口占道', district: null, place: null, at: null } as unknown as CaseRow],
    ['26112200999', { title: '路灯不亮', district: null, place: null, at: null } as unknown as CaseRow],
  ]),
  vehicles: new Map([
    ['v1', { body: { zh: '急救6号车', en: null, plate: null, at: [118, 31] } as unknown as VehicleSignal }],
  ]),
};
const ids = (text: string): string[] => liveHits(text, foldText, 'zh-CN', from).map((h) => h.id);

test('numbers are found by their end, names by any part, in either script', () => {
  expect(ids('0772')).toEqual(['26112200772']);
  expect(ids('醫院')).toEqual(['20261122-0007', '26112200772']);
  expect(ids('急救')).toEqual(['v1']);
  expect(ids('  ')).toEqual([]);
});

test('a word finds places before cases, digits find a case before places', () => {
  const hits = (['case', 'place', 'incident'] as const).map((kind): Hit => ({
    kind,
    id: kind,
    name: '',
    sub: '',
    at: null,
  }));
  expect(ordered(hits, '医院').map((h) => h.kind)).toEqual(['incident', 'place', 'case']);
  expect(ordered(hits, '0772').map((h) => h.kind)).toEqual(['incident', 'case', 'place']);
});
