import type { Bridge } from '../preload/contract.ts';

declare global {
  interface Window {
    /** Put there by the preload. */
    readonly instrunet: Bridge;
  }
}
