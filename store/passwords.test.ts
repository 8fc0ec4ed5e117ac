import { expect, test } from 'vitest';
import { hashPassword, readablePassword, verifyPassword } from './passwords.ts';

test('a password verifies against its own hash only, and two hashes of it differ', async () => {
  const [a, b] = await Promise.all([hashPassword('正确的 horse'), hashPassword('正确的 horse')]);
  expect(a).not.toBe(b);
  expect(a).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await verifyPassword('正确的 horse', a)).toBe(true);
  expect(await verifyPassword('正确的 horse', b)).toBe(true);
  expect(await verifyPassword('正确的 Horse', a)).toBe(false);
  expect(await verifyPassword('', a)).toBe(false);
});

test('a hash that is not argon2id is a broken promise and no wrong password', async () => {
  await expect(verifyPassword('x', '$2b$10$abcdefghijklmnopqrstuv')).rejects.toThrow('PHC');
});

test('many hashes at once all come to their end', async () => {
  const hashes = await Promise.all(Array.from({ length: 9 }, () => hashPassword('same')));
  expect(new Set(hashes).size).toBe(9);
});

test('readable passwords keep their shape and do not repeat', () => {
  const made = Array.from({ length: 500 }, readablePassword);
  expect(new Set(made).size).toBe(500);
  for (const p of made) expect(p).toMatch(/^([b-z][aeiou]){2}-([b-z][aeiou]){2}-([b-z][aeiou]){2}-[1-9]\d$/);
});
