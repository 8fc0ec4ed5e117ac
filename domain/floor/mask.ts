import { COMMAND } from '../steer/rows.ts';
import type { Row } from '../tables.ts';

/** From this many digits on a number is a person's, not an extension. */
const PERSONAL_DIGITS = 7;

/**
 * A telephone number for screens without clearance: '13812345678' → '138****5678', '02583001234' → '025****1234'.
 * Numbers of fewer than 7 digits are extensions or service numbers and stay. Anything that is no number is hidden whole.
 */
export function maskNumber(number: string): string {
  const digits = number.replace(/\D/g, '');
  if (digits.length === 0) return number === '' ? '' : '****';
  if (digits.length < PERSONAL_DIGITS) return digits;
  return `${digits.slice(0, 3)}****${digits.slice(-(digits.length >= 11 ? 4 : 2))}`;
}

/** Hides personal numbers inside a device or interface name ('Local/13812345678@out' → 'Local/138****5678@out'). */
const maskWithin = (text: string): string => text.replace(/\d{7,}/g, maskNumber);

/**
 * What a wall may see of a row of topic `floor`: callers' numbers are masked; so are agents' own mobile phones where a
 * queue rings those. What supervisors do and why is for supervisors. Every other row exists on both sides, so that both count alike.
 */
export function maskFloor(collection: string, row: Row): Row | null {
  switch (collection) {
    case 'visit':
      return { ...row, caller: maskNumber(String(row.caller)) };
    case 'call':
      return { ...row, caller: maskNumber(String(row.caller)), called: maskNumber(String(row.called)) };
    case 'seat':
      return {
        ...row,
        extension: maskWithin(String(row.extension)),
        device: maskWithin(String(row.device)),
        memberships: (row.memberships as readonly { interface: string }[]).map((m) => ({
          ...m,
          interface: maskWithin(m.interface),
        })),
      };
    case COMMAND:
      return null;
    default:
      return row;
  }
}
