import {
  CASE_STATES,
  CASE_TYPES,
  SOURCE_CHANNELS,
  URGENCIES,
  type CaseContent,
  type CaseRecord,
} from '#domain/cases/case.ts';
import { placed } from '#store/cases.ts';
import { mulberry32, type Random } from '#domain/random.ts';
import { HOUR, type Instant } from '#domain/time.ts';

/** A case of a source's making, with what the test does not care for filled in. */
export function aCase(externalId: string, over: Partial<CaseRecord> = {}): CaseRecord {
  const acceptedAt = over.acceptedAt ?? Date.parse('2026-11-22T02:00:00Z');
  return {
    externalId,
    caseNo: externalId,
    origin: 'test',
    type: 'complaint',
    category: ['噪音', '施工噪音'],
    title: '工地夜间施工',
    text: '工地夜间施工，影响休息。',
    district: '临江区',
    street: null,
    place: '中山路12号',
    at: null,
    state: 'registered',
    stateSince: acceptedAt,
    urgency: 'normal',
    sensitive: false,
    source: 'phone',
    simulated: false,
    acceptedAt,
    closedAt: null,
    unit: null,
    dueAt: null,
    repeatOf: null,
    satisfaction: null,
    callerName: null,
    callerNumber: null,
    result: null,
    sourceAt: null,
    ...over,
  };
}

/** What facts carry of {@link aCase}. */
export const aContent = (over: Partial<CaseRecord> = {}): CaseContent => placed(aCase('x', over), null);

export const oneOf = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

/** A stream of records as sources send them: new cases, later versions of earlier ones, and some that did not change. */
export function randomRecords(seed: number, howMany: number, now: Instant): CaseRecord[] {
  const random = mulberry32(seed);
  const out: CaseRecord[] = [];
  const latest: CaseRecord[] = [];
  for (let i = 0; i < howMany; i++) {
    const known = latest.length > 0 && random() < 0.6 ? Math.floor(random() * latest.length) : -1;
    if (known < 0) {
      const acceptedAt = now - Math.floor(random() * 50 * HOUR);
      const c = aCase(`C${seed}-${latest.length}`, { ...randomFields(random), acceptedAt, stateSince: acceptedAt });
      latest.push(c);
      out.push(c);
      continue;
    }
    const was = latest[known]!;
    const change = random();
    const is: CaseRecord =
      change < 0.2
        ? was
        : change < 0.6
          ? { ...was, state: oneOf(random, CASE_STATES), stateSince: now - Math.floor(random() * HOUR) }
          : change < 0.9
            ? { ...was, ...randomFields(random) }
            : { ...was, acceptedAt: now - Math.floor(random() * 50 * HOUR) };
    latest[known] = is;
    out.push(is);
  }
  return out;
}

function randomFields(random: Random): Partial<CaseRecord> {
  return {
    type: oneOf(random, CASE_TYPES),
    source: oneOf(random, SOURCE_CHANNELS),
    urgency: oneOf(random, URGENCIES),
    category: oneOf(random, [['供水', '停水'], ['噪音'], ['路灯', '不亮'], ['物业', '电梯', '停运']]),
    district: oneOf(random, ['临江区', '东湖区', null]),
    title: oneOf(random, ['停水', '太吵了', '路灯不亮', '电梯坏了']),
    at: random() < 0.5 ? null : [118.7 + random() / 10, 32 + random() / 10],
  };
}
