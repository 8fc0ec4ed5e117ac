import { cityDay, DAY, zoneOffset, type Instant } from '#domain/time.ts';
import { mulberry32 } from '#domain/random.ts';

/** The demo hotline's floor: its queues, its seats, and how its day goes. Numbers from docs of real hotlines; names invented. */
export interface PlanQueue {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  /** Share of the calls. */
  readonly share: number;
  readonly wrapUpS: number;
  readonly serviceLevelS: number;
}

export const QUEUES: readonly PlanQueue[] = [
  { id: 'zixun', zh: '政策咨询', en: 'Policy enquiries', share: 0.3, wrapUpS: 12, serviceLevelS: 20 },
  { id: 'tousu', zh: '投诉举报', en: 'Complaints', share: 0.22, wrapUpS: 20, serviceLevelS: 20 },
  { id: 'qiuzhu', zh: '求助服务', en: 'Requests for help', share: 0.2, wrapUpS: 15, serviceLevelS: 20 },
  { id: 'chengguan', zh: '城市管理', en: 'City management', share: 0.14, wrapUpS: 15, serviceLevelS: 20 },
  { id: 'yingshang', zh: '营商服务', en: 'Business services', share: 0.09, wrapUpS: 15, serviceLevelS: 20 },
  { id: 'yingji', zh: '应急值守', en: 'Emergency desk', share: 0.05, wrapUpS: 10, serviceLevelS: 15 },
];

export interface PlanSeat {
  readonly no: string;
  readonly name: string;
  /** Queue → penalty: a seat of penalty 5 is rung when nobody of penalty 0 is free. */
  readonly queues: Record<string, number>;
}

const SURNAMES = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧';
const GIVEN = [
  '敏',
  '静',
  '丽',
  '强',
  '磊',
  '洋',
  '艳',
  '勇',
  '军',
  '杰',
  '娟',
  '涛',
  '明',
  '超',
  '秀兰',
  '霞',
  '平',
  '刚',
  '桂英',
  '玉兰',
  '婷',
  '雪梅',
  '晓燕',
  '文博',
  '思远',
  '佳怡',
  '雨桐',
  '子涵',
  '欣然',
  '浩然',
];

/** 60 seats, 1001–1060: a home queue by share, a second one for most. */
export function seats(count = 60): PlanSeat[] {
  const random = mulberry32(12345);
  const out: PlanSeat[] = [];
  const homes = QUEUES.flatMap((q) => Array.from({ length: Math.max(3, Math.round(q.share * count)) }, () => q.id));
  for (let i = 0; i < count; i++) {
    const home = homes[i % homes.length]!;
    const queues: Record<string, number> = { [home]: 0 };
    const second = QUEUES[Math.floor(random() * QUEUES.length)]!.id;
    if (second !== home && random() < 0.75) queues[second] = 5;
    if (random() < 0.35) queues.yingji ??= 8;
    const name = SURNAMES[Math.floor(random() * SURNAMES.length)]! + GIVEN[Math.floor(random() * GIVEN.length)]!;
    out.push({ no: String(1001 + i), name, queues });
  }
  return out;
}

export interface PlanTeam {
  readonly team: string;
  readonly department: string;
  readonly provider: string;
  readonly seats: readonly string[];
}

/** Four teams of fifteen seats: two departments, in each one team of the centre's own people and one of a provider's. */
export const TEAMS: readonly PlanTeam[] = (
  [
    ['一班', '受理一部', '热线中心'],
    ['二班', '受理一部', '云桥服务'],
    ['三班', '受理二部', '热线中心'],
    ['四班', '受理二部', '云桥服务'],
  ] as const
).map(([team, department, provider], i) => ({
  team,
  department,
  provider,
  seats: Array.from({ length: 15 }, (_, k) => String(1001 + i * 15 + k)),
}));

/** Share of a day's calls in each hour, 0–23; sums to 1. */
const HOURS = [12, 8, 6, 5, 5, 8, 18, 38, 68, 88, 90, 78, 52, 58, 80, 82, 74, 62, 46, 38, 32, 26, 20, 16];
const HOURS_SUM = HOURS.reduce((a, b) => a + b, 0);
/** Monday … Sunday. */
const WEEKDAYS = [1.14, 1.06, 1.03, 1.02, 1.05, 0.88, 0.82];

export const CALLS_PER_DAY = 9000;

/**
 * The demo's day is anchored: its shape is shifted so that the first start falls in the busy morning.
 * @param shiftMs added to an instant before its hour and weekday are read
 */
export class DayShape {
  readonly zone: string;
  readonly shiftMs: number;
  constructor(zone: string, shiftMs: number) {
    this.zone = zone;
    this.shiftMs = shiftMs;
  }

  /** Hour of the demo's day with its fraction, 0 ≤ h < 24. */
  hour(t: Instant): number {
    const local = t + this.shiftMs + zoneOffset(this.zone, t + this.shiftMs);
    return ((local % DAY) / DAY) * 24;
  }

  /** Load at t relative to the day's mean: smooth between the hours, by weekday, with a seeded mood of the day. */
  load(t: Instant): number {
    const h = this.hour(t);
    const i = Math.floor(h);
    const f = h - i;
    // the middle of an hour has the hour's own value
    const a = f < 0.5 ? HOURS[(i + 23) % 24]! : HOURS[i]!;
    const b = f < 0.5 ? HOURS[i]! : HOURS[(i + 1) % 24]!;
    const level = a + (b - a) * ((f + 0.5) % 1);
    const day = cityDay(t + this.shiftMs, this.zone);
    const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
    const mood = 0.94 + 0.12 * mulberry32(Number(day.replaceAll('-', '')))();
    return ((level * 24) / HOURS_SUM) * WEEKDAYS[weekday]! * mood;
  }

  /** Seats that are to be signed in at t, of `count`. */
  staffing(t: Instant, count: number): number {
    const peak = (Math.max(...HOURS) * 24) / HOURS_SUM;
    return Math.max(6, Math.min(count, Math.round(count * Math.min(1, 0.06 + (1.02 * this.load(t)) / peak))));
  }
}

/** The shift that puts `now` at half past nine of the demo's day, on the same weekday. */
export function busyMorning(now: Instant, zone: string): number {
  const local = now + zoneOffset(zone, now);
  const shift = 9.5 * 3_600_000 - (local % DAY);
  // within half a day, so that the weekday is the nearest one
  return shift > DAY / 2 ? shift - DAY : shift < -DAY / 2 ? shift + DAY : shift;
}
