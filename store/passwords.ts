import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** Cost of a hash: 19 MiB, two passes, one lane (the OWASP floor for argon2id); about 40 ms of one core. */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;
const TAG_BYTES = 32;

const derive = promisify(argon2);
const b64 = (b: Buffer): string => b.toString('base64').replace(/=+$/, '');

/** At most this many hashes at once, so that a storm of sign-ins cannot take all memory; the rest waits its turn. */
const AT_ONCE = 4;
let running = 0;
const waiting: (() => void)[] = [];
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((r) => waiting.push(r));
  else running++;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

/** Hash of a password in PHC form: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await inTurn(() =>
    derive('argon2id', {
      message: Buffer.from(password.normalize('NFKC')),
      nonce,
      parallelism: LANES,
      tagLength: TAG_BYTES,
      memory: MEMORY_KIB,
      passes: PASSES,
    }),
  );
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${b64(nonce)}$${b64(tag)}`;
}

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,88})\$([A-Za-z0-9+/]{16,88})$/;

/**
 * Is this the password of the hash? Compares in constant time.
 * @throws when the hash is not argon2id in PHC form: our own table is broken
 */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const m = PHC.exec(hash);
  if (!m) throw new Error('broken promise: a stored password hash is not argon2id in PHC form');
  const want = Buffer.from(m[5]!, 'base64');
  const got = await inTurn(() =>
    derive('argon2id', {
      message: Buffer.from(password.normalize('NFKC')),
      nonce: Buffer.from(m[4]!, 'base64'),
      parallelism: Number(m[3]),
      tagLength: want.length,
      memory: Number(m[1]),
      passes: Number(m[2]),
    }),
  );
  return timingSafeEqual(want, got);
}

const CONSONANTS = 'bdfghjkmnprstvz';
const VOWELS = 'aeiou';

/** A random password that can be read out over a telephone: `kavo-temi-sura-47`, about 44 bits. */
export function readablePassword(): string {
  const pick = (letters: string): string => letters[randomBelow(letters.length)]!;
  const word = (): string => pick(CONSONANTS) + pick(VOWELS) + pick(CONSONANTS) + pick(VOWELS);
  return `${word()}-${word()}-${word()}-${String(randomBelow(90) + 10)}`;
}

/** Uniform in [0, n), n ≤ 256: bytes beyond the last whole multiple are drawn again. */
function randomBelow(n: number): number {
  const limit = 256 - (256 % n);
  for (;;) {
    const [b] = randomBytes(1);
    if (b! < limit) return b! % n;
  }
}
