import { BarChart, LineChart, PieChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { init, use, type ECharts } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import type { Attachment } from 'svelte/attachments';
import { readLook, type Look } from './look.ts';
import type { ChartOption } from './option.ts';

use([
  BarChart,
  LineChart,
  PieChart,
  GridComponent,
  TooltipComponent,
  LegendComponent,
  MarkLineComponent,
  AriaComponent,
  CanvasRenderer,
]);

/**
 * Draws a chart in an element: `<div {@attach chart((look) => hoursOption(data, look))}></div>`.
 * One instance for the life of the element: it is given a new option when what `build` reads changes, and resized with its element.
 * @param build pure: figures and look → option
 * @param pick called with the place in the category axis that was clicked
 */
export function chart(
  build: (look: Look) => ChartOption,
  pick?: (index: number, series: number) => void,
): Attachment<HTMLElement> {
  return (element) => {
    const drawn: ECharts = init(element, null, { renderer: 'canvas' });
    let rem = 0;
    const draw = (): void => {
      const look = readLook();
      // the first picture at once: paper (lib/reports/paper) is not patient
      const first = rem === 0;
      rem = look.rem;
      drawn.setOption(build(look), { replaceMerge: ['series'], lazyUpdate: !first });
      if (first) drawn.getZr().flush();
    };
    if (pick) {
      drawn.on('click', (e) => {
        if (typeof e.dataIndex === 'number') pick(e.dataIndex, e.seriesIndex ?? 0);
      });
    }
    const resized = new ResizeObserver(() => {
      drawn.resize();
      if (readLook().rem !== rem) draw();
    });
    resized.observe(element);
    // a canvas drawn before its font came has boxes in it
    let left = false;
    void document.fonts.ready.then(() => !left && draw());
    $effect(draw);
    return () => {
      left = true;
      resized.disconnect();
      drawn.dispose();
    };
  };
}
