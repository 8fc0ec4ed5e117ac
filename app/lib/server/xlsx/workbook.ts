import type { SheetCell } from '#domain/reports/sheet.ts';
import { DAY, zoneOffset, type Instant } from '#domain/time.ts';
import { zip } from './zip.ts';

/**
 * Excel workbooks (ECMA-376, Office Open XML) of typed cells, written row by row while they are sent: dates and numbers are real,
 * the head stays in sight, and a hundred thousand rows neither fill the memory nor hold up the other desks.
 */

export interface WorkSheet {
  readonly name: string;
  readonly header: readonly string[];
  readonly rows: Iterable<readonly SheetCell[]> | AsyncIterable<readonly SheetCell[]>;
  /** Below the rows, in bold. */
  readonly totals: readonly (readonly SheetCell[])[];
  /** Columns at the left that stay in sight. */
  readonly lead: number;
  /** Widths of columns in characters; the last one holds for the rest. */
  readonly widths: readonly number[];
  /** A sheet to fill in: what is typed stays text, as the zeros before a number. */
  readonly asText?: boolean;
}

/** Formats of cells, in the order of their styles; bold ones follow in the same order. */
const FORMATS = [
  'General',
  '@',
  '#,##0',
  '#,##0.00',
  '0.0',
  'yyyy-mm-dd hh:mm:ss',
  'yyyy-mm-dd hh:mm',
  'yyyy-mm-dd',
  'yyyy-mm',
] as const;
const HEAD_STYLE = FORMATS.length * 2;
const style = (format: (typeof FORMATS)[number], bold: boolean): number =>
  FORMATS.indexOf(format) + (bold ? FORMATS.length : 0);
const TIME_FORMATS = {
  second: 'yyyy-mm-dd hh:mm:ss',
  minute: 'yyyy-mm-dd hh:mm',
  day: 'yyyy-mm-dd',
  month: 'yyyy-mm',
} as const;

/** Longest text of a cell. */
const TEXT_AT_MOST = 32_767;
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** Text inside XML: what XML has no character for is left out. */
const escaped = (text: string): string =>
  text
    .slice(0, TEXT_AT_MOST)
    .replace(
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      '',
    )
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

/** Days since 1899-12-30 in the city's zone: what a spreadsheet calls a date. */
export const serialDate = (t: Instant, zone: string): number => (t + zoneOffset(zone, t)) / DAY + 25_569;

const textCell = (text: string, s: number): string =>
  `<c s="${s}" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;

function cell(c: SheetCell, zone: string, bold: boolean): string {
  switch (c.is) {
    case 'text':
      return textCell(c.text, style('@', bold));
    case 'number':
      return `<c s="${style(c.decimals === 0 ? '#,##0' : c.decimals === 1 ? '0.0' : '#,##0.00', bold)}"><v>${c.n}</v></c>`;
    case 'time':
      return `<c s="${style(TIME_FORMATS[c.as ?? 'second'], bold)}"><v>${serialDate(c.t, zone)}</v></c>`;
    case 'empty':
      return textCell('-', style('@', bold));
    case 'unknown':
      return textCell('?', style('@', bold));
  }
}

const columnName = (i: number): string =>
  (i >= 26 ? columnName(Math.floor(i / 26) - 1) : '') + String.fromCharCode(65 + (i % 26));

async function* sheetXml(s: WorkSheet, zone: string): AsyncGenerator<string> {
  const corner = `${columnName(s.lead)}2`;
  const pane =
    s.lead > 0
      ? `xSplit="${s.lead}" ySplit="1" topLeftCell="${corner}" activePane="bottomRight"`
      : 'ySplit="1" topLeftCell="A2" activePane="bottomLeft"';
  yield `${XML}<worksheet xmlns="${MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0"><pane ${pane} state="frozen"/></sheetView></sheetViews><cols>`;
  for (let i = 0; i < s.header.length; i++)
    yield `<col min="${i + 1}" max="${i + 1}" width="${s.widths[Math.min(i, s.widths.length - 1)]!}" customWidth="1"${s.asText ? ` style="${style('@', false)}"` : ''}/>`;
  yield `</cols><sheetData><row>${s.header.map((h) => textCell(h, HEAD_STYLE)).join('')}</row>`;
  for await (const row of s.rows) yield `<row>${row.map((c) => cell(c, zone, false)).join('')}</row>`;
  for (const row of s.totals) yield `<row>${row.map((c) => cell(c, zone, true)).join('')}</row>`;
  yield '</sheetData><pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>';
}

const FORMAT_ID = 164;
const STYLES = `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="${FORMATS.length - 1}">${FORMATS.slice(1)
  .map((f, i) => `<numFmt numFmtId="${FORMAT_ID + i}" formatCode="${escaped(f)}"/>`)
  .join(
    '',
  )}</numFmts><fonts count="2"><font><sz val="11"/><name val="Microsoft YaHei"/></font><font><b/><sz val="11"/><name val="Microsoft YaHei"/></font></fonts>
<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFE8EDEC"/></patternFill></fill></fills>
<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border><left/><right/><top/><bottom style="thin"/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="${HEAD_STYLE + 1}">${[0, 1]
  .flatMap((font) =>
    FORMATS.map(
      (_, i) =>
        `<xf numFmtId="${i === 0 ? 0 : FORMAT_ID + i - 1}" fontId="${font}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>`,
    ),
  )
  .join(
    '',
  )}<xf numFmtId="0" fontId="1" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment vertical="center" wrapText="1"/></xf></cellXfs></styleSheet>`;

/** Characters that a sheet's name may not have, and its length. */
const sheetName = (name: string): string => name.replace(/[\\/?*[\]:]/g, ' ').slice(0, 31);

/**
 * The bytes of a workbook, in pieces.
 * @param zone times stand as clocks of this zone show them
 */
export function workbook(sheets: readonly WorkSheet[], zone: string): AsyncGenerator<Buffer, undefined> {
  const n = sheets.map((_, i) => i + 1);
  return zip([
    {
      name: '[Content_Types].xml',
      text: [
        `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>${n.map((i) => `<Override PartName="/xl/worksheets/sheet${i}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`).join('')}</Types>`,
      ],
    },
    {
      name: '_rels/.rels',
      text: [
        `${XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
      ],
    },
    {
      name: 'xl/workbook.xml',
      text: [
        `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELS}"><sheets>${sheets.map((s, i) => `<sheet name="${escaped(sheetName(s.name))}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join('')}</sheets><definedNames>${sheets.map((s, i) => `<definedName name="_xlnm.Print_Titles" localSheetId="${i}">'${escaped(sheetName(s.name).replaceAll("'", "''"))}'!$1:$1</definedName>`).join('')}</definedNames></workbook>`,
      ],
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      text: [
        `${XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${n.map((i) => `<Relationship Id="rId${i}" Type="${RELS}/worksheet" Target="worksheets/sheet${i}.xml"/>`).join('')}<Relationship Id="rId${sheets.length + 1}" Type="${RELS}/styles" Target="styles.xml"/></Relationships>`,
      ],
    },
    { name: 'xl/styles.xml', text: [STYLES] },
    ...sheets.map((s, i) => ({ name: `xl/worksheets/sheet${i + 1}.xml`, text: sheetXml(s, zone) })),
  ]);
}
