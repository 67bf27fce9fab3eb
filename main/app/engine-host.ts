import { utilityProcess, type UtilityProcess } from 'electron/main';
import type { EngineState } from '../../preload/contract.ts';
import {
  PROTOCOL_VERSION,
  type EngineInputs,
  type EngineMessage,
  type EngineMethod,
  type EngineOutputs,
  type EventMessage,
  type Request,
} from '../engine/server/protocol.ts';
import { BridgeError } from './failure.ts';
import type { Log } from './log.ts';

/** How the process is named in the system's list of processes. */
const SERVICE_NAME = 'InstruNet Engine';
const HANDSHAKE_MS = 30_000;
/** After so many deaths in so short a time something is wrong that another start will not mend. */
const MOST_DEATHS = 4;
const DEATHS_WITHIN_MS = 10 * 60_000;
/** How long the engine may take to bring what goes on to an end that can be resumed. */
const STOP_MS = 5000;

/** Variables that the engine needs from the surroundings; everything else stays behind. */
const PASSED_ON = [
  'PATH',
  'HOME',
  'USERPROFILE',
  'TMPDIR',
  'TEMP',
  'TMP',
  'LANG',
  'LC_ALL',
  'SystemRoot',
  'windir',
  'LD_LIBRARY_PATH',
  'INSTRUNET_FFMPEG',
  'TF_ENABLE_ONEDNN_OPTS',
  'TF_CPP_MIN_LOG_LEVEL',
] as const;

export interface EngineHostOptions {
  /** The bundle that runs in the process. */
  readonly bundle: string;
  readonly libraryFolder: string;
  /** Where the network lies that comes with the app; there may be none. */
  readonly starterFolder: string;
  readonly log: Log;
  readonly onEvent: (message: EventMessage) => void;
  readonly onState: (state: EngineState) => void;
}

interface Pending {
  readonly resolve: (data: unknown) => void;
  readonly reject: (error: BridgeError) => void;
}

/** One life of the process. */
interface Generation {
  readonly number: number;
  readonly child: UtilityProcess;
  readonly pending: Map<number, Pending>;
  readonly ready: Promise<void>;
}

/**
 * The engine's process: started with the first request, and started anew with the next one when it died. What was asked
 * of a process that died is answered with `engine-gone`.
 */
export class EngineHost {
  readonly #options: EngineHostOptions;
  #current: Generation | null = null;
  #starts = 0;
  /** When it died, in milliseconds since 1970; long ago is forgotten. */
  #deaths: number[] = [];
  #lastRequest = 0;
  #state: EngineState = { state: 'stopped' };
  #stopping = false;

  constructor(options: EngineHostOptions) {
    this.#options = options;
  }

  get state(): EngineState {
    return this.#state;
  }

  /** @throws BridgeError with what the engine answered, or `engine-gone` */
  async request<M extends EngineMethod>(method: M, input: EngineInputs[M]): Promise<EngineOutputs[M]> {
    const generation = this.#current ?? this.#start();
    await generation.ready;
    if (this.#current !== generation) throw gone();
    return this.#ask(generation, method, input);
  }

  /** Ends the process on purpose: it is asked to stop what it does, and ended when it has, or takes too long. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const generation = this.#current;
    if (generation === null) return;
    const exit = new Promise<void>((done) => {
      generation.child.once('exit', () => {
        done();
      });
    });
    let late: NodeJS.Timeout | undefined;
    const tooLate = new Promise<void>((done) => {
      late = setTimeout(done, STOP_MS);
    });
    const stopped = generation.ready.then(() => this.#ask(generation, 'engine.stop', null)).catch(() => undefined);
    await Promise.race([stopped, exit, tooLate]);
    clearTimeout(late);
    if (this.#current !== generation) return;
    generation.child.kill();
    await exit;
  }

  #ask<M extends EngineMethod>(generation: Generation, method: M, input: EngineInputs[M]): Promise<EngineOutputs[M]> {
    this.#lastRequest++;
    const request: Request = { type: 'request', id: this.#lastRequest, method, input };
    return new Promise((resolve, reject) => {
      generation.pending.set(request.id, {
        // The engine answers a method with what the protocol says of it.
        resolve: (data) => {
          resolve(data as EngineOutputs[M]);
        },
        reject,
      });
      generation.child.postMessage(request);
    });
  }

  #start(): Generation {
    const { bundle, libraryFolder, starterFolder, log } = this.#options;
    if (this.#stopping) throw gone();
    this.#deaths = this.#deaths.filter((time) => Date.now() - time < DEATHS_WITHIN_MS);
    if (this.#deaths.length >= MOST_DEATHS) {
      throw new BridgeError(
        'engine-gone',
        'The engine ended several times within a few minutes. Wait a little or start InstruNet again; the log says more.',
      );
    }
    this.#starts++;
    this.#setState({ state: 'starting' });
    const child = utilityProcess.fork(bundle, [libraryFolder, starterFolder], {
      serviceName: SERVICE_NAME,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text: Buffer) => {
        log.info(`engine: ${text.toString().trimEnd()}`);
      });
    }
    const ready = this.#handshake(child);
    // Everyone who waits for it is told; nobody may be waiting.
    ready.catch(() => undefined);
    const generation: Generation = { number: this.#starts, child, pending: new Map(), ready };
    this.#current = generation;
    child.on('message', (message: EngineMessage) => {
      this.#receive(generation, message);
    });
    child.on('exit', (code) => {
      this.#ended(generation, code);
    });
    return generation;
  }

  #handshake(child: UtilityProcess): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new BridgeError('engine-gone', `The engine did not answer within ${HANDSHAKE_MS / 1000} seconds.`));
        child.kill();
      }, HANDSHAKE_MS);
      child.once('exit', () => {
        clearTimeout(timer);
        reject(gone());
      });
      child.once('message', (message: EngineMessage) => {
        clearTimeout(timer);
        if (message.type === 'hello' && message.protocol === PROTOCOL_VERSION) {
          resolve();
          this.#setState({ state: 'ready', backend: null });
          return;
        }
        reject(
          new BridgeError('engine-gone', 'The engine is of another version than the app. Install InstruNet anew.'),
        );
        child.kill();
      });
    });
  }

  #receive(generation: Generation, message: EngineMessage): void {
    if (message.type === 'reply') {
      const pending = generation.pending.get(message.id);
      generation.pending.delete(message.id);
      const { reply } = message;
      if (reply.ok) pending?.resolve(reply.data);
      else pending?.reject(new BridgeError(reply.error.code, reply.error.message, reply.error.details));
    } else if (message.type === 'event') {
      if (message.event === 'engine') this.#setState(message.payload);
      else this.#options.onEvent(message);
    }
  }

  #ended(generation: Generation, code: number): void {
    if (this.#current === generation) this.#current = null;
    if (!this.#stopping) this.#deaths.push(Date.now());
    this.#options.log[this.#stopping ? 'info' : 'error'](`engine ${generation.number} ended with code ${code}`);
    for (const { reject } of generation.pending.values()) reject(gone());
    generation.pending.clear();
    this.#setState(this.#stopping ? { state: 'stopped' } : { state: 'gone', message: gone().failure.message });
  }

  #setState(state: EngineState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}

function gone(): BridgeError {
  return new BridgeError('engine-gone', 'The engine has ended unexpectedly. What was running can be started again.');
}

function environment(): Record<string, string> {
  const passed = PASSED_ON.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(passed) as Record<string, string>;
}
