import { getContext, setContext } from 'svelte';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly kind: 'done' | 'refused';
}

/** Short answers to what the person just did; at most four at once, each for eight seconds. */
export class Toasts {
  #list = $state.raw<readonly Toast[]>([]);
  #next = 1;

  get list(): readonly Toast[] {
    return this.#list;
  }

  show(text: string, kind: Toast['kind'] = 'done'): void {
    const id = this.#next++;
    this.#list = [...this.#list.slice(-3), { id, text, kind }];
    setTimeout(() => this.close(id), 8000);
  }

  close(id: number): void {
    this.#list = this.#list.filter((t) => t.id !== id);
  }
}

const KEY = Symbol('toasts');
export const provideToasts = (toasts: Toasts): Toasts => setContext(KEY, toasts);
export const useToasts = (): Toasts => getContext<Toasts>(KEY);
