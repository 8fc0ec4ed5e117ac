import type { LngLat } from '#domain/city/rows.ts';

/** A box on the screen, pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export const overlaps = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

export interface Wish extends Box {
  readonly priority: number;
  /** A sign that is always shown: it only takes the room of labels. */
  readonly always?: boolean;
}

/**
 * Which labels may be shown without lying on one another or on a sign: the more important first, then as given.
 * @returns for each box whether it is shown
 */
export function declutter(boxes: readonly Wish[]): boolean[] {
  const fits = new Array<boolean>(boxes.length).fill(false);
  const taken: Box[] = [];
  const first = (b: Wish): number => (b.always ? Infinity : b.priority);
  const order = boxes
    .map((_, i) => i)
    .sort((a, b) => (first(boxes[b]!) > first(boxes[a]!) ? 1 : first(boxes[b]!) < first(boxes[a]!) ? -1 : a - b));
  for (const i of order) {
    if (!boxes[i]!.always && taken.some((t) => overlaps(t, boxes[i]!))) continue;
    taken.push(boxes[i]!);
    fits[i] = true;
  }
  return fits;
}

interface Tag {
  readonly element: HTMLElement;
  at: LngLat;
  priority: number;
  /** Size of its label at the last look; null: not measured yet. */
  size: { width: number; height: number; dx: number; dy: number } | null;
}

/** What this class asks of a map: where a place lies on the screen. */
export interface Projection {
  project(at: [number, number]): { readonly x: number; readonly y: number };
}

/**
 * Elements of the page that stand at places of the map (incidents, counts, measured values): text that the browser lays out, sharp at
 * any size, in whatever script. They follow the camera by one transform each; labels that would lie on more important ones hide.
 */
export class Placement {
  readonly #tags = new Set<Tag>();
  #map: Projection | null = null;
  #tidyTimer: ReturnType<typeof setTimeout> | null = null;

  /** The map is there (or gone): everything is placed. */
  bind(map: Projection | null): void {
    this.#map = map;
    this.moved();
  }

  /**
   * Places an element. What is inside it with the class `tag-label` hides when there is no room, with `tag-sign` it never does.
   * @returns what moves and what ends it
   */
  add(
    element: HTMLElement,
    at: LngLat,
    priority: number,
  ): { move: (at: LngLat, priority: number) => void; end: () => void } {
    const tag: Tag = { element, at, priority, size: null };
    this.#tags.add(tag);
    this.#place(tag);
    this.#tidySoon();
    return {
      move: (next, p) => {
        tag.at = next;
        tag.priority = p;
        tag.size = null;
        this.#place(tag);
        this.#tidySoon();
      },
      end: () => {
        this.#tags.delete(tag);
        this.#tidySoon();
      },
    };
  }

  /** The camera moved. */
  moved(): void {
    for (const tag of this.#tags) this.#place(tag);
    this.#tidySoon();
  }

  #place(tag: Tag): void {
    if (!this.#map) return;
    const { x, y } = this.#map.project([tag.at[0], tag.at[1]]);
    tag.element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
  }

  /** Labels are sorted out when the camera rests, not on every frame of a flight. */
  #tidySoon(): void {
    if (this.#tidyTimer !== null) return;
    this.#tidyTimer = setTimeout(() => {
      this.#tidyTimer = null;
      this.#tidy();
    }, 120);
  }

  #tidy(): void {
    if (!this.#map) return;
    const with_ = [...this.#tags].flatMap((tag) => {
      const label = tag.element.querySelector<HTMLElement>('.tag-label, .tag-sign');
      return label ? [{ tag, label }] : [];
    });
    // all reads before all writes, or each label would cost a layout of the page
    for (const { tag, label } of with_) tag.size ??= sizeOf(tag.element, label);
    const boxes = with_.map(({ tag, label }): Wish => {
      const { x, y } = this.#map!.project([tag.at[0], tag.at[1]]);
      const s = tag.size!;
      const left = x + s.dx - 2;
      const top = y + s.dy - 2;
      const always = label.classList.contains('tag-sign');
      return { left, top, right: left + s.width + 4, bottom: top + s.height + 4, priority: tag.priority, always };
    });
    declutter(boxes).forEach((fits, i) => with_[i]!.label.classList.toggle('crowded', !fits));
  }
}

/** Where a label is drawn beside the point of its tag; with its own transform, which the layout does not know. */
function sizeOf(tag: HTMLElement, label: HTMLElement): NonNullable<Tag['size']> {
  const [point, box] = [tag.getBoundingClientRect(), label.getBoundingClientRect()];
  return { width: box.width, height: box.height, dx: box.left - point.left, dy: box.top - point.top };
}
