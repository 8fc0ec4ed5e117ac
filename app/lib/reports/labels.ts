import { INDICATORS, type IndicatorKey } from '#domain/calls/indicators.ts';
import type { Unit } from '#domain/calls/figure.ts';
import type { Dimension } from '#domain/calls/sources.ts';
import { oneThreshold, type ThresholdName, type ThresholdPeriod } from '#domain/calls/thresholds.ts';
import type { Grain } from '#domain/reports/grain.ts';
import { intervalName } from '#domain/reports/sheet.ts';
import type { IndexEntry, IndexVersion } from '#domain/reports/work-index.ts';
import type { Instant } from '#domain/time.ts';
import { FORMULAS_ZH } from '#lib/i18n/words/report-formulas.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import { goalOf } from './goals.ts';
import type { Shown } from './view.ts';

export interface LabelSource {
  readonly queueNames: Readonly<Record<string, { readonly zh: string; readonly en: string }>>;
  /** Points of the voice menu. */
  readonly pointNames: Readonly<Record<string, { readonly zh: string; readonly en: string }>>;
  /** Seat → name. */
  readonly seatNames: Readonly<Record<string, string>>;
}

const BUCKET = /^(answered|abandoned)B([1-4])$/;
/** Fields of records that hold codes. */
const CODES: ReadonlySet<string> = new Set(['outcome', 'ended_in', 'kind', 'state', 'direction', 'how']);
/** The threshold that a figure depends on. */
const LIMIT: Partial<Record<IndicatorKey, ThresholdName>> = {
  connect15: 'connectS',
  connect15Gap: 'connectS',
  connect15OfAnswered: 'connectS',
  serviceLevel: 'serviceLevelS',
  serviceLevelIgnore: 'serviceLevelS',
  serviceLevelPositive: 'serviceLevelS',
  serviceLevelOfAnswered: 'serviceLevelS',
};

/** Names of what reports show, in the page's language: figures, groups, intervals, values of records. */
export class Labels {
  readonly #locale: Locale;
  readonly #of: LabelSource;
  readonly #lang: 'zh' | 'en';
  readonly #weekday: Intl.DateTimeFormat;

  constructor(locale: Locale, of: LabelSource) {
    this.#locale = locale;
    this.#of = of;
    this.#lang = locale.lang;
    this.#weekday = new Intl.DateTimeFormat(locale.language, { weekday: 'short', timeZone: locale.zone });
  }

  /** A figure's name; a wait bucket with its edges where they are the same all over the period. */
  figure(key: IndicatorKey, thresholds: readonly ThresholdPeriod[]): string {
    const name = INDICATORS[key][this.#lang];
    const bucket = BUCKET.exec(key);
    if (!bucket) return name;
    const n = Number(bucket[2]);
    const edges = (['edge1S', 'edge2S', 'edge3S'] as const).map((e) => oneThreshold(thresholds, e));
    const [low, high] = [n === 1 ? 0 : edges[n - 2]!, n === 4 ? Infinity : edges[n - 1]!];
    if (low === null || high === null) return name;
    const seconds = this.#lang === 'zh' ? '秒' : ' s';
    const range =
      high === Infinity ? `≥${low}${seconds}` : low === 0 ? `<${high}${seconds}` : `${low}–${high}${seconds}`;
    const w = this.#locale.words.reportRecords.values;
    return `${range} ${bucket[1] === 'answered' ? w.answered : w.abandoned}`;
  }

  /** The printed formula with the limit that it was counted by. */
  formula(key: IndicatorKey, thresholds: readonly ThresholdPeriod[]): string {
    const i = INDICATORS[key];
    const w = this.#locale.words.reports;
    const text = this.#lang === 'zh' ? FORMULAS_ZH[key] : i.formula;
    const limit = LIMIT[key];
    const value = limit === undefined ? null : oneThreshold(thresholds, limit);
    const goal = goalOf(key, thresholds);
    return [
      `${i.id} ${text}`,
      ...(value === null ? [] : [w.within(String(value))]),
      ...(goal === null ? [] : [w.goal(String(goal))]),
    ].join(' · ');
  }

  /** A group's value: skill groups and seats by name, none as such. */
  value(dimension: Dimension, value: string): string {
    if (value === '') return this.#locale.words.reports[dimension === 'type' ? 'noCase' : 'noValue'];
    if (dimension === 'type') return this.type(value);
    if (dimension === 'queue') return this.#of.queueNames[value]?.[this.#lang] ?? value;
    if (dimension === 'point') return this.#of.pointNames[value]?.[this.#lang] ?? value;
    if (dimension === 'seat') {
      const name = this.#of.seatNames[value];
      return name ? `${value} ${name}` : value;
    }
    return dimension === 'kind' ? this.record(value) : value;
  }

  /** A case type by its word; one that is none stands as it is. */
  type(value: string): string {
    const { types } = this.#locale.words.caseWords;
    return Object.hasOwn(types, value) ? types[value as keyof typeof types] : value;
  }

  group(by: readonly Dimension[], group: readonly string[]): string {
    return group.map((v, i) => this.value(by[i]!, v)).join(' · ');
  }

  /** A value of a record: states, outcomes and ways have words; anything else stands as it is. */
  record(value: string): string {
    const { values } = this.#locale.words.reportRecords;
    return Object.hasOwn(values, value) ? values[value as keyof typeof values] : value;
  }

  /** A field of a record: codes have words, skill groups names; anything else stands as it is. */
  field(key: string, value: string): string {
    const { phones } = this.#locale.words.plan.panel;
    if (key === 'queue') return this.value('queue', value);
    if (key === 'type') return this.type(value);
    if (key === 'line') return Object.hasOwn(phones, value) ? phones[value as keyof typeof phones] : value;
    // a call may be moved to a skill group, which stands where a number else would
    if (key === 'to_number') return this.#of.queueNames[value]?.[this.#lang] ?? value;
    return CODES.has(key) ? this.record(value) : value;
  }

  interval(from: Instant, grain: Grain): string {
    const name = intervalName(from, grain, this.#locale.zone);
    if (grain === 'day') return `${name} ${this.#weekday.format(from)}`;
    return grain === 'week' ? `${name} ~` : name;
  }

  /** An end of a scale as it was set. */
  scale(n: number, unit: Unit): string {
    return unit === 's' ? this.shown(n, unit) : `${n}${unit === 'percent' ? '%' : ''}`;
  }

  /** One figure of a work index with its weight and its scale. */
  indexEntry({ key, weight, zeroAt, fullAt }: IndexEntry): string {
    const w = this.#locale.words.workIndex;
    const { unit } = INDICATORS[key];
    return w.entry(this.figure(key, []), String(weight), w.scaleOf(this.scale(zeroAt, unit), this.scale(fullAt, unit)));
  }

  /** What a version of the work index is made of, and since when: as it stands under a report and in its files. */
  index(v: IndexVersion): { readonly since: string; readonly entries: readonly string[] } {
    const { words, format } = this.#locale;
    return {
      since: Number.isFinite(v.from)
        ? words.workIndex.since(format.dateTime(v.from).slice(0, 16))
        : words.workIndex.proposal,
      entries: v.entries.map((e) => this.indexEntry(e)),
    };
  }

  /** A figure as people read it; the sign of a percentage with it. */
  shown(f: Shown, unit: Unit): string {
    if (f === 'empty') return '–';
    if (f === 'unknown') return '?';
    const { format } = this.#locale;
    if (unit === 's') return format.duration(f);
    if (unit === 'perHour' || unit === 'points') return format.decimal(f);
    return unit === 'percent' ? `${format.decimal(f)}%` : format.number(f);
  }
}
