import type { LngLat, VehicleKind, VehicleState } from '#domain/city/rows.ts';
import { mulberry32, type Random } from '#domain/random.ts';
import { MINUTE, SECOND, type Instant } from '#domain/time.ts';
import { nextTrip, planTrip, randomStop, tripAt, type DriveStyle, type Trip } from '#gis-data/roads/drive.ts';
import type { RoadEngine } from '#gis-data/roads/engine.ts';

/** The vehicles of the demo city as a model in time: they wait or patrol, are sent, drive, work, and come back. No I/O. */

interface Team {
  readonly kind: VehicleKind;
  readonly zh: string;
  readonly en: string;
  readonly count: number;
  /** Kinds of places that they stand at. */
  readonly bases: readonly string[];
  /** Drives around while available. */
  readonly patrols: boolean;
  /** Jobs an hour for each vehicle. */
  readonly perHour: number;
  readonly style: DriveStyle;
}

const CALM: DriveStyle = { share: 0.75 };
const FAST: DriveStyle = { share: 1, accel: 1.8, brake: 2.2 };
/** 80 vehicles. */
export const TEAMS: readonly Team[] = [
  { kind: 'fire', zh: '消防', en: 'Fire', count: 14, bases: ['fire'], patrols: false, perHour: 2.2, style: FAST },
  {
    kind: 'ambulance',
    zh: '急救',
    en: 'Ambulance',
    count: 14,
    bases: ['hospital'],
    patrols: false,
    perHour: 3.6,
    style: FAST,
  },
  { kind: 'police', zh: '巡警', en: 'Patrol', count: 12, bases: ['police'], patrols: true, perHour: 2.4, style: CALM },
  {
    kind: 'urbanManagement',
    zh: '城管执法',
    en: 'Urban management',
    count: 12,
    bases: ['government'],
    patrols: true,
    perHour: 1.8,
    style: CALM,
  },
  {
    kind: 'repair',
    zh: '供水抢修',
    en: 'Water repair',
    count: 6,
    bases: ['government', 'fuel'],
    patrols: false,
    perHour: 2.4,
    style: CALM,
  },
  {
    kind: 'repair',
    zh: '供电抢修',
    en: 'Power repair',
    count: 6,
    bases: ['government', 'fuel'],
    patrols: false,
    perHour: 2.4,
    style: CALM,
  },
  {
    kind: 'rescue',
    zh: '应急救援',
    en: 'Rescue',
    count: 6,
    bases: ['fire', 'shelter'],
    patrols: false,
    perHour: 1.4,
    style: FAST,
  },
  {
    kind: 'sanitation',
    zh: '环卫',
    en: 'Sanitation',
    count: 6,
    bases: ['government'],
    patrols: true,
    perHour: 0.6,
    style: { share: 0.45 },
  },
  {
    kind: 'supply',
    zh: '物资保障',
    en: 'Supplies',
    count: 2,
    bases: ['shelter', 'government'],
    patrols: false,
    perHour: 1.0,
    style: CALM,
  },
  {
    kind: 'command',
    zh: '应急指挥',
    en: 'Command',
    count: 2,
    bases: ['government'],
    patrols: false,
    perHour: 0.8,
    style: CALM,
  },
];

export interface Reading {
  readonly position: LngLat;
  readonly heading: number | null;
  readonly kmh: number;
  readonly state: VehicleState;
}

/** Chance that a vehicle is out of service for a while when it comes home. */
const OUT = 0.04;

const idOf = (serial: number): string => `demo-${String(serial + 1).padStart(3, '0')}`;

export class DemoVehicle {
  readonly id: string;
  readonly team: Team;
  readonly zh: string;
  readonly en: string;
  /** Of an invented province, already masked. */
  readonly plate: string;
  readonly #engine: RoadEngine;
  readonly #random: Random;
  readonly #base: LngLat;
  #state: VehicleState = 'available';
  #at: LngLat;
  #heading: number | null = null;
  #trip: { trip: Trip; from: Instant } | null = null;
  /** When the present state ends by itself (not of a trip). */
  #until: Instant;

  constructor(
    engine: RoadEngine,
    team: Team,
    no: number,
    serial: number,
    { base, at }: { base: LngLat; at: LngLat },
    seed: number,
    now: Instant,
  ) {
    this.#engine = engine;
    this.team = team;
    this.#random = mulberry32((seed ^ Math.imul(serial + 1, 0x9e3779b1)) >>> 0);
    this.#base = base;
    this.id = idOf(serial);
    this.zh = `${team.zh}${no}号车`;
    this.en = `${team.en} ${no}`;
    const digit = (): number => Math.floor(this.#random() * 10);
    this.plate = `演A·${digit()}***${digit()}`;
    this.#at = at;
    this.#until = now + this.#wait();
    // the first picture is of a city at work: some are out already
    if (this.#random() < 0.45) this.#dispatch(now - Math.round(this.#random() * 5 * MINUTE));
    else if (team.patrols) this.#drive(now, null);
  }

  /** Milliseconds until the next job. */
  #wait(): number {
    return Math.round((-Math.log(1 - this.#random() * 0.999) / this.team.perHour) * 60 * MINUTE);
  }

  #dispatch(now: Instant): void {
    this.#trip = null;
    this.#state = 'assigned';
    this.#until = now + Math.round((15 + this.#random() * 45) * SECOND);
  }

  /** Sets out to a position, or anywhere. @returns false when there is no way */
  #drive(now: Instant, to: LngLat | null, far = 6000): boolean {
    const { style } = this.team;
    let trip: Trip | null = null;
    if (to === null) trip = nextTrip(this.#engine, this.#random, this.#at, { nearM: 1200, farM: far, style });
    else {
      const [a, b] = [this.#engine.snap(this.#at, 2000), this.#engine.snap(to, 2000)];
      const path = a && b ? this.#engine.route(a, b, 'fastest') : null;
      trip = path && planTrip(this.#engine, path, style);
    }
    this.#trip = trip && { trip, from: now };
    return trip !== null;
  }

  /** Where it is and what it does at `now`; time only goes forward. */
  tick(now: Instant): Reading {
    let kmh = 0;
    if (this.#trip) {
      const on = tripAt(this.#trip.trip, (now - this.#trip.from) / 1000);
      this.#at = on.at;
      this.#heading = on.headingDeg;
      kmh = on.speedKmh;
      if (on.done) {
        this.#trip = null;
        this.#arrived(now);
      }
    }
    if (!this.#trip || this.#state === 'available') this.#onTime(now);
    return { position: this.#at, heading: this.#heading, kmh, state: this.#state };
  }

  #arrived(now: Instant): void {
    if (this.#state === 'en_route') {
      this.#state = 'on_scene';
      this.#until = now + Math.round((4 + this.#random() * 14) * MINUTE);
    } else if (this.#state === 'returning') {
      this.#state = this.#random() < OUT ? 'unavailable' : 'available';
      this.#until = now + (this.#state === 'unavailable' ? 12 * MINUTE : this.#wait());
    }
  }

  #onTime(now: Instant): void {
    if (now >= this.#until) {
      if (this.#state === 'available') this.#dispatch(now);
      else if (this.#state === 'assigned') {
        // where no way leads on it asks again in a while
        if (this.#drive(now, null)) this.#state = 'en_route';
        else this.#until = now + 20 * SECOND;
      } else if (this.#state === 'on_scene') {
        if (this.#drive(now, this.#base)) this.#state = 'returning';
        else this.#until = now + MINUTE;
      } else if (this.#state === 'unavailable') {
        this.#state = 'available';
        this.#until = now + this.#wait();
      }
    } else if (this.#state === 'available' && this.team.patrols && !this.#trip && this.#random() < 0.3)
      this.#drive(now, null, 4000);
  }
}

/**
 * All vehicles, where they were last, else at their bases: places of their kinds, or streets where the city has none.
 * @param last vehicle → its last known position: a simulator that starts again goes on from there, as vehicles do
 */
export function demoFleet(
  engine: RoadEngine,
  places: readonly { readonly kind: string; readonly at: LngLat }[],
  seed: number,
  now: Instant,
  last: ReadonlyMap<string, LngLat> = new Map(),
): DemoVehicle[] {
  const random = mulberry32(seed ^ 0xf1ee7);
  let serial = 0;
  return TEAMS.flatMap((team) => {
    const bases = places.filter((p) => team.bases.includes(p.kind) && engine.snap(p.at, 500));
    return Array.from({ length: team.count }, (_, i) => {
      const base = bases.length > 0 ? bases[i % bases.length]!.at : randomStop(engine, random);
      const onRoad = engine.snap(base, 500)?.at ?? base;
      const was = last.get(idOf(serial));
      const at = (was && engine.snap(was, 50)?.at) ?? onRoad;
      return new DemoVehicle(engine, team, i + 1, serial++, { base: onRoad, at }, seed, now);
    });
  });
}
