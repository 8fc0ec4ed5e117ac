import { HOUR, MINUTE, type Instant } from '#domain/time.ts';
import { drift, happenings, pick, randomOf, type DemoCity, type Happening, type Spot } from './feeds-city.ts';
import { iso, round, type DemoWeather } from './feeds-weather.ts';

/** What police and urban management of the demo city report and measure. */

interface What {
  readonly kind: string;
  readonly zh: string;
  readonly en: string;
  readonly severity: 1 | 2 | 3 | 4;
  /** Minutes, from and to. */
  readonly lasts: readonly [number, number];
}
const POLICE: readonly What[] = [
  { kind: 'traffic-dispute', zh: '车辆剐蹭纠纷', en: 'Dispute after a scrape', severity: 4, lasts: [15, 40] },
  { kind: 'noise', zh: '噪音扰民警情', en: 'Noise complaint', severity: 4, lasts: [15, 35] },
  { kind: 'missing-person', zh: '老人走失求助', en: 'Elderly person missing', severity: 3, lasts: [40, 120] },
  { kind: 'theft', zh: '电动车被盗', en: 'E-bike stolen', severity: 4, lasts: [20, 50] },
  { kind: 'brawl', zh: '打架斗殴', en: 'Brawl', severity: 3, lasts: [15, 45] },
  { kind: 'fire', zh: '居民楼冒烟警情', en: 'Smoke from a residential building', severity: 2, lasts: [30, 80] },
  { kind: 'crowd', zh: '人员聚集', en: 'Crowd', severity: 3, lasts: [30, 110] },
  { kind: 'fraud', zh: '电信诈骗劝阻', en: 'Phone fraud being stopped', severity: 4, lasts: [15, 40] },
  { kind: 'water-rescue', zh: '江滩人员落水', en: 'Person in the river', severity: 1, lasts: [30, 60] },
];
const URBAN: readonly What[] = [
  { kind: 'manhole-cover', zh: '井盖缺失', en: 'Manhole cover missing', severity: 2, lasts: [40, 120] },
  { kind: 'stall', zh: '占道经营', en: 'Stalls on the pavement', severity: 4, lasts: [60, 180] },
  { kind: 'dumping', zh: '渣土车抛洒', en: 'Rubble spilled by a lorry', severity: 3, lasts: [40, 120] },
  { kind: 'lamp', zh: '路灯成片不亮', en: 'Street lamps out', severity: 3, lasts: [90, 240] },
  { kind: 'rubbish', zh: '垃圾堆积', en: 'Rubbish piled up', severity: 4, lasts: [60, 200] },
  { kind: 'billboard', zh: '户外广告牌松动', en: 'Loose billboard', severity: 2, lasts: [60, 150] },
  { kind: 'tree', zh: '行道树倒伏', en: 'Fallen tree', severity: 2, lasts: [50, 140] },
  { kind: 'bikes', zh: '共享单车淤积', en: 'Shared bikes piled up', severity: 4, lasts: [40, 120] },
];
const LONGEST = 4 * HOUR;
const LOW_POINTS = 14;
const BINS = 16;

interface Case {
  readonly id: string;
  readonly what: What;
  readonly spot: Spot;
  readonly startsAt: Instant;
  readonly handledAt: Instant;
  readonly endsAt: Instant;
}
interface Told {
  readonly id: string;
  readonly spot: Spot;
  readonly properties: Record<string, unknown>;
}

export class DemoEvents {
  readonly #city: DemoCity;
  readonly #seed: number;
  readonly #zone: string;
  readonly #weather: DemoWeather;

  constructor(city: DemoCity, seed: number, zone: string, weather: DemoWeather) {
    this.#city = city;
    this.#seed = seed;
    this.#zone = zone;
    this.#weather = weather;
  }

  /** What is told at t, and when the list changed last: its bytes stay the same in between. */
  #list(name: string, whats: readonly What[], everyMs: number, t: Instant): { told: Told[]; changedAt: Instant } {
    const all = happenings(this.#seed, name, t, everyMs, LONGEST).flatMap((h) => this.#one(h, name, whats));
    const times = all.flatMap((e) => [e.startsAt, e.handledAt, e.endsAt]).filter((x) => x <= t);
    return {
      told: all.filter((e) => t < e.endsAt).map((e) => this.#tell(e, t)),
      changedAt: Math.max(t - (t % HOUR), ...times),
    };
  }

  #one(h: Happening, name: string, whats: readonly What[]): Case[] {
    if (this.#city.spots.length === 0) return [];
    const what = pick(h.random, whats);
    const spot = pick(h.random, this.#city.spots);
    const lasts = what.lasts[0] + h.random() * (what.lasts[1] - what.lasts[0]);
    const handledAt = h.startsAt + Math.round(lasts * 0.35) * MINUTE;
    return [
      {
        id: `DEMO-${name}-${h.k}`,
        what,
        spot,
        startsAt: h.startsAt,
        handledAt,
        endsAt: h.startsAt + Math.round(lasts) * MINUTE,
      },
    ];
  }

  #tell({ id, what, spot, startsAt, handledAt }: Case, t: Instant): Told {
    const handling = t >= handledAt;
    return {
      id,
      spot,
      properties: {
        kind: what.kind,
        title: { zh: what.zh, en: what.en },
        place: spot.zh,
        severity: what.severity,
        status: handling ? 'handling' : 'open',
        occurredAt: iso(startsAt, this.#zone),
        updatedAt: iso(handling ? handledAt : startsAt, this.#zone),
      },
    };
  }

  /** GeoJSON, the whole list. */
  police(t: Instant): unknown {
    const { told, changedAt } = this.#list('police', POLICE, 5 * MINUTE, t);
    return {
      type: 'FeatureCollection',
      time: iso(changedAt, this.#zone),
      complete: true,
      features: told.map((e) => ({
        type: 'Feature',
        id: e.id,
        geometry: { type: 'Point', coordinates: e.spot.at },
        properties: e.properties,
      })),
    };
  }

  urban(t: Instant): unknown {
    return {
      time: iso(t, this.#zone),
      complete: true,
      sensors: this.#sensors(t),
      events: this.#list('urban', URBAN, 9 * MINUTE, t).told.map((e) => ({
        id: e.id,
        position: e.spot.at,
        ...e.properties,
      })),
    };
  }

  #sensors(t: Instant): unknown[] {
    const low = this.#city.spots.slice(0, LOW_POINTS).map((s, i) => {
      const deep = randomOf(this.#seed, 'deep', i)();
      const depth = Math.max(0, this.#weather.rain(s.at, t) * (0.4 + 1.4 * deep) - 8);
      return {
        id: `JS-${i}`,
        name: { zh: `${s.zh.split('（')[0]!}低洼点`, en: `Low point, ${s.en.split(' (')[0]!}` },
        position: s.at,
        values: { waterLevel: Math.round(depth) },
      };
    });
    const bins = this.#city.places.filter((p) => ['park', 'mall', 'metro'].includes(p.kind)).slice(0, BINS);
    const filled = bins.map((p, i) => {
      // fills over six hours and is emptied
      const age = ((t + randomOf(this.#seed, 'bin', i)() * 6 * HOUR) % (6 * HOUR)) / (6 * HOUR);
      return {
        id: `LJ-${i}`,
        name: { zh: `${p.name}垃圾箱`, en: `Bins, ${p.nameEn}` },
        position: p.at,
        values: { binFill: Math.round(100 * age) },
      };
    });
    const lamps = this.#city.districts.map((d) => ({
      id: `LD-${d.code}`,
      name: { zh: `${d.zh}路灯`, en: `Lamps, ${d.en}` },
      position: d.at,
      values: {
        lampsLit: round(97.8 + 1.6 * drift(this.#seed, `lamp${d.code}`, t, 3 * HOUR), 1),
        noise: Math.round(58 + 8 * drift(this.#seed, `noise${d.code}`, t, 40 * MINUTE)),
        dust: Math.round(90 + 60 * drift(this.#seed, `dust${d.code}`, t, 2 * HOUR)),
      },
    }));
    return [...low, ...filled, ...lamps];
  }
}
