import type { Translated } from '../words.ts';

/** Files that people fill in and import: blacklist, cameras. */
const zh = {
  file: '文件',
  template: '下载模板：',
  check: '检查文件',
  confirm: (n: string) => `确认导入 ${n} 个`,
  line: (n: string) => `第 ${n} 行`,
  more: (n: string) => `另有 ${n} 处未列出`,
};

const en: Translated<typeof zh> = {
  file: 'File',
  template: 'Template:',
  check: 'Check the file',
  confirm: (n) => `Import ${n}`,
  line: (n) => `line ${n}`,
  more: (n) => `${n} more are not listed`,
};

export default { zh, en };
