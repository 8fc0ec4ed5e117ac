/** A ring of places in cells of a grid, closed: x and y by turns, the last place the first again. */
export type Ring = Float64Array;
/** Numbers at the middles of cells, row by row. */
type Values = Float32Array | Int16Array;
/** What lies within a contour: an outer ring (counter-clockwise where y points up) and its holes. */
export interface Shape {
  readonly outer: Ring;
  readonly holes: readonly Ring[];
}

/**
 * The contour of nought of a grid of numbers at the middles of cells: what is less than 0 lies inside. Two corners of a square that
 * are inside and touch only across are apart. Pure.
 * @param values row by row; the cells at the border must not be less than 0
 */
export function contourOfNought(values: Values, width: number, height: number): Shape[] {
  const shapes: { outer: Ring; holes: Ring[]; area: number; box: Box }[] = [];
  const holes: Ring[] = [];
  for (const ring of ringsOf(values, width, height)) {
    const area = ringArea(ring);
    if (area > 0) shapes.push({ outer: ring, holes: [], area, box: boxOf(ring) });
    else if (area < 0) holes.push(ring);
  }
  // of rings around one another the smallest has the hole
  shapes.sort((a, b) => a.area - b.area);
  for (const hole of holes) {
    const [x, y, area] = [hole[0]!, hole[1]!, -ringArea(hole)];
    const around = shapes.filter(({ box, area: most }) => area < most && box.w <= x && x <= box.e && box.s <= y && y <= box.n); // prettier-ignore
    // every hole lies in some ring: where there is but one to choose from it need not be asked
    (around.length === 1 ? around[0] : around.find((s) => inside(s.outer, x, y)))?.holes.push(hole);
  }
  return shapes;
}

interface Box {
  readonly w: number;
  readonly s: number;
  readonly e: number;
  readonly n: number;
}
function boxOf(ring: Ring): Box {
  let [w, s, e, n] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < ring.length; i += 2) {
    const [x, y] = [ring[i]!, ring[i + 1]!];
    if (x < w) w = x;
    if (x > e) e = x;
    if (y < s) s = y;
    if (y > n) n = y;
  }
  return { w, s, e, n };
}

/** Area within a ring in cells; less than 0 for one that runs clockwise. */
export function ringArea(ring: Ring): number {
  let sum = 0;
  for (let i = 2; i < ring.length; i += 2) sum += ring[i - 2]! * ring[i + 1]! - ring[i]! * ring[i - 1]!;
  return sum / 2;
}

function inside(ring: Ring, x: number, y: number): boolean {
  let odd = false;
  for (let i = 2; i < ring.length; i += 2) {
    const [y1, y2] = [ring[i - 1]!, ring[i + 1]!];
    if (y1 > y !== y2 > y && x < ring[i - 2]! + ((ring[i]! - ring[i - 2]!) * (y - y1)) / (y2 - y1)) odd = !odd;
  }
  return odd;
}

/** Steps through a square by its corners inside (1: this cell, 2: right, 4: right above, 8: above), inside on the left: from side to side. */
const [BOTTOM, RIGHT, TOP, LEFT] = [0, 1, 2, 3];
const STEPS: readonly (readonly number[])[] = [
  [], [BOTTOM, LEFT], [RIGHT, BOTTOM], [RIGHT, LEFT], [TOP, RIGHT], [BOTTOM, LEFT, TOP, RIGHT], [TOP, BOTTOM], [TOP, LEFT],
  [LEFT, TOP], [BOTTOM, TOP], [RIGHT, BOTTOM, LEFT, TOP], [RIGHT, TOP], [LEFT, RIGHT], [BOTTOM, RIGHT], [LEFT, BOTTOM], [],
]; // prettier-ignore

function* ringsOf(values: Values, width: number, height: number): Generator<Ring> {
  // a crossing is named by the side of a square that it lies on: 2·cell from a cell to the right, 2·cell + 1 upwards
  const next = new Int32Array(2 * width * height).fill(-1);
  const offset = [0, 3, 2 * width, 1];
  const begun: number[] = [];
  for (let y = 0; y < height - 1; y++) {
    let c = y * width;
    let left = (values[c]! < 0 ? 1 : 0) | (values[c + width]! < 0 ? 8 : 0);
    for (let x = 0; x < width - 1; x++, c++) {
      const right = (values[c + 1]! < 0 ? 2 : 0) | (values[c + width + 1]! < 0 ? 4 : 0);
      const corners = left | right;
      left = (right & 2 ? 1 : 0) | (right & 4 ? 8 : 0);
      if (corners === 0 || corners === 15) continue;
      const steps = STEPS[corners]!;
      for (let k = 0; k < steps.length; k += 2) {
        next[2 * c + offset[steps[k]!]!] = 2 * c + offset[steps[k + 1]!]!;
        begun.push(2 * c + offset[steps[k]!]!);
      }
    }
  }
  for (const start of begun) {
    if (next[start]! < 0) continue;
    const ring: number[] = [];
    for (let at = start; at >= 0;) {
      place(values, width, at, ring);
      const on = next[at]!;
      next[at] = -1;
      at = on;
    }
    // the last step leads to the first place, which is told twice
    yield Float64Array.from(ring);
  }
}

/** Where nought lies on a side. */
function place(values: Values, width: number, side: number, into: number[]): void {
  const c = side >> 1;
  const a = values[c]!;
  const t = a / (a - values[side & 1 ? c + width : c + 1]!);
  const x = (c % width) + 0.5;
  const y = Math.floor(c / width) + 0.5;
  if (side & 1) into.push(x, y + t);
  else into.push(x + t, y);
}
