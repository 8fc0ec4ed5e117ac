import type { Translated } from '../words.ts';

/** Sign-in, account, accounts, walls and pairing. */
const signIn = {
  title: '登录',
  login: '登录名',
  password: '密码',
  submit: '登录',
  tryAgainIn: (time: string) => `请在 ${time}后再试。`,
  pair: '这是一块大屏？',
  pairLink: '用配对码接入',
  show: '显示密码',
  hide: '隐藏密码',
};
const zh = { signIn };

const en: Translated<typeof zh> = {
  signIn: {
    title: 'Sign in',
    login: 'Login',
    password: 'Password',
    submit: 'Sign in',
    tryAgainIn: (time) => `Try again in ${time}.`,
    pair: 'Is this a wall screen?',
    pairLink: 'Connect it with a pairing code',
    show: 'Show password',
    hide: 'Hide password',
  },
};

export default { zh, en };
