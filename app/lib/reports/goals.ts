import { INDICATORS, type Indicator, type IndicatorKey } from '#domain/calls/indicators.ts';
import { oneThreshold, type ThresholdPeriod } from '#domain/calls/thresholds.ts';

const LEVELS: readonly IndicatorKey[] = ['serviceLevel', 'serviceLevelIgnore', 'serviceLevelPositive'];

/** What a figure is to reach, percent; of the service level what was set for all groups of the period alike, else null. */
export function goalOf(key: IndicatorKey, thresholds: readonly ThresholdPeriod[]): number | null {
  if (LEVELS.includes(key)) return oneThreshold(thresholds, 'goalPercent');
  const { goal } = INDICATORS[key] as Indicator;
  return goal === undefined ? null : goal * 100;
}
