// What the app uses and Electron 22 lacks. Only the fallback runtime loads this, by `-r` before the app: in the main
// process it supplies `Response` and `protocol.handle`, and in pages, as a preload of its own, `webUtils`.
'use strict';
const electron = require('electron');

if (process.type === 'renderer') {
  electron.webUtils = {
    getPathForFile(file) {
      if (!(file instanceof File)) {
        throw new TypeError('not a file');
      }
      return file.path;
    },
  };
} else {
  const { Readable } = require('node:stream');
  const { app, protocol, session } = electron;

  class Headers {
    constructor(values) {
      this.values = new Map(Object.entries(values ?? {}).map(([name, value]) => [name.toLowerCase(), [name, value]]));
    }

    get(name) {
      return this.values.get(name.toLowerCase())?.[1] ?? null;
    }
  }

  globalThis.Response = class Response {
    constructor(body, { status = 200, headers } = {}) {
      this.body = body;
      this.status = status;
      this.headers = new Headers(headers);
    }
  };

  protocol.handle = (scheme, handler) => {
    protocol.registerStreamProtocol(scheme, ({ url, method, headers }, callback) => {
      handler({ url, method, headers: new Headers(headers) }).then(
        ({ status, body, headers: answered }) => {
          callback({
            statusCode: status,
            headers: Object.fromEntries(answered.values.values()),
            data: readable(body),
          });
        },
        () => callback({ error: -2 }),
      );
    });
  };

  function readable(body) {
    if (body === null) {
      return Readable.from([]);
    }
    return typeof body === 'string' || body instanceof Uint8Array
      ? Readable.from([Buffer.from(body)])
      : Readable.from(body);
  }

  app.whenReady().then(() => session.defaultSession.setPreloads([__filename]));
}
