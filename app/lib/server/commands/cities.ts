import * as v from 'valibot';
import { accept, refuse } from '#domain/result.ts';
import { removeCity } from '#store/city-sources.ts';
import { activateCity } from '#store/gis.ts';
import { command, Text, type Command } from './command.ts';

/** Which of the loaded cities is shown, and how one leaves. Cities come by `npm run city:import`. */
const Id = Text(40);

export const CITY_COMMANDS = {
  'city-activate': command('city.manage', v.strictObject({ id: Id }), async ({ id }, { sql, by, now }) => {
    try {
      await activateCity(sql, id, { actor: `user:${by.officer.account}`, now });
    } catch (e) {
      if (e instanceof RangeError) return refuse('city-missing', id);
      throw e;
    }
    return accept(null);
  }),
  'city-remove': command(
    'city.manage',
    v.strictObject({ id: Id, typed: Id }),
    async ({ id, typed }, { sql, by, now }) => {
      if (typed.trim() !== id) return refuse('city-confirm', id);
      const why = await removeCity(sql, id, { actor: `user:${by.officer.account}`, now });
      return why === null ? accept(null) : refuse(why, id);
    },
  ),
} satisfies Record<string, Command>;
