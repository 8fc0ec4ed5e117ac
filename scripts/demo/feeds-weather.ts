import type { WarningLevel } from '#domain/city/rows.ts';
import { HOUR, MINUTE, zoneOffset, type Instant } from '#domain/time.ts';
import { drift, happenings, localIso, pick, randomOf, xmlText, type DemoCity, type District } from './feeds-city.ts';

/** The weather of the demo city: warnings that come, change and go, and measurements that agree with them. */

type WeatherKind = 'rain' | 'gale' | 'thunder' | 'heat' | 'fog' | 'ice' | 'cold' | 'haze';
interface Kind {
  readonly kind: WeatherKind;
  readonly zh: string;
  readonly en: string;
  readonly code: string;
  readonly whatZh: string;
  readonly whatEn: string;
  readonly doZh: string;
  readonly doEn: string;
}
const KINDS: Record<WeatherKind, Omit<Kind, 'kind'>> = {
  rain: {
    zh: '暴雨',
    en: 'Rainstorm',
    code: '11B03',
    whatZh: '未来3小时降雨量将达50毫米以上，低洼路段和下穿通道可能积水',
    whatEn: 'More than 50 mm within 3 hours; low roads and underpasses may flood',
    doZh: '请减少外出，避开积水路段，排水和交通部门做好值守。',
    doEn: 'Stay in where you can and keep away from flooded roads.',
  },
  gale: {
    zh: '大风',
    en: 'Gale',
    code: '11B06',
    whatZh: '未来6小时平均风力可达6级，阵风8级以上',
    whatEn: 'Mean wind of force 6 and gusts above force 8 within 6 hours',
    doZh: '请加固户外广告牌和临时搭建物，高空作业停止施工。',
    doEn: 'Secure billboards and scaffolding; stop work at height.',
  },
  thunder: {
    zh: '雷电',
    en: 'Thunderstorm',
    code: '11B14',
    whatZh: '未来2小时将有雷电活动，局地伴有短时强降水',
    whatEn: 'Lightning within 2 hours, heavy showers in places',
    doZh: '请尽量待在室内，远离高耸物和水面。',
    doEn: 'Stay indoors, away from tall objects and water.',
  },
  heat: {
    zh: '高温',
    en: 'Heat',
    code: '11B09',
    whatZh: '今日最高气温将升至37℃以上',
    whatEn: 'Above 37 °C today',
    doZh: '请避免午后户外活动，注意用电安全。',
    doEn: 'Avoid the afternoon sun; mind the load on the grid.',
  },
  fog: {
    zh: '大雾',
    en: 'Fog',
    code: '11B17',
    whatZh: '未来12小时能见度将小于500米',
    whatEn: 'Visibility below 500 m within 12 hours',
    doZh: '请驾车减速慢行，轮渡和高速公路加强管控。',
    doEn: 'Drive slowly; ferries and motorways under control.',
  },
  ice: {
    zh: '道路结冰',
    en: 'Icy roads',
    code: '11B21',
    whatZh: '路表温度低于0℃，桥面和高架可能结冰',
    whatEn: 'Road surface below 0 °C; bridges and viaducts may freeze',
    doZh: '请谨慎驾驶，养护单位及时撒布融雪剂。',
    doEn: 'Drive with care; bridges are being gritted.',
  },
  cold: {
    zh: '寒潮',
    en: 'Cold wave',
    code: '11B05',
    whatZh: '未来24小时最低气温将下降8℃以上，并伴有4至5级偏北风',
    whatEn: 'A fall of more than 8 °C within 24 hours, northerly wind',
    doZh: '请添衣保暖，供水供热单位做好防冻。',
    doEn: 'Keep warm; water and heating are protected from frost.',
  },
  haze: {
    zh: '霾',
    en: 'Haze',
    code: '11B19',
    whatZh: '未来24小时可能出现中度霾，空气质量下降',
    whatEn: 'Moderate haze within 24 hours, poorer air',
    doZh: '请减少户外活动，出门佩戴口罩。',
    doEn: 'Less time outdoors; wear a mask.',
  },
};
const SEASONS: readonly (readonly WeatherKind[])[] = [
  ['rain', 'gale', 'heat', 'thunder', 'rain'], // May to September
  ['cold', 'gale', 'fog', 'ice', 'haze', 'rain'], // November to March
  ['gale', 'fog', 'rain', 'thunder'],
];
const ZH: Record<WarningLevel, string> = { red: '红色', orange: '橙色', yellow: '黄色', blue: '蓝色' };
const SEVERITY: Record<WarningLevel, string> = { red: 'Extreme', orange: 'Severe', yellow: 'Moderate', blue: 'Minor' };
const UP: Record<WarningLevel, WarningLevel> = { blue: 'yellow', yellow: 'orange', orange: 'red', red: 'red' };
const DOWN: Record<WarningLevel, WarningLevel> = { red: 'orange', orange: 'yellow', yellow: 'blue', blue: 'blue' };

const SENDER = 'demo@weather.invalid';
/** Two tracks of episodes, an hour and a quarter apart, so that there is nearly always something in force. */
const SLOT = 150 * MINUTE;
const INDEX_KEEPS = 4 * HOUR;
const EXERCISE_SLOT = 7 * HOUR;

interface Message {
  readonly id: string;
  readonly at: Instant;
  readonly type: 'Alert' | 'Update' | 'Cancel';
  readonly level: WarningLevel;
  readonly before: { readonly id: string; readonly at: Instant } | null;
  readonly expires: Instant;
}
interface Episode {
  readonly kind: WeatherKind;
  readonly areas: readonly District[];
  readonly from: Instant;
  readonly until: Instant;
  readonly exercise: boolean;
  readonly messages: readonly Message[];
}

export class DemoWeather {
  readonly #city: DemoCity;
  readonly #seed: number;
  readonly #zone: string;

  constructor(city: DemoCity, seed: number, zone: string) {
    this.#city = city;
    this.#seed = seed;
    this.#zone = zone;
  }

  #season(t: Instant): number {
    const month = new Date(t + zoneOffset(this.#zone, t)).getUTCMonth() + 1;
    return month >= 5 && month <= 9 ? 0 : month >= 11 || month <= 3 ? 1 : 2;
  }

  /** Episodes that a message of the last hours belongs to. */
  episodes(t: Instant): Episode[] {
    const out: Episode[] = [];
    for (const track of [0, 1]) {
      const shift = (track * SLOT) / 2;
      for (let k = Math.floor((t - shift - INDEX_KEEPS) / SLOT) - 1; k <= Math.floor((t - shift) / SLOT); k++)
        out.push(this.#episode(track, k, k * SLOT + shift));
    }
    for (const h of happenings(this.#seed, 'exercise', t, EXERCISE_SLOT, INDEX_KEEPS)) {
      const at = h.startsAt;
      const message: Message = {
        id: `DEMO-YL-${h.k}`,
        at,
        type: 'Alert',
        level: 'orange',
        before: null,
        expires: at + 40 * MINUTE,
      };
      const areas = [pick(h.random, this.#city.districts)];
      out.push({ kind: 'rain', areas, from: at, until: message.expires, exercise: true, messages: [message] });
    }
    return out.map((e) => ({ ...e, messages: e.messages.filter((m) => m.at <= t) }));
  }

  #episode(track: number, k: number, start: Instant): Episode {
    const random = randomOf(this.#seed, `weather-${track}`, k);
    // each track has kinds of its own: two warnings of the same weather at once would contradict each other
    const kind = pick(
      random,
      SEASONS[this.#season(start)]!.filter((_, i) => i % 2 === track),
    );
    const all = this.#city.districts;
    const first = Math.floor(random() * all.length);
    const everywhere = ['cold', 'heat', 'haze', 'fog'].includes(kind) || random() < 0.2;
    const count = everywhere ? all.length : 1 + Math.floor(random() * 3);
    const areas = Array.from({ length: Math.min(count, all.length) }, (_, i) => all[(first + i) % all.length]!);
    let level = pick(random, ['blue', 'yellow', 'yellow', 'orange'] as const) as WarningLevel;
    const whole = (m: number): Instant => start + Math.round(m) * MINUTE;
    const from = whole(random() * 18);
    const until = whole(118 + random() * 30);
    const id = (n: number): string => `DEMO-QX-${track}-${k}-${n}`;
    const messages: Message[] = [{ id: id(1), at: from, type: 'Alert', level, before: null, expires: until }];
    if (random() < 0.7) {
      level = random() < 0.6 ? UP[level] : DOWN[level];
      messages.push({
        id: id(2),
        at: whole(35 + random() * 40),
        type: 'Update',
        level,
        before: messages[0]!,
        expires: until,
      });
    }
    if (random() < 0.6)
      messages.push({
        id: id(3),
        at: until - 12 * MINUTE,
        type: 'Cancel',
        level,
        before: messages.at(-1)!,
        expires: until,
      });
    return { kind, areas, from, until, exercise: false, messages };
  }

  /** Atom index of the alerts of the last hours. */
  index(t: Instant): string {
    const entries = this.episodes(t)
      .flatMap((e) => e.messages)
      .filter((m) => m.at > t - INDEX_KEEPS)
      .sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1));
    const when = (at: Instant): string => localIso(at, zoneOffset(this.#zone, at));
    return `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:demo:weather-warnings</id><title>预警信息（演示）</title><updated>${when(entries[0]?.at ?? t - (t % HOUR))}</updated>
${entries.map((m) => `<entry><id>${m.id}</id><title>${m.id}</title><updated>${when(m.at)}</updated><link rel="alternate" type="application/cap+xml" href="weather-warnings/${m.id}.cap"/></entry>`).join('\n')}
</feed>
`;
  }

  /** One alert; null when there is none of that name, or none yet. */
  alert(id: string, t: Instant): string | null {
    for (const e of this.episodes(t)) {
      const m = e.messages.find((x) => x.id === id);
      if (m) return this.#cap(e, m);
    }
    return null;
  }

  #cap(e: Episode, m: Message): string {
    const k = KINDS[e.kind];
    const when = (at: Instant): string => localIso(at, zoneOffset(this.#zone, at));
    const refs = m.before ? `<references>${SENDER},${m.before.id},${when(m.before.at)}</references>` : '';
    const verb = m.type === 'Update' ? '更新发布' : '发布';
    const mark = e.exercise ? '【演练】' : '';
    const places = { zh: e.areas.map((a) => a.zh).join('、'), en: e.areas.map((a) => a.en).join(', ') };
    const info = (lang: 'zh-CN' | 'en-US'): string => {
      const zh = lang === 'zh-CN';
      const text = zh
        ? [
            k.zh,
            '市气象台',
            `${mark}市气象台${verb}${k.zh}${ZH[m.level]}预警信号`,
            `预计${places.zh}${k.whatZh}。`,
            k.doZh,
          ]
        : [
            k.en,
            'Municipal Weather Office',
            `${e.exercise ? 'EXERCISE: ' : ''}${k.en}: ${m.level} warning`,
            `${places.en}: ${k.whatEn}.`,
            k.doEn,
          ];
      const [event, sender, headline, description, instruction] = text.map(xmlText);
      return `<info><language>${lang}</language><category>Met</category><event>${event}</event><urgency>Expected</urgency><severity>${SEVERITY[m.level]}</severity><certainty>Likely</certainty><eventCode><valueName>eventType</valueName><value>${k.code}</value></eventCode><effective>${when(m.at)}</effective><expires>${when(m.expires)}</expires><senderName>${sender}</senderName><headline>${headline}</headline><description>${description}</description><instruction>${instruction}</instruction><parameter><valueName>warningLevel</valueName><value>${ZH[m.level]}</value></parameter>${e.areas.map((a) => area(a, zh)).join('')}</info>`;
    };
    const body = m.type === 'Cancel' ? `<note>${k.zh}影响已基本结束，解除预警。</note>` : '';
    return `<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>${m.id}</identifier><sender>${SENDER}</sender><sent>${when(m.at)}</sent><status>${e.exercise ? 'Exercise' : 'Actual'}</status><msgType>${m.type}</msgType><scope>Public</scope>${body}${refs}${m.type === 'Cancel' ? '' : info('zh-CN') + info('en-US')}</alert>
`;
  }

  /** How strongly a kind of weather holds at a place, 0–1: what the warnings say, with a soft beginning and end. */
  #strength(kinds: readonly WeatherKind[], at: readonly [number, number], t: Instant): number {
    let most = 0;
    for (const e of this.episodes(t)) {
      if (e.exercise || !kinds.includes(e.kind) || t < e.from || t > e.until) continue;
      const edge = Math.min(1, (t - e.from) / (20 * MINUTE), (e.until - t) / (25 * MINUTE));
      const near = Math.min(...e.areas.map((a) => Math.hypot(a.at[0] - at[0], a.at[1] - at[1])));
      const weight = { red: 1, orange: 0.8, yellow: 0.55, blue: 0.35 }[e.messages.at(-1)?.level ?? 'blue'];
      most = Math.max(most, weight * edge * Math.max(0.15, 1 - near * 6));
    }
    return most;
  }

  /** Millimetres of rain in the last hour at a place. */
  rain(at: readonly [number, number], t: Instant): number {
    const wet = this.#strength(['rain', 'thunder'], at, t);
    const shower = 0.5 + 0.5 * drift(this.#seed, `shower${at[0].toFixed(2)}`, t, 17 * MINUTE);
    const drizzle = Math.max(0, drift(this.#seed, 'drizzle', t, 5 * HOUR) - 0.55) * 3;
    return round(wet * (6 + 44 * shower) + drizzle, 1);
  }

  observations(t: Instant): unknown {
    const hour = ((t + zoneOffset(this.#zone, t)) % (24 * HOUR)) / HOUR;
    const base = [27, 8, 18][this.#season(t)]! + 4 * Math.sin(((hour - 9) / 24) * 2 * Math.PI);
    const from = 140 + 120 * drift(this.#seed, 'wind-from', t, 6 * HOUR);
    return {
      time: iso(t, this.#zone),
      stations: this.#city.stations.map((s) => {
        const own = (name: string, period: number): number => drift(this.#seed, `${name}${s.id}`, t, period);
        const rain = this.rain(s.at, t);
        const gale = this.#strength(['gale', 'cold', 'thunder'], s.at, t);
        const wind = Math.max(
          0.2,
          2.4 + 1.6 * drift(this.#seed, 'wind', t, 2 * HOUR) + own('w', 20 * MINUTE) + 10 * gale,
        );
        const hot = 6 * this.#strength(['heat'], s.at, t);
        const cold = 7 * this.#strength(['cold', 'ice'], s.at, t);
        const haze = this.#strength(['fog', 'haze'], s.at, t);
        return {
          id: s.id,
          name: { zh: s.zh, en: s.en },
          position: s.at,
          values: {
            temperature: round(base + hot - cold - Math.min(4, rain / 8) + 0.8 * own('t', HOUR), 1),
            humidity: Math.round(Math.max(20, Math.min(100, 62 + rain * 2 + 20 * haze + 8 * own('h', HOUR)))),
            windSpeed: round(wind, 1),
            windGust: round(wind * (1.45 + 0.2 * own('g', 10 * MINUTE)), 1),
            windDirection: Math.round((from + 25 * own('d', HOUR) + 720) % 360),
            rain1h: rain,
            rain24h: round(rain * 2.6 + 4 * Math.max(0, own('r', 12 * HOUR)), 1),
            visibility: Math.round(Math.max(120, 14_000 * (1 - 0.97 * haze) * (1 - Math.min(0.8, rain / 50)))),
            pressure: round(1009 + 6 * drift(this.#seed, 'p', t, 9 * HOUR), 1),
          },
        };
      }),
    };
  }

  airQuality(t: Instant): unknown {
    const city = 74 + 34 * drift(this.#seed, 'aqi', t, 8 * HOUR);
    return {
      time: iso(t, this.#zone),
      stations: this.#city.districts.map((d) => {
        const own = drift(this.#seed, `aqi${d.code}`, t, 2 * HOUR);
        const haze = this.#strength(['haze', 'fog'], d.at, t);
        const aqi = Math.round(
          Math.max(18, Math.min(320, city + 22 * own + 90 * haze - Math.min(30, this.rain(d.at, t)))),
        );
        return {
          id: `AQ-${d.code}`,
          name: { zh: `${d.zh}空气站`, en: `${d.en} air station` },
          position: d.at,
          values: {
            aqi,
            pm25: Math.round(aqi * 0.68),
            pm10: Math.round(aqi * 1.08),
            o3: Math.round(70 + 50 * drift(this.#seed, `o3${d.code}`, t, 3 * HOUR)),
            no2: Math.round(36 + 18 * own),
            so2: Math.round(8 + 3 * own),
            co: round(0.8 + 0.3 * own, 1),
          },
        };
      }),
    };
  }
}

function area(d: District, zh: boolean): string {
  const polygons = d.rings.map((ring) => {
    const step = Math.ceil(ring.length / 250);
    const points = ring.filter((_, i) => i % step === 0);
    const closed = [...points.slice(0, -1), points.at(-1)!];
    if (closed[0]![0] !== closed.at(-1)![0] || closed[0]![1] !== closed.at(-1)![1]) closed.push(closed[0]!);
    return `<polygon>${closed.map((p) => `${p[1].toFixed(5)},${p[0].toFixed(5)}`).join(' ')}</polygon>`;
  });
  return `<area><areaDesc>${xmlText(zh ? d.zh : d.en)}</areaDesc>${polygons.join('')}<geocode><valueName>adcode</valueName><value>${d.code}</value></geocode></area>`;
}

export const round = (x: number, digits: number): number => Math.round(x * 10 ** digits) / 10 ** digits;
export const iso = (t: Instant, zone: string): string => localIso(t, zoneOffset(zone, t));
