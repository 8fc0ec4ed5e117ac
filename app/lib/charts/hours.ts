import type { Look } from './look.ts';
import { frame, type ChartOption } from './option.ts';

export interface HoursData {
  /** 24 values of today by hour of the city day; null: that hour has not begun. */
  readonly today: readonly (number | null)[];
  /** The same weekday last week. */
  readonly before: readonly (number | null)[];
  readonly names: { readonly today: string; readonly before: string };
  readonly number: (n: number) => string;
}

/** Today hour by hour as bars, the same weekday last week as a line: the running hour is the last, unfinished bar. */
export function hoursOption(data: HoursData, look: Look): ChartOption {
  const f = frame(look);
  return {
    ...f.base,
    tooltip: { ...f.base.tooltip, valueFormatter: (v) => (typeof v === 'number' ? data.number(v) : '–') },
    xAxis: { ...f.category, data: data.today.map((_, h) => `${String(h).padStart(2, '0')}:00`) },
    yAxis: { ...f.value, minInterval: 1 },
    series: [
      {
        type: 'bar',
        name: data.names.today,
        data: [...data.today],
        barCategoryGap: '35%',
        itemStyle: { color: look.series[0], borderRadius: [2, 2, 0, 0] },
      },
      {
        type: 'line',
        name: data.names.before,
        data: [...data.before],
        symbol: 'circle',
        symbolSize: look.rem * 0.3,
        lineStyle: { color: look.series[2], width: look.rem * 0.125, type: [look.rem * 0.35, look.rem * 0.25] },
        itemStyle: { color: look.series[2] },
      },
    ],
  };
}
