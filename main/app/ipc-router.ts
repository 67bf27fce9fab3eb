import { ipcMain, type IpcMainInvokeEvent } from 'electron/main';
import { z } from 'zod';
import {
  CHANNEL,
  INPUTS,
  type DroppedItem,
  type Input,
  type Method,
  type Outputs,
  type Reply,
} from '../../preload/contract.ts';
import { BridgeError, failureOf } from './failure.ts';
import type { Log } from './log.ts';
import { isAppUrl } from './schemes.ts';

export type AppHandlers = { readonly [M in Method]: (input: Input<M>) => Outputs[M] | Promise<Outputs[M]> };

/** Who sent a message, as far as it is looked at. */
export interface Sender {
  /** Whether it is the window's own frame and not one inside it. */
  readonly isMainFrame: boolean;
  readonly url: string;
}

/** As many as one drop may hold. */
const DroppedPaths = z.array(z.string().min(1).max(32_768)).max(10_000);

/** Answers calls of the page, and of nobody else; what does not fit its schema goes no further. */
export function answer(
  sender: Sender | null,
  method: unknown,
  input: unknown,
  handlers: AppHandlers,
): Promise<Reply<unknown>> {
  return inEnvelope(sender, () => {
    if (!isMethod(method)) throw new BridgeError('bad-request', 'There is no such method.');
    const parsed = INPUTS[method].safeParse(input);
    if (!parsed.success)
      throw new BridgeError('bad-request', `The input of ${method} does not fit.`, parsed.error.message);
    const handler: (input: never) => unknown = handlers[method];
    // It has just been parsed by the method's own schema.
    return handler(parsed.data as never);
  });
}

/** Grants paths to the page that were dropped on it. */
export function answerGrant(
  sender: Sender | null,
  paths: unknown,
  grant: (paths: readonly string[]) => Promise<readonly DroppedItem[]>,
): Promise<Reply<unknown>> {
  return inEnvelope(sender, () => {
    const parsed = DroppedPaths.safeParse(paths);
    if (!parsed.success) throw new BridgeError('bad-request', 'This is no list of files.', parsed.error.message);
    return grant(parsed.data);
  });
}

/** Listens to the page. */
export function routeIpc(
  handlers: AppHandlers,
  grant: (paths: readonly string[]) => Promise<readonly DroppedItem[]>,
  log: Log,
): void {
  ipcMain.handle(CHANNEL.call, async (event, method: unknown, input: unknown) => {
    const reply = await answer(senderOf(event), method, input, handlers);
    if (!reply.ok) log.error(`${String(method)} was not done`, reply.error);
    return reply;
  });
  ipcMain.handle(CHANNEL.grant, (event, paths: unknown) => answerGrant(senderOf(event), paths, grant));
}

/** Read at once: the frame may be gone later. */
function senderOf({ senderFrame, sender }: IpcMainInvokeEvent): Sender | null {
  return senderFrame === null ? null : { isMainFrame: senderFrame === sender.mainFrame, url: senderFrame.url };
}

async function inEnvelope(sender: Sender | null, work: () => unknown): Promise<Reply<unknown>> {
  try {
    if (sender === null || !sender.isMainFrame || !isAppUrl(sender.url)) {
      throw new BridgeError('forbidden', 'Only the app itself may ask this.');
    }
    return { ok: true, data: await work() };
  } catch (error) {
    return { ok: false, error: failureOf(error) };
  }
}

function isMethod(method: unknown): method is Method {
  return typeof method === 'string' && Object.hasOwn(INPUTS, method);
}
