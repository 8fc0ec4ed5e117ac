import type { Look } from './look.ts';
import { frame, type ChartOption } from './option.ts';

export interface Part {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

export interface DaysData {
  /** Labels of the days, oldest first. */
  readonly days: readonly string[];
  readonly parts: readonly Part[];
  readonly number: (n: number) => string;
}

/** Days as stacked bars; parts beyond the first carry a pattern of lines, so that they are told apart without colour. */
export function daysOption(data: DaysData, look: Look): ChartOption {
  const f = frame(look, { legend: data.parts.length > 1 });
  return {
    ...f.base,
    tooltip: { ...f.base.tooltip, valueFormatter: (v) => (typeof v === 'number' ? data.number(v) : '–') },
    xAxis: { ...f.category, data: [...data.days] },
    yAxis: { ...f.value, minInterval: 1 },
    series: data.parts.map((part, i) => ({
      type: 'bar' as const,
      name: part.name,
      stack: 'day',
      data: [...part.values],
      barCategoryGap: '30%',
      itemStyle: {
        color: look.series[i % look.series.length],
        ...(i === 0
          ? {}
          : {
              decal: {
                symbol: 'rect',
                color: 'rgba(0,0,0,0.35)',
                dashArrayX: [1, 0],
                dashArrayY: [2, 3],
                rotation: -Math.PI / 4,
              },
            }),
      },
    })),
  };
}

export interface RatesData {
  readonly days: readonly string[];
  /** Shares 0–1; null: nothing to divide by. */
  readonly lines: readonly Part[];
  /** A goal drawn across, 0–1. */
  readonly goal: { readonly value: number; readonly name: string } | null;
  readonly percent: (share: number) => string;
}

/** Rates of days as lines, the goal across. The axis begins where the data does, and says so by its labels. */
export function ratesOption(data: RatesData, look: Look): ChartOption {
  const f = frame(look, { legend: data.lines.length > 1 });
  const known = [...data.lines.flatMap((l) => l.values), data.goal?.value ?? null].filter((v) => v !== null);
  const least = known.length > 0 ? Math.max(0, Math.min(...known) - 0.02) : 0;
  // steps that end at 100 % exactly, or the last two labels would stand in one another
  const step = least >= 0.7 ? 0.05 : least >= 0.4 ? 0.1 : 0.2;
  const lowest = Math.floor(least / step) * step;
  return {
    ...f.base,
    tooltip: {
      ...f.base.tooltip,
      axisPointer: { type: 'line', lineStyle: { color: look.ink3 } },
      valueFormatter: (v) => (typeof v === 'number' ? `${data.percent(v)}%` : '–'),
    },
    xAxis: { ...f.category, boundaryGap: false, data: [...data.days] },
    yAxis: {
      ...f.value,
      min: lowest,
      max: 1,
      interval: step,
      axisLabel: { ...f.value.axisLabel, formatter: (v: number) => `${Math.round(v * 100)}%` },
    },
    series: data.lines.map((line, i) => ({
      type: 'line' as const,
      name: line.name,
      data: [...line.values],
      symbol: i === 0 ? 'circle' : 'rect',
      symbolSize: look.rem * 0.35,
      lineStyle: { color: look.series[i], width: look.rem * 0.14 },
      itemStyle: { color: look.series[i] },
      ...(i === 0 && data.goal
        ? {
            markLine: {
              symbol: 'none',
              silent: true,
              lineStyle: { color: look.ink2, type: 'dashed' as const, width: 1 },
              label: {
                position: 'insideStartBottom' as const,
                color: look.ink2,
                fontFamily: look.font,
                fontSize: look.rem * 0.75,
                formatter: data.goal.name,
              },
              data: [{ yAxis: data.goal.value }],
            },
          }
        : {}),
    })),
  };
}
