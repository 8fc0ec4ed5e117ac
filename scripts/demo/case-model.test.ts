import { expect, test } from 'vitest';
import { recordFrom } from '#domain/cases/record.ts';
import { DAY, HOUR, MINUTE, startOfDay } from '#domain/time.ts';
import { caseStream } from './case-history.ts';
import { CASES_PER_DAY, type CaseVersion, type Spot } from './case-model.ts';
import { DayShape } from './floor-plan.ts';

const ZONE = 'Asia/Shanghai';
const start = startOfDay('2026-11-19', ZONE);
const until = start + 2 * DAY + 10 * HOUR;
const spots: Spot[] = ['estate', 'school', 'park', 'market'].flatMap((kind, k) =>
  Array.from({ length: 30 }, (_, i) => ({
    kind,
    name: kind === 'estate' ? `和平${i}小区` : `${kind}${i}`,
    district: '鼓楼区',
    street: '文庙街道',
    at: [118.8 + i / 500, 31.1 + k / 50] as const,
  })),
);
function run(seed: number, to: number): CaseVersion[] {
  const out: CaseVersion[] = [];
  caseStream({ seed, start, until, spots, shape: new DayShape(ZONE, 0), zone: ZONE, tell: (v) => out.push(v) }).advance(
    to,
  );
  return out;
}

test('the same seed tells the same cases, in whatever steps time goes', () => {
  const steps: CaseVersion[] = [];
  const model = caseStream({
    seed: 7,
    start,
    until,
    spots,
    shape: new DayShape(ZONE, 0),
    zone: ZONE,
    tell: (v) => steps.push(v),
  });
  for (let t = start; t <= start + DAY; t += 7 * MINUTE) model.advance(t);
  model.advance(start + DAY);
  expect(steps).toEqual(run(7, start + DAY));
  expect(run(8, start + DAY)).not.toEqual(steps);
});

test('a day has about as many cases as it should, most of them in daytime', () => {
  const cases = run(3, start + 2 * DAY).filter(
    (v) => v.fields.stateAt === v.fields.acceptedAt && v.t === v.fields.acceptedAt,
  );
  expect(cases.length / 2).toBeGreaterThan(CASES_PER_DAY * 0.85);
  expect(cases.length / 2).toBeLessThan(CASES_PER_DAY * 1.2);
  const night = cases.filter((v) => ((v.t - start) % DAY) / HOUR < 6).length;
  expect(night / cases.length).toBeLessThan(0.12);
});

test('every version is a case that the store takes, its number is its own, its text has no gap', () => {
  const versions = run(5, until);
  for (const v of versions) {
    const r = recordFrom(v.fields, { origin: 'demo', simulated: true, now: v.t });
    expect(r.ok ? 'ok' : r.reason).toBe('ok');
    expect(v.fields.title).not.toMatch(/[{}]|小区小区/);
  }
  const first = new Map(versions.map((v) => [v.fields.caseNo, v.fields.acceptedAt]));
  expect(new Set(versions.map((v) => `${v.fields.caseNo}/${v.fields.acceptedAt}`)).size).toBe(first.size);
});

test('a lift stands in a house, not in a park', () => {
  const lifts = run(5, until).filter((v) => v.fields.title!.includes('电梯故障'));
  expect(lifts.length).toBeGreaterThan(10);
  expect(lifts.every((v) => v.fields.title!.startsWith('和平'))).toBe(true);
});

test('where history ends a water cut is under way, and goes on after it', () => {
  const cut = run(5, until + HOUR).filter(
    (v) => /停水|没有水/.test(v.fields.title!) && v.t === v.fields.acceptedAt && v.t > until - HOUR,
  );
  expect(cut.filter((v) => v.t <= until).length).toBeGreaterThanOrEqual(8);
  expect(cut.some((v) => v.t > until)).toBe(true);
});
