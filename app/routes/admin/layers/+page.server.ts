import type { RequestEvent } from '@sveltejs/kit';
import { decideLayer, type LayerForm } from '#domain/map-layers/decide.ts';
import { MAX_LAYER_BYTES, readLayerFile, type LayerFeature } from '#domain/map-layers/geojson.ts';
import type { LngLat } from '#domain/city/rows.ts';
import { parseLocal } from '#domain/time.ts';
import { SYSTEMS, toWgs84 } from '#gis-data/crs.ts';
import { runCommand } from '#lib/server/commands/command.ts';
import { LAYER_COMMANDS } from '#lib/server/commands/layers.ts';
import { actor, field, mustMay, refused } from '#lib/server/guard.ts';
import { onMap } from '#lib/server/on-map.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { ownLayers } from '#store/map-layers.ts';
import type { Actions, PageServerLoad } from './$types';

/** The layers of now, or as they were at ?at= (the city's clock). */
export const load: PageServerLoad = async (event) => {
  mustMay(event, 'layer.manage');
  event.depends('admin:layers');
  const { zone } = settings();
  const asked = event.url.searchParams.get('at') ?? '';
  const at = parseLocal(asked, zone);
  const layers = [...(await ownLayers(db(), at)).values()];
  return { rows: layers.reverse(), at, asked: at === null ? '' : asked };
};

const formOf = (form: FormData): LayerForm => ({
  name: field(form, 'name'),
  nameEn: field(form, 'nameEn'),
  from: field(form, 'from'),
  until: field(form, 'until'),
  hoursFrom: field(form, 'hoursFrom'),
  hoursUntil: field(form, 'hoursUntil'),
  roles: form.getAll('roles').filter((r) => typeof r === 'string'),
});

const positionsOf = ({ shape: s }: LayerFeature): readonly LngLat[] =>
  s.kind === 'point' ? s.points : s.kind === 'line' ? s.lines.flat() : s.polygons.flat(2);

export const actions: Actions = {
  /** Looks at a file, and takes it when `confirm` is given: the file is checked each time, whatever the screen showed. */
  import: async (event) => {
    const who = actor(event, 'layer.manage');
    if (!who.ok) return who.answer;
    const form = await event.request.formData();
    const system = SYSTEMS.find((s) => s === field(form, 'system'));
    const file = form.get('file');
    if (!system) return refused('input');
    if (!(file instanceof File) || file.size === 0) return refused('import-empty');
    if (file.size > MAX_LAYER_BYTES) return refused('import-large');
    const text = await file.text();
    const input = { form: formOf(form), system, file: file.name.slice(0, 120), text };
    return field(form, 'confirm') === 'yes' ? take(event, input) : look(input);
  },
};

interface Input {
  readonly form: LayerForm;
  readonly system: (typeof SYSTEMS)[number];
  readonly file: string;
  readonly text: string;
}

async function take(event: RequestEvent, input: Input) {
  const { answer } = await runCommand(event, LAYER_COMMANDS['layer-add'], input);
  return answer.ok ? { imported: input.form.name.trim() } : refused(answer.refused);
}

async function look({ form, system, text }: Input) {
  const face = decideLayer(form, settings().zone, Date.now());
  if (!face.ok) return refused(face.code);
  const read = readLayerFile(text, (at) => toWgs84(at, system));
  if (!read.ok) return refused(read.code);
  const { features, counts, faults } = read.value;
  const on = await onMap(features.flatMap(positionsOf), system);
  return { preview: { taken: features.length, counts, faults, ...on } };
}
