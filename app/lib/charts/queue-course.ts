import type { Look } from './look.ts';
import { frame, type ChartOption } from './option.ts';

export interface QueueCourseData {
  /** Labels of the half-hours of the day. */
  readonly halves: readonly string[];
  readonly answered: readonly number[];
  readonly abandoned: readonly number[];
  readonly other: readonly number[];
  /** Callers usually offered; null: not known. */
  readonly usual: readonly number[] | null;
  /** Service level 0–1; null: nobody called. */
  readonly level: readonly (number | null)[];
  readonly goal: number;
  readonly names: Readonly<Record<'answered' | 'abandoned' | 'other' | 'usual' | 'level', string>>;
  readonly number: (n: number) => string;
  readonly percent: (share: number) => string;
}

/** A day of a queue by half-hour: callers as stacked bars, the usual dashed, the service level on its own axis with its goal. */
export function queueCourseOption(data: QueueCourseData, look: Look): ChartOption {
  const f = frame(look);
  const hatch = {
    symbol: 'rect',
    color: 'rgba(0,0,0,0.4)',
    dashArrayX: [1, 0] as [number, number],
    dashArrayY: [2, 3] as [number, number],
    rotation: -Math.PI / 4,
  };
  const bar = (key: 'answered' | 'abandoned' | 'other', color: string | undefined, decal = false) => ({
    type: 'bar' as const,
    name: data.names[key],
    stack: 'callers',
    data: [...data[key]],
    barCategoryGap: '22%',
    itemStyle: { color, ...(decal ? { decal: hatch } : {}) },
    tooltip: { valueFormatter: (v: unknown) => (typeof v === 'number' ? data.number(v) : '–') },
  });
  return {
    ...f.base,
    xAxis: { ...f.category, data: [...data.halves], axisLabel: { ...f.category.axisLabel, interval: 3 } },
    yAxis: [
      { ...f.value, minInterval: 1, splitNumber: 3 },
      {
        ...f.value,
        min: 0,
        max: 1,
        interval: 0.5,
        splitLine: { show: false },
        axisLabel: { ...f.value.axisLabel, formatter: (v: number) => `${Math.round(v * 100)}%` },
      },
    ],
    series: [
      bar('answered', look.series[0]),
      bar('abandoned', look.series[3], true),
      bar('other', look.series[5]),
      ...(data.usual
        ? [
            {
              type: 'line' as const,
              name: data.names.usual,
              data: [...data.usual],
              symbol: 'none',
              step: 'middle' as const,
              lineStyle: { color: look.series[2], width: look.rem * 0.12, type: [look.rem * 0.35, look.rem * 0.25] },
              itemStyle: { color: look.series[2] },
              tooltip: { valueFormatter: (v: unknown) => (typeof v === 'number' ? data.number(v) : '–') },
            },
          ]
        : []),
      {
        type: 'line' as const,
        name: data.names.level,
        yAxisIndex: 1,
        data: [...data.level],
        symbol: 'circle',
        symbolSize: look.rem * 0.3,
        lineStyle: { color: look.series[1], width: look.rem * 0.14 },
        itemStyle: { color: look.series[1] },
        tooltip: { valueFormatter: (v: unknown) => (typeof v === 'number' ? `${data.percent(v)}%` : '–') },
        markLine: {
          symbol: 'none',
          silent: true,
          lineStyle: { color: look.ink3, type: 'dashed' as const, width: 1 },
          label: { show: false },
          data: [{ yAxis: data.goal }],
        },
      },
    ],
  };
}
