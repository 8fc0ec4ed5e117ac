import type { Look } from './look.ts';
import { frame, type ChartOption } from './option.ts';

export interface SeatsLevelData {
  readonly seats: readonly number[];
  /** Shares 0–1 by Erlang C and Erlang A; null: not known. */
  readonly c: readonly number[];
  readonly a: readonly (number | null)[];
  readonly goal: number;
  readonly names: { readonly c: string; readonly a: string };
  readonly percent: (share: number) => string;
}

/** Service level by the number of seats: one line for each formula, told apart by their dashes, the goal across. */
export function seatsLevelOption(data: SeatsLevelData, look: Look): ChartOption {
  const f = frame(look);
  const line = (name: string, values: readonly (number | null)[], color: string | undefined, dashed: boolean) => ({
    type: 'line' as const,
    name,
    data: [...values],
    symbol: dashed ? 'rect' : 'circle',
    symbolSize: look.rem * 0.35,
    lineStyle: { color, width: look.rem * 0.14, ...(dashed ? { type: [look.rem * 0.4, look.rem * 0.25] } : {}) },
    itemStyle: { color },
  });
  return {
    ...f.base,
    tooltip: {
      ...f.base.tooltip,
      axisPointer: { type: 'line', lineStyle: { color: look.ink3 } },
      valueFormatter: (v) => (typeof v === 'number' ? `${data.percent(v)}%` : '–'),
    },
    xAxis: { ...f.category, data: data.seats.map(String) },
    yAxis: {
      ...f.value,
      min: 0,
      max: 1,
      interval: 0.25,
      axisLabel: { ...f.value.axisLabel, formatter: (v: number) => `${Math.round(v * 100)}%` },
    },
    series: [
      {
        ...line(data.names.c, data.c, look.series[0], false),
        markLine: {
          symbol: 'none',
          silent: true,
          lineStyle: { color: look.ink3, type: 'dashed' as const, width: 1 },
          label: { show: false },
          data: [{ yAxis: data.goal }],
        },
      },
      ...(data.a.every((v) => v === null) ? [] : [line(data.names.a, data.a, look.series[1], true)]),
    ],
  };
}
