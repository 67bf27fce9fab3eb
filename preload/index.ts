import { contextBridge, ipcRenderer, webUtils } from 'electron/renderer';
import type { Bridge, CHANNEL, Failure, Reply } from './contract.ts';
import { EVENTS, METHODS } from './methods.ts';

/** As the contract has them; its own constant would bring the schemas with it. */
const CALL: (typeof CHANNEL)['call'] = 'instrunet:call';
const GRANT: (typeof CHANNEL)['grant'] = 'instrunet:grant';
const EVENT: (typeof CHANNEL)['event'] = 'instrunet:event';

const listeners = new Map<unknown, Set<(payload: unknown) => void>>(
  Object.keys(EVENTS).map((event) => [event, new Set()]),
);

function refusal(message: string): { readonly ok: false; readonly error: Failure } {
  return { ok: false, error: { code: 'bad-request', message, details: null } };
}

/** Asks the main process, which answers with an envelope; whatever else comes back is made one. */
async function invoke<T>(channel: string, ...parameters: readonly unknown[]): Promise<Reply<T>> {
  try {
    return (await ipcRenderer.invoke(channel, ...parameters)) as Reply<T>;
  } catch (error) {
    return refusal(error instanceof Error ? error.message : String(error));
  }
}

const bridge: Bridge = {
  call: (method, input) =>
    Object.hasOwn(METHODS, method)
      ? invoke(CALL, method, input)
      : Promise.resolve(refusal(`There is no method “${method}”.`)),

  grant: (files) => {
    let paths: string[];
    try {
      paths = files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== '');
    } catch {
      return Promise.resolve(refusal('Only files that were dropped or chosen can be granted.'));
    }
    return invoke(GRANT, paths);
  },

  on: (event, listener) => {
    const ofEvent = listeners.get(event);
    if (ofEvent === undefined) throw new RangeError(`There is no event “${event}”.`);
    const forward = (payload: unknown): void => {
      listener(payload as Parameters<typeof listener>[0]);
    };
    ofEvent.add(forward);
    return () => {
      ofEvent.delete(forward);
    };
  },
};

ipcRenderer.on(EVENT, (_, event: unknown, payload: unknown) => {
  for (const forward of listeners.get(event) ?? []) forward(payload);
});
contextBridge.exposeInMainWorld('instrunet', bridge);
