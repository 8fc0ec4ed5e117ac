import type { Translated } from '../words.ts';

/** A sentence for each refusal code of the domain and the store. A code without one is shown as it is, with the general sentence. */
const zh = {
  unknown: '操作未被接受',
  'not-signed-in': '登录已失效，请重新登录。',
  'no-right': '您的角色没有此项权限。',
  'wrong-password': '账号或密码不正确。',
  'too-many-attempts': '尝试次数过多，请稍后再试。',
  'account-disabled': '此账号已停用，请联系系统管理员。',
  'login-taken': '这个登录名已被使用。',
  'login-invalid': '登录名须为 2–40 位小写字母、数字、点、下划线或短横线，并以字母或数字开头。',
  'name-invalid': '姓名须为 1–60 个字。',
  'role-invalid': '没有这个角色。',
  'password-short': '密码至少 10 位。',
  'password-long': '密码最多 200 位。',
  'password-same': '新密码与原密码相同。',
  'password-is-login': '密码不能与登录名相同。',
  'last-administrator': '至少要保留一名可用的系统管理员。',
  'not-yourself': '不能停用自己的账号或更改自己的角色。',
  'account-missing': '没有这个账号。',
  'session-missing': '这个会话已经结束。',
  'pairing-missing': '没有这个配对码，可能已过期；大屏会显示新的配对码。',
  'pairing-full': '等待配对的屏幕太多，请稍后再试。',
  'device-missing': '没有这块大屏。',
  'scene-invalid': '没有这个场景。',
};

const en: Translated<typeof zh> = {
  unknown: 'The command was refused',
  'not-signed-in': 'Your session has ended; please sign in again.',
  'no-right': 'Your role has no right to do this.',
  'wrong-password': 'Login or password is wrong.',
  'too-many-attempts': 'Too many attempts; please try again later.',
  'account-disabled': 'This account is disabled; ask an administrator.',
  'login-taken': 'This login is taken.',
  'login-invalid':
    'A login has 2–40 lower-case letters, digits, dots, underscores or hyphens and starts with a letter or digit.',
  'name-invalid': 'A name has 1–60 characters.',
  'role-invalid': 'There is no such role.',
  'password-short': 'A password has at least 10 characters.',
  'password-long': 'A password has at most 200 characters.',
  'password-same': 'The new password is the old one.',
  'password-is-login': 'The password must not be the login.',
  'last-administrator': 'At least one working administrator must remain.',
  'not-yourself': 'You cannot disable your own account or change your own role.',
  'account-missing': 'There is no such account.',
  'session-missing': 'This session has already ended.',
  'pairing-missing': 'No screen shows this code; it may have expired. The screen shows a new one.',
  'pairing-full': 'Too many screens are waiting to be paired; please try again later.',
  'device-missing': 'There is no such screen.',
  'scene-invalid': 'There is no such scene.',
};

export default { zh, en };
