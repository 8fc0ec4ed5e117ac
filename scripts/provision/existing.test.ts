import { expect, test } from 'vitest';
import { complaints, olderThan, type ServerFacts } from './existing.ts';

const FIT: ServerFacts = {
  versionNumber: 170006,
  version: '17.6',
  installed: new Map([
    ['timescaledb', '2.19.3'],
    ['postgis', '3.5.2'],
  ]),
  available: new Map([
    ['timescaledb', '2.19.3'],
    ['postgis', '3.5.2'],
    ['pgrouting', '3.7.3'],
    ['pg_trgm', '1.6'],
    ['btree_gist', '1.7'],
  ]),
  mayCreateSchemaObjects: true,
  role: 'city',
  database: 'city',
};

test('a server that has or can make every extension is fit', () => {
  expect(complaints(FIT)).toEqual([]);
});

test('all that is wrong with a server is said at once', () => {
  const wrong = complaints({
    ...FIT,
    versionNumber: 150004,
    version: '15.4',
    installed: new Map([['postgis', '3.3.2']]),
    available: new Map([
      ['postgis', '3.3.2'],
      ['pg_trgm', '1.6'],
      ['btree_gist', '1.6'],
    ]),
    mayCreateSchemaObjects: false,
  });
  expect(wrong).toEqual([
    'the server is PostgreSQL 15.4; 17 or newer is needed',
    'the extension timescaledb is not installed on the server',
    'the extension postgis is 3.3.2; 3.4 or newer is needed',
    'the extension pgrouting is not installed on the server',
    'the role city may not create tables in schema public: grant create on schema public to city',
  ]);
});

test('the version in the database counts, not a newer one that could be installed', () => {
  const wrong = complaints({ ...FIT, installed: new Map([...FIT.installed, ['timescaledb', '2.9.1']]) });
  expect(wrong).toEqual(['the extension timescaledb is 2.9.1; 2.13 or newer is needed']);
});

test('versions are compared by their numbers', () => {
  expect(olderThan('2.9.1', '2.13')).toBe(true);
  expect(olderThan('2.13', '2.13')).toBe(false);
  expect(olderThan('3.5.2dev', '3.5.2')).toBe(false);
  expect(olderThan('3', '3.4')).toBe(true);
});
