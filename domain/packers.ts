import type { ByteReader, ByteWriter } from './bytes.ts';
import { FLOOR_PACKED } from './floor/packed.ts';
import { CITY_PACKED } from './city/packed.ts';
import { CASES_PACKED } from './cases/packed.ts';
import type { Row } from './tables.ts';

/**
 * Compact forms for the rows that change most. Lossless: unpack(pack(row)) equals the row, else a client's digest would
 * differ from the gateway's. A row that does not fit its form (a field more, another type) travels as JSON instead.
 */
export interface Packer {
  pack(w: ByteWriter, row: Row): void;
  unpack(r: ByteReader): Row;
}

/**
 * How a field is written. `flag`: true or false; `num`: any number, short when whole; `text`; `at`: instant;
 * a list of texts: one of them; `json`: anything. A '?' before the name in the form's key says that it may be null.
 */
export type FieldForm = 'flag' | 'num' | 'text' | 'json' | readonly string[];
export type RowForm = Readonly<Record<string, FieldForm>>;

const NUM_IS_FLOAT = 1;

function packNum(w: ByteWriter, x: number): void {
  if (Number.isInteger(x) && Math.abs(x) < 2 ** 50 && !Object.is(x, -0)) w.varint((x < 0 ? -x * 2 - 1 : x * 2) * 2);
  else w.varint(NUM_IS_FLOAT).f64(x);
}
function unpackNum(r: ByteReader): number {
  const x = r.varint();
  if (x === NUM_IS_FLOAT) return r.f64();
  const z = x / 2;
  return z % 2 ? -(z + 1) / 2 : z / 2;
}

interface Field {
  readonly name: string;
  readonly form: FieldForm;
  readonly nullable: boolean;
  /** Bit of the row's mask: the value of a flag, or “is not null”; -1: neither. */
  readonly bit: number;
}

const fits = (f: Field, x: unknown): boolean =>
  x === null
    ? f.nullable
    : f.form === 'flag'
      ? typeof x === 'boolean'
      : f.form === 'num'
        ? typeof x === 'number'
        : f.form === 'text'
          ? typeof x === 'string'
          : f.form === 'json'
            ? x !== undefined
            : f.form.includes(x as string);

/** A packer from a row's form: field name ('?name' where null is possible) → how it is written. At most 24 flags and nullable fields. */
export function packerOf(form: RowForm): Packer {
  let bits = 0;
  const fields = Object.entries(form).map(([key, f]): Field => {
    const nullable = key.startsWith('?');
    return { name: nullable ? key.slice(1) : key, form: f, nullable, bit: nullable || f === 'flag' ? bits++ : -1 };
  });
  if (bits > 24) throw new RangeError('a row form holds at most 24 flags and nullable fields');
  if (fields.some((f) => f.nullable && f.form === 'flag')) throw new RangeError('a flag cannot be null');

  return {
    pack(w, row) {
      if (Object.keys(row).length !== fields.length || !fields.every((f) => fits(f, row[f.name]))) {
        w.varint(0).text(JSON.stringify(row));
        return;
      }
      let mask = 1;
      for (const f of fields) {
        const x = row[f.name];
        if (f.bit >= 0 && (f.form === 'flag' ? x === true : x !== null)) mask += 2 ** (f.bit + 1);
      }
      w.varint(mask);
      for (const f of fields) {
        const x = row[f.name];
        if (x === null || f.form === 'flag') continue;
        if (f.form === 'num') packNum(w, x as number);
        else if (f.form === 'text') w.text(x as string);
        else if (f.form === 'json') w.text(JSON.stringify(x));
        else w.u8(f.form.indexOf(x as string));
      }
    },
    unpack(r) {
      const mask = r.varint();
      if (mask === 0) return JSON.parse(r.text()) as Row;
      const row: Record<string, unknown> = {};
      for (const f of fields) {
        const set = f.bit >= 0 && Math.floor(mask / 2 ** (f.bit + 1)) % 2 === 1;
        if (f.form === 'flag') row[f.name] = set;
        else if (f.nullable && !set) row[f.name] = null;
        else if (f.form === 'num') row[f.name] = unpackNum(r);
        else if (f.form === 'text') row[f.name] = r.text();
        else if (f.form === 'json') row[f.name] = JSON.parse(r.text());
        else {
          const choice = f.form[r.u8()];
          if (choice === undefined) throw new RangeError(`no such value of ${f.name}`);
          row[f.name] = choice;
        }
      }
      return row;
    },
  };
}

/** By collection, or 'lane:NAME' for the bodies of a lane. */
export const PACKERS: { readonly [collectionOrLane: string]: Packer | undefined } = Object.fromEntries(
  Object.entries({ ...FLOOR_PACKED, ...CITY_PACKED, ...CASES_PACKED }).map(([name, form]) => [name, packerOf(form)]),
);
