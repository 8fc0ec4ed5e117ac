import { mayDo, SCENES } from '#domain/access.ts';
import { actor, field, idField, mustMay, refused } from '#lib/server/guard.ts';
import { db } from '#lib/server/runtime.ts';
import { approvePairing, chooseScene, pairingByCode, unpair, wallDevices } from '#store/walls.ts';
import type { Actions, PageServerLoad } from './$types';

/** The scenes for everybody who may see walls; the screens for those who manage them. */
export const load: PageServerLoad = async (event) => {
  const session = mustMay(event, 'wall.see');
  const manage = mayDo(session.role, 'wall.manage');
  return { scenes: SCENES, manage, devices: manage ? await wallDevices(db()) : [] };
};

export const actions: Actions = {
  find: async (event) => {
    const who = actor(event, 'wall.manage');
    if (!who.ok) return who.answer;
    const code = field(await event.request.formData(), 'code').replace(/\D/g, '');
    const found = await pairingByCode(db(), code);
    return found ? { found: { code, ...found } } : refused('pairing-missing');
  },
  pair: async (event) => {
    const who = actor(event, 'wall.manage');
    if (!who.ok) return who.answer;
    const form = await event.request.formData();
    const answer = await approvePairing(
      db(),
      { code: field(form, 'code'), name: field(form, 'name'), scene: field(form, 'scene') },
      who.by,
    );
    return answer.ok ? { paired: true } : refused(answer.code);
  },
  scene: async (event) => {
    const who = actor(event, 'wall.manage');
    if (!who.ok) return who.answer;
    const form = await event.request.formData();
    const id = idField(form, 'device');
    if (id === null) return refused('device-missing');
    const answer = await chooseScene(db(), id, field(form, 'scene'), who.by);
    return answer.ok ? { chosen: true } : refused(answer.code);
  },
  unpair: async (event) => {
    const who = actor(event, 'wall.manage');
    if (!who.ok) return who.answer;
    const id = idField(await event.request.formData(), 'device');
    if (id === null) return refused('device-missing');
    const answer = await unpair(db(), id, who.by);
    return answer.ok ? { unpaired: true } : refused(answer.code);
  },
};
