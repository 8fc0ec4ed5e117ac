import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';

/**
 * Addresses that browsers hand back: each is sealed for one camera, so that it tells nothing (a segment's address may hold a token)
 * and nobody can make one. The same address gives the same text, because players and caches know segments by theirs.
 */
export class Seal {
  readonly #key: Buffer;
  readonly #nonceKey: Buffer;

  constructor(secret: string) {
    const keys = Buffer.from(hkdfSync('sha256', secret, '', 'watchfloor camera relay', 64));
    this.#key = keys.subarray(0, 32);
    this.#nonceKey = keys.subarray(32);
  }

  /** @returns text of letters, digits, - and _, for the path of an address of ours */
  close(camera: string, address: string): string {
    // made of what is sealed: never the same for two addresses, and the same for one
    const nonce = createHmac('sha256', this.#nonceKey).update(`${camera}\n${address}`).digest().subarray(0, 12);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(camera));
    const text = Buffer.concat([cipher.update(address, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url');
  }

  /** The address; null when this was not sealed for this camera by one of our servers. */
  open(camera: string, sealed: string): string | null {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length <= 28) return null;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, 12))
      .setAAD(Buffer.from(camera))
      .setAuthTag(bytes.subarray(12, 28));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    } catch {
      // another key, another camera, or no seal of ours: nothing to say about it
      return null;
    }
  }
}
