import type { Fact } from '../fact.ts';
import type { Tables } from '../tables.ts';

export function foldCases(_tables: Tables, _fact: Fact, _zone: string): void {}
