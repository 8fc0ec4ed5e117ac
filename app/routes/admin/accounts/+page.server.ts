import { ACCOUNT_ROLES } from '#domain/access.ts';
import { actor, field, idField, mustMay, refused } from '#lib/server/guard.ts';
import { db } from '#lib/server/runtime.ts';
import { accounts, changeAccount, createAccount, resetPassword } from '#store/accounts.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const session = mustMay(event, 'account.manage');
  return { accounts: await accounts(db()), roles: ACCOUNT_ROLES, me: session.account?.id ?? null };
};

export const actions: Actions = {
  create: async (event) => {
    const who = actor(event, 'account.manage');
    if (!who.ok) return who.answer;
    const form = await event.request.formData();
    const login = field(form, 'login').trim().toLowerCase();
    const answer = await createAccount(db(), { login, name: field(form, 'name'), role: field(form, 'role') }, who.by);
    return answer.ok ? { password: answer.value.password, login, kind: 'made' as const } : refused(answer.code);
  },
  reset: async (event) => {
    const who = actor(event, 'account.manage');
    if (!who.ok) return who.answer;
    const form = await event.request.formData();
    const id = idField(form, 'account');
    if (id === null) return refused('account-missing');
    const answer = await resetPassword(db(), id, who.by);
    return answer.ok
      ? { password: answer.value.password, login: field(form, 'login'), kind: 'wasReset' as const }
      : refused(answer.code);
  },
  change: async (event) => {
    const who = actor(event, 'account.manage');
    if (!who.ok) return who.answer;
    const form = await event.request.formData();
    const id = idField(form, 'account');
    if (id === null) return refused('account-missing');
    const disabled = field(form, 'disabled');
    const role = field(form, 'role');
    const answer = await changeAccount(
      db(),
      id,
      {
        ...(role === '' ? {} : { role }),
        ...(disabled === '' ? {} : { disabled: disabled === 'true' }),
      },
      who.by,
    );
    return answer.ok ? { changed: true } : refused(answer.code);
  },
};
