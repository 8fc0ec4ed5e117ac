import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mulberry32, type Random } from '../random.ts';
import { DAY, HOUR, MINUTE } from '../time.ts';
import { baselineKey, hotIssues, poissonTail, type Baseline, type HotCase } from './hot-issues.ts';

const DISTRICTS = ['临江区', '鼓楼区', '南湖区', '开发区', '西山区'];
const TOPICS: { category: string[]; texts: string[]; perDay: number }[] = [
  {
    category: ['市容环卫', '占道经营'],
    texts: ['沿街商铺占道经营影响通行', '流动摊贩占用人行道摆摊', '夜市烧烤摊占道油烟大'],
    perDay: 12,
  },
  {
    category: ['噪音', '施工噪音'],
    texts: ['工地夜间施工噪音扰民', '凌晨打桩声音很大无法休息', '装修电钻周末施工'],
    perDay: 10,
  },
  { category: ['公用事业', '供水'], texts: ['水费账单有疑问', '水表损坏请求更换', '自来水水压偏低'], perDay: 5 },
  { category: ['公用事业', '路灯'], texts: ['路灯不亮请维修', '小区门口路灯闪烁'], perDay: 6 },
  { category: ['交通', '违章停车'], texts: ['消防通道被车辆堵住', '路口违停影响视线'], perDay: 14 },
  { category: ['劳动保障', '欠薪'], texts: ['单位拖欠工资两个月', '离职后未结清工资'], perDay: 2 },
  { category: ['环境', '异味'], texts: ['垃圾站异味明显', '下水道有臭味'], perDay: 3 },
];
const START = Date.UTC(2026, 2, 2, 16); // midnight in the city

let serial = 0;
function ordinary(day: number, random: Random): HotCase[] {
  const out: HotCase[] = [];
  for (const topic of TOPICS)
    for (const district of DISTRICTS) {
      const mean = (topic.perDay / DISTRICTS.length) * (0.8 + 0.4 * random());
      for (let n = poissonDraw(mean, random); n > 0; n--)
        out.push(
          oneCase(
            START + day * DAY + Math.floor((7 + 14 * random()) * HOUR),
            topic.category,
            district,
            topic.texts[Math.floor(random() * topic.texts.length)]!,
            random,
          ),
        );
    }
  return out;
}
function poissonDraw(mean: number, random: Random): number {
  let n = 0;
  for (let p = random(); p > Math.exp(-mean); p *= random()) n++;
  return n;
}
function oneCase(
  acceptedAt: number,
  category: string[],
  district: string,
  text: string,
  random: Random,
  spreadDeg = 0.03,
): HotCase {
  const i = DISTRICTS.indexOf(district);
  return {
    no: `c${String(++serial).padStart(6, '0')}`,
    acceptedAt,
    category,
    district,
    at: [118.7 + i * 0.08 + (random() - 0.5) * spreadDeg, 31.2 + (random() - 0.5) * spreadDeg],
    title: text,
    text: `${text} 市民来电反映${district}${Math.floor(random() * 200)}号附近`,
    caller: `hash${Math.floor(random() * 1e9)}`,
    open: true,
    simulated: false,
  };
}

interface Planted {
  readonly day: number;
  readonly at: number;
  readonly category: string[];
  readonly text: string;
  readonly cases: HotCase[];
}
function burst(
  day: number,
  hour: number,
  category: string[],
  district: string,
  text: string,
  perMinute: number,
  random: Random,
): Planted {
  const at = START + day * DAY + hour * HOUR;
  const cases = Array.from({ length: 30 }, (_, i) =>
    oneCase(
      at + Math.floor((i / perMinute) * MINUTE),
      category,
      district,
      `${text}${['', '怎么回事', '请尽快处理', '已经一小时'][i % 4]}`,
      random,
      0.008,
    ),
  );
  return { day, at, category, text, cases };
}

/** Thirty days, six bursts, one who calls twenty times; looked at each five minutes of the last two weeks. */
function month(seed: number) {
  const random = mulberry32(seed);
  const days = Array.from({ length: 42 }, (_, d) => ordinary(d, random));
  const planted = [
    burst(29, 9, ['公用事业', '供水'], '临江区', '整栋楼突然停水没有水', 1 / 2, random),
    burst(31, 15, ['环境', '异味'], '开发区', '空气中有刺鼻化工气味', 1 / 2, random),
    burst(33, 10, ['劳动保障', '欠薪'], '南湖区', '同一工地工人被拖欠工资集中反映', 1 / 3, random),
    burst(35, 19, ['公用事业', '供水'], '西山区', '自来水发黄浑浊有异味', 1 / 2, random),
    burst(37, 8, ['公用事业', '路灯'], '鼓楼区', '整条街停电路灯全部不亮', 1 / 2, random),
    burst(39, 20, ['噪音', '施工噪音'], '临江区', '广场露天演唱会音量太大', 1 / 2, random),
  ];
  for (const p of planted) days[p.day]!.push(...p.cases);
  for (let i = 0; i < 20; i++)
    days[34]!.push({
      ...oneCase(
        START + 34 * DAY + 10 * HOUR + i * 3 * MINUTE,
        ['交通', '违章停车'],
        '鼓楼区',
        '楼下有人违停',
        random,
        0.001,
      ),
      caller: 'hash-of-one',
    });
  return { days, planted };
}

function baselineOf(days: readonly HotCase[][], day: number, timeOfDay: number): Baseline {
  const earlier = [7, 14, 21, 28].map((back) => day - back).filter((d) => d >= 0);
  const hour = new Map<string, number>();
  const until = new Map<string, number>();
  for (const d of earlier)
    for (const c of days[d]!) {
      const t = c.acceptedAt - START - d * DAY;
      const key = baselineKey(c.category, c.district);
      if (t <= timeOfDay) until.set(key, (until.get(key) ?? 0) + 1 / earlier.length);
      if (t <= timeOfDay && t > timeOfDay - HOUR) hour.set(key, (hour.get(key) ?? 0) + 1 / earlier.length);
    }
  return { days: earlier.length, hour: (k) => hour.get(k) ?? 0, untilNow: (k) => until.get(k) ?? 0 };
}

const words = (text: string): Set<string> => new Set(text.match(/[\p{Script=Han}]{2}/gu) ?? []);

test('of planted bursts nine in ten are found within 8 cases or 15 minutes, with at most one false card a day', () => {
  let found = 0;
  let total = 0;
  let falseCards = 0;
  let daysSeen = 0;
  for (const seed of [1, 2, 3]) {
    const { days, planted } = month(seed);
    for (let day = 28; day < 42; day++) {
      daysSeen++;
      const seenFalse = new Set<string>();
      const mine = planted.filter((p) => p.day === day);
      const detected = new Map<Planted, number>();
      for (let t = 7 * HOUR; t <= 22 * HOUR; t += 5 * MINUTE) {
        const now = START + day * DAY + t;
        const cards = hotIssues(days[day]!, baselineOf(days, day, t), { now, words });
        for (const [id, row] of Object.entries(cards)) {
          const p = mine.find((x) => row.cases.some((no) => x.cases.some((c) => c.no === no)));
          if (!p) seenFalse.add(id);
          else if (!detected.has(p)) detected.set(p, now);
        }
      }
      total += mine.length;
      for (const [p, at] of detected) {
        const until = p.cases.filter((c) => c.acceptedAt <= at).length;
        if (until <= 8 || at - p.at <= 15 * MINUTE) found++;
      }
      falseCards += seenFalse.size;
    }
  }
  expect(found / total).toBeGreaterThanOrEqual(0.9);
  expect(falseCards / daysSeen).toBeLessThanOrEqual(1);
}, 60_000);

test('one who calls twenty times is no hot issue', () => {
  const { days } = month(4);
  const t = 12 * HOUR;
  const cards = hotIssues(days[34]!, baselineOf(days, 34, t), { now: START + 34 * DAY + t, words });
  expect(Object.values(cards).filter((r) => r.title.includes('违停'))).toEqual([]);
});

test('the order of the cases does not matter, and a card counts its cases', () => {
  const { days } = month(5);
  const day = days[29]!;
  const t = 10 * HOUR;
  const o = { now: START + 29 * DAY + t, words };
  const cards = hotIssues(day, baselineOf(days, 29, t), o);
  expect(Object.keys(cards)).toHaveLength(1);
  for (const row of Object.values(cards)) {
    expect(row.total).toBe(row.cases.length);
    expect(row.districts.reduce((s, d) => s + d.cases, 0)).toBe(row.total);
    expect(row.keywords.length).toBeGreaterThan(0);
    expect(row.title).toContain('停水');
  }
  fc.assert(
    fc.property(fc.shuffledSubarray(day, { minLength: day.length }), (shuffled) => {
      expect(hotIssues(shuffled, baselineOf(days, 29, t), o)).toEqual(cards);
    }),
    { numRuns: 10 },
  );
});

test('the Poisson tail is right where it is large and where it is tiny', () => {
  expect(poissonTail(0, 3)).toBe(1);
  expect(poissonTail(1, 1)).toBeCloseTo(1 - Math.exp(-1), 12);
  expect(poissonTail(5, 0.25)).toBeCloseTo(6.6e-6, 6);
  expect(poissonTail(30, 2)).toBeGreaterThan(0);
  expect(poissonTail(30, 2)).toBeLessThan(1e-20);
});
