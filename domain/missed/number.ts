/** What can be called back: a withheld or broken number cannot. The same expression runs in the database. */
export const NUMBER = '^\\+?[0-9]{5,15}$';
const CALLABLE = new RegExp(NUMBER);

/**
 * One spelling of a telephone number, so that a citizen who called as 013812345678 and is called back as 13812345678 is one:
 * without country code 86, mobile numbers without a zero before them. Anything else stays as it is.
 * The function number_key of the database says the same (store/migrations/0110_missed.sql).
 */
export function numberKey(text: string): string {
  const mobile = /^(?:\+86|0086|86|0)?(1[3-9][0-9]{9})$/.exec(text);
  if (mobile) return mobile[1]!;
  const geographic = /^(?:\+86|0086)([2-9][0-9]{8,10})$/.exec(text);
  if (geographic) return `0${geographic[1]!}`;
  return text.replace(/^\+/, '');
}

/** What missed calls are gathered by: the citizen's number, or where there is none the call itself. */
export const missedKey = (caller: string, call: string): string =>
  CALLABLE.test(caller) ? numberKey(caller) : `${ANONYMOUS}${call}`;
const ANONYMOUS = 'call:';
/** Is there a number behind this key? */
export const canBeCalled = (key: string): boolean => !key.startsWith(ANONYMOUS);
