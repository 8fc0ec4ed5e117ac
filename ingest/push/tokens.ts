import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { DEMO_ORIGIN } from '#domain/cases/case.ts';
import type { Config } from '#domain/config.ts';
import { caseSalt } from '#store/case-rows.ts';
import type { Sql } from '#store/db.ts';

const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Who may push: names by bearer token. Compared in constant time, and only as digests. */
export class Tokens {
  readonly #known: readonly { readonly name: string; readonly digest: Buffer }[];

  constructor(tokens: Readonly<Record<string, string>>) {
    this.#known = Object.entries(tokens).map(([name, token]) => ({ name, digest: digestOf(token) }));
  }

  senderOf(token: string): string | null {
    const digest = digestOf(token);
    let found: string | null = null;
    for (const k of this.#known) if (timingSafeEqual(k.digest, digest)) found = k.name;
    return found;
  }
}

/** The pairs of PUSH_TOKENS (checked by the configuration). */
export function parseTokens(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split(',')
      .filter((p) => p.trim() !== '')
      .map((p) => {
        const at = p.indexOf('=');
        return [p.slice(0, at).trim(), p.slice(at + 1).trim()];
      }),
  );
}

/** What the simulators of this installation push with: a secret that only those who may read our database know. */
export async function demoToken(sql: Sql): Promise<string> {
  return createHmac('sha256', await caseSalt(sql))
    .update('push token of the demo city')
    .digest('hex');
}

/** Who may push in this configuration; the simulators only in demo. */
export async function allowedTokens(config: Config, sql: Sql): Promise<Tokens> {
  const named = parseTokens(config.pushTokens);
  return new Tokens(config.mode === 'demo' ? { ...named, [DEMO_ORIGIN]: await demoToken(sql) } : named);
}
