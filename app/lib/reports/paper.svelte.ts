import { flushSync } from 'svelte';

/**
 * While a page is printed the document has the light theme of paper (tokens.css), and what was drawn on a canvas is drawn again
 * in it: a canvas keeps the colours that it was painted with.
 */
export class Paper {
  on = $state(false);

  begin(): void {
    this.#set(true);
  }
  end(): void {
    this.#set(false);
  }
  // the browser takes the picture as soon as the event's handlers return
  #set(on: boolean): void {
    document.documentElement.classList.toggle('paper', on);
    flushSync(() => (this.on = on));
  }
}
