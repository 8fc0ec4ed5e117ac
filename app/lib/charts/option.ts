import type { BarSeriesOption, LineSeriesOption, PieSeriesOption } from 'echarts/charts';
import type {
  AriaComponentOption,
  GridComponentOption,
  LegendComponentOption,
  MarkLineComponentOption,
  TooltipComponentOption,
} from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import type { Look } from './look.ts';

/** What our charts may consist of; chart.attach.svelte.ts registers the same parts. */
export type ChartOption = ComposeOption<
  | BarSeriesOption
  | LineSeriesOption
  | PieSeriesOption
  | GridComponentOption
  | TooltipComponentOption
  | LegendComponentOption
  | MarkLineComponentOption
  | AriaComponentOption
>;

/** What every chart shares: no animation, room for labels, quiet axes, one tooltip style. Sizes in rem of the page. */
export function frame(look: Look, { legend = true, size = 0.8125 }: { legend?: boolean; size?: number } = {}) {
  const text = { color: look.ink2, fontFamily: look.font, fontSize: look.rem * size };
  return {
    text,
    base: {
      animation: false,
      darkMode: true,
      textStyle: text,
      grid: {
        left: look.rem * 0.25,
        right: look.rem * 0.75,
        top: legend ? look.rem * 2.4 : look.rem * 1,
        bottom: look.rem * 0.25,
        outerBoundsMode: 'same',
        outerBoundsContain: 'axisLabel',
      },
      ...(legend
        ? {
            legend: {
              top: 0,
              left: 0,
              padding: 0,
              itemGap: look.rem * 1.25,
              itemWidth: look.rem * 1.1,
              itemHeight: look.rem * 0.7,
              textStyle: { ...text, color: look.ink2 },
              inactiveColor: look.ink3,
            },
          }
        : {}),
      tooltip: {
        trigger: 'axis',
        confine: true,
        backgroundColor: look.raised,
        borderColor: look.line,
        padding: look.rem * 0.6,
        textStyle: { ...text, color: look.ink },
        axisPointer: { type: 'shadow', shadowStyle: { color: 'rgba(255,255,255,0.05)' } },
      },
    } satisfies ChartOption,
    category: {
      type: 'category' as const,
      axisLine: { lineStyle: { color: look.line } },
      axisTick: { show: false },
      axisLabel: { ...text, color: look.ink3, hideOverlap: true },
    },
    value: {
      type: 'value' as const,
      splitNumber: 4,
      axisLabel: { ...text, color: look.ink3 },
      splitLine: { lineStyle: { color: look.line } },
    },
  };
}
