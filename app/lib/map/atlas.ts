/**
 * Small signs that stand in the marks of the map, drawn once on a canvas that the graphics card keeps. Paths in a 24×24 box; each is
 * a plain shape that still reads at 14 pixels.
 */
const SIGNS: Readonly<Record<string, { readonly fill?: string; readonly stroke?: string }>> = {
  'vehicle-rescue': { fill: 'M4 14.5a8 8 0 0 1 5-7.4v4.4h1.8V6.4h2.4v5.1H15V7.1a8 8 0 0 1 5 7.4zM2.5 16h19v2.6h-19z' },
  'vehicle-fire': {
    fill: 'M12.4 2.5c.7 4 5.6 6 5.6 11a6 6 0 0 1-12 .2c0-2.9 1.7-4.3 2.3-6.6c1.3.9 2 2 2.2 3.3c1.6-2 2.2-4.6 1.9-7.9z',
  },
  'vehicle-ambulance': { fill: 'M9.4 4h5.2v5.4H20v5.2h-5.4V20H9.4v-5.4H4V9.4h5.4z' },
  'vehicle-police': { fill: 'M12 2.6l2.8 6l6.5.8l-4.8 4.5l1.3 6.5L12 17.2l-5.8 3.2l1.3-6.5L2.7 9.4l6.5-.8z' },
  'vehicle-urban': { fill: 'M4.5 20.5V9L12 4l7.5 5v11.5h-5V14h-5v6.5z' },
  'vehicle-repair': {
    stroke:
      'M19.5 7.2a4.6 4.6 0 0 1-6.4 5L7 18.3a1.8 1.8 0 0 1-2.6-2.6l6.2-6.1a4.6 4.6 0 0 1 5.2-6.2l-2.7 2.9l1 3.1l3.1.9z',
  },
  'vehicle-sanitation': { fill: 'M9.5 3.5h5v2H20V8H4V5.5h5.5zM5.4 9.5h13.2L17.4 21H6.6z' },
  'vehicle-supply': { stroke: 'M4 8.2l8-4.2l8 4.2v8L12 20.4l-8-4.2zM4 8.2l8 4.2l8-4.2M12 12.4v8' },
  'vehicle-command': { fill: 'M5.5 3h2.2v18H5.5zM8.8 3.8h11.4l-3.2 4.4l3.2 4.4H8.8z' },
  'vehicle-other': { fill: 'M12 7.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9z' },
  'traffic-accident': { fill: 'M10.2 3.5h3.6l-.7 10.8h-2.2zM12 16.4a2.1 2.1 0 1 1 0 4.2a2.1 2.1 0 0 1 0-4.2z' },
  'traffic-closure': { fill: 'M3.6 9.3h16.8v5.4H3.6z' },
  'traffic-obstruction': { fill: 'M10.3 3.5h3.4l4 14H6.3zM3.8 18.6h16.4V21H3.8z' },
  'traffic-congestion': { fill: 'M4 5.4h16v3.2H4zM4 10.4h16v3.2H4zM4 15.4h16v3.2H4z' },
  'traffic-roadworks': { fill: 'M2.8 6.5h18.4v5.4H2.8zM5.5 11.5h2.6v9H5.5zM15.9 11.5h2.6v9h-2.6z' },
  'traffic-weather': { fill: 'M12 2.8c3.6 5 6.3 7.9 6.3 11.6a6.3 6.3 0 0 1-12.6 0c0-3.7 2.7-6.6 6.3-11.6z' },
  'traffic-event': {
    fill: 'M8 5.2a2.7 2.7 0 1 1 0 5.4a2.7 2.7 0 0 1 0-5.4zM16 5.2a2.7 2.7 0 1 1 0 5.4a2.7 2.7 0 0 1 0-5.4zM3 18.8c0-3.6 2-6 5-6c1.6 0 3 .7 4 2c1-1.3 2.4-2 4-2c3 0 5 2.4 5 6z',
  },
  'traffic-other': { fill: 'M12 7.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9z' },
  police: { fill: 'M12 2.5l8 3v6.3c0 5-3.3 8-8 9.7c-4.7-1.7-8-4.7-8-9.7V5.5z' },
  urban: { fill: 'M4 20.5V10h5V4h6v6h5v10.5h-6v-4.5h-4v4.5z' },
  case: { fill: 'M12 7.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9z' },
  camera: { fill: 'M3 7h11.5v10H3zM16 10.6L21.5 7v10L16 13.4z' },
  'camera-dead': { fill: 'M3 7h4.5l7 9.4V17H3zM10.5 7h4v5.4zM16 10.6L21.5 7v10L16 13.4z', stroke: 'M4 4l15 16' },
  // points outwards from the mark's rim: the picture is drawn 3.7 radii wide, so that y 0.6–4.7 lies just outside
  heading: { fill: 'M12 .6L15.4 4.9A9 9 0 0 0 8.6 4.9z' },
};
export const SIGN_NAMES: readonly string[] = Object.keys(SIGNS);

/** Side of one picture in the atlas, and the gap that keeps neighbours from bleeding in. */
const CELL = 96;
const GAP = 8;
const COLUMNS = 6;

export interface Atlas {
  readonly image: HTMLCanvasElement;
  readonly mapping: Readonly<
    Record<
      string,
      { x: number; y: number; width: number; height: number; mask: boolean; anchorX: number; anchorY: number }
    >
  >;
}

let made: Atlas | null = null;

/** The signs in white on nothing; the layer gives them their colour. Browser only; drawn once. */
export function atlas(): Atlas {
  if (made) return made;
  const image = document.createElement('canvas');
  image.width = COLUMNS * (CELL + GAP);
  image.height = Math.ceil(SIGN_NAMES.length / COLUMNS) * (CELL + GAP);
  const pen = image.getContext('2d');
  if (!pen) throw new Error('this browser draws no canvas');
  const mapping: Record<string, Atlas['mapping'][string]> = {};
  SIGN_NAMES.forEach((name, i) => {
    const x = (i % COLUMNS) * (CELL + GAP) + GAP / 2;
    const y = Math.floor(i / COLUMNS) * (CELL + GAP) + GAP / 2;
    const sign = SIGNS[name]!;
    pen.setTransform(CELL / 24, 0, 0, CELL / 24, x, y);
    pen.fillStyle = pen.strokeStyle = '#fff';
    pen.lineWidth = 2;
    pen.lineJoin = pen.lineCap = 'round';
    if (sign.fill) pen.fill(new Path2D(sign.fill));
    if (sign.stroke) pen.stroke(new Path2D(sign.stroke));
    mapping[name] = { x, y, width: CELL, height: CELL, mask: true, anchorX: CELL / 2, anchorY: CELL / 2 };
  });
  return (made = { image, mapping });
}

/** The path of a sign, for legends and panels in SVG. */
export const signOf = (name: string): { readonly fill?: string; readonly stroke?: string } =>
  SIGNS[name] ?? SIGNS['traffic-other']!;
