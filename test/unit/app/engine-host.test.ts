import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineHost } from '../../../main/app/engine-host.ts';
import type { Log } from '../../../main/app/log.ts';
import {
  PROTOCOL_VERSION,
  type EngineMessage,
  type EventMessage,
  type Request,
} from '../../../main/engine/server/protocol.ts';
import type { EngineState } from '../../../preload/contract.ts';

const forks = vi.hoisted(() => ({ next: (): unknown => null }));

vi.mock('electron/main', () => ({ utilityProcess: { fork: () => forks.next() } }));

/** What a utility process looks like to the one that started it; messages are copied as between processes. */
class MemoryChild extends EventEmitter {
  readonly stdout = null;
  readonly stderr = null;
  readonly received: Request[] = [];
  killed = false;

  postMessage(message: Request): void {
    this.received.push(structuredClone(message));
  }

  kill(): boolean {
    this.killed = true;
    this.die(143);
    return true;
  }

  say(message: EngineMessage): void {
    this.emit('message', structuredClone(message));
  }

  hello(protocol = PROTOCOL_VERSION): void {
    this.say({ type: 'hello', protocol, version: '1' });
  }

  reply(id: number | undefined, data: unknown): void {
    this.say({ type: 'reply', id: id ?? -1, reply: { ok: true, data } });
  }

  die(code: number): void {
    this.emit('exit', code);
  }
}

const LONG_MS = 10 * 60_000;
const GONE = { failure: { code: 'engine-gone' } };

let children: MemoryChild[];
let states: EngineState[];
let events: EventMessage[];
let host: EngineHost;

function child(): MemoryChild {
  const last = children.at(-1);
  if (last === undefined) throw new Error('no process was started');
  return last;
}

/** Lets everything happen that waits for nothing but promises. */
async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

beforeEach(() => {
  vi.useFakeTimers();
  children = [];
  states = [];
  events = [];
  forks.next = () => {
    children.push(new MemoryChild());
    return child();
  };
  host = new EngineHost({
    bundle: '/app/engine.cjs',
    libraryFolder: '/library',
    starterFolder: '/starter',
    log: { file: '', info: vi.fn(), error: vi.fn() } as unknown as Log,
    onEvent: (message) => events.push(message),
    onState: (state) => states.push(state),
  });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the engine host', () => {
  it('starts the process with the first request, once', async () => {
    expect(children).toHaveLength(0);
    const replies = Promise.all([host.request('datasets.list', null), host.request('runs.list', null)]);
    expect(children).toHaveLength(1);
    await settle();
    expect(child().received).toEqual([]);
    child().hello();
    await settle();
    const [first, second] = child().received;
    expect([first?.method, second?.method]).toEqual(['datasets.list', 'runs.list']);
    expect(first?.id).not.toBe(second?.id);
    child().reply(second?.id, ['runs']);
    child().reply(first?.id, ['datasets']);
    expect(await replies).toEqual([['datasets'], ['runs']]);
    expect(states.map(({ state }) => state)).toEqual(['starting', 'ready']);
  });

  it('hands on the code of what the engine refused', async () => {
    const refused = expect(host.request('runs.get', { run: 'a' })).rejects.toMatchObject({
      failure: { code: 'not-found', message: 'There is no such run.', details: null },
    });
    child().hello();
    await settle();
    const error = { code: 'not-found', message: 'There is no such run.', details: null } as const;
    child().say({ type: 'reply', id: child().received[0]?.id ?? -1, reply: { ok: false, error } });
    await refused;
  });

  it('passes events on and ignores answers to what it never asked', async () => {
    const reply = host.request('datasets.list', null);
    child().hello();
    await settle();
    child().reply(999, 'stray');
    const event: EventMessage = { type: 'event', event: 'changed', payload: { what: 'runs' } };
    child().say(event);
    child().reply(child().received[0]?.id, []);
    expect(await reply).toEqual([]);
    expect(events).toEqual([event]);
  });

  it('ends a process that does not greet in time', async () => {
    const refused = expect(host.request('datasets.list', null)).rejects.toMatchObject(GONE);
    await vi.advanceTimersByTimeAsync(1000);
    expect(child().killed).toBe(false);
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(child().killed).toBe(true);
    await refused;
    expect(host.state.state).toBe('gone');
  });

  it('does not end one that greeted, however long it works', async () => {
    const reply = host.request('datasets.list', null);
    child().hello();
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(child().killed).toBe(false);
    child().reply(child().received[0]?.id, []);
    expect(await reply).toEqual([]);
  });

  it('ends one of another version', async () => {
    const refused = expect(host.request('datasets.list', null)).rejects.toMatchObject(GONE);
    child().hello(PROTOCOL_VERSION + 1);
    await refused;
    expect(child().killed).toBe(true);
  });

  it('answers all that was asked of a process that died, and says so', async () => {
    const waiting = [host.request('datasets.list', null), host.request('runs.list', null)].map((reply) =>
      expect(reply).rejects.toMatchObject(GONE),
    );
    child().hello();
    await settle();
    child().die(9);
    await Promise.all(waiting);
    expect(states.at(-1)).toMatchObject({ state: 'gone' });
  });

  it('answers what was asked while it was starting, too', async () => {
    const refused = expect(host.request('datasets.list', null)).rejects.toMatchObject(GONE);
    child().die(1);
    await refused;
  });

  it('starts another process with the next request, and gives up after a few', async () => {
    let started = 0;
    for (let attempt = 0; attempt < 20; attempt++) {
      const refused = expect(host.request('datasets.list', null)).rejects.toMatchObject(GONE);
      if (children.length > started) {
        started = children.length;
        child().hello();
        await settle();
        child().die(1);
      }
      await refused;
    }
    expect(started).toBeGreaterThanOrEqual(2);
    expect(started).toBeLessThanOrEqual(5);
    expect(host.state.state).toBe('gone');
  });

  it('starts another again when the deaths lie long enough back', async () => {
    for (let day = 0; day < 10; day++) {
      const reply = host.request('datasets.list', null);
      child().hello();
      await settle();
      child().reply(child().received[0]?.id, []);
      expect(await reply).toEqual([]);
      child().die(1);
      await vi.advanceTimersByTimeAsync(LONG_MS);
    }
    expect(children).toHaveLength(10);
  });

  it('takes no late word of a dead process for one of the next', async () => {
    const first = expect(host.request('datasets.list', null)).rejects.toMatchObject(GONE);
    const dead = child();
    dead.hello();
    await settle();
    dead.die(1);
    await first;
    const second = host.request('runs.list', null);
    child().hello();
    await settle();
    dead.reply(child().received[0]?.id, 'from the dead');
    child().reply(child().received[0]?.id, []);
    expect(await second).toEqual([]);
  });

  describe('told to stop', () => {
    async function started(): Promise<Promise<void>> {
      const waiting = expect(host.request('datasets.list', null)).rejects.toMatchObject(GONE);
      child().hello();
      await settle();
      return waiting;
    }

    it('lets the process end what it does, calls that no death and starts no other', async () => {
      const waiting = started();
      await settle();
      const stopped = host.stop();
      await settle();
      const [, asked] = child().received;
      expect(asked?.method).toBe('engine.stop');
      expect(child().killed).toBe(false);
      child().reply(asked?.id, null);
      await stopped;
      await waiting;
      expect(child().killed).toBe(true);
      expect(host.state).toEqual({ state: 'stopped' });
      await expect(host.request('datasets.list', null)).rejects.toMatchObject(GONE);
      expect(children).toHaveLength(1);
    });

    it('ends one that does not answer', async () => {
      const waiting = started();
      await settle();
      const stopped = host.stop();
      await vi.advanceTimersByTimeAsync(1000);
      expect(child().killed).toBe(false);
      await vi.advanceTimersByTimeAsync(LONG_MS);
      await stopped;
      await waiting;
      expect(child().killed).toBe(true);
    });

    it('does not wait for one that died', async () => {
      const waiting = started();
      await settle();
      const stopped = host.stop();
      child().die(1);
      await stopped;
      await waiting;
      expect(host.state).toEqual({ state: 'stopped' });
    });

    it('has nothing to do where none was started', async () => {
      await host.stop();
      expect(children).toHaveLength(0);
    });
  });
});
