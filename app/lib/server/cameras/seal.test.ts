import { expect, test } from 'vitest';
import { Seal } from './seal.ts';

const ADDRESS = 'http://10.0.0.9:8080/live/seg42.m4s?token=geheim';
const seal = new Seal('a secret of the installation');

test('an address comes back for its own camera, is the same each time, and shows nothing', () => {
  const sealed = seal.close('A-1', ADDRESS);
  expect(seal.open('A-1', sealed)).toBe(ADDRESS);
  expect(new Seal('a secret of the installation').close('A-1', ADDRESS)).toBe(sealed);
  expect(sealed).toMatch(/^[\w-]+$/);
  expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toMatch(/10\.0|seg42|geheim/);
});

test('nobody can make one: another camera, another installation, a changed byte and any text open nothing', () => {
  const sealed = seal.close('A-1', ADDRESS);
  expect(seal.open('A-2', sealed)).toBeNull();
  expect(new Seal('another').open('A-1', sealed)).toBeNull();
  for (let i = 0; i < sealed.length; i += 7) {
    const changed = `${sealed.slice(0, i)}${sealed[i] === 'A' ? 'B' : 'A'}${sealed.slice(i + 1)}`;
    // the last letter may carry bits that no byte has
    if (Buffer.from(changed, 'base64url').equals(Buffer.from(sealed, 'base64url'))) continue;
    expect(seal.open('A-1', changed), String(i)).toBeNull();
  }
  for (const text of ['', 'x', 'http://169.254.169.254/', '../../etc/passwd', '%00', 'A'.repeat(5000)])
    expect(seal.open('A-1', text), text.slice(0, 20)).toBeNull();
});
