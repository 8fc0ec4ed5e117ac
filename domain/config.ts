import { pullsMistake } from './cases/pull-config.ts';
import { feedsMistake } from './city/feed-config.ts';
import { patternMistake, urlMistake } from './recordings/pattern.ts';
import { accept, refuse, type Result } from './result.ts';

/**
 * Every option of the product, once: environment variable, type, unit, default, one sentence.
 * README lists them from here (`npm run -s config:list`); each main.ts parses them once and reports all mistakes together.
 */
interface Option<T> {
  readonly env: string;
  readonly type: 'string' | 'int' | 'number' | 'bool' | 'url' | 'choice' | 'secret' | 'json';
  readonly unit?: string;
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly default: T;
  readonly doc: string;
  /** What is wrong with a value that has the right type ('must be …'); null: nothing. */
  readonly check?: (value: unknown) => string | null;
}
/** A check for JSON objects: every value must pass. */
const everyValue =
  (what: string, ok: (x: unknown) => boolean) =>
  (value: unknown): string | null =>
    value !== null && typeof value === 'object' && !Array.isArray(value) && Object.values(value).every(ok)
      ? null
      : `must be a JSON object of ${what}`;
const seconds = (x: unknown): boolean => typeof x === 'number' && x >= 0 && x <= 3600;
const isName = (x: unknown): boolean =>
  x !== null &&
  typeof x === 'object' &&
  ['zh', 'en'].every((k) => typeof (x as Record<string, unknown>)[k] === 'string');
/** A point of the voice menu: its name, and whether a caller who hangs up there has been served. */
export interface MenuPointName {
  readonly zh: string;
  readonly en: string;
  readonly serves?: boolean;
}
const isMenuPoint = (x: unknown): boolean =>
  isName(x) && ['boolean', 'undefined'].includes(typeof (x as { serves?: unknown }).serves);
/** What is wrong with PUSH_TOKENS; null: nothing. Never repeats a token. */
const tokensMistake = (value: unknown): string | null => {
  const pairs = String(value).split(',');
  if (pairs.some((p) => p.trim().startsWith('demo='))) return 'must not use the name demo: it is the simulator’s';
  const wrong = pairs.findIndex((p) => !/^[a-z0-9][a-z0-9-]{0,39}=[^\s=,]{16,}$/.test(p.trim()));
  return wrong < 0
    ? null
    : `must be name=token pairs with commas between, tokens of 16 characters or more; pair ${wrong + 1} is not`;
};
const opt = <T>(o: Option<T>): Option<T> => o;

/** Skill groups that most hotlines have, under the names that switches usually give them. */
const QUEUE_NAMES: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  hotline: { zh: '综合', en: 'General' },
  consult: { zh: '咨询', en: 'Enquiries' },
  complaint: { zh: '投诉', en: 'Complaints' },
  zixun: { zh: '政策咨询', en: 'Enquiries' },
  tousu: { zh: '投诉举报', en: 'Complaints' },
  qiuzhu: { zh: '求助服务', en: 'Help' },
  chengguan: { zh: '城市管理', en: 'City care' },
  yingshang: { zh: '营商服务', en: 'Business' },
  yingji: { zh: '应急值守', en: 'Emergency' },
};

/** Points of a voice menu that dial plans usually tell, and the unattended services of a hotline. */
const MENU_POINTS: Readonly<Record<string, MenuPointName>> = {
  enter: { zh: '进线', en: 'Call came in' },
  welcome: { zh: '主菜单', en: 'Main menu' },
  queue: { zh: '转人工', en: 'To a queue' },
  'queue-busy': { zh: '全忙提示', en: 'All seats busy' },
  'self-service': { zh: '自助服务', en: 'Self-service' },
  'self-mayor-mail': { zh: '市长信箱', en: 'Mailbox of the mayor', serves: true },
  'self-complaint': { zh: '录音投诉', en: 'Recorded complaint', serves: true },
  'self-query': { zh: '凭号查询办理结果', en: 'Result by case number', serves: true },
  'self-policy': { zh: '政策与办事指南', en: 'Policies and guides', serves: true },
  'self-poll': { zh: '民意调查', en: 'Opinion poll', serves: true },
  voicemail: { zh: '语音留言', en: 'Message', serves: true },
  blocked: { zh: '队列拒入', en: 'Refused by the queue' },
  blacklisted: { zh: '黑名单', en: 'Blacklist' },
};

export const OPTIONS = {
  mode: opt<'demo' | 'live'>({
    env: 'MODE',
    type: 'choice',
    choices: ['demo', 'live'],
    default: 'demo',
    doc: 'demo starts a simulator for each source that has no real address; live starts none.',
  }),
  zone: opt<string>({
    env: 'CITY_ZONE',
    type: 'string',
    default: 'Asia/Shanghai',
    doc: 'Time zone of the city: screens and report days use it.',
  }),
  cityName: opt<string>({
    env: 'CITY_NAME',
    type: 'string',
    default: '',
    doc: 'Name of the city, at the top of every wall; empty: none is shown.',
  }),
  port: opt<number>({
    env: 'PORT',
    type: 'int',
    min: 1,
    max: 65535,
    default: 4300,
    doc: 'Port of the web address that browsers open.',
  }),
  host: opt<string>({
    env: 'HOST',
    type: 'string',
    default: '127.0.0.1',
    doc: 'Address that the web server listens on; 0.0.0.0 for the whole network.',
  }),
  tilesFile: opt<string>({
    env: 'TILES_FILE',
    type: 'string',
    default: '',
    doc: 'Base map of your own instead of the one made from the loaded city: a PMTiles archive with layers of OpenMapTiles, Protomaps or ours; empty: ours.',
  }),
  rtPort: opt<number>({
    env: 'RT_PORT',
    type: 'int',
    min: 1,
    max: 65535,
    default: 4301,
    doc: 'Port of the gateway, on 127.0.0.1; the web server passes /rt through to it.',
  }),
  rtHost: opt<string>({
    env: 'RT_HOST',
    type: 'string',
    default: '127.0.0.1',
    doc: 'Address of the gateway as the web server sees it.',
  }),
  ingestPort: opt<number>({
    env: 'INGEST_PORT',
    type: 'int',
    min: 1,
    max: 65535,
    default: 4303,
    doc: 'Port where ingest takes pushed messages; the web server passes /in through to it.',
  }),
  ingestHost: opt<string>({
    env: 'INGEST_HOST',
    type: 'string',
    default: '127.0.0.1',
    doc: 'Address of ingest as the web server sees it.',
  }),
  ingestBind: opt<string>({
    env: 'INGEST_BIND',
    type: 'string',
    default: '127.0.0.1',
    doc: 'Address that ingest listens on for pushed messages; 0.0.0.0 in a container of its own.',
  }),
  roadsPort: opt<number>({
    env: 'ROADS_PORT',
    type: 'int',
    min: 1,
    max: 65535,
    default: 4302,
    doc: 'Port of the road engine, which finds routes.',
  }),
  roadsHost: opt<string>({
    env: 'ROADS_HOST',
    type: 'string',
    default: '127.0.0.1',
    doc: 'Address of the road engine as the web server sees it.',
  }),
  roadsBind: opt<string>({
    env: 'ROADS_BIND',
    type: 'string',
    default: '127.0.0.1',
    doc: 'Address that the road engine listens on; 0.0.0.0 in a container of its own.',
  }),
  roadsHeavyHeightM: opt<number>({
    env: 'ROADS_HEAVY_HEIGHT_M',
    type: 'number',
    unit: 'm',
    min: 1,
    max: 6,
    default: 3.8,
    doc: 'Height of the highest fire engine: its ways keep clear of lower bridges.',
  }),
  roadsHeavyWeightT: opt<number>({
    env: 'ROADS_HEAVY_WEIGHT_T',
    type: 'number',
    unit: 't',
    min: 1,
    max: 100,
    default: 32,
    doc: 'Weight of the heaviest fire engine: its ways keep off weaker roads.',
  }),
  roadsHeavyWidthM: opt<number>({
    env: 'ROADS_HEAVY_WIDTH_M',
    type: 'number',
    unit: 'm',
    min: 1,
    max: 6,
    default: 2.55,
    doc: 'Width of the widest fire engine: its ways keep out of narrower roads.',
  }),
  roadsExempt: opt<string>({
    env: 'ROADS_EXEMPT',
    type: 'string',
    default: 'u-turn,one-way',
    check: (value) =>
      String(value)
        .split(',')
        .every((e) => ['', 'u-turn', 'one-way', 'turn'].includes(e.trim()))
        ? null
        : 'must be some of u-turn, one-way, turn, with commas between',
    doc: 'What an emergency drive may do when it is asked for: turn round anywhere, go against one-way streets, take forbidden turns; empty: nothing.',
  }),
  trustProxy: opt<boolean>({
    env: 'TRUST_PROXY',
    type: 'bool',
    default: false,
    doc: 'Believe X-Forwarded-For and X-Forwarded-Proto, because a reverse proxy of yours sets them.',
  }),
  pushTokens: opt<string>({
    env: 'PUSH_TOKENS',
    type: 'secret',
    default: '',
    check: tokensMistake,
    doc: 'Who may push to /in: names and bearer tokens of at least 16 characters, city-hotline=…,police=…; a case keeps the name as its origin.',
  }),
  casePulls: opt<unknown>({
    env: 'CASE_PULLS',
    type: 'json',
    default: [],
    check: pullsMistake,
    doc: 'Case systems to pull from: [{"name":"city-hotline","url":"https://…/cases?after={cursor}&limit={limit}","mapping":{…}}]; docs/cases-interface.md has each field.',
  }),
  casesReal: opt<boolean>({
    env: 'CASES_REAL',
    type: 'bool',
    default: false,
    doc: 'A real case system pushes to /in/cases: in demo mode cases are not simulated then (CASE_PULLS does the same).',
  }),
  rtBind: opt<string>({
    env: 'RT_BIND',
    type: 'string',
    default: '127.0.0.1',
    doc: 'Address that the gateway listens on; 0.0.0.0 in a container of its own.',
  }),
  digestEveryS: opt<number>({
    env: 'DIGEST_EVERY_S',
    type: 'number',
    unit: 's',
    min: 1,
    max: 60,
    default: 15,
    doc: 'How often the digest of the folded state is written; a rebuild from the facts must give the same.',
  }),
  rawKeepDays: opt<number>({
    env: 'RAW_KEEP_DAYS',
    type: 'int',
    unit: 'days',
    min: 1,
    default: 14,
    doc: 'How long raw messages of partner feeds are kept.',
  }),
  amiHost: opt<string>({
    env: 'AMI_HOST',
    type: 'string',
    default: '',
    doc: 'Host of the Asterisk whose manager interface (AMI) is read; empty: in demo the simulator, in live none.',
  }),
  amiPort: opt<number>({
    env: 'AMI_PORT',
    type: 'int',
    min: 1,
    max: 65535,
    default: 5038,
    doc: 'Port of the manager interface.',
  }),
  amiUser: opt<string>({
    env: 'AMI_USER',
    type: 'string',
    default: 'watchfloor',
    doc: 'Manager account: read = system,call,agent,user,reporting (and dialplan, to hear how callers leave queues; ingest/asterisk/README.md has the filter); write = reporting (and config, to read wrap-up times).',
  }),
  amiSecret: opt<string>({ env: 'AMI_SECRET', type: 'secret', default: '', doc: 'Secret of the manager account.' }),
  missedDueHours: opt<number>({
    env: 'MISSED_DUE_HOURS',
    type: 'int',
    unit: 'h',
    min: 0,
    max: 168,
    default: 0,
    doc: 'A missed call has to be called back within so many hours; 0: within its city day, as the reports count (I-32).',
  }),
  missedHoldMinutes: opt<number>({
    env: 'MISSED_HOLD_MINUTES',
    type: 'int',
    unit: 'min',
    min: 1,
    max: 240,
    default: 15,
    doc: 'How long a missed call stays with the officer who took it and does nothing; then others may take it.',
  }),
  missedUrgentTries: opt<number>({
    env: 'MISSED_URGENT_TRIES',
    type: 'int',
    min: 2,
    max: 20,
    default: 3,
    doc: 'A citizen who tried so many times in vain is called back first.',
  }),
  amiQueueLog: opt<string>({
    env: 'AMI_QUEUE_LOG',
    type: 'secret',
    default: '',
    doc: 'queue_log of the switch, compared with our records each night: a path, or postgres://…/db?table=queue_log of an account that only reads (docs/reconcile.md); empty: not compared.',
  }),
  amiCdr: opt<string>({
    env: 'AMI_CDR',
    type: 'secret',
    default: '',
    doc: 'Call detail records of the switch, likewise: Master.csv, or postgres://…/db?table=cdr.',
  }),
  amiHandUser: opt<string>({
    env: 'AMI_HAND_USER',
    type: 'string',
    default: '',
    doc: 'Manager account that acts for supervisors: read = call,agent; write = call,agent,originate,reporting,message (docs/asterisk.md); empty: supervisors only watch.',
  }),
  amiHandSecret: opt<string>({ env: 'AMI_HAND_SECRET', type: 'secret', default: '', doc: 'Secret of that account.' }),
  amiRecorderUser: opt<string>({
    env: 'AMI_RECORDER_USER',
    type: 'string',
    default: '',
    doc: 'Manager account that starts recordings and keeps the blacklist in the switch: read none, write = system, because Asterisk asks that of MixMonitor and DBPut; empty: supervisors start none, and the blacklist is not executed.',
  }),
  amiRecorderSecret: opt<string>({
    env: 'AMI_RECORDER_SECRET',
    type: 'secret',
    default: '',
    doc: 'Secret of that account.',
  }),
  amiDialContext: opt<string>({
    env: 'AMI_DIAL_CONTEXT',
    type: 'string',
    default: 'from-internal',
    check: (x) => (/^[\w-]{1,79}$/.test(String(x)) ? null : 'must be the name of a context'),
    doc: 'Context of the dial plan in which seats, queues and supervisors can be dialled: transfers and take-overs go there.',
  }),
  amiPhoneDevice: opt<string>({
    env: 'AMI_PHONE_DEVICE',
    type: 'string',
    default: 'PJSIP/{ext}',
    check: (x) => (/^[\w./@-]*\{ext\}[\w./@-]*$/.test(String(x)) ? null : 'must be a device with {ext} in it'),
    doc: 'Device of a supervisor’s extension.',
  }),
  amiOutsidePrefix: opt<string>({
    env: 'AMI_OUTSIDE_PREFIX',
    type: 'string',
    default: '',
    check: (x) => (/^[\d*#]{0,6}$/.test(String(x)) ? null : 'must be up to 6 digits'),
    doc: 'What that context wants before an outside number (more than 6 digits) that an officer has dialled by a click: 9.',
  }),
  amiBarredIn: opt<string>({
    env: 'AMI_BARRED_IN',
    type: 'string',
    default: 'blacklist',
    check: (x) => (/^[\w-]{1,40}$/.test(String(x)) ? null : 'must be a family of the switch’s database'),
    doc: 'Family of the switch’s database (AstDB) that holds numbers whose calls are not taken; the account of AMI_RECORDER_USER writes it.',
  }),
  amiBarredOut: opt<string>({
    env: 'AMI_BARRED_OUT',
    type: 'string',
    default: 'blacklist-out',
    check: (x) => (/^[\w-]{1,40}$/.test(String(x)) ? null : 'must be a family of the switch’s database'),
    doc: 'Family that holds numbers that are not called.',
  }),
  amiEndPromptExten: opt<string>({
    env: 'AMI_END_PROMPT_EXTEN',
    type: 'string',
    default: '',
    check: (x) => (/^([\w*#-]{1,40}@[\w-]{1,79})?$/.test(String(x)) ? null : 'must be extension@context'),
    doc: 'Extension of the dial plan, extension@context, that plays a prompt to a caller whose call is ended for holding a line, and hangs up; empty: not offered.',
  }),
  amiMessageTo: opt<string>({
    env: 'AMI_MESSAGE_TO',
    type: 'string',
    default: 'pjsip:{ext}',
    check: (x) => (/^\S*\{ext\}\S*$/.test(String(x)) ? null : 'must be an address with {ext} in it'),
    doc: 'Address of a seat for text messages (MessageSend).',
  }),
  amiMessageFrom: opt<string>({
    env: 'AMI_MESSAGE_FROM',
    type: 'string',
    default: 'sip:watchfloor@localhost',
    doc: 'Whom such a message comes from.',
  }),
  amiWrapUp: opt<Readonly<Record<string, number>>>({
    env: 'AMI_WRAPUP',
    type: 'json',
    unit: 'seconds',
    default: {},
    check: everyValue('queue names and seconds (0–3600)', seconds),
    doc: 'After-call seconds per queue, {"consult": 8}; a queue that is not named is asked of the switch.',
  }),
  amiQueuesConf: opt<string>({
    env: 'AMI_QUEUES_CONF',
    type: 'string',
    default: '',
    doc: 'A queues.conf to read wrap-up times from, where the manager account may not ask the switch for its configuration.',
  }),
  amiTrunks: opt<readonly string[]>({
    env: 'AMI_TRUNKS',
    type: 'json',
    default: [],
    check: (x) => (Array.isArray(x) && x.every((s) => typeof s === 'string') ? null : 'must be a JSON list of names'),
    doc: 'Endpoints that are trunks, ["trunk-a"]; empty: every endpoint whose name is not a short number.',
  }),
  recordingsDir: opt<string>({
    env: 'RECORDINGS_DIR',
    type: 'string',
    default: '',
    doc: 'Folder with the recordings of calls, read only, such as a mount of the switch’s own; a relative one lies in the state folder; empty: none (in demo the simulated recorder’s).',
  }),
  recordingsPattern: opt<string>({
    env: 'RECORDINGS_PATTERN',
    type: 'string',
    default: '{yyyy}/{mm}/{dd}/{call}*.wav',
    check: (x) => patternMistake(String(x)),
    doc: 'Where in the folder a call’s recordings are, when the switch does not name the file: {yyyy} {mm} {dd} {hh} of its beginning, {call} {caller} {called}, and * in the name (docs/recordings.md).',
  }),
  recordingsSwitchDir: opt<string>({
    env: 'RECORDINGS_SWITCH_DIR',
    type: 'string',
    default: '/var/spool/asterisk/monitor',
    doc: 'What the switch calls that folder, to find a file that it names (MIXMONITOR_FILENAME).',
  }),
  recordingsUrl: opt<string>({
    env: 'RECORDINGS_URL',
    type: 'string',
    default: '',
    check: (x) => urlMistake(String(x)),
    doc: 'Address of a call’s recording at a recorder of its own, https://recorder/{yyyy}/{call}.wav; our server fetches it, browsers never do.',
  }),
  recordingsUrlAuth: opt<string>({
    env: 'RECORDINGS_URL_AUTH',
    type: 'secret',
    default: '',
    doc: 'Authorization header for that address, such as Bearer ….',
  }),
  recordingsMaxMb: opt<number>({
    env: 'RECORDINGS_MAX_MB',
    type: 'number',
    unit: 'MB',
    min: 1,
    max: 2000,
    default: 200,
    doc: 'Largest recording that is played or fetched.',
  }),
  pauseReasons: opt<Readonly<Record<string, 'break' | 'busy' | 'other'>>>({
    env: 'PAUSE_REASONS',
    type: 'json',
    default: {},
    check: everyValue('reasons and break, busy or other', (x) => x === 'break' || x === 'busy' || x === 'other'),
    doc: 'What a pause reason means, {"Auto-Pause": "busy"}; a reason that is not named means break, none means busy.',
  }),
  queueNames: opt<Readonly<Record<string, { readonly zh: string; readonly en: string }>>>({
    env: 'QUEUE_NAMES',
    type: 'json',
    default: QUEUE_NAMES,
    check: everyValue('queue names and {"zh": …, "en": …}', isName),
    doc: 'What screens call a queue of the switch, {"consult": {"zh": "咨询", "en": "Consultation"}}; others keep the switch’s name. Given: it replaces the list of usual names.',
  }),
  menuPoints: opt<Readonly<Record<string, MenuPointName>>>({
    env: 'MENU_POINTS',
    type: 'json',
    default: MENU_POINTS,
    check: everyValue('points and {"zh": …, "en": …, "serves": true or not}', isMenuPoint),
    doc: 'What screens call a point of the voice menu (Step of UserEvent HotlineIvr), {"welcome": {"zh": "主菜单", "en": "Main menu"}}; "serves": true where a caller who hangs up has got what he called for. Given: it replaces the list of usual points.',
  }),
  mqttUrl: opt<string>({
    env: 'MQTT_URL',
    type: 'url',
    default: '',
    doc: 'MQTT broker that vehicles report to (mqtt://user:password@host:1883); empty: a small one is started on this machine.',
  }),
  brokerPort: opt<number>({
    env: 'BROKER_PORT',
    type: 'int',
    min: 1,
    max: 65535,
    default: 4304,
    doc: 'Port of the small MQTT broker, on 127.0.0.1.',
  }),
  feeds: opt<unknown>({
    env: 'FEEDS',
    type: 'json',
    default: [],
    check: feedsMistake,
    doc: 'Partner feeds: [{"id":"weather-warnings","url":"https://…","crs":"gcj02","intervalS":30,"headers":{…}}, {"id":"police-north","kind":"police-incidents","push":true}]; docs/feeds.md has each field.',
  }),
  feedTimeoutS: opt<number>({
    env: 'FEED_TIMEOUT_S',
    type: 'number',
    unit: 's',
    min: 1,
    max: 300,
    default: 15,
    doc: 'How long a partner may take for one whole answer.',
  }),
  feedMaxMb: opt<number>({
    env: 'FEED_MAX_MB',
    type: 'number',
    unit: 'MB',
    min: 0.1,
    max: 200,
    default: 16,
    doc: 'Largest message of a partner feed, unpacked.',
  }),
  demoSeed: opt<number>({
    env: 'DEMO_SEED',
    type: 'int',
    min: 0,
    default: 1,
    doc: 'Seed of everything that the simulators invent: the same seed, the same city and days.',
  }),
  demoWeeks: opt<number>({
    env: 'DEMO_WEEKS',
    type: 'int',
    unit: 'weeks',
    min: 1,
    max: 26,
    default: 5,
    doc: 'How much past the demo city gets at its first start.',
  }),
  demoAmiPort: opt<number>({
    env: 'DEMO_AMI_PORT',
    type: 'int',
    min: 1,
    max: 65535,
    default: 4305,
    doc: 'Port of the simulated switchboard, on 127.0.0.1; in demo without AMI_HOST the intake reads it.',
  }),
  demoFeedsPort: opt<number>({
    env: 'DEMO_FEEDS_PORT',
    type: 'int',
    min: 1,
    max: 65535,
    default: 4306,
    doc: 'Port of the simulated partner feeds, on 127.0.0.1.',
  }),
  demoCamerasPort: opt<number>({
    env: 'DEMO_CAMERAS_PORT',
    type: 'int',
    min: 1,
    max: 65535,
    default: 4307,
    doc: 'Port of the simulated cameras.',
  }),
  demoCamerasHost: opt<string>({
    env: 'DEMO_CAMERAS_HOST',
    type: 'string',
    default: '127.0.0.1',
    check: (x) => (/^[a-zA-Z0-9.-]{1,80}$/.test(String(x)) ? null : 'must be a host name'),
    doc: 'Host at which the intake and the web server reach the simulated cameras; another one than 127.0.0.1 makes them listen to all.',
  }),
  camerasReal: opt<boolean>({
    env: 'CAMERAS_REAL',
    type: 'bool',
    default: false,
    doc: 'true: the registry holds the city’s own cameras, and in demo no simulated ones are added (docs/cameras.md).',
  }),
  cameraCheckS: opt<number>({
    env: 'CAMERA_CHECK_S',
    type: 'number',
    unit: 's',
    min: 2,
    max: 3600,
    default: 30,
    doc: 'How often each camera is asked for a picture; a dead one more and more rarely, each 10 min at last.',
  }),
  cameraTimeoutS: opt<number>({
    env: 'CAMERA_TIMEOUT_S',
    type: 'number',
    unit: 's',
    min: 1,
    max: 60,
    default: 6,
    doc: 'How long a camera may take for an answer before it counts as silent.',
  }),
  cameraChecksAtOnce: opt<number>({
    env: 'CAMERA_CHECKS_AT_ONCE',
    type: 'int',
    min: 1,
    max: 64,
    default: 8,
    doc: 'How many cameras are checked at the same time.',
  }),
  fleetCrs: opt<'wgs84' | 'gcj02' | 'bd09'>({
    env: 'FLEET_CRS',
    type: 'choice',
    choices: ['wgs84', 'gcj02', 'bd09'],
    default: 'wgs84',
    doc: 'Coordinate system that the devices of vehicles report in.',
  }),
  positionKeepDays: opt<number>({
    env: 'POSITION_KEEP_DAYS',
    type: 'int',
    unit: 'days',
    min: 1,
    default: 30,
    doc: 'How long the positions of vehicles are kept.',
  }),
  databaseUrl: opt<string>({
    env: 'DATABASE_URL',
    type: 'secret',
    default: '',
    doc: 'An existing PostgreSQL 17 with PostGIS and TimescaleDB; empty: a private one is provisioned.',
  }),
  databaseAdminUrl: opt<string>({
    env: 'DATABASE_ADMIN_URL',
    type: 'secret',
    default: '',
    doc: 'A role of the same server that may create databases and extensions, for replay, chaos and benchmarks; empty: the role of DATABASE_URL.',
  }),
  aptMirror: opt<string>({
    env: 'APT_MIRROR',
    type: 'url',
    default: '',
    doc: 'Debian mirror for the programs of the private database; empty: the one that this machine’s apt uses.',
  }),
  dbPort: opt<number>({
    env: 'DB_PORT',
    type: 'int',
    min: 1,
    max: 65535,
    default: 4332,
    doc: 'Port of the private database, on 127.0.0.1.',
  }),
  stateDir: opt<string>({
    env: 'WATCHFLOOR_DIR',
    type: 'string',
    default: '',
    doc: 'Folder for the private database, logs and caches; empty: .watchfloor in the checkout, or /var/lib/watchfloor when root runs from a folder that others cannot enter.',
  }),
  logLevel: opt<string>({
    env: 'LOG_LEVEL',
    type: 'choice',
    choices: ['fatal', 'error', 'warn', 'info', 'debug', 'trace'],
    default: 'info',
    doc: 'What the logs say.',
  }),
} as const;

type Options = typeof OPTIONS;
export type Config = { readonly [K in keyof Options]: Options[K] extends Option<infer T> ? T : never };

function read(o: Option<unknown>, text: string): Result<unknown> {
  switch (o.type) {
    case 'string':
    case 'secret':
      return accept(text);
    case 'int':
    case 'number': {
      const n = Number(text);
      if (text.trim() === '' || !Number.isFinite(n) || (o.type === 'int' && !Number.isInteger(n)))
        return refuse(
          'config',
          `${o.env} must be ${o.type === 'int' ? 'a whole number' : 'a number'}${o.unit ? ` (${o.unit})` : ''}, not “${text}”`,
        );
      if ((o.min !== undefined && n < o.min) || (o.max !== undefined && n > o.max))
        return refuse('config', `${o.env} must lie between ${o.min ?? '-∞'} and ${o.max ?? '∞'}, not ${text}`);
      return accept(n);
    }
    case 'bool':
      if (/^(1|true|yes|on)$/i.test(text)) return accept(true);
      if (/^(0|false|no|off)$/i.test(text)) return accept(false);
      return refuse('config', `${o.env} must be true or false, not “${text}”`);
    case 'choice':
      return o.choices!.includes(text)
        ? accept(text)
        : refuse('config', `${o.env} must be one of ${o.choices!.join(', ')}, not “${text}”`);
    case 'url':
      return URL.canParse(text) ? accept(text) : refuse('config', `${o.env} must be a URL, not “${text}”`);
    case 'json':
      try {
        return accept(JSON.parse(text));
      } catch (e) {
        return refuse('config', `${o.env} must be JSON: ${(e as Error).message}`);
      }
  }
}

/** Reads the configuration from an environment. All mistakes come back together, one sentence each. An empty value is the default. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): { config: Config; mistakes: string[] } {
  const config: Record<string, unknown> = {};
  const mistakes: string[] = [];
  for (const [key, o] of Object.entries(OPTIONS) as [string, Option<unknown>][]) {
    const text = env[o.env];
    config[key] = o.default;
    if (text === undefined || text === '') continue;
    const r = read(o, text);
    const wrong = r.ok ? (o.check?.(r.value) ?? null) : null;
    if (!r.ok) mistakes.push(r.reason);
    else if (wrong !== null) mistakes.push(`${o.env} ${wrong}`);
    else config[key] = r.value;
  }
  return { config: config as Config, mistakes };
}
