/**
 * A manager interface that sends seat events at a steady rate: 200 seats in 4 queues, each event a QueueMemberStatus that
 * changes its seat. Its Timestamp is the instant of the write. Speaks with its parent over IPC: {rate, seconds}.
 */
import { mulberry32 } from '#domain/random.ts';
import { AmiServer, coreStatus, eventText, type Lines } from '#scripts/ami-server/server.ts';

const SEATS = 200;
const STARTED = Date.now();
const QUEUES = ['q1', 'q2', 'q3', 'q4'];
const now = (): number => performance.timeOrigin + performance.now();
const random = mulberry32(Number(process.argv[3] ?? 1));
const seats = Array.from({ length: SEATS }, (_, i) => ({
  no: String(1001 + i),
  queue: QUEUES[i % QUEUES.length]!,
  status: 1,
  lastCall: 0,
}));
type Seat = (typeof seats)[number];

const member = (s: Seat): Lines => [
  ['StateInterface', `PJSIP/${s.no}`],
  ['Membership', 'dynamic'],
  ['Penalty', 0],
  ['CallsTaken', 0],
  ['LastCall', s.lastCall],
  ['LastPause', 0],
  ['LoginTime', 1_795_320_000],
  ['InCall', 0],
  ['Status', s.status],
  ['Paused', 0],
  ['PausedReason', ''],
];

const server = new AmiServer({
  port: Number(process.argv[2]),
  accounts: { watchfloor: 'bench' },
  now: Date.now,
  backend: {
    booted: () => true,
    action({ name, fields }, reply) {
      if (name === 'queuestatus') {
        const queues = QUEUES.map((q): Lines => [
          ['Event', 'QueueParams'],
          ['Queue', q],
          ['Max', 0],
          ['Strategy', 'rrmemory'],
          ['Calls', 0],
          ['Holdtime', 0],
          ['TalkTime', 0],
          ['Completed', 0],
          ['Abandoned', 0],
          ['ServiceLevel', 20],
          ['ServicelevelPerf', '0.0'],
          ['ServicelevelPerf2', '0.0'],
          ['Weight', 0],
        ]);
        const members = seats.map((s): Lines => [
          ['Event', 'QueueMember'],
          ['Queue', s.queue],
          ['Name', `agent ${s.no}`],
          ['Location', `PJSIP/${s.no}`],
          ...member(s),
          ['Wrapuptime', 0],
        ]);
        return reply.list('Queue status will follow', [...queues, ...members], 'QueueStatusComplete');
      }
      if (name === 'coreshowchannels') return reply.list('Channels will follow', [], 'CoreShowChannelsComplete');
      if (name === 'getconfig')
        return reply.success('', [
          ['Category-000000', fields.get('category') || 'q1'],
          ['Line-000000-000000', 'wrapuptime=0'],
        ]);
      if (name === 'corestatus') return reply.success('', coreStatus(STARTED));
      if (name === 'bridgelist') return reply.list('Bridge listing will follow', [], 'BridgeListComplete');
      reply.error('Invalid/unknown command');
    },
  },
});
await server.listen();
console.log('{"msg":"ready"}');

function one(): void {
  const s = seats[Math.floor(random() * SEATS)]!;
  s.status = s.status === 1 ? 6 : s.status === 6 ? 2 : 1;
  server.send(
    eventText('QueueMemberStatus', [
      ['Privilege', 'agent,all'],
      ['Timestamp', (now() / 1000).toFixed(6)],
      ['Queue', s.queue],
      ['MemberName', `agent ${s.no}`],
      ['Interface', `PJSIP/${s.no}`],
      ...member(s),
      ['Ringinuse', 0],
      ['Wrapuptime', 0],
    ]),
  );
}

/** Sends single events at their own instants, as a switch does: no bursts but those of chance. */
function run(rate: number, seconds: number): void {
  const started = performance.now();
  let sent = 0;
  const total = rate * seconds;
  const step = (): void => {
    const due = Math.min(total, Math.floor(((performance.now() - started) / 1000) * rate));
    while (sent < due) {
      one();
      sent++;
    }
    if (sent < total) setTimeout(step, 1);
    else process.send!({ sent });
  };
  step();
}

process.on('message', (m: { rate: number; seconds: number }) => run(m.rate, m.seconds));
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
