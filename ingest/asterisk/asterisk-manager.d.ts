/** The part of the library that client.ts uses; it ships no types. */
declare module 'asterisk-manager' {
  function createManager(
    port: number | undefined,
    host: string,
    user: string,
    secret: string,
    events: boolean,
  ): createManager.Manager;
  namespace createManager {
    interface Manager {
      connect(port: number, host: string): void;
      login(callback: (error: unknown) => void): void;
      action(headers: Record<string, string>): string;
      on(name: 'rawevent', listener: (item: unknown) => void): void;
      listeners(name: string): ((...args: never[]) => void)[];
      removeListener(name: string, listener: () => void): void;
      removeAllListeners(name: string): void;
    }
  }
  export = createManager;
}
