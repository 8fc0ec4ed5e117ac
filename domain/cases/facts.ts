import type { Officer } from '../incidents/rows.ts';
import type { CaseContent, CaseState } from './case.ts';
import type { HotIssueRow } from './rows.ts';

/**
 * Facts of cases. Subject = case number. Each carries the case as it is after the fact, so that a fold needs nothing that already
 * left the live state.
 */
export type CaseFactBody =
  /** T1, T3; also a case that a source first tells us when it is already further on. */
  | { kind: 'case.registered'; body: { no: string; case: CaseContent } }
  /**
   * The source corrected what it had told. `before`: the fields of `case` that changed, as they were. `fields`: all fields that
   * changed, also those that facts do not carry (text, caller); their old values are in the versions of the store.
   */
  | {
      kind: 'case.corrected';
      body: {
        no: string;
        case: CaseContent;
        before: Partial<CaseContent>;
        fields: readonly string[];
        /** 1 for the first correction. */
        corrections: number;
      };
    }
  /** A transition of workflow §2.2; `irregular`: the source skipped something. */
  | { kind: 'case.moved'; body: { no: string; case: CaseContent; from: CaseState; irregular: boolean } }
  /** The source took the case back (it was never one). */
  | { kind: 'case.withdrawn'; body: { no: string; case: CaseContent } }
  /** A desk took note of an urgent case. */
  | { kind: 'case.acknowledged'; body: { no: string; by: Officer } }
  /** The list of hot issues became another one; id → card. */
  | { kind: 'hot.listed'; body: { issues: Readonly<Record<string, HotIssueRow>> } };
