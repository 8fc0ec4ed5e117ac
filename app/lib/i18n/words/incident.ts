import type { Translated } from '../words.ts';

/** Incidents, wherever they are shown. */
const zh = {
  incident: {
    classes: {
      naturalDisaster: '自然灾害',
      accident: '事故灾难',
      publicHealth: '公共卫生',
      socialSafety: '社会安全',
    },
    levels: { 1: 'I 级 特别重大', 2: 'II 级 重大', 3: 'III 级 较大', 4: 'IV 级 一般' },
    level: (numeral: string) => `${numeral} 级`,
    states: {
      reported: '接报',
      verifying: '核实中',
      confirmed: '已确认',
      responding: '处置中',
      referred: '上报领导',
      controlled: '受控',
      closed: '已结束',
      evaluated: '已评估',
      rejected: '不属实',
      merged: '已合并',
    },
    sources: { case: '诉求', feed: '联动信息', phone: '电话', field: '现场', desk: '值班员' },
    sensitive: '隐私事件',
    hidden: (cls: string) => `${cls}（内容不公开）`,
    reports: (n: string) => `接报 ${n} 次`,
    owner: '负责',
    nobody: '尚无人接手',
  },
};

const en: Translated<typeof zh> = {
  incident: {
    classes: {
      naturalDisaster: 'Natural disaster',
      accident: 'Accident',
      publicHealth: 'Public health',
      socialSafety: 'Social safety',
    },
    levels: { 1: 'Level I, extremely serious', 2: 'Level II, serious', 3: 'Level III, major', 4: 'Level IV, ordinary' },
    level: (numeral) => `Level ${numeral}`,
    states: {
      reported: 'reported',
      verifying: 'verifying',
      confirmed: 'confirmed',
      responding: 'responding',
      referred: 'with the leader',
      controlled: 'controlled',
      closed: 'closed',
      evaluated: 'evaluated',
      rejected: 'rejected',
      merged: 'merged',
    },
    sources: { case: 'Case', feed: 'Partner', phone: 'Phone', field: 'Field', desk: 'Duty officer' },
    sensitive: 'Sensitive incident',
    hidden: (cls) => `${cls} (not public)`,
    reports: (n) => `${n} reports`,
    owner: 'Officer',
    nobody: 'nobody yet',
  },
};

export default { zh, en };
