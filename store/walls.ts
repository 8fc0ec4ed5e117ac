import { randomBytes, randomInt } from 'node:crypto';
import { SCENES, type Scene } from '#domain/access.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import { MINUTE, type Instant } from '#domain/time.ts';
import { openSession, revokeSessions, sha256, type Visitor } from './auth.ts';
import { fromTs, toTs, type Sql } from './db.ts';
import { recording } from './facts.ts';

/**
 * Wall screens and their pairing. A screen shows a short code; a person who may manage walls types it in and names the screen;
 * the screen, which proves itself with a secret that only it has, then gets a session of its own for the masked wall topics.
 */

/** A code is good for this long; a screen asks for the next one in time. */
export const PAIRING_MS = 10 * MINUTE;
/** Codes waiting at once, and from one address. */
const MAX_WAITING = 200;
const MAX_PER_ADDRESS = 20;

export interface Pairing {
  readonly code: string;
  readonly secret: string;
  readonly expiresAt: Instant;
}

/** Makes a code for a screen. Refused while too many wait. */
export async function beginPairing(
  sql: Sql,
  visitor: Visitor,
  now: Instant = Date.now(),
): Promise<Result<Pairing, 'pairing-full'>> {
  await sql`delete from wall_pairing where expires_at < ${toTs(now)}`;
  const [waiting] = await sql<{ all: number; here: number }[]>`
    select count(*)::int as all, (count(*) filter (where address = ${visitor.address}))::int as here from wall_pairing`;
  if (waiting!.all >= MAX_WAITING || waiting!.here >= MAX_PER_ADDRESS)
    return refuse('pairing-full', 'too many screens wait to be paired');
  const secret = randomBytes(32).toString('base64url');
  const expiresAt = now + PAIRING_MS;
  // a code that is taken is drawn again; with at most 200 of a million taken, ten draws never fail in practice
  for (let i = 0; i < 10; i++) {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    const done = await sql`
      insert into wall_pairing (code, secret_sha256, address, user_agent, created_at, expires_at)
      values (${code}, ${sha256(secret)}, ${visitor.address.slice(0, 60)}, ${visitor.userAgent.slice(0, 300)}, ${toTs(now)}, ${toTs(expiresAt)})
      on conflict do nothing`;
    if (done.count === 1) return accept({ code, secret, expiresAt });
  }
  return refuse('pairing-full', 'no free code was found');
}

/** The code that belongs to a secret, while it waits; null when it is over. */
export async function waitingPairing(
  sql: Sql,
  secret: string,
  now: Instant = Date.now(),
): Promise<{ code: string; expiresAt: Instant; approved: boolean } | null> {
  const [r] = await sql<{ code: string; expires_at: Date; device_id: number | null }[]>`
    select code, expires_at, device_id from wall_pairing where secret_sha256 = ${sha256(secret)} and expires_at > ${toTs(now)}`;
  return r ? { code: r.code, expiresAt: fromTs(r.expires_at), approved: r.device_id !== null } : null;
}

/** A code that waits, as the person who is to approve it sees it: is it the screen in front of me? */
export async function pairingByCode(
  sql: Sql,
  code: string,
  now: Instant = Date.now(),
): Promise<{ address: string; userAgent: string; createdAt: Instant } | null> {
  const [r] = await sql<{ address: string; user_agent: string; created_at: Date }[]>`
    select address, user_agent, created_at from wall_pairing
    where code = ${code} and expires_at > ${toTs(now)} and device_id is null`;
  return r ? { address: r.address, userAgent: r.user_agent, createdAt: fromTs(r.created_at) } : null;
}

type Who = { actor: string; accountId: number; now: Instant };
type ApproveRefusal = 'pairing-missing' | 'name-invalid' | 'scene-invalid';

/** Approves the screen that shows `code`. */
export async function approvePairing(
  sql: Sql,
  input: { code: string; name: string; scene: string },
  by: Who,
): Promise<Result<{ deviceId: number }, ApproveRefusal>> {
  const name = input.name.trim();
  if (name.length < 1 || name.length > 60) return refuse('name-invalid', 'not a name');
  const scene = SCENES.find((s) => s === input.scene);
  if (!scene) return refuse('scene-invalid', 'no such scene');
  const code = input.code.replace(/\D/g, '');
  return recording<Result<{ deviceId: number }, ApproveRefusal>>(sql, async (tx) => {
    const [waiting] = await tx`
      select 1 from wall_pairing where code = ${code} and expires_at > ${toTs(by.now)} and device_id is null for update`;
    if (!waiting) return { facts: [], result: refuse('pairing-missing', 'no screen shows this code') };
    const [device] = await tx<{ id: number }[]>`
      insert into wall_device (name, scene, paired_by, paired_at) values (${name}, ${scene}, ${by.accountId}, ${toTs(by.now)}) returning id`;
    const deviceId = device!.id;
    await tx`update wall_pairing set device_id = ${deviceId} where code = ${code}`;
    return {
      facts: [
        {
          kind: 'wall.paired',
          body: { device: deviceId, name, scene },
          at: by.now,
          subject: `wall:${deviceId}`,
          actor: by.actor,
        },
      ],
      result: accept({ deviceId }),
    };
  });
}

/**
 * Hands the session to the screen that owns the secret, once.
 * @returns its token and scene, or null when nobody has approved it (or the code is over)
 */
export async function claimPairing(
  sql: Sql,
  secret: string,
  visitor: Visitor,
  now: Instant = Date.now(),
): Promise<{ token: string; expiresAt: Instant; scene: Scene } | null> {
  return (await sql.begin(async (tx) => {
    const [claimed] = await tx<{ device_id: number }[]>`
      delete from wall_pairing where secret_sha256 = ${sha256(secret)} and expires_at > ${toTs(now)} and device_id is not null
      returning device_id`;
    if (!claimed) return null;
    const [device] = await tx<{ scene: Scene }[]>`
      select scene from wall_device where id = ${claimed.device_id} and unpaired_at is null`;
    if (!device) return null;
    const session = await openSession(tx as never, { deviceId: claimed.device_id }, visitor, now);
    return { token: session.token, expiresAt: session.expiresAt, scene: device.scene };
  })) as { token: string; expiresAt: Instant; scene: Scene } | null;
}

export interface WallDevice {
  readonly id: number;
  readonly name: string;
  readonly scene: Scene;
  readonly pairedAt: Instant;
  readonly pairedBy: string | null;
  /** Last request of its session; null when it has not come for its session yet. */
  readonly seenAt: Instant | null;
  readonly address: string | null;
}

/** The paired screens, by name; at most 200. */
export async function wallDevices(sql: Sql): Promise<WallDevice[]> {
  const rows = await sql<
    {
      id: number;
      name: string;
      scene: Scene;
      paired_at: Date;
      paired_by: string | null;
      seen_at: Date | null;
      address: string | null;
    }[]
  >`
    select d.id, d.name, d.scene, d.paired_at, a.name as paired_by, s.seen_at, s.address
    from wall_device d left join account a on a.id = d.paired_by
    left join lateral (
      select seen_at, address from session where device_id = d.id and revoked_at is null order by seen_at desc limit 1) s on true
    where d.unpaired_at is null order by d.name, d.id limit 200`;
  return rows.map((r) => ({
    id: r.id,
    name: r.name,
    scene: r.scene,
    pairedAt: fromTs(r.paired_at),
    pairedBy: r.paired_by,
    seenAt: r.seen_at && fromTs(r.seen_at),
    address: r.address,
  }));
}

/** Gives a screen another scene. The screen asks for its scene every few seconds and goes there by itself. */
export async function chooseScene(
  sql: Sql,
  deviceId: number,
  wanted: string,
  by: Who,
): Promise<Result<null, 'device-missing' | 'scene-invalid'>> {
  const scene = SCENES.find((s) => s === wanted);
  if (!scene) return refuse('scene-invalid', 'no such scene');
  return recording<Result<null, 'device-missing' | 'scene-invalid'>>(sql, async (tx) => {
    const [device] = await tx<{ name: string }[]>`
      update wall_device set scene = ${scene} where id = ${deviceId} and unpaired_at is null returning name`;
    if (!device) return { facts: [], result: refuse('device-missing', 'no such screen') };
    return {
      facts: [
        {
          kind: 'wall.scene-chosen',
          body: { device: deviceId, name: device.name, scene },
          at: by.now,
          subject: `wall:${deviceId}`,
          actor: by.actor,
        },
      ],
      result: accept(null),
    };
  });
}

/** Unpairs a screen: its sessions end, and it shows a pairing code again. */
export async function unpair(sql: Sql, deviceId: number, by: Who): Promise<Result<null, 'device-missing'>> {
  return recording<Result<null, 'device-missing'>>(sql, async (tx) => {
    const [device] = await tx<{ name: string }[]>`
      update wall_device set unpaired_at = ${toTs(by.now)} where id = ${deviceId} and unpaired_at is null returning name`;
    if (!device) return { facts: [], result: refuse('device-missing', 'no such screen') };
    const sessions = await tx<{ id: number }[]>`
      select id from session where device_id = ${deviceId} and revoked_at is null`;
    await revokeSessions(
      tx,
      sessions.map((s) => s.id),
    );
    return {
      facts: [
        {
          kind: 'wall.unpaired',
          body: { device: deviceId, name: device.name },
          at: by.now,
          subject: `wall:${deviceId}`,
          actor: by.actor,
        },
      ],
      result: accept(null),
    };
  });
}
