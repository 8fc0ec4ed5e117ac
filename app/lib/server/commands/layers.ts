import * as v from 'valibot';
import { decideLayer } from '#domain/map-layers/decide.ts';
import { MAX_LAYER_BYTES, readLayerFile } from '#domain/map-layers/geojson.ts';
import { SYSTEMS, toWgs84 } from '#gis-data/crs.ts';
import { addLayer, changeLayer, withdrawLayer } from '#store/map-layers.ts';
import { command, Text, type Command } from './command.ts';

/** The house's own layers of the map: brought as a file, changed in name, validity and roles, withdrawn. */

const Form = v.object({
  name: Text(200),
  nameEn: Text(200),
  from: Text(40),
  until: Text(40),
  hoursFrom: Text(10),
  hoursUntil: Text(10),
  roles: v.pipe(v.array(Text(40)), v.maxLength(10)),
});
const Id = v.pipe(v.string(), v.regex(/^L\d{8}-\d{4,6}$/));

export const LAYER_COMMANDS = {
  'layer-add': command(
    'layer.manage',
    v.strictObject({ form: Form, system: v.picklist(SYSTEMS), file: Text(120), text: Text(MAX_LAYER_BYTES) }),
    async ({ form, system, file, text }, { sql, by, now, zone }) => {
      const face = decideLayer(form, zone, now);
      if (!face.ok) return face;
      const read = readLayerFile(text, (at) => toWgs84(at, system));
      return read.ok ? addLayer(sql, face.value, read.value, file, { officer: by.officer, now, zone }) : read;
    },
  ),
  'layer-change': command(
    'layer.manage',
    v.strictObject({ id: Id, form: Form }),
    async ({ id, form }, { sql, by, now, zone }) => {
      const face = decideLayer(form, zone, null);
      return face.ok ? changeLayer(sql, id, face.value, { officer: by.officer, now }) : face;
    },
  ),
  'layer-withdraw': command('layer.manage', v.strictObject({ id: Id }), ({ id }, { sql, by, now }) =>
    withdrawLayer(sql, id, { officer: by.officer, now }),
  ),
} satisfies Record<string, Command>;
