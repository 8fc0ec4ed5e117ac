import { metres } from '../geo.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { Instant } from '../time.ts';
import type { LngLat } from './rows.ts';

/** Roads closed by hand: an area whose roads are closed, or a line that closes what it crosses. */
export const BLOCK_KINDS = ['area', 'line'] as const;
export type BlockKind = (typeof BLOCK_KINDS)[number];
export const MAX_BLOCK_POINTS = 200;
export const MAX_BLOCK_REASON = 200;
/** Wider is a slip of the hand: it would close a city. */
export const MAX_BLOCK_M = 20_000;

export interface Block {
  readonly kind: BlockKind;
  readonly points: readonly LngLat[];
  readonly reason: string;
  /** When it ends by itself; null: when somebody ends it. */
  readonly until: Instant | null;
}
export type BlockRefusal = 'block-shape' | 'block-large' | 'block-reason' | 'block-time' | 'block-unknown' | 'no-city';

/** What may be closed: told with a reason, of a sensible shape and size, and not over already. */
export function decideBlock(block: Block, now: Instant): Result<Block, BlockRefusal> {
  const reason = block.reason.trim();
  if (reason === '' || reason.length > MAX_BLOCK_REASON) return refuse('block-reason', 'closing roads has a reason');
  if (block.points.length < (block.kind === 'area' ? 3 : 2) || block.points.length > MAX_BLOCK_POINTS)
    return refuse('block-shape', 'an area has three corners or more, a line two points');
  const [x, y] = [0, 1].map((k) => block.points.map((p) => p[k]!)) as [number[], number[]];
  const span = metres([Math.min(...x), Math.min(...y)], [Math.max(...x), Math.max(...y)]);
  if (span > MAX_BLOCK_M) return refuse('block-large', `${Math.round(span / 1000)} km`);
  if (block.until !== null && block.until <= now) return refuse('block-time', 'its end is over already');
  return accept({ ...block, reason });
}

/** Does a block hold now? */
export const blockHolds = (b: { readonly until: Instant | null }, now: Instant): boolean =>
  b.until === null || b.until > now;
