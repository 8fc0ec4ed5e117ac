import type { Session } from '#store/auth.ts';
import type { Language } from '#lib/i18n/locale.ts';

declare global {
  namespace App {
    interface Locals {
      /** Who asks; null when nobody is signed in. */
      session: Session | null;
      language: Language;
      /** Address of the visitor as the front server saw it. */
      address: string;
    }
    interface PageData {
      language: Language;
    }
    interface Error {
      message: string;
      /** Reference that is in the log too. */
      reference?: string;
    }
  }
}

export {};
