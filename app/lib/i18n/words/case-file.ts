import type { Translated } from '../words.ts';

/** The page of one case. */
const zh = {
  caseFile: {
    title: '工单',
    onMap: '在地图上查看',
    recorded: '本次查看已记入审计。',
    closed: '办结',
    repeatOf: '重复于',
    withdrawn: '来源已撤回',
    corrected: '来源更正',
    irregular: '非常规流转',
    events: {
      registered: '登记',
      moved: '流转',
      restored: '恢复',
      withdrawn: '撤回',
      acknowledged: '值班员知悉',
    },
  },
};

const en: Translated<typeof zh> = {
  caseFile: {
    title: 'Case',
    onMap: 'See it on the map',
    recorded: 'That you read this was recorded.',
    closed: 'Closed',
    repeatOf: 'Repeats',
    withdrawn: 'withdrawn by its source',
    corrected: 'Corrected by its source',
    irregular: 'irregular move',
    events: {
      registered: 'Registered',
      moved: 'Moved on',
      restored: 'Restored',
      withdrawn: 'Withdrawn',
      acknowledged: 'Noted at the desk',
    },
  },
};

export default { zh, en };
