import { hideSecrets } from '#domain/cameras/address.ts';
import { readCameras } from '#domain/cameras/import.ts';
import { CAMERA_STATES, CAMERA_WAYS, type CameraAddresses } from '#domain/cameras/rows.ts';
import { SYSTEMS, toWgs84 } from '#gis-data/crs.ts';
import { actor, field, mustMay, refused } from '#lib/server/guard.ts';
import { fileRecords, notTaken } from '#lib/server/import-file.ts';
import { onMap } from '#lib/server/on-map.ts';
import { db } from '#lib/server/runtime.ts';
import {
  addressesOf,
  cameraCounts,
  cameraList,
  compareCameras,
  importCameras,
  type CameraFilter,
} from '#store/cameras.ts';
import type { Actions, PageServerLoad } from './$types';

const PAGE_SIZE = 50;
const FILTERS: readonly CameraFilter['state'][] = ['open', ...CAMERA_STATES, 'retired'];

export const load: PageServerLoad = async (event) => {
  mustMay(event, 'camera.manage');
  event.depends('admin:cameras');
  const asked = event.url.searchParams;
  const state = FILTERS.find((f) => f === asked.get('state')) ?? 'open';
  const filter: CameraFilter = { text: (asked.get('q') ?? '').trim().slice(0, 80), state };
  const page = Math.max(1, Math.min(10_000, Number.parseInt(asked.get('page') ?? '1', 10) || 1));
  const [list, counts] = await Promise.all([
    cameraList(db(), filter, { limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE }),
    cameraCounts(db()),
  ]);
  const known = await addressesOf(
    db(),
    list.cameras.map((c) => c.id),
  );
  const rows = list.cameras.map((c) => ({ ...c, addresses: shown(known.get(c.id)) }));
  return { rows, count: list.count, counts, filter, page, pageSize: PAGE_SIZE, askedAt: Date.now() };
};

/** Addresses as the registry's screen may have them: without their secrets. '' is none. */
const shown = (known: CameraAddresses | undefined): Record<keyof CameraAddresses, string> =>
  Object.fromEntries(CAMERA_WAYS.map((w) => [w, known?.[w] ? hideSecrets(known[w]) : ''])) as never;

export const actions: Actions = {
  /** Looks at a file, and takes it when `confirm` is given: the file is checked each time, whatever the screen showed. */
  import: async (event) => {
    const who = actor(event, 'camera.manage');
    if (!who.ok) return who.answer;
    const form = await event.request.formData();
    const system = SYSTEMS.find((s) => s === field(form, 'system'));
    if (!system) return refused('input');
    const file = await fileRecords(form);
    if (!file.ok) return file.answer;
    const read = readCameras(file.records, (at) => toWgs84(at, system));
    if (!read.ok) return notTaken(read);
    if (field(form, 'confirm') !== 'yes')
      return {
        preview: {
          ...(await compareCameras(db(), read.cameras)),
          ...(await onMap(
            read.cameras.map((c) => c.at),
            system,
          )),
        },
      };
    const { account } = who.session;
    const by = { officer: { account: account.id, name: account.name }, now: who.by.now };
    return { imported: await importCameras(db(), read.cameras, file.name.slice(0, 120), by) };
  },
};
