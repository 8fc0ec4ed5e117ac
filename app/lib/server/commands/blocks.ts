import * as v from 'valibot';
import { BLOCK_KINDS, decideBlock, MAX_BLOCK_POINTS, MAX_BLOCK_REASON } from '#domain/city/blocks.ts';
import { accept } from '#domain/result.ts';
import { activeCity } from '#store/gis.ts';
import { drawBlock, endBlock, newestBlocks } from '#store/road-blocks.ts';
import { command, Key, Point, Text, type Command } from './command.ts';

/** Roads closed and opened by hand on the map desk. */
export const BLOCK_COMMANDS = {
  'close-roads': command(
    'incident.change',
    v.strictObject({
      requestKey: Key,
      kind: v.picklist(BLOCK_KINDS),
      points: v.pipe(v.array(Point), v.maxLength(MAX_BLOCK_POINTS)),
      reason: Text(MAX_BLOCK_REASON),
      until: v.nullable(v.number()),
    }),
    async ({ requestKey, ...drawn }, { sql, by, now }) => {
      const block = decideBlock(drawn, now);
      return block.ok ? drawBlock(sql, block.value, requestKey, { officer: by.officer, now }) : block;
    },
  ),
  'open-roads': command(
    'incident.change',
    v.strictObject({ id: v.pipe(v.string(), v.regex(/^\d{1,15}$/)) }),
    ({ id }, { sql, by, now }) => endBlock(sql, id, { officer: by.officer, now }),
  ),
  'closed-roads': command('route.find', v.strictObject({}), async (_, { sql, now }) => {
    const city = await activeCity(sql);
    return accept({ blocks: city ? await newestBlocks(sql, city.id, now) : [] });
  }),
} satisfies Record<string, Command>;
