import type { Look } from './look.ts';
import { frame, type ChartOption } from './option.ts';

/** Charts of reports: figures of one unit over intervals or groups, as bars, lines, or shares of a whole. */

export interface NamedSeries {
  readonly name: string;
  /** Of the earlier period: paler, and dashed as a line. */
  readonly before: boolean;
  readonly values: readonly (number | null)[];
}
export interface SeriesData {
  readonly kind: 'bar' | 'line';
  readonly labels: readonly string[];
  readonly series: readonly NamedSeries[];
  readonly goal: { readonly value: number; readonly name: string } | null;
  /** A value as people read it, with its unit. */
  readonly text: (value: number) => string;
  /** Whole numbers only, so no ticks between them. */
  readonly whole: boolean;
}

const SHAPES = ['circle', 'rect', 'triangle', 'diamond', 'pin', 'arrow'] as const;

/** Bars or lines; series of the earlier period take the colour of their figure, so that the two are seen as one pair. */
export function seriesOption(data: SeriesData, look: Look): ChartOption {
  const f = frame(look, { legend: data.series.length > 1 });
  const names = [...new Set(data.series.filter((s) => !s.before).map((s) => s.name))];
  let now = -1;
  return {
    ...f.base,
    tooltip: { ...f.base.tooltip, valueFormatter: (v) => (typeof v === 'number' ? data.text(v) : '–') },
    xAxis: { ...f.category, data: [...data.labels], boundaryGap: data.kind === 'bar' },
    yAxis: {
      ...f.value,
      ...(data.whole ? { minInterval: 1 } : {}),
      axisLabel: { ...f.value.axisLabel, formatter: (v: number) => data.text(v) },
    },
    series: data.series.map((s, i) => {
      if (!s.before) now = Math.min(now + 1, names.length - 1);
      const color = look.series[now % look.series.length]!;
      return {
        name: s.name,
        data: [...s.values],
        ...(data.kind === 'bar'
          ? {
              type: 'bar' as const,
              barCategoryGap: '30%',
              barMaxWidth: look.rem * 3,
              itemStyle: { color, opacity: s.before ? 0.45 : 1, borderRadius: [2, 2, 0, 0] },
            }
          : {
              type: 'line' as const,
              symbol: SHAPES[now % SHAPES.length]!,
              symbolSize: data.labels.length > 60 ? 0 : look.rem * 0.35,
              lineStyle: {
                color,
                width: look.rem * 0.14,
                type: s.before ? ('dashed' as const) : ('solid' as const),
                opacity: s.before ? 0.6 : 1,
              },
              itemStyle: { color },
            }),
        ...(i === 0 && data.goal
          ? {
              markLine: {
                symbol: 'none',
                silent: true,
                lineStyle: { color: look.ink2, type: 'dashed' as const, width: 1 },
                label: { position: 'insideStartBottom' as const, color: look.ink2, formatter: data.goal.name },
                data: [{ yAxis: data.goal.value }],
              },
            }
          : {}),
      };
    }),
  };
}

export interface PieData {
  readonly parts: readonly { readonly name: string; readonly value: number }[];
  readonly text: (value: number) => string;
}

/** Shares of a whole, each with its name and share written beside it: no legend to look up. */
export function pieOption(data: PieData, look: Look): ChartOption {
  const f = frame(look, { legend: false });
  const whole = data.parts.reduce((sum, p) => sum + p.value, 0);
  const share = (v: number): string => `${(Math.round((v / whole) * 1000) / 10).toFixed(1)}%`;
  return {
    ...f.base,
    tooltip: {
      ...f.base.tooltip,
      trigger: 'item',
      valueFormatter: (v) => (typeof v === 'number' ? `${data.text(v)} · ${share(v)}` : '–'),
    },
    series: [
      {
        type: 'pie',
        radius: ['38%', '72%'],
        startAngle: 90,
        itemStyle: { borderColor: look.panel, borderWidth: 2 },
        label: { color: look.ink2, fontFamily: look.font, fontSize: look.rem * 0.8125, formatter: '{b}  {d}%' },
        labelLine: { lineStyle: { color: look.ink3 } },
        data: data.parts.map((p, i) => ({
          name: p.name,
          value: p.value,
          itemStyle: {
            color: look.series[i % look.series.length]!,
            // the colours come round again: the second round is told by its stripes
            ...(i < look.series.length
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
      },
    ],
  };
}
