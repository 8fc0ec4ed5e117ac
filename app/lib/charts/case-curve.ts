import type { Look } from './look.ts';
import { frame, type ChartOption } from './option.ts';

export interface CaseCurveData {
  /** Labels of the hours, oldest first; the last one is running. */
  readonly hours: readonly string[];
  readonly counts: readonly number[];
  /** To compare with: the mean of earlier weeks, or the day before. Null where it is not known. */
  readonly compare: readonly (number | null)[];
  readonly names: { readonly counts: string; readonly compare: string };
  /** Size of text in rem. */
  readonly text: number;
}

/**
 * Cases per hour over 24 hours as an area, what is usual as a dashed line. The running hour is a hollow point on a dotted line:
 * it has not ended and must not look like a fall.
 */
export function caseCurveOption(data: CaseCurveData, look: Look): ChartOption {
  const f = frame(look, { legend: false, size: data.text });
  const last = data.counts.length - 1;
  const line = { color: look.series[0], width: look.rem * 0.2 };
  return {
    ...f.base,
    tooltip: { show: false },
    grid: { ...f.base.grid, top: look.rem * 0.75, right: look.rem * 0.5 },
    xAxis: {
      ...f.category,
      boundaryGap: false,
      data: [...data.hours],
      axisLabel: {
        ...f.category.axisLabel,
        interval: 2,
        hideOverlap: true,
        alignMinLabel: 'left',
        alignMaxLabel: 'right',
      },
    },
    yAxis: { ...f.value, minInterval: 1, splitNumber: 3 },
    series: [
      {
        type: 'line',
        name: data.names.compare,
        data: [...data.compare],
        symbol: 'none',
        lineStyle: { color: look.series[2], width: look.rem * 0.14, type: [look.rem * 0.45, look.rem * 0.3] },
        itemStyle: { color: look.series[2] },
      },
      {
        type: 'line',
        name: data.names.counts,
        data: data.counts.map((n, i) => (i < last ? n : null)),
        symbol: 'none',
        lineStyle: line,
        itemStyle: { color: look.series[0] },
        areaStyle: { color: look.series[0], opacity: 0.12 },
      },
      {
        type: 'line',
        name: 'running',
        data: data.counts.map((n, i) => (i >= last - 1 ? n : null)),
        symbol: 'emptyCircle',
        symbolSize: (_value: unknown, p: { dataIndex: number }) => (p.dataIndex === last ? look.rem * 0.7 : 0),
        lineStyle: { ...line, type: 'dotted' },
        itemStyle: { color: look.series[0], borderWidth: look.rem * 0.15 },
      },
    ],
  };
}
