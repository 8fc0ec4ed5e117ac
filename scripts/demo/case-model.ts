import type { CaseState, SourceChannel } from '#domain/cases/case.ts';
import type { CaseFields } from '#domain/cases/record.ts';
import { mulberry32, type Random } from '#domain/random.ts';
import { cityDay, DAY, HOUR, MINUTE, type Instant } from '#domain/time.ts';
import { HAPPENINGS, TOPICS, type Happening, type Topic } from './case-topics.ts';
import type { DayShape } from './floor-plan.ts';
import { Heap } from './heap.ts';

export const CASES_PER_DAY = 2600;

/** A place of the city where cases happen. */
export interface Spot {
  /** As the table of places has it: 'estate', 'school', 'park' … */
  readonly kind: string;
  readonly name: string;
  readonly district: string | null;
  readonly street: string | null;
  readonly at: readonly [number, number];
}

/** One version of a case, as its source would send it at that instant. */
export interface CaseVersion {
  readonly t: Instant;
  readonly fields: CaseFields;
}

type Task = { readonly at: Instant; readonly seq: number; readonly run: () => void };

const CHANNELS: readonly (readonly [SourceChannel, number])[] = [
  ['phone', 72],
  ['wechat', 12],
  ['app', 8],
  ['web', 5],
  ['transfer', 2],
  ['letter', 1],
];
const STEP: Partial<Record<CaseState, readonly [CaseState, number, number]>> = {
  // next state, shortest and longest stay in hours
  registered: ['dispatched', 0.03, 0.5],
  dispatched: ['handling', 0.2, 7],
  handling: ['done_review', 2, 90],
  done_review: ['follow_up', 0.3, 8],
  follow_up: ['closed', 0.5, 20],
};
const METRES_A_DEGREE = 111_320;

/** How a citizen names where it is: at a park or station most things happen nearby. */
const saidPlace = (spot: Spot, text: string): string =>
  spot.kind === 'estate' ||
  /^(?:.*)\{place\}(?:门口|路边|附近|一带|周边|小区|学)/.test(text) ||
  /咨询|建议|表扬/.test(text)
    ? spot.name
    : `${spot.name}附近`;

/**
 * The demo's hotline cases as a seeded stream of versions: registered, dispatched, handled, followed up, closed; now and
 * then corrected; and now and then something that many report at once.
 */
export class CaseModel {
  readonly #random: Random;
  readonly #spots: readonly Spot[];
  readonly #homes: readonly Spot[];
  readonly #schools: readonly Spot[];
  readonly #shape: DayShape;
  readonly #zone: string;
  readonly #tell: (version: CaseVersion) => void;
  readonly #tasks = new Heap<Task>((a, b) => a.at - b.at || a.seq - b.seq);
  readonly #prefix: string;
  #now: Instant;
  #seq = 0;
  #day = '';
  #number = 0;

  /**
   * @param o.prefix keeps numbers of two models of one city apart: history and live
   * @param o.happenings mean number of happenings a day
   * @param o.planned happenings at given instants, beside those of chance
   */
  constructor(o: {
    seed: number;
    start: Instant;
    spots: readonly Spot[];
    shape: DayShape;
    zone: string;
    prefix: string;
    happenings: number;
    planned: readonly { readonly at: Instant; readonly what: Happening }[];
    tell: (version: CaseVersion) => void;
  }) {
    this.#random = mulberry32(o.seed ^ 0x5ca1ab1e);
    this.#spots = o.spots;
    this.#homes = o.spots.filter((s) => s.kind === 'estate');
    this.#schools = o.spots.filter((s) => s.kind === 'school');
    this.#shape = o.shape;
    this.#zone = o.zone;
    this.#prefix = o.prefix;
    this.#tell = o.tell;
    this.#now = o.start;
    this.#nextCase();
    this.#nextHappening(o.happenings);
    for (const p of o.planned) if (p.at > o.start) this.#after(p.at - o.start, () => this.happen(p.what));
  }

  get nextAt(): Instant {
    return this.#tasks.peek()?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Runs up to and including an instant. */
  advance(to: Instant): void {
    for (let task = this.#tasks.peek(); task && task.at <= to; task = this.#tasks.peek()) {
      this.#tasks.pop();
      this.#now = task.at;
      task.run();
    }
    this.#now = Math.max(this.#now, to);
  }

  /** Something that many report, from now on. */
  happen(h: Happening = HAPPENINGS[Math.floor(this.#random() * HAPPENINGS.length)]!): void {
    const homes = this.#homes.length > 0 ? this.#homes : this.#spots;
    const centre = homes[Math.floor(this.#random() * homes.length)];
    if (!centre) return;
    for (let i = 0; i < h.cases; i++)
      this.#after(this.#random() * h.minutes * MINUTE, () => {
        const turn = this.#random() * 2 * Math.PI;
        const far = Math.sqrt(this.#random()) * h.radiusM;
        const at = [
          centre.at[0] + (Math.cos(turn) * far) / (METRES_A_DEGREE * Math.cos((centre.at[1] * Math.PI) / 180)),
          centre.at[1] + (Math.sin(turn) * far) / METRES_A_DEGREE,
        ] as const;
        const topic: Topic = { ...h, share: 0, types: [h.type], urgent: 0.2 };
        this.#register(topic, { ...centre, at });
      });
  }

  #after(ms: number, run: () => void): void {
    this.#tasks.push({ at: Math.round(this.#now + ms), seq: this.#seq++, run });
  }
  #exp(mean: number): number {
    return -Math.log(1 - this.#random()) * mean;
  }
  #weighted<T>(list: readonly T[], weight: (item: T) => number): T {
    let x = this.#random() * list.reduce((s, i) => s + weight(i), 0);
    for (const item of list) if ((x -= weight(item)) <= 0) return item;
    return list[list.length - 1]!;
  }
  #one<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)]!;
  }

  #nextCase(): void {
    const perMs = (CASES_PER_DAY / DAY) * this.#shape.load(this.#now);
    this.#after(Math.max(1, this.#exp(1 / perMs)), () => {
      this.#register(this.#weighted(TOPICS, (t) => t.share));
      this.#nextCase();
    });
  }

  #nextHappening(perDay: number): void {
    if (perDay <= 0) return;
    const perMs = (perDay / DAY) * this.#shape.load(this.#now);
    this.#after(this.#exp(1 / perMs), () => {
      this.happen();
      this.#nextHappening(perDay);
    });
  }

  /** A place where this may happen; some are spoken of more than others. Null where the city is not loaded. */
  #spot(text: string): Spot | null {
    const fitting = /小区|楼|电梯|物业|装修|水表|跳闸|燃气表|老人休息/.test(text)
      ? this.#homes
      : /学校|学区/.test(text)
        ? this.#schools
        : this.#spots;
    const list = fitting.length > 0 ? fitting : this.#spots;
    return list.length === 0 ? null : list[Math.floor(this.#random() ** 1.6 * list.length)]!;
  }

  #caseNo(): string {
    const day = cityDay(this.#now, this.#zone);
    if (day !== this.#day) {
      this.#day = day;
      this.#number = 0;
    }
    return `${day.replaceAll('-', '').slice(2)}${this.#prefix}${String(++this.#number).padStart(4, '0')}`;
  }

  #register(topic: Topic, where: Spot | null = null): void {
    const no = this.#caseNo();
    const text = this.#one(topic.texts);
    const placed = text.includes('{place}') ? (where ?? this.#spot(text)) : null;
    const title = text.replace('{place}', placed ? saidPlace(placed, text) : '').replace('小区小区', '小区');
    const jitter = (): number => ((this.#random() - 0.5) * 240) / METRES_A_DEGREE;
    const type = this.#one(topic.types);
    const urgent = this.#random() < topic.urgent;
    const fields: CaseFields = {
      externalId: no,
      caseNo: no,
      acceptedAt: this.#now,
      type,
      category: topic.category,
      title,
      text: `${title}。市民来电反映上述情况，希望有关部门核实处理并回复。`,
      district: placed?.district ?? null,
      street: placed?.street ?? null,
      place: placed ? `${placed.district ?? ''}${placed.street ?? ''}${placed.name}` : null,
      at: placed ? [placed.at[0] + jitter(), placed.at[1] + jitter()] : null,
      state: 'registered',
      stateAt: this.#now,
      urgency: urgent ? (this.#random() < 0.2 ? 'veryUrgent' : 'urgent') : 'normal',
      sensitive: this.#random() < 0.02,
      source: this.#weighted(CHANNELS, ([, w]) => w)[0],
      callerNumber: `1380000${String(Math.floor(this.#random() * 10_000)).padStart(4, '0')}`,
      dueAt: this.#now + (type === 'consultation' ? 5 : 15) * DAY,
      updatedAt: this.#now,
    };
    const direct = type === 'consultation' ? this.#random() < 0.8 : this.#random() < 0.06;
    if (direct) {
      this.#version({
        ...fields,
        state: 'closed',
        closedAt: this.#now,
        result: '坐席依据知识库当场答复。',
        satisfaction: 'satisfied',
      });
      return;
    }
    this.#version(fields);
    this.#goOn(fields, topic, urgent ? 0.25 : 1);
    if (this.#random() < 0.03) this.#correct(fields);
  }

  #version(fields: CaseFields): void {
    this.#tell({ t: this.#now, fields });
  }

  #goOn(fields: CaseFields, topic: Topic, pace: number): void {
    const step = STEP[fields.state!];
    if (!step) return;
    const [state, least, most] = step;
    // most are quick, some take long
    const hours = least + (most - least) * this.#random() ** 2.5;
    this.#after(hours * pace * HOUR, () => {
      const x = this.#random();
      const done: CaseFields = {
        ...fields,
        state,
        stateAt: this.#now,
        updatedAt: this.#now,
        ...(state === 'dispatched' ? { unit: topic.unit } : {}),
        ...(state === 'done_review' ? { result: '承办单位已到现场核实处理，并告知市民。' } : {}),
        ...(state === 'closed'
          ? { closedAt: this.#now, satisfaction: x < 0.88 ? 'satisfied' : x < 0.95 ? 'dissatisfied' : 'unreached' }
          : {}),
      };
      this.#version(done);
      this.#goOn(done, topic, pace);
    });
  }

  /** The agent mends the place while the case is still at the desk. */
  #correct(fields: CaseFields): void {
    const spot = this.#spot(fields.title ?? '');
    if (!spot || fields.at === null) return;
    this.#after(MINUTE * (0.3 + this.#random()), () => {
      this.#version({
        ...fields,
        place: `${spot.district ?? ''}${spot.street ?? ''}${spot.name}`,
        district: spot.district,
        street: spot.street,
        at: [spot.at[0], spot.at[1]],
        updatedAt: this.#now,
      });
    });
  }
}
