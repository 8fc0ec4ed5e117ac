import type { Translated } from '../words.ts';

const product = {
  name: '值守台',
  line: '城市热线指挥中心',
  demo: '演示',
  demoLong: '演示数据，来自模拟器',
  drill: '演练',
};
const common = {
  close: '关闭',
  cancel: '取消',
  save: '保存',
  back: '返回',
  all: '全部',
  none: '无',
  unknown: '未知',
  yes: '是',
  no: '否',
  sending: '正在提交…',
  done: '已完成',
  refresh: '刷新',
  more: (n: number) => `另有 ${n} 项`,
  times: (n: string) => `${n} 次`,
  optional: '选填',
  skip: '跳到正文',
};
const panel = {
  ready: '',
  loading: '正在读取…',
  empty: '暂无数据',
  error: '读取失败，正在重试',
  never: '尚未收到数据',
  staleFor: (age: string) => `${age} 未更新`,
};
const time = {
  now: '刚刚',
  seconds: (n: number) => `${n} 秒`,
  minutes: (n: number) => `${n} 分`,
  hours: (n: number) => `${n} 小时`,
  days: (n: number) => `${n} 天`,
  ago: (age: string) => `${age}前`,
};
const roles = {
  'duty-officer': '值班员',
  coordinator: '应急指挥员',
  'roster-manager': '排班管理员',
  leader: '领导',
  supervisor: '班长座席',
  administrator: '系统管理员',
  wall: '大屏',
};
const nav = {
  main: '主导航',
  map: '地图指挥',
  today: '今日与趋势',
  walls: '大屏',
  status: '系统状态',
  accounts: '账号管理',
  account: '我的账号',
  signOut: '退出登录',
  language: '语言',
  otherLanguage: 'English',
};
const scenes = {
  floor: '座席与排队',
  city: '城市运行图',
  cases: '诉求与热点',
};
const errors = {
  title: '出错了',
  notFound: '没有这个页面',
  notFoundText: '地址可能有误，或该内容已不存在。',
  forbidden: '无权查看',
  forbiddenText: '您的角色没有查看此页的权限。',
  failed: '页面暂时无法显示',
  failedText: '故障已记入日志。数据不会丢失，请稍后重试。',
  home: '回到首页',
};

const zh = { product, common, panel, time, roles, nav, scenes, errors };

const en: Translated<typeof zh> = {
  product: {
    name: 'Watchfloor',
    line: 'City hotline command centre',
    demo: 'DEMO',
    demoLong: 'Demo data from simulators',
    drill: 'DRILL',
  },
  common: {
    close: 'Close',
    cancel: 'Cancel',
    save: 'Save',
    back: 'Back',
    all: 'All',
    none: 'None',
    unknown: 'unknown',
    yes: 'Yes',
    no: 'No',
    sending: 'Sending…',
    done: 'Done',
    refresh: 'Refresh',
    more: (n) => `+${n} more`,
    times: (n) => `${n}×`,
    optional: 'optional',
    skip: 'Skip to content',
  },
  panel: {
    ready: '',
    loading: 'Reading…',
    empty: 'Nothing here yet',
    error: 'Could not be read; trying again',
    never: 'no data yet',
    staleFor: (age) => `no update for ${age}`,
  },
  time: {
    now: 'just now',
    seconds: (n) => `${n} s`,
    minutes: (n) => `${n} min`,
    hours: (n) => `${n} h`,
    days: (n) => `${n} d`,
    ago: (age) => `${age} ago`,
  },
  roles: {
    'duty-officer': 'Duty officer',
    coordinator: 'Coordinator',
    'roster-manager': 'Roster manager',
    leader: 'Leader',
    supervisor: 'Supervisor',
    administrator: 'Administrator',
    wall: 'Wall screen',
  },
  nav: {
    main: 'Main navigation',
    map: 'Map desk',
    today: 'Today and trends',
    walls: 'Walls',
    status: 'Status',
    accounts: 'Accounts',
    account: 'My account',
    signOut: 'Sign out',
    language: 'Language',
    otherLanguage: '中文',
  },
  scenes: {
    floor: 'Seats and queues',
    city: 'City map',
    cases: 'Cases and hot issues',
  },
  errors: {
    title: 'Something went wrong',
    notFound: 'No such page',
    notFoundText: 'The address may be mistyped, or what it named is gone.',
    forbidden: 'Not for your role',
    forbiddenText: 'Your role has no right to see this page.',
    failed: 'This page cannot be shown right now',
    failedText: 'The fault is in the log. No data is lost; please try again shortly.',
    home: 'To my start page',
  },
};

export default { zh, en };
