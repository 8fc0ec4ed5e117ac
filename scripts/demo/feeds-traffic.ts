import { HOUR, MINUTE, type Instant } from '#domain/time.ts';
import type { DayShape } from './floor-plan.ts';
import {
  drift,
  happenings,
  middle,
  pick,
  randomOf,
  stretch,
  xmlText,
  type DemoCity,
  type Happening,
} from './feeds-city.ts';
import { iso, round, type DemoWeather } from './feeds-weather.ts';

/** Traffic of the demo city: events on real roads of it, and the speeds of its main roads over the day. */

interface What {
  readonly type: string;
  readonly detail: string;
  readonly zh: string;
  readonly en: string;
  readonly severity: string;
  /** Minutes, from and to. */
  readonly lasts: readonly [number, number];
  readonly metres: number;
  readonly weight: number;
}
const SHORT: readonly What[] = [
  {
    type: 'Accident',
    detail: '<accidentType>accident</accidentType>',
    zh: '发生交通事故，占用一条车道，交警正在处置',
    en: 'accident, one lane blocked, police on the spot',
    severity: 'medium',
    lasts: [20, 55],
    metres: 200,
    weight: 6,
  },
  {
    type: 'VehicleObstruction',
    detail: '<vehicleObstructionType>brokenDownVehicle</vehicleObstructionType>',
    zh: '有故障车辆停靠，请提前变道',
    en: 'broken-down vehicle, change lanes early',
    severity: 'low',
    lasts: [15, 35],
    metres: 120,
    weight: 4,
  },
  {
    type: 'AbnormalTraffic',
    detail: '<abnormalTrafficType>queuingTraffic</abnormalTrafficType>',
    zh: '车流量大，车辆缓行',
    en: 'heavy traffic, queues',
    severity: 'low',
    lasts: [20, 60],
    metres: 900,
    weight: 6,
  },
  {
    type: 'RoadOrCarriagewayOrLaneManagement',
    detail: '<roadOrCarriagewayOrLaneManagementType>roadClosed</roadOrCarriagewayOrLaneManagementType>',
    zh: '因现场处置临时封闭，请绕行',
    en: 'closed for the time being, take another way',
    severity: 'high',
    lasts: [35, 90],
    metres: 450,
    weight: 4,
  },
  {
    type: 'PublicEvent',
    detail: '<publicEventType>exhibition</publicEventType>',
    zh: '举行大型活动，周边车流量增大',
    en: 'public event, more traffic around',
    severity: 'low',
    lasts: [60, 120],
    metres: 300,
    weight: 1,
  },
];
const FLOOD: What = {
  type: 'RoadOrCarriagewayOrLaneManagement',
  detail: '<roadOrCarriagewayOrLaneManagementType>roadClosed</roadOrCarriagewayOrLaneManagementType>',
  zh: '积水超过警戒线，临时封闭，请绕行',
  en: 'flooded and closed, take another way',
  severity: 'highest',
  lasts: [40, 100],
  metres: 300,
  weight: 0,
};
const WORKS: What = {
  type: 'ConstructionWorks',
  detail: '<constructionWorkType>roadImprovementOrUpgrading</constructionWorkType>',
  zh: '道路施工，围挡占用部分车道',
  en: 'roadworks, some lanes fenced off',
  severity: 'low',
  lasts: [180, 460],
  metres: 400,
  weight: 0,
};

const SHORT_EVERY = 4 * MINUTE;
const WORKS_EVERY = 65 * MINUTE;
/** An ended event stays in the list for so long, marked as ended. */
const TELL_END = 3 * MINUTE;
const MAIN = ['motorway', 'expressway', 'primary', 'secondary'];
const MAX_SEGMENTS = 900;

interface TrafficEvent {
  readonly id: string;
  readonly what: What;
  readonly edge: number;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
}

/** In the last third of its time an event is being cleared: a second version of it. */
const clearingAt = (e: TrafficEvent): Instant =>
  e.startsAt + Math.round(((e.endsAt - e.startsAt) * 2) / 3 / 1000) * 1000;

export class DemoTraffic {
  readonly #city: DemoCity;
  readonly #seed: number;
  readonly #zone: string;
  readonly #shape: DayShape;
  readonly #weather: DemoWeather;
  /** Edges that events happen on, and those that are measured. */
  readonly #busy: readonly number[];
  readonly #measured: readonly number[];
  readonly #centre: readonly [number, number];

  constructor(city: DemoCity, seed: number, zone: string, shape: DayShape, weather: DemoWeather) {
    this.#city = city;
    this.#seed = seed;
    this.#zone = zone;
    this.#shape = shape;
    this.#weather = weather;
    const g = city.roads;
    const all = Array.from({ length: g.edgeCount }, (_, e) => e);
    const busy = all.filter(
      (e) => g.edgeName[e] && [...MAIN, 'tertiary'].includes(g.edgeClass[e]!) && g.edgeLengthM[e]! > 60,
    );
    this.#busy = busy.length > 0 ? busy : all;
    this.#measured = all
      .filter((e) => MAIN.includes(g.edgeClass[e]!))
      .sort(
        (a, b) =>
          MAIN.indexOf(g.edgeClass[a]!) - MAIN.indexOf(g.edgeClass[b]!) ||
          g.edgeLengthM[b]! - g.edgeLengthM[a]! ||
          a - b,
      )
      .slice(0, MAX_SEGMENTS)
      .sort((a, b) => a - b);
    const labels = city.districts.map((d) => d.at);
    this.#centre = [0, 1].map((i) => labels.reduce((s, p) => s + p[i]!, 0) / Math.max(1, labels.length)) as [
      number,
      number,
    ];
  }

  #event(h: Happening, name: string, choose: () => What): TrafficEvent {
    const edge = pick(h.random, this.#busy);
    let what = choose();
    const wet = this.#weather.rain(middle(this.#city.roads, edge), h.startsAt) > 12;
    if (wet && name === 'traffic' && h.random() < 0.35) what = FLOOD;
    const lasts = what.lasts[0] + h.random() * (what.lasts[1] - what.lasts[0]);
    return {
      id: `DEMO-${name === 'works' ? 'SG' : 'JT'}-${h.k}`,
      what,
      edge,
      startsAt: h.startsAt,
      endsAt: h.startsAt + Math.round(lasts) * MINUTE,
    };
  }

  /** Everything that may stand in the list at t, or stood there shortly before. */
  #recent(t: Instant): TrafficEvent[] {
    const weights = SHORT.reduce((s, w) => s + w.weight, 0);
    const short = happenings(this.#seed, 'traffic', t, SHORT_EVERY, 2 * HOUR + TELL_END).map((h) =>
      this.#event(h, 'traffic', () => {
        let x = h.random() * weights;
        return SHORT.find((w) => (x -= w.weight) < 0) ?? SHORT[0]!;
      }),
    );
    const works = happenings(this.#seed, 'works', t, WORKS_EVERY, 8 * HOUR + TELL_END).map((h) =>
      this.#event(h, 'works', () => WORKS),
    );
    return [...short, ...works];
  }

  events(t: Instant): TrafficEvent[] {
    return this.#recent(t).filter((e) => t < e.endsAt + TELL_END);
  }

  /** When the list changed last: a partner's publication time, and what keeps its bytes the same in between. */
  #changedAt(t: Instant): Instant {
    const times = this.#recent(t).flatMap((e) => [e.startsAt, clearingAt(e), e.endsAt, e.endsAt + TELL_END]);
    return Math.max(t - (t % HOUR), ...times.filter((x) => x <= t));
  }

  /** DATEX II situation publication: the whole list. */
  datex(t: Instant): string {
    const situations = this.events(t).map((e) => this.#situation(e, t));
    return `<?xml version="1.0" encoding="UTF-8"?>
<d2LogicalModel xmlns="http://datex2.eu/schema/2/2_0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" modelBaseVersion="2">
<exchange><supplierIdentification><country>cn</country><nationalIdentifier>DEMO</nationalIdentifier></supplierIdentification><subscription><operatingMode>operatingMode3</operatingMode><updateMethod>snapshot</updateMethod></subscription></exchange>
<payloadPublication xsi:type="SituationPublication" lang="zh-CN"><publicationTime>${iso(this.#changedAt(t), this.#zone)}</publicationTime>
${situations.join('\n')}
</payloadPublication></d2LogicalModel>
`;
  }

  #situation(e: TrafficEvent, t: Instant): string {
    const g = this.#city.roads;
    const when = (at: Instant): string => iso(at, this.#zone);
    const over = t >= e.endsAt;
    const clearing = clearingAt(e);
    const version = over ? 3 : t >= clearing ? 2 : 1;
    const told = over ? e.endsAt : version === 2 ? clearing : e.startsAt;
    const { line } = stretch(g, e.edge, e.what.metres);
    const name = { zh: g.edgeName[e.edge] ?? '', en: g.edgeNameEn[e.edge] ?? g.edgeName[e.edge] ?? '' };
    const soon = e.what === WORKS ? ['，即将完工', ', nearly done'] : ['，现场正在恢复', ', being cleared'];
    const more = version >= 2 ? soon : ['', ''];
    // when roadworks end is known, the others are open-ended until they do
    const works = e.what === WORKS || over ? `<overallEndTime>${when(e.endsAt)}</overallEndTime>` : '';
    const end = over ? '<management><lifeCycleManagement><end>true</end></lifeCycleManagement></management>' : '';
    return `<situation id="${e.id}" version="${version}"><overallSeverity>${e.what.severity}</overallSeverity><headerInformation><confidentiality>noRestriction</confidentiality><informationStatus>real</informationStatus></headerInformation><situationRecord id="${e.id}-1" version="${version}" xsi:type="${e.what.type}"><situationRecordCreationTime>${when(e.startsAt)}</situationRecordCreationTime><situationRecordVersionTime>${when(told)}</situationRecordVersionTime><probabilityOfOccurrence>certain</probabilityOfOccurrence><severity>${e.what.severity}</severity><validity><validityStatus>${over ? 'suspended' : 'active'}</validityStatus><validityTimeSpecification><overallStartTime>${when(e.startsAt)}</overallStartTime>${works}</validityTimeSpecification></validity><generalPublicComment><comment><values><value lang="zh-CN">${xmlText(`${name.zh}${e.what.zh}${more[0]}。`)}</value><value lang="en">${xmlText(`${name.en}: ${e.what.en}${more[1]}.`)}</value></values></comment></generalPublicComment><groupOfLocations xsi:type="Linear"><supplementaryPositionalDescription><roadInformation><roadName>${xmlText(name.zh)}</roadName></roadInformation></supplementaryPositionalDescription><linearExtension><linearLineStringExtension><gmlLineString srsName="EPSG:4326"><posList>${line.map((p) => `${p[1].toFixed(6)} ${p[0].toFixed(6)}`).join(' ')}</posList></gmlLineString></linearLineStringExtension></linearExtension></groupOfLocations>${end}${e.what.detail}</situationRecord></situation>`;
  }

  /** How full the roads are, 0–1: two peaks a day. */
  #rush(t: Instant): number {
    const h = this.#shape.hour(t);
    const peak = (at: number, width: number): number => Math.exp(-(((h - at) / width) ** 2));
    return Math.min(1, 0.18 + 0.72 * peak(8.3, 1.3) + 0.78 * peak(18, 1.6) + 0.3 * peak(13.5, 3.2));
  }

  speeds(t: Instant): unknown {
    const g = this.#city.roads;
    const rush = this.#rush(t);
    const slow = new Map<number, number>();
    for (const e of this.events(t)) {
      if (t >= e.endsAt || e.what.metres < 150) continue;
      for (const edge of stretch(g, e.edge, e.what.metres).edges) slow.set(edge, e.what === WORKS ? 0.7 : 0.35);
    }
    return {
      time: iso(t, this.#zone),
      segments: this.#measured.map((e) => {
        const at = middle(g, e);
        const far = Math.hypot(at[0] - this.#centre[0], at[1] - this.#centre[1]);
        // some roads are always the slow ones
        const habit = randomOf(this.#seed, 'habit', g.edgeId[e]!)();
        const mood = drift(this.#seed, `mood${g.edgeName[e] ?? ''}`, t, 25 * MINUTE);
        const jam = rush * (0.35 + 0.6 * habit) * Math.max(0.35, 1.15 - far * 5) + 0.1 * mood;
        const wet = Math.min(0.25, this.#weather.rain(at, t) / 120);
        const share = Math.max(0.08, Math.min(1, (1 - jam - wet) * (slow.get(e) ?? 1)));
        const free = g.edgeFreeKmh[e]!;
        return {
          id: `edge:${g.edgeId[e]!}`,
          kmh: round(free * share, 1),
          freeKmh: round(free, 0),
          confidence: round(0.7 + 0.3 * habit, 2),
        };
      }),
    };
  }
}
