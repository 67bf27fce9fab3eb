import { connect } from 'node:tls';

const ANSWER_MS = 8_000;
/** A download that is running may take its time; one that hangs may not. */
export const OFFICIAL_LIMIT_MS = 10 * 60_000;

/**
 * Whether a host that serves an official download can be reached from here. Install scripts may retry for minutes on
 * a network that refuses or swallows their connections; this takes seconds. With a proxy or a mirror configured, only
 * the script itself knows where it will connect, so it is simply tried.
 * @param {string} host
 * @param {readonly string[]} mirrorVariables environment variables that move the download elsewhere
 * @returns {Promise<string | null>} why not, or null when it answers
 */
export function whyUnreachable(host, mirrorVariables = []) {
  const elsewhere = [...mirrorVariables, 'HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];
  if (elsewhere.some((name) => (process.env[name] ?? '') !== '')) {
    return Promise.resolve(null);
  }
  return new Promise((done) => {
    const socket = connect({ host, port: 443, servername: host, timeout: ANSWER_MS });
    const finish = (/** @type {string | null} */ reason) => {
      socket.destroy();
      done(reason);
    };
    socket.once('secureConnect', () => finish(null));
    socket.once('timeout', () => finish(`${host} did not answer within ${ANSWER_MS / 1000} s`));
    socket.once('error', (error) => finish(`${host} cannot be reached (${error.code ?? error.message})`));
  });
}
