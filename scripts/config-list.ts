/**
 * Lists every option out of domain/config.ts as a table of Markdown: `npm run -s config:list`.
 * With --write it puts the table into README.md, between the two marks; a test says when that was forgotten.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OPTIONS } from '#domain/config.ts';
import { CHECKOUT } from './provision/state-dir.ts';

const BEGIN = '<!-- options: written by npm run config:list -- --write -->';
const END = '<!-- /options -->';

interface Shown {
  readonly env: string;
  readonly type: string;
  readonly unit?: string;
  readonly choices?: readonly string[];
  readonly default: unknown;
  readonly doc: string;
}

function kindOf({ type, unit, choices }: Shown): string {
  if (choices) return choices.join(', ');
  const names: Readonly<Record<string, string>> = {
    int: 'whole number',
    bool: 'true, false',
    json: 'JSON',
    url: 'URL',
    string: 'text',
  };
  return `${names[type] ?? type}${unit ? ` (${unit})` : ''}`;
}

function defaultOf({ type, default: d }: Shown): string {
  if (d === '' || type === 'secret') return '';
  const text = typeof d === 'string' ? d : JSON.stringify(d);
  return text.length > 40 ? 'a list, see `domain/config.ts`' : `\`${text}\``;
}

/** The table of all options, in the order of the schema. */
export function optionTable(): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const rows = (Object.values(OPTIONS) as readonly Shown[]).map(
    (o) => `| \`${o.env}\` | ${cell(kindOf(o))} | ${cell(defaultOf(o))} | ${cell(o.doc)} |`,
  );
  return ['| option | is | default | |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** README with the table of now. @throws when the marks are gone */
export function withTable(readme: string): string {
  const from = readme.indexOf(BEGIN);
  const to = readme.indexOf(END);
  if (from < 0 || to < from) throw new Error('README.md has lost the marks around its table of options');
  return `${readme.slice(0, from + BEGIN.length)}\n${optionTable()}\n${readme.slice(to)}`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const path = join(CHECKOUT, 'README.md');
  if (process.argv.includes('--write')) writeFileSync(path, withTable(readFileSync(path, 'utf8')));
  else process.stdout.write(`${optionTable()}\n`);
}
