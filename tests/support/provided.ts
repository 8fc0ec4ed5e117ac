import 'vitest';

/** What the tests of the web project are given (`inject('baseUrl')` and so on). */
declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the running product. */
    baseUrl: string;
    /** One account per role, with its password. */
    accounts: { login: string; role: string; password: string }[];
    /** The product's own database. */
    productUrl: string;
    /** Where tests/support/product.ts asks for a process to be killed. */
    controlUrl: string;
  }
}
